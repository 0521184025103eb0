"""How many milligrams a day does an order mean? Enough to tell low dose from standard; never a guess.

Pure: reads neutral dosage lines, knows no FHIR shape, no HTTP, no clock. A refusal carries its reason.
Definition of the daily dose: the clinical contract, "Daily dose".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from cards.model import Policy, Words
from cards.words import Phrases, words

_LONGEST = 1_000  # a longer text is no dosage: it is refused, never read in part
_MOST_LINES = 100
_TO_MG = {"g": Decimal(1000), "mg": Decimal(1), "ug": Decimal("0.001"), "ng": Decimal("0.000001")}
_PER_DAY = {"h": Decimal(24), "d": Decimal(1), "wk": Decimal(1) / 7, "mo": Decimal(1) / 30}
_CODES = {
    "QD": "1", "DAILY": "1", "AM": "1", "PM": "1", "BED": "1", "QHS": "1", "HS": "1", "NOCTE": "1", "Q24H": "1",
    "BID": "2", "Q12H": "2", "TID": "3", "Q8H": "3", "QID": "4", "Q6H": "4", "Q4H": "6", "QOD": "0.5",
}  # fmt: skip
_NUMBER, _MASS = r"\d{1,6}(?:\.\d{1,6})?", r"(?:mg|mcg|ug|µg|μg|micrograms?|milligrams?|grams?)(?![a-z])"
_AMOUNT = re.compile(rf"(?<![\d.,/-])({_NUMBER})\s*({_MASS})(?!\s*/|\s*per\b)", re.I)
# two masses of one product or of a range: "8 MG / 90 MG", "8-90 mg"
_PAIR = re.compile(rf"(?<![\d.,/-])({_NUMBER})\s*({_MASS})?\s*[/-]\s*({_NUMBER})\s*({_MASS})(?!\s*/|\s*per\b)", re.I)
_SALT = r"(?:\s+(?:hcl|hydrochloride|hydrochlorid|base|er|sr|xr))*"
# the mass right behind a name, unless it is that of a volume or a time
_OWN = rf"{_SALT}\s*\(?({_NUMBER}\s*{_MASS})(?!\s*/\s*(?:{_NUMBER}\s*)?(?:m?l|h|hr|hour|day)\b|\s*per\b)"
_JOIN = r"\s*(?:[-/+&,]|\band\b|\bwith\b)\s*"
_COUNT = re.compile(
    r"(?<![\d.,/½-])(\d{1,2}(?:\.\d{1,2})?|½|1/2|half|one|two|three|four)\s*(?:an?\s+|of\s+an?\s+)?(?:tab(?:let)?|cap(?:sule)?)s?\b", re.I
)
_AND_A_HALF = re.compile(r"\band\s+(?:an?\s+|one\s+)?half\b|\d\s*½|\d\s+1/2|[–—]", re.I)
_NUMBERS = {"½": "0.5", "1/2": "0.5", "half": "0.5", "one": "1", "two": "2", "three": "3", "four": "4"}
_STRENGTH_PER_ML = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*(mg|mcg|ug|µg)\s*/\s*(\d{0,4}(?:\.\d{1,4})?)\s*m\s*l\b", re.I)
_TIMES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("every other day", "every other night", "every second day", "alternate days", "qod", "every 2 days"), "0.5"),
    (("three times", "tid", "tds", "every 8 hours"), "3"),
    (("four times", "qid", "qds", "every 6 hours"), "4"),
    (("twice", "two times", "bid", "bd", "every 12 hours", "morning and evening", "morning and night"), "2"),
    (("daily", "once a day", "every day", "each day", "per day", "a day", "nightly", "bedtime", "qhs", "hs", "nocte", "at night",
      "every night", "each night", "qd", "od", "qam", "qpm", "once daily", "every morning", "in the morning", "every evening",
      "in the evening", "every 24 hours"), "1"),
)  # fmt: skip
_UNCERTAIN = (
    "then",
    "increase",
    "titrate",
    "taper",
    "week",
    "weeks",
    "weekly",
    "as directed",
    "or",
    "to",
    "up",
    "max",
    "maximum",
    "month",
    "monthly",
)


_OFTEN = tuple((Phrases(words(phrase) for phrase in phrases), times) for phrases, times in _TIMES)
_OPEN_ENDED = Phrases(words(phrase) for phrase in _UNCERTAIN)
_AS_NEEDED = Phrases((("as", "needed"), ("prn",)))


class DoseClass(StrEnum):
    """Low dose, standard dose, the gap between them, or not readable."""

    LOW = "low"
    BETWEEN = "between"
    STANDARD = "standard"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DosageLine:
    """One dosage instruction without FHIR: a quantity, how often, how long, and its words.

    `unit` is UCUM or "1" for a countable form; `per_day` is how many times a day the structure says, averaged over
    the week where it names `weekdays`.
    """

    sequence: int | None = None
    text: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    per_day: Decimal | None = None
    days: int | None = None
    weekdays: frozenset[str] = frozenset()
    as_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a schedule: milligrams a day, averaged over its dosing cycle, and for how many days where the order says so.

    `once_mg` is one dose, `times` how many of them a day; `count` the capsules, tablets or drops and `volume_ml` the
    millilitres of one dose, where the order gives it so. `moments` are FHIR's EventTiming codes (HS, MORN ...) as far as
    structure or words name them. `as_needed`: not taken regularly.
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

    @property
    def daily_mg(self) -> Decimal | None:
        """Milligrams a day of the first step; None when it cannot be computed without guessing."""
        return self.steps[0].daily_mg if self.steps else None

    @property
    def highest_mg(self) -> Decimal | None:
        """Milligrams a day of the highest step."""
        return max((step.daily_mg for step in self.steps), default=None)


def per_day_of_code(code: str) -> Decimal | None:
    """How often a day does a timing abbreviation mean? None for one we do not know."""
    found = _CODES.get(code.strip().upper())
    return Decimal(found) if found else None


def per_day(frequency: Decimal, period: Decimal, unit: str) -> Decimal | None:
    """How often a day is `frequency` times in `period` units? None for a unit or period that makes no sense."""
    scale = _PER_DAY.get(unit)
    if scale is None or period <= 0 or frequency <= 0:
        return None
    return frequency * scale / period


@dataclass(frozen=True, slots=True, kw_only=True)
class _Product:
    """What the names of a product say of its strength, read once: masses of a countable form, and milligrams per millilitre."""

    masses: frozenset[Decimal]
    per_ml: frozenset[Decimal]

    def counted(self, count: Decimal) -> Decimal | None:
        """The milligrams of so many tablets; None where the strength is not one."""
        return count * next(iter(self.masses)) if len(self.masses) == 1 else None

    def measured(self, millilitres: Decimal) -> Decimal | None:
        """The milligrams of so many millilitres; None where the concentration is not one."""
        return millilitres * next(iter(self.per_ml)) if len(self.per_ml) == 1 else None


def _product(texts: tuple[str, ...]) -> _Product:
    return _Product(
        masses=frozenset(mg for text in texts for mg in _amounts(text)),
        per_ml=frozenset(mg for text in texts for mg in _per_ml(text)),
    )


def read(lines: tuple[DosageLine, ...], product_texts: tuple[str, ...], order_text: str = "") -> Dose:
    """Which daily dose do these lines mean, with the strength that the product's name carries?"""
    texts = tuple(line.text for line in lines if line.text) or ((order_text,) if order_text else ())
    if len(lines) > _MOST_LINES:
        return Dose(why_not=f"more than {_MOST_LINES} dosage lines")
    if any(len(text) > _LONGEST for text in (*texts, *product_texts)):
        return Dose(why_not=f"a text of more than {_LONGEST} characters is no dosage and no name")
    product = _product(product_texts)
    amounts = tuple(amount for text in (*texts, *product_texts) for amount in _amounts(text))
    structured_amounts = tuple(mg for line in lines if (mg := _milligrams(line, product)) is not None)
    all_amounts = (*structured_amounts, *amounts)
    if not lines and not texts:
        return Dose(why_not="no dosage was given", amounts=all_amounts)
    sequences = [line.sequence for line in lines]
    if len(lines) > 1 and (None in sequences or len(set(sequences)) != len(sequences)):
        week = _week(lines, product)
        if week is not None:
            return Dose(steps=(Step(daily_mg=week),), basis="structured", amounts=all_amounts)
        return Dose(why_not="several dosage lines without a sequence", amounts=all_amounts)
    ordered = sorted(lines, key=lambda line: line.sequence or 0)
    steps: list[Step] = []
    for line in ordered:
        structured = _structured(line, product)
        worded = _worded(line.text, product)
        daily = structured if structured is not None else worded
        if daily is None:
            return Dose(why_not="the amount or the frequency is missing or not readable", amounts=all_amounts)
        steps.append(Step(daily_mg=daily, days=line.days))
    if not steps:
        worded = _worded(texts[0], product)
        if worded is None:
            return Dose(why_not="the text holds no readable dose", amounts=all_amounts)
        return Dose(steps=(Step(daily_mg=worded),), basis="text", amounts=all_amounts)
    return Dose(steps=tuple(steps), basis=_basis(ordered, product), amounts=all_amounts)


