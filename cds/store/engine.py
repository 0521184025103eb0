"""One connection pool per process: SQLite with a write-ahead log, or PostgreSQL.

Made at first use, so that a forked worker never shares a connection with its parent. A database that does not answer is
left alone for some seconds, so that each call does not wait for it anew.
"""

import contextlib
import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cds.store import schema

_WAIT_S = 5
_REST_S = 5.0
_POSTGRES = f"-c timezone=utc -c statement_timeout=15000 -c lock_timeout={_WAIT_S * 1000} -c synchronous_commit=on"


class StoreDown(Exception):
    """The database cannot be used just now; `why` is for the operator and holds no data of a row."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Database:
    """The database of one process. Threads share it; every transaction is its own connection from the pool."""

    def __init__(self, url: str, *, migrate: bool = True) -> None:
        self.url = parse(url)
        self._migrate = migrate
        self._lock = threading.Lock()
        self._pid = 0
        self._engines: dict[bool, Engine] = {}
        self._down_until = 0.0

    @property
    def is_sqlite(self) -> bool:
        """Is it the embedded database, for one host?"""
        return self.url.get_backend_name() == "sqlite"

    @property
    def shown(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)

    def upgrade(self) -> bool:
        """Bring the tables to this version. False when there was nothing to do. Raises StoreDown."""
        with self._guarded():
            engine = connect(self.url)
            try:
                return schema.upgrade(engine)
            finally:
                engine.dispose()

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """A transaction that is on disk when the block has ended. Raises StoreDown when it could not be.

        `durable=False` is for what may be forgotten in a power cut, never in a crash of the process.
        """
        with self._guarded(), self._engine(durable).execution_options(ldn_begin="BEGIN IMMEDIATE").begin() as connection:
            yield connection

    @contextmanager
    def reading(self, *, patient: bool = False) -> Iterator[Connection]:
        """A transaction that only reads; a `patient` one may take as long as it does. Raises StoreDown."""
        with self._guarded(), self._engine(True).begin() as connection:
            if patient and not self.is_sqlite:
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            yield connection

    def empty_log(self) -> None:
        """Write SQLite's log back into the file, so that what was deleted is nowhere any more. Raises StoreDown."""
        if not self.is_sqlite:
            return
        with self._guarded():
            connection = self._engine(True).raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        """Give the connections back; a later use opens new ones."""
        with self._lock:
            if self._pid == os.getpid():
                for engine in self._engines.values():
                    engine.dispose()
            self._engines = {}

    def _engine(self, durable: bool) -> Engine:
        with self._lock:
            if self._pid != os.getpid():
                self._pid, self._engines, self._down_until = os.getpid(), {}, 0.0
            if time.monotonic() < self._down_until:
                raise StoreDown("the database did not answer just now and is left alone for some seconds")
            if not self._engines:
                self._engines[True] = self._first()
            if durable not in self._engines:
                self._engines[durable] = connect(self.url, durable=False) if self.is_sqlite else self._engines[True]
            return self._engines[durable]

    def _first(self) -> Engine:
        """The first engine of this process, its tables seen to. Those who wait for it meanwhile do not try once more after a failure."""
        engine = connect(self.url)
        try:
            schema.upgrade(engine) if self._migrate else schema.check(engine)
        except BaseException:
            if not self.is_sqlite:
                self._down_until = time.monotonic() + _REST_S
            engine.dispose()
            raise
        return engine

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError, PoolTimeout, OSError, schema.SchemaDiffers) as error:
            busy = isinstance(error, OperationalError) and self.is_sqlite  # another one writes: no reason to leave it alone
            if not busy:
                self._down_until = time.monotonic() + _REST_S
            raise StoreDown(_why(error)) from None
        except DatabaseError as error:
            if type(error) is not DatabaseError:  # one of its kinds: what was to be written is wrong, not the database
                raise
            raise StoreDown(_why(error)) from None


def parse(url: str) -> URL:
    """The address, with the driver that is installed. Raises StoreDown for anything that is neither SQLite nor PostgreSQL."""
    try:
        found = make_url(url)
        backend = found.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise StoreDown("the address of the store must begin with sqlite:/// or postgresql://")
    return found.set(drivername="postgresql+psycopg") if backend == "postgresql" else found


def connect(url: URL, *, durable: bool = True) -> Engine:
    """An engine whose connections are set up as this store needs them."""
    if url.get_backend_name() == "postgresql":
        arguments = {"connect_timeout": 3, "options": _POSTGRES, "application_name": "ldn-cds"}
        return create_engine(url, connect_args=arguments, pool_pre_ping=True, pool_timeout=_WAIT_S, pool_size=4, max_overflow=8, hide_parameters=True)
    _make_file(url)
    engine = create_engine(url, connect_args={"timeout": _WAIT_S}, pool_size=4, max_overflow=8, pool_timeout=_WAIT_S, hide_parameters=True)
    synchronous = "FULL" if durable else "NORMAL"

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver's own idea of transactions leaves DDL out
        cursor = connection.cursor()
        for name, value in (("synchronous", synchronous), ("foreign_keys", "ON"), ("secure_delete", "ON")):
            cursor.execute(f"PRAGMA {name}={value}")
        _write_ahead(cursor)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("ldn_begin", "BEGIN"))

    return engine


def _write_ahead(cursor: Any) -> None:
    """Turn the write-ahead log on. SQLite does not wait for another process that is doing the same, so this does."""
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _make_file(url: URL) -> None:
    """The database file and its folder, for this service's user only: comments of users may hold anything.

    A file that is there is never opened here: closing it would drop the locks of all connections of this process, and another process
    would take itself for the last one and remove the log that these still write to.
    """
    if not url.database or url.database == ":memory:":
        raise StoreDown("the store needs a file: write sqlite:///path/to/file")
    path = Path(url.database)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if not os.access(path, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _why(error: Exception) -> str:
    """What is wrong, without the statement and its values."""
    if isinstance(error, schema.SchemaDiffers):
        return str(error)
    if isinstance(error, DBAPIError):
        return f"the database says: {type(error.orig).__name__}"
    return f"the database cannot be reached: {type(error).__name__}"
