"""Medication resources of all four kinds, and drafts, to entries of the patient picture.

Statuses, intents and STU3's own flags are judged here, because fhir.resources accepts any word there.
An entry without a readable status counts as active: half understood still counts for safety.
"""

from dataclasses import replace
from decimal import Decimal

from cards.model import Terminology
from cards.words import words
from cds import dose
from cds.call import Json
from cds.dose import DosageLine, Ratio
from cds.dosing.model import MOST_CHARACTERS
from cds.fhir import codes, dates, dosages, views
from cds.fhir.references import Shelf, last_two, name_of
from cds.patient import Day, Kind, Medication, State
from cds.recognise import concepts, drugs, effects, listed
from cds.recognise.coded import Coded, plain
from cds.recognise.drugs import Drug

KINDS = {
    "MedicationRequest": Kind.REQUEST,
    "MedicationOrder": Kind.REQUEST,
    "MedicationStatement": Kind.STATEMENT,
    "MedicationDispense": Kind.DISPENSE,
    "MedicationAdministration": Kind.ADMINISTRATION,
}
_NO_ORDER = frozenset({"proposal", "plan", "option"})
_VOID = frozenset({"entered-in-error", "cancelled", "declined", "not-taken", "not-done", "draft"})
_ENDED = frozenset({"completed", "stopped", "ended"})
_DRUG_FIELDS = ("medication", "the whole resource")
_STATUS_FIELDS = ("status", "intent", "doNotPerform", "taken", "notGiven", "notDone")
_WITHDRAWAL, _DISORDER = "opioid-withdrawal", frozenset({"oud-active", "oud-remission"})
_DEPTH = 4
_LONGEST_SUPPLY = Decimal(3650)  # beyond ten years a quantity is a mistake, not a supply


def medication(
    raw: Json, key: str, shelf: Shelf, terminology: Terminology, *, draft: bool = False, refill: bool = False
) -> tuple[Medication, tuple[str, ...]]:
    """What does this medication resource say? Also names the fields that could not be read.

    `draft`: it is an order of this call. `refill`: it asks for more of an order that may already be over.
    """
    view, faults = views.read(views.Medicine, raw)
    kind = Kind.DRAFT if draft else KINDS[raw["resourceType"]]
    lines = dosages.of(view)
    route = " ; ".join(dict.fromkeys(said for line in lines if (said := codes.manner(line.route, terminology))))
    said = " ; ".join(text for line in lines for text in (line.text, line.patientInstruction) if text)
    named, manner = _named(view, raw, shelf, terminology, route)
    drug = _drug(named, manner, said, terminology)
    faults = (*faults, *codes.too_long("medication", *named), *codes.too_long("dosage", Coded(text=said)))
    status = (view.status or "").strip().casefold()
    read_lines = tuple(dosages.line(line, terminology) for line in lines)
    written, ended, supply_days, supply_from = _times(view, kind, status in _ENDED, lines, terminology)
    read = _dose(read_lines, drug, view, raw, shelf, manner, terminology) if drug.is_naltrexone else dose.Dose(why_not="not read")
    orders = [view.request, *(view.authorizingPrescription or ()), *(view.basedOn or ())]
    troubles, ended_for = _ended_for(view, terminology) if drug.is_naltrexone and status in _ENDED else (frozenset(), "")
    return (
        Medication(
            key=key,
            kind=kind,
            drug=drug,
            state=State.VOID if _is_void(view, kind, status, refill) else _state(kind, status),
            status=status,
            reference=name_of(raw),
            written=written,
            ended=ended,
            began=dates.start(view.effectivePeriod) if kind is Kind.STATEMENT else None,
            starts=_starts(view, lines),
            supply_days=supply_days,
            supply_from=supply_from,
            replaces=last_two(view.priorPrescription.reference) if view.priorPrescription and view.priorPrescription.reference else None,
            orders=tuple(last_two(order.reference) for order in orders if order and order.reference),
            dose=read,
            as_needed=any(line.as_needed for line in read_lines) or (drug.is_naltrexone and not read.steps and _said_as_needed(said, terminology)),
            route=route,
            reasons=_reasons(view, raw, shelf, terminology),
            has_reason=bool(view.reasonCode or view.reasonReference),
            ineffective=drug.is_naltrexone and _had_no_effect(view, status in _ENDED, terminology),
            effects=troubles,
            ended_for=ended_for,
            fill_days=_fill_days(view, lines, terminology),
        ),
        faults,
    )


