"""What a prefetch key can hold, seen from outside: never a crash, never silence (REQUIREMENTS: Prefetch)."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.as_request import bundle
from tests.support.calls import KEYS, changed, naltrexone, oxycodone, valid, without
from tests.support.scenario import USUAL

SIGN = "/cds-services/ldn-order-sign"
MEDICATIONS = KEYS[:4]
REQUIRED = ("medicationRequests", "conditions", "allergies")
FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout", "diagnostics": "x"}]}
NO_RESULTS = {
    "resourceType": "Bundle",
    "type": "searchset",
    "total": 0,
    "entry": [
        {
            "search": {"mode": "outcome"},
            "resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "processing", "diagnostics": "no results"}]},
        }
    ],
}
JUNK: list[Any] = ["<html>502 Bad Gateway</html>", "", 5, True, [], [1], {}, {"resourceType": 5}, {"resourceType": "Bundle", "entry": "x"},
                   {"resourceType": "Bundle", "entry": [None, 5, [], {"resource": 5}]}, {"resourceType": "Patient", "id": 5}]  # fmt: skip


def serious(answer: Any) -> set[str]:
    """The findings of the serious cards."""
    assert answer.status_code == 200, answer.text
    cards = [card for card in answer.json["cards"] if card["indicator"] != "info"]
    return {found["code"] for card in cards for found in card["extension"]["org.ldn-cds.findings"]}


def loud(answer: Any) -> bool:
    """Not silent: 412, the opioid is still seen, or a card says what could not be checked."""
    return answer.status_code == 412 or bool({"opioid-active", "check-incomplete"} & serious(answer))


def test_pre_1_2_3_13_no_prefetch_at_all(client: FlaskClient) -> None:
    gone = [without(valid(), "prefetch"), changed(valid(), {}, "prefetch"), changed(valid(), None, "prefetch")]
    first, *others = [client.post(SIGN, json=body) for body in gone]
    assert first.status_code == 412
    assert any(key in first.text for key in MEDICATIONS)
    assert first.json["resourceType"] == "OperationOutcome"
    assert all(other.data == first.data and other.status_code == 412 for other in others)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", [None, {"resourceType": "Bundle", "type": "searchset", "total": 0}, NO_RESULTS], ids=["null", "empty", "epic"])
def test_pre_4_8_9_nothing_there_is_an_answer(client: FlaskClient, key: str, value: Any) -> None:
    answer = client.post(SIGN, json=changed(valid(), value, "prefetch", key))
    assert answer.status_code == 200, answer.text
    assert "check-incomplete" not in answer.text
    empty = client.post(SIGN, json=changed(valid(), bundle([]), "prefetch", key))
    assert answer.data == empty.data


def test_pre_5_all_null(client: FlaskClient) -> None:
    assert client.post(SIGN, json=valid() | {"prefetch": dict.fromkeys(KEYS)}).status_code in (200, 412)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("how", ["failed", "absent"])
def test_pre_6_7_a_failed_or_absent_list_is_not_an_empty_one(client: FlaskClient, key: str, how: str) -> None:
    body = changed(valid(), FAILED, "prefetch", key) if how == "failed" else without(valid(), "prefetch", key)
    assert loud(client.post(SIGN, json=body))


@pytest.mark.parametrize("key", [*KEYS, "patient"])
@pytest.mark.parametrize("how", ["failed", "cut off", "unreadable", "absent"])
def test_pre_6_7_11_12_each_list_is_missed_beside_what_was_found(client: FlaskClient, key: str, how: str) -> None:
    cut = bundle([]) | {"link": [{"relation": "next", "url": "https://ehr.example.org/fhir?page=2"}]}
    broken = {"failed": FAILED, "cut off": cut, "unreadable": "<html>502</html>"}
    body = without(valid(), "prefetch", key) if how == "absent" else changed(valid(), broken[how], "prefetch", key)
    told = {found["code"]: found for card in client.post(SIGN, json=body).json["cards"] for found in card["extension"]["org.ldn-cds.findings"]}
    assert "check-incomplete" in told
    assert told["check-incomplete"]["indicator"] == "warning" or (how == "absent" and key not in REQUIRED)


@pytest.mark.parametrize("how", ["failed", "absent"])
def test_pre_7_the_list_that_mattered_is_told(client: FlaskClient, how: str) -> None:
    key = "medicationRequests"
    body = changed(valid(), FAILED, "prefetch", key) if how == "failed" else without(valid(), "prefetch", key)
    answer = client.post(SIGN, json=body)
    assert answer.status_code == 412 or "check-incomplete" in serious(answer)


def test_pre_10_keys_nobody_asked_for_change_nothing(client: FlaskClient) -> None:
    more = valid()
    more["prefetch"] |= {"-user": {"resourceType": "Practitioner", "id": "1"}, "other": bundle([oxycodone(id="elsewhere")]), "": None}
    assert client.post(SIGN, json=more).data == client.post(SIGN, json=valid()).data


def test_pre_11_a_page_with_more_behind_it_is_incomplete(client: FlaskClient) -> None:
    cut = bundle([]) | {"link": [{"relation": "next", "url": "https://ehr.example.org/fhir?page=2"}]}
    answer = client.post(SIGN, json=changed(valid(), cut, "prefetch", "medicationRequests"))
    assert loud(answer)


@pytest.mark.parametrize("junk", JUNK, ids=lambda value: json.dumps(value)[:30])
@pytest.mark.parametrize("key", KEYS)
def test_pre_12_junk_never_crashes(client: FlaskClient, key: str, junk: Any) -> None:
    answer = client.post(SIGN, json=changed(valid(), junk, "prefetch", key))
    assert answer.status_code in (200, 412), answer.text
    assert loud(answer)


def test_pre_12_junk_under_every_key_is_not_silent(client: FlaskClient) -> None:
    for junk in JUNK:
        assert loud(client.post(SIGN, json=valid() | {"prefetch": dict.fromkeys(KEYS, junk)})), junk


def test_pre_14_another_patients_opioid_is_not_used(client: FlaskClient) -> None:
    foreign = bundle([oxycodone(subject={"reference": "Patient/other"})])
    assert "opioid-active" not in serious(client.post(SIGN, json=changed(valid(), foreign, "prefetch", "medicationRequests")))


def test_pre_16_the_order_of_entries_does_not_matter(client: FlaskClient) -> None:
    two = [oxycodone(), oxycodone(id="oxy-2", status="stopped")]
    answers = [client.post(SIGN, json=changed(valid(), bundle(entries), "prefetch", "medicationRequests")) for entries in (two, two[::-1])]
    assert serious(answers[0]) == serious(answers[1])


@pytest.mark.parametrize("kind", ["searchset", "collection", None])
def test_pre_17_ehr_6_any_kind_of_bundle(client: FlaskClient, kind: str | None) -> None:
    chart = bundle([oxycodone()])
    chart.pop("type")
    if kind:
        chart["type"] = kind
    assert "opioid-active" in serious(client.post(SIGN, json=changed(valid(), chart, "prefetch", "medicationRequests")))


def test_ehr_13_the_envelope_of_old_clients(client: FlaskClient) -> None:
    old = {"response": {"status": "200 OK"}, "resource": bundle([oxycodone()])}
    assert loud(client.post(SIGN, json=changed(valid(), old, "prefetch", "medicationRequests")))


@pytest.mark.parametrize("severity", [None, [], {}, [1], 5, "strange", "error", "fatal"], ids=repr)
def test_epics_no_results_with_any_other_severity_is_a_failure(client: FlaskClient, severity: Any) -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": []}]}
    answer = client.post(SIGN, json=changed(valid(), bundle([outcome]), "prefetch", "medicationRequests"))
    assert "check-incomplete" in serious(answer) or answer.status_code == 412


def entries(client: FlaskClient, **lists: Any) -> dict[str, str]:
    """The findings of every card, information included, with their indicators."""
    answer = client.post(SIGN, json=valid(**lists))
    assert answer.status_code == 200, answer.text
    told = {found["code"]: found["indicator"] for card in answer.json["cards"] for found in card["extension"]["org.ldn-cds.findings"]}
    return {code: indicator for code, indicator in told.items() if code not in USUAL}


NOTHING = bundle([])


@pytest.mark.parametrize(
    "drug",
    [
        {"medicationCodeableConcept": {"coding": [{"system": "urn:local", "code": "77"}]}},
        {"medicationCodeableConcept": {"text": "see comments"}},
        {"medicationCodeableConcept": {"text": "-"}},
        {"medicationReference": {"reference": "Medication/elsewhere"}},
        {},
    ],
    ids=str,
)
@pytest.mark.parametrize("status", ["active", "stopped"])
def test_an_entry_without_a_readable_drug_is_said(client: FlaskClient, drug: dict[str, Any], status: str) -> None:
    entry = {"resourceType": "MedicationRequest", "id": "m", "status": status, "intent": "order", "authoredOn": "2026-03-10", **drug}
    assert entries(client, medicationRequests=bundle([entry])) == {"check-incomplete": "warning"}


def test_a_readable_drug_in_no_class_is_not_said(client: FlaskClient) -> None:
    entry = {"resourceType": "MedicationRequest", "id": "m", "status": "active", "medicationCodeableConcept": {"text": "Zyxovar 20 mg"}}
    assert entries(client, medicationRequests=bundle([entry])) == {}


def test_two_entries_of_one_id_both_count(client: FlaskClient) -> None:
    other = oxycodone(medicationCodeableConcept={"text": "temazepam 15 mg"})
    assert "opioid-active" in entries(client, medicationRequests=bundle([other, oxycodone()]))
    answer = client.post(f"{SIGN}?explain=true", json=valid(medicationRequests=bundle([other, oxycodone()])))
    assert any("oxy-1" in fault for fault in answer.json["extension"]["org.ldn-cds.explain"]["malformed"])


def test_a_chart_entry_that_shares_the_id_of_a_draft_but_is_another_drug_counts(client: FlaskClient) -> None:
    assert "opioid-active" in entries(client, medicationRequests=bundle([oxycodone(id="draft-1")]))


SCREEN = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Opiates, urine"}, "effectiveDateTime": "2026-03-14"}


@pytest.mark.parametrize(
    "more",
    [{"valueCodeableConcept": 7}, {"valueQuantity": "x"}, {"valueString": [1]}, {"valueCodeableConcept": {"a": 1}}, {"code": 7}, {"code": {}}],
    ids=str,
)
def test_a_drug_screen_that_cannot_be_read_is_said(client: FlaskClient, more: dict[str, Any]) -> None:
    assert entries(client, medicationRequests=NOTHING, laboratory=bundle([{**SCREEN, **more}])) == {"check-incomplete": "warning"}


def test_a_very_long_blank_result_is_no_result(client: FlaskClient) -> None:
    assert entries(client, medicationRequests=NOTHING, laboratory=bundle([{**SCREEN, "valueString": " \n" * 50_000}])) in (
        {},
        {"check-incomplete": "warning"},
    )


def test_a_status_that_nobody_knows_counts_as_active(client: FlaskClient) -> None:
    condition = {"resourceType": "Condition", "id": "c", "code": {"text": "Opioid withdrawal"}, "clinicalStatus": "x"}
    assert "opioid-withdrawal" in entries(client, medicationRequests=NOTHING, conditions=bundle([condition]))


def test_a_list_that_was_not_sent_is_said_beside_a_critical_card(client: FlaskClient) -> None:
    answer = client.post(SIGN, json=without(valid(), "prefetch", "laboratory"))
    found = [(card["indicator"], one["code"]) for card in answer.json["cards"] for one in card["extension"]["org.ldn-cds.findings"]]
    assert found == [("critical", "opioid-active"), ("info", "check-incomplete")]


def test_two_drafts_of_one_id_get_suggestions_of_their_own(client: FlaskClient) -> None:
    answer = client.post(SIGN, json=valid(orders=[naltrexone(), naltrexone(note=[{"text": "again"}])]))
    (card,) = (card for card in answer.json["cards"] if card["source"]["topic"]["code"] == "opioidactive")
    assert len({one["uuid"] for one in card["suggestions"]}) == len(card["suggestions"]) == 2


def test_a_bundled_medication_is_found_by_its_full_url(client: FlaskClient) -> None:
    draft = naltrexone(medicationReference={"reference": "urn:uuid:6f9e4a3c-0000-4b7b-9f6e-0a7a3c1b2d3e"})
    del draft["medicationCodeableConcept"]
    body = valid(orders=[draft])
    medication = {"resourceType": "Medication", "code": {"text": "LDN 4.5 mg"}}
    body["context"]["draftOrders"]["entry"].append({"fullUrl": "urn:uuid:6f9e4a3c-0000-4b7b-9f6e-0a7a3c1b2d3e", "resource": medication})
    assert "opioid-active" in serious(client.post(SIGN, json=body))


def test_a_renewed_order_is_no_start(client: FlaskClient) -> None:
    chart = naltrexone(status="active", authoredOn="2026-01-10")
    oud = {"resourceType": "Condition", "id": "c", "code": {"text": "Opioid use disorder"}, "clinicalStatus": "active"}
    assert entries(client, medicationRequests=bundle([chart]), conditions=bundle([oud])) == {"opioid-use-disorder": "warning"}


def test_the_orders_own_reason_names_the_disorder(client: FlaskClient) -> None:
    body = valid(orders=[naltrexone(reasonCode=[{"text": "Opioid use disorder"}])], medicationRequests=NOTHING)
    assert serious(client.post(SIGN, json=body)) == {"opioid-use-disorder"}


def test_an_order_that_starts_after_the_washout_is_not_warned_about_it(client: FlaskClient) -> None:
    stopped = oxycodone(status="stopped", dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"end": "2026-03-12"}}}}])
    answer = client.post(SIGN, json=valid(medicationRequests=bundle([stopped])))
    card = answer.json["cards"][0]
    assert card["extension"]["org.ldn-cds.findings"][0]["code"] == "opioid-recent"
    accepted = card["suggestions"][0]["actions"][0]["resource"]
    assert "opioid-recent" not in serious(client.post(SIGN, json=valid(orders=[accepted], medicationRequests=bundle([stopped]))))
