"""On which days a dose is taken: days of the week by name, and shares of all days such as "5 days a week" or "3 weeks on, 1 week off".

May import the cursor, the figures, the reading and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.figures import number, spread
from cds.dosing.sig.reading import Reading
from cds.dosing.vocabulary import Kind

A_WEEK = 7  # days
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BEGINS = ("start", "begin", "commenc", "initiat", "from", "first dose")


def weekdays(reading: Reading) -> bool:
    """[on] monday, wednesday and friday | mon-fri. False where no day is named."""
    words = reading.words
    mark = words.at
    words.take(Kind.ON)
    if words.at > mark and on_days_of_a_week(reading, mark):
        return True
    first = words.take(Kind.WEEKDAYS)
    if first is None:
        words.at = mark
        return False
    before = words.standing(mark - 1)
    days = list(first.value)
    while more := _more_days(reading, days):
        days = more
    if before is not None and before.text.startswith(BEGINS):
        return _begins_on(reading, days, mark)
    if reading.part.amount is not None and not reading.part.weekdays and words.take(Kind.OFF):
        days = [day for day in WEEK if day not in days]  # "Sundays off"
    if words.says("night", "nights") and words.take(Kind.TIME):
        reading.part.moments.append("NIGHT")
    if reading.part.weekdays:
        raise words.stop("two lists of days", mark)
    reading.part.weekdays = days
    if words.says("only"):
        words.at += 1
    return True


def _begins_on(reading: Reading, days: list[str], mark: int) -> bool:
    """ "starting Monday" names the first day, not the days on which it is taken."""
    if len(days) > 1:
        raise reading.words.stop("the first day, or the days on which it is taken", mark)
    return True


def _more_days(reading: Reading, days: list[str]) -> list[str] | None:
    """The days with those that follow; None where none do."""
    words = reading.words
    back = words.at
    if words.take(Kind.DASH, Kind.TO) and len(days) == 1 and (last := words.take(Kind.WEEKDAYS)) is not None:
        begin, end = WEEK.index(days[0]), WEEK.index(last.value[0])
        return [WEEK[(begin + step) % 7] for step in range((end - begin) % 7 + 1)]
    words.at = back
    words.skip(Kind.SEPARATOR, Kind.AND, Kind.SLASH, Kind.EVERY, Kind.SENTENCE)
    more = words.take(Kind.WEEKDAYS)
    if more is None:
        words.at = back
        return None
    return days + list(more.value)


def days_of_a_cycle(reading: Reading, days: Decimal, mark: int, size: Decimal) -> bool:
    """5 days a week | 5 days weekly | 5 days on, 2 days off | 3 weeks on, 1 week off."""
    words = reading.words
    if words.take(Kind.OUT_OF):
        all_days = number(words)
        unit = words.take(Kind.TIME)
        if all_days is not None and 0 < days < all_days and (unit is None or unit.value == size):
            return on_a_share(reading, days / all_days, mark)
        raise words.stop("cannot be read", mark)
    words.skip(Kind.SEPARATOR)
    if size == 1 and _of_a_week(words):
        return on_a_share(reading, days / 7, mark)
    if words.take(Kind.ON):
        words.skip(Kind.SEPARATOR, Kind.AND, Kind.SLASH, Kind.THEN)
        pause = number(words)
        unit = words.take(Kind.TIME)
        if pause is not None and pause > 0 and (unit is None or unit.value == size) and words.take(Kind.OFF):
            return on_a_share(reading, days / (days + pause), mark)
    raise words.stop("cannot be read", mark)


def _of_a_week(words: Cursor) -> bool:
    """Passes over "a week", "weekly", "/week", "of the week"; was it there?"""
    mark = words.at
    if words.sees(Kind.ADVERB) and words.here().value == A_WEEK:
        words.at += 1
        return True
    if words.take(Kind.SLASH, Kind.EVERY, Kind.PER) or (words.says("of") and words.take(Kind.NOISE)):
        words.skip(Kind.A)
        unit = words.take(Kind.TIME)
        if unit is not None and unit.value == A_WEEK:
            return True
    words.at = mark
    return False


def on_a_share(reading: Reading, share: Decimal, mark: int) -> bool:
    """Taken on a share of all days: "5 days a week", "nightly every other week"."""
    if share <= 0 or share > 1 or reading.part.share not in (None, share):
        raise reading.words.stop("a rhythm that no dose has", mark)
    reading.part.share = share
    return True


def on_days_of_a_week(reading: Reading, mark: int) -> bool:
    """Reads "5 nights a week", "3 days on, 1 day off" where they stand here; False, at the same place, where they do not."""
    words = reading.words
    begin = words.at
    ends = spread(words)
    unit = words.take(Kind.TIME) if ends is not None else None
    if ends is not None and unit is not None and unit.value in (1, A_WEEK) and reading.part.amount is not None:
        follows = words.at
        if words.take(Kind.ON) or (unit.value == 1 and _of_a_week(words)):
            words.at = follows
            return days_of_a_cycle(reading, ends[1], mark, unit.value)
    words.at = begin
    return False
