"""How real clients write their calls: each shape gives the serious cards that the plain one gives (REQUIREMENTS: Dialects)."""

import copy
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.as_request import bundle
from tests.support.calls import SUBJECT, changed, naltrexone, oxycodone, sample, valid, without

SIGN = "/cds-services/ldn-order-sign"
FAR = "https://ehr.example.org/api/FHIR/R4"
LONG = "e" + "Qm2x7" * 40


def post(client: FlaskClient, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/cds-services/ldn-{body['hook']}", data=json.dumps(body), content_type="application/json", headers=headers)


def serious(client: FlaskClient, body: dict[str, Any], **headers: str) -> dict[str, str]:
    """The findings of the serious cards, with their indicators."""
    answer = post(client, body, **headers)
    assert answer.status_code == 200, answer.text
    cards = [card for card in answer.json["cards"] if card["indicator"] != "info"]
    return {found["code"]: found["indicator"] for card in cards for found in card["extension"]["org.ldn-cds.findings"]}


def dose(client: FlaskClient, body: dict[str, Any]) -> Any:
    """The daily dose that was read of the one order."""
    (found,) = client.post(f"{SIGN}?explain=true", json=body).json["extension"]["org.ldn-cds.dose"]
    return found["dailyMg"]


VALID = {"opioid-active": "critical"}


def drug(**more: Any) -> dict[str, Any]:
    """A draft whose drug is said in another way."""
    return without(naltrexone(), "medicationCodeableConcept") | more


def test_ehr_1_a_whole_call_as_epic_writes_it(client: FlaskClient) -> None:
    call = sample("epic-order-select")
    assert serious(client, call) == VALID
    assert serious(client, without(call, "extension")) == VALID
    one = copy.deepcopy(call)
    line = one["context"]["draftOrders"]["entry"][1]["resource"]["dosageInstruction"][0]
    assert len(line["doseAndRate"]) == 3
    line["doseAndRate"] = line["doseAndRate"][-1:]
    assert post(client, one).data == post(client, call).data


@pytest.mark.parametrize("beside", [True, False])
def test_ehr_2_a_medication_beside_the_order_is_its_drug_and_no_order(client: FlaskClient, beside: bool) -> None:
    medication = {"resourceType": "Medication", "id": "eMED1", "code": {"text": "naltrexone 1.5 mg capsule (compounded)"}}
    draft = drug(medicationReference={"reference": "Medication/eMED1"})
    body = valid(orders=[medication, draft] if beside else [draft, medication])
    assert serious(client, body) == VALID
    assert dose(client, body) == 1.5


def test_ehr_2_a_medication_that_no_order_names_is_no_order(client: FlaskClient) -> None:
    medication = {"resourceType": "Medication", "id": "eMED1", "code": {"text": "naltrexone 1.5 mg capsule"}}
    lisinopril = drug(medicationCodeableConcept={"text": "lisinopril 10 mg tablet"})
    assert post(client, valid(orders=[medication, lisinopril])).json == {"cards": []}


def test_ehr_3_a_contained_medication(client: FlaskClient) -> None:
    contained = [{"resourceType": "Medication", "id": "med1", "code": {"text": "naltrexone 1.5 mg capsule"}}]
    assert serious(client, valid(orders=[drug(contained=contained, medicationReference={"reference": "#med1"})])) == VALID


def test_ehr_4_a_display_is_all_there_is(client: FlaskClient) -> None:
    shown = {"reference": f"{FAR}/Medication/eMED1", "display": "naltrexone 1.5 mg capsule (compounded)"}
    assert serious(client, valid(orders=[drug(medicationReference=shown)])) == VALID
    bare = serious(client, valid(orders=[drug(medicationReference={"reference": f"{FAR}/Medication/eMED1"})]))
    assert bare == {"check-incomplete": "warning"}


@pytest.mark.parametrize(
    "text", ["LDN 4.5 mg", "low dose naltrexone 4.5mg caps (compounded)", "NALTREXONE HCL 4.5 MG/ML SUSP - compounding pharmacy"]
)
def test_ehr_5_a_compounded_order_known_by_its_text_only(client: FlaskClient, text: str) -> None:
    assert (
        serious(client, valid(orders=[naltrexone(medicationCodeableConcept={"text": text}, dosageInstruction=[{"text": "4.5 mg nightly"}])])).items()
        >= VALID.items()
    )


def test_ehr_6_a_whole_call_as_the_sandbox_writes_it(client: FlaskClient) -> None:
    call = sample("sandbox-order-sign")
    assert "type" not in call["context"]["draftOrders"]
    assert "fhirAuthorization" not in call
    token = "Bearer eyJhbGciOiJFUzM4NCJ9.e30.c2lnbmF0dXJl"  # any token: the sandbox signs its calls whether asked or not
    assert serious(client, call, Authorization=token) == {"naltrexone-allergy": "critical"}
    subject = {"reference": "Patient/smart-1288992"}
    opioid = changed(call, bundle([oxycodone(subject=subject)]), "prefetch", "medicationRequests")
    assert serious(client, opioid, Authorization=token) == {"naltrexone-allergy": "critical", "opioid-active": "critical"}


def test_ehr_7_absolute_references_and_very_long_ids(client: FlaskClient) -> None:
    subject = {"reference": f"{FAR}/Patient/pat-1"}
    body = valid(orders=[naltrexone(id=LONG, subject=subject)], medicationRequests=bundle([oxycodone(subject=subject)]))
    assert serious(client, body) == VALID
    (card,) = (card for card in post(client, body).json["cards"] if card["indicator"] == "critical")
    assert card["suggestions"][0]["actions"][0]["resourceId"] == f"MedicationRequest/{LONG}"
    select = body | {"hook": "order-select", "context": {**body["context"], "selections": [f"{FAR}/MedicationRequest/{LONG}"]}}
    assert serious(client, select) == VALID
    other = changed(body, bundle([oxycodone(subject={"reference": f"{FAR}/Patient/pat-2"})]), "prefetch", "medicationRequests")
    assert serious(client, other) == {"check-incomplete": "warning"}


def test_ehr_8_one_dose_said_three_times_is_one_dose(client: FlaskClient) -> None:
    def rate(kind: str, value: float, unit: str) -> dict[str, Any]:
        return {
            "type": {"coding": [{"system": "http://epic.com/CodeSystem/dose-rate-type", "code": kind}]},
            "doseQuantity": {"value": value, "unit": unit},
        }

    rates = [rate("calculated", 1.5, "mg"), rate("admin-amount", 1, "capsule"), rate("ordered", 1.5, "mg")]
    line = {"text": "1.5 mg nightly", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
    thrice, once = (valid(orders=[naltrexone(dosageInstruction=[{**line, "doseAndRate": found}])]) for found in (rates, rates[-1:]))
    assert dose(client, thrice) == dose(client, once) == 1.5
    assert post(client, thrice).data == post(client, once).data


OLD_SHAPES = {
    "STU3": drug(
        medicationCodeableConcept={"text": "Naltrexone 1.5 mg capsule"},
        dosageInstruction=[{"text": "1.5 mg nightly", "doseQuantity": {"value": 1.5, "unit": "mg"}}],
        category={"coding": [{"code": "community"}]},
        requester={"agent": {"reference": "Practitioner/1"}, "onBehalfOf": {"reference": "Organization/1"}},
        context={"reference": "Encounter/1"},
    ),
    "DSTU2": {
        "resourceType": "MedicationOrder",
        "id": "draft-1",
        "status": "draft",
        "patient": SUBJECT,
        "dateWritten": "2026-03-16",
        "prescriber": {"reference": "Practitioner/1"},
        "medicationCodeableConcept": {"text": "Naltrexone 1.5 mg capsule"},
        "dosageInstruction": [{"text": "1.5 mg nightly", "doseQuantity": {"value": 1.5, "unit": "mg"}}],
    },
}


@pytest.mark.parametrize("shape", OLD_SHAPES)
def test_ehr_9_orders_of_older_versions_are_read(client: FlaskClient, shape: str) -> None:
    body = valid(orders=[OLD_SHAPES[shape]])
    assert serious(client, body) == VALID
    assert dose(client, body) == 1.5


def test_ehr_9_an_old_order_for_a_procedure_is_no_fault(client: FlaskClient) -> None:
    procedure = {"resourceType": "ProcedureRequest", "id": "p", "status": "draft", "subject": SUBJECT, "code": {"text": "Knee replacement"}}
    assert serious(client, valid(orders=[naltrexone(), procedure])).items() >= VALID.items()
    assert post(client, valid(orders=[procedure])).status_code == 200


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_ehr_10_http_20_a_call_stripped_of_its_orders_is_400(client: FlaskClient, hook: str) -> None:
    answer = post(client, without(valid(hook), "context", "draftOrders"))
    assert answer.status_code == 400
    assert answer.json["issue"][0]["expression"] == ["context.draftOrders"]


@pytest.mark.parametrize("system", ["urn:oid:2.16.840.1.113883.6.88", "2.16.840.1.113883.6.88", "http://www.nlm.nih.gov/research/umls/rxnorm"])
def test_ehr_11_rxnorm_by_its_oid(client: FlaskClient, system: str) -> None:
    opioid = oxycodone(medicationCodeableConcept={"coding": [{"system": system, "code": "1049621"}]})
    draft = naltrexone(medicationCodeableConcept={"coding": [{"system": system, "code": "7243"}]})
    assert serious(client, valid(orders=[draft], medicationRequests=bundle([opioid]))).items() >= VALID.items()


def test_ehr_12_the_patients_medications_as_references(client: FlaskClient) -> None:
    def told(reference: dict[str, Any], *more: dict[str, Any]) -> dict[str, str]:
        opioid = without(oxycodone(), "medicationCodeableConcept") | {"medicationReference": reference}
        return serious(client, valid(medicationRequests=bundle([opioid, *more])))

    medication = {"resourceType": "Medication", "id": "eMED9", "code": {"text": "oxyCODONE 5 mg tablet"}}
    there = {"reference": f"{FAR}/Medication/eMED9"}
    assert told({**there, "display": "oxyCODONE-acetaminophen (PERCOCET) 5-325 mg per tablet"}) == VALID
    assert told(there, medication) == VALID
    assert told(there) == {"check-incomplete": "warning"}
