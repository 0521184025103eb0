"""The dosage instructions of a medication resource to neutral dosage lines: amounts, rhythm, limits, days.

What cannot be read is left out or named as a fault of the line; `cds.dosing` judges what is there.
"""

from decimal import Decimal

from cards.model import Terminology
from cds import dose
from cds.dose import Amount, DosageLine, Rhythm
from cds.dosing import timing as timings
from cds.fhir import codes, dates, views


def of(view: views.Medicine) -> tuple[views.Dosage, ...]:
    """The dosage instructions of a medication resource, one or several, under either of their names."""
    found: list[views.Dosage] = []
    for part in (view.dosageInstruction, view.dosage):
        if isinstance(part, views.Dosage):
            found.append(part)
        elif part:
            found += part
    return tuple(found)


def line(told: views.Dosage, terminology: Terminology) -> DosageLine:
    """One dosage instruction without FHIR."""
    amounts = _amounts(told, terminology)
    # a mass speaks for itself, a count or a volume only through the product
    chosen = next(iter([one for one in amounts if one.unit not in ("", "1", "mL")] or amounts), None)
    rhythm = _rhythm(told.timing)
    repeat = told.timing.repeat if told.timing else None
    most, most_days = _most(told, terminology)
    begins, ends = (dates.start(repeat.boundsPeriod), dates.end(repeat.boundsPeriod)) if repeat else (None, None)
    return DosageLine(
        sequence=told.sequence,
        text=told.text or told.patientInstruction or "",
        instruction=told.patientInstruction or "",
        quantity=chosen.quantity if chosen else None,
        unit=chosen.unit if chosen else "",
        amounts=amounts,
        per_day=rhythm.per_day,
        days=_bound(repeat, rhythm, terminology),
        weekdays=rhythm.weekdays,
        moments=rhythm.moments,
        clock=rhythm.clock,
        rhythm_fault=rhythm.fault,
        as_needed=bool(told.asNeededBoolean or told.asNeededCodeableConcept),
        most=most,
        most_days=most_days,
        begins=begins.earliest if begins else None,
        ends=ends.latest if ends else None,
    )


def _amounts(line: views.Dosage, terminology: Terminology) -> tuple[Amount, ...]:
    """Every entry of this line's dose with its type: Epic sends one dose as calculated, ordered and to be given. STU3 has one."""
    entries = [(rate.doseQuantity, rate.doseRange, _kind(rate.type)) for rate in line.doseAndRate or ()]
    entries.append((line.doseQuantity or line.dose, line.doseRange, ""))
    read = [(_amount(value, span, terminology), kind) for value, span, kind in entries]
    return tuple(dict.fromkeys(Amount(quantity=found[0], unit=found[1], kind=kind) for found, kind in read if found is not None))


def _kind(concept: views.Concept | None) -> str:
    """Which type of dose is it, in a word?"""
    found = codes.coded(concept)
    said = " ".join((*(coding.code for coding in found.codings), *found.texts)).casefold()
    return "ordered" if "order" in said else said[:40]


def _amount(value: views.Quantity | None, span: views.Range | None, terminology: Terminology) -> tuple[Decimal, str] | None:
    """The quantity, or the high end of a range."""
    if value is None and span is not None:
        if span.low is not None and span.high is not None and _falls(span.low.value, span.high.value):
            return None
        value = span.high or span.low
        if value is not None and not value.unit and not value.code and span.low is not None:
            return codes.quantity(views.Quantity(value=value.value, unit=span.low.unit, code=span.low.code), terminology)
    found = codes.quantity(value, terminology)
    if found is not None and value is not None and value.comparator:
        # "less than 4.5 mg" is no dose: its unit is not taken, so that the amount cannot be read
        return found[0], ""
    return found


def _falls(low: Decimal | None, high: Decimal | None) -> bool:
    return low is not None and high is not None and high < low


def _most(line: views.Dosage, terminology: Terminology) -> tuple[Amount | None, Decimal | None]:
    """The most that may be taken in so many days."""
    given = line.maxDosePerPeriod[0] if isinstance(line.maxDosePerPeriod, list) and line.maxDosePerPeriod else line.maxDosePerPeriod
    if given is None or isinstance(given, list):
        return None, None
    upper, lower = codes.quantity(given.numerator, terminology), codes.quantity(given.denominator, terminology)
    if upper is None or lower is None or lower[0] <= 0 or upper[0] <= 0:
        return None, None
    often = dose.per_day(Decimal(1), lower[0], lower[1])
    return (Amount(quantity=upper[0], unit=upper[1]), 1 / often) if often else (None, None)


def _bound(repeat: views.Repeat | None, rhythm: Rhythm, terminology: Terminology) -> int | None:
    """For how many days does the line hold: by its duration, the short end of a range, or a number of doses?"""
    if repeat is None:
        return None
    known = codes.days(repeat.boundsDuration, terminology)
    if known is None and repeat.boundsRange is not None:
        known = codes.days(repeat.boundsRange.low or repeat.boundsRange.high, terminology)
        if known is None and repeat.boundsRange.low is not None and repeat.boundsRange.high is not None:
            low, high = repeat.boundsRange.low, repeat.boundsRange.high
            known = codes.days(views.Quantity(value=low.value, unit=low.unit or high.unit, code=low.code or high.code), terminology)
    count = codes.sane(repeat.count)
    if known is None and count is not None and count > 0 and rhythm.per_day:
        known = int(-(-count // rhythm.per_day))
    return known


def _rhythm(timing: views.Timing | None) -> Rhythm:
    """How often a day by the repetition, and by the code; both have to agree."""
    if timing is None:
        return Rhythm()
    concept = codes.coded(timing.code)
    code = timings.of_code(tuple(dict.fromkeys((*(coding.code for coding in concept.codings), *concept.texts))))
    repeat = timing.repeat
    if repeat is None:
        return code
    if _falls(codes.sane(repeat.frequency), codes.sane(repeat.frequencyMax)) or _falls(codes.sane(repeat.period), codes.sane(repeat.periodMax)):
        return Rhythm(fault="a range of frequencies that does not rise")
    return timings.both(
        timings.of_repeat(
            frequency=codes.sane(repeat.frequencyMax or repeat.frequency),
            period=codes.sane(repeat.period),
            unit=repeat.periodUnit or "",
            when=_several(repeat.when),
            clock=_several(repeat.timeOfDay),
            weekdays=_several(repeat.dayOfWeek),
        ),
        code,
    )


def _several(value: list[str] | str | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
