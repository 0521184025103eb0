"""What an operator sees: `ldn-cds feedback report` and `ldn-cds store`, on both databases."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cds.commands import feedback, store
from cds.config.model import Settings, Store
from cds.store.keeper import Keeper
from cds.store.report import OUR_REASONS
from tests.store.conftest import Open
from tests.support.rows import NOON, call, card, told

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Store) -> Run:
    """Runs a command on the test's store."""

    @click.group()
    def main() -> None:
        """As in cds.cli."""

    main.add_command(feedback.group(lambda _: Settings(store=settings)))
    main.add_command(store.group(lambda _: Settings(store=settings)))
    return lambda *words, **more: CliRunner().invoke(main, words, **more)


@pytest.fixture
def filled(keeper: Keeper) -> Keeper:
    """A store with three cards of two findings."""
    keeper.note(call(card("c1"), card("c2", "lft-due"), patient=keeper.hash("patient", "north", "p1")))
    keeper.note(call(card("c3"), at=NOON + timedelta(days=30)))
    keeper.drain()
    keeper.keep_feedback([told("c1", reason="other", reason_system=OUR_REASONS), told("c2", "accepted"), told("c9", reason="=1+1\x1b[2J")])
    keeper.keep_feedback([told("c3", reason="=cmd|x\x1b[2J", comment="Mrs Smith", received_at=NOON + timedelta(days=30))])
    return keeper


def test_the_report_for_a_person(run: Run, filled: Keeper) -> None:
    found = run("feedback", "report")
    assert found.exit_code == 0, found.output
    assert "north  2026-01-20/2026-02-19" in found.stdout
    line = next(one for one in found.stdout.splitlines() if one.startswith("opioid-active"))
    assert line.split() == ["opioid-active", "2", "0", "0", "2", "100%", "(34%", "to", "100%)"]
    assert "1 entries (overridden) on cards that are not in the store" in found.stdout
    assert "\x1b[2J" not in found.stdout
    assert "Mrs Smith" not in found.output


def test_the_report_for_machines(run: Run, filled: Keeper) -> None:
    found = json.loads(run("feedback", "report", "--json", "--from", "2026-01", "--to", "2026-01-31").stdout)
    assert (found["from"], found["until"]) == ("2026-01-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00")
    first, second = found["findings"]
    assert (first["finding"], first["accepted"], first["overrideRate"]["value"], first["reasons"]) == ("lft-due", 1, 0.0, {})
    assert (second["finding"], second["shown"], second["reasons"]) == ("opioid-active", 1, {"other": 1})
    assert second["overrideRate"] == {"value": 1.0, "low95": 0.2065, "high95": 1.0}
    assert found["unknownCards"] == [{"tenant": "north", "period": "2026-01-01/2026-01-31", "outcome": "overridden", "entries": 1}]


def test_the_report_for_spreadsheets_runs_no_formula(run: Run, filled: Keeper) -> None:
    rows = list(csv.DictReader(io.StringIO(run("feedback", "report", "--csv", "--every", "month").stdout)))
    assert [(row["period"], row["finding"], row["shown"], row["overridden"]) for row in rows] == [
        ("2026-01", "lft-due", "1", "0"),
        ("2026-01", "opioid-active", "1", "1"),
        ("2026-01", "(unknown card)", "0", "1"),
        ("2026-02", "opioid-active", "1", "1"),
    ]
    assert rows[3]["reasons"] == "'=cmd|x?[2J: 1"


def test_the_report_of_another_tenant_and_of_nothing(run: Run, keeper: Keeper) -> None:
    for words in ((), ("--tenant", "nowhere"), ("--from", "2030-01-01"), ("--to", "1999-01")):
        found = run("feedback", "report", *words)
        assert found.exit_code == 0
        assert "no cards and no feedback" in found.stderr
    assert json.loads(run("feedback", "report", "--json").stdout)["findings"] == []


@pytest.mark.parametrize("words", [("--json", "--csv"), ("--from", "soon"), ("--from", "2026-02-01", "--to", "2026-01-01"), ("--every", "hour")])
def test_a_report_that_cannot_be_meant(run: Run, words: tuple[str, ...]) -> None:
    assert run("feedback", "report", *words).exit_code == 2


