"""`make crash`: the service under load, killed with SIGKILL at random moments. Is anything lost that was answered, or doubled?

Each call has a hookInstance of its own and each entry of feedback a card of its own, so that every answer can be looked for: a call
that got its 200 must have exactly one audit row, an entry that got its 200 exactly one row; what got no answer at most one. Workers
are killed one by one and all at once, the master included; then the service is started again on the same store.
"""

import argparse
import contextlib
import http.client
import json
import logging
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cards.library import load
from cds.app import create_app
from cds.config.model import Settings, Store
from cds.serve import Listen, run
from cds.store.keeper import Keeper
from cds.store.tables import calls, feedback
from tests.bench.bench import free_port, wait
from tests.support import postgres
from tests.support.calls import valid

SIGN = "/cds-services/ldn-order-sign"


@dataclass(slots=True)
class Told:
    """What the clients know: names of calls and entries by whether they were answered."""

    answered: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    unkept: set[str] = field(default_factory=set)
    other: Counter[int] = field(default_factory=Counter)


def serve(url: str, journal: str, port: int, workers: int) -> None:
    """The server, in a process group of its own."""
    os.setpgid(0, 0)
    logging.getLogger("ldn_cds").setLevel(logging.CRITICAL)
    library = load()
    run(
        lambda: create_app(Settings(), library, keeper=Keeper(Store(url=url, journal=Path(journal)))),
        Listen(port=port, workers=workers, threads=4),
        Settings(),
    )


def client(port: int, told: Told, stop: threading.Event, is_call: bool) -> None:
    """Calls, or feedback, each with a name of its own, until told to stop. A broken connection is one without an answer."""
    body = valid()
    connection: http.client.HTTPConnection | None = None
    while not stop.is_set():
        name = str(uuid.uuid4())
        entry = {"card": name, "outcome": "overridden", "outcomeTimestamp": "2026-01-20T10:00:00Z"}
        path, sent = (SIGN, body | {"hookInstance": name}) if is_call else (f"{SIGN}/feedback", {"feedback": [entry]})
        yes, no = (told.answered, told.unanswered) if is_call else (told.kept, told.unkept)
        try:
            connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("POST", path, json.dumps(sent), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            (yes if answer.status == 200 else no).add(name)
            told.other[answer.status] += answer.status != 200
        except (OSError, http.client.HTTPException):
            no.add(name)
            connection = None
            time.sleep(0.02)


def workers_of(master: int) -> list[int]:
    """The processes below the master."""
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
    return []


def trial(url: str, folder: Path, rounds: int, workers: int, chance: random.Random) -> dict[str, Any]:
    """Some rounds on one store; the tally. Raises SystemExit when anything was lost or doubled."""
    told, kills = Told(), Counter[str]()
    for turn in range(rounds):
        port = free_port()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(url, str(folder / "journal"), port, workers))
        server.start()
        assert server.pid is not None
        wait(port)
        stop = threading.Event()
        clients = [threading.Thread(target=client, args=(port, told, stop, number < 4)) for number in range(6)]
        for one in clients:
            one.start()
        for _ in range(chance.randint(0, 3)):
            time.sleep(chance.uniform(0.05, 1.2))
            if below := workers_of(server.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(below), signal.SIGKILL)
                    kills["worker"] += 1
        time.sleep(chance.uniform(0.05, 6.0))
        os.killpg(server.pid, signal.SIGKILL)
        kills["all"] += 1
        stop.set()
        for one in clients:
            one.join()
        server.join()
        print(f"round {turn + 1} of {rounds}: {len(told.answered)} calls, {len(told.kept)} entries answered", file=sys.stderr)
    return judge(url, folder, told, kills)


def judge(url: str, folder: Path, told: Told, kills: Counter[str]) -> dict[str, Any]:
    """Every answer against the rows."""
    keeper = Keeper(Store(url=url, journal=folder / "journal"))
    left = keeper.drain()
    with keeper.database.reading() as connection:
        rows = Counter(connection.execute(select(calls.c.hook_instance).where(calls.c.status == 200)).scalars())
        entries = Counter(connection.execute(select(feedback.c.card)).scalars())
    hashed = {name: str(keeper.hash("hookInstance", "sandbox", name)) for name in told.answered | told.unanswered}
    set_aside = sum(1 for _ in (folder / "journal").glob("*.refused")) + sum(1 for _ in (folder / "journal").glob("*.unreadable"))
    keeper.close()
    return {
        "answeredCalls": len(told.answered),
        "lostCalls": sum(rows[hashed[name]] == 0 for name in told.answered),
        "doubledCalls": sum(number > 1 for number in rows.values()),
        "callsWithoutAnswer": len(told.unanswered),
        "ofThemWithRow": sum(rows[hashed[name]] > 0 for name in told.unanswered),
        "answeredFeedback": len(told.kept),
        "lostFeedback": sum(entries[card] == 0 for card in told.kept),
        "doubledFeedback": sum(number > 1 for number in entries.values()),
        "feedbackWithoutAnswer": len(told.unkept),
        "ofThemKept": sum(entries[card] > 0 for card in told.unkept),
        "strangers": len(set(rows) - set(hashed.values())) + len(set(entries) - told.kept - told.unkept),
        "drainedAtTheEnd": left,
        "setAside": set_aside,
        "otherStatuses": {str(status): number for status, number in told.other.items() if number},
        "killedWorkers": kills["worker"],
        "killedWhole": kills["all"],
    }


def main() -> int:
    """The tally of both databases as JSON; exit 1 when anything was lost, doubled or made up."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", file=sys.stderr)
    found: dict[str, Any] = {"seed": seed}
    with ExitStack() as stack:
        for name in ("sqlite", "postgresql"):
            if chosen.only in (None, name):
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                url = f"sqlite:///{folder}/store.sqlite3" if name == "sqlite" else _postgres(stack.enter_context(postgres.server()))
                found[name] = trial(url, folder, chosen.rounds, chosen.workers, random.Random(seed))  # noqa: S311 - moments, no secrets
    print(json.dumps(found, indent=1))
    faults = ("lostCalls", "doubledCalls", "lostFeedback", "doubledFeedback", "strangers", "setAside")
    return int(any(tally[fault] for tally in found.values() if isinstance(tally, dict) for fault in faults))


def _postgres(server: str) -> str:
    return server.replace("postgresql://tester@/", "postgresql://tester@/postgres")


if __name__ == "__main__":
    sys.exit(main())
