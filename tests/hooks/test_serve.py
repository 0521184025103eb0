"""The real server on this machine: what only shows with gunicorn and a socket."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.bench import free_port
from tests.support.calls import valid

ROOT = Path(__file__).parent.parent.parent
SIGN = "/cds-services/ldn-order-sign"
JSON = {"Content-Type": "application/json"}
MEBIBYTE = 1024 * 1024


STORE: dict[str, str] = {}
LOG: dict[str, Path] = {}


@pytest.fixture(scope="module", autouse=True)
def _rows_go_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A served process keeps its rows in a folder of this run, never in the source tree."""
    folder = tmp_path_factory.mktemp("served")
    STORE.update(LDN_CDS_STORE_URL=f"sqlite:///{folder}/store.sqlite3", LDN_CDS_JOURNAL=f"{folder}/journal")
    LOG["file"] = folder / "log"
    yield
    STORE.clear()


def environment(**more: str) -> dict[str, str]:
    """The test's own environment without settings of this service, and these."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LDN_CDS_")} | STORE | more


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A served port; the server ends with the tests of this file."""
    number = free_port()
    command = [sys.executable, "-m", "cds", "serve", "--port", str(number)]
    with LOG["file"].open("wb") as log, subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=log, stderr=log) as server:  # noqa: S603 - ours
        try:
            while not listening(number):
                assert server.poll() is None, "the server did not start"
            yield number
        finally:
            server.terminate()
            server.wait(30)


def connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def listening(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        time.sleep(0.05)
        return False


def raw(port: int, request: bytes) -> bytes:
    """What comes back for these very bytes, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        found = b""
        while part := line.recv(65_536):
            found += part
        return found


def test_a_call_over_the_wire_and_a_second_on_the_same_line(port: int) -> None:
    line = connection(port)
    for _ in range(2):
        line.request("POST", SIGN, json.dumps(valid()), JSON)
        answer = line.getresponse()
        assert answer.status == 200
        assert json.loads(answer.read())["cards"]
    line.close()


def test_http_15_the_server_names_no_version(port: int) -> None:
    line = connection(port)
    line.request("GET", "/cds-services")
    answer = line.getresponse()
    answer.read()
    line.close()
    server = answer.getheader("Server", "")
    assert not any(sign.isdigit() for sign in server)
    assert "werkzeug" not in server.casefold()


def test_http_7_too_large_is_refused_before_it_is_read(port: int) -> None:
    head = f"POST {SIGN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {24 * MEBIBYTE}\r\nConnection: close\r\n\r\n"
    answer = raw(port, head.encode())
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"OperationOutcome" in answer


def test_http_8_too_large_in_chunks(port: int) -> None:
    line = connection(port)
    try:
        line.request("POST", SIGN, (b" " * MEBIBYTE for _ in range(12)), JSON, encode_chunked=True)
        answer = line.getresponse()
        assert answer.status in (411, 413)
        assert json.loads(answer.read())["resourceType"] == "OperationOutcome"
    finally:
        line.close()


def test_a_good_call_in_chunks(port: int) -> None:
    line = connection(port)
    text = json.dumps(valid()).encode()
    line.request("POST", SIGN, (text[start : start + 100] for start in range(0, len(text), 100)), JSON, encode_chunked=True)
    answer = line.getresponse()
    assert answer.status == 200
    assert json.loads(answer.read())["cards"]
    line.close()


@pytest.mark.parametrize(
    "line",
    [
        b"POST /cds-services/%00 HTTP/1.1",
        b"POST /cds-services/\xff\xfe HTTP/1.1",
        b"POST /cds-services/a%2fb%2f..%2f HTTP/1.1",
        b"GET /" + b"x" * 3000 + b" HTTP/1.1",
        b"GET //evil.example/x HTTP/1.1",
        b"GET http://evil.example/cds-services HTTP/1.1",
        b"POST " + SIGN.encode() + b"?explain=%ff HTTP/1.1",
        b"GET /cds-services HTTP/1.1\r\nX-Odd: \xff\xfe",
    ],
)
def test_http_14_odd_lines_never_crash(port: int, line: bytes) -> None:
    answer = raw(port, line + b"\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    assert status < 500
    assert not 300 <= status < 400


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /cds-services/ldn-order-sign HTTP/1.1\r\nHost: x\r\nAuthorization Bearer s3cret", 400),
        (b"GET /cds-services HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n s3cret", 400),
        (b"s3cret is no method", 400),
        (b"GET /cds-services?patient=s3cret HTTP/s3cret", 400),
        (b"POST /s3cret HTTP/1.1\r\nHost: x\r\nContent-Length: s3cret", 400),
        (b"POST /s3cret HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: s3cret", 501),
        (b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + b"s3cret" * 5000, 431),
        (b"GET /" + b"s3cret" * 5000 + b" HTTP/1.1", 414),
    ],
)
def test_http_11_what_is_no_http_is_answered_in_fixed_words_and_never_logged(port: int, head: bytes, status: int) -> None:
    answer = raw(port, head + b"\r\n\r\n")
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    lines, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/json" in lines
    assert json.loads(body)["resourceType"] == "OperationOutcome"
    assert b"s3cret" not in answer
    assert f'"status": {status}' in LOG["file"].read_text()
    assert "s3cret" not in LOG["file"].read_text()


def test_rob_5_req_22_after_all_abuse_the_first_answer_still_comes(port: int) -> None:
    for body in (b"[" * 100_000, b'{"a":' * 100_000, b'{"a":' + b"9" * 5000 + b"}", b"\xff", b""):
        line = connection(port)
        line.request("POST", SIGN, body, JSON)
        answer = line.getresponse()
        assert answer.status == 400
        assert json.loads(answer.read())["resourceType"] == "OperationOutcome"
        line.close()
    test_a_call_over_the_wire_and_a_second_on_the_same_line(port)


HURRIED = """
import sys
from cds import serve, worker
from cds.app import create_app
from cds.config.model import Settings
worker.Worker.head_s = worker.Worker.call_s = 0.5
serve.run(create_app, serve.Listen(port=int(sys.argv[1]), threads=2), Settings())
"""


def test_requests_that_never_end_do_not_hold_the_threads_for_ever() -> None:
    number = free_port()
    command = [sys.executable, "-c", HURRIED, str(number)]
    head = f"POST {SIGN} HTTP/1.1\r\nHost: x\r\n".encode()
    begun = (head, head + b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{")
    with subprocess.Popen(command, cwd=ROOT, env=environment()) as server, ExitStack() as lines:  # noqa: S603 - ours
        try:
            while not listening(number):
                assert server.poll() is None, "the server did not start"
            for part in begun * 4:
                lines.enter_context(socket.create_connection(("127.0.0.1", number))).sendall(part)
            test_a_call_over_the_wire_and_a_second_on_the_same_line(number)
        finally:
            server.terminate()
            server.wait(30)


def run(command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=environment(**more), capture_output=True, text=True, check=False)  # noqa: S603 - ours


def test_the_smoke_test_of_deploy_is_content(port: int) -> None:
    command = [sys.executable, "deploy/smoke.py", f"http://127.0.0.1:{port}"]
    done = run(command)
    assert done.returncode == 0, done.stderr


def test_the_smoke_test_says_that_a_service_with_tokens_is_up(tmp_path: Path) -> None:
    number = free_port()
    assert run([sys.executable, "-m", "cds", "token", "keys", str(tmp_path / "keys")]).returncode == 0
    (tmp_path / "cds.toml").write_text(
        f'public_base_url = "http://127.0.0.1:{number}"\n[[tenants]]\nid = "a"\nauthentication = "jwt"\nissuer = "x"\njwks_file = "keys/jwks.json"\n'
    )
    serve = [sys.executable, "-m", "cds", "serve", "--port", str(number), "--config", str(tmp_path / "cds.toml")]
    with subprocess.Popen(serve, cwd=ROOT, env=environment()) as server:  # noqa: S603 - ours
        try:
            while not listening(number):
                assert server.poll() is None, "the server did not start"
            done = run([sys.executable, "deploy/smoke.py", f"http://127.0.0.1:{number}"])
            assert done.returncode == 0, done.stderr
            assert "with a token only" in done.stdout
        finally:
            server.terminate()
            server.wait(30)


def test_the_container_settings_refuse_the_network_unless_told() -> None:
    command = [sys.executable, "-c", "import runpy; print(runpy.run_path('deploy/gunicorn.conf.py')['bind'])"]

    refused = run(command, LDN_CDS_HOST="0.0.0.0")  # noqa: S104 - that this is refused is what is tested
    assert refused.returncode == 1
    assert "authentication" in refused.stderr
    assert run(command, LDN_CDS_HOST="0.0.0.0", LDN_CDS_ALLOW_UNAUTHENTICATED_NETWORK="1").stdout.strip() == "0.0.0.0:8000"  # noqa: S104
    assert run(command).stdout.strip() == "127.0.0.1:8000"
