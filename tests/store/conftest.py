"""Each test of the store runs on SQLite and on PostgreSQL, in a database of its own."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from cds.config.model import Store
from cds.store.keeper import Keeper
from tests.support import postgres

Open = Callable[..., Keeper]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A server that runs. Without one these tests are skipped with the remedy; where it is required, as in CI, they fail."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.server())
        except postgres.NoServer as error:
            if os.environ.get(postgres.REQUIRED):
                pytest.fail(str(error))
            pytest.skip(str(error))
        yield make_url(url)


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """A fresh database on that server."""
    name = f"t{uuid.uuid4().hex}"
    admin = postgres_server.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield postgres_server.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Settings of a fresh store, once for each database."""
    url = f"sqlite:///{tmp_path}/state/store.sqlite3" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Store(url=url, journal=tmp_path / "state" / "journal")


@pytest.fixture
def open_keeper(settings: Store) -> Iterator[Open]:
    """Opens the store, as another process would; all are closed at the end. Arguments change the settings."""
    made: list[Keeper] = []

    def opened(**changes: object) -> Keeper:
        made.append(Keeper(replace(settings, **changes)))  # type: ignore[arg-type]
        return made[-1]

    yield opened
    for keeper in made:
        keeper.close()


@pytest.fixture(autouse=True)
def _nothing_drains_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests drain when they say so; a thread that did it meanwhile would take the rows away from under them."""
    monkeypatch.setattr("cds.store.keeper._PAUSE_S", 3_600.0)


@pytest.fixture
def keeper(open_keeper: Open) -> Keeper:
    """The store."""
    return open_keeper()
