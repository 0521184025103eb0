"""What bounds a dose, and what is no part of it: the most of a day, what is dispensed.

May import the amounts, the figures, the rhythms, the reading, the phases and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.amounts import MOST_COUNT, amount
from cds.dosing.sig.figures import number
from cds.dosing.sig.phases import Amount
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.rhythms import timing
from cds.dosing.vocabulary import Kind

_A_NIGHT = ("nightly", "at night", "per night", "a night", "every night", "each night")


def capped(reading: Reading) -> bool:
    """max 4.5 mg a day | up to 3 times a day | up to 4.5 mg."""
    words, phase = reading.words, reading.phase
    mark, up_to = words.at, words.next().kind is Kind.UP_TO
    words.skip(Kind.SEPARATOR, Kind.NOISE, Kind.A, Kind.MAX, Kind.TOTAL, Kind.EQUALS)
    if _bounds_times(reading, up_to):
        return timing(reading)
    found = amount(words) or _bare_cap(reading)
    if found is None or found.is_strength():
        raise words.stop("a limit without an amount", mark)
    if phase.change and phase.by is not None and phase.target is None:
        phase.target = found
        _of_a_day(reading)
        return True
    if phase.part.amount is None:
        if not up_to:
            raise words.stop("a limit without a dose", mark)
        phase.part.amount = found
        return True
    if not _of_a_day(reading) and up_to:
        raise words.stop("a limit of a day or of a dose", mark)
    if phase.cap is not None and (phase.cap.mg, phase.cap.count, phase.cap.ml) != (found.mg, found.count, found.ml):
        raise words.stop("two limits", mark)
    phase.cap = found
    return True


def _bounds_times(reading: Reading, up_to: bool) -> bool:
    """up to twice a day | max 3 times a day | max 2-3 times a day."""
    words = reading.words
    if up_to and words.sees(Kind.TIMES):
        return True
    one = words.sees(Kind.TIMES_WORD, Kind.X, ahead=1)
    several = words.sees(Kind.DASH, ahead=1) and words.sees(Kind.TIMES_WORD, ahead=3)
    return words.sees(Kind.NUMBER) and (one or several)


def _bare_cap(reading: Reading) -> Amount | None:
    """max 8 a day: a number that counts what the dose counts."""
    dose = reading.part.amount
    if dose is None or dose.count is None or not reading.words.sees(Kind.NUMBER):
        return None
    count = number(reading.words)
    return Amount(count=count, form=dose.form, each_mg=dose.each_mg) if count and count <= MOST_COUNT else None


def _of_a_day(reading: Reading) -> bool:
    """Passes over "a day", "daily", "per night", "in 24 hours"; was it there?"""
    words = reading.words
    if (words.sees(Kind.RATE) and words.here().value == 1) or (words.sees(Kind.MOMENT) and words.says(*_A_NIGHT)):
        words.at += 1
        return True
    mark = words.at
    if words.take(Kind.SLASH, Kind.PER, Kind.EVERY):
        size = number(words) or Decimal(1)
        unit = words.take(Kind.TIME)
        if unit is not None and size * unit.value == 1:
            return True
        words.at = mark
    return False


def supplied(reading: Reading) -> bool:
    """#30 | dispense 30 capsules | refills: 2: no part of the dosage. False where no number follows."""
    words = reading.words
    if words.next().text.startswith("no "):
        return True
    words.skip(Kind.SEPARATOR, Kind.DASH, Kind.HASH, Kind.NOISE, Kind.EQUALS, Kind.SUPPLY)
    if number(words) is None:
        return False
    words.take(Kind.FORM, Kind.VOLUME, Kind.TIME)
    if words.sees(Kind.SUPPLY) and not words.sees(Kind.NUMBER, Kind.SEPARATOR, Kind.HASH, ahead=1):
        words.at += 1
    return True
