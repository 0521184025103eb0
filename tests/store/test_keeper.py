"""What is noted is kept, once, in its order, whatever dies in between."""

import os
import threading
import warnings
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, Engine, Table, func, select
from sqlalchemy.exc import StatementError

from cds.config.model import Store
from cds.store import drain, engine, journal
from cds.store.engine import StoreDown
from cds.store.keeper import Keeper
from cds.store.tables import calls, card_findings, cards, feedback
from tests.store.conftest import Open
from tests.support.rows import NOON, call, card, told


def count(keeper: Keeper, table: Table) -> int:
    with keeper.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def rows(keeper: Keeper, table: Table, *order: Any) -> list[Any]:
    with keeper.database.reading() as connection:
        return list(connection.execute(select(table).order_by(*order)))


def test_a_call_is_in_the_journal_when_note_returns_and_in_the_store_later(keeper: Keeper, settings: Store) -> None:
    row = call(
        card("c1", "opioid-active", "lft-due", suggestions=("s1", "s2")), card("c2", "dose-unusual"), patient="k.1", user="k.2", hook_instance="k.3"
    )
    assert keeper.note(row)
    (file,) = journal.waiting(settings.journal)
    assert journal.read(file).rows == (row,)
    assert keeper.drain() == 1
    assert journal.waiting(settings.journal) == []
    (found,) = rows(keeper, calls)
    assert (found.id, found.at, found.tenant, found.service, found.hook) == (row.id, NOON, "north", "ldn-order-sign", "order-sign")
    assert (found.status, found.mode, found.knowledge) == (200, "live", "0.1.0+abc")
    assert (found.patient, found.user, found.hook_instance) == ("k.1", "k.2", "k.3")
    assert (found.outcomes, found.timings) == ({"alert": ["opioid-active"]}, {"total": 3.5})
    assert [(one.position, one.uuid, one.suggestions) for one in rows(keeper, cards, cards.c.position)] == [(0, "c1", ["s1", "s2"]), (1, "c2", [])]
    assert [(one.position, one.code) for one in rows(keeper, card_findings, card_findings.c.position, card_findings.c.code)] == [
        (0, "lft-due"),
        (0, "opioid-active"),
        (1, "dose-unusual"),
    ]


def test_draining_again_doubles_nothing(keeper: Keeper, settings: Store) -> None:
    row = call(card("c1"))
    keeper.note(row)
    keeper.drain()
    keeper.note(row)  # as if the file had been read again under another name
    keeper.drain()
    assert [count(keeper, table) for table in (calls, cards, card_findings)] == [1, 1, 1]
    assert drain.set_aside(settings.journal) == []


def test_a_file_that_was_drained_before_the_crash_is_only_removed(keeper: Keeper, settings: Store) -> None:
    """The process died between the commit and the removal of the file, and the rows were deleted meanwhile: they do not come back."""
    keeper.note(call(card("c1")))
    (file,) = journal.waiting(settings.journal)
    content = file.read_bytes()
    keeper.drain()
    file.write_bytes(content)
    with keeper.database.writing() as connection:
        connection.execute(calls.delete())
    assert keeper.drain() == 0
    assert count(keeper, calls) == 0
    assert not file.exists()


