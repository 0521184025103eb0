"""What is deleted by age or by patient is gone, with all that hangs on it, and nothing else."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from cds.store import retention
from cds.store.keeper import Keeper
from cds.store.tables import calls, card_findings, cards, feedback
from tests.store.conftest import Open
from tests.store.test_keeper import count
from tests.support.rows import NOON, call, card, told


def test_rows_before_a_moment_are_pruned(keeper: Keeper) -> None:
    for number in range(3):
        keeper.note(call(card(f"old{number}", "a", "b"), at=NOON - timedelta(days=number + 1)))
    keeper.note(call(card("new"), at=NOON))
    keeper.drain()
    keeper.keep_feedback([told("old1", received_at=NOON - timedelta(hours=1)), told("old1", received_at=NOON)])
    assert retention.older(keeper.database, NOON) == {"calls": 3, "feedback": 1}
    assert sum(retention.prune(keeper.database, NOON)) == 4
    assert [count(keeper, table) for table in (calls, cards, card_findings, feedback)] == [1, 1, 1, 1]
    assert list(retention.prune(keeper.database, NOON)) == []


def test_pruning_goes_in_steps(keeper: Keeper) -> None:
    for _ in range(1_100):
        keeper.journal.append(call(card("c"), at=NOON))
    keeper.drain()
    assert list(retention.prune(keeper.database, NOON + timedelta(days=1))) == [500, 500, 100]
    assert count(keeper, card_findings) == 0


def test_all_of_one_patient_is_deleted_under_all_keys(keeper: Keeper) -> None:
    def noted(patient: str, uuid: str, tenant: str = "north") -> None:
        keeper.note(call(card(uuid), tenant=tenant, patient=keeper.hash("patient", tenant, patient)))

    noted("p1", "first")
    keeper.keys.rotate()
    noted("p1", "second")
    noted("p2", "other")
    noted("p1", "elsewhere", "south")
    keeper.drain()
    keeper.keep_feedback([told("first", comment="a name"), told("second"), told("other"), told("elsewhere", tenant="south")])
    hashes = keeper.keys.hashes("patient", "north", "p1")
    assert retention.of_patient(keeper.database, hashes) == {"calls": 2, "feedback": 2}
    assert sum(retention.delete_patient(keeper.database, hashes)) == 4
    with keeper.database.reading() as connection:
        assert set(connection.execute(select(cards.c.uuid)).scalars()) == {"other", "elsewhere"}
        assert set(connection.execute(select(feedback.c.card)).scalars()) == {"other", "elsewhere"}


def test_what_is_deleted_is_nowhere_in_sqlites_files(open_keeper: Open, tmp_path: Path) -> None:
    keeper = open_keeper(url=f"sqlite:///{tmp_path}/only.sqlite3")
    keeper.note(call(card("c1"), patient=keeper.hash("patient", "north", "p1")))
    keeper.drain()
    keeper.keep_feedback([told("c1", comment="Mrs Zebrafinch")])
    files = [tmp_path / "only.sqlite3", tmp_path / "only.sqlite3-wal"]
    assert any(b"Zebrafinch" in file.read_bytes() for file in files)
    assert sum(retention.delete_patient(keeper.database, keeper.keys.hashes("patient", "north", "p1"))) == 2
    assert not any(b"Zebrafinch" in file.read_bytes() for file in files)
