"""Advice that stands beside an order and changes nothing of what is ordered now: "if not tolerated go back to 1.5 mg".

It is passed over only where it lowers the dose, moves it to another time of day or stops it. What may raise the dose, add to it or take
its place without a word that says so stops the reader. May import the amounts, the clock, the reading and the vocabulary only.
"""

from cds.dosing.sig.amounts import amount
from cds.dosing.sig.clock import time_of_day
from cds.dosing.sig.phases import Amount
from cds.dosing.sig.reading import Reading
from cds.dosing.tokens import Lexeme
from cds.dosing.vocabulary import Kind

_PAUSES = (Kind.SEPARATOR, Kind.SENTENCE, Kind.OPEN, Kind.DASH)
_ALLOWED = frozenset(
    {
        *(Kind.UNKNOWN, Kind.NOISE, Kind.A, Kind.NAME, Kind.VERB, Kind.MOMENT, Kind.ROUTE, Kind.SEPARATOR, Kind.TO, Kind.DOWN, Kind.AND, Kind.OR),
        *(Kind.DASH, Kind.CALL, Kind.MAY, Kind.IF, Kind.LIQUID, Kind.INSTEAD, Kind.CONTAINS),
    }
)
_CALM_STOPS = ("not", "instead", "stop", "discontinue", "hold", "pause", "without")
_ADDS = frozenset({"also", "too", "again", "both", "add", "more", "plus"})
_ACTS = frozenset({"go", "move", "switch", "change", "return", "back", "seek", "tell", "notify", "see", "decrease", "reduce"})
_SWAPS = ("change to", "switch to", "then back to")
_UNFINISHED = (Kind.VERB, Kind.TO, Kind.DOWN, Kind.AND, Kind.OR, Kind.A, Kind.IF, Kind.MAY, Kind.INSTEAD)
_MOST_WORDS = 6


def conditional(reading: Reading) -> bool:
    """if vivid dreams, reduce to 3 mg | if insomnia occurs take it in the morning instead: up to the end of the sentence or bracket."""
    words = reading.words
    before = words.standing(words.at - 1)
    alone = before is not None and before.kind is Kind.MOMENT and reading.part.either  # "or in the morning if sleep is affected"
    if not _is_ordered(reading) or before is None or not (alone or before.kind in _PAUSES):
        return False
    mark = words.at
    if _passes(reading) or (alone and _acts_not_needed(reading, mark)):
        return True
    words.at = mark
    return False


def _is_ordered(reading: Reading) -> bool:
    """Was a dose read, with its times?"""
    return reading.part.amount is not None and (reading.part.timed() or reading.phase.start is not None)


def _passes(reading: Reading) -> bool:
    """Passes over a condition and what is to be done then; False where it may be more than the dose that was ordered."""
    words = reading.words
    begin, acts = words.at, False
    instead = _says_instead(reading)
    while not words.ended() and not words.sees(Kind.SENTENCE, Kind.CLOSE):
        found, before = words.here(), words.standing(words.at - 1)
        if found.kind is Kind.NUMBER:
            if not _is_no_more(reading, before, instead):
                return False
            continue
        if not _is_calm(found, before):
            return False
        acts = acts or found.kind in (Kind.VERB, Kind.DOWN, Kind.CALL) or found.text in (*_ACTS, *_CALM_STOPS) or found.text == "skip"
        words.at += 1
    last = words.standing(words.at - 1)
    return acts and words.at > begin and last is not None and last.kind not in _UNFINISHED


def _says_instead(reading: Reading) -> bool:
    """Does the sentence that stands here say "instead"?"""
    ahead = 0
    while (found := reading.words.peek(ahead)) is not None and found.kind not in (Kind.SENTENCE, Kind.CLOSE):
        if found.text == "instead" or found.kind is Kind.INSTEAD:
            return True
        ahead += 1
    return False


