"""What a check hands on: a finding, its outcome, and what it proposes to change.

May import the standard library only. Checks fill these, `render` turns them into cards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise


class Outcome(StrEnum):
    """What came of a check. A check always gives one of the four."""

    ALERT = "alert"
    CLEAR = "clear"
    NOT_APPLICABLE = "not-applicable"
    NOT_ASSESSED = "not-assessed"


class Change(StrEnum):
    """Which change does a suggestion make to an order?"""

    REMOVE_DRAFT = "remove-draft"
    HOLD = "hold"
    END = "end"
    NOT_BEFORE = "not-before"
    SET_DOSE = "set-dose"
    SCHEDULE = "schedule"
    MORNING = "morning"
    COMPOUND = "compound"
    CREATE = "create"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand in the rule's [phrases] under `name`, filled with the finding's facts and with these."""

    name: str
    facts: Mapping[str, str] = field(default_factory=dict)


# a fact is text from the chart, a phrase of the rule, or several phrases one after the other
Fact = str | Phrase | tuple[Phrase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the ordered product delivers: its form in a word, the milligrams of one unit, or those of one millilitre."""

    name: str = ""
    unit_mg: Decimal | None = None
    mg_per_ml: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One change that a prescriber may accept as it is.

    `label` names the text in the rule's suggestions, `order` the key of the order in the patient picture, or, for CREATE,
    the name of what is to be ordered. `daily_mg` is the new daily dose of SET_DOSE, MORNING and COMPOUND, `now_mg` the one
    that the order gives. `schedule` are the daily doses of SCHEDULE, each with its days; the last goes on. `form` is that of the order.
    """

    change: Change
    label: str
    order: str
    facts: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None
    daily_mg: Decimal | None = None
    now_mg: Decimal | None = None
    schedule: tuple[tuple[Decimal, int | None], ...] = ()
    form: Form = field(default_factory=Form)

    @property
    def claims(self) -> tuple[tuple[Decimal, int | None], ...]:
        """Which daily doses, for how many days each, does it promise? The changed order must read back as these."""
        return self.schedule or (((self.daily_mg, None),) if self.daily_mg is not None else ())

    @property
    def raises(self) -> bool:
        """Does it go up: above what the order gives, or from step to step?"""
        doses = [mg for mg, _ in self.claims]
        now = [self.now_mg] if self.now_mg is not None and self.change is not Change.SCHEDULE else []
        return any(later > earlier for earlier, later in pairwise([*now, *doses]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer of one check.

    `reason` says in words why it came out so (for ?explain=true). For an alert: `variant` names the wording,
    `facts` fill it, `more` names extra sentences, `about` are references as the client sent them, `orders` the
    keys of the orders concerned. `sources` stand in for the rule's evidence where it depends on the patient, the primary
    first; `pages` are addresses of this service's own pages beside that of the finding.
    """

    code: str
    outcome: Outcome
    reason: str
    variant: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    sources: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


def clear(code: str, reason: str) -> Finding:
    """We looked, and there is nothing to say."""
    return Finding(code=code, outcome=Outcome.CLEAR, reason=reason)


def not_applicable(code: str, reason: str) -> Finding:
    """The question does not arise in this call."""
    return Finding(code=code, outcome=Outcome.NOT_APPLICABLE, reason=reason)


def not_assessed(code: str, reason: str) -> Finding:
    """We could not look."""
    return Finding(code=code, outcome=Outcome.NOT_ASSESSED, reason=reason)
