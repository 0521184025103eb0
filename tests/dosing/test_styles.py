"""One dose, made up as structure, is written as an American, a British, an Australian and a pharmacy would write it: it reads back equal.

A slip of one digit, unit or word in such a text never stands in silence beside the structure.
"""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cds.dose import DosageLine, Dose, read

D = Decimal
COUNTS = {D("0.5"): "half a", D(1): "one", D("1.5"): "one and a half", D(2): "two", D(3): "three"}


@dataclass(frozen=True)
class Written:
    """One step: milligrams at once, made of so many units of a strength, so often a day, for so many days."""

    count: Decimal
    strength: Decimal
    times: int
    days: int | None

    @property
    def mg(self) -> Decimal:
        return self.count * self.strength

    def line(self, number: int) -> DosageLine:
        return DosageLine(sequence=number, quantity=self.mg, unit="mg", per_day=D(self.times), days=self.days)


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def american(step: Written, form: str) -> str:
    rhythm = {1: "at bedtime", 2: "2 (two) times daily", 3: "3 (three) times daily"}[step.times]
    several = "s" if step.count != 1 else ""
    return f"Take {plain(step.count)} {form}{several} ({plain(step.mg)} mg total) by mouth {rhythm}" + (f" for {step.days} days" if step.days else "")


def british(step: Written, form: str) -> str:
    rhythm = {1: "at night", 2: "twice a day", 3: "three times a day"}[step.times]
    of = "s" if step.count not in (D("0.5"), D(1)) else ""
    return f"{COUNTS[step.count]} {form}{of} to be taken {rhythm}" + (f" for {step.days}/7" if step.days else "")


def australian(step: Written, form: str) -> str:
    return f"{plain(step.mg)}mg {({1: 'nocte', 2: 'bd', 3: 'tds'})[step.times]}" + (f" for {step.days} days" if step.days else "")


def pharmacy(step: Written, form: str) -> str:
    short = {"capsule": "CAP", "tablet": "TAB"}[form]
    rhythm = {1: "QHS", 2: "BID", 3: "TID"}[step.times]
    return f"{plain(step.count)} {short} PO {rhythm}" + (f" X {step.days}D" if step.days else "")


def micrograms(step: Written, form: str) -> str:
    rhythm = {1: "nightly", 2: "every 12 hours", 3: "q8h"}[step.times]
    return f"{plain(step.mg * 1000)} micrograms SL {rhythm}" + (f" x{step.days}d" if step.days else "")


STYLES = (american, british, australian, pharmacy, micrograms)
strengths = st.sampled_from((D("0.5"), D("1.5"), D("3"), D("4.5")))
forms = st.sampled_from(("capsule", "tablet"))


@st.composite
def schedules(draw: st.DrawFn) -> tuple[tuple[Written, ...], str]:
    """One to three steps of one strength and one rhythm, all but the last with their days."""
    strength, times, number = draw(strengths), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    steps = tuple(
        Written(draw(st.sampled_from(sorted(COUNTS))), strength, times, draw(st.integers(1, 60)) if at < number - 1 else None) for at in range(number)
    )
    return steps, draw(forms)


def shape(found: Dose) -> list[tuple[Decimal, int | None]]:
    return [(round(step.daily_mg, 6), step.days) for step in found.steps]


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=120, deadline=None, derandomize=True)
@given(schedule=schedules())
def test_every_style_reads_back_as_it_was_made(style: object, schedule: tuple[tuple[Written, ...], str]) -> None:
    steps, form = schedule
    assert callable(style)
    text = ", then ".join(style(step, form) for step in steps)
    product = f"naltrexone {plain(steps[0].strength)} mg {form}"
    found = read((DosageLine(text=text),), (product,))
    assert shape(found) == [(round(step.mg * step.times, 6), step.days) for step in steps], (text, found.why_not, found.stopped_at)
    assert shape(found) == shape(read(tuple(step.line(at) for at, step in enumerate(steps, 1)), (product,)))


