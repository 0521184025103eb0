"""What the clinical path is handed: the call that comes out of each envelope, and members sent as junk."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from cards.model import Library
from cds.hooks import envelope, errors
from tests.support.calls import changed, naltrexone, valid

HOOKS = ["order-select", "order-sign", "medication-refill", "patient-view", "appointment-book"]
URL = "/cds-services/ldn-order-sign"


def read(request: dict[str, Any]) -> Any:
    return envelope.call(json.dumps(request).encode(), "service", request["hook"], "ward-7")


def test_every_published_hook_has_its_context(library: Library) -> None:
    assert {service.hook for service in library.services} <= set(envelope.CONTEXTS)


def test_the_call_is_what_was_sent() -> None:
    request = changed(valid("order-select"), "6F9E4A3C-1C1E-4B7B-9F6E-0A7A3C1B2D3E", "hookInstance")
    request["context"]["selections"] = ["MedicationRequest/draft-1", None, 5, "x"]
    call = read(request)
    assert (call.tenant, call.service, call.hook) == ("ward-7", "service", "order-select")
    assert call.hook_instance == "6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e"
    assert call.selections == ("MedicationRequest/draft-1", "x")
    assert call.orders[0]["id"] == "draft-1"
    assert set(call.prefetch) == set(request["prefetch"])


@pytest.mark.parametrize("sent", ["pat-1", "Patient/pat-1", " pat-1 "])
def test_the_patient_is_named_without_its_type(sent: str) -> None:
    assert read(changed(valid(), sent, "context", "patientId")).patient_id == "pat-1"


def test_a_very_long_patient_id_is_no_fault() -> None:
    assert read(changed(valid(), "x" * 5000, "context", "patientId")).patient_id == "x" * 5000


@pytest.mark.parametrize("sent", ["", "  ", "Patient/", " Patient/ ", "\n"])
def test_req_25_a_patient_without_a_name_is_refused(client: FlaskClient, sent: str) -> None:
    answer = client.post(URL, json=changed(valid(), sent, "context", "patientId"))
    assert answer.status_code == 400
    assert answer.json["issue"][0]["expression"] == ["context.patientId"]


@pytest.mark.parametrize("member", ["hook", "hookInstance"])
@pytest.mark.parametrize("sent", ["", " ", None, 5, True, [], {}])
def test_req_8_25_words_that_must_be_there(client: FlaskClient, member: str, sent: Any) -> None:
    answer = client.post(URL, json=changed(valid(), sent, member))
    assert answer.status_code == 400
    assert [member] in [issue.get("expression") for issue in answer.json["issue"]]


@pytest.mark.parametrize(
    "sent",
    [
        "{6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e}",
        "urn:uuid:6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e",
        "6f9e4a3c1c1e4b7b9f6e0a7a3c1b2d3e",
        "6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e\n",
        " 6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e",
        "6f-9e4a3c1c1e4b7b9f6e0a7a3c1b2d3e",
        "٦f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e",
    ],
)
def test_req_6_what_python_would_take_for_a_uuid(client: FlaskClient, sent: str) -> None:
    answer = client.post(URL, json=changed(valid(), sent, "hookInstance"))
    assert answer.status_code == 400
    assert answer.json["issue"][0]["expression"] == ["hookInstance"]


def test_all_faults_come_at_once(client: FlaskClient) -> None:
    broken = {"hook": "order-sign", "hookInstance": "x", "fhirServer": "x", "context": {"userId": "Practitioner/1"}, "prefetch": []}
    answer = client.post(URL, json=broken)
    named = {name for issue in answer.json["issue"] for name in issue["expression"]}
    assert named == {"hookInstance", "fhirServer", "prefetch", "context.patientId", "context.draftOrders"}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], ()),
        ([None, 5, "x"], (None, 5, "x")),
        ([{"resource": {"id": "a"}}, {"resource": None}, {}], ({"id": "a"}, None, {})),
        ([{"resourceType": "MedicationRequest", "id": "bare"}], ({"resourceType": "MedicationRequest", "id": "bare"},)),
    ],
)
@pytest.mark.parametrize("hook", ["order-select", "order-sign", "medication-refill", "appointment-book"])
def test_orders_keep_their_places_whatever_they_are(hook: str, entries: Any, expected: tuple[Any, ...]) -> None:
    request = changed(valid(hook), {"resourceType": "Bundle", "entry": entries}, "context", envelope.ORDERS[hook])
    assert read(request).orders == expected


def test_a_bundle_without_its_type_or_without_entries_is_no_fault() -> None:
    assert read(changed(valid(), {"entry": [{"resource": naltrexone()}]}, "context", "draftOrders")).orders == (naltrexone(),)
    assert read(changed(valid(), {"resourceType": "Bundle"}, "context", "draftOrders")).orders == ()


@pytest.mark.parametrize(
    "sent",
    [
        naltrexone(),
        {"resourceType": "Patient"},
        {"resourceType": "Bundle", "entry": None},
        {},
        {"resourceType": "Bundle", "entry": "x"},
        {"resourceType": "Bundle", "entry": {"0": {}}},
        {"resourceType": 5},
    ],
)
@pytest.mark.parametrize("hook", ["order-select", "order-sign", "medication-refill", "appointment-book"])
def test_what_would_read_as_no_orders_at_all_is_refused(client: FlaskClient, hook: str, sent: Any) -> None:
    answer = client.post(f"/cds-services/ldn-{hook}", json=changed(valid(hook), sent, "context", envelope.ORDERS[hook]))
    assert answer.status_code == 400
    assert answer.json["issue"][0]["expression"] == [f"context.{envelope.ORDERS[hook]}"]


@pytest.mark.parametrize("hook", HOOKS)
def test_another_services_hook_is_refused(hook: str) -> None:
    with pytest.raises(errors.Refused) as raised:
        envelope.call(json.dumps(valid(hook)).encode(), "service", next(other for other in HOOKS if other != hook), "x")
    assert "hook" in {issue.where for issue in raised.value.issues}


@pytest.mark.parametrize("block", [{}, [], "x", 5, True, {"access_token": None}, {"access_token": 5}, {"access_token": ""}])
def test_req_10_a_block_without_a_token(client: FlaskClient, block: Any) -> None:
    answer = client.post(URL, json=valid() | {"fhirServer": "https://ehr.example.org", "fhirAuthorization": block})
    assert answer.status_code == 400
    assert all(name.startswith("fhirAuthorization") for issue in answer.json["issue"] for name in issue["expression"])


@pytest.mark.parametrize(
    "more",
    [
        {"token_type": "bearer"},
        {"token_type": None},
        {"expires_in": "300"},
        {"expires_in": -1},
        {"scope": "patient/Read Access (odd) user/*.rs?x=y"},
        {"subject": None},
        {"patient": "someone-else"},
        {"unknown": [{}]},
    ],
    ids=lambda value: next(iter(value)),
)
def test_fhir_14_15_the_rest_of_the_block_is_opaque(client: FlaskClient, more: dict[str, Any]) -> None:
    block = {"access_token": "secret-token", **more}
    answer = client.post(URL, json=valid() | {"fhirServer": "http://ehr.example.org:8080/fhir", "fhirAuthorization": block})
    assert answer.status_code == 200, answer.text
    assert "secret-token" not in answer.text


def test_req_21_a_repeated_key_is_no_fault(client: FlaskClient) -> None:
    text = json.dumps(valid())
    answer = client.post(URL, data='{"hook": "x", ' + text[1:], content_type="application/json")
    assert answer.status_code == 200


def test_ext_1_extensions_are_ignored(client: FlaskClient) -> None:
    more = valid(orders=[naltrexone(extension=[], _status={"extension": [{"url": "x", "valueString": "y"}]})])
    more |= {"extension": {"com.epic.cdshooks.request.fhir-version": "STU3"}}
    more["context"] |= {"extension": {}}
    plain, extended = (client.post(URL, json=body).json["cards"] for body in (valid(), more))
    assert [card["summary"] for card in extended] == [card["summary"] for card in plain]


def test_numbers_keep_their_digits_on_the_way_back(client: FlaskClient) -> None:
    text = json.dumps(valid()).replace('"value": 1.5', '"value": 1.50')
    assert text.count("1.50") == 1
    call = envelope.call(text.encode(), "service", "order-sign", "x")
    value = call.orders[0]["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"]
    assert str(value) == "1.50"
