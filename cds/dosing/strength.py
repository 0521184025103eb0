"""What does one capsule, drop or millilitre of the product hold?

From the structured strength of its naltrexone, and from the words of the product; each reading counts, and where they differ
nothing is counted. May import the model, the tokens and the vocabulary only.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from cards.model import Words
from cds.dosing.model import MOST_CHARACTERS, Unread
from cds.dosing.tokens import Lexeme, lexemes, normal
from cds.dosing.units import COUNTS, drop_ml, milligrams, millilitres
from cds.dosing.vocabulary import Kind

_NUMBER = r"\d{1,6}(?:[.,]\d{1,6})?"
_MASS = r"(?:mg|mcg|ug|microgram(?:me)?s?|milligram(?:me)?s?|grams?|g)(?![a-z])"
_PAIR = re.compile(rf"(?<![\d.,/-])({_NUMBER})\s?({_MASS})?\s?[/-]\s?({_NUMBER})\s?({_MASS})(?!\s?/|\s?per\b)", re.I)
_SALT = r"(?:\s(?:hcl|hydrochloride|hydrochlorid|base|er|sr|xr))*"
# the mass right behind a name, unless it is that of a volume or a time
_OWN = rf"{_SALT}\s?\(?({_NUMBER}\s?{_MASS})(?!\s?/\s?(?:{_NUMBER}\s?)?(?:m?l|h|hr|hour|day)\b|\s?per\b)"
_JOIN = r"\s?(?:[-/+&,]|\band\b|\bwith\b)\s?"

# dose forms in a word, by the words that tell them; the first that stands in a text
FORMS: tuple[tuple[str, frozenset[str]], ...] = (
    ("capsule", frozenset({"capsule", "capsules", "cap", "caps"})),
    ("tablet", frozenset({"tablet", "tablets", "tab", "tabs", "caplet"})),
    ("troche", frozenset({"troche", "troches", "lozenge", "lozenges"})),
    ("drops", frozenset({"drop", "drops", "gtt", "gtts"})),
    ("cream", frozenset({"cream", "gel", "ointment", "lotion", "topical", "transdermal", "creme", "click", "clicks", "crm", "topiclick"})),
    ("solution", frozenset({"solution", "suspension", "liquid", "syrup", "elixir", "soln", "susp", "sol"})),
    ("spray", frozenset({"spray"})),
    ("film", frozenset({"film", "strip"})),
    ("suppository", frozenset({"suppository", "suppositories"})),
    ("injection", frozenset({"injection", "injectable", "vial", "syringe"})),
    ("powder", frozenset({"powder"})),
)  # fmt: skip
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A structured strength: so much in so much, in UCUM units; the lower part may be missing."""

    amount: Decimal
    unit: str
    per: Decimal = Decimal(1)
    per_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """What one unit of each form holds (`masses` for capsules, tablets and what is not told apart), and one millilitre or gram."""

    masses: frozenset[tuple[str, Decimal]] = frozenset()
    per_ml: frozenset[Decimal] = frozenset()
    per_gram: frozenset[Decimal] = frozenset()
    form: str = ""

    def of_one(self, form: str) -> Decimal | None:
        """The milligrams of one such unit; None where no strength is given, or several are."""
        special = form if form in ("drop", "click", "pump", "spray", "syringe", "dropper") else ""
        if special:
            own = {mg for name, mg in self.masses if name == special}
            return next(iter(own)) if len(own) == 1 else None
        plain = {mg for name, mg in self.masses if name not in ("drop", "click", "pump", "spray")}
        return next(iter(plain)) if len(plain) == 1 and not self._is_measured() else None

    def _is_measured(self) -> bool:
        return bool(self.per_ml)

    def of_ml(self) -> Decimal | None:
        """The milligrams of one millilitre."""
        return next(iter(self.per_ml)) if len(self.per_ml) == 1 else None

    def of_drop(self) -> Decimal | None:
        """The milligrams of UCUM's drop, where only the concentration is known."""
        concentration = self.of_ml()
        return concentration * drop_ml() if concentration is not None else None

    def denies(self, form: str, mg: Decimal) -> bool:
        """Does the product say that one such unit holds something else? One of another form says nothing."""
        held = {one for name, one in self.masses if not name or not form or name == form}
        return bool(held) and mg not in held


def strength(texts: tuple[str, ...], ratios: tuple[Ratio, ...] = (), manner: str = "") -> Strength:
    """What do these words and ratios of a product say of its strength?"""
    form = form_of((*texts, manner))
    masses: set[tuple[str, Decimal]] = set()
    per_ml: set[Decimal] = set()
    per_gram: set[Decimal] = set()
    drops: set[Decimal] = set()
    for text in texts:
        for kind, unit, mg in _holdings(text):
            if kind == "ml":
                per_ml.add(mg)
            elif kind == "gram":
                per_gram.add(mg)
            elif kind == "drops":
                drops.add(mg)
            else:
                masses.add((unit or form_of((text,)), mg))
    for ratio in ratios:
        _add(ratio, form, masses, per_ml, per_gram)
    if len(drops) == len(per_ml) == 1:
        masses.add(("drop", (next(iter(per_ml)) / next(iter(drops))).normalize()))
    return Strength(masses=frozenset(masses), per_ml=frozenset(per_ml), per_gram=frozenset(per_gram), form=form)


