"""Schedules written as lists: "1. ... 2. ...", "Step 1: ...". Each item is a phase.

May import the phases, the spans, the reading and the vocabulary only.
"""

from dataclasses import replace

from cds.dosing.sig.phases import Phase
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.spans import duration
from cds.dosing.vocabulary import Kind

_LONGEST = 20
_ORDER = ("WAKE", "MORN", "CM", "NOON", "CD", "AFT", "CV", "EVE", "NIGHT", "HS")  # of the day


def step(reading: Reading) -> bool:
    """Step 1: ... | Phase 2: ...; the numbers have to count on."""
    words = reading.words
    mark = words.at
    words.at += 1
    found = words.take(Kind.NUMBER)
    if found is None or found.value != reading.items + 1:
        raise words.stop("cannot be read", mark)
    words.skip(Kind.SEPARATOR, Kind.DASH)
    _item(reading)
    return True


def begins_item(reading: Reading) -> bool:
    """Does "1." or "2)" begin an item of a list here? The first only where a second stands in the text: "1. 5 mg" may be 1.5 mg."""
    words = reading.words
    here, sign, before = words.here(), words.peek(1), words.standing(words.at - 1)
    if sign is None or sign.text not in (".", ")") or sign.start != here.end or here.text != str(reading.items + 1):
        return False
    if before is not None and reading.items == 0:
        return False
    if reading.items == 0 and not any(
        (one := words.peek(ahead)) is not None and one.text == "2" and (other := words.peek(ahead + 1)) is not None and other.text == sign.text
        for ahead in range(2, _LONGEST)
    ):
        return False
    if not (words.sees(Kind.NUMBER, ahead=2) or words.sees(Kind.VERB, ahead=2)):
        return False
    words.at += 2
    _item(reading)
    return True


def each_for(reading: Reading) -> bool:
    """1.5 mg, 3 mg, 4.5 mg nightly, each for 2 weeks: the time of every dose of a list. False, at the same place, for another "each"."""
    words = reading.words
    mark = words.at
    words.at += 1
    words.take(Kind.FOR)
    days = duration(words)
    if days is None or len(reading.phases) < 2 or not all(phase.listed for phase in reading.phases[1:]):
        words.at = mark
        return False
    for phase in reading.phases:
        phase.days = days
    return True


def one_day(phases: list[Phase]) -> list[Phase]:
    """ "1.5 mg in the morning, then 3 mg at bedtime": doses of one day that "then" joins, in the order of the day, without any time."""
    if len(phases) < 2 or any(not _is_at_one_time(phase) for phase in phases):
        return phases
    hours = [_ORDER.index(phase.part.moments[0]) for phase in phases]
    if hours != sorted(set(hours)):
        return phases
    return [replace(phases[0], parts=[phase.part for phase in phases])]


def _is_at_one_time(phase: Phase) -> bool:
    part = phase.part
    plain = not (phase.change or phase.cap or phase.turns or phase.listed or phase.days is not None or phase.start is not None or phase.of_a_day)
    alone = len(phase.parts) == 1 and len(part.moments) == 1 and part.moments[0] in _ORDER
    return plain and alone and part.amount is not None and not (part.rates or part.weekdays or part.share or part.recurs)


def _item(reading: Reading) -> None:
    reading.items += 1
    if reading.phase.empty():
        reading.phase.explicit = True
    else:
        reading.begin_phase()
