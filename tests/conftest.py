"""Fixtures that every test may use: the real knowledge, and the service with a fixed clock."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cards.library import load
from cards.model import Library
from cds.app import create_app
from cds.config.model import Settings, Tenant
from tests.support.scenario import TODAY

SANDBOX = Settings(tenants=(Tenant(allowed_origins=("*",)),))
Post = Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]


@pytest.fixture(scope="session")
def library() -> Library:
    """The knowledge as it ships."""
    return load()


@pytest.fixture(scope="session")
def app(library: Library) -> Flask:
    """The service, on the scenarios' day."""
    return create_app(SANDBOX, library, clock=lambda: datetime.combine(TODAY, time(12), tzinfo=UTC))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An HTTP client of the service."""
    return app.test_client()
