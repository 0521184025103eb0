"""Numbers and ranges: digits, words, fractions, repetitions in brackets. May import the cursor, the tokens and the vocabulary only."""

from decimal import Decimal

from cds.dosing.sig.cursor import Cursor
from cds.dosing.tokens import Lexeme
from cds.dosing.vocabulary import Kind

# what may stand above and below the line of a fraction
_FRACTIONS = frozenset((Decimal(above), Decimal(below)) for above, below in ((1, 2), (1, 4), (3, 4), (1, 3), (2, 3)))
_A_NIGHT = ("nightly", "at night", "per night", "a night", "every night", "each night")
_PLACES = 20
_PARTS = frozenset({Decimal("0.5"), Decimal("0.25"), Decimal("0.75")})


def exact(value: Decimal) -> Decimal:
    """The number without the ragged end of dividing: 24 times a 24th of a day is a day."""
    return round(value, _PLACES)


def number(words: Cursor) -> Decimal | None:
    """number := digits | word | 1/2 | 1 1/2 | 1 and a half, with an optional repetition in letters or brackets: two (2)."""
    first = words.take(Kind.NUMBER)
    if first is None:
        return None
    value = _thousands(words, first) if first.thousands else Decimal(first.value)
    if (below := _below(words, value)) is not None:
        words.at += 2
        value = value / below
    elif value == value.to_integral_value():
        value += _fraction(words, value)
    _again_in_letters(words, first, value)
    _again_in_brackets(words, value)
    return value


def spread(words: Cursor) -> tuple[Decimal, Decimal] | None:
    """range := number [(- | to | or) number]: low and high end."""
    begin = words.at
    between = words.take(Kind.BETWEEN) is not None
    low = number(words)
    if low is None:
        words.at = begin
        return None
    mark = words.at
    if between and words.take(Kind.AND):
        high = number(words)
        if high is None or high <= low:
            raise words.stop("a range that does not rise", begin)
        return low, high
    if between:
        raise words.stop("a range without an end", begin)
    if range_sign(words):
        high = number(words)
        if high is not None:
            if high <= low:
                raise words.stop("a range that does not rise", mark)
            return low, high
        words.at = mark
    return low, low


def range_sign(words: Cursor) -> bool:
    """Passes over the sign or word between the ends of a range; was there one?"""
    return bool(words.take(Kind.DASH, Kind.OR) or (words.says("to") and words.take(Kind.TO)))


def _below(words: Cursor, above: Decimal) -> Decimal | None:
    """What stands under the line of a fraction such as 1/2, where a slash and the lower number follow."""
    lower = words.peek(1)
    if words.sees(Kind.SLASH) and lower is not None and lower.kind is Kind.NUMBER and (above, lower.value) in _FRACTIONS:
        return Decimal(lower.value)
    return None


def _again_in_letters(words: Cursor, first: Lexeme, value: Decimal) -> None:
    """ "2 two": the figure, and again in letters."""
    following = words.peek()
    if following is None or following.kind is not Kind.NUMBER or not first.text[0].isdigit():
        return
    if following.text.isalpha() and following.value == value:
        words.at += 1


def _again_in_brackets(words: Cursor, value: Decimal) -> None:
    """ "two (2)"; refuses where the two differ."""
    if not (words.sees(Kind.OPEN) and words.sees(Kind.NUMBER, ahead=1)):
        return
    mark = words.at
    words.at += 1
    again = number(words)
    if not words.take(Kind.CLOSE):
        words.at = mark
    elif again != value:
        raise words.stop("a number and its repetition differ", mark)


def _thousands(words: Cursor, first: Lexeme) -> Decimal:
    """1,500 micrograms are one and a half milligrams; 1,500 mg could be 1500 or one and a half, and is refused."""
    following = words.peek()
    if following is not None and following.kind is Kind.MASS and following.value < Decimal(1):
        return Decimal(first.value)
    raise words.stop("a comma that may part thousands or decimals", words.at - 1)


def _fraction(words: Cursor, whole: Decimal) -> Decimal:
    """The half that follows a whole number: 1 1/2, 1-1/2, one and a half."""
    mark = words.at
    joined = words.take(Kind.AND, Kind.DASH)
    words.skip(Kind.A)
    part = words.take(Kind.NUMBER)
    if part is not None and whole >= 1:
        in_letters = not part.text[0].isdigit() and part.text[0] != "."
        if part.value in _PARTS and in_letters:
            if joined is not None and joined.kind is Kind.AND:
                return Decimal(part.value)
        elif (below := _below(words, part.value)) is not None:
            words.at += 2
            return Decimal(part.value) / below
    words.at = mark
    return Decimal(0)


def of_a_day(words: Cursor) -> bool:
    """Passes over "a day", "daily", "per night", "in 24 hours"; was it there?"""
    if (words.sees(Kind.RATE) and words.here().value == 1) or (words.sees(Kind.MOMENT) and words.says(*_A_NIGHT)):
        words.at += 1
        return True
    mark = words.at
    if words.take(Kind.SLASH, Kind.PER, Kind.EVERY):
        size = number(words) or Decimal(1)
        unit = words.take(Kind.TIME)
        if unit is not None and exact(size * unit.value) == 1:
            return True
        words.at = mark
    return False
