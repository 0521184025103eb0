"""What is asked and said: findings with their texts, the data that they need, the services that ask them.

May import the standard library and `finding`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cards.finding import Finding


class Indicator(StrEnum):
    """How urgent is a finding? The words of CDS Hooks, in falling order."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Where does it stand in an answer? 0 comes first."""
        return list(Indicator).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a card says in one variant of a finding; texts hold {facts} that the check supplies.

    `selection_behavior`: do its suggestions exclude each other (at-most-one) or not (any)?
    `primary` is the source that the card names: that of the variant where it has its own, else that of the rule.
    """

    indicator: Indicator
    selection_behavior: str
    primary: str
    summary: str
    found: str
    why: str
    do: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideReason:
    """A reason that a prescriber may give for going on; code and words are stable."""

    code: str
    display: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One finding of the clinical contract: when it fires, what it says, what it rests on.

    `variants` are the ways in which the check can come out as an alert, by name. `more` holds sentences
    that a check adds by name when they concern this patient, `phrases` the words that it may put in place of
    a fact. `facts` are the placeholders that every alert supplies.
    `primary` is the source that its cards name unless a variant has its own; `evidence` all of them, strongest first.
    `priority` orders findings of the same severity in an answer, the lowest first: what harms soonest is read first.
    `policy` is the reason where no source carries a number or rule of this finding.
    `needs_on` are other needs on some hooks. `withholds`: a warning of it withholds all text that starts or raises a dose;
    `raises`: it holds such text, and is judged after all others.
    """

    code: str
    title: str
    group: str
    question: str
    priority: int
    fires: tuple[str, ...]
    silent: tuple[str, ...]
    hooks: tuple[str, ...]
    needs: tuple[str, ...]
    uses: tuple[str, ...]
    facts: tuple[str, ...]
    variants: Mapping[str, Wording]
    more: Mapping[str, str]
    phrases: Mapping[str, str]
    evidence: tuple[str, ...]
    primary: str
    against: tuple[str, ...]
    override_reasons: tuple[OverrideReason, ...]
    suggestions: Mapping[str, str]
    rider: bool
    policy: str | None
    compared: str
    needs_on: Mapping[str, tuple[str, ...]]
    withholds: bool
    raises: bool

    def needs_of(self, hook: str) -> tuple[str, ...]:
        """What does this finding need on this hook?"""
        return self.needs_on.get(hook, self.needs)

    @property
    def topic(self) -> str:
        """Which code stands in `source.topic`? Letters and digits only, for Epic (REQUIREMENTS CARD-23)."""
        return self.code.replace("-", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An invented patient on whom the page of a finding shows its card.

    `says` tells the situation, `finding` is what the check would hand on, `offers` the suggestions by label with the facts of each.
    """

    says: str
    finding: Finding
    offers: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """One thing that findings need of the chart, and the prefetch template that asks for it.

    `required`: its absence is a warning. `lookback` names the policy number that says how far back a
    newest-first page has to reach; without it the list is needed whole.
    """

    key: str
    need: str
    resource: str
    template: str
    words: str
    by_hand: str
    required: bool
    newest_first: bool = False
    lookback: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceText:
    """What discovery says of one service."""

    id: str
    hook: str
    title: str
    description: str
    usage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Orderable:
    """An order that a card may offer to create."""

    name: str
    system: str
    code: str
    display: str
    text: str
