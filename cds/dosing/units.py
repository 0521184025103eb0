"""Units of the structure: an EHR's spelling to UCUM, and UCUM to milligrams, millilitres or a count.

The spellings are data (code lists), the units are data (`ucum.txt`); prefixes, quotients and what can be turned into what are
the business of pint, which reckons in Decimal. Each factor is reckoned once. May import nothing of this project.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pint import PintError, UnitRegistry

# countable units: a plain count, and those that are not one capsule or tablet
COUNTS = {"1": "", "[drp]": "drop", "{drop}": "drop", "{click}": "click", "{pump}": "pump", "{spray}": "spray"}

_UCUM_DROP, _ANY_DROP = "[drp]", "{drop}"
_REGISTRY: "UnitRegistry[Decimal]" = UnitRegistry(Path(__file__).with_name("ucum.txt"), non_int_type=Decimal, cache_folder=None)
_CODE = re.compile(r"[A-Za-z_]+(?:/[A-Za-z_]+)?")


def units(spelling: str | None, code: str | None, table: Mapping[str, str]) -> str:
    """Which UCUM unit does an EHR's spelling mean? Empty when unknown, and where code and unit differ: a unit is never guessed."""
    by_code, by_word = _meant(code, table), _meant(spelling, table)
    if by_code == _UCUM_DROP and by_word == _ANY_DROP:
        return by_word  # an EHR codes every drop so, however large the pharmacy's dropper makes it
    if by_code and by_word and by_code != by_word:
        return ""
    return by_code or by_word


def _meant(written: str | None, table: Mapping[str, str]) -> str:
    if not written:
        return ""
    plain = written.strip()
    return table.get(plain) or table.get(plain.casefold()) or ""


def milligrams(unit: str) -> Decimal | None:
    """How many milligrams are one of this UCUM unit? None where it is no mass."""
    return _factor(unit, "mg")


def milligrams_a_day(unit: str) -> Decimal | None:
    """How many milligrams a day are one of this UCUM unit? None where it is no mass by time."""
    return _factor(unit, "mg/d")


def millilitres(unit: str) -> Decimal | None:
    """How many millilitres are one of this UCUM unit? None where it is no volume, or a drop: a drop is counted, see `drop_ml`."""
    return None if unit in COUNTS else _factor(unit, "mL")


def drop_ml() -> Decimal:
    """The millilitres of UCUM's own drop; a drop by any other name is as large as the pharmacy says."""
    return _factor("[drp]", "mL") or Decimal(0)


@lru_cache(maxsize=512)
def _factor(unit: str, wanted: str) -> Decimal | None:
    code = unit.replace("[", "").replace("]", "")
    if not _CODE.fullmatch(code):
        return None
    try:
        return Decimal(_REGISTRY.Quantity(Decimal(1), code).to(wanted).magnitude).normalize()
    except PintError:
        return None
