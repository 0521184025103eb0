"""Fixtures that every test may use: the real knowledge, and the service with a fixed clock."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cards.library import load
from cards.model import Library
from cds.app import create_app
from cds.config.model import Settings, Store, Tenant
from cds.store.keeper import Keeper
from tests.support.scenario import TODAY

SANDBOX = Settings(tenants=(Tenant(allowed_origins=("*",)),))
Post = Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]


@pytest.fixture(scope="session")
def library() -> Library:
    """The knowledge as it ships."""
    return load()


@pytest.fixture(scope="session", autouse=True)
def _rows_go_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A service that is made without a store of its own keeps its rows in a folder of this run, never in the source tree."""
    folder = tmp_path_factory.mktemp("store")
    made: list[Keeper] = []

    def open_store(_: Store) -> Keeper:
        keeper = Keeper(Store(url=f"sqlite:///{folder}/store.sqlite3", journal=folder / "journal"))
        made.append(keeper)
        return keeper

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cds.app.open_store", open_store)
        yield
    for keeper in made:
        keeper.close()


@pytest.fixture(scope="session")
def app(library: Library) -> Flask:
    """The service, on the scenarios' day."""
    return create_app(SANDBOX, library, clock=lambda: datetime.combine(TODAY, time(12), tzinfo=UTC))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An HTTP client of the service."""
    return app.test_client()
