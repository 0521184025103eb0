"""`python -m tests.bench.fetched`: order-sign with everything sent, and with everything read from a FHIR server beside it.

The server is a small one in a process of its own, on loopback; what it costs is part of the time. Times on this machine are
only shown.
"""

import json
import multiprocessing
import statistics
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

from cards.library import load
from cds.app import create_app
from cds.config.model import Access, Settings, Tenant
from tests.bench.charts import SIZES, body
from tests.support.as_request import PATIENT
from tests.support.fhir_server import FhirServer, Handler

_ROUNDS = {"5 KB / 8": 200, "61 KB / 60": 100, "1.2 MB / 1000": 30}
_SIGN = "/cds-services/ldn-order-sign"


def serve(pipe: Connection) -> None:
    """Serve the lists of each chart that comes through the pipe, until the pipe closes."""
    server = FhirServer()
    pipe.send(server.base)
    while (prefetch := pipe.recv()) is not None:
        pages = {key: json.dumps(value).encode() for key, value in prefetch.items()}
        kinds = {key.resource: pages[key.key] for key in reversed(tuple(load().data.values())) if key.key in pages}

        def handle(handler: Handler, pages: dict[str, bytes] = pages, kinds: dict[str, bytes] = kinds) -> None:
            kind = handler.path.removeprefix("/fhir/").split("?")[0].split("/")[0]
            handler.answer(200, pages["pregnancyStatus"] if "code=" in handler.path else kinds[kind])

        server.rules = {"*": handle}
        pipe.send(len(b"".join(pages.values())))


def times(client: Any, call: dict[str, Any], rounds: int) -> list[float]:
    """Milliseconds of each call, after a few that do not count."""
    data, found = json.dumps(call), []
    for number in range(rounds + 5):
        began = time.perf_counter()
        answer = client.post(_SIGN, data=data, content_type="application/json")
        took = time.perf_counter() - began
        if answer.status_code != 200:
            raise SystemExit(answer.text[:300])
        if number >= 5:
            found.append(took * 1000)
    return found


def main() -> int:
    """Print the table."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    base = ours.recv()
    client = create_app(Settings(tenants=(Tenant(fhir_servers=(base,)),), access=Access(budget=30, connect=5))).test_client()
    print(f"{'chart':<16}{'read':>10}{'sent p50':>12}{'sent p95':>12}{'fetched p50':>14}{'fetched p95':>14}")
    for size in SIZES:
        call = body(size, True)
        ours.send(call["prefetch"])
        read = ours.recv()
        offer = {"access_token": "t", "token_type": "Bearer", "expires_in": 300, "scope": "", "subject": "x", "patient": PATIENT}
        bare = {**call, "prefetch": {}, "fhirServer": base, "fhirAuthorization": offer}
        sent, fetched = (sorted(times(client, one, _ROUNDS[size])) for one in (call, bare))
        row = [f"{value:.1f} ms" for one in (sent, fetched) for value in (statistics.median(one), statistics.quantiles(one, n=20)[-1])]
        print(f"{size:<16}{read:>10}{row[0]:>12}{row[1]:>12}{row[2]:>14}{row[3]:>14}")
    ours.send(None)
    process.join(5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
