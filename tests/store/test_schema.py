"""The migrations make the tables that the code uses, once, whoever starts."""

import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from cds.config.model import Store
from cds.store import engine, schema
from cds.store.engine import StoreDown
from cds.store.keeper import Keeper
from cds.store.tables import METADATA
from tests.store.conftest import Open
from tests.support.rows import told


def test_migrations_and_tables_agree(keeper: Keeper) -> None:
    with keeper.database.reading() as connection:
        assert schema.current(connection) == schema.head()
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA) == []


def test_processes_that_start_together_upgrade_once(settings: Store) -> None:
    upgraded: list[bool] = []

    def start() -> None:
        made = engine.connect(engine.parse(settings.url))
        try:
            upgraded.append(schema.upgrade(made))
        finally:
            made.dispose()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(upgraded) == [False] * 5 + [True]


def test_tables_that_are_not_upgraded_by_itself_are_asked_for(open_keeper: Open) -> None:
    keeper = open_keeper(migrate=False)
    with pytest.raises(StoreDown, match="ldn-cds store upgrade"):
        keeper.keep_feedback([told("c1")])
    assert keeper.database.upgrade() is True
    assert keeper.database.upgrade() is False
    again = open_keeper(migrate=False)
    again.keep_feedback([told("c1")])


def test_a_newer_database_is_left_alone(open_keeper: Open) -> None:
    keeper = open_keeper()
    with keeper.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreDown, match="newer"):
        open_keeper().keep_feedback([told("c1")])


def test_a_downgrade_leaves_nothing_behind(keeper: Keeper) -> None:
    with keeper.database.writing() as connection:
        command.downgrade(schema.configuration(connection), "base")
    with keeper.database.reading() as connection:
        assert schema.current(connection) is None
        assert {change[0] for change in compare_metadata(MigrationContext.configure(connection), METADATA)} == {"add_table", "add_index"}


def test_sqlite_is_set_up_for_several_processes_and_for_power_cuts(tmp_path: Path) -> None:
    keeper = Keeper(Store(url=f"sqlite:///{tmp_path}/s.sqlite3", journal=tmp_path / "j"))
    wanted = {"journal_mode": "wal", "busy_timeout": 5000, "foreign_keys": 1, "secure_delete": 1}
    for durable, synchronous in ((True, 2), (False, 1)):
        with keeper.database.writing(durable=durable) as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in [*wanted, "synchronous"]}
        assert found == {**wanted, "synchronous": synchronous}
    keeper.close()
