"""SQLite beside other processes: what one has written stays when another opens and closes the same file."""

import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from cds.config.model import Store
from cds.store.engine import StoreDown
from cds.store.keeper import Keeper
from tests.support.rows import NOON, call, card, told

_LOOK = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute('select count(*) from feedback').fetchone()[0]); c.close()"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def keeper(file: Path, tmp_path: Path) -> Keeper:
    return Keeper(Store(url=f"sqlite:///{file}", journal=tmp_path / "journal"))


def look(file: Path) -> int:
    """How many entries of feedback does another process see, which is opened and closed for it?"""
    done = subprocess.run([sys.executable, "-c", _LOOK, str(file)], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    return int(done.stdout)


def test_a_process_that_comes_and_goes_takes_nothing_from_one_that_stays(keeper: Keeper, file: Path) -> None:
    """A process that is the last to close the file removes its log. Whether it is the last it tells by locks, and a process loses all of
    its locks when it closes any handle of its own on the file."""
    keeper.keep_feedback([told("c1")])
    keeper.first_use("https://ehr.example.org", "t1", NOON + timedelta(days=3650))  # on connections of their own
    assert look(file) == 1
    assert file.with_name(file.name + "-wal").exists()
    keeper.keep_feedback([told(f"c{number}") for number in range(2, 200)])
    assert look(file) == 199
    keeper.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("select count(*) from feedback").fetchone() == (199,)


def test_a_file_that_is_no_database_is_a_store_that_is_down(keeper: Keeper, file: Path) -> None:
    keeper.keep_feedback([told("c1")])
    keeper.close()
    file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
    with pytest.raises(StoreDown, match="DatabaseError"):
        keeper.first_use("https://ehr.example.org", "t1", NOON)
    with pytest.raises(StoreDown, match="DatabaseError"):
        keeper.keep_feedback([told("c2")])


def test_rows_wait_in_the_journal_while_the_file_is_damaged(keeper: Keeper, file: Path, tmp_path: Path) -> None:
    keeper.keep_feedback([told("c1")])
    keeper.close()
    file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
    keeper.note(call(card("c1")))
    with pytest.raises(StoreDown):
        keeper.drain()
    assert [path.suffix for path in (tmp_path / "journal").iterdir()] == [".jsonl"]
