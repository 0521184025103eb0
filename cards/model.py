"""The shapes of the knowledge: frozen records that the files of this room are read into.

May import the standard library and `finding`. Nothing here reads a file, a clock or a request.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

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
    def is_policy(self) -> bool:
        """Is it this service's own policy, and no publication?"""
        return self.type == "service-policy"

    @property
    def is_verified(self) -> bool:
        """Was its abstract or full text read, and is nothing about it left open?"""
        return self.settled and self.verified in {"abstract", "full-text"}

    @property
    def carries_warnings(self) -> bool:
        """May a warning rest on it: verified, and more than a guide or our own policy?"""
        return self.is_verified and not self.is_guide and not self.is_policy


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


_DAYS = {"d": 1, "wk": 7}
_MONTHS = {"mo": 1, "a": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All numbers that a check may ask for, by name, and the conditions on which we have evidence, in the order of their priority."""

    numbers: Mapping[str, Number]
    indications: "tuple[ConditionEvidence, ...]" = ()

    def days(self, name: str) -> int:
        """How many days does the policy give under this name? Raises KeyError for an unknown name."""
        number = self.numbers[name]
        if number.unit not in _DAYS:
            raise KeyError(f"{name} is in {number.unit}, not in days")
        return int(number.value * _DAYS[number.unit])

    def after(self, day: date, name: str) -> date:
        """Which day is so many days, weeks, or calendar months or years, after this one? The policy gives the number and its unit."""
        number = self.numbers[name]
        if number.unit not in _MONTHS:
            return day + timedelta(days=self.days(name))
        year, month = divmod(day.year * 12 + day.month - 1 + int(number.value) * _MONTHS[number.unit], 12)
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
class Study:
    """What did one study find for this condition? Design, n, dose and duration stand in its source.

    `direction`: for, against, mixed, or none where it has no efficacy result.
    """

    source: str
    direction: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentClaim:
    """What does a founding document claim for this condition, and what corrects it? `by` are the correcting sources."""

    document: str
    says: str
    corrected: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionEvidence:
    """What is known of LDN in one condition, for and against.

    `concepts` are the code lists by which the condition is recognised (none: it has a page, no card quotes it),
    `about` the words for it in the sources' own `conditions`. `grade` is a word of grades.toml, `strength` its
    words for people. `lines` is what a card may quote. `studies` stand strongest and newest first, `ongoing` are
    trials without results, `left_out` the sources about this condition that are no evidence of efficacy, each with
    the reason. `priority` orders conditions where the chart names several, the lowest first. Where
    `claims_allowed` is false nothing may speak for efficacy.
    """

    id: str
    title: str
    priority: int
    concepts: tuple[str, ...]
    about: tuple[str, ...]
    grade: str
    strength: str
    claims_allowed: bool
    headline: str
    lines: tuple[str, ...]
    advice: str
    studies: tuple[Study, ...]
    ongoing: tuple[str, ...]
    documents_say: tuple[DocumentClaim, ...]
    left_out: Mapping[str, str]
    note: str | None
    policy: str | None
    compared: str


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
class DrugCode:
    """What one code or name says about a drug: its classes, ingredients, form and special product."""

    classes: frozenset[str]
    ingredients: tuple[str, ...] = ()
    form: str = ""
    product: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which drugs play this part in the findings; `relevant` parts make a draft worth a check.

    With `ingredients` only those play it; a drug of `not_ingredients` alone, or in one of `not_forms`, does not.
    """

    name: str
    classes: frozenset[str]
    relevant: bool
    ingredients: frozenset[str] = frozenset()
    not_forms: frozenset[str] = frozenset()
    not_ingredients: frozenset[str] = frozenset()


Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How a laboratory test is compared: its unit, and how many of it one of each other UCUM unit makes.

    Without `factors` only its date is asked for. `critical`: a critical finding needs its value.
    """

    unit: str
    critical: bool
    factors: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orderable:
    """An order that a card may offer to create."""

    name: str
    system: str
    code: str
    display: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedures:
    """What tells an operation, or a procedure under sedation or anaesthesia.

    `codes` map a short system name and a code to operation, sedation, or bare ("surgical procedure" and no more), `displays`
    to its name. `words` are the lists of procedures.toml, `endings` ends and beginnings of single words, `spelled` texts
    that count only as written.
    """

    codes: Mapping[tuple[str, str], str]
    displays: Mapping[tuple[str, str], str]
    words: Mapping[str, tuple[Words, ...]]
    endings: Mapping[str, tuple[str, ...]]
    spelled: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excipients:
    """What a compounded product may hold besides its drug: group to names, and a short system name and a code to a group.

    `whole` are names that count only alone. `words`: not_dye (with them a dye is no colour of a capsule) and not_meant.
    """

    names: Mapping[str, tuple[Words, ...]]
    whole: Mapping[str, tuple[Words, ...]]
    words: Mapping[str, tuple[Words, ...]]
    codes: Mapping[tuple[str, str], str]
    code_prefixes: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Side effects of low-dose naltrexone in groups: group to names, and a short system name and a code to a group.

    ICD codes count by prefix. `mentions` hold one of the names and are a disease of their own.
    """

    names: Mapping[str, tuple[Words, ...]]
    mentions: tuple[Words, ...]
    codes: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terminology:
    """All code lists and word lists, keyed for look-up; filled by `terminology`, read by `cds.recognise`.

    `systems` maps a code system's addresses to our short name. `drugs` maps a short name and a code to what
    the drug code says; `drug_prefixes` the same for ATC groups; `drug_names` the words of a name, with
    `drug_name_starts` its index: first word to names, longest first; `numbered_names` end in a number that
    must not count tablets, `whole_names` count only when nothing else is written. `codes` and
    `code_prefixes` map a short system name and a code to concepts. `phrases` and `analytes` map a concept to
    word sequences, `manners` a coded route or dose form to words, `words` a list's name to its word sequences, `results` a coded
    result to its meaning, `units` an EHR's spelling to UCUM, `measures` a laboratory test to its
    unit, `strengths` a special product to the strength that it always has, `outranks` a concept to those that it rules out in
    the same entry.
    `mentions` are phrases that hold a word of a concept without saying that the
    patient has it ("pregnancy test"). `laboratory` maps a test to its names, `not_laboratory` a test to the words that
    make it another one; `gestation` a code to the completed weeks of pregnancy that it states.
    `forms` maps a dose form to the words that tell it. `local` maps a site's own medication code, alone or as `system|code`, to
    the name that it has with us.
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
    mentions: Mapping[str, tuple[Words, ...]]
    laboratory: Mapping[str, tuple[Words, ...]]
    not_laboratory: Mapping[str, tuple[Words, ...]]
    gestation: Mapping[tuple[str, str], int]
    analytes: Mapping[str, tuple[Words, ...]]
    words: Mapping[str, tuple[Words, ...]]
    results: Mapping[str, str]
    strengths: Mapping[str, str]
    outranks: Mapping[str, tuple[str, ...]]
    units: Mapping[str, str]
    measures: Mapping[str, Measure]
    forms: Mapping[str, tuple[Words, ...]]
    procedures: Procedures
    excipients: Excipients
    effects: Effects
    local: Mapping[str, str] = field(default_factory=dict)


class Disposition(StrEnum):
    """What became of a statement of a founding document?

    FINDING: the service checks or decides something from it. TEXT: a card or page says it, nothing is decided. EVIDENCE: a source
    of `evidence/` covers it, corrected where need be. NOT_EXECUTED: consciously left out, with the reason.
    """

    FINDING = "finding"
    TEXT = "text"
    EVIDENCE = "evidence"
    NOT_EXECUTED = "not-executed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a founding document, and what became of it in this service.

    `document` is the source id of the founding document. `findings` are the codes that check it, say it or draw on it; `sources` the
    evidence that covers, supports or corrects it, the founding document itself not repeated. `note` says how it is used, what
    contradicts it, or why it is not executed. `disagreement` holds the ids of the disagreements in which it takes a side.
    """

    id: str
    document: str
    topic: str
    says: str
    outcome: Disposition
    findings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    note: str = ""
    disagreement: tuple[str, ...] = ()


class Side(NamedTuple):
    """One side of a disagreement: what it holds, and the statements that hold it (none: it is the literature's side)."""

    text: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A point on which the founding documents differ, from each other or from the literature, and what this service does about it."""

    id: str
    point: str
    sides: tuple[Side, ...]
    handling: str
    findings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProfile:
    """Which policy of a site stands over the knowledge, and who signed it? `version` names the file's content, `off` what it silences."""

    name: str
    version: str
    signed_by: str
    signed_on: str
    off: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything the service knows, loaded and cross-checked once; `version` names exactly this content.

    `conditions` is the evidence by condition, in the order of their priority.
    `later` are the findings that are planned and not asked for yet. `examples` holds one invented patient a rule.
    `statements` is the account of the founding documents, in their
    order, `disagreements` where they differ. `site` is the profile that a site put over it.
    """

    version: str
    rules: Mapping[str, Rule]
    sources: Mapping[str, Source]
    conditions: Mapping[str, ConditionEvidence]
    policy: Policy
    terminology: Terminology
    data: Mapping[str, DataKey]
    services: tuple[ServiceText, ...]
    override_system: str
    orderables: Mapping[str, Orderable]
    later: tuple[str, ...]
    statements: Mapping[str, Statement]
    disagreements: Mapping[str, Disagreement]
    examples: Mapping[str, Example]
    site: SiteProfile | None = None
