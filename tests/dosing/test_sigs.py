"""Dosages in words, with what they mean: `sigs.csv` holds the text, the product beside it, and the steps as milligrams a day x days.

An empty step column: the text must be refused, with a reason.
"""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from cds.dose import DosageLine, read

with (Path(__file__).parent / "sigs.csv").open(encoding="utf-8", newline="") as handle:
    ROWS = [(row["kind"], row["text"], row["product"], row["steps"]) for row in csv.DictReader(handle)]
READ = [row for row in ROWS if row[3]]
REFUSED = [row for row in ROWS if not row[3]]


def steps(written: str) -> list[tuple[Decimal, int | None]]:
    out = []
    for step in written.split(";"):
        daily, _, days = step.partition("x")
        out.append((Decimal(daily), int(days) if days else None))
    return out


def test_the_table_is_as_large_as_it_has_to_be() -> None:
    assert len(ROWS) >= 400
    assert len(REFUSED) >= 60


@pytest.mark.parametrize(("kind", "text", "product", "expected"), READ)
def test_a_dosage_in_words_is_read(kind: str, text: str, product: str, expected: str) -> None:
    found = read((DosageLine(text=text),), (product,))
    assert [(round(step.daily_mg, 6), step.days) for step in found.steps] == steps(expected), found.why_not or found.stopped_at
    assert found.basis == "text"
    assert all(step.as_needed for step in found.steps) == (kind == "as needed")


@pytest.mark.parametrize(("kind", "text", "product", "expected"), REFUSED)
def test_what_cannot_be_read_without_guessing_is_refused_with_a_reason(kind: str, text: str, product: str, expected: str) -> None:
    found = read((DosageLine(text=text),), (product,))
    assert found.daily_mg is None
    assert found.why_not
