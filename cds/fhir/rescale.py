"""Another daily dose in the client's own order: structure, words and the compounded strength change together, or nothing does.

Only the named paths change. Where the order says its dose in a way that cannot be changed without guessing (a fraction of
a capsule, several doses a day, a schedule, a strength that its code fixes, a note that names the old dose), there is no
change to offer: an order never comes back with two doses in it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cds.call import Json
from cds.fhir import product

_MILLIGRAMS = {
    **dict.fromkeys(("mg", "milligram", "milligrams"), Decimal(1)),
    **dict.fromkeys(("ug", "mcg", "µg", "μg", "microgram", "micrograms"), Decimal("0.001")),
}
_VOLUME_UNITS = frozenset({"ml", "milliliter", "milliliters", "millilitre", "millilitres"})
_COUNTABLE = re.compile(r"(?:1|\{?(?:cap|tab|pill|each|ea|dose|unit)[a-z()]*\}?|)\Z")
_MASS = re.compile(r"(?<![\d.,/])(\d{1,6}(?:\.\d{1,4})?)(\s*)(mg|mcg|ug|[µμ]g|milligrams?|micrograms?)(?![\w/]|\s*/)", re.IGNORECASE)
_VOLUME = re.compile(r"(?<![\d.,/])(\d{1,3}(?:\.\d{1,3})?)(\s*)(ml|millilit(?:er|re)s?)(?!\w)", re.IGNORECASE)
_CONCENTRATION = re.compile(r"\d[\d.,]*\s*(?:mg|mcg|ug|[µμ]g)\s*/\s*\d*\.?\d*\s*ml\b", re.IGNORECASE)
_UNIT = re.compile(r"(?<![a-z])(?:m?c?g|ug|[µμ]g|ml|milligrams?|micrograms?|grams?|millilit(?:er|re)s?|drops?|puffs?)(?![a-z])", re.IGNORECASE)
_PIECE = re.compile(r"(?<![a-z])(?:cap|tab|pill)", re.IGNORECASE)
_MARK = "\x00"
_SEVERAL = r"(?:[02-9]|\d{2,}|\d*\.\d+|two|three|four|five|six|half|1/2|½)"
# "2 capsules", "two 1.5 mg capsules", "2 x 1.5 mg", "1.5-3 mg", "1 1/2 tablets"
_NOT_ONE = re.compile(
    rf"(?<![\w.,/]){_SEVERAL}\s*(?:an?\s+|of\s+(?:an?|the)?\s*|x\s*|×\s*|\*\s*)*(?:cap|tab|pill|{_MARK})|[½/]\s*(?:cap|tab|pill)"
    rf"|\d\s*(?:-|–|—|to|or|/)\s*{_MARK}|{_MARK}\s*(?:-|–|—|to|or|/|x|×|\*)\s*\d",
    re.IGNORECASE,
)
_UNCHANGEABLE = ("maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime", "doseRange", "dose", "rateQuantity", "rateRange", "rateRatio")
_FINEST = Decimal("0.001")
_ABSURD = 1_000_000  # no amount of one dose, and more than arithmetic to a thousandth can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """From so many milligrams a day, given at once, to so many."""

    old: Decimal
    new: Decimal

    def amount(self, value: Decimal) -> Decimal:
        """A mass or a volume in the new ratio."""
        return (value * self.new / self.old).quantize(_FINEST).normalize()

    def text(self, text: str) -> str:
        """The text with its masses and volumes in the new ratio; a concentration stays."""
        stays = _CONCENTRATION.findall(text)
        parts = _CONCENTRATION.split(text)
        for pattern in (_MASS, _VOLUME):
            parts = [pattern.sub(lambda hit: f"{self.amount(Decimal(hit[1])):f}{hit[2]}{hit[3]}", part) for part in parts]
        return "".join(part for pair in zip(parts, [*stays, ""], strict=True) for part in pair)


class _CannotSay(Exception):
    """The order says its dose in a way that cannot be changed without guessing."""


def set_dose(order: Json, daily_mg: Decimal, now_mg: Decimal) -> Json | None:
    """The order with this many milligrams a day instead of those that it gives now; None when that cannot be said without guessing."""
    given = order.get("dosageInstruction")
    lines = given if isinstance(given, list) else [given]
    if len(lines) != 1 or not isinstance(lines[0], dict) or now_mg <= 0 or daily_mg <= 0:
        return None
    change = _Change(old=now_mg, new=daily_mg)
    try:
        line = _line(lines[0], change)
        out = {**order, "dosageInstruction": [line] if isinstance(given, list) else line}
        out = _with_strength(out, lines[0], change)
    except _CannotSay:
        return None
    return None if _still_says(out, line, change) else out


def _line(line: Json, change: _Change) -> Json:
    """The dosage line with every amount in the new ratio."""
    if any(line.get(member) is not None for member in _UNCHANGEABLE):
        raise _CannotSay
    out = dict(line)
    if (rates := line.get("doseAndRate")) is not None:
        out["doseAndRate"] = [_rate(rate, change) for rate in _listed(rates)]
    if (quantity := line.get("doseQuantity")) is not None:
        out["doseQuantity"] = _quantity(quantity, change)
    for member in ("text", "patientInstruction"):
        if (text := line.get(member)) is not None:
            out[member] = _words(text, change)
    return out


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _CannotSay
    return value


def _rate(rate: Any, change: _Change) -> Json:
    """One dose and rate; a range or a rate beside the dose cannot be changed."""
    if not isinstance(rate, dict) or any(rate.get(member) is not None for member in _UNCHANGEABLE):
        raise _CannotSay
    return {**rate, "doseQuantity": _quantity(rate.get("doseQuantity"), change)}


def _quantity(quantity: Any, change: _Change) -> Json:
    """The quantity in its own unit; a count of one stays as it is when its product is compounded anew, see `_with_strength`."""
    value = quantity.get("value") if isinstance(quantity, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not -_ABSURD < value < _ABSURD:
        raise _CannotSay
    names = _unit_names(quantity)
    scales = {_MILLIGRAMS.get(name, Decimal(0)) for name in names}
    if len(scales) == 1 and (scale := scales.pop()):
        if value * scale != change.old:
            raise _CannotSay
        return {**quantity, "value": _number(change.amount(Decimal(value)))}
    if names and names <= _VOLUME_UNITS and value > 0:
        return {**quantity, "value": _number(change.amount(Decimal(value)))}
    if value == 1 and all(_COUNTABLE.match(name) for name in names):
        return {**quantity}
    raise _CannotSay


def _unit_names(quantity: Json) -> frozenset[str]:
    return frozenset(str(name).strip().casefold() for member in ("code", "unit") if (name := quantity.get(member)) not in (None, ""))


def _words(text: Any, change: _Change) -> str:
    """The text in the new ratio. It may name the old dose, one volume and one piece; nothing else that is an amount."""
    if not isinstance(text, str):
        raise _CannotSay
    own = _CONCENTRATION.sub(" ", text)
    if _masses(text) - {change.old} or len({hit[0] for hit in _VOLUME.findall(own)}) > 1:
        raise _CannotSay
    left = _VOLUME.sub(_MARK, _MASS.sub(_MARK, own))
    if _UNIT.search(left) or _NOT_ONE.search(left):
        raise _CannotSay
    return change.text(text)


def _masses(text: str) -> frozenset[Decimal]:
    """Which amounts in milligrams stand in this text, those of concentrations left out?"""
    found = _MASS.findall(_CONCENTRATION.sub(" ", text))
    return frozenset(Decimal(number) * _MILLIGRAMS[unit.casefold()] for number, _, unit in found)


def _with_strength(order: Json, line: Json, change: _Change) -> Json:
    """The order with the strength in its product's own words changed too, so that one capsule stays one capsule.

    A product that a code or a resource of its own names keeps its strength: then only a mass or a volume can be changed,
    and only where its words name no strength of a capsule.
    """
    named = [text for text in product.strings([product.concept_of(order), order.get("medicationReference")]) if _masses(text)]
    if not named:
        if _is_counted(line) or not _names_an_amount(line):
            raise _CannotSay
        return order
    text = product.text_of(order)
    if text is None or named != [text] or _masses(text) != {change.old}:
        raise _CannotSay
    if _VOLUME.search(_CONCENTRATION.sub("", text)):
        raise _CannotSay
    return product.renamed(order, change.text(text))


def _is_counted(line: Json) -> bool:
    """Does the line count capsules, in its structure or in its words?"""
    units = [_unit_names(quantity) for quantity in _quantities(line)]
    counted = any(not names & (_MILLIGRAMS.keys() | _VOLUME_UNITS) for names in units)
    return counted or any(_PIECE.search(str(line.get(member) or "")) for member in ("text", "patientInstruction"))


def _names_an_amount(line: Json) -> bool:
    texts = [str(line.get(member) or "") for member in ("text", "patientInstruction")]
    return bool(_quantities(line)) or any(_MASS.search(text) or _VOLUME.search(text) for text in texts)


def _quantities(line: Json) -> list[Json]:
    """Every dose of a line that `_line` has accepted."""
    rates = [rate["doseQuantity"] for rate in line.get("doseAndRate") or ()]
    return [*rates, *([line["doseQuantity"]] if line.get("doseQuantity") is not None else [])]


def still_names(order: Json, old: Decimal | None, new: list[Decimal]) -> str:
    """What to say where a note or an instruction of the changed order still names the dose before; empty where none does."""
    if old is None or old in new:
        return ""
    return f"Words on the order still name {old.normalize():f} mg: check them" if any(old in _masses(text) for text in product.strings(order)) else ""


def _still_says(order: Json, line: Json, change: _Change) -> bool:
    """Is the old dose named anywhere else: in a note, the narrative, an additional instruction, a contained product?"""
    rest = {key: value for key, value in order.items() if key not in ("dosageInstruction", "medicationCodeableConcept")}
    beside = {key: value for key, value in line.items() if key not in ("text", "patientInstruction")}
    return any(change.old in _masses(text) for text in (*product.strings(rest), *product.strings(beside)))


def _number(value: Decimal) -> Decimal | int:
    return int(value) if value == value.to_integral_value() else value
