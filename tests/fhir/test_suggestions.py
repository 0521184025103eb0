"""Suggestions are the client's own JSON with only the named paths changed, and stay valid R4B where the draft was."""

import copy
from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B.medicationrequest import MedicationRequest

from cards.finding import Change, Proposal
from cards.library import load
from cds.fhir.references import Shelf
from cds.fhir.suggestions import action
from tests.support.calls import naltrexone

DAY = date(2026, 4, 2)
TERMINOLOGY = load().terminology


def propose(change: Change, raw: dict[str, Any]) -> dict[str, Any] | None:
    facts = {"date": "2 Apr 2026"}
    return action(Proposal(change=change, label="x", order="k", facts=facts, day=DAY), raw, "Do it", Shelf(), TERMINOLOGY)


def changed_paths(before: Any, after: Any, path: str = "") -> set[str]:
    """Every path at which the two differ, additions and losses included."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {p for key in before.keys() | after.keys() for p in changed_paths(before.get(key), after.get(key), f"{path}.{key}".lstrip("."))}
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return {p for at, (left, right) in enumerate(zip(before, after, strict=True)) for p in changed_paths(left, right, f"{path}[{at}]")}
    return set() if before == after else {path}


STRANGE: dict[str, Any] = {
    "extension": [{"url": "urn:x", "valueString": "kept"}],
    "_status": {"extension": [{"url": "urn:y", "valueCode": "kept"}]},
    "note": [{"text": "kept"}],
    "category": {"text": "an object, as Epic sends it"},
    "somethingNew": [1, {"deep": [None]}],
    "id": "e" * 200,
}

DRAFTS: dict[str, dict[str, Any]] = {
    "structured": naltrexone(),
    "text only": naltrexone(dosageInstruction=[{"text": "4.5 mg nightly"}]),
    "no dosage": {key: value for key, value in naltrexone().items() if key != "dosageInstruction"},
    "said before": naltrexone(dosageInstruction=[{"text": "4.5 mg", "patientInstruction": "With water."}]),
    "bounded": naltrexone(
        dosageInstruction=[{"text": "4.5 mg", "timing": {"repeat": {"boundsPeriod": {"start": "2026-03-16", "end": "2026-03-30"}}}}]
    ),
    "counted": naltrexone(
        dosageInstruction=[{"text": "4.5 mg", "timing": {"repeat": {"boundsDuration": {"value": 14, "unit": "d"}}}}],
        dispenseRequest={"quantity": {"value": 30}, "validityPeriod": {"start": "2026-03-16"}},
    ),
    "steps": naltrexone(
        dosageInstruction=[
            {"sequence": 1, "text": "1.5 mg", "timing": {"repeat": {"boundsPeriod": {"start": "2026-03-16", "end": "2026-03-29"}}}},
            {"sequence": 2, "text": "3 mg", "timing": {"repeat": {"boundsPeriod": {"start": "2026-03-30"}}}},
        ]
    ),
}


@pytest.mark.parametrize("name", DRAFTS)
@pytest.mark.parametrize("change", [Change.HOLD, Change.END, Change.NOT_BEFORE])
def test_a_valid_draft_stays_valid(name: str, change: Change) -> None:
    draft = DRAFTS[name]
    MedicationRequest.model_validate(draft)
    before = copy.deepcopy(draft)
    found = propose(change, draft)
    assert found is not None
    assert found["type"] == "update"
    MedicationRequest.model_validate(found["resource"])
    assert draft == before


@pytest.mark.parametrize("name", DRAFTS)
def test_only_the_named_paths_change(name: str) -> None:
    draft = DRAFTS[name] | STRANGE
    held = propose(Change.HOLD, draft)
    assert held is not None
    assert changed_paths(draft, held["resource"]) == {"status"}
    deferred = propose(Change.NOT_BEFORE, draft)
    assert deferred is not None
    for path in changed_paths(draft, deferred["resource"]):
        assert path.startswith(("dosageInstruction", "dispenseRequest.validityPeriod", "dispenseRequest")), path
        assert not path.endswith((".text", "doseAndRate", "quantity")), path


def test_not_before_is_said_and_structured() -> None:
    found = propose(Change.NOT_BEFORE, DRAFTS["said before"])
    assert found is not None
    line = found["resource"]["dosageInstruction"][0]
    assert line["patientInstruction"] == "With water. Start not before 2 Apr 2026."
    assert line["timing"]["repeat"]["boundsPeriod"] == {"start": "2026-04-02"}


def test_later_steps_move_with_the_first() -> None:
    found = propose(Change.NOT_BEFORE, DRAFTS["steps"])
    assert found is not None
    periods = [line["timing"]["repeat"]["boundsPeriod"] for line in found["resource"]["dosageInstruction"]]
    assert periods == [{"start": "2026-04-02", "end": "2026-04-15"}, {"start": "2026-04-16"}]


def test_a_length_that_is_counted_moves_the_supply_instead() -> None:
    found = propose(Change.NOT_BEFORE, DRAFTS["counted"])
    assert found is not None
    order = found["resource"]
    assert order["dispenseRequest"] == {"quantity": {"value": 30}, "validityPeriod": {"start": "2026-04-02"}}
    assert order["dosageInstruction"][0]["timing"] == DRAFTS["counted"]["dosageInstruction"][0]["timing"]


@pytest.mark.parametrize("junk", [None, "x", 5, {}, [], [None], ["x", {"text": "b"}], [{"timing": "x"}], [{"timing": {"repeat": []}}], {"text": "a"}])
def test_junk_in_the_dosage_is_no_crash_and_is_not_lost(junk: Any) -> None:
    draft = naltrexone(dosageInstruction=junk)
    found = propose(Change.NOT_BEFORE, draft)
    assert found is not None
    assert "Start not before 2 Apr 2026." in str(found["resource"])
    for kept in junk[1:] if isinstance(junk, list) else ():
        assert kept in found["resource"]["dosageInstruction"]


def test_delete_points_at_what_the_client_sent() -> None:
    assert propose(Change.REMOVE_DRAFT, naltrexone(id="e" * 200)) == {
        "type": "delete",
        "description": "Do it",
        "resourceId": "MedicationRequest/" + "e" * 200,
    }


@pytest.mark.parametrize("change", list(Change))
def test_without_an_id_there_is_nothing_to_point_at(change: Change) -> None:
    draft = naltrexone()
    del draft["id"]
    assert propose(change, draft) is None
