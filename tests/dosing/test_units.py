"""Units by their UCUM code: what they are in milligrams or millilitres, exactly, and what is none."""

from decimal import Decimal

import pytest

from cards.model import Library
from cds.dosing.units import COUNTS, drop_ml, milligrams, milligrams_a_day, millilitres


@pytest.mark.parametrize(
    ("unit", "mg"), [("mg", "1"), ("g", "1000"), ("kg", "1000000"), ("ug", "0.001"), ("ng", "0.000001"), ("mL", None), ("mg/d", None), ("h", None)]
)
def test_a_mass_in_milligrams(unit: str, mg: str | None) -> None:
    assert milligrams(unit) == (Decimal(mg) if mg else None)


@pytest.mark.parametrize(
    ("unit", "ml"), [("mL", "1"), ("L", "1000"), ("uL", "0.001"), ("[tsp_us]", "5"), ("[tsp_m]", "5"), ("mg", None), ("[drp]", None)]
)
def test_a_volume_in_millilitres(unit: str, ml: str | None) -> None:
    assert millilitres(unit) == (Decimal(ml) if ml else None)


@pytest.mark.parametrize(("unit", "mg"), [("mg/d", "1"), ("ug/d", "0.001"), ("mg", None), ("mL/d", None)])
def test_a_mass_by_time_in_milligrams_a_day(unit: str, mg: str | None) -> None:
    assert milligrams_a_day(unit) == (Decimal(mg) if mg else None)


@pytest.mark.parametrize("unit", ["", "?", "1", "{drop}", "mg/kg/d", "mg*mL", "2 mg", "mg**9**9**9", "__class__", "a" * 1000, "U/L", "MG"])
def test_what_is_no_unit_of_a_dose_is_none(unit: str) -> None:
    assert (milligrams(unit), millilitres(unit), milligrams_a_day(unit)) == (None, None, None)


def test_the_drop_of_ucum() -> None:
    assert drop_ml() == Decimal("0.05")


def test_every_unit_that_a_spelling_may_mean_is_of_one_sort(library: Library) -> None:
    for unit in set(library.terminology.units.values()):
        sorts = [milligrams(unit) is not None, millilitres(unit) is not None, milligrams_a_day(unit) is not None, unit in COUNTS]
        assert sum(sorts) <= 1, unit
