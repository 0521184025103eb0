"""What bounds a dose, and what is no part of it: the most of a day, what is dispensed.

May import the amounts, the figures, the rhythms, the reading, the phases and the vocabulary only.
"""

from cds.dosing.sig.amounts import MOST_COUNT, amount
from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.figures import number, of_a_day
from cds.dosing.sig.phases import Amount, Part
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.rhythms import timing
from cds.dosing.vocabulary import Kind

_A_WEEK = 7  # days
_MOST_PARTS = 6
_AT_MOST = ("max", "maximum", "max of", "maximum of")  # of a dose; "max daily dose" and "do not exceed" order none
_EACH_NIGHT = ("nightly", "per night", "a night", "every night", "each night")  # may bound the whole night


def capped(reading: Reading) -> bool:
    """max 4.5 mg a day | up to 3 times a day | up to 4.5 mg."""
    words, phase = reading.words, reading.phase
    mark, up_to = words.at, words.next().kind is Kind.UP_TO
    before = words.standing(mark - 1)
    word = words.standing(mark)
    joined = word is not None and word.text.startswith("and ")
    if (joined or (before is not None and before.kind in (Kind.AND, Kind.A))) and reading.part.timed():
        if _one_more(reading):
            return True
        raise words.stop("a limit, or a second dose", mark)
    words.skip(Kind.SEPARATOR, Kind.NOISE, Kind.A, Kind.MAX, Kind.TOTAL, Kind.EQUALS)
    if _bounds_times(reading, up_to):
        return timing(reading)
    found = amount(words) or _bare_cap(reading)
    if found is None or found.is_strength() or (found.count or 0) > MOST_COUNT:
        raise words.stop("a limit without an amount", mark)
    if phase.change and phase.by is not None and phase.target is None:
        phase.target = found
        of_a_day(words)
        return True
    if phase.part.amount is None:
        if not up_to and (mark > 0 or word is None or word.text not in _AT_MOST or not words.sees(Kind.MOMENT)):
            raise words.stop("a limit without a dose", mark)
        phase.part.amount = found  # the high end: "max 4.5 mg nightly" and no other dose
        found.ranged = True
        return True
    if phase.part.as_needed and not phase.part.timed() and _of_a_week(words):
        phase.cap_days = _A_WEEK
    elif not of_a_day(words) and (up_to or words.sees(Kind.ADVERB, Kind.PER, Kind.SLASH, Kind.EVERY, Kind.RATE)):
        raise words.stop("a limit of a day, of a dose or of another time", mark)
    if phase.cap is not None and (phase.cap.mg, phase.cap.count, phase.cap.ml) != (found.mg, found.count, found.ml):
        raise words.stop("two limits", mark)
    phase.cap = found
    return True


def _one_more(reading: Reading) -> bool:
    """1 tablet in the morning and up to 2 tablets at night: a further dose by its high end. False where it may bound the day."""
    words, phase, part = reading.words, reading.phase, reading.part
    words.skip(Kind.UP_TO, Kind.MAX, Kind.TOTAL, Kind.NOISE, Kind.A)
    found = amount(words)
    if found is None or found.is_strength() or (found.count or 0) > MOST_COUNT or not words.sees(Kind.MOMENT) or words.says(*_EACH_NIGHT):
        return False
    if not part.moments or part.rates or part.weekdays or phase.days is not None or phase.change or len(phase.parts) >= _MOST_PARTS:
        return False
    found.ranged = True
    phase.parts.append(Part(amount=found))
    return True


def _of_a_week(words: Cursor) -> bool:
    """Passes over "a week", "per week", "weekly"; was it there?"""
    found = words.peek()
    if found is not None and found.kind is Kind.ADVERB and found.value == _A_WEEK:
        words.at += 1
        return True
    return False


def _bounds_times(reading: Reading, up_to: bool) -> bool:
    """up to twice a day | max 3 times a day | max 2-3 times a day."""
    words = reading.words
    if words.sees(Kind.TIMES):
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


def supplied(reading: Reading) -> bool:
    """#30 | dispense 30 capsules | refills: 2: no part of the dosage. False where no number follows."""
    words = reading.words
    if words.next().text.startswith("no "):
        return True
    words.skip(Kind.SEPARATOR, Kind.DASH, Kind.HASH, Kind.NOISE, Kind.EQUALS, Kind.SUPPLY, Kind.NAME)
    if number(words) is None:
        return False
    words.take(Kind.FORM, Kind.VOLUME, Kind.TIME)
    if words.sees(Kind.SUPPLY) and not words.sees(Kind.NUMBER, Kind.SEPARATOR, Kind.HASH, ahead=1):
        words.at += 1
    return True
