"""How many milligrams a day does an order mean? Enough to tell low dose from standard; never a guess.

Pure: reads neutral dosage lines, knows no FHIR shape, no HTTP, no clock. A refusal carries its reason.
Definition of the daily dose: the clinical contract, "Daily dose".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from cards.model import Policy
from cards.words import holds, words

_LONGEST = 1_000
_TO_MG = {"g": Decimal(1000), "mg": Decimal(1), "ug": Decimal("0.001"), "ng": Decimal("0.000001")}
_PER_DAY = {"h": Decimal(24), "d": Decimal(1), "wk": Decimal(1) / 7, "mo": Decimal(1) / 30}
_CODES = {
    "QD": "1", "DAILY": "1", "AM": "1", "PM": "1", "BED": "1", "QHS": "1", "HS": "1", "NOCTE": "1", "Q24H": "1",
    "BID": "2", "Q12H": "2", "TID": "3", "Q8H": "3", "QID": "4", "Q6H": "4", "Q4H": "6", "QOD": "0.5",
}  # fmt: skip
_AMOUNT = re.compile(r"(?<![\d.,/-])(\d{1,6}(?:\.\d{1,6})?)\s*(mg|mcg|ug|µg|μg|micrograms?|milligrams?|grams?)(?![a-z]|\s*/|\s*per\b)", re.I)
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
    """One step of a schedule: milligrams a day, and for how many days where the order says so."""

    daily_mg: Decimal
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """What an order gives a day. `steps` is empty when it could not be computed; then `why_not` says why.

    `amounts` are all milligram amounts that stand in it, for the dose class when no daily dose can be had.
    """

    steps: tuple[Step, ...] = ()
    basis: str = ""
    why_not: str = ""
    amounts: tuple[Decimal, ...] = ()

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


def read(lines: tuple[DosageLine, ...], product_texts: tuple[str, ...], order_text: str = "") -> Dose:
    """Which daily dose do these lines mean, with the strength that the product's name carries?"""
    texts = tuple(line.text for line in lines if line.text) or ((order_text,) if order_text else ())
    amounts = tuple(amount for text in (*texts, *product_texts) for amount in _amounts(text))
    structured_amounts = tuple(mg for line in lines if (mg := _milligrams(line, product_texts)) is not None)
    all_amounts = (*structured_amounts, *amounts)
    if not lines and not texts:
        return Dose(why_not="no dosage was given", amounts=all_amounts)
    sequences = [line.sequence for line in lines]
    if len(lines) > 1 and (None in sequences or len(set(sequences)) != len(sequences)):
        week = _week(lines, product_texts)
        if week is not None:
            return Dose(steps=(Step(daily_mg=week),), basis="structured", amounts=all_amounts)
        return Dose(why_not="several dosage lines without a sequence", amounts=all_amounts)
    ordered = sorted(lines, key=lambda line: line.sequence or 0)
    steps: list[Step] = []
    for line in ordered:
        structured = _structured(line, product_texts)
        worded = _worded(line.text, product_texts)
        daily = structured if structured is not None else worded
        if daily is None:
            return Dose(why_not="the amount or the frequency is missing or not readable", amounts=all_amounts)
        steps.append(Step(daily_mg=daily, days=line.days))
    if not steps:
        worded = _worded(texts[0], product_texts)
        if worded is None:
            return Dose(why_not="the text holds no readable dose", amounts=all_amounts)
        return Dose(steps=(Step(daily_mg=worded),), basis="text", amounts=all_amounts)
    return Dose(steps=tuple(steps), basis=_basis(ordered, product_texts), amounts=all_amounts)


def _week(lines: tuple[DosageLine, ...], product_texts: tuple[str, ...]) -> Decimal | None:
    """The daily average of lines that share out the days of the week between them: 100 mg Monday, 150 mg Friday."""
    named = [day for line in lines for day in line.weekdays]
    if not all(line.weekdays for line in lines) or len(named) != len(set(named)):
        return None
    parts = [_structured(line, product_texts) for line in lines]
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)).normalize() if len(known) == len(parts) else None


def _basis(lines: list[DosageLine], product_texts: tuple[str, ...]) -> str:
    structured = [_structured(line, product_texts) for line in lines]
    if any(value is None for value in structured):
        return "text"
    worded = [_worded(line.text, product_texts) for line in lines]
    return "both" if worded == structured else "structured"


def _structured(line: DosageLine, product_texts: tuple[str, ...]) -> Decimal | None:
    amount = _milligrams(line, product_texts)
    times = line.per_day if line.per_day is not None else _times(line.text)
    if amount is None or times is None or line.as_needed:
        return None
    return (amount * times).normalize()


def _milligrams(line: DosageLine, product_texts: tuple[str, ...]) -> Decimal | None:
    """How many milligrams is one dose? Mass by its unit, counts and millilitres through the product's strength."""
    if line.quantity is None or line.quantity <= 0:
        return None
    if line.unit in _TO_MG:
        return line.quantity * _TO_MG[line.unit]
    if line.unit == "1":
        strengths = {mg for text in product_texts for mg in _amounts(text)}
        return line.quantity * strengths.pop() if len(strengths) == 1 else None
    if line.unit == "mL":
        found = {mg for text in product_texts for mg in _per_ml(text)}
        return line.quantity * found.pop() if len(found) == 1 else None
    return None


def _worded(text: str, product_texts: tuple[str, ...]) -> Decimal | None:
    """Which daily dose do the words give? Only one amount and one plain frequency are read; else None."""
    sequence = words(text)
    if not sequence or any(holds(sequence, words(word)) for word in _UNCERTAIN):
        return None
    times = _times(text)
    if times is None or holds(sequence, ("as", "needed")) or holds(sequence, ("prn",)):
        return None
    once = _once(text, product_texts)
    return (once * times).normalize() if once is not None else None


def _once(text: str, product_texts: tuple[str, ...]) -> Decimal | None:
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
    strengths = {mg for product in product_texts for mg in _amounts(product)}
    by_count = count * strengths.pop() if len(strengths) == 1 else None
    if not masses:
        return by_count
    mass = masses.pop()
    return mass if count == 1 or by_count == mass else None


def _times(text: str) -> Decimal | None:
    sequence = words(text)
    for phrases, times in _TIMES:
        if any(holds(sequence, words(phrase)) for phrase in phrases):
            return Decimal(times)
    return None


def _tidy(text: str) -> str:
    """The text with single spaces and of a length that a dosage has, so that no pattern runs away on blanks."""
    return " ".join(text[:_LONGEST].split())


def _amounts(text: str) -> tuple[Decimal, ...]:
    """All masses in a text, in mg; those that are part of a concentration are left out."""
    found = []
    for number, unit in _AMOUNT.findall(_tidy(text)):
        spelt = unit.casefold()
        scale = "ug" if spelt[0] in "uµμ" or spelt.startswith(("mcg", "microgram")) else "g" if spelt.startswith("gram") else "mg"
        try:
            found.append((Decimal(number) * _TO_MG[scale]).normalize())
        except InvalidOperation:
            continue
    return tuple(found)


def _per_ml(text: str) -> tuple[Decimal, ...]:
    found = []
    for number, unit, volume in _STRENGTH_PER_ML.findall(_tidy(text)):
        millilitres = Decimal(volume) if volume.strip(".") else Decimal(1)
        if millilitres > 0:
            found.append(Decimal(number) * _TO_MG["mg" if unit.casefold() == "mg" else "ug"] / millilitres)
    return tuple(found)


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
