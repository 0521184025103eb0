"""What stands in brackets behind a dose: the dose once more, a code of a diagnosis, what is dispensed, when it may be taken, a remark.

Each is passed over only in a form that is known; any other bracket is read as if it were not one.
May import the amounts, the clock, the notes, the phases, the reading and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.amounts import amount
from cds.dosing.sig.clock import clock_behind
from cds.dosing.sig.notes import CALM, is_code
from cds.dosing.sig.phases import Amount
from cds.dosing.sig.reading import Reading
from cds.dosing.vocabulary import WORDS, Kind

_DAYS_OF_A_SUPPLY = 14  # fewer doses than these may be a next dose
_MOST_WORDS = 30
# words in a bracket behind a dose that put it in question
_DOUBTS = frozenset(
    {
        *("confirm", "confirmed", "verify", "clarify", "query", "check", "unclear", "unsure", "discontinued", "cancelled", "canceled", "void"),
        *("wrong", "error", "mistake", "incorrect", "pending", "test", "sample", "example", "old", "former", "historical"),
    }
)


def opened(reading: Reading) -> bool:
    """A bracket. Always True: what is none of these is read as its words say."""
    words = reading.words
    words.at += 1
    mark = words.at
    for form in (_code, _same_dose, _supply, _window, _remark):
        if form(reading):
            return True
        words.at = mark
    return True


def _code(reading: Reading) -> bool:
    """ "(G90.5)"."""
    words = reading.words
    if not is_code(words):
        return False
    words.at += 2
    return words.take(Kind.CLOSE) is not None


def _same_dose(reading: Reading) -> bool:
    """1 capsule nightly (1.5 mg): the dose in another measure, where it is taken once a day at most. Refuses one that differs."""
    words, part = reading.words, reading.part
    held = part.amount
    if held is None or held.is_strength() or part.also or not part.timed() or any(rate > 1 for rate in part.rates) or len(set(part.moments)) > 1:
        return False
    mark = words.at
    if not words.sees(Kind.NUMBER) or words.sees(Kind.MOMENT, Kind.SEPARATOR, ahead=1):
        return False
    found = amount(words)
    if found is None or found.is_strength() or not words.take(Kind.CLOSE):
        return False
    if not any(one is not None and (one == other or other is None) for one, other in _measures(found, held)):
        return False
    for one, other in _measures(found, held):
        if one is not None and other is not None and one != other:
            raise words.stop("two amounts of one dose", mark)
    if found.mg is not None and held.mg is None:
        held.mg = found.mg
    if found.ml is not None and held.ml is None:
        held.ml = found.ml
    if found.count is not None and held.count is None:
        held.count, held.form, held.each_mg = found.count, found.form, found.each_mg
        held.total = True
    return True


def _measures(found: Amount, held: Amount) -> tuple[tuple[Decimal | None, Decimal | None], ...]:
    return ((found.mg, held.mg), (found.ml, held.ml), (found.count, held.count))


def _supply(reading: Reading) -> bool:
    """one capsule nightly (30 capsules): enough for weeks is what is dispensed."""
    words, part = reading.words, reading.part
    held = part.amount
    found = amount(words)
    if found is None or held is None or not part.timed() or found.mg is not None or not words.take(Kind.CLOSE):
        return False
    one, many = (held.count, found.count) if found.count is not None else (held.ml, found.ml)
    often = max([Decimal(1), *part.rates, Decimal(len(set(part.moments)))])
    return one is not None and many is not None and many >= one * often * _DAYS_OF_A_SUPPLY


def _window(reading: Reading) -> bool:
    """at bedtime (9 PM - 3 AM): the hours of a moment that was named."""
    return len(reading.part.moments) == 1 and clock_behind(reading) and reading.words.take(Kind.CLOSE) is not None


def _remark(reading: Reading) -> bool:
    """(Compound at Skip's Pharmacy): words without a number and without one that bears on the dose."""
    words = reading.words
    if reading.part.amount is None or not reading.part.timed():
        return False
    strange = False
    for _ in range(_MOST_WORDS):
        found = words.peek()
        if found is None or found.text in _DOUBTS or (found.kind not in CALM and found.text != "at"):
            return False
        words.at += 1
        if found.kind is Kind.CLOSE:
            return strange
        strange = strange or found.kind in WORDS
    return False
