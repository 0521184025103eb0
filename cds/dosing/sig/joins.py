"""Words that join what stands on both sides of them: and, or, then.

May import the notes, the spans, the reading, the tokens and the vocabulary only.
"""

from cds.dosing.sig.notes import ends_here
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.spans import reason
from cds.dosing.tokens import Lexeme
from cds.dosing.vocabulary import Kind

_BEGINS_A_DOSE = (Kind.NUMBER, Kind.VERB, Kind.A, Kind.UP, Kind.DOWN, Kind.NAME, Kind.TIME, Kind.AFTER, Kind.FOR, Kind.EVERY)
_TRAILING = ("thereafter", "and thereafter", "afterwards", "after that", "and after that", "from then on")


def and_(reading: Reading) -> bool:
    """What "and" joins; refuses where it may be one rhythm or a further dose."""
    words = reading.words
    before = words.standing(words.at - 1)
    reading.joined = words.next().text
    nothing_before = before is None or before.kind is Kind.VERB
    if before is not None and before.kind in (Kind.MASS, Kind.FORM, Kind.VOLUME, Kind.NUMBER) and words.sees(Kind.MOMENT, Kind.RATE, Kind.AFTER):
        nothing_before = not reading.part.timed()  # "4.5 mg and nightly": a dose is missing
    if nothing_before or words.sees(Kind.FORM) or (words.sees(Kind.A) and words.sees(Kind.ROUTE, Kind.MOMENT, Kind.RATE, ahead=1)):
        raise words.stop("cannot be read", words.at - 1)
    if before is not None and _is_food(before) and words.sees(Kind.MOMENT, Kind.AFTER):
        raise words.stop("meals, and how many they are", words.at - 2)
    part = reading.part
    further = part.timed() and words.sees(Kind.RATE, Kind.ADVERB, Kind.TIMES, Kind.AS_NEEDED)
    if further or ((part.rates or part.weekdays) and not part.moments and words.sees(Kind.MOMENT)):
        # "daily and at bedtime", "twice a day and as needed"
        raise words.stop("one rhythm, or a further dose", words.at - 1)
    following = words.peek()
    if following is not None and _is_food(following) and reading.part.moments:
        raise words.stop("meals, and how many they are")
    return _nights_too(reading)


def _is_food(found: Lexeme) -> bool:
    return found.kind is Kind.NOISE and ("meal" in found.text or "food" in found.text)


def or_(reading: Reading) -> bool:
    """A choice between two times of day is one; any other choice is refused."""
    words, part = reading.words, reading.part
    words.at += 1
    if reading.phase.change and reading.phase.target is not None and words.sees(Kind.UNKNOWN):
        return reason(reading)  # "until 4.5 mg or symptoms improve"
    at_night = bool(part.moments) and words.says("night")
    if not (part.moments and (words.sees(Kind.MOMENT) or at_night)):
        raise words.stop("a choice", words.at - 1)
    part.either = True
    return _nights_too(reading)


def _nights_too(reading: Reading) -> bool:
    """ "every morning and night"."""
    if reading.part.moments and reading.words.says("night", "nights") and reading.words.take(Kind.TIME):
        reading.part.moments.append("NIGHT")
    return True


def then(reading: Reading) -> bool:
    """The next phase begins, or the last one ends: "then stop"."""
    if reading.words.at == 0 and reading.words.says(">"):
        raise reading.words.stop("cannot be read")
    words = reading.words
    words_before = words.next()
    words.skip(Kind.SEPARATOR, Kind.DASH, Kind.SENTENCE)
    if ends_here(reading):
        return True
    trailing = words_before and words_before.text in _TRAILING and reading.part.amount is not None
    if trailing and not words.sees(*_BEGINS_A_DOSE):
        return True  # "4.5 mg thereafter, all at bedtime"
    if reading.phase.empty():
        reading.phase.explicit = True
    else:
        reading.begin_phase()
    return True