def _is_calm(found: Lexeme, before: Lexeme | None) -> bool:
    if found.text in _ADDS:
        return False
    if found.kind is Kind.STOP:
        return found.text in _CALM_STOPS
    if found.kind is Kind.MOMENT and before is not None and before.kind is Kind.AND:
        return False
    if found.kind is Kind.THEN:
        return found.text in _SWAPS
    return found.kind in _ALLOWED or found.text == "skip" or (found.kind is Kind.RATE and found.value == 1)


def _is_no_more(reading: Reading, before: Lexeme | None, instead: bool) -> bool:
    """Is the amount that stands here to be taken in place of the ordered one, and not more than it?"""
    words, held = reading.words, reading.part.amount
    found = amount(words)
    replaces = before is not None and (before.kind is Kind.TO or before.text in _SWAPS)
    if found is None or held is None or not (replaces or instead):
        return False
    return _at_most(found, held, strictly=not instead)


def _at_most(found: Amount, held: Amount, strictly: bool) -> bool:
    for one, other in ((found.mg, held.mg), (found.count, held.count), (found.ml, held.ml)):
        if one is not None and other is not None:
            return one < other or (one == other and not strictly)
    return False


def _acts_not_needed(reading: Reading, mark: int) -> bool:
    """Words without numbers up to the end of the sentence or bracket."""
    words = reading.words
    words.at = mark + 1
    while words.sees(Kind.UNKNOWN, Kind.NOISE, Kind.A, Kind.NAME, Kind.CONTAINS):
        words.at += 1
    return words.ended() or words.sees(Kind.SENTENCE, Kind.CLOSE)


def permitted(reading: Reading) -> bool:
    """may move to the morning if sleep is disturbed: another time of day for the same dose. False for every other permission."""
    words = reading.words
    before = words.standing(words.at - 1)
    if not _is_ordered(reading) or len(reading.phase.parts) > 1 or before is None or before.kind not in _PAUSES:
        return False
    mark = words.at
    words.at += 1
    for _ in range(_MOST_WORDS):
        if words.sees(Kind.MOMENT) or words.ended():
            break
        if not (words.sees(Kind.UNKNOWN, Kind.VERB, Kind.NAME, Kind.A, Kind.TO) or words.says(*_SWAPS)) or words.here().text in _ADDS:
            break
        words.at += 1
    if words.take(Kind.MOMENT) and _ends(reading):
        return True
    words.at = mark
    return False


def stopping(reading: Reading) -> bool:
    """stop if you feel drowsy: a condition in words on which it is no longer taken. False where it is more, or not behind a dose."""
    words = reading.words
    before = words.standing(words.at - 1)
    if not _is_ordered(reading) or before is None or before.kind not in _PAUSES or not words.says("stop", "discontinue", "hold", "pause"):
        return False
    return _acts_not_needed(reading, words.at + 1)


def _ends(reading: Reading) -> bool:
    """Does the sentence end here, or with a condition in words?"""
    words = reading.words
    words.skip(Kind.SEPARATOR)
    if words.says("instead"):
        words.at += 1
    if words.ended() or words.sees(Kind.SENTENCE, Kind.CLOSE):
        return True
    return words.sees(Kind.IF) and _acts_not_needed(reading, words.at)


def in_place_of(reading: Reading) -> bool:
    """(in the morning) instead of at night | (at night,) not in the morning: a time at which it is not taken."""
    words, part = reading.words, reading.part
    words.at += 1
    found = words.take(Kind.MOMENT)
    if found is None or not part.moments or time_of_day(found.value) in {time_of_day(moment) for moment in part.moments}:
        return False
    return words.ended() or words.sees(Kind.SENTENCE, Kind.CLOSE, Kind.SEPARATOR)


def lacking(reading: Reading) -> bool:
    """if no benefit (after 4 weeks increase ...): a condition of the step that follows, which is read. False where none follows."""
    words = reading.words
    words.at += 1
    words.skip(Kind.SEPARATOR)
    return words.sees(Kind.UP, Kind.AFTER) and not words.says("at", "from")
