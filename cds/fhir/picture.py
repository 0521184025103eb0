"""One call to one patient picture: orders, chart, gaps.

Resources are read one by one; each keeps its raw JSON beside the picture, for suggestions only.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import zip_longest
from typing import TypeVar

from cards.model import DataKey, Library, Terminology
from cds.call import Call, Json
from cds.fhir import chart, dates, medications, observations, plans, prefetch
from cds.fhir.references import Shelf, is_anothers, last_two, name_of, subject_fault
from cds.patient import (
    Allergy,
    Condition,
    Day,
    Gap,
    GapKind,
    Lab,
    Medication,
    Order,
    Picture,
    Planned,
    Procedure,
    Screen,
    Sign,
    State,
    Symptom,
    Unknown,
)
from cds.recognise.drugs import Drug

T = TypeVar("T")
_CODE_FAULTS = ("code", "substance", "the whole resource")
_RESULT_FAULTS = ("status", "value", "component", "code", "the whole resource")
_STATUS_FAULTS = ("clinicalStatus", "verificationStatus", "status")
_PATIENT_USERS = ("Patient/", "RelatedPerson/")
_ORDER_TYPES = ("MedicationRequest", "MedicationOrder", "MedicationStatement", "MedicationDispense")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The call, its picture, the raw resource behind each entry by key, the raw drafts, which lists were had, and what can be pointed at."""

    call: Call
    picture: Picture
    raw: Mapping[str, Json]
    drafts: tuple[Json, ...]
    had: frozenset[str]
    missing: Mapping[str, GapKind]
    shelf: Shelf


@dataclass(slots=True)
class _Notes:
    """What is found out on the way: gaps for the card, faults for the report, and the raw resource behind each entry."""

    raw: dict[str, Json] = field(default_factory=dict)
    malformed: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def faults(self, where: str, found: Iterable[str]) -> None:
        """Fields of this resource that could not be read."""
        self.malformed += [f"{where}: {fault}" for fault in found]

    def unreadable(self, key: DataKey, words: str, reference: str | None) -> None:
        """An entry of a list that may be what findings ask for, and cannot be told."""
        about = (reference,) if reference else ()
        self.gaps.append(Gap(need=key.need, key=key.key, kind=GapKind.UNREADABLE, words=words, by_hand=key.by_hand, required=True, about=about))


def read(call: Call, keys: tuple[DataKey, ...], library: Library, now: datetime) -> Reading:
    """What does this call tell? `keys` are the lists that the findings of its hook ask for, `now` is when it came, in the tenant's time zone."""
    with dates.in_zone(now.tzinfo or UTC):
        return _read(call, keys, library, now)


def _read(call: Call, keys: tuple[DataKey, ...], library: Library, now: datetime) -> Reading:
    terminology = library.terminology
    shelf = Shelf()
    notes = _Notes()
    for part, address in zip_longest(call.orders, call.addresses[: len(call.orders)], fillvalue=""):
        if isinstance(part, dict) and isinstance(part.get("resourceType"), str):
            shelf.name(part, address)
    lists = prefetch.collect(call.prefetch, keys, call.patient_id, library.policy, now.date(), shelf)
    _note_the_shelf(shelf, notes)
    orders = _orders(call, shelf, terminology, notes)
    drafted = {order.medication.reference: order.drug for order in orders if order.medication.reference}
    by_type = {key.resource: key for key in reversed(tuple(library.data.values()))}  # of two keys for one type the first answers for it
    entries = _medications(lists, drafted, terminology, by_type, notes)
    today = now.date()
    conditions = _each(lists, by_type["Condition"], lambda one: chart.condition(one, terminology, today), notes)
    allergies = _each(lists, by_type["AllergyIntolerance"], lambda one: chart.allergy(one, terminology), notes)
    procedures = _each(lists, by_type["Procedure"], lambda one: chart.procedure(one, terminology), notes)
    results = _results(lists, by_type["Observation"], terminology, notes)
    planned = _planned(call, lists, terminology, by_type, notes)
    for key, kind in lists.gaps:
        notes.gaps.append(Gap(need=key.need, key=key.key, kind=kind, words=key.words, by_hand=key.by_hand, required=key.required))
    missing = {key.key: kind for key, kind in lists.gaps if key.key not in lists.had}

    def had(need: str, found: tuple[T, ...]) -> tuple[T, ...] | Unknown:
        asked = [key for key in keys if key.need == need]
        if found or any(key.key in lists.had for key in asked):
            return found
        reasons = [f"{key.key} {missing[key.key].value}" for key in asked if key.key in missing]
        return Unknown(why="; ".join(reasons) or "not asked for")

    conditions_had: tuple[Condition, ...] | Unknown = had("conditions", conditions)
    allergies_had: tuple[Allergy, ...] | Unknown = had("allergies", allergies)
    procedures_had: tuple[Procedure, ...] | Unknown = had("procedures", procedures)
    screens_had: tuple[Screen, ...] | Unknown = had("results", results.screens)
    labs_had: tuple[Lab, ...] | Unknown = had("results", results.labs)
    signs_had: tuple[Sign, ...] | Unknown = had("signs", results.signs)
    symptoms_had: tuple[Symptom, ...] | Unknown = had("symptoms", results.symptoms)
    planned_had: tuple[Planned, ...] | Unknown = had("plans", planned)
    picture = Picture(
        hook=call.hook,
        patient=f"Patient/{call.patient_id}",
        asked=now,
        orders=orders,
        medications=had("medications", entries),
        conditions=conditions_had,
        allergies=allergies_had,
        screens=screens_had,
        labs=labs_had,
        signs=signs_had,
        procedures=procedures_had,
        planned=planned_had,
        born=_born(lists, missing, call.patient_id, notes),
        gaps=tuple(notes.gaps),
        malformed=tuple(notes.malformed),
        symptoms=symptoms_had,
        by_patient=(call.user_id or "").strip().startswith(_PATIENT_USERS),
    )
    drafts = tuple(part for part in call.orders if isinstance(part, dict))
    return Reading(call=call, picture=picture, raw=notes.raw, drafts=drafts, had=frozenset(lists.had), missing=missing, shelf=lists.shelf)


