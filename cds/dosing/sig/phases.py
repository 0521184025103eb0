"""What the grammar makes of a text: phases that follow each other, with the doses of a day, and how often each is taken.

Amounts stand here as the text has them; milligrams are made of them elsewhere. May import the model only.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from cds.dosing.model import Unread, same

# pairs of words that name one moment: "every evening at bedtime" is once
_ONE_MOMENT = ({"HS", "NIGHT"}, {"EVE", "NIGHT"})
_ONE_MOMENT_ALONE = {"EVE", "HS"}


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
    ranged: bool = False  # the high end of a range
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
    also: list[Amount] = field(default_factory=list)  # taken together with the amount: "3 mg and 1.5 mg"
    recurs: Decimal = Decimal(0)  # so often its moment comes by its own words: "nightly", "every morning"
    of_a_day: Amount | None = None  # what the doses of a day make together, where the text says so
    led: bool = False  # its moment stands before its amount: "AM: 1.5 mg, PM: 3 mg"
    each_day: bool = False  # "at the same time each day"
    beside: bool = False  # joined by "and" to the dose before, of another strength
    meals: bool = False  # "with meals", of which nobody says how many
    share: Decimal | None = None  # of all days, those on which it is taken: "5 days a week"

    def timed(self) -> bool:
        """Does it say when or how often?"""
        return bool(self.rates or self.moments or self.weekdays or self.share or self.each_day)


@dataclass(slots=True)
class Phase:
    """Doses that hold for some days, or a change of dose by steps. `start` and `stop` are days that a label such as "week 3" names."""

    parts: list[Part] = field(default_factory=lambda: [Part()])
    days: int | None = None
    change: str = ""
    to: bool = False  # the change names the new dose: "increase to"
    by: Amount | None = None
    target: Amount | None = None
    every: int | None = None
    start: int | None = None
    stop: int | None = None
    ranged: bool = False  # its label names a first and a last day: "weeks 1-2"
    cap: Amount | None = None
    cap_days: int = 1  # in which the cap holds
    turns: bool = False  # its doses take turns
    in_days: bool = False  # ... from one day to the next, as the text says
    of_a_day: Amount | None = None  # what its doses make up
    off: bool = False  # down by steps until nothing is taken
    since_start: int | None = None  # "in 4 weeks": the day on which it begins
    told_after: bool = False  # "after 14 days of 1.5 mg": the next dose follows at once
    comes_first: bool = False  # told behind the phase that follows it
    listed: bool = False  # one of a list whose time stands at its end
    explicit: bool = False  # begun by "then", a label or a change

    @property
    def part(self) -> Part:
        """The dose that is being read."""
        return self.parts[-1]

    def empty(self) -> bool:
        """Has nothing been read into it?"""
        dosed = self.parts[0].amount is not None or self.by is not None or self.part.timed()
        return not dosed and not self.change and self.days is None and self.start is None


@dataclass(slots=True)
class Schedule:
    """All phases of a text in order. `each` says what one unit of a form holds, as far as the text tells; `route` the route."""

    phases: list[Phase]
    each: dict[str, Decimal]
    per_ml: Decimal | None
    route: str
    mixed: tuple[Amount, Decimal] | None = None
    gradual: bool = False


def times(part: Part) -> Decimal:
    """How often a day is this dose taken, averaged over its cycle? Refuses where two ways to say it differ, or nothing says it."""
    spots = _spots(part)
    rates = set(part.rates)
    if len(rates) > 1:
        # "daily every other day" is no rhythm; "once daily" beside "twice a day" neither
        raise Unread("the words name two rhythms")
    rate = next(iter(rates), None)
    if part.meals and rate is None and spots <= 1:
        raise Unread("meals, and how many they are")
    if rate is not None and (rate < part.recurs or (rate < 1 and part.share is not None)):
        raise Unread("the rhythm and the times of day do not agree")
    if rate is not None and spots and spots != max(rate, Decimal(1)):
        raise Unread("the rhythm and the times of day do not agree")
    if rate is None:
        rate = Decimal(spots) if spots else Decimal(1) if part.weekdays or part.share or part.each_day else None
    if rate is None:
        raise Unread("the words do not say how often")
    if part.also and (rate != 1 or spots > 1):
        raise Unread("several amounts, and how they are shared out")
    return _in_the_week(part, rate)


def _spots(part: Part) -> int:
    """How many moments of the day are named?"""
    moments = set(part.moments)
    twice_told = any(pair <= moments for pair in _ONE_MOMENT) or moments == _ONE_MOMENT_ALONE
    spots = len(moments) - (1 if twice_told else 0)
    return min(spots, 1) if part.either else spots


def _in_the_week(part: Part, rate: Decimal) -> Decimal:
    if part.share is not None:
        if part.weekdays:
            raise Unread("two ways to say on which days")
        return rate * part.share
    if not part.weekdays:
        return rate
    if len(set(part.weekdays)) == 1 and part.recurs == 1:
        raise Unread("every day, and one day of the week")
    week = Decimal(len(set(part.weekdays))) / 7
    if rate < 1 and not same(rate, week):
        raise Unread("the rhythm and the days of the week do not agree")
    return week if rate < 1 else rate * week