def test_a_transaction_that_was_not_committed_leaves_the_file(keeper: Keeper, settings: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper.note(call(card("c1")))
    insert, here = drain.insert_calls, threading.get_ident()

    def cut(*arguments: Any) -> None:
        if threading.get_ident() == here:  # other keepers of this run drain in threads of their own
            raise KeyboardInterrupt
        insert(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(drain, "insert_calls", cut)
        with pytest.raises(KeyboardInterrupt):
            keeper.drain()
    assert count(keeper, calls) == 0
    assert keeper.drain() == 1
    assert count(keeper, calls) == 1


def test_files_of_dead_processes_are_drained_and_those_of_living_ones_are_not(keeper: Keeper, open_keeper: Open, settings: Store) -> None:
    other = open_keeper()
    other.journal.append(call(card("alive")))
    dead = settings.journal / "0-dead.jsonl"
    dead.write_bytes(journal._ENCODER.encode(call(card("dead"))) + b"\n" + journal._ENCODER.encode(call(card("torn")))[:-9])
    assert keeper.drain() == 1
    assert [one.uuid for one in rows(keeper, cards)] == ["dead"]
    assert len(journal.waiting(settings.journal)) == 1
    other.journal.close()
    assert keeper.drain() == 1
    assert {one.uuid for one in rows(keeper, cards)} == {"dead", "alive"}


def test_whole_lines_that_are_no_rows_are_set_aside_and_the_others_kept(keeper: Keeper, settings: Store) -> None:
    settings.journal.mkdir(parents=True)
    (settings.journal / "0.jsonl").write_bytes(b'{"id":1}\n' + journal._ENCODER.encode(call(card("c1"))) + b"\n\n")
    assert keeper.drain() == 1
    assert [path.name for path in drain.set_aside(settings.journal)] == ["0.unreadable"]


def test_rows_that_the_database_refuses_hold_up_no_others(keeper: Keeper, settings: Store) -> None:
    settings.journal.mkdir(parents=True)
    (settings.journal / "0.jsonl").write_bytes(journal._ENCODER.encode(call(status=10**30)) + b"\n")
    keeper.note(call(card("c1")))
    assert keeper.drain() == 1
    assert [path.name for path in drain.set_aside(settings.journal)] == ["0.refused"]
    assert count(keeper, calls) == 1


def test_an_older_journal_is_understood(keeper: Keeper, settings: Store) -> None:
    settings.journal.mkdir(parents=True)
    identity = b'"id":"0198c0de-0000-7000-8000-000000000001","at":"2026-01-20T12:00:00Z"'
    line = b"{" + identity + b',"tenant":"t","service":"s","hook":"h","status":412,"knowledge":"k"}'
    (settings.journal / "0.jsonl").write_bytes(line + b"\n")
    assert keeper.drain() == 1
    (found,) = rows(keeper, calls)
    assert (found.status, found.mode, found.patient, found.at) == (412, "live", None, NOON)


def test_a_journal_that_cannot_be_written_holds_up_no_answer_and_loses_no_row(open_keeper: Open, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    keeper = open_keeper(journal=tmp_path / "file")
    assert keeper.note(call(card("c1"))) is False
    with pytest.raises(FileExistsError):
        journal.Journal(tmp_path / "file").append(call())
    keeper.settings.journal.unlink()
    assert keeper.drain() == 1
    assert count(keeper, calls) == 1
    assert keeper.note(call(card("c2"))) is True


def test_a_line_that_was_cut_short_does_not_spoil_the_next(keeper: Keeper, settings: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, data: whole(handle, data[:20]))
        assert keeper.note(call(card("cut"))) is False
    keeper.note(call(card("next")))
    assert keeper.drain() == 2  # the one that was cut waited in memory
    assert {one.uuid for one in rows(keeper, cards)} == {"cut", "next"}


def test_the_journal_is_rotated_by_size(settings: Store) -> None:
    small = journal.Journal(settings.journal, largest=1_000)
    for _ in range(10):
        small.append(call(card("c1")))
    files = journal.waiting(settings.journal)
    assert len(files) > 2
    assert sum(len(journal.read(file).rows) for file in files) == 10
    small.close()


def test_threads_share_one_journal_without_mixing_lines(keeper: Keeper, settings: Store) -> None:
    def some() -> None:
        for _ in range(50):
            keeper.journal.append(call(card("c" * 200)))

    threads = [threading.Thread(target=some) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keeper.drain() == 300


def test_a_forked_process_begins_its_own_file(keeper: Keeper, settings: Store) -> None:
    keeper.journal.append(call(card("parent")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of forks beside threads; this child only writes and ends
        child = os.fork()
    if child == 0:
        try:
            keeper.journal.append(call(card("child")))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert len(journal.waiting(settings.journal)) == 2
    keeper.journal.append(call(card("parent again")))
    assert len(journal.waiting(settings.journal)) == 2
    assert keeper.drain() == 3


def test_what_was_noted_gets_into_the_store_by_itself(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds.store.keeper._PAUSE_S", 0.01)
    keeper.note(call(card("c1")))
    keeper.close()  # drains once more before it ends
    assert count(keeper, calls) == 1


def test_feedback_is_kept_in_its_order_also_repeated_and_late(keeper: Keeper) -> None:
    keeper.note(call(card("c1")))
    keeper.drain()
    late = told("c1", "accepted", outcome_at=NOON - timedelta(hours=9), accepted=("s1",))
    keeper.keep_feedback([told("c1"), told("c1"), late])
    keeper.keep_feedback([told("c1", reason="other", reason_system="urn:ldn-cds:override-reason", comment="why\n<b>not</b>")])
    found = rows(keeper, feedback, feedback.c.number)
    assert [(one.outcome, one.reason, one.comment, one.accepted) for one in found] == [
        ("overridden", None, None, []),
        ("overridden", None, None, []),
        ("accepted", None, None, ["s1"]),
        ("overridden", "other", "why\n<b>not</b>", []),
    ]
    assert found[2].outcome_at == NOON - timedelta(hours=9)
    assert all(one.card_known for one in found)


def test_processes_that_keep_feedback_at_once_wait_for_one_another(keeper: Keeper, open_keeper: Open) -> None:
    failed: list[str] = []

    def send(one: Keeper) -> None:
        for number in range(10):
            try:
                one.keep_feedback([told(f"c{number}")])
            except StoreDown as error:
                failed.append(error.why)

    threads = [threading.Thread(target=send, args=(one,)) for one in (keeper, keeper, open_keeper(), open_keeper())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert count(keeper, feedback) == 40


def test_feedback_on_an_unknown_card_is_marked_until_the_card_comes(keeper: Keeper) -> None:
    keeper.keep_feedback([told("c1"), told("c2"), told("c1", tenant="south")])
    assert [one.card_known for one in rows(keeper, feedback, feedback.c.number)] == [False, False, False]
    keeper.note(call(card("c1")))
    keeper.drain()
    assert [one.card_known for one in rows(keeper, feedback, feedback.c.number)] == [True, False, False]


def test_feedback_is_kept_whole_or_not_at_all(keeper: Keeper) -> None:
    with pytest.raises(StatementError, match="time zone"):
        keeper.keep_feedback([told("c1"), told("c2", outcome_at=datetime(2026, 1, 1))])  # noqa: DTZ001 - the fault
    assert count(keeper, feedback) == 0


def test_moments_are_kept_in_utc_whatever_zone_they_came_in(keeper: Keeper) -> None:
    there = timezone(timedelta(hours=-5, minutes=-30))
    far = [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]
    keeper.keep_feedback([told("c1", outcome_at=NOON.astimezone(there)), *(told("c1", outcome_at=moment) for moment in far)])
    found = [one.outcome_at for one in rows(keeper, feedback, feedback.c.number)]
    assert found == [NOON, *far]
    assert {moment.tzinfo for moment in found} == {UTC}


def test_a_token_is_used_once_by_whoever_comes_first(keeper: Keeper, open_keeper: Open) -> None:
    until = datetime.now(UTC) + timedelta(minutes=5)
    keepers = [keeper, open_keeper()]
    won: list[bool] = []

    def use(one: Keeper) -> None:
        for number in range(10):
            won.append(one.first_use("https://ehr.example.org", f"jti-{number}", until))

    threads = [threading.Thread(target=use, args=(one,)) for one in keepers * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 40
    assert sum(won) == 10
    assert keeper.first_use("https://other.example.org", "jti-1", until)


def test_a_token_that_is_over_is_forgotten(keeper: Keeper) -> None:
    assert keeper.first_use("iss", "jti", datetime.now(UTC) - timedelta(seconds=1))
    keeper.note(call())
    keeper.drain()
    assert keeper.first_use("iss", "jti", datetime.now(UTC) + timedelta(minutes=1))


@pytest.mark.parametrize("url", ["mysql://x/y", "junk", ""])
def test_an_address_of_another_database_stops_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreDown, match="sqlite:///"):
        Keeper(Store(url=url, journal=tmp_path / "journal"))


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/store.sqlite3", "postgresql://nobody@127.0.0.1:1/none", "sqlite://"])
def test_a_store_that_is_down_is_said_by_feedback_and_not_felt_by_calls(tmp_path: Path, url: str) -> None:
    keeper = Keeper(Store(url=url, journal=tmp_path / "journal"))
    with pytest.raises(StoreDown):
        keeper.keep_feedback([told("c1")])
    with pytest.raises(StoreDown):
        keeper.first_use("iss", "jti", NOON)
    assert keeper.note(call(card("c1"))) is True
    keeper.close()
    assert len(journal.waiting(tmp_path / "journal")) == 1


def test_folders_and_files_are_for_this_user_only(keeper: Keeper, settings: Store) -> None:
    keeper.note(call(patient=keeper.hash("patient", "north", "p1")))
    (file,) = journal.waiting(settings.journal)
    assert file.stat().st_mode & 0o777 == 0o600
    assert settings.journal.stat().st_mode & 0o777 == 0o700
    assert keeper.keys.file.stat().st_mode & 0o777 == 0o600
    if keeper.database.is_sqlite:
        keeper.drain()
        assert Path(str(keeper.database.url.database)).stat().st_mode & 0o777 == 0o600


def test_a_sound_store_has_no_faults_and_nothing_is_left_open(keeper: Keeper, settings: Store) -> None:
    assert keeper.faults() == ()
    assert list(settings.journal.iterdir()) == []
    assert keeper.backlog() == 0
    keeper.note(call())
    assert keeper.backlog() > 100


def test_every_fault_is_said_with_its_place_before_the_service_listens(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    url = "postgresql://nobody:hidden-word@127.0.0.1:1/none"
    found = Keeper(Store(url=url, journal=tmp_path / "file", key_file=tmp_path / "missing")).faults()
    assert [words.split(":")[0] for words in found] == ["store.key_file", "store.journal", "store.url"]
    assert "hidden-word" not in "".join(found)


def test_connections_that_died_are_replaced(postgres_url: str, tmp_path: Path) -> None:
    keeper = Keeper(Store(url=postgres_url, journal=tmp_path / "journal"))
    keeper.keep_feedback([told("c1")])
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()")
    keeper.keep_feedback([told("c2")])
    assert count(keeper, feedback) == 2
    keeper.close()


def test_a_database_that_does_not_answer_is_left_alone_for_some_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper(Store(url="postgresql://nobody@127.0.0.1:1/none", journal=tmp_path / "journal"))
    tried: list[URL] = []
    connect = engine.connect

    def counted(url: URL) -> Engine:
        tried.append(url)
        return connect(url)

    monkeypatch.setattr(engine, "connect", counted)
    for _ in range(5):
        with pytest.raises(StoreDown):
            keeper.keep_feedback([told("c1")])
    assert len(tried) == 1
    keeper.database._down_until = 0.0  # as if the seconds had passed
    with pytest.raises(StoreDown):
        keeper.keep_feedback([told("c1")])
    assert len(tried) == 2
