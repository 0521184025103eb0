"""How the courses of low-dose naltrexone are put together from the entries of a chart, seen in what the service answers."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds.checks import CHECKS
from tests.support.as_request import bundle
from tests.support.calls import naltrexone, valid
from tests.support.scenario import TODAY


def _day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


def _order(mg: float, written: str | None, **more: Any) -> dict[str, Any]:
    quantity = {"value": mg, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    dosage = {
        "text": f"Take {mg} mg by mouth at bedtime",
        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": quantity}],
    }
    dated = {"authoredOn": written} if written else {}
    return naltrexone(medicationCodeableConcept={"text": "LDN"}, dosageInstruction=[dosage], **dated, **{"id": "old", "status": "active", **more})


def _cards(client: FlaskClient, hook: str, orders: list[Any], chart: list[Any], **lists: Any) -> dict[str, Any]:
    """The cards of the call by each finding that they tell."""
    body = valid(hook, orders, medicationRequests=bundle(chart), **lists)
    cards = client.post(f"/cds-services/ldn-{hook}", json=body).json["cards"]
    return {found["code"]: card for card in cards for found in card["extension"]["org.ldn-cds.findings"]}


def test_an_order_that_is_revised_in_its_place_was_taken_before(client: FlaskClient) -> None:
    cards = _cards(client, "order-sign", [_order(3, _day(0), id="same", status="draft")], [_order(1.5, _day(-5), id="same")])
    assert cards["titration-too-fast"]["indicator"] == "warning"
    assert "start-dose-high" not in cards


def test_a_copy_of_the_draft_on_the_chart_is_no_change_of_dose(client: FlaskClient) -> None:
    copy = _order(3, _day(0), id="new")
    cards = _cards(client, "order-sign", [{**copy, "status": "draft"}], [_order(1.5, _day(-5)), copy])
    assert cards["titration-too-fast"]["indicator"] == "warning"


def test_the_step_is_offered_for_the_order_that_stands_not_for_what_repeats_it(client: FlaskClient) -> None:
    said = {
        "resourceType": "MedicationStatement",
        "id": "said",
        "status": "active",
        "subject": {"reference": "Patient/pat-1"},
        "medicationCodeableConcept": {"text": "LDN"},
        "effectivePeriod": {"start": _day(-40)},
        "dosage": [{"text": "Take 3 mg by mouth at bedtime"}],
    }
    chart = [_order(3, _day(-40), id="over", status="completed", dispenseRequest={"expectedSupplyDuration": {"value": 30, "unit": "days"}})]
    cards = _cards(client, "patient-view", [], [*chart, _order(3, _day(-10), id="stands")], medicationStatements=bundle([said]))
    changed = [action["resource"] for one in cards["titration-step-due"]["suggestions"] for action in one["actions"]]
    assert [one["id"] for one in changed if one["resourceType"] == "MedicationRequest"] == ["stands"]


def test_a_month_without_a_day_blames_nobody(client: FlaskClient) -> None:
    this_month = TODAY.isoformat()[:7]
    assert date.fromisoformat(f"{this_month}-01") <= TODAY - timedelta(days=14)
    cards = _cards(client, "order-sign", [_order(4.5, _day(0), id="new", status="draft")], [_order(1.5, this_month)])
    assert "titration-too-fast" not in cards
    assert cards["titration-step-large"]["indicator"] == "warning"


def test_the_last_tolerated_dose_comes_before_the_last_one(client: FlaskClient) -> None:
    supply = {"expectedSupplyDuration": {"value": 30, "unit": "days"}}
    given_up = _order(3, _day(-30), id="second", status="stopped", statusReason={"text": "intolerable insomnia"}, dispenseRequest=supply)
    chart = [_order(1.5, _day(-60), id="first", status="completed", dispenseRequest=supply), given_up]
    cards = _cards(client, "order-sign", [_order(45, _day(0), id="new", status="draft")], chart)
    first = cards["dose-error-suspected"]["suggestions"][0]
    assert first["label"] == "Order the last tolerated dose, 1.5 mg a day"
    assert first["actions"][0]["resource"]["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 1.5


def test_a_fill_of_an_order_changes_no_dose(client: FlaskClient) -> None:
    late = {
        "resourceType": "MedicationDispense",
        "id": "late",
        "status": "completed",
        "subject": {"reference": "Patient/pat-1"},
        "medicationCodeableConcept": {"text": "LDN"},
        "whenHandedOver": _day(-3),
        "daysSupply": {"value": 30, "unit": "days"},
        "authorizingPrescription": [{"reference": "MedicationRequest/first"}],
        "dosageInstruction": [{"text": "Take 1.5 mg by mouth at bedtime"}],
    }
    chart = [_order(1.5, _day(-60), id="first", status="completed"), _order(3, _day(-20), id="second")]
    cards = _cards(client, "order-sign", [_order(4.5, _day(0), id="new", status="draft")], chart, medicationDispenses=bundle([late]))
    assert not {"titration-too-fast", "titration-step-large"} & set(cards)


def test_what_might_forbid_a_step_and_fails_forbids_it(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Liver disease is not asked about on an open chart, but holds a step up; so does its check when it cannot say."""
    chart = [_order(3, _day(-40), id="stands")]
    assert "titration-step-due" in _cards(client, "patient-view", [], chart)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(CHECKS, "liver-disease", broken)
    assert "titration-step-due" not in _cards(client, "patient-view", [], chart)
