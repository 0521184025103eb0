"""FHIR's coded shapes to the neutral ones: codings, words, quantities, status words."""

import re
from decimal import Decimal

from cards.model import Terminology
from cards.words import LONGEST
from cds.dose import units
from cds.fhir.views import Concept, Quantity
from cds.recognise.coded import Coded, Coding

_EMPTY = Coded()
# beyond these a quantity is no dose, supply or result, only a way to make arithmetic explode
_LARGEST = 9


def coded(concept: Concept | None) -> Coded:
    """Which codings and words does this concept hold?"""
    if concept is None:
        return _EMPTY
    codings = tuple(
        Coding(system=coding.system or "", code=coding.code or "", display=coding.display or "")
        for coding in concept.coding or ()
        if coding.code or coding.display
    )
    return Coded(codings=codings, text=concept.text or "")


def too_long(name: str, *concepts: Coded) -> tuple[str, ...]:
    """The fault of a member whose wording is longer than what is read of it: the rest is not read, and that is said."""
    return (f"{name}: more than {LONGEST} characters, the rest was not read",) if any(one.longest > LONGEST for one in concepts) else ()


def manner(concept: Concept | None, terminology: Terminology) -> str:
    """Which words say this route or dose form? Its own, and those of its codes."""
    found = coded(concept)
    systems = terminology.systems
    known = (terminology.manners.get((systems.get(c.system.strip(), ""), c.code.strip().casefold()), "") for c in found.codings)
    return " ; ".join(text for text in (*found.texts, *known) if text)


def status_word(value: Concept | str | None) -> str:
    """Which status does this say? R4 sends a concept, STU3 a plain code; empty when neither says anything."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip().casefold()
    for coding in value.coding or ():
        if coding.code:
            return coding.code.strip().casefold()
    return (value.text or "").strip().casefold()


def sane(value: Decimal | None) -> Decimal | None:
    """This number, unless it is not finite or of a size that no clinical quantity has."""
    if value is None or not value.is_finite() or (value and abs(value.adjusted()) > _LARGEST):
        return None
    return value


def quantity(value: Quantity | None, terminology: Terminology) -> tuple[Decimal, str] | None:
    """Which amount in which UCUM unit? None when the number is missing or absurd; an unknown unit is empty."""
    if value is None or (number := sane(value.value)) is None:
        return None
    return number, units(value.unit, value.code, terminology.units)


_WRITTEN = re.compile(r"(<=|>=|<|>|≤|≥)? ?(\d{1,9}(?:\.\d{1,6})?)(?: ?[A-Za-z%][\w%/.]{0,20})?")
_LONGEST_AMOUNT = 40
_SIGNS = {"≤": "<=", "≥": ">="}


def written_amount(text: str) -> tuple[str, Decimal | None]:
    """Which comparator and number does a text such as ">2000 ng/mL" hold, when it holds nothing else?"""
    found = _WRITTEN.fullmatch(" ".join(text.split())) if len(text) <= _LONGEST_AMOUNT else None
    if found is None:
        return "", None
    sign, number = found.groups()
    return _SIGNS.get(sign or "", sign or ""), Decimal(number)


_AMOUNT = re.compile(r"(<=|>=|<|>|≤|≥)? ?(\d{1,9}(?:\.\d{1,6})?) ?([A-Za-zµμ%][\w%/.²µμ ]{0,24})?")
_UPPER = re.compile(
    r"(?:normal:? ?)?[\[(]?(?:\d{1,6}(?:\.\d{1,6})? ?(?:-|–|—|to) ?|(?:<=|<|≤|up to|less than) ?)"
    r"(\d{1,6}(?:\.\d{1,6})?)(?: ?([A-Za-zµμ%][\w%/.²µμ ]{0,24}))?[\])]?",
    re.IGNORECASE,
)


def written_quantity(text: str) -> tuple[str, Decimal, str] | None:
    """Which comparator, number and spelling of a unit does a text such as "<5 U/L" hold, when it holds nothing else?"""
    found = _AMOUNT.fullmatch(" ".join(text.split())) if len(text) <= _LONGEST_AMOUNT else None
    if found is None:
        return None
    sign, number, unit = found.groups()
    return _SIGNS.get(sign or "", sign or ""), Decimal(number), (unit or "").strip()


def written_upper(text: str) -> tuple[Decimal, str] | None:
    """Which upper limit and spelling of a unit does a range such as "7 - 56 U/L" or "<41" give?"""
    found = _UPPER.fullmatch(" ".join(text.split())) if len(text) <= _LONGEST_AMOUNT else None
    return (Decimal(found[1]), (found[2] or "").strip()) if found else None


def listed(concept: list[Concept] | Concept | None) -> tuple[Coded, ...]:
    """These concepts, whether one or several were sent."""
    return tuple(coded(one) for one in (concept if isinstance(concept, list) else [concept]) if one is not None)


_DAYS = {"h": Decimal(1) / 24, "d": Decimal(1), "wk": Decimal(7), "mo": Decimal(30), "a": Decimal(365)}


def days(value: Quantity | None, terminology: Terminology) -> int | None:
    """How many days does this duration mean? A number without any unit is taken as days, as EHRs send daysSupply."""
    found = quantity(value, terminology)
    if found is None or value is None:
        return None
    number, unit = found
    scale = _DAYS.get(unit) if unit else (Decimal(1) if not value.unit and not value.code else None)
    if scale is None or number <= 0 or number * scale > 36_500:
        return None
    return int((number * scale).to_integral_value())
