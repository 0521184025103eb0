"""The reading of one call by itself: its own server's threads, its time, its share."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cards.model import Library
from cds.access.visit import FhirServers
from cds.call import MEDICATIONS, Call, Grant, Lack, Secret
from cds.config.model import Access, Tenant
from tests.support import fhir_server as fhir
from tests.support.fhir_server import FhirServer

KEYS = ("conditions", "allergies")


@pytest.fixture
def two() -> Iterator[tuple[FhirServer, FhirServer]]:
    servers = FhirServer(), FhirServer()
    yield servers
    for one in servers:
        one.close()


def call(server: FhirServer) -> Call:
    """A call that offers this server."""
    grant = Grant(server=server.base, token=Secret("t"))
    return Call(tenant="t", service="s", hook="order-sign", hook_instance="i", patient_id="p", grant=grant)


def read(servers: FhirServers, server: FhirServer, library: Library, tenant: Tenant) -> Call:
    """The call with two lists read."""
    source = servers.begin(call(server), tenant)
    assert source is not None
    return source.lists(call(server), [library.data[key] for key in KEYS], lambda *_: False)


def test_a_server_that_hangs_keeps_only_its_own_callers_waiting(two: tuple[FhirServer, FhirServer], library: Library) -> None:
    slow, quick = two
    tenant = Tenant(fhir_servers=(slow.base, quick.base))
    servers = FhirServers(Access(budget=20, connect=10, threads=1))
    asked = threading.Event()
    slow.rules = {"*": lambda handler: (asked.set(), fhir.never(slow)(handler))[1]}
    waiting = threading.Thread(target=read, args=(servers, slow, library, tenant))
    waiting.start()
    assert asked.wait(20)
    got = read(servers, quick, library, tenant)
    assert waiting.is_alive()
    assert (set(got.prefetch), got.lacking) == (set(KEYS), {})
    slow.over.set()
    waiting.join(20)
    servers.close()


def test_waiting_for_a_free_thread_counts(two: tuple[FhirServer, FhirServer], library: Library) -> None:
    slow = two[0]
    tenant = Tenant(fhir_servers=(slow.base,))
    servers = FhirServers(Access(budget=0.5, threads=1))
    slow.rules = {"*": fhir.never(slow)}
    got = read(servers, slow, library, tenant)
    assert got.lacking == dict.fromkeys(KEYS, Lack.TOO_SLOW)
    assert len(slow.asked) <= 1  # the second never came to its turn
    servers.close()


def test_when_the_time_is_up_nothing_more_is_asked(two: tuple[FhirServer, FhirServer], library: Library) -> None:
    slow = two[0]
    tenant = Tenant(fhir_servers=(slow.base,))
    servers = FhirServers(Access(budget=0.3))
    slow.rules = {"*": fhir.never(slow)}
    one = call(slow)
    source = servers.begin(one, tenant)
    assert source is not None
    one = source.lists(one, [library.data["conditions"]], lambda *_: False)
    before = len(slow.asked)
    one = source.lists(one, [library.data["allergies"]], lambda *_: False)
    one = source.medications(one, ["Medication/m1"])
    assert one.lacking == {"conditions": Lack.TOO_SLOW, "allergies": Lack.TOO_SLOW, MEDICATIONS: Lack.TOO_SLOW}
    assert len(slow.asked) == before
    servers.close()


def test_a_name_is_looked_up_once_and_what_was_judged_is_asked(
    two: tuple[FhirServer, FhirServer], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means another address at the second look: there is none."""
    looks: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host != "localhost":
            return real(host, port, *rest, **more)
        looks.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(looks) == 1 else "169.254.169.254", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    base = two[0].base.replace("127.0.0.1", "localhost")
    servers = FhirServers(Access(budget=20, connect=10))
    one = replace(call(two[0]), grant=Grant(server=base, token=Secret("t")))
    source = servers.begin(one, Tenant(fhir_servers=(base,)))
    assert source is not None
    got = source.lists(one, [library.data["conditions"]], lambda *_: False)
    servers.close()
    assert (got.lacking, looks) == ({}, ["localhost"])
    assert [asked.headers["host"] for asked in two[0].asked] == [base.removeprefix("http://").removesuffix("/fhir")]


def test_nothing_is_begun_without_an_offer(two: tuple[FhirServer, FhirServer]) -> None:
    bare = Call(tenant="t", service="s", hook="order-sign", hook_instance="i", patient_id="p")
    assert FhirServers(Access()).begin(bare, Tenant(fhir_servers=(two[0].base,))) is None


def test_a_fault_of_ours_is_said_and_the_call_goes_on(two: tuple[FhirServer, FhirServer], library: Library, caplog: pytest.LogCaptureFixture) -> None:
    servers = FhirServers(Access(budget=20, connect=10))
    tenant = Tenant(fhir_servers=(two[0].base,))
    source = servers.begin(call(two[0]), tenant)
    assert source is not None
    page = fhir.searchset([], link=[{"relation": "next", "url": f"{two[0].base}/Condition?page=2"}])
    two[0].rules = {"Condition": fhir.says(page)}

    def broken(*_: object) -> bool:
        raise KeyError("pat-1")

    got = source.lists(call(two[0]), [library.data["conditions"]], broken)
    assert got.lacking == {"conditions": Lack.FAULT}
    assert "pat-1" not in caplog.text
    servers.close()