def _note_the_shelf(shelf: Shelf, notes: _Notes) -> None:
    """What is odd about the resources as such: one name for two of them, a subject that cannot be read."""
    for name in dict.fromkeys(shelf.clashes):
        notes.faults(name, ["came twice with different content; both count"])
    for one in (one for kind in shelf.by_type.values() for one in kind):
        if fault := subject_fault(one):
            notes.faults(name_of(one) or one["resourceType"], [fault])


def _orders(call: Call, shelf: Shelf, terminology: Terminology, notes: _Notes) -> tuple[Order, ...]:
    """The medication orders among the drafts. Medication resources and other orders beside them are no orders of ours."""
    if call.hook == "appointment-book":
        return ()
    found: list[Order] = []
    selected = _selected(call)
    for index, part in enumerate(call.orders):
        where = f"order {index + 1} of this call"
        reference = name_of(part) if isinstance(part, dict) else None
        in_focus = selected is None or reference in selected
        if not isinstance(part, dict) or not (isinstance(part.get("resourceType"), str) or _holds_a_drug(part)):
            notes.faults(where, ["no resource"])
            notes.gaps.append(_order_gap(GapKind.UNREADABLE, None, in_focus))
            continue
        if part.get("resourceType") not in _ORDER_TYPES:
            if not _holds_a_drug(part) or str(part.get("resourceType")) in plans.READERS:
                continue
            notes.faults(where, ["resourceType is that of no medication order, but a medication stands in it"])
        key = f"order:{index}"
        entry, faults = medications.medication(part, key, shelf, terminology, draft=True, refill=call.hook == "medication-refill")
        notes.faults(where, faults)
        if entry.state is State.VOID:
            continue
        if is_anothers(part, call.patient_id):
            notes.faults(where, ["another patient's, not used"])
            if not entry.drug.recognised or entry.drug.parts:
                notes.gaps.append(_order_gap(GapKind.OTHER_PATIENT, entry, in_focus))
            continue
        notes.raw[key] = part
        if medications.critical(faults, entry.drug):
            notes.gaps.append(_order_gap(GapKind.UNREADABLE, entry, in_focus))
        if not entry.drug.recognised:
            notes.gaps.append(_order_gap(GapKind.NOT_RECOGNISED, entry, in_focus))
        if entry.drug.conflict:
            notes.gaps.append(_order_gap(GapKind.CONFLICT, entry, in_focus))
        found.append(Order(medication=entry, in_focus=in_focus, index=index))
    return tuple(found)


def _selected(call: Call) -> set[str] | None:
    """Which drafts are the focus, by name? None for all of them: other hooks than order-select, and selections that match none."""
    if call.hook != "order-select":
        return None
    wanted = {last_two(selection) for selection in call.selections}
    drafts = {name_of(part) for part in call.orders if isinstance(part, dict) and part.get("resourceType") != "Medication"}
    return wanted if wanted & drafts else None


def _holds_a_drug(part: Json) -> bool:
    return "medicationCodeableConcept" in part or "medicationReference" in part


def _order_gap(kind: GapKind, entry: Medication | None, in_focus: bool) -> Gap:
    named = entry is not None and entry.drug.recognised and kind is not GapKind.OTHER_PATIENT
    return Gap(
        need="orders",
        key="draftOrders",
        kind=kind,
        words=f"the order {entry.drug.label}" if entry is not None and named else "an order of this session",
        by_hand="look at the order itself",
        required=True,
        in_focus=in_focus,
        about=(entry.reference,) if entry is not None and entry.reference and kind is not GapKind.OTHER_PATIENT else (),
    )


