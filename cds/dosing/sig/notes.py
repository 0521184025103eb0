"""What stands in a dosage and is no part of the dose: remarks, diagnoses, what the dose was before, when to come back.

Each is passed over only in a form that is known; a number in another form stops the reader.
May import the amounts, the figures, the reading and the vocabulary only.
"""

from cds.dosing.sig.amounts import amount
from cds.dosing.sig.figures import spread
from cds.dosing.sig.reading import Reading
from cds.dosing.vocabulary import Kind

# kinds that a sentence may hold which says nothing of the dose
# words that end a schedule behind "then"
_ENDS = frozenset({"stop", "off", "discontinue", "review", "follow", "call", "reassess", "recheck", "return", "see"})
_CALM = frozenset(
    {
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
        if found.kind not in _CALM:
            return False
        strange = strange or found.kind is Kind.UNKNOWN
        ahead += 1
    if strange:
        words.at += ahead
    return strange


def was(reading: Reading) -> bool:
    """ "(was 3 mg)", "increased from 3 mg": what the dose was before. False where a new dose follows."""
    words = reading.words
    mark = words.at
    words.at += 1
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
        glued = found.start == end and found.kind is Kind.NUMBER
        if not glued and found.kind not in (Kind.UNKNOWN, Kind.DIAGNOSIS, Kind.SEPARATOR, Kind.A, Kind.AND):
            break
        end = words.next().end
    return True


def again(reading: Reading) -> bool:
    """follow up in 6 weeks: no part of the dosage."""
    words = reading.words
    words.at += 1
    if spread(words) is None:
        words.skip(Kind.A)
    return words.take(Kind.TIME, Kind.ADVERB) is not None


def stops(reading: Reading) -> bool:
    """ "Stop 72 hours before surgery": a pause for one occasion, after a dose was read. False for every other stop."""
    words = reading.words
    words.at += 1
    if reading.part.amount is None or spread(words) is None or words.take(Kind.TIME) is None or not words.says("before", "prior"):
        return False
    while not words.ended() and words.sees(*_CALM):
        words.at += 1
    return words.ended() or words.sees(Kind.SENTENCE)


def ends_here(reading: Reading) -> bool:
    """ "then stop", "then review": the last phase ends, and nothing follows. False, at the same place, where a phase begins."""
    words = reading.words
    mark = words.at
    said = words.peek()
    if said is None or said.text.partition(" ")[0] not in _ENDS or reading.phase.empty():
        return False
    words.at += 1
    while not words.ended() and (words.sees(*_CALM) or words.sees(Kind.UP, Kind.DOWN, Kind.SENTENCE)):
        words.at += 1
    if words.ended():
        return True
    words.at = mark
    return False
