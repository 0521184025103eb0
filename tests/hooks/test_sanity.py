"""Each hook's own way of calling, and what must hold whatever happens (REQUIREMENTS: Hook contexts; Robustness and sanity)."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.as_request import bundle
from tests.support.calls import changed, naltrexone, oxycodone, valid, without
from tests.support.walk import places, put

LISINOPRIL = naltrexone(id="lis-1", medicationCodeableConcept={"text": "lisinopril 10 mg tablet"}, dosageInstruction=[{"text": "1 tablet daily"}])
NOTHING = bundle([])
CALM = {"patient": {"resourceType": "Patient", "id": "pat-1", "birthDate": "1979-03-02"}, "medicationRequests": NOTHING}
HOOKS = ["order-select", "order-sign", "medication-refill", "patient-view", "appointment-book"]


def post(client: FlaskClient, body: dict[str, Any]) -> Any:
    return client.post(f"/cds-services/ldn-{body['hook']}", data=json.dumps(body), content_type="application/json")


def told(client: FlaskClient, body: dict[str, Any]) -> dict[str, str]:
    """Every finding on the cards, with its indicator."""
    answer = post(client, body)
    assert answer.status_code == 200, answer.text
    return {found["code"]: found["indicator"] for card in answer.json["cards"] for found in card["extension"]["org.ldn-cds.findings"]}


def about(client: FlaskClient, body: dict[str, Any], code: str) -> list[str]:
    """The resources that a finding's card names."""
    found = [one for card in post(client, body).json["cards"] for one in card["extension"]["org.ldn-cds.findings"] if one["code"] == code]
    return sorted(name for one in found for name in one["about"])


def test_pv_6_an_opened_chart_without_findings_is_quiet(client: FlaskClient) -> None:
    assert post(client, valid("patient-view")).json == {"cards": []}
    assert post(client, valid("patient-view", **CALM)).json == {"cards": []}


def test_osel_6_advice_is_about_the_selected_order_and_the_others_are_context(client: FlaskClient) -> None:
    drafts = [naltrexone(), LISINOPRIL, oxycodone(id="draft-2", status="draft")]
    body = valid("order-select", orders=drafts, medicationRequests=NOTHING)
    assert about(client, body, "opioid-active") == ["MedicationRequest/draft-1", "MedicationRequest/draft-2"]
    other = changed(body, ["MedicationRequest/lis-1"], "context", "selections")
    assert post(client, other).json == {"cards": []}


def test_osel_7_an_order_without_a_dose_yet_is_no_fault(client: FlaskClient) -> None:
    bare = without(naltrexone(), "dosageInstruction")
    assert told(client, valid("order-select", orders=[bare])) == {"opioid-active": "critical"}
    calm = told(client, valid("order-select", orders=[bare], **CALM))
    assert "info" in calm.values()
    assert "dose-unreadable" not in calm
    assert "check-incomplete" not in calm
    nothing = {"resourceType": "MedicationRequest", "id": "draft-1", "medicationCodeableConcept": {"text": "LDN"}}
    assert "opioid-active" in told(client, valid("order-select", orders=[nothing]))


@pytest.mark.parametrize("status", ["draft", "active", "on-hold", "unknown", None])
def test_osign_6_an_order_signed_again_is_judged_whatever_its_status(client: FlaskClient, status: str | None) -> None:
    draft = naltrexone(status=status) if status else without(naltrexone(), "status")
    assert told(client, valid(orders=[draft])) == {"opioid-active": "critical"}


def test_osign_7_each_of_several_orders_is_judged_and_against_the_others(client: FlaskClient) -> None:
    two = valid(orders=[naltrexone(), naltrexone(id="draft-2")])
    assert {"MedicationRequest/draft-1", "MedicationRequest/draft-2"} <= set(about(client, two, "opioid-active"))
    opioid = valid(orders=[LISINOPRIL, oxycodone(id="draft-2", status="draft"), naltrexone()], medicationRequests=NOTHING)
    assert about(client, opioid, "opioid-active") == ["MedicationRequest/draft-1", "MedicationRequest/draft-2"]


