"""Codes and words: what the chart may call a drug, a condition, a test, an operation, an excipient or a side effect.

May import the standard library only. Filled by `cards.terminology`, read by `cds.recognise`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Words = tuple[str, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How a laboratory test is compared: its unit, and how many of it one of each other UCUM unit makes.

    Without `factors` only its date is asked for. `critical`: a critical finding needs its value.
    """

    unit: str
    critical: bool
    factors: Mapping[str, Decimal]


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
