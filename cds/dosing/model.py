"""What a dose is, once it is read: dosage lines without FHIR going in, steps in milligrams a day coming out.

Imports nothing of this project, so that every room may name these types.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

MOST_CHARACTERS = 1_000  # a longer text is no dosage: it is refused, never read in part
MOST_LINES = 100
MOST_STEPS = 60
SAME = Decimal("0.01")  # two ways to say one dose may differ by rounding, not by more


class DoseClass(StrEnum):
    """Low dose, standard dose, the gap between them, or not readable."""

    LOW = "low"
    BETWEEN = "between"
    STANDARD = "standard"
    UNKNOWN = "unknown"


class Unread(Exception):
    """The dose cannot be read; says why, and at which words the reader stopped."""

    def __init__(self, why: str, at: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One dose as one entry of the structure gives it. `unit` is UCUM, "1" for a countable form, or empty when not known.

    `kind` is the word for the type of the entry: ordered, calculated, admin-amount.
    """

    quantity: Decimal
    unit: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DosageLine:
    """One dosage instruction without FHIR: a quantity, how often, how long, and its words.

    `unit` is UCUM or "1" for a countable form; `per_day` is how many times a day the structure says, averaged over
    the week where it names `weekdays`. `amounts` are all entries of one dose, where there are several; they are read once.
    `moments` are EventTiming codes, `clock` times of day. `rhythm_fault` says why the structure's timing could not be read.
    `most` is the highest amount in `most_days` days. `begins` and `ends` are the days between which the line holds.
    `instruction` is what the patient is told, read where `text` says no more than "as directed".
    """

    sequence: int | None = None
    text: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    amounts: tuple[Amount, ...] = ()
    per_day: Decimal | None = None
    days: int | None = None
    weekdays: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    clock: frozenset[str] = frozenset()
    rhythm_fault: str = ""
    as_needed: bool = False
    most: Amount | None = None
    most_days: Decimal | None = None
    begins: date | None = None
    ends: date | None = None
    instruction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a schedule: milligrams a day, averaged over its dosing cycle, and for how many days where the order says so.

    `once_mg` is one dose, `times` how many of them a day; `count` the capsules, tablets or drops and `volume_ml` the
    millilitres of one dose, where the order gives it so. `moments` are FHIR's EventTiming codes (HS, MORN ...) as far as
    structure or words name them. `as_needed`: not taken regularly. Where doses of one day differ, `once_mg` and its like
    are empty.
    """

    daily_mg: Decimal
    days: int | None = None
    once_mg: Decimal | None = None
    times: Decimal | None = None
    count: Decimal | None = None
    volume_ml: Decimal | None = None
    moments: frozenset[str] = frozenset()
    as_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """What an order gives a day. `steps` is empty when it could not be computed; then `why_not` says why.

    `amounts` are all milligram amounts that stand in it, for the dose class when no daily dose can be had. `structured`
    and `worded` are the steps by structure alone and by words alone, `words` the words that were read, `stopped_at` those at
    which the reader had to stop. `given`: some dosage was given at all. `form` is the dose form in a word (capsule, tablet,
    solution, drops, cream ...), `unit_mg` the milligrams of one countable unit, `mg_per_ml` the concentration.
    `route` is the route that the words name. `text_why_not` says why the words could not be read, where structure gave the dose.
    """

    steps: tuple[Step, ...] = ()
    basis: str = ""
    why_not: str = ""
    amounts: tuple[Decimal, ...] = ()
    structured: tuple[Step, ...] = ()
    worded: tuple[Step, ...] = ()
    words: str = ""
    stopped_at: str = ""
    given: bool = False
    form: str = ""
    unit_mg: Decimal | None = None
    mg_per_ml: Decimal | None = None
    route: str = ""
    text_why_not: str = ""

    @property
    def daily_mg(self) -> Decimal | None:
        """Milligrams a day of the first step; None when it cannot be computed without guessing."""
        return self.steps[0].daily_mg if self.steps else None

    @property
    def highest_mg(self) -> Decimal | None:
        """Milligrams a day of the highest step."""
        return max((step.daily_mg for step in self.steps), default=None)


def same(one: Decimal, other: Decimal) -> bool:
    """Are these one dose, but for rounding?"""
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def plain(value: Decimal) -> Decimal:
    """The number without trailing zeros and without a ragged end from dividing."""
    return round(value, 9).normalize() + 0
