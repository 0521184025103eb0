"""`python -m tests.bench.store`: what one audit row costs a call, and how long feedback waits for its commit.

Bounded in count, in one run on one machine: numbers to compare with one another, never with those of another run.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cards.library import load
from cds import evaluate
from cds.config.model import Store, Tenant
from cds.hooks import audit, envelope
from cds.store.keeper import Keeper
from tests.bench.charts import body
from tests.support import postgres
from tests.support.rows import told

_CALLS = 5_000
_ENTRIES = 300


def microseconds(what: Callable[[], object], count: int) -> dict[str, float]:
    """Median and 99th percentile of one run of `what`."""
    times = []
    for number in range(count + 20):
        began = time.perf_counter()
        what()
        if number >= 20:
            times.append((time.perf_counter() - began) * 1e6)
    return {"p50": round(statistics.median(times), 1), "p99": round(statistics.quantiles(times, n=100)[-1], 1)}


def rows(folder: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """The row of a call with one critical card: made, and written; with and without fsync."""
    library, tenant = load(), Tenant(id="north")
    call = envelope.call(json.dumps(body("5 KB / 8", True)).encode(), "ldn-order-sign", "order-sign", tenant.id)
    now = datetime(2026, 1, 20, 12, tzinfo=UTC)
    answer = evaluate.answer(call, library, now, "http://127.0.0.1:8000")
    for fsync in (False, True):
        keeper = Keeper(Store(url=f"sqlite:///{folder}/rows.sqlite3", journal=folder / f"journal-{fsync}", fsync=fsync))
        keeper._pid = os.getpid()  # no draining beside it: it is measured on its own

        def note(keeper: Keeper = keeper) -> None:
            audit.note(
                keeper,
                at=now,
                tenant=tenant,
                service=call.service,
                hook=call.hook,
                status=200,
                knowledge=library.version,
                timings={"total": 3.21},
                call=call,
                answer=answer,
            )

        yield f"audit row{' with fsync' if fsync else ''}", microseconds(note, _CALLS if not fsync else _ENTRIES)
        if not fsync:
            began = time.perf_counter()
            drained = keeper.drain()
            yield "draining one row", {"p50": round((time.perf_counter() - began) / drained * 1e6, 1)}
        keeper.close()


def commits(url: str, folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    """One entry of feedback until it is on disk, and one token id."""
    keeper = Keeper(Store(url=url, journal=folder / "journal"))
    numbers = iter(range(10**6))
    try:
        entry = microseconds(lambda: keeper.keep_feedback([told(f"c{next(numbers)}")]), _ENTRIES)
        token = microseconds(lambda: keeper.first_use("iss", f"j{next(numbers)}", datetime(2100, 1, 1, tzinfo=UTC)), _ENTRIES)
    finally:
        keeper.close()
    return entry, token


def main() -> int:
    """Print the table, or JSON; microseconds."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.store", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found |= dict(rows(folder))
        urls = {"sqlite": f"sqlite:///{folder}/store.sqlite3"}
        try:
            urls["postgresql"] = stack.enter_context(postgres.server()).replace("@/?", "@/postgres?")
        except postgres.NoServer as error:
            print(error, file=sys.stderr)
        for name, url in urls.items():
            found[f"feedback, {name}"], found[f"token id, {name}"] = commits(url, folder)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    print(f"{'microseconds':<28}{'p50':>10}{'p99':>10}")
    for name, times in found.items():
        print(f"{name:<28}{times['p50']:>10}{times.get('p99', ''):>10}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
