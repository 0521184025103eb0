"""One measure of a dose: a mass, a volume, a count of a form, and what one unit or millilitre holds.

May import the cursor, the figures, the phases, the tokens and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.figures import number, range_sign, spread
from cds.dosing.sig.phases import Amount
from cds.dosing.vocabulary import Kind

MOST_COUNT = Decimal(60)  # more capsules, drops or clicks at once is no dose of one
_SPOONS = ("spoonful", "spoonfuls", "spoon", "spoons")
_THOUSAND = Decimal(1000)
_MOST_DESCRIBED = 2  # words between a number and its form
# words of which a count alone can stand before: "take 2 at night", "2 by mouth"
_AFTER_A_COUNT = frozenset(
    {
        Kind.MOMENT,
        Kind.RATE,
        Kind.ROUTE,
        Kind.TIMES,
        Kind.EVERY,
        Kind.AFTER,
        Kind.VERB,
        Kind.FOR,
        Kind.SEPARATOR,
        Kind.SENTENCE,
        Kind.NUMBER,
        Kind.ADVERB,
        Kind.AS_NEEDED,
        Kind.THEN,
        Kind.AND,
        Kind.CLOSE,
        Kind.NOISE,
        Kind.WEEKDAYS,
        Kind.X,
        Kind.OPEN,
    }
)


def measure(words: Cursor, into: Amount, more: bool = False) -> bool:
    """measure := range (mass | form | volume) | range [x] mass form | mass form | mass / volume. False where none begins here.

    `more`: it repeats a dose of which something is known already.
    """
    mark = words.at
    if words.sees(Kind.A) and words.sees(Kind.FORM, ahead=1):
        if (form := words.peek(1)) is not None and form.value[1] and not words.says("i"):
            return False  # "the capsules", and nobody says how many
        words.at += 1
        return _counted(words, into, Decimal(1), mark)
    if more and words.sees(Kind.FORM) and into.mg is not None and into.count is None and into.each_mg is None:
        # "4.5 mg capsule"
        return _of_one(words, into)
    ends = spread(words)
    if ends is None:
        return False
    high = ends[1]
    into.ranged = into.ranged or ends[0] != high
    if words.sees(Kind.DASH) and words.sees(Kind.MASS, ahead=1):
        words.at += 1  # "4.5-mg"
    if words.sees(Kind.MASS):
        return _mass(words, into, high, mark, more)
    if volume := words.take(Kind.VOLUME):
        return _millilitres(words, into, high * volume.value, mark)
    described = 0
    while words.sees(Kind.NOISE, Kind.ROUTE, ahead=described) and described < _MOST_DESCRIBED:
        described += 1
    if described and words.sees(Kind.FORM, ahead=described) and into.count is None:
        words.at += described  # "1 rapid dissolve tablet"
    if words.sees(Kind.FORM):
        return _counted(words, into, high, mark)
    return _count_of_strength(words, into, high, mark, more)


def _count_of_strength(words: Cursor, into: Amount, high: Decimal, mark: int, more: bool) -> bool:
    """2 x 1.5 mg | 2 1.5 mg capsules | a bare number that counts."""
    middle = words.at
    times_sign = words.take(Kind.X) is not None
    words.skip(Kind.NAME)
    if not words.sees(Kind.NUMBER):
        words.at = mark if more else middle
        return not more and _bare(words, into, high, mark)
    inner = spread(words)
    if inner is not None and words.sees(Kind.DASH) and words.sees(Kind.MASS, ahead=1):
        words.at += 1
    if inner is not None and words.sees(Kind.VOLUME) and words.says(*_SPOONS, ahead=1):
        ml = high * inner[1] * words.next().value
        words.at += 1
        return _millilitres(words, into, ml, mark)
    known_by_count = into.count is not None or (more and into.mg is None and into.ml is None)
    if inner is not None and words.sees(Kind.MASS) and not known_by_count:
        unit = words.next()
        form = words.take(Kind.FORM)
        if inner[0] == inner[1] and (form is not None or times_sign) and not words.sees(Kind.SLASH):
            _bound_count(words, high, mark)
            into.count, into.each_mg, into.form = high, inner[0] * unit.value, form.value[0] if form else into.form
            return True
    if times_sign:
        words.at = mark
        raise words.stop("cannot be read")
    words.at = middle
    if not more and _counts_times(words):
        return _bare(words, into, high, mark)
    words.at = mark
    return False


def _counts_times(words: Cursor) -> bool:
    """Does a number begin here that says how often: four times a day, 6 hourly?"""
    begin = words.at
    spread(words)
    found = words.sees(Kind.TIMES_WORD, Kind.HOURLY) or (words.sees(Kind.X) and not words.sees(Kind.NUMBER, ahead=1))
    words.at = begin
    return found


def _bare(words: Cursor, into: Amount, high: Decimal, mark: int) -> bool:
    """A number without a unit counts capsules where words follow that only a count can stand before, and it is whole or a half."""
    written = words.standing(mark)
    if written is not None and written.text[0] in "0123456789.," and "." in written.text:
        words.at = mark
        return False
    words.skip(Kind.NOISE)
    if not (words.ended() or words.sees(*_AFTER_A_COUNT)) or words.says("am", "pm"):
        words.at = mark
        return False
    _bound_count(words, high, mark)
    into.count, into.form = high, ""
    return True


def _bound_count(words: Cursor, count: Decimal, mark: int) -> None:
    if count > MOST_COUNT or count <= 0:
        raise words.stop("a count that no dose has", mark)


# --- masses


def _mass(words: Cursor, into: Amount, low: Decimal, mark: int, more: bool) -> bool:
    """A mass: of one dose, of one unit where a form follows, of one millilitre where a volume does."""
    unit = words.next()
    mg, factor = _upper_mass(words, low * unit.value, unit.value)
    into.ranged = into.ranged or mg != low * unit.value
    if _divided_by(words, into, mg, mark):
        return True
    if mg <= 0:
        raise words.stop("a dose of nothing", mark)
    first = into.mg is None and into.count is None and into.ml is None
    if first and words.sees(Kind.FORM) and words.here().value[0] != "syringe":
        into.mg = mg
        return _of_one(words, into)
    if into.mg is not None:
        if more and into.mg != mg:
            _second_mass(words, into, mg, mark)
        return True
    before = words.standing(mark - 1)
    if more and before is not None and before.text == "of" and into.count is not None and into.ml is None:
        into.each_mg = mg
        return True
    into.mg, into.in_grams = mg, factor == _THOUSAND
    return True


def _upper_mass(words: Cursor, mg: Decimal, factor: Decimal) -> tuple[Decimal, Decimal]:
    """ "1.5 mg to 3 mg": the high end and the milligrams of its unit; what was read already where no range follows."""
    mark = words.at
    if not range_sign(words):
        return mg, factor
    upper = number(words)
    unit = words.take(Kind.MASS) if upper is not None else None
    if upper is None or unit is None:
        words.at = mark
        return mg, factor
    if upper * unit.value <= mg:
        raise words.stop("a range that does not rise", mark)
    return upper * unit.value, unit.value


def _divided_by(words: Cursor, into: Amount, mg: Decimal, mark: int) -> bool:
    """What a slash or "per" behind a mass divides by: a volume or form is read, a day left alone, all else refused."""
    slash = words.sees(Kind.SLASH)
    if not slash and (not words.sees(Kind.PER) or words.says("in")):
        return False
    if _per(words, into, mg):
        return True
    if slash and words.sees(Kind.NUMBER, ahead=1):
        if words.sees(Kind.VOLUME, Kind.FORM, ahead=2):
            raise words.stop("cannot be read")
        if not words.says("hours", "hour", "h", "hr", "hrs", ahead=2):
            raise words.stop("two masses, or a dose by weight", mark)
    if slash and words.sees(Kind.MASS, Kind.WEIGHT, Kind.UNKNOWN, ahead=1):
        raise words.stop("two masses, or a dose by weight", mark)
    if words.sees(Kind.WEIGHT, ahead=1):
        raise words.stop("a dose by weight", mark)
    return False


def _second_mass(words: Cursor, into: Amount, mg: Decimal, mark: int) -> None:
    """Two masses of one dose agree where one is that of each unit: "2 x 1.5 mg (3 mg)"."""
    if into.count is not None and into.each_mg is None and into.mg is not None and into.mg * into.count == mg:
        into.each_mg, into.mg = into.mg, mg
    elif into.count is not None and into.count * mg == into.mg:
        into.each_mg = mg
    else:
        raise words.stop("two masses in one dose", mark)


def _of_one(words: Cursor, into: Amount) -> bool:
    """A mass that stands before a form is what one unit holds."""
    form, plural = words.next().value
    into.each_mg, into.mg, into.form, into.plural = into.mg, None, form, bool(plural)
    if into.total:
        raise words.stop("cannot be read")
    return True


def _per(words: Cursor, into: Amount, mg: Decimal) -> bool:
    """(/ | per) [number] volume or form: a concentration or a strength, no dose. (/ | per) day is left to the rhythm."""
    mark = words.at
    words.at += 1
    words.skip(Kind.A)
    size = number(words) or Decimal(1)
    unit = words.take(Kind.VOLUME, Kind.FORM)
    if unit is None or size <= 0:
        words.at = mark
        return False
    if unit.kind is Kind.VOLUME:
        found = mg / (size * unit.value)
        if into.per_ml is not None and into.per_ml != found:
            raise words.stop("two concentrations", mark)
        into.per_ml = found
        return True
    if size != 1 and into.mg is None and into.count is None and into.each_mg is None:
        # "3 mg/2 caps" is a dose
        into.mg, into.count, into.form, into.total = mg, size, unit.value[0], True
        return True
    found = mg / size
    if into.each_mg is not None and into.each_mg != found:
        raise words.stop("two strengths", mark)
    into.each_mg, into.form = found, into.form or unit.value[0]
    return True


# --- volumes and counts


def _millilitres(words: Cursor, into: Amount, ml: Decimal, mark: int) -> bool:
    if words.sees(Kind.SLASH) and not words.sees(Kind.TIME, ahead=1):
        raise words.stop("cannot be read")
    if into.ml is not None and into.ml != ml:
        raise words.stop("two volumes in one dose", mark)
    if ml <= 0:
        raise words.stop("a dose of nothing", mark)
    into.ml = ml
    return True


def _upper_count(words: Cursor, into: Amount, low: Decimal, form: str) -> Decimal:
    """ "half a tablet to 1 tablet": the high end of a range of one form; what was read already where no range follows."""
    mark = words.at
    if into.ranged or not words.says("to", "-") or not words.take(Kind.TO, Kind.DASH):
        return low
    upper = number(words)
    again = words.take(Kind.FORM) if upper is not None else None
    if upper is None or again is None or again.value[0] != form:
        words.at = mark
        return low
    if upper <= low:
        raise words.stop("a range that does not rise", mark)
    into.ranged = True
    return upper


def _counted(words: Cursor, into: Amount, count: Decimal, mark: int) -> bool:
    """So many of a form, with what one holds where "of 1.5 mg" follows."""
    form = words.next().value[0]
    count = _upper_count(words, into, count, form)
    if count <= 0:
        raise words.stop("a count that no dose has", mark)
    if into.count is not None and (into.count != count or (into.form and into.form != form)):
        raise words.stop("two counts in one dose", mark)
    into.count, into.form = count, form
    if not (words.says("of") and words.sees(Kind.NUMBER, ahead=1)):
        return True
    words.at += 1
    inner = number(words)
    unit = words.take(Kind.MASS)
    if inner is None or unit is None:
        raise words.stop("cannot be read", mark)
    if words.sees(Kind.SLASH) and _per(words, into, inner * unit.value):
        return True
    if into.each_mg is not None or words.sees(Kind.SLASH):
        raise words.stop("cannot be read", mark)
    into.each_mg = inner * unit.value
    return True
