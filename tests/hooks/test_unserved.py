"""Hooks that this service does not serve: said plainly, never half served (REQUIREMENTS: order-dispatch, encounters, medication-prescribe)."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.as_request import bundle
from tests.support.calls import naltrexone, valid

SERVED = ["order-select", "order-sign", "medication-refill", "patient-view", "appointment-book"]
STU3 = {"resourceType": "MedicationRequest", "id": "m", "status": "draft", "intent": "order", "medicationCodeableConcept": {"text": "LDN 4.5 mg"}}
DSTU2 = {"resourceType": "MedicationOrder", "id": "m", "status": "draft", "medicationCodeableConcept": {"text": "LDN 4.5 mg"}}
WHO = {"userId": "Practitioner/1", "patientId": "pat-1"}
ORDER = "MedicationRequest/draft-1"
TASK = {"resourceType": "Task", "id": "t", "status": "draft", "intent": "order"}
CONTEXTS: dict[str, list[dict[str, Any]]] = {
    "order-dispatch": [
        {"patientId": "pat-1", "dispatchedOrders": [ORDER], "performer": "Organization/1"},
        {"patientId": "pat-1", "dispatchedOrders": [ORDER], "performer": "Organization/1", "fulfillmentTasks": [TASK]},
        {"patientId": "pat-1", "order": ORDER, "performer": "Organization/1", "task": TASK},
        {"patientId": "pat-1", "dispatchedOrders": [ORDER], "performer": "Organization/1", "fulfillment-tasks": [TASK]},
        {"patientId": 5, "dispatchedOrders": "x", "performer": None},
        {},
    ],
    "encounter-start": [{**WHO, "encounterId": "e1"}, {**WHO, "encounterId": 5}, {}],
    "encounter-discharge": [{**WHO, "encounterId": "e1"}, {**WHO, "encounterId": [None]}, {}],
    "medication-prescribe": [
        {**WHO, "medications": bundle([STU3], "collection")},
        {**WHO, "medications": bundle([DSTU2], "collection"), "encounterId": "e1"},
        {**WHO, "medications": bundle([naltrexone()], "collection")},
        {**WHO, "medications": [None]},
        {},
    ],
}
CALLS = [(hook, context) for hook, contexts in CONTEXTS.items() for context in contexts]
IDS = [f"{hook} {number}" for hook, contexts in CONTEXTS.items() for number in range(len(contexts))]


def body(hook: str, context: dict[str, Any]) -> dict[str, Any]:
    return valid() | {"hook": hook, "context": context}


def refused(answer: Any, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json["resourceType"] == "OperationOutcome"
    assert "cards" not in answer.json
    assert words in answer.text


@pytest.mark.parametrize(("hook", "context"), CALLS, ids=IDS)
def test_odisp_estart_edis_mpres_7_an_id_that_is_not_there_is_404(client: FlaskClient, hook: str, context: dict[str, Any]) -> None:
    for name in (hook, f"ldn-{hook}"):
        refused(client.post(f"/cds-services/{name}", json=body(hook, context)), 404, "GET /cds-services")


@pytest.mark.parametrize("served", SERVED)
@pytest.mark.parametrize(("hook", "context"), CALLS, ids=IDS)
def test_odisp_estart_edis_mpres_6_7_a_hook_of_another_kind_is_400(client: FlaskClient, served: str, hook: str, context: dict[str, Any]) -> None:
    answer = client.post(f"/cds-services/ldn-{served}", json=body(hook, context))
    refused(answer, 400, served)
    assert ["hook"] in [issue.get("expression") for issue in answer.json["issue"]]


def test_mpres_6_what_old_clients_call_the_order_is_understood_where_the_hook_is_served(client: FlaskClient) -> None:
    for old in (STU3, DSTU2):
        answer = client.post("/cds-services/ldn-order-sign", data=json.dumps(valid(orders=[old])), content_type="application/json")
        assert answer.status_code == 200
        assert "opioid-active" in answer.text