def _week(lines: tuple[DosageLine, ...], product: _Product) -> Decimal | None:
    """The daily average of lines that share out the days of the week between them: 100 mg Monday, 150 mg Friday."""
    named = [day for line in lines for day in line.weekdays]
    if not all(line.weekdays for line in lines) or len(named) != len(set(named)):
        return None
    parts = [_structured(line, product) for line in lines]
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)).normalize() if len(known) == len(parts) else None


def _basis(lines: list[DosageLine], product: _Product) -> str:
    structured = [_structured(line, product) for line in lines]
    if any(value is None for value in structured):
        return "text"
    worded = [_worded(line.text, product) for line in lines]
    return "both" if worded == structured else "structured"


def _structured(line: DosageLine, product: _Product) -> Decimal | None:
    amount = _milligrams(line, product)
    times = line.per_day if line.per_day is not None else _times(words(line.text))
    if amount is None or times is None or line.as_needed:
        return None
    return (amount * times).normalize()


def _milligrams(line: DosageLine, product: _Product) -> Decimal | None:
    """How many milligrams is one dose? Mass by its unit, counts and millilitres through the product's strength."""
    if line.quantity is None or line.quantity <= 0:
        return None
    if line.unit in _TO_MG:
        return line.quantity * _TO_MG[line.unit]
    if line.unit == "1":
        return product.counted(line.quantity)
    return product.measured(line.quantity) if line.unit == "mL" else None


