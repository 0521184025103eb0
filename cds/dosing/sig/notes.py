"""What stands in a dosage and is no part of the dose: remarks, diagnoses, what the dose was before, when to come back.

Each is passed over only in a form that is known; a number in another form stops the reader.
May import the amounts, the figures, the reading and the vocabulary only.
"""

from cds.dosing.sig.amounts import amount
from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.figures import number, spread
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.spans import is_word
from cds.dosing.vocabulary import WORDS, Kind

_LONGEST_RHYTHM = 8  # phrases
_SHORTEST_TELEPHONE = 7  # digits
# words that end a schedule behind "then"
_ENDS = frozenset({"stop", "off", "discontinue", "review", "follow", "call", "reassess", "recheck", "return", "see"})
# kinds that a sentence may hold which says nothing of the dose
CALM = frozenset(
    {
        *WORDS,
        Kind.CONTAINS,
        Kind.UNKNOWN,
        Kind.NOISE,
        Kind.ROUTE,
        Kind.A,
        Kind.AND,
        Kind.OR,
        Kind.NAME,
        Kind.SEPARATOR,
        Kind.FOR,
        Kind.DASH,
        Kind.VERB,
        Kind.OPEN,
        Kind.CLOSE,
        Kind.PER,
        Kind.ON,
        Kind.TO,
    }
)


def note(reading: Reading) -> bool:
    """A sentence that holds neither a number nor a word that bears on the dose, after a dose was read. False where it is none."""
    words = reading.words
    before = words.standing(words.at - 1)
    if reading.part.amount is None or not reading.part.timed() or (before is not None and before.kind is not Kind.SENTENCE):
        return False
    ahead, strange = 0, False
    while (found := words.peek(ahead)) is not None and found.kind is not Kind.SENTENCE:
        if found.kind not in CALM:
            return False
        strange = strange or found.kind in WORDS
        ahead += 1
    if strange:
        words.at += ahead
    return strange


def was(reading: Reading) -> bool:
    """ "(was 3 mg)", "increased from 3 mg": what the dose was before. False where a new dose follows."""
    words = reading.words
    mark = words.at
    words.at += 1
    if reading.phase.empty() and amount(words) is not None:
        words.skip(Kind.MOMENT, Kind.RATE, Kind.ROUTE)
        if words.skip(Kind.SEPARATOR, Kind.SENTENCE) and words.says("now"):
            words.at += 1  # "previously 3 mg nightly, now 4.5 mg nightly"
            return True
    words.at = mark + 1
    if reading.part.amount is None or amount(words) is None or words.sees(Kind.TO):
        words.at = mark
        return False
    return True


def diagnosis(reading: Reading) -> bool:
    """dx: M79.7 fibromyalgia: words and codes up to the next phrase that has a meaning."""
    words = reading.words
    end = words.next().end
    words.skip(Kind.SEPARATOR, Kind.DASH)
    while (found := words.peek()) is not None:
        if is_code(words):
            words.at += 2
            continue
        glued = found.start == end and found.kind is Kind.NUMBER
        if not glued and not is_word(words) and found.kind not in (Kind.DIAGNOSIS, Kind.SEPARATOR, Kind.A, Kind.AND):
            break
        end = words.next().end
    return True


def is_code(words: Cursor) -> bool:
    """Does the code of a diagnosis stand here: one letter and behind it two digits or more, "G90.5"?"""
    letter, digits = words.peek(), words.peek(1)
    if letter is None or digits is None or len(letter.text) != 1 or not letter.text.isalpha():
        return False
    return digits.kind is Kind.NUMBER and digits.start == letter.end and digits.text[:2].isdigit()


def remark(reading: Reading) -> bool:
    """Pharmacy: CVS | weight 70 kg | call 555-0123 with questions: no part of the dosage. False in any other form."""
    words = reading.words
    found = words.next()
    if found.kind is Kind.BODY:
        words.skip(Kind.SEPARATOR, Kind.EQUALS, Kind.CONTAINS)
        return number(words) is not None and words.take(Kind.WEIGHT) is not None
    if found.kind is Kind.CALL:
        words.skip(Kind.UNKNOWN, Kind.A, Kind.NAME, Kind.NOISE, Kind.SEPARATOR)
        digits = ""
        while words.sees(Kind.NUMBER) and (not digits or words.standing(words.at - 1) is not None):
            digits += words.next().text
            words.take(Kind.DASH, Kind.SENTENCE, Kind.CLOSE)
        if digits and (not digits.isdigit() or len(digits) < _SHORTEST_TELEPHONE):
            return False
    elif not words.take(Kind.SEPARATOR) or not words.sees(Kind.UNKNOWN, Kind.NAME):
        return False
    while words.sees(Kind.UNKNOWN, Kind.NAME, Kind.A) or (words.says("with", "for") and words.sees(Kind.UNKNOWN, ahead=1)):
        words.at += 1
    return words.ended() or words.sees(Kind.SENTENCE, Kind.SEPARATOR, Kind.CLOSE)


def again(reading: Reading) -> bool:
    """follow up in 6 weeks: no part of the dosage."""
    words = reading.words
    words.at += 1
    if spread(words) is None:
        words.skip(Kind.A)
    return words.take(Kind.TIME, Kind.ADVERB) is not None


def stops(reading: Reading) -> bool:
    """ "Stop 72 hours before surgery": a pause for one occasion, after a dose was read. False for every other stop.

    "Hold 1.5 mL under the tongue" stops nothing.
    """
    words = reading.words
    word = words.next().text
    if word == "hold" and reading.part.amount is None and words.sees(Kind.NUMBER):
        return _in_the_mouth(words)
    if reading.part.amount is None or spread(words) is None or words.take(Kind.TIME) is None or not words.says("before", "prior"):
        return False
    while not words.ended() and words.sees(*CALM):
        words.at += 1
    return words.ended() or words.sees(Kind.SENTENCE)


def _goes_on(words: Cursor) -> bool:
    """Does a last ", at bedtime" stand here, which holds for all phases?"""
    if not words.sees(Kind.SEPARATOR):
        return False
    ahead = 1
    while ahead < _LONGEST_RHYTHM and words.sees(Kind.MOMENT, Kind.RATE, Kind.ROUTE, Kind.NOISE, ahead=ahead):
        ahead += 1
    stop = ahead + 1 if words.sees(Kind.SENTENCE, ahead=ahead) else ahead
    return ahead > 1 and words.peek(stop) is None


def _in_the_mouth(words: Cursor) -> bool:
    """Does a dose follow, and right behind it where it is held?"""
    mark = words.at
    found = amount(words)
    held = found is not None and (
        words.says("in the mouth", "in mouth") or (words.sees(Kind.ROUTE) and words.here().value in ("sublingual", "buccal"))
    )
    words.at = mark
    return held


def ends_here(reading: Reading) -> bool:
    """ "then stop", "then review": the last phase ends, and nothing follows. False, at the same place, where a phase begins."""
    words = reading.words
    mark = words.at
    said = words.peek()
    if said is None or said.text.partition(" ")[0] not in _ENDS or reading.phase.empty():
        return False
    words.at += 1
    while not words.ended() and not _goes_on(words) and (words.sees(*CALM) or words.sees(Kind.UP, Kind.DOWN, Kind.SENTENCE, Kind.AGAIN)):
        words.at += 1
    if words.ended() or _goes_on(words):
        reading.ended = True
        return True
    words.at = mark
    return False
