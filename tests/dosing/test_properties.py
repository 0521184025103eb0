"""Structured doses written out in several styles read back equal; a slip of one digit, unit or word is never read in silence."""

import string
import time
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cds.dose import DosageLine, Dose, read

DOSES = st.integers(1, 240).map(lambda quarters: Decimal(quarters) / 4)
RHYTHMS = {
    Decimal(1): ("nightly", "at bedtime", "once daily", "po qhs", "NOCTE", "every morning", "q24h"),
    Decimal(2): ("twice daily", "BID", "every 12 hours", "in the morning and at bedtime", "2 times a day"),
    Decimal(3): ("three times a day", "TID", "q8h"),
    Decimal("0.5"): ("every other day", "every other night", "every 48 hours", "on alternate days"),
}
SPANS = (lambda n: f"for {n} days", lambda n: f"x{n}d", lambda n: f"x {n} days", lambda n: f"for {n} nights")
JOINS = (", then ", " then ", " followed by ", "; then ", ". Then ")


def mass(value: Decimal, style: int) -> str:
    plain = f"{value.normalize():f}"
    return (f"{plain} mg", f"{plain}mg", f"{(value * 1000).normalize():f} mcg", plain.replace(".", ",") + " mg", plain.removeprefix("0") + " mg")[
        style % 5
    ]


@st.composite
def orders(draw: st.DrawFn) -> tuple[str, tuple[DosageLine, ...]]:
    """A schedule of one to four steps, in words and in structure."""
    count, rate = draw(st.integers(1, 4)), draw(st.sampled_from(sorted(RHYTHMS)))
    style, join = draw(st.integers(0, 4)), draw(st.sampled_from(JOINS))
    lead, span = draw(st.sampled_from(("", "Take ", "take ", "Give naltrexone "))), draw(st.sampled_from(SPANS))
    parts, lines = [], []
    for number in range(count):
        value, days = draw(DOSES), draw(st.integers(2, 90)) if number < count - 1 else None
        parts.append(f"{mass(value, style)} {draw(st.sampled_from(RHYTHMS[rate]))}" + (f" {span(days)}" if days else ""))
        lines.append(DosageLine(sequence=number + 1, quantity=value, unit="mg", per_day=rate, days=days))
    return lead + join.join(parts), tuple(lines)


def shape(found: Dose) -> list[tuple[Decimal, int | None]]:
    return [(round(step.daily_mg, 6), step.days) for step in found.steps]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(orders())
def test_a_schedule_in_words_means_what_its_structure_means(order: tuple[str, tuple[DosageLine, ...]]) -> None:
    text, lines = order
    assert shape(read((DosageLine(text=text),), ())) == shape(read(lines, ())), text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(1, 10), st.sampled_from(("1.5", "3", "4.5", "0.5")), st.sampled_from(RHYTHMS[Decimal(1)]), st.integers(0, 3))
def test_a_count_in_words_means_what_its_structure_means(count: int, strength: str, rhythm: str, style: int) -> None:
    product = f"naltrexone {strength} mg capsule"
    total = f"{(count * Decimal(strength)).normalize():f}"
    text = (
        f"Take {count} capsules {rhythm}",
        f"{count} caps ({total} mg) {rhythm}",
        f"take {count} x {strength} mg capsules {rhythm}",
        f"{total} mg ({count} capsules) {rhythm}",
    )[style]
    structured = read((DosageLine(quantity=Decimal(count), unit="1", per_day=Decimal(1)),), (product,))
    assert shape(read((DosageLine(text=text),), (product,))) == shape(structured) == [(count * Decimal(strength), None)]


