"""Conditions, allergies, results and procedures as EHRs send them, to facts of the patient picture."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.model import Library
from cds.fhir import chart, observations
from cds.patient import Condition, Screen
from cds.recognise.concepts import Result
from tests.support.scenario import TODAY

OUD = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F11.20"}]}


def status(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def condition(library: Library, **more: Any) -> Condition:
    found, _ = chart.condition({"resourceType": "Condition", "code": OUD, **more}, library.terminology, TODAY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("more", "active", "past"),
    [
        ({}, True, False),
        ({"clinicalStatus": status("active")}, True, False),
        ({"clinicalStatus": "active"}, True, False),
        ({"clinicalStatus": status("recurrence")}, True, False),
        ({"clinicalStatus": status("relapse")}, True, False),
        ({"clinicalStatus": status("inactive")}, False, True),
        ({"clinicalStatus": status("remission")}, False, True),
        ({"clinicalStatus": "resolved"}, False, True),
        ({"abatementDateTime": "2020"}, False, True),
        ({"clinicalStatus": status("active"), "abatementDateTime": "2020"}, True, False),
        ({"verificationStatus": status("refuted")}, False, False),
        ({"verificationStatus": "entered-in-error"}, False, False),
        ({"verificationStatus": status("provisional")}, True, False),
    ],
)
def test_does_a_condition_stand(library: Library, more: dict[str, Any], active: bool, past: bool) -> None:
    found = condition(library, **more)
    assert (found.active, found.past) == (active, past)


def test_when_it_was_recorded_and_when_it_began(library: Library) -> None:
    found = condition(library, onsetDateTime="2020-05-01", recordedDate="2026-03-01")
    assert found.recorded is not None
    assert found.onset is not None
    assert (found.recorded.latest, found.onset.latest) == (date(2026, 3, 1), date(2020, 5, 1))
    only = condition(library, onsetPeriod={"start": "2020-05-01"})
    assert only.recorded == only.onset


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"code": {"coding": [{"system": "urn:local", "code": "X1"}]}}, True),
        ({}, True),
        ({"code": {"coding": [{"system": "urn:local", "code": "X1", "display": "Hay fever"}]}}, False),
        ({"code": {"coding": [{"system": "http://snomed.info/sct", "code": "21719001"}]}}, False),
        ({"code": {"coding": [{"code": "X1"}]}, "clinicalStatus": "resolved"}, False),
    ],
)
def test_a_condition_that_says_nothing_is_told(library: Library, raw: dict[str, Any], told: bool) -> None:
    found, faults = chart.condition({"resourceType": "Condition", **raw}, library.terminology, TODAY)
    assert found is None
    assert bool(faults) == told


def test_an_allergy_that_says_nothing_is_told_and_an_unknown_drug_is_not(library: Library) -> None:
    for code, told in (({"coding": [{"system": "urn:local", "code": "1"}]}, True), ({"text": "Penicillin V"}, False)):
        found, faults = chart.allergy({"resourceType": "AllergyIntolerance", "code": code}, library.terminology)
        assert found is None
        assert bool(faults) == told


@pytest.mark.parametrize(
    ("reactions", "only"),
    [
        (["Nausea"], True),
        (["Nausea Only", "mild headache"], True),
        (["Vivid dreams; insomnia"], True),
        (["Nausea and hives"], False),
        (["Hives"], False),
        ([], False),
    ],
)
def test_side_effects_and_real_reactions(library: Library, reactions: list[str], only: bool) -> None:
    raw = {
        "resourceType": "AllergyIntolerance",
        "code": {"text": "Naltrexone"},
        "reaction": [{"manifestation": [{"text": text}]} for text in reactions],
    }
    found, _ = chart.allergy(raw, library.terminology)
    assert found is not None
    assert found.side_effects_only == only


def screens(library: Library, **more: Any) -> tuple[Screen, ...]:
    raw = {"resourceType": "Observation", "code": {"text": "Opiates, urine"}, "effectiveDateTime": "2026-03-10", **more}
    return observations.observation(raw, library.terminology)[0].screens


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "10828004"}]}}, "positive"),
        ({"valueString": "POSITIVE"}, "positive"),
        ({"valueString": "Positive, no confirmation requested"}, "positive"),
        ({"valueString": "Positive (see comment)"}, "positive"),
        ({"valueString": "Non-negative"}, "positive"),
        ({"valueString": "Negative for opiates; positive for fentanyl"}, "positive"),
        ({"valueString": "+"}, "positive"),
        ({"valueString": "Not Detected"}, "negative"),
        ({"valueString": "No opiates detected"}, "negative"),
        ({"valueString": "Not positive for opiates"}, "negative"),
        ({"valueString": "Negative - see note"}, "negative"),
        ({"valueString": "no"}, "negative"),
        ({"valueString": "see comment"}, "open"),
        ({"valueString": "see comment", "interpretation": [{"coding": [{"code": "POS"}]}]}, "positive"),
        ({"valueBoolean": True}, "positive"),
        ({"valueBoolean": False}, "negative"),
        ({"interpretation": {"coding": [{"code": "NEG"}]}}, "negative"),
        ({"valueString": ">2000 ng/mL"}, "positive"),
        ({"valueQuantity": {"value": 350, "unit": "ng/mL"}}, "positive"),
        ({"valueQuantity": {"value": 350, "unit": "ng/mL", "comparator": "<"}}, "negative"),
        ({"valueQuantity": {"value": 20, "unit": "ng/mL"}, "referenceRange": [{"text": "<300 ng/mL"}]}, "negative"),
        ({"valueQuantity": {"value": 20, "unit": "ng/mL"}, "referenceRange": [{"high": {"value": 300}}]}, "negative"),
        ({"valueQuantity": {"value": 350, "unit": "ng/mL"}, "interpretation": [{"coding": [{"code": "N"}]}]}, "negative"),
    ],
    ids=str,
)
def test_what_a_drug_screen_says(library: Library, value: dict[str, Any], result: str) -> None:
    assert [one.result for one in screens(library, **value)] == [Result(result)]


def test_a_screen_without_any_result_is_none(library: Library) -> None:
    assert screens(library) == ()
    assert screens(library, valueString="positive", status="cancelled") == ()


def test_a_panel_holds_one_screen_per_component(library: Library) -> None:
    found = screens(
        library,
        code={"text": "Urine drug panel"},
        component=[
            {"code": {"text": "Fentanyl"}, "valueString": "Positive"},
            {"code": {"text": "Buprenorphine"}, "valueString": "Negative"},
            {"code": {"text": "Cannabinoids"}, "valueString": "Positive"},
        ],
    )
    assert {(*one.concepts, one.result.value) for one in found} == {("uds-fentanyl", "positive"), ("uds-buprenorphine", "negative")}


@pytest.mark.parametrize(
    "name", ["Opiates cutoff [Mass/volume] in Urine", "Opiates, serum", "Morphine allergy", "Drugs tested for in Urine: opiates"]
)
def test_what_is_no_urine_screen(library: Library, name: str) -> None:
    assert screens(library, code={"text": name}, valueString="Positive") == ()


@pytest.mark.parametrize(
    ("more", "value", "upper"),
    [
        ({"valueQuantity": {"value": 22.5, "unit": "IU/L"}}, "22.5", None),
        ({"valueQuantity": {"value": 22.5, "code": "U/L"}, "referenceRange": [{"high": {"value": 40, "unit": "U/L"}}]}, "22.5", "40"),
        ({"valueQuantity": {"value": 22.5, "code": "U/L"}, "referenceRange": [{"type": status("therapeutic"), "high": {"value": 9}}]}, "22.5", None),
        ({"valueQuantity": {"value": 0.5, "unit": "ukat/L"}}, "30", None),
        ({"valueQuantity": {"value": 22.5}}, "22.5", None),
        ({"valueString": "22.5 U/L"}, "22.5", None),
        ({"valueQuantity": {"value": 22.5, "unit": "U/L"}, "referenceRange": [{"text": "7 - 56 U/L"}]}, "22.5", "56"),
        ({"valueQuantity": {"value": 22.5, "unit": "U/L"}, "referenceRange": [{"text": "<41"}]}, "22.5", "41"),
        ({"valueQuantity": {"value": 4, "unit": "widgets"}, "referenceRange": [{"high": {"value": 2, "unit": "widgets"}}]}, "4", "2"),
    ],
)
def test_enzymes_by_their_unit(library: Library, more: dict[str, Any], value: str | None, upper: str | None) -> None:
    raw = {"resourceType": "Observation", "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]}, **more}
    found = [(one.value, one.upper) for one in observations.observation(raw, library.terminology)[0].labs]
    assert found == ([(Decimal(value), Decimal(upper) if upper else None)] if value else [])


def test_an_unknown_unit_without_a_range_is_said_and_not_guessed(library: Library) -> None:
    raw = {"resourceType": "Observation", "code": {"text": "ALT"}, "valueQuantity": {"value": 4, "unit": "widgets"}}
    found, faults = observations.observation(raw, library.terminology)
    assert [one.value for one in found.labs] == [None]
    assert any("widgets" in fault for fault in faults)


@pytest.mark.parametrize(
    ("text", "removes"),
    [
        ("Removal of intrathecal pump", {"pump"}),
        ("Explantation of intrathecal morphine pump", {"pump"}),
        ("Removal of implanted drug infusion pump", {"pump"}),
        ("Removal of buprenorphine implant", {"implant"}),
        ("Probuphine removal", {"implant"}),
        ("Removal, non-biodegradable drug delivery implant", {"implant"}),
        ("Removal of hip implant", set()),
        ("Removal of insulin pump", set()),
        ("Removal of intrathecal baclofen pump", set()),
        ("Removal of subdermal contraceptive implant", set()),
        ("Removal and replacement of intrathecal pump", set()),
        ("Insertion of intrathecal pump", set()),
        ("Suture removal", set()),
    ],
)
def test_which_device_was_removed(library: Library, text: str, removes: set[str]) -> None:
    found, _ = chart.procedure({"resourceType": "Procedure", "status": "completed", "code": {"text": text}}, library.terminology)
    assert (set(found.removes) if found else set()) == removes


def test_a_planned_or_undone_removal_is_none(library: Library) -> None:
    for more in ({"status": "preparation"}, {"status": "not-done"}, {"status": "completed", "notDone": True}):
        found, _ = chart.procedure({"resourceType": "Procedure", "code": {"text": "Removal of intrathecal pump"}, **more}, library.terminology)
        assert found is None or not found.removes