UNITS = ("mg", "mcg", "g", "mL", "drops", "capsules", "units", "mg/kg")
WORDS = (
    *("", "not", "half", "double", "hourly", "weekly", "monthly", "BID", "TID", "QID", "QOD", "q4h", "twice", "thrice", "alternate", "other"),
    *("morning", "noon", "bedtime", "Monday", "weekends", "then", "and", "or", "until", "max", "increase", "by", "stop", "for 3 days", "10", "2"),
)


def slips(text: str, draw: st.DrawFn) -> str:
    """The text with one digit, unit or word exchanged, added or lost."""
    words = text.split(" ")
    at = draw(st.integers(0, len(words) - 1))
    word = words[at]
    kind = draw(st.sampled_from(("digit", "unit", "word", "added", "lost", "doubled", "swapped")))
    if kind == "digit":
        digits = [place for place, sign in enumerate(text) if sign.isdigit()]
        if digits:
            place = draw(st.sampled_from(digits))
            return text[:place] + draw(st.sampled_from("0123456789")) + text[place + 1 :]
    if kind == "lost":
        return " ".join(words[:at] + words[at + 1 :])
    if kind == "doubled":
        return " ".join([*words[:at], word, *words[at:]])
    if kind == "swapped" and at:
        return " ".join([*words[: at - 1], word, words[at - 1], *words[at + 1 :]])
    if kind == "added":
        return " ".join([*words[:at], draw(st.sampled_from(WORDS + UNITS)), *words[at:]])
    return " ".join([*words[:at], draw(st.sampled_from(UNITS if kind == "unit" else WORDS)), *words[at + 1 :]])


@st.composite
def slipped(draw: st.DrawFn) -> tuple[tuple[Written, ...], str, str]:
    steps, form = draw(schedules())
    text = ", then ".join(draw(st.sampled_from(STYLES))(step, form) for step in steps)
    return steps, slips(text, draw), f"naltrexone {plain(steps[0].strength)} mg {form}"


@settings(max_examples=1200, deadline=None, derandomize=True)
@given(slipped())
def test_a_slip_beside_structure_is_refused_seen_or_without_effect(order: tuple[tuple[Written, ...], str, str]) -> None:
    steps, text, product = order
    lines = tuple(
        DosageLine(sequence=line.sequence, quantity=line.quantity, unit="mg", per_day=line.per_day, days=line.days, text=text)
        for line in (step.line(at) for at, step in enumerate(steps, 1))
    )
    found = read(lines, (product,))
    meant = [round(step.mg * step.times, 6) for step in steps]
    assert [round(step.daily_mg, 6) for step in found.structured] == meant
    assert [round(step.daily_mg, 6) for step in found.steps][: len(meant)] == meant, "words never replace a structure that can be read"
    if not found.worded:
        assert found.text_why_not, text
    elif found.basis == "both":
        assert all(abs(one.daily_mg - other) <= other / 100 for one, other in zip(found.worded, meant, strict=False)), text
    else:
        assert [step.daily_mg for step in found.worded] != [step.daily_mg for step in found.structured], text


@settings(max_examples=400, deadline=None, derandomize=True)
@given(schedules(), st.data())
def test_another_digit_in_the_words_is_another_dose_or_none(schedule: tuple[tuple[Written, ...], str], data: st.DataObject) -> None:
    """The mass of the last step gets another digit: read alone, the words mean that mass, or are refused."""
    step, form = schedule[0][-1], schedule[1]
    text = australian(step, form)
    digits = [place for place, sign in enumerate(text[: text.index("mg")]) if sign.isdigit()]
    place, digit = data.draw(st.sampled_from(digits)), data.draw(st.sampled_from("0123456789"))
    changed = text[:place] + digit + text[place + 1 :]
    found = read((DosageLine(text=changed),), ())
    mg = D(changed[: changed.index("mg")])
    assert found.daily_mg == mg * step.times if mg else found.daily_mg is None, changed
