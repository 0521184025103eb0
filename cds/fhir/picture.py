"""One call to one patient picture: orders, chart, gaps.

Resources are read one by one; each keeps its raw JSON beside the picture, for suggestions only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import TypeVar

from cards.model import DataKey, Library, Terminology
from cds.call import Call, Json
from cds.fhir import chart, medications, prefetch
from cds.fhir.references import Shelf, last_two, name_of, subject_fault, subject_of
from cds.patient import (
    Allergy,
    Condition,
    Enzyme,
    Gap,
    GapKind,
    Medication,
    Order,
    Picture,
    Procedure,
    Screen,
    State,
    Unknown,
)
from cds.recognise.drugs import Drug

T = TypeVar("T")
_CODE_FAULTS = ("code", "substance", "the whole resource")
_RESULT_FAULTS = ("status", "value", "component", "code", "the whole resource")
_STATUS_FAULTS = ("clinicalStatus", "verificationStatus", "status")
_ORDER_TYPES = ("MedicationRequest", "MedicationOrder", "MedicationStatement", "MedicationDispense")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A picture, the raw resource behind each of its entries by key, the raw drafts, and which lists were had."""

    picture: Picture
    raw: Mapping[str, Json]
    drafts: tuple[Json, ...]
    had: frozenset[str]
    missing: Mapping[str, GapKind]


def read(call: Call, keys: tuple[DataKey, ...], library: Library, now: datetime) -> Reading:
    """What does this call tell? `keys` are the lists that the findings of its hook ask for, `now` is when it came, in UTC."""
    terminology = library.terminology
    shelf = Shelf()
    raw: dict[str, Json] = {}
    malformed: list[str] = []
    gaps: list[Gap] = []
    for part, address in zip_longest(call.orders, call.addresses[: len(call.orders)], fillvalue=""):
        if isinstance(part, dict) and isinstance(part.get("resourceType"), str):
            shelf.name(part, address)
    lists = prefetch.collect(call.prefetch, keys, call.patient_id, library.policy, now.date(), shelf)
    malformed += [f"{name}: came twice with different content; both count" for name in dict.fromkeys(shelf.clashes)]
    listed = (one for kind in shelf.by_type.values() for one in kind)
    malformed += [f"{name_of(one) or one['resourceType']}: {fault}" for one in listed if (fault := subject_fault(one))]
    orders = _orders(call, shelf, terminology, raw, malformed, gaps)
    drafted = {order.medication.reference: order.drug for order in orders if order.medication.reference}
    entries = _medications(lists, drafted, terminology, raw, malformed, gaps)
    conditions = _each(lists, "Condition", lambda one: chart.condition(one, terminology), malformed, gaps, library.data)
    allergies = _each(lists, "AllergyIntolerance", lambda one: chart.allergy(one, terminology), malformed, gaps, library.data)
    procedures = _each(lists, "Procedure", lambda one: chart.procedure(one, terminology), malformed, gaps, library.data)
    screens, enzymes = _results(lists, terminology, malformed, gaps, library.data)
    for key, kind in lists.gaps:
        gaps.append(Gap(need=key.need, key=key.key, kind=kind, words=key.words, by_hand=key.by_hand, required=key.required))
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
    screens_had: tuple[Screen, ...] | Unknown = had("results", screens)
    enzymes_had: tuple[Enzyme, ...] | Unknown = had("results", enzymes)
    picture = Picture(
        hook=call.hook,
        patient=f"Patient/{call.patient_id}",
        asked=now,
        orders=orders,
        medications=had("medications", entries),
        conditions=conditions_had,
        allergies=allergies_had,
        screens=screens_had,
        enzymes=enzymes_had,
        procedures=procedures_had,
        gaps=tuple(gaps),
        malformed=tuple(malformed),
    )
    drafts = tuple(part for part in call.orders if isinstance(part, dict))
    return Reading(picture=picture, raw=raw, drafts=drafts, had=frozenset(lists.had), missing=missing)