def booking(*appointments: dict[str, Any]) -> dict[str, Any]:
    """A booking for a patient who takes naltrexone."""
    chart = naltrexone(id="chart-1", status="active", authoredOn="2026-03-01")
    return changed(valid("appointment-book", medicationRequests=bundle([chart])), bundle(list(appointments), "collection"), "context", "appointments")


def test_appt_6_several_proposed_appointments_also_without_a_start(client: FlaskClient) -> None:
    who = [{"actor": {"reference": "Patient/pat-1"}, "status": "needs-action"}]
    knee = {"resourceType": "Appointment", "id": "a1", "status": "proposed", "description": "Total knee replacement", "participant": who}
    talk = {"resourceType": "Appointment", "id": "a2", "status": "proposed", "description": "Dietary advice", "participant": who}
    assert post(client, booking(talk)).json == {"cards": []}
    for first in (knee, {**knee, "start": "2026-03-24T08:00:00Z"}):
        for asked in (booking(first, talk), booking(talk, first)):
            assert told(client, asked) == {"surgery-upcoming": "warning"}
            assert post(client, asked).data == post(client, asked).data


def test_refill_6_without_a_user_and_in_dates(client: FlaskClient) -> None:
    body = valid("medication-refill", orders=[naltrexone(status="active", requester={"reference": "Practitioner/9"})])
    alone = without(body, "context", "userId")
    assert told(client, alone) == told(client, body) == {"opioid-active": "critical"}
    stopped = oxycodone(status="stopped", dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"end": "2026-03-12"}}}}])
    (card,) = (
        c for c in post(client, changed(alone, bundle([stopped]), "prefetch", "medicationRequests")).json["cards"] if c["indicator"] == "critical"
    )
    assert "22 Mar 2026" in card["summary"] + card["detail"]  # ten days after the last dose, as a date


def test_refill_6_no_card_speaks_of_today(client: FlaskClient, said: list[Any]) -> None:
    texts = [card["summary"] + card["detail"] for one in said if one.request["hook"] == "medication-refill" for card in one.cards]
    assert texts
    assert [text for text in texts if any(word in text.casefold() for word in ("today", "tomorrow", "yesterday"))] == []


@pytest.mark.parametrize(
    "value", [None, "", 0, -1, True, [], {}, "x", [1], "Patient/", "x" * 70_000, "\u0000\ud800", "<script>", "../../etc"], ids=repr
)
@pytest.mark.parametrize("hook", HOOKS)
def test_pv_5_osel_5_osign_5_appt_5_refill_5_odd_context_never_crashes(client: FlaskClient, hook: str, value: Any) -> None:
    body = valid(hook)
    for place in places(body["context"]):
        answer = post(client, put(body, ("context", *place), value))
        assert answer.status_code in (200, 400, 412), (place, answer.text)


def test_pre_15_the_record_of_somebody_else_is_said(client: FlaskClient) -> None:
    other = changed(valid(), "pat-2", "prefetch", "patient", "id")
    assert told(client, other) == {"opioid-active": "critical", "check-incomplete": "warning"}
    calm = told(client, changed(valid(**CALM), "pat-2", "prefetch", "patient", "id"))
    assert calm["check-incomplete"] == "warning"


def test_rob_1_simultaneous_identical_calls_get_identical_answers(app: Flask) -> None:
    body = valid()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: app.test_client().post("/cds-services/ldn-order-sign", json=body), range(24)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1


def test_clin_1_naltrexone_with_an_active_opioid_names_it(client: FlaskClient) -> None:
    (card,) = (card for card in post(client, valid()).json["cards"] if card["indicator"] == "critical")
    assert "oxycodone" in card["summary"].casefold()


@pytest.mark.parametrize("hook", ["order-select", "order-sign", "medication-refill"])
def test_clin_2_another_order_for_an_unremarkable_patient_says_nothing(client: FlaskClient, hook: str) -> None:
    assert post(client, valid(hook, orders=[LISINOPRIL], **CALM)).json == {"cards": []}
    assert post(client, valid(hook, orders=[LISINOPRIL])).json == {"cards": []}


def test_clin_3_low_dose_naltrexone_for_an_unremarkable_patient_is_not_critical(client: FlaskClient) -> None:
    assert set(told(client, valid(**CALM)).values()) == {"info"}
