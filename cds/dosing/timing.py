"""How often a day? Timing codes, frequencies in a period, moments, times of day and days of the week, averaged over the dosing cycle.

Pure: knows the codes of FHIR's timing abbreviations and what EHRs send in their place, but no FHIR shape.
"""

from dataclasses import dataclass
from decimal import Decimal

from cds.dosing import sig
from cds.dosing.model import same

_PER_DAY = {
    "s": Decimal(86_400),
    "min": Decimal(1_440),
    "h": Decimal(24),
    "d": Decimal(1),
    "wk": Decimal(1) / 7,
    "mo": Decimal(1) / 30,
    "a": Decimal(1) / 365,
}
_CODES = {
    "QD": "1",
    "DAILY": "1",
    "AM": "1",
    "PM": "1",
    "BED": "1",
    "QHS": "1",
    "HS": "1",
    "NOCTE": "1",
    "Q24H": "1",
    "MANE": "1",
    "QAM": "1",
    "QPM": "1",
    "OD": "1",
    "BID": "2",
    "BD": "2",
    "Q12H": "2",
    "TID": "3",
    "TDS": "3",
    "Q8H": "3",
    "QID": "4",
    "QDS": "4",
    "Q6H": "4",
    "Q4H": "6",
    "Q3H": "8",
    "Q2H": "12",
    "Q1H": "24",
    "QOD": "0.5",
    "Q48H": "0.5",
}
_MOMENTS = {"AM": "MORN", "QAM": "MORN", "MANE": "MORN", "PM": "EVE", "QPM": "EVE", "BED": "HS", "QHS": "HS", "HS": "HS", "NOCTE": "NIGHT"}
_LONG = {"WK": Decimal(1) / 7, "MO": Decimal(1) / 30}
# a meal that is not named may be any of the day's meals: how often it is cannot be said
_ANY_MEAL = frozenset({"C", "AC", "PC"})
_DAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a day, at which moments and hours; `fault` where the structure says it in two ways, or in one that cannot be read."""

    per_day: Decimal | None = None
    moments: frozenset[str] = frozenset()
    clock: frozenset[str] = frozenset()
    weekdays: frozenset[str] = frozenset()
    fault: str = ""


def per_day_of_code(code: str) -> Decimal | None:
    """How often a day does a timing abbreviation mean? None for one we do not know."""
    plain = code.strip().upper().replace(".", "").replace(" ", "")
    if plain in _LONG:
        return _LONG[plain]
    found = _CODES.get(plain)
    return Decimal(found) if found else None


def per_day(frequency: Decimal, period: Decimal, unit: str) -> Decimal | None:
    """How often a day is `frequency` times in `period` units? None for a unit or period that makes no sense."""
    scale = _PER_DAY.get(unit)
    if scale is None or period <= 0 or frequency <= 0:
        return None
    return frequency * scale / period


def of_code(written: tuple[str, ...]) -> Rhythm:
    """Which rhythm do a timing code and its words give? A fault where two of them that can be read differ."""
    found: Rhythm | None = None
    for text in written:
        one = _of_one_code(text)
        if one is None:
            continue
        if found is not None and found.per_day is not None and one.per_day is not None and not same(found.per_day, one.per_day):
            return Rhythm(fault="a timing whose code and words differ")
        found = found if found is not None and (found.moments or not one.moments) else one
    return found or Rhythm()


def _of_one_code(text: str) -> Rhythm | None:
    plain = text.strip().upper().replace(".", "").replace(" ", "")
    if (found := per_day_of_code(text)) is not None:
        return Rhythm(per_day=found, moments=frozenset({_MOMENTS[plain]} if plain in _MOMENTS else ()))
    said = sig.rhythm(text)
    return Rhythm(per_day=said[0], moments=said[1]) if said is not None else None


def of_repeat(
    *,
    frequency: Decimal | None,
    period: Decimal | None,
    unit: str,
    when: tuple[str, ...] = (),
    clock: tuple[str, ...] = (),
    weekdays: tuple[str, ...] = (),
) -> Rhythm:
    """Which rhythm does a repeating structure give? `frequency` is the high end and `period` the shorter one where they are ranges."""
    unknown = {day for day in weekdays if day not in _DAYS}
    named = frozenset(weekdays) - unknown
    moments, hours = frozenset(when), frozenset(clock)
    base = Rhythm(moments=moments, clock=hours, weekdays=named)
    if unknown:
        return _faulty(base, "a day of the week that is none")
    rate: Decimal | None = None
    if period is not None or frequency is not None:
        rate = per_day(frequency if frequency is not None else Decimal(1), period, unit) if period is not None and unit else None
        if rate is None and (period is not None or not (when or clock)):
            return _faulty(base, "a frequency without a period that can be read")
    spots = Decimal(len(hours) or len(moments))
    if moments & _ANY_MEAL and not hours:
        spots = Decimal(0) if rate is not None else spots
        if rate is None:
            return _faulty(base, "a meal that is not named")
    week = Decimal(len(named)) / 7 if named else None
    if rate is None:
        if not spots and week is None:
            return base
        return _with(base, (spots or Decimal(1)) * (week or Decimal(1)))
    if spots and unit == "d" and period == 1 and rate not in (1, spots):
        return _faulty(base, "a frequency that does not agree with its moments")
    if spots > 1 and rate == 1 and unit == "d":
        rate = spots
    if week is None:
        return _with(base, rate)
    if unit == "wk" and period == 1:
        # so often a week, on these days: once on each of them, or as often as there are days
        if frequency not in (None, 1, Decimal(len(named))):
            return _faulty(base, "a frequency that does not agree with its days")
        return _with(base, week * (spots or 1))
    return _with(base, rate * week) if rate >= 1 else _faulty(base, "a frequency that does not agree with its days")


def both(repeat: Rhythm, code: Rhythm) -> Rhythm:
    """The rhythm of the structure, or of its code; where both say one they have to agree."""
    if repeat.fault or (code.per_day is None and not code.fault):
        return repeat
    if code.fault:
        return _faulty(repeat, code.fault)
    if repeat.per_day is None:
        return Rhythm(per_day=code.per_day, moments=repeat.moments or code.moments, clock=repeat.clock, weekdays=repeat.weekdays)
    if code.per_day is not None and abs(repeat.per_day - code.per_day) > Decimal("0.001") and not (repeat.weekdays and code.per_day == 1):
        return _faulty(repeat, "a timing whose code and repetition differ")
    return (
        _with(repeat, repeat.per_day)
        if repeat.moments
        else Rhythm(per_day=repeat.per_day, moments=code.moments, clock=repeat.clock, weekdays=repeat.weekdays)
    )


def _with(base: Rhythm, rate: Decimal) -> Rhythm:
    return Rhythm(per_day=rate, moments=base.moments, clock=base.clock, weekdays=base.weekdays)


def _faulty(base: Rhythm, fault: str) -> Rhythm:
    return Rhythm(moments=base.moments, clock=base.clock, weekdays=base.weekdays, fault=fault)