def _orders(call: Call, shelf: Shelf, terminology: Terminology, raw: dict[str, Json], malformed: list[str], gaps: list[Gap]) -> tuple[Order, ...]:
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
            malformed.append(f"{where}: no resource")
            gaps.append(_order_gap(GapKind.UNREADABLE, None, in_focus))
            continue
        if part.get("resourceType") not in _ORDER_TYPES:
            if not _holds_a_drug(part):
                continue
            malformed.append(f"{where}: resourceType is that of no medication order, but a medication stands in it")
        key = f"order:{index}"
        entry, faults = medications.medication(part, key, shelf, terminology, draft=True, refill=call.hook == "medication-refill")
        malformed += [f"{where}: {fault}" for fault in faults]
        if entry.state is State.VOID:
            continue
        if subject_of(part) not in (None, call.patient_id):
            malformed.append(f"{where}: another patient's, not used")
            if not entry.drug.recognised or entry.drug.parts:
                gaps.append(_order_gap(GapKind.OTHER_PATIENT, entry, in_focus))
            continue
        raw[key] = part
        if medications.critical(faults, entry.drug):
            gaps.append(_order_gap(GapKind.UNREADABLE, entry, in_focus))
        if not entry.drug.recognised:
            gaps.append(_order_gap(GapKind.NOT_RECOGNISED, entry, in_focus))
        if entry.drug.conflict:
            gaps.append(_order_gap(GapKind.CONFLICT, entry, in_focus))
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
    lists: prefetch.Lists, drafted: Mapping[str, Drug], terminology: Terminology, raw: dict[str, Json], malformed: list[str], gaps: list[Gap]
) -> tuple[Medication, ...]:
    """The medication lists of the chart. EHRs list the orders of this call there as well: those are marked.

    A draft is known by its reference; an entry of that name with another drug in it is no draft.
    """
    found: list[Medication] = []
    number = 0
    for kind in medications.KINDS:
        for one in lists.shelf.by_type.get(kind, ()):
            reference = name_of(one)
            number += 1
            key = f"chart:{number}"
            entry, faults = medications.medication(one, key, lists.shelf, terminology)
            draft = drafted.get(reference) if reference else None
            if draft is not None and draft.parts >= entry.drug.parts and entry.drug.recognised:
                entry = replace(entry, drafted=True)
            malformed += [f"{reference or kind}: {fault}" for fault in faults]
            if medications.critical(faults, entry.drug) and entry.state is not State.VOID:
                gaps.append(
                    Gap(
                        need="medications",
                        key=kind,
                        kind=GapKind.UNREADABLE,
                        words="an entry of the medication list",
                        by_hand="look at the medication list",
                        required=True,
                        about=(reference,) if reference else (),
                    )
                )
            raw[key] = one
            found.append(entry)
    return tuple(found)


def _each(
    lists: prefetch.Lists,
    resource: str,
    reader: Callable[[Json], tuple[T | None, tuple[str, ...]]],
    malformed: list[str],
    gaps: list[Gap],
    data: Mapping[str, DataKey],
) -> tuple[T, ...]:
    """Every resource of one type, read one by one.

    A gap is one that does not say what it is, and one of ours whose status is unreadable; other faults are only named.
    """
    found: list[T] = []
    key = next(one for one in data.values() if one.resource == resource)
    for one in lists.shelf.by_type.get(resource, ()):
        item, faults = reader(one)
        reference = name_of(one)
        malformed += [f"{reference or resource}: {fault}" for fault in faults]
        if any(fault.startswith(_CODE_FAULTS) or (fault.startswith(_STATUS_FAULTS) and item is not None) for fault in faults):
            gaps.append(
                Gap(
                    need=key.need,
                    key=key.key,
                    kind=GapKind.UNREADABLE,
                    words=f"an entry of {key.words}",
                    by_hand=key.by_hand,
                    required=True,
                    about=(reference,) if reference else (),
                )
            )
        if item is not None:
            found.append(item)
    return tuple(found)


def _results(
    lists: prefetch.Lists, terminology: Terminology, malformed: list[str], gaps: list[Gap], data: Mapping[str, DataKey]
) -> tuple[tuple[Screen, ...], tuple[Enzyme, ...]]:
    """Drug screens and liver enzymes. A gap is one of them whose value or status cannot be read."""
    key = next(one for one in data.values() if one.resource == "Observation")
    screens: list[Screen] = []
    enzymes: list[Enzyme] = []
    for one in lists.shelf.by_type.get("Observation", ()):
        tests, values, faults = chart.observation(one, terminology)
        screens += tests
        enzymes += values
        reference = name_of(one)
        malformed += [f"{reference or 'Observation'}: {fault}" for fault in faults]
        if any(fault.startswith(_RESULT_FAULTS) for fault in faults) and chart.is_asked_for(one, terminology):
            gaps.append(
                Gap(
                    need=key.need,
                    key=key.key,
                    kind=GapKind.UNREADABLE,
                    words=f"a result in {key.words}",
                    by_hand=key.by_hand,
                    required=True,
                    about=(reference,) if reference else (),
                )
            )
    return tuple(screens), tuple(enzymes)