def _add(ratio: Ratio, form: str, masses: set[tuple[str, Decimal]], per_ml: set[Decimal], per_gram: set[Decimal]) -> None:
    factor, ml = milligrams(ratio.unit), millilitres(ratio.per_unit)
    if factor is None or ratio.amount <= 0 or ratio.per <= 0:
        return
    mg = ratio.amount * factor / ratio.per
    if ml is not None:
        per_ml.add((mg / ml).normalize())
    elif ratio.per_unit == "g":
        per_gram.add(mg.normalize())
    elif ratio.per_unit in COUNTS:
        if not (COUNTS[ratio.per_unit] == "" and form in ("solution", "drops", "cream")):
            masses.add((COUNTS[ratio.per_unit] or (form if form in ("capsule", "tablet") else ""), mg.normalize()))
    elif not ratio.per_unit and form not in ("solution", "drops", "cream"):
        masses.add((form if form in ("capsule", "tablet") else "", mg.normalize()))


def form_of(texts: tuple[str, ...]) -> str:
    """Which dose form do these words name? The most specific one; empty where none."""
    said = {word for text in texts for word in _WORD.findall(text[:MOST_CHARACTERS].casefold())}
    return next((form for form, words in FORMS if said & words), "")


def has_strength(texts: tuple[str, ...]) -> bool:
    """Do these words of a product name a mass?"""
    return any(_holdings(text) for text in texts)


def amounts(text: str) -> tuple[Decimal, ...]:
    """All masses in a text, in mg; those that are part of a concentration are left out."""
    return tuple(mg for kind, _, mg in _holdings(text) if kind == "mass")


@lru_cache(maxsize=2_048)
def _holdings(text: str) -> tuple[tuple[str, str, Decimal], ...]:
    """Every mass of a text: a plain one, or what one unit of a form, one millilitre or one gram holds."""
    try:
        found = lexemes(text)
    except Unread:
        return ()
    out: list[tuple[str, str, Decimal]] = []
    at = 0
    while at < len(found):
        at = _holding(found, at, out)
    return tuple(dict.fromkeys(out))


def _holding(found: tuple[Lexeme, ...], at: int, out: list[tuple[str, str, Decimal]]) -> int:
    one = found[at]
    if one.kind is not Kind.NUMBER:
        return at + 1
    unit = _at(found, at + 1)
    if unit is not None and unit.kind is Kind.DASH and (mass := _at(found, at + 2)) is not None and mass.kind is Kind.MASS:
        at, unit = at + 1, mass  # "1.5-mg capsule"
    if unit is not None and unit.kind in (Kind.SLASH, Kind.DASH):
        # "8-90 mg": two masses
        other, last = _at(found, at + 2), _at(found, at + 3)
        if other is not None and other.kind is Kind.NUMBER and last is not None and last.kind is Kind.MASS and one.value > 0 and not one.thousands:
            out.append(("mass", "", (one.value * last.value).normalize()))
            return at + 2
    if unit is not None and unit.kind is Kind.FORM and unit.value[0] == "drop" and one.value > 0 and _is_of_one_ml(found, at + 2):
        out.append(("drops", "", one.value))
        return at + 4
    if unit is not None and unit.kind is Kind.FORM and (sign := _at(found, at + 2)) is not None and sign.kind in (Kind.EQUALS, Kind.CONTAINS):
        number, mass = _at(found, at + 3), _at(found, at + 4)
        if number is not None and number.kind is Kind.NUMBER and mass is not None and mass.kind is Kind.MASS and one.value > 0:
            out.append(("unit", unit.value[0], (number.value * mass.value / one.value).normalize()))
            return at + 5
    if unit is None or unit.kind is not Kind.MASS or (one.thousands and unit.value >= 1):
        return at + 1
    mg = one.value * unit.value
    if mg <= 0:
        return at + 2
    sign = _at(found, at + 2)
    if sign is not None and (sign.kind is Kind.SLASH or sign.text in ("per", "in", "=", "in each") or sign.kind is Kind.EACH):
        size, step = Decimal(1), at + 3
        if (lower := _at(found, step)) is not None and lower.kind is Kind.A:
            step += 1
            lower = _at(found, step)
        if lower is not None and lower.kind is Kind.NUMBER:
            size, step = lower.value, step + 1
            lower = _at(found, step)
        if lower is not None and size > 0:
            if lower.kind is Kind.VOLUME:
                out.append(("ml", "", (mg / (size * lower.value)).normalize()))
                return step + 1
            if lower.kind is Kind.FORM:
                out.append(("unit", lower.value[0], (mg / size).normalize()))
                return step + 1
            if lower.kind is Kind.MASS and lower.value == 1000 and (sign.kind is Kind.SLASH or sign.text == "per"):
                out.append(("gram", "", (mg / size).normalize()))
                return step + 1
            if lower.kind in (Kind.TIME, Kind.WEIGHT) and sign.kind is Kind.SLASH:
                return step + 1
        if sign.text == "per":
            return at + 3
    out.append(("mass", "", Decimal(mg).normalize()))
    return at + 2


def _is_of_one_ml(found: tuple[Lexeme, ...], at: int) -> bool:
    """ "/mL", "per mL" behind the drops that make it."""
    sign, volume = _at(found, at), _at(found, at + 1)
    return (
        sign is not None
        and (sign.kind is Kind.SLASH or sign.text == "per")
        and volume is not None
        and volume.kind is Kind.VOLUME
        and volume.value == 1
    )


def _at(found: tuple[Lexeme, ...], at: int) -> Lexeme | None:
    return found[at] if at < len(found) else None


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
        if re.search(rf"^(?:{names})\s?$", listed, re.I):
            return f"{one} {its or last}"
        if re.search(rf"[a-z]{_JOIN}(?:{names})\b", listed, re.I):
            return f"{other} {last}"
    behind = {found.casefold() for found in re.findall(rf"\b(?:{names})\b{_OWN}", text, re.I)}
    return behind.pop() if len(behind) == 1 else ""


def _tidy(text: str) -> str:
    """The text with single spaces and of a length that a name has, so that no pattern runs away on blanks."""
    return " ".join(normal(text).split()) if len(text) <= MOST_CHARACTERS else ""
