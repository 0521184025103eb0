"""Observations to facts of the patient picture: drug tests, laboratory results, signs of pregnancy and breastfeeding, symptoms.

A panel holds one result per component. Values are brought to the unit that the knowledge states for their test; a unit
that nobody knows is never guessed.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from cards.model import Measure, Terminology
from cards.words import words
from cds.call import Json
from cds.dose import units
from cds.fhir import codes, dates, views
from cds.fhir.chart import SAYS_NOTHING, Faults, label
from cds.fhir.references import name_of
from cds.patient import Day, Lab, Screen, Sign, Symptom
from cds.recognise import concepts, effects
from cds.recognise.coded import Coded, plain
from cds.recognise.concepts import Result

_NO_RESULT = frozenset({"entered-in-error", "cancelled", "registered"})
_LONGEST_PANEL = 500
_COMPARATORS = ("", "<", "<=", ">", ">=")
_SIGNS = frozenset({"pregnancy-status", "pregnancy-test", "delivery-date", "gestational-age", "breastfeeding-status"})
_NOT = frozenset({"not", "no", "non", "never", "none"})
_YES = ("y",)
_DENIALS = _NOT | {"absent", "denies", "denied", "resolved", "unknown", "n"}
_LONGEST_SYMPTOM, _LONGEST_ANSWER = 4, 12  # words
_WEEKS = re.compile(r"(\d{1,2}) ?(?:w|wk|wks|week|weeks)?(?: ?(?:\+|and)? ?(\d) ?(?:/7|d|day|days)?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What one Observation holds, by kind."""

    screens: tuple[Screen, ...] = ()
    labs: tuple[Lab, ...] = ()
    signs: tuple[Sign, ...] = ()
    symptoms: tuple[Symptom, ...] = ()


def observation(raw: Json, terminology: Terminology) -> tuple[Results, Faults]:
    """Which drug tests, laboratory results and signs does this observation hold? A panel holds one per component."""
    view, faults = views.read(views.ObservationView, raw)
    if (view.status or "").strip().casefold() in _NO_RESULT:
        return Results(), faults
    taken = dates.first(
        dates.day(view.effectiveDateTime),
        dates.end(view.effectivePeriod),
        dates.start(view.effectivePeriod),
        dates.day(view.effectiveInstant),
        dates.day(view.issued),
    )
    screens: list[Screen] = []
    labs: list[Lab] = []
    signs: list[Sign] = []
    symptoms: list[Symptom] = []
    panel = codes.coded(view.code)
    faults = (*faults, *codes.too_long("code", *(codes.coded(part.code) for part in (view, *(view.component or ())))))
    if view.component and len(panel.text) > _LONGEST_PANEL:
        faults = (*faults, f"code: a panel's name of more than {_LONGEST_PANEL} characters, not read together with its components")
    if not any(concepts.speaks(terminology, codes.coded(part.code)) for part in (view, *(view.component or ()))):
        faults = (*faults, SAYS_NOTHING)
    for part in (view, *(view.component or ())):
        concept = codes.coded(part.code)
        tests = concepts.laboratory(terminology, concept)
        for test in sorted(tests & terminology.measures.keys()):
            lab, lab_faults = _lab(test, part, taken, raw, terminology)
            faults = (*faults, *lab_faults)
            labs += [lab] if lab is not None else []
        read = [_sign(name, part, taken, raw, terminology) for name in sorted(tests & _SIGNS)]
        signs += read
        faults = (*faults, *(f"result: {sign.concept} says nothing that can be read" for sign in read if _is_mute(sign) and _has_value(part)))
        screen, screen_faults = _screen(concept if part is view else _within(panel, concept), concept, part, taken, raw, terminology)
        faults = (*faults, *screen_faults)
        screens += [screen] if screen is not None else []
        felt = _symptom(concept, part, taken, raw, terminology) if screen is None and not tests else None
        symptoms += [felt] if felt is not None else []
    return Results(screens=tuple(screens), labs=tuple(labs), signs=tuple(signs), symptoms=tuple(symptoms)), faults