def test_status_tells_what_is_there_and_what_waits(run: Run, filled: Keeper, settings: Store) -> None:
    filled.note(call(card("waits")))
    found = json.loads(run("store", "status", "--json").stdout)
    assert (found["calls"], found["feedback"], found["feedbackOnUnknown"], found["journalFiles"], found["setAside"]) == (2, 4, 1, 1, 0)
    assert found["journalBytes"] > 0
    assert found["lastCall"] == "2026-02-19T12:00:00+00:00"
    assert "calls                 2" in run("store", "status").stdout


def test_upgrade_says_whether_it_did_something(run: Run) -> None:
    assert "upgraded" in run("store", "upgrade").stdout
    assert "nothing to do" in run("store", "upgrade").stdout


def test_drain_leaves_what_is_being_written(run: Run, open_keeper: Open) -> None:
    alive, dead = open_keeper(), open_keeper()
    alive.note(call(card("c1")))
    dead.note(call(card("c2")))
    dead.journal.close()
    assert run("store", "drain").stdout == "drained 1 rows; 1 files belong to running processes, which drain them\n"


def test_prune_asks_first(run: Run, filled: Keeper) -> None:
    words = ("store", "prune", "--before", "2026-02-01")
    assert run(*words, input="n\n").exit_code == 1
    assert json.loads(run("store", "status", "--json").stdout)["calls"] == 2
    assert run(*words, input="y\n").stdout.endswith("deleted 4 rows\n")
    assert json.loads(run("store", "status", "--json").stdout)["calls"] == 1
    assert run("store", "prune", "--older-than-days", "1", "--yes").stdout == "deleted 2 rows\n"
    assert run("store", "prune").exit_code == 2


def test_delete_patient_drains_first_and_asks_for_the_id(run: Run, filled: Keeper) -> None:
    filled.note(call(card("c4"), patient=filled.hash("patient", "north", "p1")))
    filled.journal.close()
    found = run("store", "delete-patient", "--tenant", "north", input="Patient/p1\ny\n")
    assert found.exit_code == 0, found.output
    assert "2 calls, 2 entries of feedback" in found.stderr
    assert found.stdout.endswith("deleted 4 rows\n")


def test_delete_patient_says_when_tenant_or_id_may_be_misspelt(run: Run, filled: Keeper) -> None:
    filled.drain()
    found = run("store", "delete-patient", "--tenant", "nroth", "--patient", "p1", "--yes")
    assert found.exit_code == 0
    assert "nothing of this patient under tenant nroth" in found.stderr
    assert "tenants in the store: north" in found.stderr
    assert "nothing of" not in run("store", "delete-patient", "--tenant", "north", "--patient", "p1", "--yes").stderr


def test_delete_patient_says_what_it_could_not_reach(run: Run, filled: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds.commands.store._PATIENCE_S", 0)
    filled.note(call(card("c4"), patient=filled.hash("patient", "north", "p1")))
    found = run("store", "delete-patient", "--tenant", "north", "--patient", "p1", "--yes")
    assert found.exit_code == 1
    assert "repeat this" in found.stderr


def test_rotate_key_adds_one(run: Run, keeper: Keeper) -> None:
    before = keeper.keys.names()
    assert run("store", "rotate-key").exit_code == 0
    assert len(keeper.keys.names()) == len(before) + 1


def test_a_store_that_is_down_is_said_without_its_password(tmp_path: Path) -> None:
    settings = Settings(store=Store(url="postgresql://nobody:hidden-word@127.0.0.1:1/none", journal=tmp_path / "journal"))
    for group, words in ((feedback.group, ["report"]), (store.group, ["status"]), (store.group, ["upgrade"]), (store.group, ["drain"])):
        (tmp_path / "journal").mkdir(exist_ok=True)
        (tmp_path / "journal" / "0.jsonl").write_text("{}\n")
        found = CliRunner().invoke(group(lambda _: settings), words)
        assert found.exit_code == 1, words
        assert "hidden-word" not in found.output
        assert "Traceback" not in found.output


def test_a_faulty_key_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("k1 short\n")
    settings = Settings(store=Store(url=f"sqlite:///{tmp_path}/s", journal=tmp_path / "journal", key_file=tmp_path / "keys"))
    found = CliRunner().invoke(store.group(lambda _: settings), ["rotate-key"])
    assert found.exit_code == 1
    assert "line 1" in found.output