def _worded(text: str, product: _Product) -> Decimal | None:
    """Which daily dose do the words give? Only one amount and one plain frequency are read; else None."""
    sequence = words(text)
    if not sequence or _OPEN_ENDED.stand_in(sequence):
        return None
    times = _times(sequence)
    if times is None or _AS_NEEDED.stand_in(sequence):
        return None
    once = _once(text, product)
    return (once * times).normalize() if once is not None else None


def _once(text: str, product: _Product) -> Decimal | None:
    """How many milligrams do the words give at a time? A count of capsules and a mass that do not agree are no answer."""
    text = _tidy(text)
    if _AND_A_HALF.search(text):
        return None
    masses = set(_amounts(text))
    counts = {Decimal(_NUMBERS.get(found.casefold(), found)) for found in _COUNT.findall(text)}
    if len(masses) > 1 or len(counts) > 1:
        return None
    if not counts:
        return masses.pop() if masses else None
    count = counts.pop()
    by_count = product.counted(count)
    if not masses:
        return by_count
    mass = masses.pop()
    return mass if count == 1 or by_count == mass else None


def _times(sequence: Words) -> Decimal | None:
    return next((Decimal(times) for phrases, times in _OFTEN if phrases.stand_in(sequence)), None)


def _tidy(text: str) -> str:
    """The text with single spaces and of a length that a dosage has, so that no pattern runs away on blanks."""
    return " ".join(text.split()) if len(text) <= _LONGEST else ""


