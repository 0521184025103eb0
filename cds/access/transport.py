"""How a connection is made: to an address that was judged, without proxies, and never longer than the call's time.

The time limit holds for every single reading from the socket, headers and TLS included, so that a server that sends one
byte now and then cannot outlive it. (httpcore's own timeouts count from byte to byte.)
"""

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from cds.access import addresses


class NotTrusted(Exception):
    """The server's certificate is not that of its name by an authority we trust, or its TLS is none that we speak."""


_until: ContextVar[float] = ContextVar("until", default=0.0)
_MOST_ADDRESSES = 4


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """Within this block every use of the network by this thread ends at `deadline` (time.monotonic())."""
    before = _until.set(deadline)
    try:
        yield
    finally:
        _until.reset(before)


def _left(timeout: float | None, error: type[Exception]) -> float:
    left = _until.get() - time.monotonic()
    if left <= 0:
        raise error
    return left if timeout is None else min(left, timeout)


class _Timed(httpcore.NetworkStream):
    """A stream that ends at the deadline of the thread that uses it."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:
        try:
            return _Timed(self._inner.start_tls(ssl_context, server_hostname, _left(timeout, httpcore.ConnectTimeout)))
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise NotTrusted from None
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Judged(httpcore.NetworkBackend):
    """Connects to the addresses that a name has now, once all of them are judged. TLS still asks for the name."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        ends = time.monotonic() + _left(timeout, httpcore.ConnectTimeout)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise httpcore.ConnectError from None
        judged = addresses.judge(host, (str(entry[4][0]) for entry in found))
        for number, address in enumerate(judged[:_MOST_ADDRESSES]):
            left = min(ends - time.monotonic(), _left(None, httpcore.ConnectTimeout))
            if left <= 0:
                raise httpcore.ConnectTimeout
            try:
                return _Timed(self._inner.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number + 1 == len(judged[:_MOST_ADDRESSES]):
                    raise
        raise httpcore.ConnectError


class _Body(httpx.SyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner

    def close(self) -> None:
        self._inner.close()


class Transport(httpx.BaseTransport):
    """httpx's way to a pool of connections that are made as above. `most` connections at once, kept open for later calls."""

    def __init__(self, most: int, context: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, max_connections=most, max_keepalive_connections=most, keepalive_expiry=30, network_backend=_Judged()
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
        sent = httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
        got = self._pool.handle_request(sent)
        return httpx.Response(got.status, headers=got.headers, stream=_Body(got.stream), extensions=got.extensions)

    def close(self) -> None:
        self._pool.close()
