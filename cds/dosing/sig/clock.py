"""At which moments of the day a dose is taken: bedtime, meals, times of the clock. Two that are not joined have to name one time of day.

May import the cursor, the phases, the reading, the tokens and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.phases import Part
from cds.dosing.sig.reading import Reading
from cds.dosing.tokens import Lexeme
from cds.dosing.vocabulary import Kind

_LONGEST_CYCLE = 3  # days; "qhs" may stand beside "every other day"
_NIGHTS = {"HS", "NIGHT", "EVE"}
_JOINS = (Kind.AND, Kind.OR, Kind.SEPARATOR, Kind.SLASH, Kind.SENTENCE)
_EACH_DAY = ("every", "each", "nightly", "nitely", "per night", "a night")


def at_a_moment(reading: Reading, found: Lexeme, mark: int) -> bool:
    """A moment of the day. Beside another one it has to be joined to it, or be another name of it: "every night at bedtime"."""
    part, words = reading.part, reading.words
    behind = words.standing(mark - 1)
    paused = behind is not None and behind.kind in (Kind.SEPARATOR, Kind.SENTENCE, Kind.AND)
    if part.led and part.amount is not None and paused and not reading.phase.change and reading.phase.days is None and _leads(words):
        part = Part(led=True)
        reading.phase.parts.append(part)
    elif part.amount is None and not part.moments and _leads(words):
        part.led = True
    recurs = _recurs(found)
    near = {moment for moment in part.moments if time_of_day(moment) == time_of_day(found.value)}
    before = words.standing(mark - 1)
    joined = before is not None and before.kind in _JOINS
    if near and before is not None and before.kind is Kind.AND and found.value not in near:
        raise words.stop("two names of one time of day, or two doses", mark)
    listed = before is not None and before.kind in (Kind.AND, Kind.OR)
    if part.moments and not near and (not joined or (not listed and recurs != part.recurs)):
        raise words.stop("two times of day", mark)
    part.recurs = max(part.recurs, recurs)
    if not near or {found.value, *near} <= _NIGHTS:
        part.moments.append(found.value)
    return _more_meals(reading)


def _recurs(found: Lexeme) -> Decimal:
    """So often a day does this moment come by its own words: "nightly" each day, "qhs" perhaps every other."""
    if found.text.startswith(_EACH_DAY):
        return Decimal(1)
    return Decimal(1) / _LONGEST_CYCLE if found.text.startswith("q") else Decimal(0)


def _leads(words: Cursor) -> bool:
    """Does a dose follow right behind the moment: "AM: 1.5 mg", "bedtime 3 mg"?"""
    return words.sees(Kind.NUMBER) or (words.says(":") and words.sees(Kind.NUMBER, ahead=1))


def time_of_day(moment: str) -> str:
    """The part of the day in which a moment lies: a meal lies in it as well."""
    if moment in _NIGHTS or moment.endswith("V"):
        return "night"
    return "morning" if moment in ("MORN", "WAKE") or moment.endswith("M") else moment


def _more_meals(reading: Reading) -> bool:
    """ "with breakfast and dinner", "before breakfast, lunch and dinner": meals by their bare names behind the first."""
    words, moments = reading.words, reading.part.moments
    mark = words.at
    while moments and moments[-1][:-1] in ("C", "AC", "PC") and words.skip(Kind.AND, Kind.SEPARATOR):
        meal = words.take(Kind.MEAL)
        if meal is None:
            words.at = mark
            return True
        moments.append(moments[-1][:-1] + meal.value)
        mark = words.at
    return True


def clock(reading: Reading) -> bool:
    """at 9 pm | at 21:00."""
    words = reading.words
    window = (before := words.standing(words.at - 1)) is not None and before.kind is Kind.BETWEEN
    if not words.sees(Kind.NUMBER):
        return False
    behind = words.standing(words.at - 2) if before is not None and (before.kind is Kind.AFTER or before.text == "@") else before
    joined = behind is not None and behind.kind in _JOINS
    mark, hour = words.at, words.next().value
    half_unsaid = False
    minutes = words.says(":") and words.sees(Kind.SEPARATOR) and words.sees(Kind.NUMBER, ahead=1)
    if minutes:
        words.at += 2
    elif (dotted := _dotted(words, mark)) is not None:
        hour, minutes = dotted, dotted > 12
    if words.says("o'clock") and words.take(Kind.UNKNOWN) and (half := words.take(Kind.MOMENT)) is not None and 1 <= hour <= 12:
        # "9 o'clock at night": the moment says which half of the day
        if not joined and not _agrees(reading.part, half.value):
            raise words.stop("two times of day", mark)
        reading.part.moments.append(half.value)
        return True
    if hour == 12 and words.says("noon", "midnight"):
        words.at += 1
    if words.says("am", "pm", "a.m.", "p.m.", "a.m", "p.m") and 1 <= hour <= 12:
        at = int(hour) % 12 + (12 if words.next().text.startswith("p") else 0)
    elif not minutes and (whole := words.standing(mark)) is not None and len(whole.text) == 4 and whole.text.isdigit() and hour < 2400:
        # "at 2100"
        at = int(hour) // 100
    elif minutes and 0 <= hour < 24:
        half_unsaid = 1 <= hour <= 12
        words.take(Kind.TIME)
        at = int(hour)
    else:
        raise words.stop("cannot be read", mark)
    moment = "MORN" if at < 12 else "AFT" if at < 17 else "EVE" if at < 20 else "NIGHT"
    if minutes and half_unsaid and at < 12 and not _agrees(reading.part, moment) and _agrees(reading.part, "NIGHT"):
        moment = "NIGHT"  # "nightly at 9:30"
    if not window and not joined and not _agrees(reading.part, moment):
        raise words.stop("two times of day", mark)
    if not (window and reading.part.timed()):
        reading.part.moments.append(moment)
    mark = words.at
    if window and words.take(Kind.AND, Kind.DASH):
        if words.sees(Kind.NUMBER) and _is_clock(words):
            words.at += 2
            return True
        if words.says("midnight"):
            words.at += 1
            return True
        raise words.stop("cannot be read", mark)
    if words.skip(Kind.AND, Kind.SEPARATOR) and words.sees(Kind.NUMBER) and _is_clock(words):
        return clock(reading)
    words.at = mark
    return True


def _agrees(part: Part, moment: str) -> bool:
    """Is this moment of the same part of the day as those that were named?"""
    return not part.moments or time_of_day(moment) in {time_of_day(named) for named in part.moments}


def _dotted(words: Cursor, mark: int) -> int | None:
    """The hour of "21.00" or "9.30 pm", which is no decimal number where no unit follows."""
    whole = words.standing(mark)
    hour, point, minutes = whole.text.partition(".") if whole is not None else ("", "", "")
    if not point or len(minutes) != 2 or not hour.isdigit() or int(minutes) > 59 or int(hour) > 23 or words.sees(Kind.MASS, Kind.VOLUME, Kind.FORM):
        return None
    return int(hour)


def clock_behind(reading: Reading) -> bool:
    """Passes over "9 PM - 3 AM", "9 pm": hours that say no more of a moment than was said. False where they do not stand here."""
    words = reading.words
    for first in (True, False):
        if not words.sees(Kind.NUMBER) or not _is_clock(words):
            return False
        hour = words.next()
        late = words.says("pm") or hour.value > 12
        if first and late != (time_of_day(reading.part.moments[0]) != "morning"):
            return False
        if words.says(":") and words.sees(Kind.NUMBER, ahead=1):
            words.at += 2
        if words.says("am", "pm"):
            words.at += 1
        if not words.take(Kind.DASH, Kind.TO):
            return True
    return False


def bare_clock(reading: Reading) -> bool:
    """ "9pm" without "at", behind a dose that has no moment yet. A number apart from its "pm" may count capsules: not behind a count."""
    words, part = reading.words, reading.part
    hour, half = words.peek(), words.peek(1)
    held = part.amount
    before = words.standing(words.at - 1)
    if before is not None and before.kind is Kind.AND:
        return False  # "daily and 9 pm"
    if held is None or part.moments or hour is None or half is None or half.text not in ("am", "pm") or len(reading.phase.parts) > 1:
        return False
    glued, counted = hour.end == half.start, held.count is not None or held.is_strength()
    return hour.text.isdigit() and (glued or not counted) and clock(reading)


def _is_clock(words: Cursor) -> bool:
    """Does a time of the clock stand here: 8 am, 08:00, 2000?"""
    here, following = words.here(), words.peek(1)
    if len(here.text) == 4 and here.text.isdigit():
        return True
    return following is not None and (following.text in ("am", "pm", ":"))


def is_date(words: Cursor) -> bool:
    """Does a date stand here: 01/12/2026, 12/1/26, 2026-01-05?"""
    parts = [words.peek(ahead) for ahead in (0, 2, 4)]
    signs = [words.peek(ahead) for ahead in (1, 3)]
    if not all(sign is not None and sign.kind in (Kind.SLASH, Kind.DASH) for sign in signs):
        return False
    sizes = [len(part.text) for part in parts if part is not None and part.text.isdigit()]
    return len(sizes) == 3 and (sizes[0] == 4 or sizes[2] in (2, 4)) and max(sizes[1], min(sizes[0], sizes[2])) <= 2
