"""How long a phase lasts, and which days a label such as "week 3" names.

May import the amounts, the cursor, the figures, the reading and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.amounts import amount
from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.figures import number, spread
from cds.dosing.sig.phases import Phase
from cds.dosing.sig.reading import Reading
from cds.dosing.vocabulary import WORDS, Kind

_MOST_DAYS = 3_650
_LAST_LABEL = 1_000
_LABELS = (1, 7, 14, 30)  # days of the units that may be numbered: day, week, fortnight, month
PARTS_OF_TIME = {"7": 1, "52": 7, "12": 30}  # British: 14/7 are days, 2/52 weeks, 3/12 months
_ONE_SPAN = ("a week", "a month", "a fortnight")
_IN_A_REASON = (Kind.AND, Kind.OR, Kind.SLASH, Kind.DASH, Kind.SEPARATOR, Kind.FOR, Kind.TO)


def whole_days(words: Cursor, days: Decimal, mark: int | None = None) -> int:
    """The days of a span; refuses what is no number of days."""
    if days != days.to_integral_value() or not 0 < days <= _MOST_DAYS:
        raise words.stop("a time that is no number of days", mark)
    return int(days)


def duration(words: Cursor) -> int | None:
    """duration := 14 days | 14/7 | two weeks | 14d. None where none begins here."""
    mark = words.at
    ends = spread(words)
    if ends is None:
        return None
    below = words.peek(1)
    if words.sees(Kind.SLASH) and below is not None and below.kind is Kind.NUMBER and below.text in PARTS_OF_TIME:
        words.at += 2
        return whole_days(words, ends[0] * PARTS_OF_TIME[below.text], mark)
    words.skip(Kind.DASH)
    unit = words.take(Kind.TIME)
    if unit is None:
        words.at = mark
        return None
    return whole_days(words, ends[0] * unit.value, mark)


def holds(reading: Reading, days: int, mark: int) -> bool:
    """The phase lasts so many days; refuses a second time for one dose, and a time without a dose."""
    phase = reading.phase
    if phase.days is not None and phase.days != days:
        raise reading.words.stop("two times for one dose", mark)
    if phase.part.amount is None and phase.by is None and not phase.explicit and not phase.empty():
        raise reading.words.stop("a time without a dose", mark)
    phase.days = days
    return True


def lasting(reading: Reading) -> bool:
    """for (14 days | 14/7 | two weeks | a week) | for a reason in words without meaning."""
    words = reading.words
    mark, said = words.at, words.next().text
    words.skip(Kind.NOISE)
    if _held_for(words):
        return True
    article = words.take(Kind.A) is not None
    days = duration(words)
    if days is not None and "next" in said and reading.part.amount is not None and reading.phase.days is not None:
        # "for the next two weeks take 3 mg"
        reading.begin_phase()
    if days is not None and reading.phase.empty():
        reading.phase.explicit = True
    if days is not None:
        dose = reading.part.amount
        if said.startswith("over") and reading.phase.change:
            reading.gradual = True  # "increase to 4.5 mg over 4 weeks"
        if said.startswith("over") and dose is not None and dose.ranged:
            raise words.stop("a range of doses, or a way from one to the other", mark)
        return holds(reading, days, mark)
    if words.says(*_ONE_SPAN) and words.sees(Kind.ADVERB):
        return holds(reading, whole_days(words, words.next().value, mark), mark)
    if article or words.sees(Kind.TIME):
        unit = words.take(Kind.TIME)
        if unit is not None and not words.sees(Kind.NUMBER):
            return holds(reading, whole_days(words, unit.value, mark), mark)
    if words.sees(Kind.NUMBER) or said not in ("for", "for the"):
        if said == "first" and words.sees(Kind.UNKNOWN):
            return False
        raise words.stop("cannot be read", mark)
    return reason(reading)


def _held_for(words: Cursor) -> bool:
    """ "for 2 minutes": how long to hold it under the tongue, no time of treatment. False, at the same place, for any other."""
    mark = words.at
    if spread(words) is not None and (unit := words.take(Kind.TIME)) is not None and unit.value * 24 < 1:
        return True
    words.at = mark
    return False


def reason(reading: Reading) -> bool:
    """Words without meaning for the dose, up to the next that has one."""
    words = reading.words
    while not words.ended():
        if is_word(words) or words.sees(Kind.A, Kind.NAME) or words.says("of", "with", "low", "immune", "as", "is"):
            words.at += 1
        elif words.sees(*_IN_A_REASON) and is_word(words, ahead=1):
            words.at += 2
        elif words.sees(Kind.OPEN) and words.sees(Kind.UNKNOWN, ahead=1) and words.sees(Kind.NUMBER, ahead=2) and words.sees(Kind.CLOSE, ahead=3):
            words.at += 4  # "(G90.5)"
        else:
            break
    return True


def is_word(words: Cursor, ahead: int = 0) -> bool:
    """Does a word without a meaning for the dose stand here, which does not begin a remark such as "weight 70 kg" or "pharmacy: ..."?"""
    begins = words.sees(Kind.REMARK, Kind.BODY, Kind.CALL, ahead=ahead) and words.sees(Kind.NUMBER, Kind.SEPARATOR, Kind.EQUALS, ahead=ahead + 1)
    return words.sees(*WORDS, ahead=ahead) and not begins


def ended_before(reading: Reading, days: int, leads: bool = False) -> bool:
    """The phase before ends after these days: "after 2 weeks increase to 3 mg", or "increase to 3 mg after 2 weeks".

    `leads`: it begins a sentence, so that it ends the phase that stands there, where the one before that has its end.
    """
    phase = reading.phase
    dosed = phase.part.amount is not None
    follows = phase.explicit and len(reading.phases) > 1 and phase.days is None
    follows = follows and not (leads and dosed and reading.phases[-2].days is not None)
    if follows and (phase.change or not dosed):
        before = reading.phases[-2]
    elif dosed and (not phase.change or phase.by is None):
        # also "... increase to 3 mg, after 2 weeks increase to 4.5 mg"
        before = phase
        reading.begin_phase()
    else:
        raise reading.words.stop("no dose stands before this time", reading.words.at - 1)
    if before.days is not None and before.days != days:
        raise reading.words.stop("two times for one dose", reading.words.at - 1)
    before.days = days
    return True


def from_now(reading: Reading, days: int) -> bool:
    """In 2 weeks increase to 3 mg, in 4 weeks to 4.5 mg: both from the first day, where the second is the longer time."""
    begun = reading.phase.since_start or 0
    if days < begun:
        raise reading.words.stop("from the first day, or from the last change", reading.words.at - 1)
    ended_before(reading, days - begun if days > begun else days, leads=True)
    reading.phase.since_start = days if days > begun else begun + days
    return True


def told_behind(reading: Reading) -> bool:
    """After 14 days of 1.5 mg nightly (take 3 mg nightly): the first dose, told behind "after". False, at the same place, for other times."""
    words, phase = reading.words, reading.phase
    mark = words.at
    days = duration(words)
    if days is None or not words.says("of") or not words.sees(Kind.NUMBER, ahead=1) or len(reading.phases) > 1:
        words.at = mark
        return False
    words.at += 1
    if phase.empty():
        found = amount(words)
        if found is None:
            raise words.stop("cannot be read", mark)
        phase.part.amount, phase.days, phase.told_after = found, days, True
        return True
    if phase.part.amount is None or phase.days is not None or phase.change or not phase.part.timed():
        raise words.stop("cannot be read", mark)
    reading.begin_phase()
    reading.phase.days, reading.phase.comes_first = days, True
    return True


def label(reading: Reading, onward: bool = False) -> bool:
    """week 1 | weeks 1-2 | days 1 to 14 | week 5 onwards; `onward`: "from" stands before it."""
    words = reading.words
    before = words.standing(words.at - 1)
    start, stop, ranged = _labelled(words)
    paused = onward or (before is not None and before.kind in (Kind.SENTENCE, Kind.SEPARATOR, Kind.THEN, Kind.AFTER))
    if paused and start > 0 and len(reading.phases) == 1 and reading.part.timed() and reading.part.amount is not None and _heads(words):
        reading.begin_phase()
    _label_as(reading, start, None if onward else stop)
    reading.phase.ranged = ranged
    return True


def _heads(words: Cursor) -> bool:
    """Does the dose follow that the label belongs to: "week 3: 3 mg", "from week 3 3 mg", "at week 3 increase"?"""
    words_on = 1 if words.sees(Kind.SEPARATOR, Kind.DASH) else 0
    if words_on and not words.says(":", "-", ","):
        return False
    return words.sees(Kind.UP, Kind.DOWN, Kind.VERB, ahead=words_on) or words.sees(Kind.NUMBER, Kind.A, ahead=words_on)


def _label_as(reading: Reading, start: int, stop: int | None) -> bool:
    phase = reading.phase
    if not phase.empty() and phase.part.amount is None and phase.start is None and phase.part.timed() and len(reading.phases) == 1 and start == 0:
        # "at bedtime: days 1-14 one capsule": the rhythm of all that follows
        phase.explicit, phase.start, phase.stop = True, start, stop
        return True
    if _may_take_label(reading, phase):
        # "1.5 mg week 1, 3 mg week 2"
        phase.start, phase.stop = start, stop
        return True
    if not phase.empty():
        reading.begin_phase()
    reading.phase.explicit = True
    reading.phase.start, reading.phase.stop = start, stop
    return True


def _labelled(words: Cursor) -> tuple[int, int | None, bool]:
    """The days before the first named one, and up to the last; None where it has no end. Whether a first and a last one are named."""
    unit = words.next()
    if unit.value not in _LABELS:
        raise words.stop("cannot be read")
    first = last = number(words)
    ends_a_range = words.sees(Kind.NUMBER, ahead=1) and not words.sees(Kind.MASS, Kind.FORM, Kind.VOLUME, ahead=2)
    if (ends_a_range or words.sees(Kind.TIME, ahead=1)) and words.take(Kind.DASH, Kind.TO, Kind.AND):
        words.take(Kind.TIME)
        last = number(words)
    elif first is not None and _lists_the_next(words, first):
        words.at += 1
        last = number(words)
    if words.sees(Kind.ON) and (words.sees(Kind.NUMBER, Kind.CLOSE, Kind.SEPARATOR, ahead=1) or words.peek(1) is None):
        words.at += 1
        open_end = True
    else:
        open_end = _is_open(words)
    for bound in (first, last):
        if bound is None or not 1 <= bound <= _LAST_LABEL or bound != int(bound):
            raise words.stop("cannot be read")
    if first is None or last is None or last < first:
        raise words.stop("cannot be read")
    return int((first - 1) * unit.value), None if open_end else int(last * unit.value), last > first


def _lists_the_next(words: Cursor, first: Decimal) -> bool:
    """ "weeks 3, 4:"."""
    more = words.peek(1)
    return words.says(",") and more is not None and more.kind is Kind.NUMBER and more.value == first + 1 and words.says(":", ")", ahead=2)


def _is_open(words: Cursor) -> bool:
    """week 5 onwards | week 5+"""
    return words.skip(Kind.ONWARD) or (words.says("+") and words.take(Kind.AND) is not None)


def nth(reading: Reading) -> bool:
    """First week: ... | the 2nd month ...: the days that it names."""
    count, unit = reading.words.next().value
    return _label_as(reading, (count - 1) * unit, count * unit)


def _may_take_label(reading: Reading, phase: Phase) -> bool:
    """Does the label stand behind the dose that it belongs to?"""
    alone = phase.part.amount is not None and phase.start is None and phase.days is None and not phase.change
    return alone and (len(reading.phases) == 1 or reading.phases[-2].start is not None)


def leading_duration(reading: Reading, count: Decimal, mark: int) -> bool:
    """ "2 weeks at 1.5 mg nightly", "14 days: 1.5 mg": how long, before the dose. False where none stands here."""
    words, phase = reading.words, reading.phase
    unit, after = words.peek(), words.peek(1)
    if unit is None or unit.kind is not Kind.TIME or unit.value < 1 or after is None:
        return False
    if not (after.text in (":", "at", "of") or (after.kind is Kind.NUMBER and words.sees(Kind.MASS, Kind.FORM, Kind.VOLUME, ahead=2))):
        return False
    before = words.standing(mark - 1)
    if not phase.empty():
        pauses = before is not None and before.kind in (Kind.SEPARATOR, Kind.SENTENCE, Kind.THEN)
        if phase.part.amount is None or phase.days is None or not pauses:
            return False
        reading.begin_phase()
    reading.phase.explicit = True
    words.at += 2 if after.kind is not Kind.NUMBER else 1
    return holds(reading, whole_days(words, count * unit.value, mark), mark)
