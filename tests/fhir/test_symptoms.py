"""Symptoms that may be side effects, as observations tell them."""

from typing import Any

import pytest

from cards.model import Library
from cds.fhir import observations

_LOINC = {"system": "http://loinc.org", "code": "69725-0"}


def _read(raw: dict[str, Any], library: Library) -> list[str]:
    whole = {"resourceType": "Observation", "id": "s-1", "status": "final", "effectiveDateTime": "2026-03-10", **raw}
    return [one.label for one in observations.observation(whole, library.terminology)[0].symptoms]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ({"code": {"text": "Nausea"}, "valueCodeableConcept": {"text": "Present"}}, ["Nausea"]),
        ({"code": {"text": "Nausea"}, "valueString": "mild"}, ["Nausea"]),
        ({"code": {"text": "Nausea"}, "valueBoolean": True}, ["Nausea"]),
        ({"code": {"text": "Nausea"}}, ["Nausea"]),
        ({"code": {"coding": [{"system": "http://snomed.info/sct", "code": "422587007"}]}, "valueString": "yes"}, ["nausea"]),
        ({"code": {"text": "Side effects"}, "valueString": "vivid dreams since last week"}, ["vivid dreams since last week"]),
        ({"code": {"text": "Symptom"}, "valueCodeableConcept": {"text": "Insomnia"}}, ["Insomnia"]),
        (
            {
                "code": {"text": "Review of systems"},
                "component": [
                    {"code": {"text": "Headache"}, "valueCodeableConcept": {"text": "Yes"}},
                    {"code": {"text": "Nausea"}, "valueCodeableConcept": {"text": "No"}},
                ],
            },
            ["Headache"],
        ),
    ],
)
def test_a_symptom_that_is_there_is_read(raw: dict[str, Any], found: list[str], library: Library) -> None:
    assert _read(raw, library) == found


@pytest.mark.parametrize(
    "raw",
    [
        {"code": {"text": "Nausea"}, "valueCodeableConcept": {"text": "Absent"}},
        {"code": {"text": "Nausea"}, "valueString": "denies"},
        {"code": {"text": "Nausea"}, "valueBoolean": False},
        {"code": {"text": "Nausea"}, "valueQuantity": {"value": 3, "unit": "{score}"}},
        {"code": {"text": "Nausea"}, "dataAbsentReason": {"text": "not asked"}},
        {"code": {"text": "Nausea"}, "valueString": "yes", "status": "entered-in-error"},
        {"code": {"text": "Side effects"}, "valueString": "no nausea, no insomnia"},
        {"code": {"text": "Feeling nervous, anxious or on edge", "coding": [_LOINC]}, "valueCodeableConcept": {"text": "Several days"}},
        {"code": {"text": "Insomnia severity index total score"}, "valueString": "high"},
    ],
)
def test_denials_scores_and_items_of_questionnaires_are_none(raw: dict[str, Any], library: Library) -> None:
    assert _read(raw, library) == []