def pointed_at(raw: Json) -> str | None:
    """At which Medication outside this resource does it point? None where it points at none, or within itself."""
    view, _ = views.read(views.Medicine, raw)
    references = [view.medicationReference, view.medication.reference if view.medication is not None else None]
    named = [one.reference for one in references if one is not None and one.reference]
    return next((one for one in named if last_two(one).startswith("Medication/")), None)


def _reasons(view: views.Medicine, raw: Json, shelf: Shelf, terminology: Terminology) -> frozenset[str]:
    """For which conditions of our lists is it ordered? By code, by words, or by a Condition that it points at.

    A disorder that is named with its withdrawal is the withdrawal.
    """
    listed = view.reasonCode if isinstance(view.reasonCode, list) else [view.reasonCode]
    named = [codes.coded(reason) for reason in listed]
    pointed = view.reasonReference if isinstance(view.reasonReference, list) else [view.reasonReference]
    for reference in pointed:
        if reference is None:
            continue
        behind = shelf.find(reference.reference, raw) if reference.reference else None
        if behind is not None and behind.get("resourceType") == "Condition":
            named.append(codes.coded(views.read(views.ConditionView, behind)[0].code))
        elif reference.display:
            named.append(Coded(text=reference.display))
    meant = [concepts.condition(terminology, reason).concepts for reason in named]
    return frozenset(name for found in meant for name in (found - _DISORDER if _WITHDRAWAL in found else found))


def _said_as_needed(said: str, terminology: Terminology) -> bool:
    """Do the words of the dosage say so? Asked where no dose could be read; the reader of doses says it else."""
    return listed.of(terminology, "as_needed").stand_in(words(said))


def _had_no_effect(view: views.Medicine, over: bool, terminology: Terminology) -> bool:
    """Did it end because it had no effect, as the reason of its status or a note says?"""
    said = [text for concept in codes.listed(view.statusReason) for text in concept.texts] + _notes(view)
    return over and any(listed.of(terminology, "no_effect").stand_in(words(text)) for text in said)


def _ended_for(view: views.Medicine, terminology: Terminology) -> tuple[frozenset[str], str]:
    """For which side effects did it end, and in whose words? By the reason of its status, or a note that speaks of stopping."""
    told = listed.of(terminology, "stopping")
    notes = [Coded(text=text) for text in _notes(view) if told.stand_in(words(text))]
    named = [(found, one) for one in (*codes.listed(view.statusReason), *notes) if (found := effects.effects(terminology, one))]
    shown = next((safe for _, one in named for text in one.texts if (safe := plain(text))), "")
    return frozenset(group for found, _ in named for group in found), shown


def _notes(view: views.Medicine) -> list[str]:
    return [note.text for note in view.note or () if note.text]


def _fill_days(view: views.Medicine, lines: tuple[views.Dosage, ...], terminology: Terminology) -> int | None:
    """For how many days does one fill last, refills apart?"""
    if view.dispenseRequest is not None:
        asked = view.dispenseRequest
        return codes.days(asked.expectedSupplyDuration, terminology) or _lasts(asked.quantity, lines, terminology)
    return codes.days(view.daysSupply, terminology)


def _strength(drug: Drug, terminology: Terminology) -> tuple[str, ...]:
    """The wordings that may hold the product's strength; that of its code counts only where no wording gives one."""
    combined = len(drug.ingredients) > 1
    texts = dose.own_strengths(drug.texts, terminology.words["naltrexone_name"]) if combined else drug.texts
    known = terminology.strengths.get(drug.product)
    return texts if known is None or dose.has_strength(texts) else (*texts, known)


def _dose(
    lines: tuple[DosageLine, ...], drug: Drug, view: views.Medicine, raw: Json, shelf: Shelf, manner: str, terminology: Terminology
) -> dose.Dose:
    """The dose of a naltrexone order: its lines, the wordings of its product, and the strength that its Medication states."""
    return dose.read(lines, _strength(drug, terminology), ratios=_ratios(view, raw, shelf, terminology), manner=manner[:MOST_CHARACTERS])


