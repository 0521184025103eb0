"""One dose with its repetitions: "2 capsules (3 mg total)", "4.5 mg (3 mg + 1.5 mg)", "3 mg, i.e. 2 capsules".

May import the cursor, the measures, the phases and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.figures import number
from cds.dosing.sig.measures import MOST_COUNT, measure
from cds.dosing.sig.phases import Amount
from cds.dosing.vocabulary import Kind

__all__ = ["MOST_COUNT", "amount", "measure"]

_MOST_AT_ONCE = 10  # "4.5 mg x 30 capsules" is what is dispensed
# what may follow a bracket that was not closed
_AFTER_AN_OPEN_BRACKET = (Kind.MOMENT, Kind.RATE, Kind.SEPARATOR, Kind.TIMES, Kind.EVERY, Kind.VERB, Kind.FOR)


def amount(words: Cursor) -> Amount | None:
    """amount := measure {[( | =] measure [total | each] [)]}, all of one dose. None where none begins here."""
    begin = words.at
    found = Amount(at=words.rest())
    if not measure(words, found):
        words.at = begin
        return None
    while _repeated(words, found):
        pass
    return found


def _repeated(words: Cursor, into: Amount) -> bool:
    """The same dose told once more: "(1.5 mg)", "= 3 mg total", "total". False where nothing of the kind follows."""
    mark = words.at
    if _summed(words, into) or _so_many(words, into):
        return True
    opened = words.take(Kind.OPEN) is not None
    if words.says(",") and words.sees(Kind.CONTAINS, Kind.EQUALS, ahead=1):
        words.at += 1  # "3 mg, i.e. 2 capsules"
    words.skip(Kind.EQUALS, Kind.CONTAINS)
    if words.at > mark:
        words.skip(Kind.NOISE, Kind.NAME, Kind.EACH)
    if words.take(Kind.TOTAL):
        into.total = True
        words.skip(Kind.SEPARATOR, Kind.NOISE)
    before = words.at
    if measure(words, into, more=True):
        _whose(words, into)
        if opened:
            _close(words, into)
        return True
    if before > mark and into.total and words.take(Kind.CLOSE):
        return True
    words.at = mark
    if words.sees(Kind.TOTAL) and not words.sees(Kind.NUMBER, ahead=1):
        words.at += 1
        into.total = True
        return True
    return False


def _so_many(words: Cursor, into: Amount) -> bool:
    """ "1.5 mg x 3 capsules": how many of that mass. False, at the same place, where it is something else."""
    mark = words.at
    if into.mg is None or into.count is not None or into.ml is not None or into.total or not words.take(Kind.X):
        return False
    count = number(words)
    form = words.take(Kind.FORM) if count is not None else None
    if count is None or form is None or not 0 < count <= _MOST_AT_ONCE:
        words.at = mark
        return False
    into.count, into.form, into.each_mg, into.mg = count, form.value[0], into.mg, None
    return True


def _summed(words: Cursor, into: Amount) -> bool:
    """4.5 mg (3 mg + 1.5 mg): what the dose is made of, which has to make it up. False, at the same place, where it is something else."""
    mark = words.at
    if into.mg is None or into.count is not None or into.ml is not None or not words.take(Kind.OPEN):
        return False
    words.skip(Kind.EQUALS, Kind.CONTAINS)
    made, pieces = Decimal(0), 0
    while True:
        one = Amount()
        words.skip(Kind.NAME)
        if not (words.sees(Kind.NUMBER, Kind.A) and measure(words, one)):
            break
        mg = one.mg if one.mg is not None else one.each_mg * (one.count if one.count is not None else 1) if one.each_mg is not None else None
        if mg is None or one.ranged or one.ml is not None or one.per_ml is not None:
            break
        made, pieces = made + mg, pieces + 1
        if not words.take(Kind.AND):
            break
    if pieces < 2 or not words.take(Kind.CLOSE):
        words.at = mark
        return False
    if made != into.mg:
        raise words.stop("a dose, and what it is made of", mark)
    into.total = True
    return True


def _whose(words: Cursor, into: Amount) -> None:
    """Is the mass that was just read that of the whole dose, or of each unit?"""
    words.skip(Kind.NAME)
    if words.take(Kind.TOTAL):
        into.total = True
    elif words.sees(Kind.EACH) or (words.says("each", "every") and words.sees(Kind.CLOSE, Kind.SEPARATOR, ahead=1)):
        words.at += 1
        if into.mg is None or into.count is None or into.each_mg is not None:
            raise words.stop("what one holds is not clear")
        into.each_mg, into.mg = into.mg, None


def _close(words: Cursor, into: Amount) -> None:
    """The end of a bracket, with one more repetition before it: "(1 capsule, 1.5 mg total)"."""
    words.skip(Kind.NOISE, Kind.SEPARATOR, Kind.EQUALS)
    if words.sees(Kind.NUMBER, Kind.TOTAL):
        words.take(Kind.TOTAL)
        if not measure(words, into, more=True):
            raise words.stop("cannot be read")
        words.skip(Kind.TOTAL, Kind.NOISE)
    words.skip(Kind.NAME, Kind.NOISE, Kind.ROUTE)
    if not words.take(Kind.CLOSE) and not words.sees(*_AFTER_AN_OPEN_BRACKET):
        raise words.stop("cannot be read")
