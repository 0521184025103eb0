"""A resource with fields of a wrong type is read without them, and they are named."""

from typing import Any

import pytest

from cds.fhir import views


def test_a_sound_resource_has_no_faults() -> None:
    view, faults = views.read(views.Medicine, {"resourceType": "MedicationRequest", "status": "active", "unknown": [1]})
    assert view.status == "active"
    assert faults == ()


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({"status": 5, "authoredOn": "2026-01-01"}, ("status",)),
        ({"status": 5, "intent": [], "authoredOn": "2026-01-01"}, ("status", "intent")),
        ({"authoredOn": "2026-01-01", "dosageInstruction": [{"text": {}}, {"text": "b"}]}, ("dosageInstruction[0].text",)),
        ({"authoredOn": "2026-01-01", "dosageInstruction": "once daily"}, ("dosageInstruction",)),
        ({"authoredOn": "2026-01-01", "medicationCodeableConcept": {"coding": [None, {"code": 7}], "text": "x"}},
         ("medicationCodeableConcept.coding[0]", "medicationCodeableConcept.coding[0].code")),
    ],
)  # fmt: skip
def test_faulty_fields_are_left_out_and_named(raw: dict[str, Any], named: tuple[str, ...]) -> None:
    before = repr(raw)
    view, faults = views.read(views.Medicine, raw)
    assert set(faults) == set(named)
    assert view.authoredOn == raw.get("authoredOn")
    assert repr(raw) == before


def test_the_rest_of_a_dosage_survives_its_faulty_part() -> None:
    view, _ = views.read(views.Medicine, {"dosageInstruction": [{"text": {}}, {"text": "b"}]})
    assert isinstance(view.dosageInstruction, list)
    assert [line.text for line in view.dosageInstruction] == [None, "b"]


def test_very_many_faults_cost_the_member_that_holds_them_and_not_the_drug() -> None:
    raw = {"dosageInstruction": [{"text": 5} for _ in range(200)], "status": "active", "medicationCodeableConcept": {"text": "oxycodone"}}
    view, faults = views.read(views.Medicine, raw)
    assert faults[-1] == "dosageInstruction"
    assert len(faults) < 50
    assert view.dosageInstruction is None
    assert view.status == "active"
    assert view.medicationCodeableConcept == views.Concept(text="oxycodone")


@pytest.mark.parametrize("raw", [None, 5, "x", []])
def test_what_is_no_resource_at_all_reads_as_an_empty_one(raw: Any) -> None:
    view, faults = views.read(views.Medicine, raw)
    assert view == views.Medicine()
    assert faults == ("the whole resource",)


def test_numbers_stay_exact() -> None:
    view, faults = views.read(views.ObservationView, {"valueQuantity": {"value": 4.5, "unit": "mg"}})
    assert faults == ()
    assert str(view.valueQuantity.value if view.valueQuantity else None) == "4.5"
