"""Doses in structure: sequences and simultaneous lines, types, ranges, caps, cycles, strengths; and where structure and words differ."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.model import Library
from cds.dose import Amount, DosageLine, Dose, Ratio, read
from cds.fhir.medications import medication
from cds.fhir.references import Shelf

D = Decimal
NIGHTLY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
UCUM = "http://unitsofmeasure.org"


def mg(value: float, unit: str = "mg") -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def dose(library: Library, dosage: Any, product: str = "naltrexone 1.5 mg capsule", **more: Any) -> Dose:
    raw: dict[str, Any] = {"resourceType": "MedicationRequest", "status": "draft", "intent": "order", "dosageInstruction": dosage}
    raw |= more or {"medicationCodeableConcept": {"text": product}}
    found, _ = medication(raw, "k", Shelf(), library.terminology, draft=True)
    return found.dose


def given(value: float = 4.5, unit: str = "mg", **more: Any) -> dict[str, Any]:
    return {"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": mg(value, unit)}], **more}


def timed(**repeat: Any) -> dict[str, Any]:
    return {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": mg(4.5)}]}


@pytest.mark.parametrize(
    ("repeat", "daily"),
    [
        ({"frequency": 1, "period": 1, "periodUnit": "d"}, "4.5"),
        ({"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}, "9"),
        ({"frequency": 1, "period": 1, "periodMax": 2, "periodUnit": "d"}, "4.5"),
        ({"frequency": 1, "period": 24, "periodUnit": "h"}, "4.5"),
        ({"frequency": 1, "period": 8, "periodUnit": "h"}, "13.5"),
        ({"frequency": 1, "period": 2, "periodUnit": "d"}, "2.25"),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, "0.642857"),
        ({"frequency": 3, "period": 1, "periodUnit": "wk"}, "1.928571"),
        ({"frequency": 1, "period": 1440, "periodUnit": "min"}, "4.5"),
        ({"period": 1, "periodUnit": "d"}, "4.5"),
        ({"when": ["HS"]}, "4.5"),
        ({"when": "HS"}, "4.5"),
        ({"when": ["MORN", "HS"]}, "9"),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "when": ["HS"]}, "4.5"),
        ({"frequency": 2, "period": 1, "periodUnit": "d", "when": ["MORN", "HS"]}, "9"),
        ({"frequency": 3, "period": 1, "periodUnit": "d", "when": ["HS"]}, None),
        ({"frequency": 3, "period": 1, "periodUnit": "d", "when": ["C"]}, "13.5"),
        ({"when": ["C"]}, None),
        ({"timeOfDay": ["21:00:00"]}, "4.5"),
        ({"timeOfDay": ["08:00:00", "20:00:00"]}, "9"),
        ({"dayOfWeek": ["mon", "tue", "wed", "thu", "fri"]}, "3.214286"),
        ({"dayOfWeek": "mon"}, "0.642857"),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon", "wed", "fri"]}, "1.928571"),
        ({"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "wed", "fri"]}, "1.928571"),
        ({"frequency": 3, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "wed", "fri"]}, "1.928571"),
        ({"frequency": 2, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "wed", "fri"]}, None),
        ({"dayOfWeek": ["someday"]}, None),
        ({"frequency": 1, "period": 1, "periodUnit": "fortnight"}, None),
        ({"frequency": 1, "period": 0, "periodUnit": "d"}, None),
        ({"frequency": 1}, None),
        ({}, None),
    ],
)
def test_the_rhythm_of_the_structure(library: Library, repeat: dict[str, Any], daily: str | None) -> None:
    found = dose(library, [timed(**repeat)]).daily_mg
    assert (round(found, 6) if found is not None else None) == (D(daily) if daily else None)


@pytest.mark.parametrize(
    ("code", "daily"),
    [
        ("QD", "4.5"),
        ("BID", "9"),
        ("TID", "13.5"),
        ("QID", "18"),
        ("AM", "4.5"),
        ("PM", "4.5"),
        ("BED", "4.5"),
        ("QOD", "2.25"),
        ("WK", "0.642857"),
        ("MO", "0.15"),
        ("Q1H", "108"),
        ("Q2H", "54"),
        ("Q3H", "36"),
        ("Q4H", "27"),
        ("Q6H", "18"),
        ("Q8H", "13.5"),
        ("QHS", "4.5"),
        ("HS", "4.5"),
        ("Q12H", "9"),
        ("Q24H", "4.5"),
        ("DAILY", "4.5"),
        ("nocte", "4.5"),
        ("mane", "4.5"),
        ("b.i.d.", "9"),
        ("every other day", "2.25"),
        ("Nightly", "4.5"),
        ("once a day at bedtime", "4.5"),
        ("whenever", None),
        ("4.5 mg nightly", None),
    ],
)
def test_timing_codes_and_their_words(library: Library, code: str, daily: str | None) -> None:
    for timing in ({"code": {"coding": [{"code": code}]}}, {"code": {"text": code}}):
        found = dose(library, [{"timing": timing, "doseAndRate": [{"doseQuantity": mg(4.5)}]}]).daily_mg
        assert (round(found, 6) if found is not None else None) == (D(daily) if daily else None)


def test_a_code_and_a_repetition_that_differ_are_no_rhythm(library: Library) -> None:
    line = {"timing": {**NIGHTLY, "code": {"text": "BID"}}, "doseAndRate": [{"doseQuantity": mg(4.5)}]}
    assert dose(library, [line]).why_not == "a timing whose code and repetition differ"


@pytest.mark.parametrize(
    ("value", "unit", "product", "daily"),
    [
        (4.5, "mg", "LDN", "4.5"),
        (4500, "ug", "LDN", "4.5"),
        (4500, "mcg", "LDN", "4.5"),
        (4.5, "MG", "LDN", "4.5"),
        (500, "ng", "LDN", "0.0005"),
        (0.0045, "g", "LDN", "4.5"),
        (0.5, "mL", "naltrexone 1 mg/mL", "0.5"),
        (0.5, "ML", "naltrexone 1 mg/mL", "0.5"),
        (0.5, "cc", "naltrexone 1 mg/mL", "0.5"),
        (1, "tsp", "naltrexone 1 mg/mL", "5"),
        (3, "{capsule}", "naltrexone 1.5 mg capsule", "4.5"),
        (3, "caps", "naltrexone 1.5 mg capsule", "4.5"),
        (0.5, "tab", "naltrexone 3 mg tablet", "1.5"),
        (5, "drop", "naltrexone 0.1 mg per drop", "0.5"),
        (5, "drop", "naltrexone 1 mg/mL", None),
        (10, "[drp]", "naltrexone 1 mg/mL", "0.5"),
        (2, "click", "naltrexone cream 0.5 mg/click", "1"),
        (2, "click", "naltrexone cream", None),
        (1, "g", "naltrexone cream 0.5 mg/g", "0.5"),
        (1, "g", "naltrexone cream", None),
        (1, "mL", "LDN", None),
        (1, "capsule", "LDN", None),
        (1, "capsule", "LDN 1.5 mg or 3 mg", None),
        (4.5, "scoop", "LDN", None),
        (0, "mg", "LDN", None),
        (-4.5, "mg", "LDN", None),
        (4.5, "mg/d", "LDN", "4.5"),
        (4.5, "mg/kg", "LDN", None),
    ],
)
def test_units(library: Library, value: float, unit: str, product: str, daily: str | None) -> None:
    found = dose(library, [given(value, unit)], product)
    assert found.daily_mg == (D(daily) if daily else None)
    assert found.daily_mg is not None or found.why_not


def test_the_same_dose_under_several_types_is_read_once(library: Library) -> None:
    rates = [
        {"type": {"coding": [{"code": "calculated"}]}, "doseQuantity": mg(4.5)},
        {"type": {"text": "admin-amount"}, "doseQuantity": {"value": 3, "unit": "capsule"}},
        {"type": {"coding": [{"code": "ordered"}]}, "doseQuantity": mg(4.5)},
    ]
    found = dose(library, [{"timing": NIGHTLY, "doseAndRate": rates}])
    assert (found.daily_mg, found.steps[0].count, found.unit_mg) == (D("4.5"), 3, D("1.5"))
    rates[0]["doseQuantity"] = mg(45)
    assert dose(library, [{"timing": NIGHTLY, "doseAndRate": rates}]).daily_mg == D("4.5")
    rates[2]["type"] = {"text": "other"}
    assert dose(library, [{"timing": NIGHTLY, "doseAndRate": rates}]).why_not == "the structure gives two doses"


def test_the_high_end_of_a_range(library: Library) -> None:
    span = {"low": mg(1.5), "high": mg(4.5)}
    assert dose(library, [{"timing": NIGHTLY, "doseAndRate": [{"doseRange": span}]}]).daily_mg == D("4.5")
    assert dose(library, [{"timing": NIGHTLY, "doseRange": {"low": mg(1.5), "high": {"value": 3}}}]).daily_mg == 3


@pytest.mark.parametrize("shape", [lambda most: most, lambda most: [most]])
def test_the_most_in_a_period_caps_the_day(library: Library, shape: Any) -> None:
    line = {"timing": {"repeat": {"frequency": 1, "period": 4, "periodUnit": "h"}}, "doseAndRate": [{"doseQuantity": mg(1.5)}]}
    assert dose(library, [line]).daily_mg == 9
    line["maxDosePerPeriod"] = shape({"numerator": mg(4.5), "denominator": {"value": 24, "unit": "h", "code": "h"}})
    assert dose(library, [line]).daily_mg == D("4.5")
    line["maxDosePerPeriod"] = shape({"numerator": mg(45), "denominator": {"value": 1, "unit": "d", "code": "d"}})
    assert dose(library, [line]).daily_mg == 9


@pytest.mark.parametrize(
    ("bounds", "days"),
    [
        ({"boundsDuration": {"value": 2, "unit": "wk", "code": "wk"}}, 14),
        ({"boundsPeriod": {"start": "2026-01-01", "end": "2026-01-14"}}, 14),
        ({"boundsRange": {"low": {"value": 14, "unit": "d", "code": "d"}, "high": {"value": 28, "unit": "d", "code": "d"}}}, 14),
        ({"count": 10}, 10),
        ({}, None),
    ],
)
def test_how_long_a_line_holds(library: Library, bounds: dict[str, Any], days: int | None) -> None:
    line = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", **bounds}}, "doseAndRate": [{"doseQuantity": mg(4.5)}]}
    assert dose(library, [line]).steps[0].days == days


def line(value: str, **more: Any) -> DosageLine:
    return DosageLine(quantity=D(value), unit="mg", per_day=D(1), **more)


def test_lines_in_sequence_follow_each_other_and_lines_of_one_number_go_together() -> None:
    both = (line("1.5", sequence=1, moments=frozenset({"MORN"})), line("3", sequence=1, moments=frozenset({"HS"})), line("6", sequence=2))
    assert [step.daily_mg for step in read(both, ()).steps] == [D("4.5"), 6]
    assert read((line("3", sequence=2), line("1.5", sequence=1, days=14)), ()).daily_mg == D("1.5")
    assert read((line("3", sequence=1), line("1.5", sequence=1)), ()).daily_mg is None


def test_lines_without_a_sequence_go_together_only_where_they_share_out_the_day_or_follow_by_date() -> None:
    morning, night = line("1.5", moments=frozenset({"MORN"})), line("3", moments=frozenset({"HS"}))
    found = read((morning, night), ())
    assert (found.daily_mg, found.steps[0].times, found.steps[0].moments) == (D("4.5"), 2, {"MORN", "HS"})
    assert read((morning, morning), ()).why_not == "several dosage lines without a sequence"
    assert read((line("1.5", clock=frozenset({"08:00"})), line("3", clock=frozenset({"20:00"}))), ()).daily_mg == D("4.5")
    first = line("1.5", begins=date(2026, 1, 1), ends=date(2026, 1, 14))
    then = line("3", begins=date(2026, 1, 15), ends=date(2026, 1, 28))
    assert [(step.daily_mg, step.days) for step in read((then, first), ()).steps] == [(D("1.5"), 14), (3, 14)]
    assert read((replace(first, ends=date(2026, 1, 20)), then), ()).daily_mg is None


def test_as_needed_is_read_and_said() -> None:
    assert read((line("4.5", as_needed=True),), ()).steps[0].as_needed
    assert read((line("4.5", text="4.5 mg nightly as needed"),), ()).steps[0].as_needed


@pytest.mark.parametrize(
    ("ratio", "unit", "quantity", "daily"),
    [
        (Ratio(amount=D("1.5"), unit="mg", per=D(1), per_unit="1"), "1", "3", "4.5"),
        (Ratio(amount=D("1.5"), unit="mg"), "1", "3", "4.5"),
        (Ratio(amount=D(30), unit="mg", per=D(30), per_unit="mL"), "mL", "0.5", "0.5"),
        (Ratio(amount=D(100), unit="ug", per=D("0.1"), per_unit="mL"), "mL", "0.5", "0.5"),
        (Ratio(amount=D("0.5"), unit="mg", per=D(1), per_unit="{drop}"), "{drop}", "3", "1.5"),
        (Ratio(amount=D("0.5"), unit="mg", per=D(1), per_unit="g"), "mL", "1", None),
        (Ratio(amount=D("1.5"), unit="mg", per=D(0), per_unit="1"), "1", "1", None),
        (Ratio(amount=D("1.5"), unit="mL", per=D(1), per_unit="1"), "1", "1", None),
    ],
)
def test_structured_strengths(ratio: Ratio, unit: str, quantity: str, daily: str | None) -> None:
    found = read((DosageLine(quantity=D(quantity), unit=unit, per_day=D(1)),), ("naltrexone",), ratios=(ratio,))
    assert found.daily_mg == (D(daily) if daily else None)


def test_the_strength_of_a_contained_medication_is_that_of_its_naltrexone(library: Library) -> None:
    def product(*parts: tuple[str, float]) -> dict[str, Any]:
        listed = [
            {"itemCodeableConcept": {"text": name}, "strength": {"numerator": mg(much), "denominator": {"value": 1, "unit": "capsule"}}}
            for name, much in parts
        ]
        return {"resourceType": "Medication", "id": "m", "code": {"text": "compounded capsule"}, "ingredient": listed}

    line = {"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "capsule"}}]}
    for parts in ((("naltrexone", 1.5),), (("naltrexone", 1.5), ("microcrystalline cellulose", 100))):
        assert dose(library, [line], medicationReference={"reference": "#m"}, contained=[product(*parts)]).daily_mg == 3
    amount = {**product(), "code": {"text": "naltrexone"}, "amount": {"numerator": mg(1.5), "denominator": {"value": 1, "unit": "capsule"}}}
    assert dose(library, [line], medicationReference={"reference": "#m"}, contained=[amount]).daily_mg == 3


def test_both_readings_are_kept_where_they_differ() -> None:
    found = read((line("4.5", text="45 mg nightly"),), ())
    assert (found.structured[0].daily_mg, found.worded[0].daily_mg, found.daily_mg, found.basis) == (D("4.5"), 45, D("4.5"), "structured")
    found = read((line("1.5", text="1.5 mg nightly for 2 weeks, then 3 mg nightly"),), ())
    assert ([step.daily_mg for step in found.steps], found.basis) == ([D("1.5"), 3], "both")
    found = read((line("1.5", text="one zzz nightly"),), ())
    assert (found.daily_mg, found.worded, found.stopped_at) == (D("1.5"), (), "one zzz nightly")


def test_words_fill_what_the_structure_leaves_out() -> None:
    found = read((DosageLine(quantity=D("4.5"), unit="mg", text="at bedtime"),), ())
    assert (found.daily_mg, found.basis, found.steps[0].moments) == (D("4.5"), "both", {"HS"})
    found = read((DosageLine(per_day=D(2), text="Take 1.5 mg"),), ())
    assert (found.daily_mg, found.basis) == (3, "both")
    found = read((DosageLine(quantity=D(1), unit="1", per_day=D(1), text="1 capsule (1.5 mg) nightly"),), ("LDN",))
    assert (found.daily_mg, found.unit_mg, found.basis) == (D("1.5"), D("1.5"), "both")
    assert read((DosageLine(quantity=D("4.5"), unit="mg", text="1 capsule now"),), ()).daily_mg is None


def test_the_dosage_may_stand_in_the_name_of_the_order() -> None:
    assert read((), ("LDN 4.5 mg PO QHS",)).daily_mg == D("4.5")
    found = read((), ("LDN 4.5 mg capsule",))
    assert (found.daily_mg, found.why_not, found.given) == (None, "no dosage was given", False)


def test_what_is_told_beside_the_dose() -> None:
    found = read((DosageLine(text="Take 2 capsules under the tongue in the morning and at bedtime"),), ("naltrexone 1.5 mg capsule",))
    step = found.steps[0]
    assert (step.once_mg, step.times, step.count, step.moments) == (3, 2, 2, {"MORN", "HS"})
    assert (found.form, found.unit_mg, found.route, found.given) == ("capsule", D("1.5"), "sublingual", True)
    found = read((DosageLine(text="0.5 mL nightly"),), ("naltrexone 1 mg/mL suspension",))
    assert (found.steps[0].volume_ml, found.mg_per_ml, found.form) == (D("0.5"), 1, "solution")


def test_amounts_of_several_types_that_agree_by_count() -> None:
    amounts = (Amount(quantity=D("4.5"), unit="mg", kind="ordered"), Amount(quantity=D(1), unit="1", kind="admin-amount"))
    assert read((DosageLine(amounts=amounts, per_day=D(1)),), ("naltrexone 50 mg tablet",)).daily_mg == D("4.5")


CONTRAVE = (
    "naltrexone HCl/bupropion HCl 8 mg/90 mg ER tablet",
    "naltrexone 8 MG / bupropion 90 MG Extended Release Oral Tablet",
    "12 HR bupropion hydrochloride 90 MG / naltrexone hydrochloride 8 MG Extended Release Oral Tablet [Contrave]",
    "Contrave 8-90 mg tablet",
    "Contrave 8 mg/90 mg",
)


@pytest.mark.parametrize("product", CONTRAVE)
def test_the_combination_counts_its_naltrexone_only(library: Library, product: str) -> None:
    assert dose(library, [{"text": "2 tablets in the morning and 1 in the evening"}], product).daily_mg == 24
    line = {"timing": {"code": {"text": "BID"}}, "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}]}
    assert dose(library, [line], product).daily_mg == 32


@pytest.mark.parametrize(
    ("quantity", "why_not"),
    [
        ({"value": 4.5, "unit": "mg", "code": "ug"}, "the unit of the amount is not known"),
        ({"value": 4.5, "unit": "mcg", "code": "mg"}, "the unit of the amount is not known"),
        ({"value": 1.5, "unit": "mg", "code": "mL"}, "the unit of the amount is not known"),
        ({"value": 4.5, "unit": "mg", "code": "mg", "comparator": "<"}, "the unit of the amount is not known"),
    ],
)
def test_an_amount_that_contradicts_itself_is_none(library: Library, quantity: dict[str, Any], why_not: str) -> None:
    found = dose(library, [{"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": quantity}]}])
    assert (found.daily_mg, found.why_not) == (None, why_not)


def test_ranges_that_fall_are_refused(library: Library) -> None:
    span = {"low": mg(4.5), "high": mg(1.5)}
    assert dose(library, [{"timing": NIGHTLY, "doseAndRate": [{"doseRange": span}]}]).daily_mg is None
    assert dose(library, [timed(frequency=3, frequencyMax=1, period=1, periodUnit="d")]).why_not == "a range of frequencies that does not rise"


def test_a_code_and_its_words_that_differ_are_no_rhythm(library: Library) -> None:
    for code, text in (("QD", "BID"), ("BID", "once daily at bedtime")):
        line = {"timing": {"code": {"coding": [{"code": code}], "text": text}}, "doseAndRate": [{"doseQuantity": mg(1.5)}]}
        assert dose(library, [line]).why_not == "a timing whose code and words differ"
    line = {"timing": {"code": {"coding": [{"code": "BED"}], "text": "at bedtime"}}, "doseAndRate": [{"doseQuantity": mg(1.5)}]}
    assert dose(library, [line]).daily_mg == D("1.5")


def test_entries_without_a_type_have_to_agree(library: Library) -> None:
    rates = [{"doseQuantity": {"value": 2, "unit": "capsule"}}, {"doseQuantity": mg(4.5)}]
    assert dose(library, [{"timing": NIGHTLY, "doseAndRate": rates}]).why_not == "the structure gives two doses"
    rates[0]["doseQuantity"]["value"] = 3
    assert dose(library, [{"timing": NIGHTLY, "doseAndRate": rates}]).daily_mg == D("4.5")


@pytest.mark.parametrize(
    ("text", "product", "quantity", "unit", "told"),
    [
        ("Take 45 mg", "LDN", "4.5", "mg", "45"),
        ("Take 45 mg as directed", "LDN", "4.5", "mg", "45"),
        ("Take twice daily", "LDN", "4.5", "mg", "9"),
        ("every other night", "LDN", "4.5", "mg", "2.25"),
        ("Take 3 capsules", "naltrexone 1.5 mg capsule", "1.5", "mg", "4.5"),
        ("Take 1.5 mL (15 mg) nightly", "naltrexone 1 mg/mL", "1.5", "mL", "15"),
        ("Take 4.5 mg", "LDN", "4.5", "mg", None),
        ("at bedtime", "LDN", "4.5", "mg", None),
        ("as directed", "LDN", "4.5", "mg", None),
    ],
)
def test_words_that_contradict_in_part_are_told(text: str, product: str, quantity: str, unit: str, told: str | None) -> None:
    found = read((DosageLine(quantity=D(quantity), unit=unit, per_day=D(1), text=text),), (product,))
    assert found.daily_mg == D("1.5" if unit == "mL" else quantity)
    assert [step.daily_mg for step in found.worded] == ([D(told)] if told else [])


def test_a_line_lasts_until_the_day_before_the_next_begins() -> None:
    first = line("1.5", sequence=1, begins=date(2026, 11, 6), ends=date(2026, 11, 20))
    then = line("3", sequence=2, begins=date(2026, 11, 20))
    assert [step.days for step in read((first, then), ()).steps] == [14, None]
    assert [step.days for step in read((first, replace(then, begins=date(2026, 11, 21))), ()).steps] == [15, None]


def test_the_strength_of_a_filler_is_none_and_two_strengths_are_none(library: Library) -> None:
    line = {"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "capsule"}}]}
    one = {"numerator": mg(4.5), "denominator": {"value": 1, "unit": "capsule"}}
    filler = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"text": "naltrexone"},
        "ingredient": [{"itemCodeableConcept": {"text": "lactose"}, "strength": one}],
    }
    assert dose(library, [line], medicationReference={"reference": "#m"}, contained=[filler]).daily_mg is None
    own = {**filler, "ingredient": [{"itemCodeableConcept": {"text": "naltrexone"}, "strength": one}]}
    assert dose(library, [line], medicationReference={"reference": "#m"}, contained=[own]).daily_mg == D("4.5")
    both = {**own, "amount": {"numerator": mg(1.5), "denominator": {"value": 1, "unit": "capsule"}}}
    assert dose(library, [line], medicationReference={"reference": "#m"}, contained=[both]).daily_mg is None


def daily(found: Dose) -> Decimal | None:
    return round(found.daily_mg, 6) if found.daily_mg is not None else None


def test_a_drop_of_ucum_that_is_shown_as_a_drop_is_as_large_as_the_product_says(library: Library) -> None:
    drops = {"value": 3, "unit": "drop", "code": "[drp]", "system": UCUM}
    line = {"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": drops}]}
    assert dose(library, [line], "naltrexone 0.5 mg per drop, oral drops").daily_mg == D("1.5")
    assert dose(library, [line], "naltrexone 1 mg/mL oral suspension").daily_mg is None


@pytest.mark.parametrize(
    ("unit", "product", "expected"),
    [
        ("milligram(s)", "LDN", "1"),
        ("actuation", "naltrexone 500 mcg/actuation spray", "0.5"),
        ("capsule", "naltrexone 1.5-mg capsule", "1.5"),
        ("actuation", "naltrexone 1.5 mg capsule", None),
    ],
)
def test_units_in_words(library: Library, unit: str, product: str, expected: str | None) -> None:
    line = {"timing": NIGHTLY, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": unit}}]}
    assert dose(library, [line], product).daily_mg == (D(expected) if expected else None)


@pytest.mark.parametrize(
    ("one", "other", "sequence", "expected"),
    [
        (["mon", "tue", "wed", "thu", "fri"], ["sat", "sun"], None, "4.071429"),
        (["mon", "wed", "fri", "sun"], ["tue", "thu", "sat"], 1, "3.857143"),
        (["mon", "tue"], ["tue", "wed"], None, None),
        (["mon", "tue"], [], None, None),
    ],
)
def test_lines_share_out_the_week_at_one_time_of_day(
    library: Library, one: list[str], other: list[str], sequence: int | None, expected: str | None
) -> None:
    lines = [
        {"timing": {"repeat": {"dayOfWeek": days, "when": ["HS"]}}, "doseAndRate": [{"doseQuantity": mg(value)}]}
        | ({"sequence": sequence} if sequence else {})
        for days, value in ((one, 4.5), (other, 3))
    ]
    assert daily(dose(library, lines)) == (D(expected) if expected else None)


@pytest.mark.parametrize(
    ("most", "unit", "needed", "expected"), [(4.5, "d", True, "4.5"), (21, "wk", True, "3"), (4.5, "d", False, None), (1, "d", True, None)]
)
def test_as_often_as_the_most_of_a_time_allows(library: Library, most: float, unit: str, needed: bool, expected: str | None) -> None:
    """1.5 mg as needed: the most of a day or week says how often at the high end; less than one dose says nothing."""
    cap = {"numerator": mg(most), "denominator": {"value": 1, "unit": unit, "system": UCUM, "code": unit}}
    line = {"doseAndRate": [{"doseQuantity": mg(1.5)}], "asNeededBoolean": needed, "maxDosePerPeriod": cap}
    assert daily(dose(library, [line], "LDN")) == (D(expected) if expected else None)


@pytest.mark.parametrize(
    ("texts", "sequenced", "expected"),
    [
        (("Week 1-2: 1.5 mg nightly", "Week 3-4: 3 mg nightly", "Week 5 onward: 4.5 mg nightly"), False, [("1.5", 14), ("3", 14), ("4.5", None)]),
        (("Week 1-2: 1.5 mg nightly", "Week 3-4: 3 mg nightly", "Week 5 onward: 4.5 mg nightly"), True, [("1.5", 14), ("3", 14), ("4.5", None)]),
        (("1.5 mg qhs for 7 days", "increase to 3 mg qhs for 7 days", "increase to 4.5 mg qhs"), True, [("1.5", 7), ("3", 7), ("4.5", None)]),
        (("Take 1.5 mg Mon-Fri at bedtime", "Take 3 mg Sat and Sun at bedtime"), False, [("1.928571", None)]),
        (("Week 1-2: 1.5 mg nightly", "Week 4-5: 3 mg nightly"), False, []),
        (("Week 1-2: 1.5 mg nightly", "3 mg nightly"), False, []),
        (("1.5 mg nightly", "3 mg nightly"), False, []),
    ],
)  # fmt: skip
def test_lines_in_words_make_one_schedule(library: Library, texts: tuple[str, ...], sequenced: bool, expected: list[tuple[str, int | None]]) -> None:
    lines = [{"text": text} | ({"sequence": at} if sequenced else {}) for at, text in enumerate(texts, 1)]
    found = dose(library, lines, "LDN")
    assert [(round(step.daily_mg, 6), step.days) for step in found.steps] == [(D(daily_mg), days) for daily_mg, days in expected]
    assert found.steps or found.why_not


def test_the_day_told_on_each_of_its_lines_is_no_second_day(library: Library) -> None:
    text = "1.5 mg in the morning and 3 mg at bedtime"
    lines = [
        {"text": text, "timing": {"repeat": {"when": [when]}}, "doseAndRate": [{"doseQuantity": mg(value)}]}
        for when, value in (("MORN", 1.5), ("HS", 3))
    ]
    found = dose(library, lines, "LDN")
    assert (found.basis, found.daily_mg, found.worded[0].daily_mg) == ("both", D("4.5"), D("4.5"))
    lines[1]["doseAndRate"] = [{"doseQuantity": mg(30)}]
    assert dose(library, lines, "LDN").basis == "structured"


def test_a_line_in_words_alone_beside_one_with_a_structure(library: Library) -> None:
    lines: list[dict[str, Any]] = [given(1.5, sequence=1), {"text": "then 3 mg nightly", "sequence": 2}]
    lines[0]["timing"] = {"repeat": NIGHTLY["repeat"] | {"boundsDuration": {"value": 14, "unit": "d", "system": UCUM, "code": "d"}}}
    assert [(step.daily_mg, step.days) for step in dose(library, lines, "LDN").steps] == [(D("1.5"), 14), (D("3"), None)]
    assert dose(library, [{"text": "as directed", "sequence": 1}, {"text": "as needed", "sequence": 2}], "LDN").daily_mg is None


def test_what_the_patient_is_told_is_read_where_the_text_says_nothing(library: Library) -> None:
    told = "Take 4.5 mg by mouth at bedtime"
    assert dose(library, [{"text": "as directed", "patientInstruction": told}], "LDN").daily_mg == D("4.5")
    assert dose(library, [{"text": "see schedule", "patientInstruction": told}], "LDN").daily_mg is None
    assert dose(library, [{"text": "3 mg nightly", "patientInstruction": told}], "LDN").daily_mg == 3
