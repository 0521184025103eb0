"""`make bench`: order-sign as a ratio to a bare Flask echo of the same body, in the same worker, interleaved in one run.

The same service without its audit rows, and one whose callers sign, are called in turn as well: what a row costs and what a token costs
show in the further ratios. Tokens are signed between the calls, one each.

One gunicorn gthread worker on loopback serves both; one keep-alive connection calls them in turn. Bounded in
count; the ratio of the medians is the result, times on this machine are only shown beside it.
"""

import argparse
import http.client
import json
import logging
import multiprocessing
import socket
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from flask import request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from cards.library import load
from cds.app import create_app
from cds.config.model import Authentication, Settings, Store, Tenant, Trust
from cds.serve import Listen, run
from cds.store.keeper import Keeper
from cds.store.rows import CallRow
from tests.bench import doses
from tests.bench.charts import SIZES, body
from tests.support import signing

_ROUNDS = {"5 KB / 8": 400, "61 KB / 60": 250, "1.2 MB / 1000": 60}
_WARM = 10


class Nowhere(Keeper):
    """A store that takes no row."""

    def note(self, row: CallRow) -> bool:
        """Nothing is written."""
        return True


def make(folder: Path) -> Any:
    """The service with one more address that only sends its body back; /plain has no audit rows, /signed wants tokens."""
    library, store = load(), Store(url=f"sqlite:///{folder}/store.sqlite3", journal=folder / "journal")
    trust = Trust(issuer=signing.ISSUER, jwks_file=folder / "keys.json")
    tenant = Tenant(id="signed", authentication=Authentication.JWT, trust=trust)
    app = create_app(Settings(), library, keeper=Keeper(store))
    plain = create_app(Settings(), library, keeper=Nowhere(store))
    signed = create_app(Settings(tenants=(tenant,)), library, keeper=Keeper(store))

    @app.post("/echo")
    def echo() -> bytes:
        return request.get_data(cache=False)

    return DispatcherMiddleware(app, {"/plain": plain, "/signed": signed})


def serve(port: int, folder: Path) -> None:
    """The server process; its call log is not what is measured."""
    logging.getLogger("ldn_cds").setLevel(logging.CRITICAL)
    run(lambda: make(folder), Listen(port=port, threads=2), Settings())


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(port: int) -> None:
    """Wait until the service answers; gives up after 20 seconds."""
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service did not start")


def headers_of(path: str) -> dict[str, str]:
    """What a call to this address sends along: for one whose callers sign, a token of its own."""
    headers = {"Content-Type": "application/json"}
    if path.startswith("/signed"):
        now = int(time.time())
        claims = signing.claims(iat=now, exp=now + 300, jti=uuid.uuid4().hex)
        headers["Authorization"] = "Bearer " + signing.token(signing.header(jku=None), claims)
    return headers


def once(connection: http.client.HTTPConnection, path: str, data: bytes) -> float:
    """Seconds of one call, the answer read whole."""
    headers = headers_of(path)
    began = time.perf_counter()
    connection.request("POST", path, data, headers)
    answer = connection.getresponse()
    content = answer.read()
    took = time.perf_counter() - began
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {content[:200]!r}")
    return took


def measure(port: int, size: str, opioid: bool, rounds: int) -> dict[str, Any]:
    """Echo and order-sign in turn with the same bytes."""
    data = json.dumps(body(size, opioid)).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    service = "/cds-services/ldn-order-sign"
    times: dict[str, list[float]] = {"/echo": [], f"/plain{service}": [], f"/signed{service}": [], service: []}
    for number in range(rounds + _WARM):
        for path, found in times.items():
            took = once(connection, path, data)
            if number >= _WARM:
                found.append(took * 1000)
    echo, plain, signed, sign = times.values()
    return {
        "chart": size,
        "opioid": opioid,
        "bytes": len(data),
        "rounds": rounds,
        "echo_p50_ms": statistics.median(echo),
        "sign_p50_ms": statistics.median(sign),
        "echo_p95_ms": statistics.quantiles(echo, n=20)[-1],
        "sign_p95_ms": statistics.quantiles(sign, n=20)[-1],
        "ratio_p50": statistics.median(sign) / statistics.median(echo),
        "audit_ratio_p50": statistics.median(sign) / statistics.median(plain),
        "token_ratio_p50": statistics.median(signed) / statistics.median(sign),
        "token_p50_ms": statistics.median(signed) - statistics.median(sign),
    }


def main() -> int:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rounds")
    chosen = parser.parse_args()
    port = free_port()
    folder = tempfile.TemporaryDirectory()
    Path(folder.name, "keys.json").write_bytes(signing.key_set("ec384"))
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(port, Path(folder.name)), daemon=True)
    server.start()
    try:
        wait(port)
        rows = []
        for size in SIZES:
            for opioid in (False, True):
                print(f"measuring {size}{' with an opioid' if opioid else ''} ...", file=sys.stderr)
                rows.append(measure(port, size, opioid, max(_ROUNDS[size] // (10 if chosen.quick else 1), 5)))
    finally:
        server.terminate()
        server.join(15)
        folder.cleanup()
    readings = doses.measure()
    if chosen.json:
        print(json.dumps({"calls": rows, "doses": readings}, indent=1))
        return 0
    print(
        f"{'chart':<16}{'opioid':<8}{'bytes':>9}{'echo p50':>11}{'echo p95':>11}{'sign p50':>11}{'sign p95':>11}{'ratio':>8}{'audit':>8}{'token':>8}"
    )
    for row in rows:
        print(
            f"{row['chart']:<16}{'yes' if row['opioid'] else 'no':<8}{row['bytes']:>9}{row['echo_p50_ms']:>8.2f} ms{row['echo_p95_ms']:>8.2f} ms"
            f"{row['sign_p50_ms']:>8.2f} ms{row['sign_p95_ms']:>8.2f} ms{row['ratio_p50']:>7.2f}x{row['audit_ratio_p50']:>7.3f}x"
            f"{row['token_ratio_p50']:>7.3f}x"
        )
    for reading in readings:
        print(f"dose {reading['dose']:<14}{reading['orders']:>6} orders{reading['p50_us']:>9.0f} us p50{reading['p95_us']:>9.0f} us p95")
    return 0
