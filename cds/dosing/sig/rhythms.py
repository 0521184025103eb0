"""How often a dose is taken: rates, so often in a time, every so long.

May import the clock, the weeks, the turns, the changes, the figures, the spans, the reading, the tokens and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.changes import changed
from cds.dosing.sig.clock import at_a_moment
from cds.dosing.sig.figures import exact, number, spread
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.spans import PARTS_OF_TIME, duration, from_now, holds, lasting, leading_duration, whole_days
from cds.dosing.sig.turns import turned
from cds.dosing.sig.weeks import A_WEEK, days_of_a_cycle, on_a_share, on_days_of_a_week, weekdays
from cds.dosing.tokens import Lexeme
from cds.dosing.vocabulary import Kind

_LONGEST_CYCLE = 3  # days; "increase to 3 mg every two weeks" may mean the change
_MOST_TIMES = 24
_HALF_OF_ALL_WEEKS = ("every other week", "every second week", "alternate weeks", "on alternate weeks")
_A_NIGHT = ("nightly", "every night", "each night", "per night", "a night", "at night")
_AFTER_HOW_OFTEN = (
    Kind.RATE,
    Kind.ADVERB,
    Kind.PER,
    Kind.SLASH,
    Kind.EVERY,
    Kind.MOMENT,
    Kind.A,
    Kind.WEEKDAYS,
    Kind.ROUTE,
    Kind.TIME,
)
_AFTER_A_SPAN = (Kind.SENTENCE, Kind.THEN, Kind.SEPARATOR, Kind.HASH, Kind.SUPPLY, Kind.CLOSE)


def timing(reading: Reading) -> bool:
    """timing := moment | rate | so often in a time | days of the week | every so long. False where none begins here."""
    words = reading.words
    mark, found = words.at, words.here()
    if found.kind in (Kind.EVERY, Kind.PER, Kind.SLASH):
        return _every(reading)
    if found.kind in (Kind.WEEKDAYS, Kind.ON):
        return weekdays(reading)
    if found.kind is Kind.NUMBER:
        return _counted_times(reading)
    words.at += 1
    if found.kind is Kind.MOMENT:
        return at_a_moment(reading, found, mark)
    if found.kind is Kind.RATE:
        _no_eye(reading, found, mark)
        if "alternat" in found.text and turned(reading):
            return True
        return often(reading, found.value, mark)
    if found.kind is Kind.TIMES:
        upper = words.peek(1)
        if words.sees(Kind.OR, Kind.TO, Kind.DASH) and upper is not None and upper.kind is Kind.TIMES and upper.value > found.value:
            # "once or twice daily": the high end
            words.at += 2
            return so_often(reading, upper.value, mark)
        return so_often(reading, found.value, mark)
    if found.kind is Kind.ADVERB:
        if reading.phase.change and reading.part.amount is None:
            return _changes_every(reading, int(found.value), mark)
        if found.text in _HALF_OF_ALL_WEEKS and (reading.part.recurs or reading.part.rates):
            return on_a_share(reading, Decimal("0.5"), mark)
        return often(reading, 1 / found.value, mark)
    words.at = mark
    return False


def often(reading: Reading, rate: Decimal, mark: int) -> bool:
    """So often a day; in a change by steps the time between them."""
    phase, rate = reading.phase, exact(rate)
    if rate > _MOST_TIMES:
        raise reading.words.stop("a rhythm that no dose has", mark)
    if phase.change and phase.by is not None and rate < 1 and phase.every is None:
        return _changes_every(reading, round(1 / rate), mark)
    if phase.change and rate * _LONGEST_CYCLE < 1:
        raise reading.words.stop("a time of change or a rhythm", mark)
    if phase.turns and rate == exact(Decimal("0.5")):
        phase.in_days = True
        return True  # "3 mg alternating with 4.5 mg every other night"
    if phase.part.rates and phase.part.rates[-1] != rate and _on_some_days(reading, rate, mark):
        return True
    if phase.part.rates and phase.part.rates[-1] != rate:
        raise reading.words.stop("two rhythms", mark)
    phase.part.rates.append(rate)
    return True


def _on_some_days(reading: Reading, rate: Decimal, mark: int) -> bool:
    """twice daily every other day: several times on each of some days. Once a day, and not each day, stays two rhythms."""
    part = reading.part
    often, seldom = max(part.rates[-1], rate), min(part.rates[-1], rate)
    if len(part.rates) > 1 or often <= 1 or seldom >= 1 or exact(1 / seldom) != round(1 / seldom) or seldom * 7 <= 1 or part.moments:
        return False
    part.rates = [often]
    return on_a_share(reading, seldom, mark)


def _changes_every(reading: Reading, days: int, mark: int) -> bool:
    if reading.phase.every is not None and reading.phase.every != days:
        raise reading.words.stop("two times for one change", mark)
    reading.phase.every = days
    return True


def so_often(reading: Reading, count: Decimal, mark: int) -> bool:
    """(once | twice | 3 times | 3x) (daily | a day | a week | every night | ...)."""
    words = reading.words
    words.take(Kind.TIMES_WORD)
    found = words.peek()
    if count <= 0 or count > _MOST_TIMES:
        raise words.stop("a rhythm that no dose has", mark)
    if found is None or found.kind not in _AFTER_HOW_OFTEN:
        raise words.stop("how often, in which time", mark)
    if found.kind is Kind.RATE:
        words.at += 1
        if found.value > 1 or (found.value < 1 and count > 1):
            raise words.stop("two rhythms", mark)
        return often(reading, count * found.value, mark)
    if found.kind is Kind.ADVERB:
        words.at += 1
        return often(reading, count / found.value, mark)
    if found.kind is Kind.MOMENT:
        return _so_often_at(reading, count, found, mark)
    if found.kind in (Kind.WEEKDAYS, Kind.ROUTE):
        if count == 1:
            return True
        raise words.stop("how often, in which time", mark)
    if found.kind is not Kind.TIME:
        words.at += 1
    words.skip(Kind.A)
    size = number(words) or Decimal(1)
    unit = words.take(Kind.TIME)
    if unit is None:
        raise words.stop("how often, in which time", mark)
    return often(reading, count / (size * unit.value), mark)


def _so_often_at(reading: Reading, count: Decimal, first: Lexeme, mark: int) -> bool:
    """ "twice a day" may be told as "twice, in the morning and at bedtime": the moments that follow must be as many."""
    if count == 1:
        return True
    words = reading.words
    if first.text in _A_NIGHT:
        raise words.stop("several times a night", mark)
    moments, ahead = {first.value}, 1
    while (found := words.peek(ahead)) is not None and found.kind in (Kind.AND, Kind.SEPARATOR, Kind.MOMENT, Kind.MEAL):
        if found.kind in (Kind.MOMENT, Kind.MEAL):
            moments.add(found.value)
        ahead += 1
    if len(moments) != count:
        raise words.stop("the rhythm and the times of day do not agree", mark)
    return True


def _counted_times(reading: Reading) -> bool:
    """3 times a day | 2x daily | 12 hourly | 5 days a week; False where the number is something else."""
    words = reading.words
    mark = words.at
    ends = spread(words)
    if ends is None:
        return False
    low, high = ends
    dosed = reading.part.amount is not None
    if words.sees(Kind.TIMES_WORD):
        return so_often(reading, high, mark)
    if words.sees(Kind.X) and not words.sees(Kind.NUMBER, ahead=1):
        words.at += 1
        return so_often(reading, high, mark)
    if words.take(Kind.HOURLY):
        return _hourly(reading, low, mark)
    if words.sees(Kind.SLASH) and words.sees(Kind.TIME, ahead=1) and dosed:
        return so_often(reading, high, mark)
    if leading_duration(reading, low, mark) or _bare_duration(reading, low, mark) or _before_a_moment(reading):
        return True
    if dosed and words.sees(Kind.TIME) and words.here().value in (1, A_WEEK):
        return days_of_a_cycle(reading, high, mark, words.next().value)
    if dosed and words.take(Kind.DIVIDED):
        reading.part.divided, reading.part.pieces = True, high
        return True
    words.at = mark
    return False


def _hourly(reading: Reading, hours: Decimal, mark: int) -> bool:
    if hours <= 0:
        raise reading.words.stop("a rhythm that no dose has", mark)
    return often(reading, Decimal(24) / hours, mark)


def _no_eye(reading: Reading, found: Lexeme, mark: int) -> None:
    """ "OD" behind drops may be the right eye."""
    dose = reading.part.amount
    if found.text in ("od", "o.d.") and dose is not None and dose.form == "drop" and reading.route in ("", "ophthalmic"):
        raise reading.words.stop("once a day, or the right eye", mark)


def _bare_duration(reading: Reading, count: Decimal, mark: int) -> bool:
    """ "once a day 30 days" at the end of a phase."""
    words, phase = reading.words, reading.phase
    unit = words.peek()
    if phase.part.amount is None or phase.days is not None:
        return False
    if not phase.part.timed() and not (words.sees(Kind.TIME) and words.sees(Kind.THEN, Kind.UP, Kind.DOWN, ahead=1)):
        return False
    below = words.peek(1)
    if words.sees(Kind.SLASH) and below is not None and below.text in PARTS_OF_TIME:
        # "nocte 28/7"
        words.at += 2
        return holds(reading, whole_days(words, count * PARTS_OF_TIME[below.text], mark), mark)
    if unit is None or unit.kind is not Kind.TIME or unit.value < 1:
        return False
    after = words.peek(1)
    if after is not None and after.kind not in _AFTER_A_SPAN:
        return False
    words.at += 1
    return holds(reading, whole_days(words, count * unit.value, mark), mark)


def _before_a_moment(reading: Reading) -> bool:
    """ "1-2 hours before bedtime": how long before or after a moment says nothing more than the moment."""
    words = reading.words
    unit, moment = words.peek(), words.peek(1)
    if unit is None or unit.kind is not Kind.TIME or unit.value >= 1 or moment is None or moment.kind not in (Kind.MOMENT, Kind.NOISE):
        return False
    if not moment.text.startswith(("before", "after", "prior")):
        return False
    words.at += 1
    return True


def _every(reading: Reading) -> bool:
    """every [2] days | every 12 hours | q8h | /day | per night | every monday | in 2 divided doses."""
    words = reading.words
    mark, sign = words.at, words.next()
    if sign.kind is Kind.PER and words.sees(Kind.NUMBER):
        return _per_so_long(reading, sign, mark)
    if words.sees(Kind.MOMENT):
        return sign.kind is not Kind.SLASH
    if words.sees(Kind.WEEKDAYS):
        return sign.kind is Kind.EVERY and weekdays(reading)
    words.skip(Kind.A)
    ends = spread(words)
    if ends is None and sign.text in ("in", "in the", "in a"):
        # "in the mo" was cut off
        raise words.stop("cannot be read", mark)
    ends = ends or (Decimal(1), Decimal(1))
    if words.take(Kind.HOURLY):
        return _hourly(reading, ends[0], mark)
    if words.sees(Kind.RATE, Kind.ADVERB):
        # "every daily" is not said
        raise words.stop("cannot be read", mark)
    words.skip(Kind.DASH)
    unit = words.take(Kind.TIME)
    if unit is None or ends[0] <= 0:
        raise words.stop("every what", mark)
    period = ends[0] * unit.value  # the shorter period of a range is the higher dose
    if words.sees(Kind.UP, Kind.DOWN) and reading.part.timed():
        # "every 2 weeks increase by 1.5 mg"
        changed(reading)
        return _changes_every(reading, whole_days(words, period, mark), mark)
    phase = reading.phase
    if phase.change and (phase.by is not None or phase.part.amount is None) and period > 1:
        return _changes_every(reading, whole_days(words, period, mark), mark)
    return often(reading, 1 / period, mark)


def _per_so_long(reading: Reading, sign: Lexeme, mark: int) -> bool:
    """in 2 divided doses | per 24 hours | in 2 weeks."""
    words = reading.words
    size = number(words)
    words.take(Kind.A)
    if size is not None and words.take(Kind.DIVIDED):
        reading.part.divided, reading.part.pieces = True, size
        return True
    if words.says("24"):
        return False
    unit = words.take(Kind.TIME)
    if unit is not None and size is not None:
        if exact(size * unit.value) == 1:
            return often(reading, Decimal(1), mark)
        if sign.text == "in" and (reading.phase.explicit or words.sees(Kind.SEPARATOR, Kind.UP, Kind.DOWN)):
            return from_now(reading, whole_days(words, size * unit.value, mark))
    raise words.stop("cannot be read", mark)


def for_so_long(reading: Reading) -> bool:
    """for 5 nights a week is a rhythm; every other "for" is a time or a reason."""
    words = reading.words
    mark = words.at
    words.at += 1
    if on_days_of_a_week(reading, mark):
        return True
    words.at = mark
    return lasting(reading)


def crossed(reading: Reading) -> bool:
    """x14d | x 2 weeks | x 14/7 | x1 daily | x 3/day."""
    words = reading.words
    mark = words.at
    words.at += 1
    words.skip(Kind.DASH)
    if on_days_of_a_week(reading, mark):
        return True
    days = duration(words)
    if days is not None:
        return holds(reading, days, mark)
    ends = spread(words)
    if ends is None:
        raise words.stop("cannot be read", mark)
    return so_often(reading, ends[1], mark)