def _ratios(view: views.Medicine, raw: Json, shelf: Shelf, terminology: Terminology) -> tuple[Ratio, ...]:
    """The strengths that the referenced Medication states in structure, of its naltrexone only."""
    found: list[Ratio] = []
    references = [view.medicationReference, view.medication.reference if view.medication is not None else None]
    for reference in references:
        product = shelf.find(reference.reference, raw) if reference is not None and reference.reference else None
        if product is None or product.get("resourceType") != "Medication":
            continue
        seen, _ = views.read(views.MedicationProduct, product)
        parts = [*(seen.ingredient or ()), *(seen.product.ingredient or () if seen.product else ())]
        active = [part for part in parts if part.isActive is not False]
        own = [part for part in active if _is_naltrexone(part, raw, shelf, terminology) or (len(active) == 1 and not _is_named(part))]
        stated = [part.strength or part.strengthRatio for part in own]
        found += [ratio for one in stated if (ratio := _ratio(one, terminology)) is not None]
        found += [Ratio(amount=mass[0], unit=mass[1]) for part in own if (mass := codes.quantity(part.strengthQuantity, terminology)) is not None]
        if len(own) == len(active) <= 1 and (ratio := _ratio(seen.amount, terminology)) is not None:
            found.append(ratio)
    return tuple(dict.fromkeys(found))


def _is_named(part: views.Ingredient) -> bool:
    """Does the ingredient say what it is?"""
    return bool(part.itemCodeableConcept or part.itemReference or part.item)


def _is_naltrexone(part: views.Ingredient, raw: Json, shelf: Shelf, terminology: Terminology) -> bool:
    named = [codes.coded(part.itemCodeableConcept), *(_behind(part.itemReference, raw, shelf, _DEPTH)[0])]
    if part.item is not None:
        named += [codes.coded(part.item.concept), *(_behind(part.item.reference, raw, shelf, _DEPTH)[0])]
    return drugs.recognise(terminology, tuple(named)).is_naltrexone


def _ratio(given: views.Ratio | None, terminology: Terminology) -> Ratio | None:
    """So much in so much; a lower part without a number is one."""
    upper = codes.quantity(given.numerator, terminology) if given is not None else None
    if given is None or upper is None:
        return None
    if given.denominator is None:
        return Ratio(amount=upper[0], unit=upper[1])
    lower = codes.quantity(given.denominator, terminology)
    if lower is None:
        return None
    unit = lower[1] if given.denominator.unit or given.denominator.code else ""
    return Ratio(amount=upper[0], unit=upper[1], per=lower[0], per_unit=unit or ("?" if given.denominator.unit or given.denominator.code else ""))


def critical(faults: tuple[str, ...], drug: Drug) -> bool:
    """Is one of these a field that a critical finding needs: what the drug is, or the status of a drug that plays a part?"""
    return any(fault.startswith(_DRUG_FIELDS) or (fault.startswith(_STATUS_FIELDS) and drug.parts) for fault in faults)


def _is_void(view: views.Medicine, kind: Kind, status: str, refill: bool) -> bool:
    if view.doNotPerform or view.notGiven or view.notDone:
        return True
    if kind is Kind.STATEMENT and (view.taken or "").strip().casefold() == "n":
        return True
    if kind is Kind.DRAFT:
        return status in _VOID - {"draft"} or (status in _ENDED and not refill)
    if kind is Kind.REQUEST and (view.intent or "").strip().casefold() in _NO_ORDER:
        return True
    return status in _VOID


def _state(kind: Kind, status: str) -> State:
    return State.ENDED if status in _ENDED and kind is not Kind.DRAFT else State.ACTIVE


def _named(view: views.Medicine, raw: Json, shelf: Shelf, terminology: Terminology, route: str) -> tuple[tuple[Coded, ...], str]:
    """Every concept that names the drug: its own code, the referenced Medication and its ingredients, the display.

    Also the words of the route and of the Medication's dose form.
    """
    named = [codes.coded(view.medicationCodeableConcept)]
    forms: list[str] = [route] if route else []
    references = [view.medicationReference]
    if view.medication is not None:
        named.append(codes.coded(view.medication.concept))
        references.append(view.medication.reference)
    for reference in references:
        found, form = _behind(reference, raw, shelf, _DEPTH)
        named += found
        if said := codes.manner(form, terminology):
            forms.append(said)
    return tuple(concept for concept in named if concept.codings or concept.text), " ; ".join(forms)


def _drug(named: tuple[Coded, ...], manner: str, dosage: str, terminology: Terminology) -> Drug:
    """Which drug is it? Route, form and the words of the dosage tell how long it acts; they name it where nothing else does.

    That a low dose is meant stands in the name or in the dosage.
    """
    drug = drugs.recognise(terminology, named, manner, dosage)
    if drug.is_naltrexone and listed.of(terminology, "low_dose").stand_in(words(dosage)):
        return replace(drug, low_dose_words=True)
    if drug.recognised or not dosage:
        return drug
    spoken = drugs.recognise(terminology, (Coded(text=dosage),), manner, dosage)
    return spoken if spoken.known else drug


