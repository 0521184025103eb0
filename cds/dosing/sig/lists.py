"""Schedules written as lists: "1. ... 2. ...", "Step 1: ...". Each item is a phase. May import the reading and the vocabulary only."""

from cds.dosing.sig.reading import Reading
from cds.dosing.vocabulary import Kind

_LONGEST = 20


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


def _item(reading: Reading) -> None:
    reading.items += 1
    if reading.phase.empty():
        reading.phase.explicit = True
    else:
        reading.begin_phase()
