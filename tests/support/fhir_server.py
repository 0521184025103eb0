"""A FHIR server on a free port of this machine that does what a test tells it, faults included, and keeps what it was asked."""

import gzip
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Handle = Callable[["Handler"], None]


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]

    @property
    def kind(self) -> str:
        """The resource type that was asked for."""
        return self.path.removeprefix("/fhir").strip("/").split("/")[0]


class Handler(BaseHTTPRequestHandler):
    """Answers one request by the rule for its resource type."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Listener"

    def log_message(self, *_: Any) -> None:
        """Nothing on the test's output."""

    def do_GET(self) -> None:
        self._any()

    def do_POST(self) -> None:
        self._any()

    def _any(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(self.command, parts.path, parse_qs(parts.query), {name.lower(): value for name, value in self.headers.items()})
        self.server.outer.asked.append(asked)
        handle = self.server.outer.rules.get(asked.kind) or self.server.outer.rules.get("*") or empty
        try:
            handle(self)
        except OSError:
            self.close_connection = True

    @property
    def asked(self) -> Asked:
        return self.server.outer.asked[-1]

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None, declared: int | None = None) -> None:
        """Send this; `declared` is the length that is claimed."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/fhir+json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if declared is None else declared))
        self.end_headers()
        self.wfile.write(body)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    outer: "FhirServer"

    def handle_error(self, *_: Any) -> None:
        """A caller that hung up is meant."""


@dataclass
class FhirServer:
    """Set `rules` (resource type, or `*`, to what happens) and read `asked`. `over` ends what hangs."""

    rules: dict[str, Handle] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._http = _Listener(("127.0.0.1", 0), Handler)
        self._http.outer = self
        self.origin = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.base = f"{self.origin}/fhir"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on; a greeting that fails is the handler's, so that it stops no other."""
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def kinds(self) -> list[str]:
        """The resource types that were asked for, sorted."""
        return sorted(one.kind for one in self.asked)

    def reset(self) -> None:
        """Forget rules and requests."""
        self.over.set()
        self.over = threading.Event()
        self.rules, self.asked = {}, []

    def close(self) -> None:
        """Stop."""
        self.over.set()
        self._http.shutdown()
        self._http.server_close()


def searchset(resources: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A page of results."""
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources], **more}


def says(value: Any, status: int = 200) -> Handle:
    """It answers with this JSON."""
    return lambda handler: handler.answer(status, json.dumps(value).encode())


def empty(handler: Handler) -> None:
    """It has nothing."""
    kind = handler.asked.kind
    patient = {"resourceType": "Patient", "id": handler.asked.path.split("/")[-1], "birthDate": "1979-03-02"}
    says(patient if kind == "Patient" else searchset([], total=0))(handler)


def raw(body: bytes, status: int = 200, **headers: str) -> Handle:
    """It answers with these bytes."""
    return lambda handler: handler.answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def redirects(to: str, status: int = 302) -> Handle:
    """It sends us elsewhere."""
    return lambda handler: handler.answer(status, b"", {"Location": to})


def resets(handler: Handler) -> None:
    """It hangs up without a word."""
    handler.close_connection = True
    handler.connection.close()


def breaks_off(handler: Handler) -> None:
    """It promises more than it sends."""
    handler.answer(200, b'{"resourceType": "Bundle", "entry": [', declared=1_000_000)
    handler.close_connection = True
    handler.connection.shutdown(2)


def never(server: FhirServer) -> Handle:
    """It takes the question and says nothing."""
    return lambda handler: (server.over.wait(20), resets(handler))[1]


def trickles(server: FhirServer, headers: bool = False) -> Handle:
    """It sends a byte now and then, for ever: of the headers or of the body."""

    def handle(handler: Handler) -> None:
        start = b"HTTP/1.1 200 OK\r\nX-Slow: " if headers else b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
        handler.wfile.write(start)
        while not server.over.wait(0.02):
            handler.wfile.write(b" ")

    return handle


def bomb(unpacked: int) -> Handle:
    """A small answer that unpacks to this many bytes of blanks around an empty Bundle."""
    body = gzip.compress(b'{"resourceType": "Bundle", "type": "searchset"' + b" " * unpacked + b"}")
    return raw(body, Content_Encoding="gzip")


def packed(value: Any) -> Handle:
    """It answers with this JSON, packed."""
    return raw(gzip.compress(json.dumps(value).encode()), Content_Encoding="gzip")
