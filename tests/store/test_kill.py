"""kill -9 at any moment: what was said to be kept is there, once. `make crash` does the same to the whole service under load."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from cds.config.model import Store
from cds.store.tables import cards, feedback
from tests.store.conftest import Open

ROOT = Path(__file__).parent.parent.parent
# notes calls, keeps feedback and drains, all at once and without end; says each name only after it was kept
CHILD = """
import os, sys, threading, uuid
from pathlib import Path
from cds.config.model import Store
from cds.store.keeper import Keeper
from tests.support.rows import call, card, told

keeper = Keeper(Store(url=sys.argv[1], journal=Path(sys.argv[2])))

def calls():
    while True:
        name = uuid.uuid4().hex
        keeper.note(call(card(name)))
        os.write(1, f"call {name}\\n".encode())

def entries():
    while True:
        name = uuid.uuid4().hex
        keeper.keep_feedback([told(name)])
        os.write(1, f"entry {name}\\n".encode())

def drains():
    while True:
        keeper.drain()

threads = [threading.Thread(target=one) for one in (calls, entries, drains)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize("after", [1, 60, 400])
def test_what_was_kept_before_kill_9_is_there_once(open_keeper: Open, settings: Store, after: int) -> None:
    words = [sys.executable, "-c", CHILD, settings.url, str(settings.journal)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT) as child:  # noqa: S603 - our own words
        assert child.stdout is not None
        said = [child.stdout.readline().split() for _ in range(after)]
        child.send_signal(signal.SIGKILL)
        said += [line.split() for line in child.stdout if line.endswith(b"\n")]
    assert child.returncode == -signal.SIGKILL
    assert all(len(words) == 2 for words in said), "the child failed before it was killed"
    keeper = open_keeper()
    keeper.drain()
    with keeper.database.reading() as connection:
        there = {
            b"call": Counter(connection.execute(select(cards.c.uuid)).scalars()),
            b"entry": Counter(connection.execute(select(feedback.c.card)).scalars()),
        }
    assert [name for kind, name in said if there[kind][name.decode()] != 1] == []
    assert {number for found in there.values() for number in found.values()} <= {1}
    assert list(settings.journal.glob("*.unreadable")) == []
