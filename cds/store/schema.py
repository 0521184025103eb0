"""Does the database have the tables of this version? Alembic's migrations, run by one process at a time."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

_LOCK = 0x1D4CD5  # any number that no other user of the database takes


class SchemaDiffers(Exception):
    """The tables are older or newer than this version; the message says what to do."""


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings, without a file."""
    config = Config()
    config.set_main_option("script_location", "cds.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str:
    """The revision that this version of the service needs."""
    return str(ScriptDirectory.from_config(configuration()).get_current_head())


def current(connection: Connection) -> str | None:
    """The revision of the database, None where there are no tables yet."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> bool:
    """Bring the tables to this version, in one transaction. False when they were there already.

    Several processes that start together wait for one another. Raises SchemaDiffers when the database is newer.
    """
    with engine.connect() as connection:
        if current(connection) == head():
            return False
    with engine.execution_options(ldn_begin="BEGIN IMMEDIATE").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = current(connection)
        if found == head():
            return False
        if found is not None and found not in _known():
            raise SchemaDiffers(f"the store has revision {found}, which is newer than this version of ldn-cds; start the newer version")
        command.upgrade(configuration(connection), "head")
        return True


def check(engine: Engine) -> None:
    """Raises SchemaDiffers unless the tables are those of this version."""
    with engine.connect() as connection:
        found = current(connection)
    if found != head():
        raise SchemaDiffers(f"the store has revision {found}, this version needs {head()}; run ldn-cds store upgrade")


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
