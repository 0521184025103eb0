"""What a dose is taken with and measured by, and the liquid that a patient makes of a tablet.

"with 200 mL water" and "using a 3 mL syringe" are no doses; "dissolve one 50 mg tablet in 50 mL water, take 4.5 mL" gives a concentration.
May import the amounts, the cursor, the figures, the reading and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.amounts import amount
from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.figures import number, spread
from cds.dosing.sig.reading import Reading
from cds.dosing.vocabulary import Kind

_TOOLS = ("syringe", "dropper")
_MAKES = ("dissolve", "crush", "mix", "put", "place")
_BETWEEN_WORDS = (Kind.A, Kind.NOISE, Kind.ROUTE)
_BETWEEN_ACTS = (Kind.AND, Kind.VERB, Kind.SEPARATOR, Kind.A, Kind.THEN)


def taken_with(reading: Reading) -> bool:
    """(with | in | mixed with | using) 200 mL water | a 3 mL syringe. False, at the same place, where neither stands behind the word."""
    words = reading.words
    mark = words.at
    words.at += 1
    if _liquid_or_tool(words):
        last = words.standing(words.at - 1)
        if last is not None and "oral" in last.text and not reading.route:
            reading.route = "oral"  # by an oral syringe
        return True
    words.at = mark
    return False


def _liquid_or_tool(words: Cursor) -> bool:
    words.skip(*_BETWEEN_WORDS)
    if spread(words) is not None:
        words.skip(Kind.DASH)
        if not words.take(Kind.VOLUME, Kind.OUNCE):
            return False
    else:
        words.take(Kind.OUNCE)
    words.skip(*_BETWEEN_WORDS)
    if words.take(Kind.LIQUID):
        if words.take(Kind.OR, Kind.AND):
            words.take(Kind.LIQUID)
        return True
    if words.take(Kind.DEVICE):
        return True
    return words.sees(Kind.FORM) and words.here().value[0] in _TOOLS and words.take(Kind.FORM) is not None


def made_first(reading: Reading) -> bool:
    """Dissolve one 50 mg tablet in 50 mL water (1 mg/mL): what the doses in millilitres behind it are taken from.

    False, at the same place, where no such dose follows: then the tablet itself is the dose.
    """
    words = reading.words
    if not words.says(*_MAKES) or reading.mixed is not None or not reading.phase.empty():
        return False
    mark = words.at
    words.at += 1
    words.skip(Kind.A)
    item = amount(words)
    if item is None:
        words.at = mark
        return False
    words.skip(*_BETWEEN_ACTS)
    joined = words.take(Kind.PER, Kind.USING) or (words.says("with") and words.take(Kind.NOISE))
    size = number(words) if joined else None
    unit = words.take(Kind.VOLUME) if size is not None else None
    words.skip(Kind.NOISE)
    if item.count is None or item.ml is not None or size is None or unit is None or size <= 0 or not words.take(Kind.LIQUID):
        words.at = mark
        return False
    told = _concentration(reading)
    end = words.at
    paused = words.skip(Kind.SENTENCE, *_BETWEEN_ACTS)
    if not paused or spread(words) is None or not words.sees(Kind.VOLUME):
        words.at = mark
        return False
    words.at = end
    if told is not None:
        reading.learn_concentration(told, mark)
    reading.mixed = (item, size * unit.value)
    return True


def made_from(reading: Reading) -> bool:
    """compound from 50 mg tablets: what the pharmacy takes. False where no strength follows."""
    words = reading.words
    words.at += 1
    words.skip(Kind.A, Kind.NAME)
    found = amount(words)
    return found is not None and found.is_strength()


def _concentration(reading: Reading) -> Decimal | None:
    """ "(1 mg/mL)" behind what was made; None, at the same place, where it does not stand there."""
    words = reading.words
    mark = words.at
    if words.take(Kind.OPEN):
        found = amount(words)
        if found is not None and found.per_ml is not None and found.is_strength() and words.take(Kind.CLOSE):
            return found.per_ml
    words.at = mark
    return None