def _symptom(concept: Coded, part: views.Component, taken: Day | None, raw: Json, terminology: Terminology) -> Symptom | None:
    """A symptom that was found: named by the value, or by what was asked and said to be there. A long name is an item of a questionnaire."""
    value = codes.coded(part.valueCodeableConcept)
    said = Coded(codings=value.codings, text=value.text or part.valueString or "")
    for one, longest in ((said, _LONGEST_ANSWER), (concept, _LONGEST_SYMPTOM)):
        short = len(words(next(iter(one.texts), ""))) <= longest
        found = effects.effects(terminology, one) if short else frozenset()
        if found and (one is said or _is_there(said, part, terminology)):
            return Symptom(label=label(one, terminology), effects=found, taken=taken, reference=name_of(raw))
    return None


def _is_there(said: Coded, part: views.Component, terminology: Terminology) -> bool:
    """Was what was asked found? A score says neither, and no value at all that it was, unless a reason stands in its place."""
    if part.valueQuantity is not None or part.valueInteger is not None or part.dataAbsentReason is not None:
        return False
    denied = any(set(words(text)) & _DENIALS for text in said.texts)
    return not denied and part.valueBoolean is not False and _outcome(part, terminology) is not Result.NEGATIVE


def _screen(
    said: Coded, concept: Coded, part: views.Component, taken: Day | None, raw: Json, terminology: Terminology
) -> tuple[Screen | None, Faults]:
    """The drug test that this part is. A result in words that say neither positive nor negative stays open."""
    meaning = concepts.test(terminology, said)
    substances = frozenset(name for name in meaning.concepts if name.startswith("uds-"))
    if not substances:
        return None, ()
    outcome = _outcome(part, terminology)
    if outcome is None and _has_value(part):
        if not _has_words(part):
            return None, ("value: neither words, codes nor an amount that can be read",)
        outcome = Result.OPEN
    if outcome is None:
        return None, ()
    return (
        Screen(
            label=label(concept, terminology),
            concepts=substances,
            substances=meaning.substances,
            group=meaning.group,
            confirmatory=meaning.confirmatory,
            result=outcome,
            taken=taken,
            reference=name_of(raw),
        ),
        (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amount:
    """A number as sent: `unit` is its UCUM unit, empty when it is none that we know; `spelt` as it was written."""

    number: Decimal
    comparator: str
    unit: str
    spelt: str


def _lab(test: str, part: views.Component, taken: Day | None, raw: Json, terminology: Terminology) -> tuple[Lab | None, Faults]:
    """This result in the unit of its test; in its own unit where that is not known and its range is in the same; else unreadable."""
    measure = terminology.measures[test]
    amount = _measured(part, terminology)
    if amount is None:
        # an order without a result, or the heading of a panel, was not measured
        return (
            (
                Lab(test=test, value=None, comparator="", unit="", upper=None, taken=taken, reference=name_of(raw)),
                _unread(measure, "no number that can be read"),
            )
            if _has_value(part)
            else (None, ())
        )

    def result(value: Decimal | None, unit: str, upper: Decimal | None) -> Lab:
        comparator = amount.comparator if value is not None else ""
        return Lab(test=test, value=value, comparator=comparator, unit=unit, upper=upper, taken=taken, reference=name_of(raw))

    if amount.comparator not in _COMPARATORS or amount.number < 0:
        return result(None, "", None), _unread(measure, "comparator or number that no result has")
    if not measure.factors:
        return result(amount.number, measure.unit if not amount.spelt else amount.unit, None), ()
    limits = _uppers(part, terminology)
    if not amount.spelt or amount.unit in measure.factors:
        factor = measure.factors.get(amount.unit, Decimal(1))
        uppers = [one.number * measure.factors.get(one.unit, factor) for one in limits if not one.spelt or one.unit in measure.factors]
        return result(amount.number * factor, measure.unit, min(uppers, default=None)), ()
    uppers = [one.number for one in limits if not one.spelt or one.spelt == amount.spelt]
    if uppers:
        return result(amount.number, "", min(uppers)), ()
    return result(None, "", None), _unread(measure, f"unit {plain(amount.spelt, 24)} is not known for this test")


def _unread(measure: Measure, why: str) -> Faults:
    """Named as a value that a critical finding needs, or as a result that only the report speaks of."""
    return (f"{'value' if measure.critical else 'result'}: {why}",)


def _measured(part: views.Component, terminology: Terminology) -> _Amount | None:
    """The number of this result: a quantity, an integer, or words that hold nothing else."""
    quantity = part.valueQuantity
    if quantity is not None and (number := codes.sane(quantity.value)) is not None:
        spelt = (quantity.unit or quantity.code or "").strip()
        return _Amount(
            number=number, comparator=(quantity.comparator or "").strip(), unit=units(quantity.unit, quantity.code, terminology.units), spelt=spelt
        )
    if part.valueInteger is not None and (number := codes.sane(Decimal(part.valueInteger))) is not None:
        return _Amount(number=number, comparator="", unit="", spelt="")
    for text in (part.valueString, *codes.coded(part.valueCodeableConcept).texts):
        found = codes.written_quantity(text) if text else None
        if found is not None:
            return _Amount(number=found[1], comparator=found[0], unit=units(found[2], None, terminology.units), spelt=found[2])
    return None


def _uppers(part: views.Component, terminology: Terminology) -> list[_Amount]:
    """The upper limits of normal of this very result. Therapeutic and other ranges do not count, nor limits that nothing can exceed."""
    found: list[_Amount] = []
    for span in _ranges(part):
        if codes.status_word(span.type or span.meaning) not in ("", "normal"):
            continue
        if span.high is not None and (number := codes.sane(span.high.value)) is not None:
            spelt = (span.high.unit or span.high.code or "").strip()
            found.append(_Amount(number=number, comparator="", unit=units(span.high.unit, span.high.code, terminology.units), spelt=spelt))
        elif span.text and (written := codes.written_upper(span.text)) is not None:
            found.append(_Amount(number=written[0], comparator="", unit=units(written[1], None, terminology.units), spelt=written[1]))
    return [one for one in found if one.number > 0]


def _ranges(part: views.Component) -> tuple[views.ReferenceRange, ...]:
    """Its reference ranges, whether one or several were sent."""
    given = part.referenceRange
    return (given,) if isinstance(given, views.ReferenceRange) else tuple(given or ())


def _sign(name: str, part: views.Component, taken: Day | None, raw: Json, terminology: Terminology) -> Sign:
    """What does this observation say of pregnancy or breastfeeding?"""
    due = dates.day(part.valueDateTime) or dates.day(part.valueString) if name == "delivery-date" else None
    return Sign(
        concept=name,
        says=_says(part, terminology) if name not in ("delivery-date", "gestational-age") else None,
        taken=taken,
        due=due.latest if due else None,
        weeks=_weeks(part, terminology) if name == "gestational-age" else None,
        reference=name_of(raw),
    )


def _says(part: views.Component, terminology: Terminology) -> Result | None:
    """Yes or no? By what the value means as a condition, by a denial in its words, then as any other result."""
    value = codes.coded(part.valueCodeableConcept)
    said = Coded(codings=value.codings, text=value.text or part.valueString or "")
    meaning = concepts.condition(terminology, said).concepts
    if meaning & {"pregnancy-not-current", "lactation-negative"} or any(set(words(text)) & _NOT for text in said.texts):
        return Result.NEGATIVE
    if meaning & {"pregnancy", "lactation"} or any(words(text) == _YES for text in said.texts):
        return Result.POSITIVE
    outcome = _outcome(part, terminology)
    # an amount without a limit says nothing: every serum holds a little hCG
    return None if part.valueQuantity is not None and not part.interpretation and _cutoff(part) is None else outcome


def _weeks(part: views.Component, terminology: Terminology) -> Decimal | None:
    """Weeks of pregnancy, from a quantity, an integer, or words such as 34w2d or 34 5/7; a number below nothing is none."""
    if (found := codes.quantity(part.valueQuantity, terminology)) is not None:
        number, unit = found
        days = timedelta(days=1) / timedelta(weeks=1)
        weeks = number if unit == "wk" else (number * Decimal(days)).quantize(Decimal("0.1")) if unit == "d" else None
    else:
        written = _WEEKS.fullmatch(" ".join((part.valueString or "").split()))
        weeks = Decimal(written[1]) if written else Decimal(part.valueInteger) if part.valueInteger is not None else None
    return weeks if weeks is not None and weeks >= 0 else None


def _is_mute(sign: Sign) -> bool:
    return sign.says is None and sign.due is None and sign.weeks is None


def _has_words(part: views.Component) -> bool:
    return bool((part.valueString or "").strip() or codes.coded(part.valueCodeableConcept).texts)


def _has_value(part: views.Component) -> bool:
    """Was a result given, in whatever shape? An interpretation alone is one; a reason why there is none is not."""
    worded = (part.valueCodeableConcept, part.valueString, part.valueBoolean, part.valueTime, part.interpretation or None)
    counted = (part.valueQuantity, part.valueInteger, part.valueRange, part.valueRatio, part.valueSampledData)
    return any(value is not None for value in (*worded, *counted, part.valueDateTime, part.valuePeriod))


def is_asked_for(raw: Json, terminology: Terminology) -> bool:
    """Is this result one of the tests that findings ask for, or does nobody know which test it is?"""
    view, _ = views.read(views.ObservationView, raw)
    listed = [codes.coded(part.code) for part in (view, *(view.component or ()))]
    known = any(concepts.test(terminology, concept).concepts or concepts.laboratory(terminology, concept) for concept in listed)
    return known or not any(concepts.speaks(terminology, c) for c in listed)


def _within(panel: Coded, part: Coded) -> Coded:
    """A component's own codes; its words gain those of the panel, which may say that it is urine, unless they are no name."""
    if len(panel.text) > _LONGEST_PANEL:
        return part
    return Coded(codings=part.codings, text=f"{panel.text or ''} {part.text or ''}".strip())


def _outcome(part: views.Component, terminology: Terminology) -> Result | None:
    """Positive or negative? By the value's words, then a truth value, then the laboratory's interpretation, then an amount.

    What is open in one of them is asked of the next; it stays open when none of them decides.
    """
    listed = part.interpretation if isinstance(part.interpretation, list) else [part.interpretation]
    said = [concepts.result(terminology, codes.coded(part.valueCodeableConcept)), concepts.result(terminology, Coded(text=part.valueString or ""))]
    if part.valueBoolean is not None:
        said.append(Result.POSITIVE if part.valueBoolean else Result.NEGATIVE)
    said += [concepts.result(terminology, codes.coded(concept)) for concept in listed]
    said.append(_by_amount(part, terminology))
    decided = [found for found in said if found in (Result.POSITIVE, Result.NEGATIVE)]
    return next(iter(decided), Result.OPEN if Result.OPEN in said else None)


def _by_amount(part: views.Component, terminology: Terminology) -> Result | None:
    """An amount is positive unless it is below the cut-off, or said to be below what can be measured."""
    comparator, number = "", None
    if part.valueQuantity is not None and (amount := codes.quantity(part.valueQuantity, terminology)) is not None:
        comparator, number = part.valueQuantity.comparator or "", amount[0]
    elif part.valueString:
        comparator, number = codes.written_amount(part.valueString)
    if number is None:
        return None
    cutoff = _cutoff(part)
    if comparator in ("<", "<=") or number <= 0:
        return Result.NEGATIVE
    return Result.NEGATIVE if cutoff is not None and number < cutoff else Result.POSITIVE


def _cutoff(part: views.Component) -> Decimal | None:
    """The amount from which this result is positive: the range's high end, in figures or in words such as <300 ng/mL."""
    for span in _ranges(part):
        if span.high is not None and (number := codes.sane(span.high.value)) is not None:
            return number
        comparator, number = codes.written_amount(span.text or "")
        if comparator in ("<", "<=") and number is not None:
            return number
    return None