def _amounts(text: str) -> tuple[Decimal, ...]:
    """All masses in a text, in mg; those that are part of a concentration are left out."""
    text = _tidy(text)
    pairs = [(number, unit) for one, its, other, last in _PAIR.findall(text) for number, unit in ((one, its or last), (other, last))]
    return tuple(found for number, unit in (*pairs, *_AMOUNT.findall(_PAIR.sub(" ", text))) if (found := _mg(number, unit)) is not None)


def _mg(number: str, unit: str) -> Decimal | None:
    spelt = unit.casefold()
    scale = "ug" if spelt[0] in "uµμ" or spelt.startswith(("mcg", "microgram")) else "g" if spelt.startswith("gram") else "mg"
    try:
        return (Decimal(number) * _TO_MG[scale]).normalize()
    except InvalidOperation:
        return None


def _per_ml(text: str) -> tuple[Decimal, ...]:
    found = []
    for number, unit, volume in _STRENGTH_PER_ML.findall(_tidy(text)):
        millilitres = Decimal(volume) if volume.strip(".") else Decimal(1)
        if millilitres > 0:
            found.append(Decimal(number) * _TO_MG["mg" if unit.casefold() == "mg" else "ug"] / millilitres)
    return tuple(found)


def own_strengths(texts: tuple[str, ...], names: tuple[Words, ...]) -> tuple[str, ...]:
    """Which wordings of a product of several drugs say what strength the drug of these names has?

    Of "naltrexone 8 MG / bupropion 90 MG" only "8 MG" is naltrexone's. Where none says it, all stay as they are.
    """
    own = tuple(found for text in texts if (found := _own(_tidy(text), "|".join(" ".join(name) for name in names))))
    return own or texts


def _own(text: str, names: str) -> str:
    """The drug's own mass in a text that holds several; empty where it holds one, or does not say whose they are."""
    pair = _PAIR.search(text)
    listed = text[: pair.start()] if pair is not None else ""
    if pair is not None and not any(character.isdigit() for character in listed):
        # first the names, then the masses in the same order: "naltrexone-bupropion 8-90 mg"
        one, its, other, last = pair.groups()
        if re.search(rf"\b(?:{names})\b{_SALT}{_JOIN}[a-z]", listed, re.I):
            return f"{one} {its or last}"
        if re.search(rf"[a-z]{_JOIN}(?:{names})\b", listed, re.I):
            return f"{other} {last}"
    behind = {found.casefold() for found in re.findall(rf"\b(?:{names})\b{_OWN}", text, re.I)}
    return behind.pop() if len(behind) == 1 else ""


def has_strength(texts: tuple[str, ...]) -> bool:
    """Do these words of a product name a mass?"""
    return any(_amounts(text) or _per_ml(text) for text in texts)


def dose_class(dose: Dose, product: str, says_low: bool, policy: Policy) -> DoseClass:
    """Low, between or standard? By the highest step; by product for depots and combinations; else by what the words say."""
    if product in ("depot-injection", "implant", "combination"):
        return DoseClass.STANDARD
    low, standard = policy.quantity("dose.low-dose-up-to"), policy.quantity("dose.standard-from")
    highest = dose.highest_mg
    if highest is None:
        if says_low or (dose.amounts and max(dose.amounts) <= low):
            return DoseClass.LOW
        return DoseClass.UNKNOWN
    if highest <= low:
        return DoseClass.LOW
    return DoseClass.STANDARD if highest >= standard else DoseClass.BETWEEN


def units(spelling: str | None, code: str | None, table: Mapping[str, str]) -> str:
    """Which UCUM unit does an EHR's spelling mean? Empty when unknown: an unknown unit is never guessed."""
    for written in (code, spelling):
        if written and (found := table.get(written.strip())) is not None:
            return found
    for written in (code, spelling):
        if written and (found := table.get(written.strip().casefold())) is not None:
            return found
    return ""
