"""What is asked for, and when: only what is missing, only where it matters, to the end (REQUIREMENTS FHIR-1, 6, 8, 12, PRE-11, PRE-18)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from cds.config.model import Access
from tests.access.conftest import Make, incomplete, offer, told
from tests.support import fhir_server as fhir
from tests.support.calls import KEYS, naltrexone, oxycodone, valid
from tests.support.fhir_server import FhirServer, Handler, says, searchset

SIGN = "/cds-services/ldn-order-sign"
VIEW = "/cds-services/ldn-patient-view"
BOOK = "/cds-services/ldn-appointment-book"
LISTS = ["MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement"]
# three searches of Observation: results, pregnancy, symptoms
OTHERS = [
    "AllergyIntolerance",
    "Appointment",
    "Condition",
    *["Observation"] * 3,
    "Patient",
    "Procedure",
    "ServiceRequest",
]  # results, pregnancy, symptoms
ALL = sorted([*LISTS, *OTHERS])
AMOXICILLIN = naltrexone(medicationCodeableConcept={"text": "Amoxicillin 500 mg capsule"})
LDN = oxycodone(id="ldn-1", medicationCodeableConcept={"text": "Naltrexone 1.5 mg capsule"}, authoredOn="2026-03-01")


def test_everything_by_fhir_gives_the_cards_of_prefetch(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    fetched = client.post(SIGN, json=offer(server))
    assert fetched.data == client.post(SIGN, json=valid()).data
    assert server.kinds == ALL


@pytest.mark.parametrize("key", [*KEYS, "patient"])
def test_only_what_is_missing_is_asked_for(client: FlaskClient, server: FhirServer, key: str) -> None:
    body = valid()
    kept = [one for one in body["prefetch"] if one != key]
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    answer = client.post(SIGN, json=offer(server, *kept))
    assert len(server.asked) == 1
    assert answer.data == client.post(SIGN, json=body).data


@pytest.mark.parametrize("value", [None, {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}, 5])
def test_what_prefetch_answered_in_whatever_way_is_not_asked_again(client: FlaskClient, server: FhirServer, value: Any) -> None:
    body = offer(server, *KEYS, "patient")
    body["prefetch"]["allergies"] = value
    client.post(SIGN, json=body)
    assert server.asked == []


def test_nothing_is_asked_where_everything_was_sent(client: FlaskClient, server: FhirServer) -> None:
    assert told(client.post(SIGN, json=offer(server, *KEYS, "patient"))) == {"opioid-active": "critical"}
    assert server.asked == []


def test_nothing_is_asked_for_an_order_that_is_not_ours(client: FlaskClient, server: FhirServer) -> None:
    assert client.post(SIGN, json=offer(server, orders=[AMOXICILLIN])).json == {"cards": []}
    assert server.asked == []


def test_nothing_is_asked_for_a_booking_of_no_operation(client: FlaskClient, server: FhirServer) -> None:
    assert client.post(BOOK, json=offer(server, hook="appointment-book")).json == {"cards": []}
    assert server.asked == []


def test_an_opened_chart_without_naltrexone_costs_the_medications_only(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    assert client.post(VIEW, json=offer(server, hook="patient-view")).json == {"cards": []}
    assert server.kinds == LISTS


def test_an_opened_chart_with_naltrexone_is_read_whole(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": says(searchset([LDN, oxycodone()]))}
    assert told(client.post(VIEW, json=offer(server, hook="patient-view")))["opioid-active"] == "critical"
    assert set(LISTS) < set(server.kinds)
    assert len(server.kinds) == len(set(server.kinds)) + server.kinds.count("Observation") - 1


def test_an_opioid_order_asks_for_more_only_where_naltrexone_is_found(client: FlaskClient, server: FhirServer) -> None:
    draft = oxycodone(id="draft-1", status="draft")
    assert client.post(SIGN, json=offer(server, orders=[draft])).json == {"cards": []}
    assert server.kinds == LISTS
    server.reset()
    server.rules = {"MedicationRequest": says(searchset([LDN]))}
    fetched = client.post(SIGN, json=offer(server, orders=[draft]))
    assert server.kinds == ALL
    assert fetched.data == client.post(SIGN, json=valid(orders=[draft], medicationRequests=searchset([LDN]))).data


def paged(server: FhirServer, *pages: list[dict[str, Any]]) -> fhir.Handle:
    """Page by page, with links as servers write them."""

    def handle(handler: Handler) -> None:
        number = int(handler.path.split("page=")[1]) if "page=" in handler.path else 1
        link = [{"relation": "self", "url": "x"}]
        if number < len(pages):
            link.append({"relation": "next", "url": f"{server.base}/MedicationRequest?page={number + 1}"})
        says(searchset(pages[number - 1], total=sum(map(len, pages)), link=link))(handler)

    return handle


def test_pages_are_followed_to_the_end(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": paged(server, [], [LDN], [oxycodone()])}
    assert "opioid-active" in told(client.post(SIGN, json=offer(server)))
    assert server.kinds.count("MedicationRequest") == 3


def test_a_page_from_the_client_is_followed_too(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": paged(server, [], [oxycodone()])}
    body = offer(server, *KEYS, "patient")
    link = [{"relation": "next", "url": f"{server.base}/MedicationRequest?page=2"}]
    body["prefetch"]["medicationRequests"] = searchset([], total=1, link=link)
    assert told(client.post(SIGN, json=body)) == {"opioid-active": "critical"}
    assert server.kinds == ["MedicationRequest"]


@pytest.mark.parametrize("handle", [says({}, 500), fhir.raw(b"<html>"), says({"resourceType": "OperationOutcome"})], ids=["500", "html", "outcome"])
def test_a_page_that_fails_leaves_the_ones_before_it(client: FlaskClient, server: FhirServer, handle: fhir.Handle) -> None:
    first = paged(server, [oxycodone()], [LDN])
    server.rules = {"MedicationRequest": lambda handler: (handle if "page=" in handler.path else first)(handler)}
    answer = client.post(SIGN, json=offer(server))
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert "read in part, the FHIR server" in incomplete(answer)


def test_a_server_with_small_pages_is_read_to_the_end(client: FlaskClient, server: FhirServer) -> None:
    others = [oxycodone(id=f"other-{number}", medicationCodeableConcept={"text": "Lisinopril 10 mg tablet"}) for number in range(30)]
    server.rules = {"MedicationRequest": paged(server, *[[one] for one in (*others, oxycodone())])}
    assert told(client.post(SIGN, json=offer(server))) == {"opioid-active": "critical"}
    assert server.kinds.count("MedicationRequest") == 31


def test_pages_are_capped(make: Make, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": paged(server, *[[oxycodone()]] * 9)}
    answer = make(Access(budget=20, connect=10, pages=3)).post(SIGN, json=offer(server))
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert "read in part, the FHIR server has more pages than are read" in incomplete(answer)
    assert server.kinds.count("MedicationRequest") == 3


def test_a_page_that_leads_to_itself_ends(client: FlaskClient, server: FhirServer) -> None:
    page = searchset([oxycodone()], link=[{"relation": "next", "url": f"{server.base}/MedicationRequest?page=1"}])
    server.rules = {"MedicationRequest": says(page)}
    assert "has more pages than are read" in incomplete(client.post(SIGN, json=offer(server)))
    assert server.kinds.count("MedicationRequest") == 2


def test_no_page_is_read_beyond_the_look_back(client: FlaskClient, server: FhirServer) -> None:
    old = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Glucose"}, "effectiveDateTime": "2019-01-01"}
    page = searchset([old], link=[{"relation": "next", "url": f"{server.base}/Observation?page=2"}])
    server.rules = {"MedicationRequest": says(searchset([oxycodone()])), "Observation": says(page)}
    assert told(client.post(SIGN, json=offer(server))) == {"opioid-active": "critical"}
    assert server.kinds == ALL


def by_reference(reference: str, **more: Any) -> dict[str, Any]:
    """An active entry that only points at its Medication."""
    entry = oxycodone(medicationReference={"reference": reference}, **more)
    del entry["medicationCodeableConcept"]
    return entry


def test_medications_are_resolved_in_one_search(client: FlaskClient, server: FhirServer) -> None:
    entries = [by_reference("Medication/m1"), by_reference(f"{server.base}/Medication/m2/_history/3", id="2"), by_reference("Medication/m1", id="3")]
    draft = naltrexone(medicationReference={"reference": "Medication/m3"})
    del draft["medicationCodeableConcept"]
    found = [
        {"resourceType": "Medication", "id": "m1", "code": {"text": "Lisinopril 10 mg"}},
        {"resourceType": "Medication", "id": "m2", "code": {"text": "Oxycodone 5 mg"}},
        {"resourceType": "Medication", "id": "m3", "code": {"text": "Naltrexone 1.5 mg capsule"}},
    ]
    server.rules = {"MedicationRequest": says(searchset(entries)), "Medication": says(searchset(found))}
    answer = client.post(SIGN, json=offer(server, orders=[draft]))
    assert told(answer) == {"opioid-active": "critical"}
    asked = [one for one in server.asked if one.kind == "Medication"]
    assert len(asked) == 1
    assert sorted(asked[0].query["_id"][0].split(",")) == ["m1", "m2", "m3"]


def test_medications_of_lists_that_were_sent_are_resolved_too(client: FlaskClient, server: FhirServer) -> None:
    body = offer(server, *KEYS, "patient")
    body["prefetch"]["medicationRequests"] = searchset([by_reference("Medication/m2")])
    server.rules = {"Medication": says(searchset([{"resourceType": "Medication", "id": "m2", "code": {"text": "Oxycodone 5 mg"}}]))}
    assert told(client.post(SIGN, json=body)) == {"opioid-active": "critical"}
    assert server.kinds == ["Medication"]


@pytest.mark.parametrize(
    "reference", ["Medication/a,b", "Medication/../x", "Medication/a?b", "Medication/a&b=c", "Medication/", "#m", "urn:uuid:1", "Medication/é"]
)
def test_a_reference_that_could_ask_for_more_is_not_asked_for(client: FlaskClient, server: FhirServer, reference: str) -> None:
    server.rules = {"MedicationRequest": says(searchset([by_reference(reference)]))}
    answer = client.post(SIGN, json=offer(server))
    assert "check-incomplete" in told(answer)
    assert "Medication" not in server.kinds


def test_medications_that_cannot_be_had_are_said(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": says(searchset([by_reference("Medication/m1")])), "Medication": says({}, 403)}
    answer = client.post(SIGN, json=offer(server))
    assert told(answer)["check-incomplete"] == "warning"
    assert "The medicines that entries only point at: the FHIR server refused the request (403)" in incomplete(answer)


def test_a_hundred_medications_and_no_more_are_asked_for(client: FlaskClient, server: FhirServer) -> None:
    entries = [by_reference(f"Medication/m{number}", id=str(number)) for number in range(300)]
    server.rules = {"MedicationRequest": says(searchset(entries))}
    assert "check-incomplete" in told(client.post(SIGN, json=offer(server)))
    (asked,) = (one for one in server.asked if one.kind == "Medication")
    assert len(asked.query["_id"][0].split(",")) == 100


def test_explain_names_the_reason(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()])), "Condition": says({}, 403)}
    answer = client.post(f"{SIGN}?explain=true", json=offer(server))
    explained = answer.json["extension"]["org.ldn-cds.explain"]
    why = "the FHIR server refused the request (403)"
    assert {"key": "conditions", "what": "the problem list", "why": why} in explained["gaps"]
    assert explained["missing"]["conditions"] == f"conditions {why}"


def test_calls_at_once_are_bounded(make: Make, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    assert told(make(Access(budget=20, connect=10, concurrent=1, threads=1)).post(SIGN, json=offer(server))) == {"opioid-active": "critical"}
    assert server.kinds == ALL