def _behind(reference: views.Reference | None, raw: Json, shelf: Shelf, depth: int) -> tuple[list[Coded], views.Concept | None]:
    """What does the referenced Medication say, and in which form is it? Circles end at a small depth; an unresolved one leaves its display."""
    if reference is None or depth == 0:
        return [], None
    found = []
    if reference.display:
        found.append(Coded(text=reference.display))
    product = shelf.find(reference.reference, raw) if reference.reference else None
    if product is None or product.get("resourceType") not in ("Medication", "Substance"):
        return found, None
    view, _ = views.read(views.MedicationProduct, product)
    found.append(codes.coded(view.code))
    parts = [*(view.ingredient or ()), *(view.product.ingredient or () if view.product else ())]
    for part in parts:
        found.append(codes.coded(part.itemCodeableConcept))
        found += _behind(part.itemReference, raw, shelf, depth - 1)[0]
        if part.item is not None:
            found.append(codes.coded(part.item.concept))
            found += _behind(part.item.reference, raw, shelf, depth - 1)[0]
    return found, view.form


def _starts(view: views.Medicine, lines: tuple[views.Dosage, ...]) -> Day | None:
    """On which day is the dosage to begin? By its periods, else by the validity of the supply; None when a line says no day."""
    first = [line for line in lines if line.sequence is None or line.sequence <= 1] or list(lines)
    begins = [dates.start(line.timing.repeat.boundsPeriod) if line.timing and line.timing.repeat else None for line in first]
    known = [day for day in begins if day is not None]
    if known:
        return min(known, key=lambda day: day.earliest) if len(known) == len(first) else None
    return dates.start(view.dispenseRequest.validityPeriod) if view.dispenseRequest else None


def _lasts(quantity: views.Quantity | None, lines: tuple[views.Dosage, ...], terminology: Terminology) -> int | None:
    """For how many days does this amount last? Only for one regular dose in the same unit; as-needed use cannot be computed."""
    amount = codes.quantity(quantity, terminology)
    if amount is None or len(lines) != 1:
        return None
    line = dosages.line(lines[0], terminology)
    if line.as_needed or line.quantity is None or line.per_day is None or line.unit != amount[1] or not line.unit:
        return None
    used = line.quantity * line.per_day
    return int(min(amount[0] / used, _LONGEST_SUPPLY)) if used > 0 and amount[0] > 0 else None


def _times(
    view: views.Medicine, kind: Kind, over: bool, lines: tuple[views.Dosage, ...], terminology: Terminology
) -> tuple[Day | None, Day | None, int | None, Day | None]:
    """When was it written, when did it end, for how many days was it supplied, and from when?"""
    written = dates.first(
        dates.day(view.whenHandedOver),
        dates.day(view.whenPrepared),
        dates.day(view.authoredOn),
        dates.day(view.dateWritten),
        dates.day(view.dateAsserted),
        dates.day(view.effectiveDateTime),
        dates.start(view.effectivePeriod),
    )
    ended = dates.end(view.effectivePeriod)
    # a statement's single date is when it was taken: for a running one that says nothing about its end
    if ended is None and (kind is Kind.ADMINISTRATION or (kind is Kind.STATEMENT and over)):
        ended = dates.day(view.effectiveDateTime)
        if ended is None and kind is Kind.ADMINISTRATION:
            ended = dates.start(view.effectivePeriod)
    supply = codes.days(view.daysSupply, terminology)
    for line in lines:
        repeat = line.timing.repeat if line.timing else None
        bounds = dates.end(repeat.boundsPeriod) if repeat else None
        if bounds is not None and (ended is None or bounds.latest > ended.latest):
            ended = bounds
        events = [found for text in (line.timing.event or () if line.timing else ()) if (found := dates.day(text))]
        if ended is None and events:
            ended = max(events, key=lambda event: event.latest)
    if supply is None:
        supply = _lasts(view.quantity, lines, terminology)
    if view.dispenseRequest is not None:
        asked = view.dispenseRequest
        once = codes.days(asked.expectedSupplyDuration, terminology) or _lasts(asked.quantity, lines, terminology)
        if once is not None:
            supply = once * (1 + min(max(asked.numberOfRepeatsAllowed or 0, 0), 99))
    if supply is None:
        bounded = [codes.days(line.timing.repeat.boundsDuration, terminology) for line in lines if line.timing and line.timing.repeat]
        known = [length for length in bounded if length is not None]
        supply = sum(known) if known and len(known) == len(lines) else None
    return written, ended, supply, written
