"""Doses that take turns: one day this, the next day that; on some days of the week another dose, or none.

May import the amounts, the rhythms, the weeks, the reading, the phases and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.amounts import MOST_COUNT, amount
from cds.dosing.sig.phases import Amount, Part
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.weeks import WEEK, weekdays
from cds.dosing.vocabulary import Kind

_HALF = Decimal("0.5")
_UP_TO_THE_DAYS = (Kind.MOMENT, Kind.RATE, Kind.ROUTE, Kind.NOISE)


def alternating(reading: Reading) -> bool:
    """alternate 3 mg and 4.5 mg | 3 mg alternating with 4.5 mg | (3 mg one day, 4.5 mg the next,) alternating."""
    words, part = reading.words, reading.part
    mark = words.at
    words.at += 1
    if reading.phase.turns:
        return True
    if part.amount is None:
        part.amount = _dose(reading, mark)
    if not words.take(Kind.AND, Kind.SLASH) and not (words.says("with") and words.take(Kind.NOISE)):
        raise words.stop("what takes turns with what", mark)
    return _takes_turns(reading, _dose(reading, mark), mark)


def one_day_and_the_next(reading: Reading) -> bool:
    """1 tablet one day and 2 tablets the next day. False, at the same place, where the dose has not another one beside it."""
    words, part = reading.words, reading.part
    mark, unit = words.at, words.peek(1)
    if not words.says("one", "1") or unit is None or unit.kind is not Kind.TIME or unit.value != 1 or part.amount is None or part.timed():
        return False
    words.at += 2
    if words.skip(Kind.AND, Kind.SEPARATOR, Kind.THEN) and words.sees(Kind.NUMBER, Kind.A):
        found = amount(words)
        if found is not None and _is_dose(found) and words.take(Kind.REMAINDER):
            reading.phase.in_days = True
            return _takes_turns(reading, found, mark)
    words.at = mark
    return False


def turned(reading: Reading) -> bool:
    """ "3 mg and 4.5 mg on alternate nights": two amounts that were read as taken together take turns."""
    part = reading.part
    if len(part.also) != 1 or part.timed() or len(reading.phase.parts) > 1:
        return False
    other = part.also.pop()
    reading.phase.in_days = True
    return _takes_turns(reading, other, reading.words.at)


def _takes_turns(reading: Reading, other: Amount, mark: int) -> bool:
    """The dose of this phase and that other one, each on every second day."""
    phase = reading.phase
    part = phase.part
    if len(phase.parts) > 1 or part.also or part.weekdays or part.share or phase.days is not None or phase.change:
        raise reading.words.stop("what takes turns with what", mark)
    part.share, phase.turns = _HALF, True
    phase.parts.append(Part(amount=other, share=_HALF))
    return True


def _dose(reading: Reading, mark: int) -> Amount:
    found = amount(reading.words)
    if found is None or not _is_dose(found):
        raise reading.words.stop("what takes turns with what", mark)
    return found


def _is_dose(found: Amount) -> bool:
    return not found.plural and (found.count or 0) <= MOST_COUNT and found.per_ml is None


def has_days_left(reading: Reading) -> bool:
    """Is what stands here a dose for the days that the one before leaves out: "2 tablets at night on the other days"?"""
    part, words = reading.part, reading.words
    if len(reading.phase.parts) > 1 or part.rates != [_HALF] or part.share or part.weekdays:
        return False
    ahead = 0
    while words.sees(*_UP_TO_THE_DAYS, ahead=ahead):
        ahead += 1
    return words.sees(Kind.REMAINDER, ahead=ahead)


def other_days(reading: Reading) -> bool:
    """(3 mg on Monday, 1.5 mg) on the other days | (1 tablet every other day and 2 tablets) on the other days."""
    words, phase = reading.words, reading.phase
    mark = words.at
    words.at += 1
    if phase.part.weekdays and phase.part.amount is not None and words.sees(Kind.NUMBER):
        phase.parts.append(Part())  # "... other days 1.5 mg"
    *before, part = phase.parts
    if not before or part.weekdays or part.share:
        raise words.stop("the other days, and which they are", mark)
    if all(one.weekdays for one in before):
        part.weekdays = [day for day in WEEK if all(day not in one.weekdays for one in before)]
        if part.weekdays:
            return True
    elif len(before) == 1 and before[0].rates == [_HALF] and part.amount is not None:
        before[0].rates, before[0].share, part.share, phase.turns = [], _HALF, _HALF, True
        phase.in_days = True
        return True
    raise words.stop("the other days, and which they are", mark)


def left_out(reading: Reading) -> bool:
    """nightly except Sundays | skip weekends | except 3 mg on Sundays. False where no day follows."""
    words, part = reading.words, reading.part
    mark = words.at
    words.at += 1
    if part.amount is None or len(reading.phase.parts) > 1:
        return False
    other = Part()
    if words.sees(Kind.NUMBER) or (words.sees(Kind.A) and words.sees(Kind.FORM, ahead=1)):
        other.amount = _dose(reading, mark)
    if not words.sees(Kind.WEEKDAYS, Kind.ON, Kind.EVERY):
        return False
    words.take(Kind.EVERY)
    reading.phase.parts.append(other)
    read = weekdays(reading)
    reading.phase.parts.pop()
    if not read or not other.weekdays or other.moments or other.share or words.sees(Kind.NUMBER):
        raise words.stop("cannot be read", mark)
    return _without(reading, other, mark)


def _without(reading: Reading, other: Part, mark: int) -> bool:
    part = reading.part
    if part.weekdays:
        if other.amount is not None or set(part.weekdays) & set(other.weekdays):
            raise reading.words.stop("cannot be read", mark)
        return True  # "Mon-Sat, none Sun"
    if other.amount is not None and (not part.timed() or part.share or any(rate != 1 for rate in part.rates) or len(part.moments) > 1):
        raise reading.words.stop("cannot be read", mark)
    part.weekdays = [day for day in WEEK if day not in other.weekdays]
    if other.amount is not None:
        reading.phase.parts.append(other)
    return bool(part.weekdays)
