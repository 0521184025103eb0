"""The daily dose, as far as it tells low dose from standard: what is read, and what is refused rather than guessed."""

from decimal import Decimal

import pytest

from cards.model import Library
from cds.dose import DosageLine, Dose, DoseClass, dose_class, own_strengths, per_day, per_day_of_code, read, units

DAILY = Decimal(1)


def mg(text: str, product: str = "") -> Decimal | None:
    return read((DosageLine(text=text),), (product,) if product else ()).daily_mg


@pytest.mark.parametrize(
    ("text", "product", "daily"),
    [
        ("Take 4.5 mg by mouth at bedtime", "naltrexone", "4.5"),
        ("4.5mg nocte", "naltrexone", "4.5"),
        ("500 mcg daily", "naltrexone", "0.5"),
        ("50 mg BID", "naltrexone", "100"),
        ("1 tab daily", "naltrexone 50 mg tablet", "50"),
        ("½ tablet daily", "naltrexone 50 mg tablet", "25"),
        ("take 3 capsules at bedtime", "naltrexone 1.5 mg capsule", "4.5"),
        ("take two capsules (3 mg) nightly", "naltrexone 1.5 mg capsule", "3"),
        ("take 1 capsule (1.5 mg) at night", "LDN", "1.5"),
        ("1.5 mg every other night", "LDN", "0.75"),
        ("one and a half tablets daily", "naltrexone 50 mg tablet", "75"),
        ("1 ½ tablets daily", "naltrexone 50 mg tablet", "75"),
        ("1-2 capsules daily", "naltrexone 1.5 mg capsule", "3"),
        ("1–2 capsules daily", "naltrexone 1.5 mg capsule", "3"),
        ("take 2 capsules of 1.5 mg nightly", "naltrexone", "3"),
        ("1.5 mg nightly for 2 weeks then 3 mg nightly", "naltrexone", "1.5"),
        ("4.5 mg as needed daily", "naltrexone", "4.5"),
    ],
)
def test_plain_words_are_read(text: str, product: str, daily: str) -> None:
    assert mg(text, product) == Decimal(daily)


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("", "naltrexone 1.5 mg"),
        ("as directed", "naltrexone 1.5 mg"),
        ("1 capsule daily", "naltrexone"),
        ("1 capsule daily", "naltrexone 1.5 mg or 3 mg"),
        ("take 2 capsules (4.5 mg) nightly", "naltrexone 1.5 mg capsule"),
        ("1.5 mg nightly, increase to 4.5 mg", "naltrexone"),
        ("4.5 mg", "naltrexone"),
        ("1 mg/mL daily", "naltrexone"),
    ],
)
def test_what_is_not_plain_is_refused(text: str, product: str) -> None:
    found = read((DosageLine(text=text),), (product,))
    assert found.daily_mg is None
    assert found.why_not


@pytest.mark.parametrize(
    ("line", "product", "daily"),
    [
        (DosageLine(quantity=Decimal("4.5"), unit="mg", per_day=DAILY), "", "4.5"),
        (DosageLine(quantity=Decimal(1), unit="1", per_day=DAILY), "naltrexone 3 mg capsule", "3"),
        (DosageLine(quantity=Decimal("0.5"), unit="mL", per_day=DAILY), "naltrexone 1 mg/mL suspension", "0.5"),
        (DosageLine(quantity=Decimal("0.2"), unit="mL", per_day=DAILY), "naltrexone 100 mcg/0.1 mL", "0.2"),
        (DosageLine(quantity=Decimal(250), unit="ug", per_day=Decimal(2)), "", "0.5"),
        (DosageLine(quantity=Decimal(1), unit="1", per_day=DAILY), "naltrexone", None),
        (DosageLine(quantity=Decimal(1), unit="mL", per_day=DAILY), "naltrexone 3 mg capsule", None),
        (DosageLine(quantity=Decimal(3), unit="", per_day=DAILY), "naltrexone 3 mg capsule", None),
        (DosageLine(quantity=Decimal(-3), unit="mg", per_day=DAILY), "", None),
        (DosageLine(quantity=Decimal(3), unit="mg"), "", None),
        (DosageLine(quantity=Decimal(3), unit="mg", per_day=DAILY, as_needed=True), "", "3"),
    ],
)
def test_structure_is_read_by_its_units(line: DosageLine, product: str, daily: str | None) -> None:
    found = read((line,), (product,)).daily_mg
    assert found == (Decimal(daily) if daily else None)


