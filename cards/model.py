"""The shapes of the knowledge: frozen records that the files of this room are read into.

May import the standard library only. Nothing here reads a file, a clock or a request.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum


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
class Source:
    """One publication or guide: what it says, how far we verified it, where it lives."""

    id: str
    type: str
    title: str
    says: str
    verified: str
    settled: bool
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    link: str | None = None
    conditions: tuple[str, ...] = ()
    n: str | None = None
    dose_mg: str | None = None
    duration: str | None = None
    direction: str | None = None
    correction: str | None = None
    cited_by: tuple[str, ...] = ()

    @property
    def is_guide(self) -> bool:
        """Is it a mere guide, which may carry information alone but no warning?"""
        return self.type in {"practice-guide", "patient-guide"}

    @property
    def is_verified(self) -> bool:
        """Was its abstract or full text read, and is nothing about it left open?"""
        return self.settled and self.verified in {"abstract", "full-text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of the policy, with its unit, its bounds and what it rests on.

    `lowest` and `highest` bound what a site profile may choose. A number that no source gives has
    `policy`, the reason of this project, instead of or beside `evidence`.
    """

    name: str
    value: Decimal
    unit: str
    meaning: str
    lowest: Decimal | None = None
    highest: Decimal | None = None
    evidence: tuple[str, ...] = ()
    policy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All numbers that a check may ask for, by name."""

    numbers: Mapping[str, Number]

    def days(self, name: str) -> int:
        """How many days does the policy give under this name? Raises KeyError for an unknown name."""
        number = self.numbers[name]
        if number.unit != "d":
            raise KeyError(f"{name} is in {number.unit}, not in days")
        return int(number.value)

    def after(self, day: date, name: str) -> date:
        """Which day is so many days, or calendar months, after this one? The policy gives the number and its unit."""
        number = self.numbers[name]
        if number.unit != "mo":
            return day + timedelta(days=self.days(name))
        year, month = divmod(day.year * 12 + day.month - 1 + int(number.value), 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    def hours(self, name: str) -> int:
        """How many hours does the policy give under this name? Raises KeyError for an unknown name."""
        number = self.numbers[name]
        if number.unit != "h":
            raise KeyError(f"{name} is in {number.unit}, not in hours")
        return int(number.value)

    def quantity(self, name: str) -> Decimal:
        """Which value does the policy give under this name, in the unit stated there?"""
        return self.numbers[name].value

    @property
    def words(self) -> Mapping[str, str]:
        """Every number as a card writes it: {number[washout.short-acting]} in a text."""
        return {name: f"{number.value.normalize():f}" for name, number in self.numbers.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a card says in one variant of a finding; texts hold {facts} that the check supplies.

    `selection_behavior`: do its suggestions exclude each other (at-most-one) or not (any)?
    """

    indicator: Indicator
    selection_behavior: str
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
    `primary` is the source that the card names; `evidence` all of them, strongest first.
    `priority` orders findings of the same severity in an answer, the lowest first: what harms soonest is read first.
    `policy` is the reason where no source carries a number or rule of this finding.
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

    @property
    def topic(self) -> str:
        """Which code stands in `source.topic`? Letters and digits only, for Epic (REQUIREMENTS CARD-23)."""
        return self.code.replace("-", "")


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
class DrugCode:
    """What one code or name says about a drug: its classes, ingredients, form and special product."""

    classes: frozenset[str]
    ingredients: tuple[str, ...] = ()
    form: str = ""
    product: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which drugs play this part in the findings; `relevant` parts make a draft worth a check."""

    name: str
    classes: frozenset[str]
    relevant: bool
    ingredients: frozenset[str] = frozenset()
    not_forms: frozenset[str] = frozenset()


Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terminology:
    """All code lists and word lists, keyed for look-up; filled by `terminology`, read by `cds.recognise`.

    `systems` maps a code system's addresses to our short name. `drugs` maps a short name and a code to what
    the drug code says; `drug_prefixes` the same for ATC groups; `drug_names` the words of a name, with
    `drug_name_starts` its index: first word to names, longest first; `numbered_names` end in a number that
    must not count tablets, `whole_names` count only when nothing else is written. `codes` and
    `code_prefixes` map a short system name and a code to concepts. `phrases` and `analytes` map a concept to
    word sequences, `manners` a coded route or dose form to words, `words` a list's name to its word sequences, `results` a coded
    result to its meaning, `units` an EHR's spelling to UCUM, `strengths` a special product to the strength that it always has,
    `outranks` a concept to those that it rules out in the same entry.
    """

    systems: Mapping[str, str]
    drugs: Mapping[tuple[str, str], DrugCode]
    drug_prefixes: Mapping[tuple[str, str], DrugCode]
    drug_names: Mapping[Words, DrugCode]
    drug_name_starts: Mapping[str, tuple[Words, ...]]
    numbered_names: frozenset[Words]
    whole_names: Mapping[Words, DrugCode]
    parts: tuple[Part, ...]
    codes: Mapping[tuple[str, str], frozenset[str]]
    code_prefixes: Mapping[tuple[str, str], frozenset[str]]
    displays: Mapping[tuple[str, str], str]
    manners: Mapping[tuple[str, str], str]
    phrases: Mapping[str, tuple[Words, ...]]
    analytes: Mapping[str, tuple[Words, ...]]
    words: Mapping[str, tuple[Words, ...]]
    results: Mapping[str, str]
    strengths: Mapping[str, str]
    outranks: Mapping[str, tuple[str, ...]]
    units: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything the service knows, loaded and cross-checked once; `version` names exactly this content.

    `later` are the findings that are planned and not asked for yet.
    """

    version: str
    rules: Mapping[str, Rule]
    sources: Mapping[str, Source]
    policy: Policy
    terminology: Terminology
    data: Mapping[str, DataKey]
    services: tuple[ServiceText, ...]
    override_system: str
    later: tuple[str, ...]
