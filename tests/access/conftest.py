"""The service with one listed FHIR server, a second listener that must stay quiet, and calls that offer access."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cards.model import Library
from cds.app import create_app
from cds.config.model import Access, Settings, Tenant
from tests.support.as_request import PATIENT
from tests.support.calls import valid
from tests.support.fhir_server import FhirServer
from tests.support.scenario import TODAY

TOKEN = "secret-token-7f3a"
Make = Callable[[Access], FlaskClient]


@pytest.fixture(scope="package")
def started() -> Iterator[tuple[FhirServer, FhirServer]]:
    servers = FhirServer(), FhirServer()
    yield servers
    for one in servers:
        one.close()


@pytest.fixture
def server(started: tuple[FhirServer, FhirServer]) -> Iterator[FhirServer]:
    """The server that the tenant lists."""
    started[0].reset()
    yield started[0]
    started[0].over.set()


@pytest.fixture
def stranger(started: tuple[FhirServer, FhirServer]) -> FhirServer:
    """Another one, which nobody listed."""
    started[1].reset()
    return started[1]


@pytest.fixture(scope="package")
def make(started: tuple[FhirServer, FhirServer], library: Library) -> Iterator[Make]:
    """The service with these bounds; each kind is made once."""
    made: dict[Access, FlaskClient] = {}

    def client(bounds: Access) -> FlaskClient:
        if bounds not in made:
            settings = Settings(tenants=(Tenant(fhir_servers=(started[0].base,)),), access=bounds)
            made[bounds] = create_app(settings, library, clock=lambda: datetime.combine(TODAY, time(12), tzinfo=UTC)).test_client()
        return made[bounds]

    yield client
    for one in made.values():
        one.application.extensions["ldn_cds.fhir_servers"].close()


@pytest.fixture
def client(make: Make) -> FlaskClient:
    """The service with time enough for a busy machine."""
    return make(Access(budget=20, connect=10))


@pytest.fixture
def hasty(make: Make) -> FlaskClient:
    """The service that waits less than a second."""
    return make(Access(budget=0.8))


def offer(server: FhirServer | str, *keep: str, hook: str = "order-sign", orders: list[Any] | None = None, **access: Any) -> dict[str, Any]:
    """A call that offers its FHIR server and keeps these prefetch keys only. `access` replaces members of the token block."""
    body = valid(hook, orders)
    body["prefetch"] = {key: value for key, value in body["prefetch"].items() if key in keep}
    body["fhirServer"] = server if isinstance(server, str) else server.base
    block = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "ldn-cds", "patient": PATIENT}
    body["fhirAuthorization"] = {key: value for key, value in (block | access).items() if value is not ...}
    return body


def told(answer: TestResponse) -> dict[str, str]:
    """The findings of all cards with their indicators."""
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return {found["code"]: found["indicator"] for card in answer.json["cards"] for found in card["extension"]["org.ldn-cds.findings"]}


def incomplete(answer: TestResponse) -> str:
    """What the card about what could not be checked says."""
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return next((card["summary"] + card["detail"] for card in answer.json["cards"] if "Silence is not clearance" in card["detail"]), "")
