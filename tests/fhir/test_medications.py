"""Medication resources in the shapes that EHRs really send, to entries of the patient picture."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.model import Library
from cds.fhir.medications import critical, medication
from cds.fhir.references import Shelf
from cds.patient import Kind, Medication, State
from tests.support.as_request import RXNORM

OXYCODONE = {"text": "oxycodone 5 mg tablet"}


def entry(library: Library, raw: dict[str, Any], shelf: Shelf | None = None, draft: bool = False) -> Medication:
    found, _ = medication({"resourceType": "MedicationRequest", **raw}, "k", shelf or Shelf(), library.terminology, draft=draft)
    return found


@pytest.mark.parametrize(
    ("kind", "more", "state"),
    [
        ("MedicationRequest", {"status": "active", "intent": "order"}, State.ACTIVE),
        ("MedicationRequest", {"status": "on-hold", "intent": "filler-order"}, State.ACTIVE),
        ("MedicationRequest", {"status": "unknown"}, State.ACTIVE),
        ("MedicationRequest", {}, State.ACTIVE),
        ("MedicationRequest", {"status": "Active "}, State.ACTIVE),
        ("MedicationRequest", {"status": "stopped"}, State.ENDED),
        ("MedicationRequest", {"status": "completed"}, State.ENDED),
        ("MedicationRequest", {"status": "cancelled"}, State.VOID),
        ("MedicationRequest", {"status": "entered-in-error"}, State.VOID),
        ("MedicationRequest", {"status": "draft"}, State.VOID),
        ("MedicationRequest", {"status": "active", "intent": "proposal"}, State.VOID),
        ("MedicationRequest", {"status": "active", "intent": "plan"}, State.VOID),
        ("MedicationRequest", {"status": "active", "intent": "option"}, State.VOID),
        ("MedicationRequest", {"status": "active", "doNotPerform": True}, State.VOID),
        ("MedicationStatement", {"status": "intended"}, State.ACTIVE),
        ("MedicationStatement", {"status": "not-taken"}, State.VOID),
        ("MedicationStatement", {"status": "active", "taken": "n"}, State.VOID),
        ("MedicationStatement", {"status": "active", "taken": "y"}, State.ACTIVE),
        ("MedicationDispense", {"status": "declined"}, State.VOID),
        ("MedicationAdministration", {"status": "not-done"}, State.VOID),
        ("MedicationAdministration", {"status": "completed", "notGiven": True}, State.VOID),
    ],
)
def test_statuses(library: Library, kind: str, more: dict[str, Any], state: State) -> None:
    assert entry(library, {"resourceType": kind, "medicationCodeableConcept": OXYCODONE, **more}).state is state


@pytest.mark.parametrize(
    "raw",
    [
        {"medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "1049621"}]}},
        {"medicationCodeableConcept": {"coding": [{"system": "urn:oid:2.16.840.1.113883.6.88", "code": "1049621"}]}},
        {"medicationCodeableConcept": {"coding": [{"system": "urn:local", "code": "77", "display": "OXYCODONE 5 MG PO TABS"}]}},
        {"medicationCodeableConcept": OXYCODONE},
        {"medicationReference": {"reference": "Medication/unknown", "display": "oxycodone 5 mg"}},
        {"medicationReference": {"reference": "#m"}, "contained": [{"resourceType": "Medication", "id": "m", "code": OXYCODONE}]},
        {
            "medicationReference": {"reference": "#m"},
            "contained": [{"resourceType": "Medication", "id": "m", "ingredient": [{"itemCodeableConcept": {"text": "Oxycodone"}}]}],
        },
        {
            "medicationReference": {"reference": "#m"},
            "contained": [
                {"resourceType": "Medication", "id": "m", "ingredient": [{"itemReference": {"reference": "#s"}}]},
                {"resourceType": "Substance", "id": "s", "code": {"text": "oxycodone hydrochloride"}},
            ],
        },
        {"medicationReference": {"reference": "https://ehr.example.org/fhir/Medication/shelf"}},
        {"medication": {"concept": OXYCODONE}},
        {"medication": {"reference": {"reference": "Medication/shelf"}}},
    ],
    ids=lambda raw: next(iter(raw)),
)
def test_the_drug_is_found_wherever_it_stands(library: Library, raw: dict[str, Any]) -> None:
    shelf = Shelf()
    shelf.name({"resourceType": "Medication", "id": "shelf", "code": OXYCODONE})
    assert entry(library, raw, shelf).drug.is_opioid


def test_a_reference_that_leads_nowhere_is_not_recognised(library: Library) -> None:
    assert not entry(library, {"medicationReference": {"reference": "Medication/unknown"}}).drug.recognised
    assert not entry(library, {}).drug.recognised


def test_references_in_a_circle_end(library: Library) -> None:
    loop = {"resourceType": "Medication", "id": "m", "ingredient": [{"itemReference": {"reference": "#m"}}], "code": OXYCODONE}
    assert entry(library, {"medicationReference": {"reference": "#m"}, "contained": [loop]}).drug.is_opioid


@pytest.mark.parametrize(
    ("raw", "written", "ended", "days"),
    [
        ({"authoredOn": "2026-01-02", "dispenseRequest": {"expectedSupplyDuration": {"value": 10, "unit": "days"}, "numberOfRepeatsAllowed": 2}},
         date(2026, 1, 2), None, 30),
        ({"dateWritten": "2026-01-02"}, date(2026, 1, 2), None, None),
        ({"resourceType": "MedicationDispense", "whenHandedOver": "2026-01-02", "daysSupply": {"value": 7}}, date(2026, 1, 2), None, 7),
        ({"resourceType": "MedicationDispense", "whenPrepared": "2026-01", "daysSupply": {"value": 2, "code": "wk"}}, date(2026, 1, 31), None, 14),
        ({"resourceType": "MedicationStatement", "status": "completed", "effectiveDateTime": "2026-01-02"},
         date(2026, 1, 2), date(2026, 1, 2), None),
        ({"resourceType": "MedicationStatement", "status": "active", "effectiveDateTime": "2026-01-02"}, date(2026, 1, 2), None, None),
        ({"resourceType": "MedicationStatement", "effectivePeriod": {"start": "2026-01-02", "end": "2026-01"}},
         date(2026, 1, 2), date(2026, 1, 31), None),
        ({"resourceType": "MedicationAdministration", "effectiveDateTime": "2026-01-02T10:00:00Z"}, date(2026, 1, 2), date(2026, 1, 2), None),
        ({"resourceType": "MedicationAdministration", "effectivePeriod": {"start": "2026-01-02"}}, date(2026, 1, 2), date(2026, 1, 2), None),
        ({"authoredOn": "2026-01-02", "dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": {"end": "2026-01-09"}}}}]},
         date(2026, 1, 2), date(2026, 1, 9), None),
        ({"authoredOn": "2026-01-02", "dosageInstruction": [{"timing": {"repeat": {"boundsDuration": {"value": 5, "code": "d"}}}}]},
         date(2026, 1, 2), None, 5),
        ({"authoredOn": "soon", "dispenseRequest": {"expectedSupplyDuration": {"value": -3, "unit": "d"}}}, None, None, None),
        ({"authoredOn": "2026-01-02", "dispenseRequest": {"expectedSupplyDuration": {"value": 3, "unit": "boxes"}}}, date(2026, 1, 2), None, None),
        ({"authoredOn": "2026-01-02", "dispenseRequest": {"expectedSupplyDuration": {"value": 1e30, "unit": "d"}}}, date(2026, 1, 2), None, None),
    ],
)  # fmt: skip
def test_dates_and_supply(library: Library, raw: dict[str, Any], written: date | None, ended: date | None, days: int | None) -> None:
    found = entry(library, {"medicationCodeableConcept": OXYCODONE, **raw})
    assert (found.written.latest if found.written else None) == written
    assert (found.ended.latest if found.ended else None) == ended
    assert found.supply_days == days


MG = {"value": 4.5, "unit": "mg", "code": "mg"}
NIGHTLY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}


@pytest.mark.parametrize(
    ("dosage", "daily"),
    [
        ([{"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": MG}]}], "4.5"),
        ([{"timing": NIGHTLY, "doseQuantity": MG}], "4.5"),
        ({"timing": NIGHTLY, "doseQuantity": MG}, "4.5"),
        ([{"timing": NIGHTLY, "doseAndRate": [{"doseRange": {"low": {**MG, "value": 1.5}, "high": MG}}]}], "4.5"),
        ([{"timing": NIGHTLY, "doseAndRate": [
            {"type": {"text": "calculated"}, "doseQuantity": MG},
            {"type": {"text": "admin-amount"}, "doseQuantity": {"value": 1, "unit": "Cap"}},
            {"type": {"text": "ordered"}, "doseQuantity": MG}]}], "4.5"),
        ([{"timing": {"code": {"text": "QHS"}}, "doseAndRate": [{"doseQuantity": MG}]}], "4.5"),
        ([{"timing": {"code": {"coding": [{"code": "BID"}]}}, "doseAndRate": [{"doseQuantity": MG}]}], "9"),
        ([{"timing": {"repeat": {"when": ["MORN", "HS"]}}, "doseAndRate": [{"doseQuantity": MG}]}], "9"),
        ([{"timing": {"repeat": {"timeOfDay": ["08:00:00", "20:00:00"]}}, "doseAndRate": [{"doseQuantity": MG}]}], "9"),
        ([{"timing": {"repeat": {"frequency": 1, "period": 2, "periodUnit": "d"}}, "doseAndRate": [{"doseQuantity": MG}]}], "2.25"),
        ([{"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "{pill}"}}]}], "4.5"),
        ([{"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "{scoop}"}}]}], None),
        ([{"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": {**MG, "value": "4.5"}}]}], "4.5"),
        ([], None),
    ],
)  # fmt: skip
def test_the_dose_in_every_shape(library: Library, dosage: Any, daily: str | None) -> None:
    raw = {"medicationCodeableConcept": {"text": "Naltrexone 4.5 mg capsule"}, "dosageInstruction": dosage}
    assert entry(library, raw, draft=True).dose.daily_mg == (Decimal(daily) if daily else None)


def test_drafts_signed_again_and_drafts_that_are_over(library: Library) -> None:
    for status, state in (("draft", State.ACTIVE), ("active", State.ACTIVE), ("stopped", State.VOID), ("entered-in-error", State.VOID)):
        found = entry(library, {"status": status, "intent": "plan", "medicationCodeableConcept": OXYCODONE}, draft=True)
        assert found.kind is Kind.DRAFT
        assert found.state is state


def test_only_faults_that_a_critical_finding_minds_are_told_on_a_card(library: Library) -> None:
    opioid, other = (entry(library, {"medicationCodeableConcept": {"text": text}}).drug for text in ("oxycodone", "lisinopril"))
    assert critical(("status",), opioid)
    assert not critical(("status",), other)
    assert critical(("medicationCodeableConcept.coding[0]",), other)
    assert not critical(("note[0].text", "dosageInstruction[0].text"), opioid)


@pytest.mark.parametrize(
    ("name", "said", "low"),
    [("naltrexone", "LDN: take 30 mg at bedtime", True), ("naltrexone", "take 30 mg at bedtime", False), ("oxycodone 5 mg", "low dose", False)],
)
def test_that_low_dose_is_meant_may_stand_in_the_dosage(name: str, said: str, low: bool, library: Library) -> None:
    assert entry(library, {"medicationCodeableConcept": {"text": name}, "dosageInstruction": [{"text": said}]}).drug.low_dose_words is low


@pytest.mark.parametrize(
    ("name", "said", "as_needed"),
    [("LDN", "1.5 mg as needed for pain", True), ("LDN", "as directed", False), ("oxycodone 5 mg tablet", "1 tablet as needed", False)],
)
def test_as_needed_is_read_in_words_of_naltrexone_whose_dose_cannot_be_read(name: str, said: str, as_needed: bool, library: Library) -> None:
    assert entry(library, {"medicationCodeableConcept": {"text": name}, "dosageInstruction": [{"text": said}]}).as_needed is as_needed
