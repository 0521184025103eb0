"""What was not seen is not said to be absent: half a list of results, half the medications (law 1: none and not known differ)."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.as_request import PATIENT, bundle
from tests.support.calls import changed, naltrexone, valid
from tests.support.scenario import TODAY

FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
NEXT = [{"relation": "next", "url": "https://ehr.example.org/fhir?page=2"}]
SUBJECT = {"reference": f"Patient/{PATIENT}"}


def ago(days: int) -> str:
    """The day so many days before the one of the call."""
    return (TODAY - timedelta(days=days)).isoformat()


SODIUM = {
    "resourceType": "Observation",
    "id": "na",
    "status": "final",
    "subject": SUBJECT,
    "code": {"coding": [{"system": "http://loinc.org", "code": "2951-2"}]},
    "effectiveDateTime": ago(5),
    "valueQuantity": {"value": 140, "unit": "mmol/L"},
}
CUT = bundle([SODIUM]) | {"link": NEXT}
BROKEN = bundle([SODIUM]) | {"entry": [{"resource": SODIUM}, {"resource": 5}]}
ANOTHERS = bundle([SODIUM, SODIUM | {"id": "x", "subject": {"reference": "Patient/somebody"}}])
ON_LDN = naltrexone(id="ldn-1", status="active", authoredOn=ago(60))
THYROXINE = naltrexone(id="thy-1", status="active", authoredOn=ago(20), medicationCodeableConcept={"text": "Levothyroxine 50 mcg tablet"})
CASES = {
    "lft-baseline": valid(medicationRequests=bundle([])),
    "lft-due": valid("patient-view", medicationRequests=bundle([ON_LDN])),
    "thyroid-monitoring": valid(medicationRequests=bundle([THYROXINE])),
}


def cards(client: FlaskClient, body: dict[str, Any]) -> dict[str, str]:
    """Every finding told, with the detail of its card."""
    answer = client.post(f"/cds-services/ldn-{body['hook']}", json=body)
    assert answer.status_code == 200, answer.text
    return {found["code"]: card["detail"] for card in answer.json["cards"] for found in card["extension"]["org.ldn-cds.findings"]}


@pytest.mark.parametrize("code", CASES)
@pytest.mark.parametrize("results", [CUT, BROKEN], ids=["cut off", "unreadable"])
def test_a_test_that_may_stand_on_the_unseen_part_is_not_called_missing(client: FlaskClient, code: str, results: Any) -> None:
    told = cards(client, changed(CASES[code], results, "prefetch", "laboratory"))
    assert code not in told
    assert "The laboratory results" in told["check-incomplete"]


@pytest.mark.parametrize("code", CASES)
@pytest.mark.parametrize("results", [bundle([SODIUM]), ANOTHERS], ids=["whole", "another's left out"])
def test_a_test_that_was_not_made_is_told(client: FlaskClient, code: str, results: Any) -> None:
    assert code in cards(client, changed(CASES[code], results, "prefetch", "laboratory"))


@pytest.mark.parametrize("key", ["medicationRequests", "medicationStatements", "medicationDispenses"])
def test_a_first_dose_is_called_one_with_reserve_where_medications_could_not_be_read(client: FlaskClient, key: str) -> None:
    order = naltrexone(
        medicationCodeableConcept={"text": "Naltrexone 4.5 mg capsule"}, dosageInstruction=[{"text": "Take 4.5 mg by mouth at bedtime"}]
    )
    body = valid(orders=[order], medicationRequests=bundle([]))
    reserve = "Not all medication lists could be read: it may be no first dose."
    assert reserve in cards(client, changed(body, FAILED, "prefetch", key))["start-dose-high"]
    assert reserve not in cards(client, body)["start-dose-high"]


@pytest.mark.parametrize("key", ["medicationRequests", "medicationStatements", "medicationDispenses"])
def test_a_dose_in_hospital_waits_for_the_full_washout_where_other_opioids_could_not_be_excluded(client: FlaskClient, key: str) -> None:
    given = {
        "resourceType": "MedicationAdministration",
        "id": "adm-1",
        "status": "completed",
        "subject": SUBJECT,
        "medicationCodeableConcept": {"text": "Morphine 4 mg injection"},
        "effectiveDateTime": ago(1),
    }
    body = valid(medicationRequests=bundle([]), medicationAdministrations=bundle([given]))
    assert "18 Mar 2026" in cards(client, body)["opioid-recent"]
    assert "18 Mar 2026" in cards(client, changed(body, None, "prefetch", key))["opioid-recent"]
    assert "25 Mar 2026" in cards(client, changed(body, FAILED, "prefetch", key))["opioid-recent"]