def _medications(
    lists: prefetch.Lists, drafted: Mapping[str, Drug], terminology: Terminology, by_type: Mapping[str, DataKey], notes: _Notes
) -> tuple[Medication, ...]:
    """The medication lists of the chart. EHRs list the orders of this call there as well: those are marked.

    A draft is known by its reference; an entry of that name with another drug in it is no draft.
    """
    found: list[Medication] = []
    for kind in medications.KINDS:
        for one in lists.shelf.by_type.get(kind, ()):
            reference = name_of(one)
            key = f"chart:{len(found) + 1}"
            entry, faults = medications.medication(one, key, lists.shelf, terminology)
            draft = drafted.get(reference) if reference else None
            if draft is not None and draft.parts >= entry.drug.parts and entry.drug.recognised:
                entry = replace(entry, drafted=True)
            notes.faults(reference or kind, faults)
            if medications.critical(faults, entry.drug) and entry.state is not State.VOID:
                notes.unreadable(by_type.get(kind, by_type["MedicationRequest"]), "an entry of the medication list", reference)
            notes.raw[key] = one
            found.append(entry)
    return tuple(found)


def _each(lists: prefetch.Lists, key: DataKey, reader: Callable[[Json], tuple[T | None, tuple[str, ...]]], notes: _Notes) -> tuple[T, ...]:
    """Every resource of one type, read one by one.

    A gap is one that does not say what it is, and one of ours whose status is unreadable; other faults are only named.
    """
    found: list[T] = []
    for one in lists.shelf.by_type.get(key.resource, ()):
        item, faults = reader(one)
        reference = name_of(one)
        notes.faults(reference or key.resource, faults)
        if any(fault.startswith(_CODE_FAULTS) or (fault.startswith(_STATUS_FAULTS) and item is not None) for fault in faults):
            notes.unreadable(key, f"an entry of {key.words}", reference)
        if item is not None:
            found.append(item)
    return tuple(found)


def _results(lists: prefetch.Lists, key: DataKey, terminology: Terminology, notes: _Notes) -> observations.Results:
    """Drug screens, laboratory results, signs and symptoms. A gap is one that a critical finding needs and whose value or status cannot be read."""
    screens: list[Screen] = []
    labs: list[Lab] = []
    signs: list[Sign] = []
    symptoms: list[Symptom] = []
    for one in lists.shelf.by_type.get("Observation", ()):
        found, faults = observations.observation(one, terminology)
        screens += found.screens
        labs += found.labs
        signs += found.signs
        symptoms += found.symptoms
        reference = name_of(one)
        notes.faults(reference or "Observation", faults)
        if any(fault.startswith(_RESULT_FAULTS) for fault in faults) and observations.is_asked_for(one, terminology):
            notes.unreadable(key, f"a result in {key.words}", reference)
    return observations.Results(screens=tuple(screens), labs=tuple(labs), signs=tuple(signs), symptoms=tuple(symptoms))


def _planned(call: Call, lists: prefetch.Lists, terminology: Terminology, by_type: Mapping[str, DataKey], notes: _Notes) -> tuple[Planned, ...]:
    """The operations that lie ahead: those booked or ordered in this call, then those of the chart, each once.

    What cannot be told of them is a gap: no resource in a booking, another patient's operation, a day that is no date.
    """
    found: list[Planned] = []
    selected = _selected(call)
    for index, part in enumerate(call.orders):
        if call.hook == "appointment-book" and not (isinstance(part, dict) and isinstance(part.get("resourceType"), str)):
            notes.faults(f"order {index + 1} of this call", ["no resource"])
            notes.gaps.append(_order_gap(GapKind.UNREADABLE, None, in_focus=True))
        reader = plans.READERS.get(str(part.get("resourceType"))) if isinstance(part, dict) else None
        if reader is None:
            continue
        one, faults = reader(part, f"order:{index}", terminology)
        notes.faults(f"order {index + 1} of this call", faults)
        in_focus = selected is None or name_of(part) in selected
        if is_anothers(part, call.patient_id):
            notes.faults(f"order {index + 1} of this call", ["another patient's, not used"])
            if one is not None:
                notes.gaps.append(_order_gap(GapKind.OTHER_PATIENT, None, in_focus))
        elif one is not None:
            notes.raw[one.key] = part
            found.append(replace(one, in_call=True, in_focus=in_focus))
    in_call = {one.reference for one in found if one.reference}
    for kind, reader in plans.READERS.items():
        for raw in lists.shelf.by_type.get(kind, ()):
            one, faults = reader(raw, f"plan:{len(found)}", terminology)
            if kind != "Procedure":  # its faults are told where procedures are read
                notes.faults(name_of(raw) or kind, faults)
            if one is not None and one.reference not in in_call:
                found.append(one)
                if plans.NO_DAY in faults and kind in by_type:
                    notes.unreadable(by_type[kind], f"the date of an entry of {by_type[kind].words}", one.reference)
    return tuple(found)


def _born(lists: prefetch.Lists, missing: Mapping[str, GapKind], patient_id: str, notes: _Notes) -> Day | Unknown:
    """When was the patient of this call born?"""
    for one in lists.shelf.by_type.get("Patient", ()):
        day, faults = chart.born(one)
        notes.faults(name_of(one) or "Patient", faults)
        if day is not None and one.get("id") in (None, patient_id):
            return day
        if one.get("birthDate") is not None:
            notes.faults(name_of(one) or "Patient", ["birthDate: is no date"])
            return Unknown(why="the birth date is no date that can be read")
    return Unknown(why=f"patient {missing['patient'].value}" if "patient" in missing else "no birth date on record")
