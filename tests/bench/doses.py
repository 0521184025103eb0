"""The dose reader alone: microseconds an order, by structure and by words, each text as if it was never seen before.

The caches are emptied before every reading: in a clinic the words of one order are rarely those of the last.
"""

import csv
import statistics
import time
from decimal import Decimal
from pathlib import Path

from cds.dose import DosageLine, read
from cds.dosing import sig, strength, tokens

_SIGS = Path(__file__).parent.parent / "dosing" / "sigs.csv"
_CACHES = (sig.parse, sig.rhythm, tokens.lexemes, strength._holdings)


def orders() -> dict[str, list[tuple[tuple[DosageLine, ...], tuple[str, ...]]]]:
    """Orders whose dose stands in the structure, and orders that say it in words, read and refused ones apart."""
    with _SIGS.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    line = DosageLine(quantity=Decimal("1.5"), unit="mg", per_day=Decimal(1), days=14, moments=frozenset({"HS"}))
    structured: list[tuple[tuple[DosageLine, ...], tuple[str, ...]]] = [((line,), ("naltrexone 1.5 mg capsule",))] * 300
    return {
        "by structure": structured,
        "by words": [((DosageLine(text=row["text"]),), (row["product"],)) for row in rows if row["steps"]],
        "words refused": [((DosageLine(text=row["text"]),), (row["product"],)) for row in rows if not row["steps"]],
    }


def measure() -> list[dict[str, str | int | float]]:
    """Median and 95th percentile in microseconds for each sort of order."""
    rows: list[dict[str, str | int | float]] = []
    for name, wanted in orders().items():
        took = []
        for lines, products in wanted:
            for cache in _CACHES:
                cache.cache_clear()
            began = time.perf_counter()
            read(lines, products)
            took.append((time.perf_counter() - began) * 1_000_000)
        rows.append({"dose": name, "orders": len(took), "p50_us": statistics.median(took), "p95_us": statistics.quantiles(took, n=20)[-1]})
    return rows