SAMPLES = (
    ("Take 4.5 mg by mouth nightly", "LDN", "4.5", "1"),
    ("4.5mg nocte", "LDN", "4.5", "1"),
    ("1.5 mg twice daily", "LDN", "1.5", "2"),
    ("Take 3 capsules at bedtime", "naltrexone 1.5 mg capsule", "4.5", "1"),
    ("0.5 mL (0.5 mg) po qhs", "naltrexone 1 mg/mL", "0.5", "1"),
    ("250 mcg SL daily", "LDN", "0.25", "1"),
    ("4.5 mg every other day", "LDN", "4.5", "0.5"),
    ("one and a half tablets PO qd", "naltrexone 3 mg tablet", "4.5", "1"),
    ("3 capsules daily: 1 morning, 2 bedtime", "naltrexone 1.5 mg capsule", "4.5", "1"),
    ("4.5 mg (3 mg + 1.5 mg) nightly", "LDN", "4.5", "1"),
    ("3 capsules nightly (4.5 mg)", "naltrexone 1.5 mg capsule", "4.5", "1"),
    ("alternate 3 mg and 6 mg nightly", "LDN", "4.5", "1"),
    ("4.5 mg nightly; if nausea reduce to 3 mg", "LDN", "4.5", "1"),
    ("Dissolve one 50 mg tablet in 50 mL water. Take 4.5 mL at bedtime", "naltrexone 50 mg tablet", "4.5", "1"),
    ("4.5 mg 9pm daily with 200 mL water", "LDN", "4.5", "1"),
)
SWAPS = {
    "mg": ("mcg", "g", "mL", "ng"),
    "mcg": ("mg",),
    "nightly": ("weekly", "hourly", "twice nightly"),
    "nocte": ("bd", "tds"),
    "daily": ("weekly", "monthly"),
    "twice": ("once", "thrice"),
    "capsules": ("drops", "mL", "mg"),
    "mL": ("L", "mg"),
    "other": ("third", ""),
    "bedtime": ("noon and bedtime",),
    "qd": ("qid", "qod"),
    "half": ("quarter",),
    "three": ("two",),
    "and": ("or", "then"),
    "reduce": ("increase", "add"),
    "water.": ("nightly.",),
    "alternate": ("take",),
    "if": ("and",),
}


def mutants(text: str) -> list[str]:
    """The text with one digit changed, added or lost, one point lost, or one unit or word exchanged."""
    out = []
    for at, character in enumerate(text):
        if character in string.digits:
            out += [text[:at] + digit + text[at + 1 :] for digit in string.digits if digit != character]
            out += [text[:at] + character + digit + text[at + 1 :] for digit in "05"]
        if character in string.digits + ".":
            out.append(text[:at] + text[at + 1 :])
    tokens = text.split(" ")
    for at, token in enumerate(tokens):
        out += [" ".join([*tokens[:at], other, *tokens[at + 1 :]]) for other in SWAPS.get(token, ())]
    return out


@pytest.mark.parametrize(("text", "product", "once", "rate"), SAMPLES)
def test_a_slip_in_the_words_is_refused_or_differs_from_the_structure(text: str, product: str, once: str, rate: str) -> None:
    structure = DosageLine(quantity=Decimal(once), unit="mg", per_day=Decimal(rate))
    right = read((DosageLine(quantity=structure.quantity, unit="mg", per_day=structure.per_day, text=text),), (product,))
    assert right.basis == "both", right.text_why_not
    changed = mutants(text)
    assert changed
    for slip in changed:
        found = read((DosageLine(quantity=structure.quantity, unit="mg", per_day=structure.per_day, text=slip),), (product,))
        assert found.daily_mg == right.daily_mg, slip
        if found.worded and found.basis == "both":
            # the same dose in other words, a digit that changes nothing (4.50), or one that changes less than rounding does (251 mcg)
            assert abs(found.worded[0].daily_mg - right.structured[0].daily_mg) <= right.structured[0].daily_mg / 100, slip
        else:
            assert found.worded or found.text_why_not, slip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet=string.printable + "½µ×→–²", max_size=200))
@example("((((((((((((((((1 capsule")
@example("1/2/1/2 mg nightly")
@example("increase by 0.0001 mg every day to 999999 mg")
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read((DosageLine(text=text),), (text, "naltrexone 1.5 mg capsule"))
    assert found.steps or found.why_not


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "1 ",
        "mg ",
        "4.5 mg then ",
        "1-",
        "1/",
        ". ",
        "q",
        "zz ",
        "4.5 mg nightly for 1 day then ",
        "and a half ",
        "1 capsule (1.5 mg) ",
        " \u00a0",
    ],
)
def test_a_hostile_text_is_answered_at_once(piece: str) -> None:
    text = (piece * 1000)[:1000]
    begin = time.perf_counter()
    read((DosageLine(text=text),), (text,))
    assert time.perf_counter() - begin < 2


def test_a_schedule_has_an_end() -> None:
    found = read((DosageLine(text="0.001 mg nightly, increase by 0.001 mg every 2 days to 4.5 mg"),), ())
    assert found.daily_mg is None
    assert "60 steps" in found.why_not
