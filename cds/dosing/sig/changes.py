"""Changes of the dose: up or down, by how much, to what. May import the amounts, the reading, the phases and the vocabulary only."""

from cds.dosing.sig.amounts import MOST_COUNT, amount
from cds.dosing.sig.phases import Amount, Phase
from cds.dosing.sig.reading import Reading
from cds.dosing.vocabulary import Kind


def changed(reading: Reading) -> bool:
    """increase ... | reduce ...: from here on another dose holds; "increase 0.5 mg" says by how much."""
    words = reading.words
    change = "up" if words.next().kind is Kind.UP else "down"
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
    if words.sees(Kind.NUMBER):
        reading.phase.by = _needed(reading)
    return True


def _only_begun(phase: Phase) -> bool:
    """Was "then" all that was read of the phase, or its times?"""
    return phase.explicit and not phase.change and phase.part.amount is None and phase.start is None and phase.days is None


def by(reading: Reading) -> bool:
    """by 0.5 mg: the size of a step. False where no change is being read."""
    phase = reading.phase
    if not phase.change or phase.by is not None or phase.part.amount is not None:
        return False
    reading.words.at += 1
    phase.by = _needed(reading)
    return True


def towards(reading: Reading) -> bool:
    """to 4.5 mg: the new dose, or the end of the steps. False where no change is being read."""
    phase, words = reading.phase, reading.words
    if not phase.change:
        return False
    words.at += 1
    words.skip(Kind.A, Kind.NOISE, Kind.VERB, Kind.TOTAL, Kind.MAX, Kind.NAME)
    found = _needed(reading)
    if phase.by is not None and phase.target is None:
        phase.target = found
    elif phase.by is None and phase.part.amount is None:
        phase.part.amount = found
    else:
        raise words.stop("two targets")
    return True


def _needed(reading: Reading) -> Amount:
    found = amount(reading.words)
    if found is None or found.is_strength() or (found.count or 0) > MOST_COUNT:
        raise reading.words.stop("a change without an amount")
    return found