def test_steps_in_sequence_are_kept_and_lines_without_one_are_not_added_up() -> None:
    steps = [DosageLine(sequence=n, quantity=Decimal(q), unit="mg", per_day=DAILY, days=14) for n, q in ((2, "3"), (1, "1.5"))]
    found = read(tuple(steps), ())
    assert [step.daily_mg for step in found.steps] == [Decimal("1.5"), Decimal(3)]
    assert found.highest_mg == 3
    again = [DosageLine(quantity=Decimal(q), unit="mg", per_day=DAILY) for q in ("1.5", "3")]
    assert read(tuple(again), ()).daily_mg is None


def test_the_basis_tells_structure_from_text() -> None:
    line = DosageLine(text="4.5 mg daily", quantity=Decimal("4.5"), unit="mg", per_day=DAILY)
    assert read((line,), ()).basis == "both"
    assert read((DosageLine(quantity=Decimal("4.5"), unit="mg", per_day=DAILY),), ()).basis == "structured"
    assert read((DosageLine(text="4.5 mg daily"),), ()).basis == "text"


@pytest.mark.parametrize(("daily", "found"), [("12", "low"), ("12.01", "between"), ("24.99", "between"), ("25", "standard")])
def test_the_class_by_the_highest_step(library: Library, daily: str, found: str) -> None:
    dose = read((DosageLine(quantity=Decimal(daily), unit="mg", per_day=DAILY),), ())
    assert dose_class(dose, "", False, library.policy).value == found


def test_the_class_without_a_readable_dose(library: Library) -> None:
    assert dose_class(Dose(why_not="x"), "", True, library.policy) is DoseClass.LOW
    assert dose_class(Dose(why_not="x", amounts=(Decimal("4.5"),)), "", False, library.policy) is DoseClass.LOW
    assert dose_class(Dose(why_not="x", amounts=(Decimal(50),)), "", False, library.policy) is DoseClass.UNKNOWN
    assert dose_class(Dose(why_not="x"), "depot-injection", True, library.policy) is DoseClass.STANDARD


def test_timing() -> None:
    assert per_day_of_code(" qhs ") == 1
    assert per_day_of_code("BID") == 2
    assert per_day_of_code("whenever") is None
    assert per_day(Decimal(1), Decimal(2), "d") == Decimal("0.5")
    assert per_day(Decimal(1), Decimal(8), "h") == 3
    assert per_day(Decimal(1), Decimal(0), "d") is None
    assert per_day(Decimal(1), Decimal(1), "fortnight") is None


def test_units_are_never_guessed(library: Library) -> None:
    table = library.terminology.units
    assert [units(None, code, table) for code in ("MG", "mg", "mcg", "ML", "cc", "{tbl}")] == ["mg", "mg", "ug", "mL", "mL", "1"]
    assert units("Caps", None, table) == "1"
    assert units("furlong", "xyz", table) == ""
    assert units(None, None, table) == ""


@pytest.mark.parametrize(
    ("product", "daily"),
    [
        ("naltrexone 8 MG / bupropion 90 MG Extended Release Oral Tablet", "32"),
        ("bupropion hydrochloride 90 MG / naltrexone hydrochloride 8 MG Extended Release Oral Tablet [Contrave]", "32"),
        ("naltrexone-bupropion 8-90 mg ER tablet", "32"),
        ("bupropion-naltrexone 90 mg-8 mg ER tablet", "32"),
        ("naltrexone/bupropion 8 mg/90 mg", "32"),
        ("Contrave 8-90 mg", None),
        ("naltrexone 50 mg tablet", "200"),
    ],
)
def test_only_the_own_strength_of_a_combination_counts(product: str, daily: str | None) -> None:
    texts = own_strengths((product,), (("naltrexone",), ("ldn",)))
    found = read((DosageLine(quantity=Decimal(2), unit="1", per_day=Decimal(2)),), texts).daily_mg
    assert found == (Decimal(daily) if daily else None)


def test_two_masses_with_a_stroke_between_are_not_one() -> None:
    assert mg("take 1 tablet (8 mg / 90 mg) twice daily", "naltrexone") is None
    assert mg("take 1-2 mg daily", "naltrexone") == 2


def test_what_is_too_long_for_a_dosage_is_refused_not_read_in_part(library: Library) -> None:
    found = read((DosageLine(text="4.5 mg daily" + " " * 1000),), ("naltrexone",))
    assert found.daily_mg is None
    assert "1000 characters" in found.why_not
    assert dose_class(found, "", False, library.policy) is DoseClass.UNKNOWN
    lines = tuple(DosageLine(sequence=n, text="4.5 mg daily") for n in range(101))
    assert "100 dosage lines" in read(lines, ()).why_not
    assert read(lines[:100], ()).daily_mg == Decimal("4.5")
