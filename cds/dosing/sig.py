"""The grammar of a dosage in words: which phases, doses, times and durations does a text hold?

Recursive descent over known phrases, one look ahead, no way back: the work grows with the text. What the grammar does not
know stops it, with the place: a dosage read in part is a wrong dosage. It knows no strength of any product; `worded` in
`schedule.py` turns its phases into milligrams. May import the vocabulary, the tokens and the model only.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from cds.dosing.model import Unread
from cds.dosing.tokens import Lexeme, lexemes
from cds.dosing.vocabulary import Kind

_SHOWN = 60  # so many characters of the words at which the reader stopped are kept
_MOST_PHASES = 60
_LONGEST_CYCLE = 3  # days; "increase to 3 mg every two weeks" may mean the change
_MOST_DAYS = 3_650
_MOST_COUNT = Decimal(60)  # more capsules, drops or clicks at once is no dose of one
_THOUSAND = Decimal(1000)
_FRACTIONS = frozenset({(Decimal(1), Decimal(2)), (Decimal(1), Decimal(4)), (Decimal(3), Decimal(4))})
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART_OF_DAY = frozenset({Kind.MOMENT, Kind.RATE})
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


@dataclass(slots=True)
class Amount:
    """One dose in the words of the text: any of milligrams, grams of a product, a count of a form, millilitres, and what one unit holds."""

    mg: Decimal | None = None
    in_grams: bool = False
    count: Decimal | None = None
    form: str = ""
    ml: Decimal | None = None
    each_mg: Decimal | None = None
    per_ml: Decimal | None = None
    total: bool = False
    loose: bool = False  # a mass before a count: the strength of one, or the whole dose
    plural: bool = False  # "1.5 mg capsules" without a number
    at: str = ""

    def is_strength(self) -> bool:
        """Does it say only what one unit or millilitre holds?"""
        return self.mg is None and self.count is None and self.ml is None


@dataclass(slots=True)
class Part:
    """One of the doses of a day with its times."""

    amount: Amount | None = None
    rates: list[Decimal] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    either: bool = False
    weekdays: list[str] = field(default_factory=list)
    divided: bool = False
    pieces: Decimal | None = None
    as_needed: bool = False

    def timed(self) -> bool:
        """Does it say when or how often?"""
        return bool(self.rates or self.moments or self.weekdays)


@dataclass(slots=True)
class Phase:
    """Doses that hold for some days, or a change of dose by steps. `start` and `stop` are days that a label such as "week 3" names."""

    parts: list[Part] = field(default_factory=lambda: [Part()])
    days: int | None = None
    change: str = ""
    by: Amount | None = None
    target: Amount | None = None
    every: int | None = None
    start: int | None = None
    stop: int | None = None
    cap: Amount | None = None
    explicit: bool = False  # begun by "then", a label or a change
    unless: bool = False

    @property
    def part(self) -> Part:
        """The dose that is being read."""
        return self.parts[-1]

    def empty(self) -> bool:
        """Has nothing been read into it?"""
        return (
            self.parts[0].amount is None
            and self.by is None
            and self.days is None
            and not self.change
            and self.start is None
            and not self.part.timed()
        )


@dataclass(slots=True)
class Schedule:
    """All phases of a text in order. `strengths` says what one unit of a form holds, as far as the text tells; `route` the route."""

    phases: list[Phase]
    each: dict[str, Decimal]
    per_ml: Decimal | None
    route: str


@lru_cache(maxsize=2_048)
def parse(text: str) -> Schedule:
    """Which schedule do these words give? Refuses with the reason, and with the words at which it had to stop."""
    found = lexemes(text)
    if not found:
        raise Unread("no words")
    return _Reader(found).schedule()


@lru_cache(maxsize=2_048)
def rhythm(text: str) -> tuple[Decimal, frozenset[str]] | None:
    """How often a day, and at which moments, does a text say that names only a rhythm, such as "nightly"? None where it says more or less."""
    try:
        phases = _Reader(lexemes(text)).schedule(partial=True).phases
        part = phases[0].part
        if (
            len(phases) != 1
            or len(phases[0].parts) != 1
            or part.amount is not None
            or part.as_needed
            or phases[0].days
            or phases[0].cap
            or phases[0].change
        ):
            return None
        return times(part), frozenset(part.moments)
    except Unread:
        return None


def times(part: Part) -> Decimal:
    """How often a day is this dose taken, averaged over its cycle? Refuses where two ways to say it differ, or nothing says it."""
    moments = set(part.moments)
    bed = {"HS", "NIGHT"}
    spots = len(moments) - (1 if bed <= moments or {"EVE", "NIGHT"} <= moments or ({"EVE", "HS"} <= moments and len(moments) == 2) else 0)
    if part.either and spots > 1:
        spots = 1
    week = Decimal(len(set(part.weekdays))) / 7 if part.weekdays else None
    rates = set(part.rates)
    if len(rates) > 1:
        # "daily every other day" is no rhythm; "once daily" beside "twice a day" neither
        raise Unread("the words name two rhythms")
    rate = next(iter(rates), None)
    if rate is not None and spots:
        if rate >= 1 and rate != spots and not (spots == 1 and rate == 1):
            raise Unread("the rhythm and the times of day do not agree")
        if rate < 1 and spots != 1:
            raise Unread("the rhythm and the times of day do not agree")
    if rate is None:
        rate = Decimal(spots) if spots else Decimal(1) if week is not None else None
    if rate is None:
        raise Unread("the words do not say how often")
    if week is not None:
        if rate < 1 and rate != week:
            raise Unread("the rhythm and the days of the week do not agree")
        return week if rate < 1 else rate * week
    return rate


class _Reader:
    """One reading of one text."""

    def __init__(self, found: tuple[Lexeme, ...]) -> None:
        self._all = found
        self._at = 0
        self._phases = [Phase()]
        self._route = ""
        self._each: dict[str, Decimal] = {}
        self._per_ml: Decimal | None = None
        self._named = False
        self._joined = ""

    # --- looking

    def _peek(self, ahead: int = 0) -> Lexeme | None:
        at = self._at + ahead
        return self._all[at] if at < len(self._all) else None

    def _is(self, *kinds: Kind, ahead: int = 0) -> bool:
        found = self._peek(ahead)
        return found is not None and found.kind in kinds

    def _word(self, *words: str, ahead: int = 0) -> bool:
        found = self._peek(ahead)
        return found is not None and found.text in words

    def _take(self, *kinds: Kind) -> Lexeme | None:
        if not self._is(*kinds):
            return None
        found = self._all[self._at]
        self._at += 1
        return found

    def _skip(self, *kinds: Kind) -> bool:
        seen = False
        while self._take(*kinds):
            seen = True
        return seen

    def _stop(self, why: str, at: int | None = None) -> Unread:
        rest = self._all[self._at if at is None else at :]
        return Unread(why, " ".join(one.text for one in rest)[:_SHOWN])

    @property
    def _phase(self) -> Phase:
        return self._phases[-1]

    # --- numbers

    def _number(self) -> Decimal | None:
        """number := digits | word | 1/2 | 1 1/2 | 1 and a half, with an optional repetition in brackets: two (2)."""
        first = self._take(Kind.NUMBER)
        if first is None:
            return None
        value: Decimal = first.value
        if first.thousands:
            value = self._parted(first)
        if self._is(Kind.SLASH) and self._is(Kind.NUMBER, ahead=1) and (value, self._all[self._at + 1].value) in _FRACTIONS:
            value, self._at = value / self._all[self._at + 1].value, self._at + 2
        elif value == value.to_integral_value():
            value += self._fraction(value)
        following = self._peek()
        if (
            first.text[0].isdigit()
            and following is not None
            and following.kind is Kind.NUMBER
            and following.text.isalpha()
            and following.value == value
        ):
            # "2 two": the figure, and again in letters
            self._at += 1
        if self._is(Kind.OPEN) and self._is(Kind.NUMBER, ahead=1):
            mark = self._at
            self._at += 1
            again = self._number()
            if self._take(Kind.CLOSE):
                if again != value:
                    raise self._stop("a number and its repetition differ", mark)
            else:
                self._at = mark
        return value

    def _parted(self, first: Lexeme) -> Decimal:
        """1,500 micrograms are one and a half milligrams; 1,500 mg could be 1500 or one and a half, and is refused."""
        following = self._peek()
        if following is not None and following.kind is Kind.MASS and following.value < Decimal(1):
            value: Decimal = first.value
            return value
        raise self._stop("a comma that may part thousands or decimals", self._at - 1)

    def _fraction(self, whole: Decimal) -> Decimal:
        """The half that follows a whole number: 1 1/2, 1-1/2, one and a half."""
        mark = self._at
        joined = self._take(Kind.AND, Kind.DASH)
        self._skip(Kind.A)
        part = self._take(Kind.NUMBER)
        if part is not None and whole >= 1:
            if part.value in (Decimal("0.5"), Decimal("0.25"), Decimal("0.75")) and not part.text[0].isdigit() and part.text[0] != ".":
                if joined is not None and joined.kind is Kind.AND:
                    value: Decimal = part.value
                    return value
            elif self._is(Kind.SLASH) and self._is(Kind.NUMBER, ahead=1) and (part.value, self._all[self._at + 1].value) in _FRACTIONS:
                below = self._all[self._at + 1].value
                self._at += 2
                value = part.value / below
                return value
        self._at = mark
        return Decimal(0)

    def _range(self) -> tuple[Decimal, Decimal] | None:
        """range := number [(- | to | or) number]: low and high end."""
        low = self._number()
        if low is None:
            return None
        mark = self._at
        if self._take(Kind.DASH, Kind.OR) or (self._word("to") and self._take(Kind.TO)):
            high = self._number()
            if high is not None:
                if high <= low:
                    raise self._stop("a range that does not rise", mark)
                return low, high
            self._at = mark
        return low, low

    # --- amounts

    def _amount(self) -> Amount | None:
        """amount := measure {[( | =] measure [total | each] [)]}, all of one dose."""
        begin = self._at
        amount = Amount(at=" ".join(one.text for one in self._all[begin:])[:_SHOWN])
        if not self._measure(amount):
            self._at = begin
            return None
        while True:
            mark = self._at
            opened = self._take(Kind.OPEN) is not None
            self._skip(Kind.EQUALS, Kind.CONTAINS)
            if opened or self._at > mark:
                self._skip(Kind.NOISE, Kind.NAME, Kind.EACH)
            if self._take(Kind.TOTAL):
                amount.total = True
                self._skip(Kind.SEPARATOR, Kind.NOISE)
            before = self._at
            found = self._measure(amount, more=True)
            if found:
                self._skip(Kind.NAME)
                if self._take(Kind.TOTAL):
                    amount.total = True
                elif self._is(Kind.EACH) or (self._word("each", "every") and self._is(Kind.CLOSE, Kind.SEPARATOR, ahead=1)):
                    self._at += 1
                    if amount.mg is None or amount.count is None or amount.each_mg is not None:
                        raise self._stop("what one holds is not clear")
                    amount.each_mg, amount.mg = amount.mg, None
                if opened:
                    self._skip(Kind.NOISE, Kind.SEPARATOR, Kind.EQUALS) if not self._is(Kind.CLOSE) else None
                    if self._is(Kind.NUMBER, Kind.TOTAL):
                        self._take(Kind.TOTAL)
                        if not self._measure(amount, more=True):
                            raise self._stop("cannot be read")
                        self._skip(Kind.TOTAL, Kind.NOISE)
                    self._skip(Kind.NAME, Kind.NOISE, Kind.ROUTE)
                    if not self._take(Kind.CLOSE) and not self._is(*_PART_OF_DAY, Kind.SEPARATOR, Kind.TIMES, Kind.EVERY, Kind.VERB, Kind.FOR):
                        raise self._stop("cannot be read")
                continue
            if before > mark and amount.total and self._is(Kind.CLOSE):
                self._at += 1
                continue
            self._at = mark
            if self._is(Kind.TOTAL) and not self._is(Kind.NUMBER, ahead=1):
                self._at += 1
                amount.total = True
                continue
            return amount

    def _measure(self, into: Amount, more: bool = False) -> bool:
        """measure := range (mass | form | volume) | range [x] mass form | mass form | mass / volume. False where none begins here."""
        mark = self._at
        one = self._take(Kind.A) if self._is(Kind.A) and self._is(Kind.FORM, ahead=1) else None
        if one is not None:
            return self._counted(into, Decimal(1), mark, more)
        if more and self._is(Kind.FORM) and into.mg is not None and into.count is None and into.each_mg is None:
            # "4.5 mg capsule"
            return self._of_one(into)
        spread = self._range()
        if spread is None:
            return False
        high = spread[1]
        if self._is(Kind.MASS):
            return self._mass(into, high, mark, more)
        if self._is(Kind.VOLUME):
            unit = self._take(Kind.VOLUME)
            assert unit is not None  # noqa: S101  # just looked
            return self._millilitres(into, high * unit.value, mark, more)
        if self._is(Kind.FORM):
            return self._counted(into, high, mark, more)
        middle = self._at
        times_sign = self._take(Kind.X) is not None
        self._skip(Kind.NAME)
        if self._is(Kind.NUMBER):
            inner = self._range()
            if inner is not None and self._is(Kind.MASS) and into.count is None and not (more and into.mg is None and into.ml is None):
                unit = self._take(Kind.MASS)
                assert unit is not None  # noqa: S101
                form = self._take(Kind.FORM)
                if inner[0] == inner[1] and (form is not None or times_sign) and not self._is(Kind.SLASH):
                    self._bound_count(high, mark)
                    into.count, into.each_mg, into.form = high, inner[0] * unit.value, form.value[0] if form else into.form
                    return True
            if times_sign:
                self._at = mark
                raise self._stop("cannot be read")
            self._at = middle
            if not more and self._counts_times(middle):
                return self._bare(into, high, mark)
            self._at = mark
            return False
        self._at = middle
        if more:
            self._at = mark
            return False
        return self._bare(into, high, mark)

    def _counts_times(self, at: int) -> bool:
        """Does a number begin here that says how often: four times a day, 6 hourly?"""
        self._range()
        found = self._is(Kind.TIMES_WORD, Kind.HOURLY) or (self._is(Kind.X) and not self._is(Kind.NUMBER, ahead=1))
        self._at = at
        return found

    def _bare(self, into: Amount, high: Decimal, mark: int) -> bool:
        """A number without a unit counts capsules where words follow that only a count can stand before, and it is whole or a half."""
        digits = self._all[mark].text[0] in "0123456789.,"
        if digits and "." in self._all[mark].text:
            self._at = mark
            return False
        self._skip(Kind.NOISE)
        following = self._peek()
        ends = following is None or following.kind in (
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
        )
        if not ends or (following is not None and following.text in ("am", "pm")):
            self._at = mark
            return False
        self._bound_count(high, mark)
        into.count, into.form = high, ""
        return True

    def _bound_count(self, count: Decimal, mark: int) -> None:
        if count > _MOST_COUNT or count <= 0:
            raise self._stop("a count that no dose has", mark)

    def _mass(self, into: Amount, number: Decimal, mark: int, more: bool) -> bool:
        unit = self._take(Kind.MASS)
        assert unit is not None  # noqa: S101
        mg = number * unit.value
        if self._is(Kind.DASH, Kind.OR) or (self._word("to") and self._is(Kind.TO)):
            # "1.5 mg to 3 mg": the high end
            back = self._at
            self._at += 1
            other = self._number()
            upper = self._take(Kind.MASS) if other is not None else None
            if other is not None and upper is not None:
                if other * upper.value <= mg:
                    raise self._stop("a range that does not rise", back)
                mg, unit = other * upper.value, upper
            else:
                self._at = back
        if self._is(Kind.SLASH) or (self._is(Kind.PER) and not self._word("in")):
            if self._per(into, mg):
                return True
            if self._is(Kind.SLASH) and self._is(Kind.NUMBER, Kind.MASS, Kind.WEIGHT, Kind.UNKNOWN, ahead=1):
                if self._is(Kind.NUMBER, ahead=1) and self._is(Kind.VOLUME, Kind.FORM, ahead=2):
                    raise self._stop("cannot be read")
                if not (self._is(Kind.NUMBER, ahead=1) and self._word("24") is False and self._word("hours", "hour", "h", "hr", "hrs", ahead=2)):
                    raise self._stop("two masses, or a dose by weight", mark)
            if self._is(Kind.WEIGHT, ahead=1):
                raise self._stop("a dose by weight", mark)
        if mg <= 0:
            raise self._stop("a dose of nothing", mark)
        form = self._peek() if self._is(Kind.FORM) else None
        if (
            form is not None
            and form.value[0] not in ("syringe",)
            and into.count is None
            and into.mg is None
            and into.ml is None
            and not self._is(Kind.NUMBER, ahead=-1)
        ):
            into.mg = mg
            return self._of_one(into)
        if into.mg is not None:
            if more and into.mg != mg:
                if into.count is not None and into.each_mg is None and into.mg * into.count == mg:
                    into.each_mg, into.mg = into.mg, mg
                    return True
                if into.count is not None and into.count * mg == into.mg:
                    into.each_mg = mg
                    return True
                raise self._stop("two masses in one dose", mark)
            return True
        if more and into.count is not None and into.each_mg is not None and not self._is(Kind.NUMBER, ahead=-1):
            pass
        if more and self._all[mark - 1].text == "of" and into.count is not None and into.ml is None:
            into.each_mg = mg
            return True
        into.mg, into.in_grams = mg, unit.value == _THOUSAND
        return True

    def _of_one(self, into: Amount) -> bool:
        """A mass that stands before a form is what one unit holds."""
        form = self._take(Kind.FORM)
        assert form is not None  # noqa: S101
        into.each_mg, into.mg, into.form = into.mg, None, form.value[0]
        into.plural = bool(form.value[1])
        if into.total:
            raise self._stop("cannot be read")
        return True

    def _per(self, into: Amount, mg: Decimal) -> bool:
        """(/ | per) [number] volume or form: a concentration or a strength, no dose. (/ | per) day is left to the rhythm."""
        mark = self._at
        self._at += 1
        self._skip(Kind.A)
        size = self._number() or Decimal(1)
        unit = self._take(Kind.VOLUME, Kind.FORM)
        if unit is None or size <= 0:
            self._at = mark
            return False
        if unit.kind is Kind.VOLUME:
            found = mg / (size * unit.value)
            if into.per_ml is not None and into.per_ml != found:
                raise self._stop("two concentrations", mark)
            into.per_ml = found
        else:
            found = mg / size
            if into.each_mg is not None and into.each_mg != found:
                raise self._stop("two strengths", mark)
            into.each_mg, into.form = found, into.form or unit.value[0]
        return True

    def _millilitres(self, into: Amount, ml: Decimal, mark: int, more: bool) -> bool:
        if self._is(Kind.SLASH) and not self._is(Kind.TIME, ahead=1):
            raise self._stop("cannot be read")
        if into.ml is not None and into.ml != ml:
            raise self._stop("two volumes in one dose", mark)
        if ml <= 0:
            raise self._stop("a dose of nothing", mark)
        into.ml = ml
        return True

    def _counted(self, into: Amount, count: Decimal, mark: int, more: bool) -> bool:
        form = self._take(Kind.FORM)
        assert form is not None  # noqa: S101
        self._bound_count(count, mark)
        if into.count is not None and (into.count != count or (into.form and into.form != form.value[0])):
            raise self._stop("two counts in one dose", mark)
        into.count, into.form = count, form.value[0]
        if self._is(Kind.NOISE) and self._word("of") and self._is(Kind.NUMBER, ahead=1):
            self._at += 1
            inner = self._number()
            unit = self._take(Kind.MASS)
            if inner is None or unit is None:
                raise self._stop("cannot be read", mark)
            if self._is(Kind.SLASH) and self._per(into, inner * unit.value):
                return True
            if into.each_mg is not None or self._is(Kind.SLASH):
                raise self._stop("cannot be read", mark)
            into.each_mg = inner * unit.value
        return True

    # --- the whole

    def schedule(self, partial: bool = False) -> Schedule:
        """schedule := {clause}; what no clause begins with ends the reading."""
        while self._at < len(self._all):
            before = self._at
            if not self._clause():
                raise self._stop("cannot be read")
            if self._at == before:
                raise self._stop("cannot be read")
        phases = [phase for phase in self._phases if not phase.empty() or phase.explicit]
        if phases and phases[-1].empty():
            if phases[-1].explicit and not partial and len(phases) == 1:
                raise Unread("the words hold no dose")
            phases = phases[:-1] or phases
        if not phases:
            raise Unread("the words hold no dose")
        if not partial and all(part.amount is None for phase in phases for part in phase.parts):
            raise Unread("the words hold no dose")
        return Schedule(phases, self._each, self._per_ml, self._route)

    def _clause(self) -> bool:
        found = self._peek()
        assert found is not None  # noqa: S101
        kind = found.kind
        if kind in (Kind.NOISE, Kind.NAME, Kind.OPEN, Kind.CLOSE, Kind.EQUALS):
            self._at += 1
            self._named = self._named or kind is Kind.NAME
            return True
        if kind is Kind.ROUTE:
            return self._routed(found)
        if kind is Kind.VERB:
            self._at += 1
            return True
        if kind in (Kind.SEPARATOR, Kind.SENTENCE, Kind.DASH):
            return self._separated(found)
        if kind in (Kind.AND, Kind.OR):
            return self._conjunction(found)
        if kind is Kind.THEN:
            self._at += 1
            return self._then()
        if kind in (Kind.UP, Kind.DOWN):
            return self._changed(found)
        if kind in (Kind.TIME,) and self._is(Kind.NUMBER, ahead=1):
            return self._label()
        if kind is Kind.A and self._is(Kind.FORM, ahead=1):
            return self._dosed()
        if kind is Kind.A:
            self._at += 1
            return True
        if kind is Kind.FORM or kind is Kind.EACH or (kind is Kind.EVERY and self._is(Kind.FORM, ahead=1)):
            return self._one_holds()
        if kind is Kind.AS_NEEDED:
            self._at += 1
            self._phase.part.as_needed = True
            return self._reason()
        if kind is Kind.FOR:
            return self._lasting()
        if kind is Kind.X:
            return self._crossed()
        if kind in (Kind.MAX, Kind.UP_TO):
            return self._capped(found)
        if kind is Kind.TO:
            return self._towards()
        if kind is Kind.BY:
            return self._by()
        if kind is Kind.AFTER:
            return self._after()
        if kind is Kind.TOTAL:
            return self._totalled()
        if kind is Kind.ONWARD:
            self._at += 1
            return True
        if kind is Kind.DIVIDED:
            self._at += 1
            self._phase.part.divided = True
            return True
        if kind in (Kind.SUPPLY, Kind.HASH):
            return self._supply()
        if self._timing():
            return True
        if kind is Kind.NUMBER:
            return self._dosed()
        if kind is Kind.UNKNOWN:
            return self._note()
        return False

    def _routed(self, found: Lexeme) -> bool:
        self._at += 1
        if self._route and self._route != found.value and {self._route, found.value} != {"oral", "sublingual"}:
            raise self._stop("two routes", self._at - 1)
        self._route = found.value if not self._route or found.value == "sublingual" else self._route
        return True

    def _separated(self, found: Lexeme) -> bool:
        self._at += 1
        self._joined = found.text
        if found.kind is Kind.SENTENCE:
            self._note()
        return True

    def _conjunction(self, found: Lexeme) -> bool:
        self._at += 1
        if found.kind is Kind.OR:
            part = self._phase.part
            if not (part.moments and self._is(Kind.MOMENT)):
                raise self._stop("a choice", self._at - 1)
            part.either = True
        self._joined = found.text if found.kind is Kind.AND else self._joined
        if self._phase.part.moments and self._word("night", "nights") and self._take(Kind.TIME):
            self._phase.part.moments.append("NIGHT")
        return True

    def _note(self) -> bool:
        """A sentence that holds neither a number nor a word that bears on the dose, after a dose was read. False where it is none."""
        if self._phase.part.amount is None or not self._phase.part.timed():
            return False
        if self._at and self._all[self._at - 1].kind is not Kind.SENTENCE:
            return False
        end = self._at
        known = False
        while end < len(self._all) and self._all[end].kind is not Kind.SENTENCE:
            if self._all[end].kind not in _CALM:
                return False
            known = known or self._all[end].kind is Kind.UNKNOWN
            end += 1
        if not known:
            return False
        self._at = end
        return True

    def _then(self) -> bool:
        self._skip(Kind.SEPARATOR, Kind.DASH)
        if self._phase.empty():
            self._phase.explicit = True
            return True
        return self._new_phase()

    def _new_phase(self, change: str = "") -> bool:
        if len(self._phases) >= _MOST_PHASES:
            raise self._stop(f"more than {_MOST_PHASES} phases")
        self._phases.append(Phase(change=change, explicit=True))
        return True

    # --- change of dose

    def _changed(self, found: Lexeme) -> bool:
        self._at += 1
        change = "up" if found.kind is Kind.UP else "down"
        if self._phase.empty() or (
            self._phase.change == ""
            and self._phase.part.amount is None
            and self._phase.explicit
            and self._phase.start is None
            and self._phase.days is None
        ):
            self._phase.change, self._phase.explicit = change, True
        elif self._phase.start is not None and self._phase.part.amount is None and not self._phase.change:
            self._phase.change = change
        elif self._phase.change == change and self._phase.part.amount is None and self._phase.by is None:
            pass
        elif self._phase.part.amount is None and self._phase.by is None and self._phase.days is not None and self._phase.explicit:
            # "then after 2 weeks increase"
            raise self._stop("cannot be read", self._at - 1)
        else:
            self._new_phase(change)
        self._skip(Kind.VERB, Kind.NOISE, Kind.NAME, Kind.A)
        if self._is(Kind.NUMBER):
            # "increase 0.5 mg every week": by so much
            amount = self._amount()
            if amount is None or amount.is_strength():
                raise self._stop("a change without an amount")
            self._phase.by = amount
        return True

    def _by(self) -> bool:
        if not self._phase.change or self._phase.by is not None or self._phase.part.amount is not None:
            return False
        self._at += 1
        amount = self._amount()
        if amount is None or amount.is_strength():
            raise self._stop("a change without an amount")
        self._phase.by = amount
        return True

    def _towards(self) -> bool:
        if self._phase.change and self._is(Kind.TO):
            self._at += 1
            self._skip(Kind.A, Kind.NOISE, Kind.VERB, Kind.TOTAL, Kind.MAX, Kind.NAME)
            amount = self._amount()
            if amount is None or amount.is_strength():
                raise self._stop("a change without an amount")
            if self._phase.by is not None:
                if self._phase.target is not None:
                    raise self._stop("two targets")
                self._phase.target = amount
            elif self._phase.part.amount is None:
                self._phase.part.amount = amount
            else:
                raise self._stop("two targets")
            return True
        return False

    def _after(self) -> bool:
        """after 2 weeks | at week 3 | from day 15 | at 9 pm."""
        word = self._take(Kind.AFTER)
        assert word is not None  # noqa: S101
        self._skip(Kind.NOISE, Kind.A)
        if self._is(Kind.TIME) and self._is(Kind.NUMBER, ahead=1):
            return self._label()
        if self._is(Kind.NUMBER):
            mark = self._at
            spread = self._range()
            unit = self._take(Kind.TIME)
            if spread is not None and unit is not None and word.text.startswith(("after", "following")):
                return self._until_now(_days(spread[0] * unit.value, self._stop("a time that is no number of days", mark)))
            self._at = mark
            if word.text == "at":
                return self._clock()
        if self._is(Kind.TIME) and word.text.startswith(("after", "following")):
            unit = self._take(Kind.TIME)
            assert unit is not None  # noqa: S101
            return self._until_now(_days(unit.value, self._stop("a time that is no number of days")))
        raise self._stop("cannot be read", self._at - 1)

    def _until_now(self, days: int) -> bool:
        """The phase before ends after these days: "after 2 weeks increase to 3 mg", or "increase to 3 mg after 2 weeks"."""
        phase = self._phase
        if (
            phase.explicit
            and len(self._phases) > 1
            and (phase.change or phase.part.amount is None)
            and phase.days is None
            and not (phase.part.amount and not phase.change)
        ):
            before = self._phases[-2]
        elif phase.part.amount is not None and not phase.change:
            before = phase
            self._new_phase()
        elif phase.change and phase.by is None and phase.part.amount is not None:
            # "... increase to 3 mg, after 2 weeks increase to 4.5 mg"
            before = phase
            self._new_phase()
        else:
            raise self._stop("no dose stands before this time", self._at - 1)
        if before.days is not None and before.days != days:
            raise self._stop("two times for one dose", self._at - 1)
        before.days = days
        return True

    def _label(self) -> bool:
        """week 1 | weeks 1-2 | days 1 to 14 | week 5 onwards."""
        unit = self._take(Kind.TIME)
        assert unit is not None  # noqa: S101
        if unit.value not in (1, 7, 14, 30):
            raise self._stop("cannot be read")
        first = self._number()
        last = first
        if self._take(Kind.DASH, Kind.TO, Kind.AND, Kind.ADVERB if False else Kind.DASH):
            self._take(Kind.TIME)
            last = self._number()
            if last is None:
                raise self._stop("cannot be read")
        open_end = self._skip(Kind.ONWARD) or bool(self._is(Kind.AND) and self._word("+") and self._take(Kind.AND))
        if first is None or last is None or first < 1 or last < first or first != int(first) or last != int(last) or last > 1000:
            raise self._stop("cannot be read")
        start, stop = int((first - 1) * unit.value), None if open_end else int(last * unit.value)
        phase = self._phase
        if (
            phase.part.amount is not None
            and phase.start is None
            and (len(self._phases) == 1 or self._phases[-2].start is not None)
            and not phase.change
            and phase.days is None
        ):
            # "1.5 mg week 1, 3 mg week 2"
            phase.start, phase.stop = start, stop
        else:
            if not phase.empty() or (phase.start is not None):
                self._new_phase()
            self._phase.explicit = True
            self._phase.start, self._phase.stop = start, stop
        return True

    # --- the dose

    def _dosed(self) -> bool:
        mark = self._at
        amount = self._amount()
        if amount is None:
            self._at = mark
            return False
        if amount.each_mg is not None and amount.form:
            self._learn(amount.form, amount.each_mg, mark)
        if amount.per_ml is not None:
            self._learn_concentration(amount.per_ml, mark)
        part = self._phase.part
        bare_strength = amount.is_strength() and (amount.per_ml is not None or amount.each_mg is not None)
        if bare_strength and (amount.per_ml is not None or part.amount is not None or amount.plural):
            if amount.plural and part.amount is None:
                self._phase.part.amount = amount
            return True
        if part.amount is None:
            part.amount = amount
            return True
        if self._phase.part.amount is amount:
            return True
        if (
            not part.timed()
            and self._phase.days is None
            and (part.amount.is_strength() or (part.amount.mg is not None and part.amount.count is None and self._named))
        ):
            return self._strength_then_dose(part, amount, mark)
        return self._another(amount, mark)

    def _strength_then_dose(self, part: Part, amount: Amount, mark: int) -> bool:
        """ "LDN 4.5 mg capsule, take 1 nightly": the first mass is what one holds. Without a form beside it, it may be the whole dose."""
        head = part.amount
        assert head is not None  # noqa: S101
        if amount.count is None:
            if amount.mg is not None and head.mg == amount.mg and amount.ml is None:
                part.amount = amount
                return True
            if head.is_strength() and amount.mg is not None and head.each_mg is not None:
                amount.each_mg = head.each_mg
                part.amount = amount
                return True
            raise self._stop("two doses", mark)
        if head.is_strength():
            if amount.each_mg is not None and amount.each_mg != head.each_mg:
                raise self._stop("two strengths", mark)
            amount.each_mg = head.each_mg
            amount.form = amount.form or head.form
        else:
            amount.each_mg, amount.loose = head.mg, True
        part.amount = amount
        return True

    def _another(self, amount: Amount, mark: int) -> bool:
        """A second dose without "then": the next phase where the first has its days, another dose of the day where the first has its moment."""
        phase, part = self._phase, self._phase.part
        held = part.amount
        if (
            held is not None
            and amount.mg is not None
            and ((held.ml is not None and held.ml == amount.ml) or (held.count is not None and held.count == amount.count))
        ):
            # "3 mL daily for 10 days, 3 mL = 150 mg" says again what the dose is
            if self._is(Kind.MOMENT, Kind.RATE, Kind.EVERY, Kind.TIMES, Kind.NUMBER, Kind.FOR, Kind.X) or held.mg not in (None, amount.mg):
                raise self._stop("a second dose", mark)
            held.mg, held.total = amount.mg, True
            return True
        if phase.days is not None or phase.start is not None or phase.stop is not None:
            if self._joined == "and" or self._all[mark - 1].kind not in (Kind.SEPARATOR, Kind.SENTENCE, Kind.VERB, Kind.DASH, Kind.NAME):
                raise self._stop("a second dose, at the same time or after the first", mark)
            if self._all[mark - 1].kind in (Kind.VERB, Kind.NAME) and self._all[mark - 2].kind not in (Kind.SEPARATOR, Kind.SENTENCE, Kind.DASH):
                raise self._stop("a second dose, at the same time or after the first", mark)
            self._new_phase()
            self._phase.part.amount = amount
        elif (part.moments and not phase.change and not part.rates and not part.weekdays and len(phase.parts) < 6) or (
            part.weekdays and not phase.change and len(phase.parts) < 7
        ):
            phase.parts.append(Part(amount=amount))
        else:
            raise self._stop("a second dose", mark)
        return True

    def _one_holds(self) -> bool:
        """(each) capsule (contains | =) mass: what one unit holds."""
        mark = self._at
        self._take(Kind.EVERY)
        each = self._take(Kind.EACH)
        form = self._take(Kind.FORM)
        name = form.value[0] if form is not None else each.value if each is not None else ""
        if not name:
            return False
        if self._take(Kind.CONTAINS, Kind.EQUALS) and self._is(Kind.NUMBER):
            number = self._number()
            unit = self._take(Kind.MASS)
            if number is not None and unit is not None and not self._is(Kind.SLASH):
                self._learn(name, number * unit.value, mark)
                return True
            self._at = mark
            return False
        if self._joined or self._phase.part.amount is not None or self._named:
            # "naltrexone capsules: ..." names the form and no more
            amount = self._phase.part.amount
            return each is None and (amount is None or amount.form in ("", name))
        return each is None

    def _learn(self, form: str, mg: Decimal, mark: int) -> None:
        if self._each.setdefault(form, mg) != mg:
            self._each[form] = Decimal(-1)  # several strengths: none of them holds for a bare count

    def _learn_concentration(self, per_ml: Decimal, mark: int) -> None:
        if self._per_ml is not None and self._per_ml != per_ml:
            raise self._stop("two concentrations", mark)
        self._per_ml = per_ml

    def _totalled(self) -> bool:
        """total 3 mg: repeats the dose in milligrams."""
        mark = self._at
        self._at += 1
        self._skip(Kind.EQUALS, Kind.SEPARATOR, Kind.CONTAINS)
        part = self._phase.part
        if part.amount is None:
            return True
        found = Amount()
        if self._is(Kind.NUMBER) and self._measure(found) and found.mg is not None:
            if part.amount.mg is not None and part.amount.mg != found.mg:
                raise self._stop("two masses in one dose", mark)
            if part.timed() and len(part.moments) + len(part.rates) > 1:
                raise self._stop("a total of a day or of a dose", mark)
            part.amount.mg, part.amount.total = found.mg, True
            return True
        return not self._is(Kind.NUMBER)

    # --- how long

    def _lasting(self) -> bool:
        """for (14 days | 14/7 | two weeks | a week) | for a reason in words without meaning."""
        mark = self._at
        self._take(Kind.FOR)
        self._skip(Kind.NOISE)
        article = self._is(Kind.A) and self._take(Kind.A) is not None
        days = self._duration()
        if days is not None:
            return self._holds(days, mark)
        if article or self._is(Kind.TIME):
            unit = self._take(Kind.TIME)
            if unit is not None and not self._is(Kind.NUMBER):
                return self._holds(_days(unit.value, self._stop("a time that is no number of days", mark)), mark)
        if self._is(Kind.NUMBER) or self._all[mark].text not in ("for", "for the"):
            if self._all[mark].text == "first" and self._is(Kind.UNKNOWN):
                return False
            raise self._stop("cannot be read", mark)
        return self._reason()

    def _reason(self) -> bool:
        """Words without meaning for the dose, up to the next that has one."""
        while self._at < len(self._all):
            if self._is(Kind.UNKNOWN, Kind.A, Kind.NAME) or (self._word("of", "with", "low", "immune") and self._is(Kind.NOISE)):
                self._at += 1
            elif self._is(Kind.AND, Kind.OR, Kind.SLASH, Kind.DASH, Kind.SEPARATOR, Kind.FOR, Kind.TO) and self._is(Kind.UNKNOWN, ahead=1):
                self._at += 2
            else:
                break
        return True

    def _duration(self) -> int | None:
        mark = self._at
        spread = self._range()
        if spread is None:
            return None
        if self._is(Kind.SLASH) and self._is(Kind.NUMBER, ahead=1) and self._all[self._at + 1].text in ("7", "52", "12"):
            scale = {"7": 1, "52": 7, "12": 30}[self._all[self._at + 1].text]
            self._at += 2
            return _days(spread[0] * scale, self._stop("a time that is no number of days", mark))
        self._skip(Kind.DASH)
        unit = self._take(Kind.TIME)
        if unit is None:
            if self._is(Kind.MOMENT) and self._word("nocte", "nightly"):
                pass
            self._at = mark
            return None
        return _days(spread[0] * unit.value, self._stop("a time that is no number of days", mark))

    def _holds(self, days: int, mark: int) -> bool:
        phase = self._phase
        if phase.days is not None and phase.days != days:
            raise self._stop("two times for one dose", mark)
        if phase.part.amount is None and phase.by is None and not phase.explicit and not phase.empty():
            raise self._stop("a time without a dose", mark)
        phase.days = days
        return True

    def _crossed(self) -> bool:
        """x14d | x 2 weeks | x 14/7 | x1 daily | x 3/day."""
        mark = self._at
        self._at += 1
        self._skip(Kind.DASH)
        days = self._duration()
        if days is not None:
            return self._holds(days, mark)
        spread = self._range()
        if spread is None:
            raise self._stop("cannot be read", mark)
        return self._so_often(spread[1], mark)

    def _supply(self) -> bool:
        """#30 | dispense 30 capsules | refills: 2: no part of the dosage."""
        self._at += 1
        self._skip(Kind.SEPARATOR, Kind.HASH, Kind.NOISE, Kind.EQUALS, Kind.SUPPLY)
        if self._number() is None:
            return False
        self._take(Kind.FORM, Kind.VOLUME) or (self._is(Kind.TIME) and self._take(Kind.TIME))
        if self._is(Kind.SUPPLY) and not self._is(Kind.NUMBER, Kind.SEPARATOR, Kind.HASH, ahead=1):
            self._at += 1
        return True

    # --- caps

    def _capped(self, found: Lexeme) -> bool:
        """max 4.5 mg a day | up to 3 times a day | up to 4.5 mg."""
        mark = self._at
        self._at += 1
        self._skip(Kind.SEPARATOR, Kind.NOISE, Kind.A, Kind.MAX, Kind.TOTAL, Kind.EQUALS)
        phase = self._phase
        if found.kind is Kind.UP_TO and self._is(Kind.TIMES):
            return self._timing()
        if self._is(Kind.NUMBER) and (
            self._is(Kind.TIMES_WORD, Kind.X, ahead=1) or (self._is(Kind.DASH, ahead=1) and self._is(Kind.TIMES_WORD, ahead=3))
        ):
            return self._timing()
        amount = self._amount() or self._bare_cap()
        if amount is None or amount.is_strength():
            raise self._stop("a limit without an amount", mark)
        if phase.change and phase.by is not None and phase.target is None:
            phase.target = amount
            self._per_day()
            return True
        if phase.change and phase.by is None and phase.part.amount is None and found.kind is Kind.UP_TO:
            phase.part.amount = amount
            return True
        if phase.part.amount is None:
            if found.kind is not Kind.UP_TO:
                raise self._stop("a limit without a dose", mark)
            phase.part.amount = amount
            return True
        if not self._per_day() and found.kind is Kind.UP_TO:
            raise self._stop("a limit of a day or of a dose", mark)
        if phase.cap is not None and (phase.cap.mg, phase.cap.count, phase.cap.ml) != (amount.mg, amount.count, amount.ml):
            raise self._stop("two limits", mark)
        phase.cap = amount
        return True

    def _bare_cap(self) -> Amount | None:
        """max 8 a day: a number that counts what the dose counts."""
        dose = self._phase.part.amount
        if dose is None or dose.count is None or not self._is(Kind.NUMBER):
            return None
        number = self._number()
        return Amount(count=number, form=dose.form, each_mg=dose.each_mg) if number and number <= _MOST_COUNT else None

    def _per_day(self) -> bool:
        if self._is(Kind.RATE) and self._all[self._at].value == 1:
            self._at += 1
            return True
        if self._is(Kind.MOMENT) and self._word("nightly", "at night", "per night", "a night", "every night", "each night"):
            self._at += 1
            return True
        if self._is(Kind.SLASH, Kind.PER, Kind.EVERY):
            mark = self._at
            self._at += 1
            hours = self._number()
            unit = self._take(Kind.TIME)
            if unit is not None and (hours or 1) * unit.value == 1:
                return True
            self._at = mark
        return False

    # --- how often, and when

    def _timing(self) -> bool:
        part = self._phase.part
        found = self._peek()
        assert found is not None  # noqa: S101
        mark = self._at
        if found.kind is Kind.MOMENT:
            self._at += 1
            part.moments.append(found.value)
            return True
        if found.kind is Kind.RATE:
            self._at += 1
            return self._often(found.value, mark)
        if found.kind is Kind.ADVERB:
            self._at += 1
            if self._phase.change and self._phase.part.amount is None:
                return self._changing(int(found.value), mark)
            return self._often(Decimal(1) / found.value, mark)
        if found.kind is Kind.TIMES:
            self._at += 1
            return self._so_often(found.value, mark)
        if found.kind in (Kind.WEEKDAYS, Kind.ON):
            return self._weekdays()
        if found.kind in (Kind.EVERY, Kind.PER, Kind.SLASH):
            return self._every()
        if found.kind is Kind.NUMBER:
            return self._counted_times()
        return False

    def _often(self, rate: Decimal, mark: int) -> bool:
        part = self._phase.part
        if self._phase.change and self._phase.by is not None and rate < 1 and self._phase.every is None:
            return self._changing(int(1 / rate), mark)
        if self._phase.change and rate * _LONGEST_CYCLE < 1:
            raise self._stop("a time of change or a rhythm", mark)
        if part.rates and part.rates[-1] != rate:
            raise self._stop("two rhythms", mark)
        part.rates.append(rate)
        if self._is(Kind.DIVIDED):
            return True
        return True

    def _changing(self, days: int, mark: int) -> bool:
        if self._phase.every is not None and self._phase.every != days:
            raise self._stop("two times for one change", mark)
        self._phase.every = days
        return True

    def _so_often(self, count: Decimal, mark: int) -> bool:
        """(once | twice | 3 times | 3x) (daily | a day | a week | every night | ...)."""
        self._take(Kind.TIMES_WORD)
        found = self._peek()
        if count <= 0 or count > 24:
            raise self._stop("a rhythm that no dose has", mark)
        if found is None or found.kind not in (
            Kind.RATE,
            Kind.ADVERB,
            Kind.PER,
            Kind.SLASH,
            Kind.EVERY,
            Kind.MOMENT,
            Kind.A,
            Kind.WEEKDAYS,
            Kind.ROUTE,
            Kind.TIME,
        ):
            raise self._stop("how often, in which time", mark)
        if found.kind is Kind.RATE:
            if found.value > 1:
                raise self._stop("two rhythms", mark)
            self._at += 1
            if found.value < 1 and count > 1:
                raise self._stop("two rhythms", mark)
            return self._often(count * found.value, mark)
        if found.kind is Kind.ADVERB:
            self._at += 1
            return self._often(count / found.value, mark)
        if found.kind is Kind.MOMENT:
            if count == 1:
                return True
            if found.text in ("nightly", "every night", "each night", "per night", "a night", "at night"):
                raise self._stop("several times a night", mark)
            moments = {found.value}
            at = self._at + 1
            while at < len(self._all) and self._all[at].kind in (Kind.AND, Kind.SEPARATOR, Kind.MOMENT):
                if self._all[at].kind is Kind.MOMENT:
                    moments.add(self._all[at].value)
                at += 1
            if len(moments) != count:
                raise self._stop("the rhythm and the times of day do not agree", mark)
            return True
        if found.kind in (Kind.WEEKDAYS, Kind.ROUTE):
            if count == 1:
                return True
            raise self._stop("how often, in which time", mark)
        if found.kind is not Kind.TIME:
            self._at += 1
        self._skip(Kind.A)
        size = self._number() or Decimal(1)
        unit = self._take(Kind.TIME)
        if unit is None:
            raise self._stop("how often, in which time", mark)
        return self._often(count / (size * unit.value), mark)

    def _counted_times(self) -> bool:
        """3 times a day | 2x daily | 12 hourly | 5 days a week; False where the number is something else."""
        mark = self._at
        spread = self._range()
        if spread is None:
            return False
        if self._is(Kind.TIMES_WORD):
            return self._so_often(spread[1], mark)
        if self._is(Kind.X) and not self._is(Kind.NUMBER, ahead=1):
            self._at += 1
            return self._so_often(spread[1], mark)
        if self._is(Kind.HOURLY):
            self._at += 1
            return self._often(Decimal(24) / spread[0], mark)
        if self._is(Kind.SLASH) and self._is(Kind.TIME, ahead=1) and self._phase.part.amount is not None:
            return self._so_often(spread[1], mark)
        if self._bare_duration(spread[0], mark):
            return True
        if self._is(Kind.TIME) and self._all[self._at].value == 1 and self._phase.part.amount is not None:
            self._at += 1
            if self._is(Kind.ADVERB) and self._all[self._at].value == 7:
                self._at += 1
                return self._often(spread[1] / 7, mark)
            if self._is(Kind.SLASH, Kind.EVERY) and self._is(Kind.TIME, ahead=1) and self._all[self._at + 1].value == 7:
                self._at += 2
                return self._often(spread[1] / 7, mark)
            if self._take(Kind.ON):
                self._skip(Kind.SEPARATOR, Kind.AND, Kind.SLASH, Kind.THEN)
                off = self._number()
                self._take(Kind.TIME)
                if off is not None and self._take(Kind.OFF):
                    return self._often(spread[1] / (spread[1] + off), mark)
            raise self._stop("cannot be read", mark)
        if self._is(Kind.DIVIDED) and self._phase.part.amount is not None:
            self._at += 1
            part = self._phase.part
            part.divided, part.pieces = True, spread[1]
            return True
        self._at = mark
        return False

    def _bare_duration(self, number: Decimal, mark: int) -> bool:
        """ "once a day 30 days" at the end of a phase."""
        phase = self._phase
        unit = self._peek()
        if (
            unit is None
            or unit.kind is not Kind.TIME
            or unit.value < 1
            or not phase.part.timed()
            or phase.part.amount is None
            or phase.days is not None
        ):
            return False
        after = self._peek(1)
        if after is not None and after.kind not in (Kind.SENTENCE, Kind.THEN, Kind.SEPARATOR, Kind.HASH, Kind.SUPPLY):
            return False
        self._at += 1
        return self._holds(_days(number * unit.value, self._stop("a time that is no number of days", mark)), mark)

    def _every(self) -> bool:
        """every [2] days | every 12 hours | q8h | /day | per night | every monday | in 2 divided doses."""
        mark = self._at
        sign = self._all[self._at].kind
        self._at += 1
        if sign is Kind.PER and self._is(Kind.NUMBER):
            inner = self._number()
            self._take(Kind.A)
            if inner is not None and self._is(Kind.DIVIDED):
                self._at += 1
                self._phase.part.divided, self._phase.part.pieces = True, inner
                return True
            if self._word("24"):
                return False
            unit = self._take(Kind.TIME)
            if unit is not None and inner is not None and inner * unit.value == 1:
                return self._often(Decimal(1), mark)
            if unit is not None and inner is not None and self._all[mark].text == "in" and self._phase.explicit:
                return self._until_now(_days(inner * unit.value, self._stop("a time that is no number of days", mark)))
            raise self._stop("cannot be read", mark)
        if self._is(Kind.MOMENT):
            return sign is not Kind.SLASH
        if self._is(Kind.WEEKDAYS):
            return sign is Kind.EVERY and self._weekdays()
        self._skip(Kind.A)
        spread = self._range() or (Decimal(1), Decimal(1))
        if self._is(Kind.RATE):
            # "every daily" is not said
            raise self._stop("cannot be read", mark)
        if self._is(Kind.ADVERB) or self._is(Kind.HOURLY):
            if self._is(Kind.HOURLY):
                self._at += 1
                return self._often(Decimal(24) / spread[0], mark)
            raise self._stop("cannot be read", mark)
        self._skip(Kind.DASH)
        unit = self._take(Kind.TIME)
        if unit is None or spread[0] <= 0:
            raise self._stop("every what", mark)
        period = spread[0] * unit.value  # the shorter period of a range is the higher dose
        phase = self._phase
        if phase.change and (phase.by is not None or phase.part.amount is None) and period > 1:
            return self._changing(_days(period, self._stop("a time that is no number of days", mark)), mark)
        return self._often(Decimal(1) / period, mark)

    def _weekdays(self) -> bool:
        mark = self._at
        self._take(Kind.ON)
        first = self._take(Kind.WEEKDAYS)
        if first is None:
            self._at = mark
            return False
        days = list(first.value)
        while True:
            back = self._at
            if self._take(Kind.DASH, Kind.TO) and len(days) == 1 and (last := self._take(Kind.WEEKDAYS)) is not None:
                begin, end = _WEEK.index(days[0]), _WEEK.index(last.value[0])
                days = [_WEEK[(begin + step) % 7] for step in range((end - begin) % 7 + 1)]
                continue
            self._at = back
            self._skip(Kind.SEPARATOR, Kind.AND, Kind.SLASH, Kind.EVERY)
            more = self._take(Kind.WEEKDAYS)
            if more is None:
                self._at = back
                break
            days += more.value
        part = self._phase.part
        if part.weekdays:
            raise self._stop("two lists of days", mark)
        part.weekdays = days
        if self._word("only"):
            self._at += 1
        return True

    def _clock(self) -> bool:
        """at 9 pm | at 21:00."""
        mark = self._at
        hour = self._take(Kind.NUMBER)
        if hour is None:
            return False
        minutes = self._is(Kind.SEPARATOR) and self._word(":") and self._is(Kind.NUMBER, ahead=1)
        if minutes:
            self._at += 2
        half = self._peek()
        if half is not None and half.text in ("am", "pm") and 1 <= hour.value <= 12:
            self._at += 1
            at = int(hour.value) % 12 + (12 if half.text == "pm" else 0)
        elif minutes and 0 <= hour.value < 24:
            self._take(Kind.TIME)
            at = int(hour.value)
        else:
            raise self._stop("cannot be read", mark)
        self._phase.part.moments.append("MORN" if at < 12 else "AFT" if at < 17 else "EVE" if at < 20 else "NIGHT")
        return True


def _days(days: Decimal, fault: Unread) -> int:
    if days != days.to_integral_value() or not 0 < days <= _MOST_DAYS:
        raise fault
    return int(days)
