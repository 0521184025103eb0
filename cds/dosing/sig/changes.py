"""Changes of the dose: up or down, by how much, to what. May import the amounts, the reading, the phases and the vocabulary only."""

from cds.dosing.sig.amounts import MOST_COUNT, amount
from cds.dosing.sig.figures import number
from cds.dosing.sig.phases import Amount, Phase
from cds.dosing.sig.reading import Reading
from cds.dosing.vocabulary import Kind

_SHORT = ("inc", "incr")
# a new dose at once; every other word may mean a way up or down in steps
_AT_ONCE = frozenset(
    {
        *("increase", "increased", "increases", "increase dose", "increase the dose", "raise"),
        *("decrease", "decreased", "decrease dose", "decrease the dose", "reduce", "reduced", "reduce dose", "reduce the dose", "lower"),
    }
)


def changed(reading: Reading) -> bool:
    """increase ... | reduce ...: from here on another dose holds; "increase 0.5 mg" says by how much."""
    words = reading.words
    word = words.next()
    change = "up" if word.kind is Kind.UP else "down"
    if word.text in _SHORT and words.says("."):
        words.at += 1
    if word.text not in _AT_ONCE:
        reading.gradual = True
    phase = reading.phase
    undosed = phase.part.amount is None and phase.by is None
    if phase.empty() or _only_begun(phase):
        phase.change, phase.explicit = change, True
    elif phase.start is not None and phase.part.amount is None and not phase.change:
        phase.change = change
    elif undosed and phase.change == change:
        pass  # "titrate: increase by ..."
    elif undosed and phase.days is not None and phase.explicit:
        # "then after 2 weeks increase"
        raise words.stop("cannot be read", words.at - 1)
    else:
        reading.begin_phase(change)
    words.skip(Kind.VERB, Kind.NOISE, Kind.NAME, Kind.A)
    if words.says("from") and words.sees(Kind.NUMBER, ahead=1):
        return _from_what(reading)
    if words.sees(Kind.NUMBER):
        reading.phase.by = _plain(reading)
    return True


def _from_what(reading: Reading) -> bool:
    """ "from 3 mg to 4.5 mg": what the dose was, in a text that holds no other."""
    words, phase = reading.words, reading.phase
    mark = words.at
    words.at += 1
    before = _plain(reading)
    if len(reading.phases) > 1 or not words.take(Kind.TO):
        raise words.stop("cannot be read", mark)
    found = phase.part.amount = _needed(reading)
    phase.to = True
    for one, other in ((before.mg, found.mg), (before.count, found.count), (before.ml, found.ml)):
        if one is not None and other is not None and (other > one) == (phase.change == "up") and one != other:
            return True
    raise words.stop("a change in the other direction", mark)


def _plain(reading: Reading) -> Amount:
    """An amount that "to" may follow, which is then no range: "1.5 mg to 4.5 mg"."""
    words = reading.words
    mark = words.at
    size, unit = number(words), words.peek()
    if size is not None and size > 0 and unit is not None and unit.kind in (Kind.MASS, Kind.FORM, Kind.VOLUME) and words.says("to", ahead=1):
        words.at += 1
        if unit.kind is Kind.MASS:
            return Amount(mg=size * unit.value, at=words.rest(mark))
        return Amount(ml=size * unit.value) if unit.kind is Kind.VOLUME else Amount(count=size, form=unit.value[0])
    words.at = mark
    return _needed(reading)


def _only_begun(phase: Phase) -> bool:
    """Was "then" all that was read of the phase, or its times?"""
    return phase.explicit and not phase.change and phase.part.amount is None and phase.start is None and phase.days is None


def by(reading: Reading) -> bool:
    """by 0.5 mg: the size of a step. False where no change is being read."""
    phase = reading.phase
    if not phase.change or phase.by is not None or phase.part.amount is not None:
        return False
    reading.words.at += 1
    phase.by = _plain(reading)
    return True


def towards(reading: Reading) -> bool:
    """to 4.5 mg: the new dose, or the end of the steps. False where no change is being read."""
    phase, words = reading.phase, reading.words
    if not phase.change:
        return False
    words.at += 1
    words.skip(Kind.A, Kind.NOISE, Kind.VERB, Kind.TOTAL, Kind.MAX, Kind.NAME)
    if phase.by is not None and phase.change == "down" and phase.target is None and words.take(Kind.OFF):
        phase.off = True
        return True
    found = _needed(reading)
    if phase.by is not None and phase.target is None:
        phase.target = found
    elif phase.by is None and phase.part.amount is None:
        phase.part.amount, phase.to = found, True
    else:
        raise words.stop("two targets")
    return True


def _needed(reading: Reading) -> Amount:
    found = amount(reading.words)
    if found is None or found.is_strength() or (found.count or 0) > MOST_COUNT:
        raise reading.words.stop("a change without an amount")
    return found
