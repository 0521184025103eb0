"""One call to one patient picture: orders, chart, gaps.

Resources are read one by one; each keeps its raw JSON beside the picture, for suggestions only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from cards.model import DataKey, Library, Terminology
from cds.call import Call, Json
from cds.fhir import chart, medications, prefetch
from cds.fhir.references import Shelf, last_two, name_of, subject_of
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

T = TypeVar("T")
_CODE_FAULTS = ("code", "substance", "the whole resource")
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
    for part in call.orders:
        if isinstance(part, dict) and isinstance(part.get("resourceType"), str):
            shelf.name(part)
    lists = prefetch.collect(call.prefetch, keys, call.patient_id, library.policy, now.date(), shelf)
    orders = _orders(call, shelf, terminology, raw, malformed, gaps)
    drafted = {order.medication.reference for order in orders if order.medication.reference}
    entries = _medications(lists, drafted, terminology, raw, malformed, gaps)
    conditions = _each(lists, "Condition", lambda one: chart.condition(one, terminology), malformed, gaps, library.data)
    allergies = _each(lists, "AllergyIntolerance", lambda one: chart.allergy(one, terminology), malformed, gaps, library.data)
    procedures = _each(lists, "Procedure", lambda one: chart.procedure(one, terminology), malformed, gaps, library.data)
    screens, enzymes = _results(lists, terminology, malformed)
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
    found: list[Order] = []
    for index, part in enumerate(call.orders):
        where = f"order {index + 1} of this call"
        if not isinstance(part, dict) or not isinstance(part.get("resourceType"), str):
            malformed.append(f"{where}: no resource")
            continue
        if part["resourceType"] not in _ORDER_TYPES or call.hook == "appointment-book":
            continue
        subject = subject_of(part)
        if subject is not None and subject != call.patient_id:
            gaps.append(_order_gap(where, GapKind.OTHER_PATIENT, name_of(part)))
            continue
        key = f"order:{index}"
        entry, faults = medications.medication(part, key, shelf, terminology, draft=True, refill=call.hook == "medication-refill")
        malformed += [f"{where}: {fault}" for fault in faults]
        if entry.state is State.VOID:
            continue
        raw[key] = part
        if medications.critical(faults, entry.drug):
            gaps.append(_order_gap(where, GapKind.UNREADABLE, entry.reference))
        gaps += _recognition_gaps(entry, where)
        found.append(Order(medication=entry, in_focus=True, index=index))
    selected = {last_two(selection) for selection in call.selections}
    if call.hook == "order-select" and any(order.medication.reference in selected for order in found):
        found = [replace(order, in_focus=order.medication.reference in selected) for order in found]
    elif call.hook == "order-select" and _selects_another(call, selected):
        found = [replace(order, in_focus=False) for order in found]
    return tuple(found)


def _selects_another(call: Call, selected: set[str]) -> bool:
    """Do the selections name a draft that is no medication order? Then that one is the focus, not ours."""
    return any(isinstance(part, dict) and name_of(part) in selected and part.get("resourceType") != "Medication" for part in call.orders)


def _order_gap(where: str, kind: GapKind, reference: str | None) -> Gap:
    return Gap(
        need="orders",
        key="draftOrders",
        kind=kind,
        words=where,
        by_hand="look at the order itself",
        required=True,
        about=(reference,) if reference else (),
    )


def _recognition_gaps(entry: Medication, where: str) -> list[Gap]:
    about = entry.reference
    gaps = []
    if not entry.drug.recognised:
        gaps.append(_order_gap(where, GapKind.NOT_RECOGNISED, about))
    if entry.drug.conflict:
        gaps.append(_order_gap(where, GapKind.CONFLICT, about))
    return gaps


def _medications(
    lists: prefetch.Lists, drafted: set[str], terminology: Terminology, raw: dict[str, Json], malformed: list[str], gaps: list[Gap]
) -> tuple[Medication, ...]:
    """The medication lists of the chart, without the drafts of this call, which EHRs list there as well."""
    found: list[Medication] = []
    number = 0
    for kind in medications.KINDS:
        for one in lists.shelf.by_type.get(kind, ()):
            reference = name_of(one)
            if reference in drafted:
                continue
            number += 1
            key = f"chart:{reference or number}"
            entry, faults = medications.medication(one, key, lists.shelf, terminology)
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


def _results(lists: prefetch.Lists, terminology: Terminology, malformed: list[str]) -> tuple[tuple[Screen, ...], tuple[Enzyme, ...]]:
    screens: list[Screen] = []
    enzymes: list[Enzyme] = []
    for one in lists.shelf.by_type.get("Observation", ()):
        tests, values, faults = chart.observation(one, terminology)
        screens += tests
        enzymes += values
        malformed += [f"{name_of(one) or 'Observation'}: {fault}" for fault in faults]
    return tuple(screens), tuple(enzymes)


def raw_orders(value: Any) -> tuple[Any, ...]:
    """The resources of a Bundle's entries, as they came, junk included; empty for anything that is no Bundle."""
    entries = value.get("entry") if isinstance(value, dict) else None
    return tuple(entry.get("resource") if isinstance(entry, dict) else entry for entry in entries) if isinstance(entries, list) else ()
