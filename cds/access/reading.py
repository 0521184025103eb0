"""One question to a FHIR server, and what comes back: JSON, or why not.

Only GET, no redirects, no cookies, no proxies, no second try but one where the connection was not made or was just closed.
Bodies are unpacked in small pieces and counted, so that a small packed answer cannot fill the memory.
"""

import codecs
import logging
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx
import msgspec

from cds.access.addresses import AddressRefused
from cds.access.transport import NotTrusted, Transport, until
from cds.call import Lack, Secret

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_PIECE = 65_536
_GZIP = zlib.MAX_WBITS | 16
_ACCEPT = "application/fhir+json, application/json;q=0.9"
_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: Lack.UNAUTHORISED,
    HTTPStatus.FORBIDDEN: Lack.FORBIDDEN,
    HTTPStatus.NOT_FOUND: Lack.NOT_FOUND,
    HTTPStatus.GONE: Lack.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS: Lack.THROTTLED,
}

Count = Callable[[int], bool]


class Lacking(Exception):
    """It could not be read; `lack` says why."""

    def __init__(self, lack: Lack) -> None:
        self.lack = lack
        super().__init__(lack.value)


def client(most: int) -> httpx.Client:
    """A client with a pool of `most` connections, kept open from call to call.

    It trusts the public certificate authorities, or those that SSL_CERT_FILE or SSL_CERT_DIR name.
    """
    for name in ("httpx", "httpcore"):  # their lines hold addresses with patients' ids, and headers with tokens
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return httpx.Client(
        transport=Transport(most, httpx.create_ssl_context()),
        headers={"Accept": _ACCEPT, "Accept-Encoding": "gzip", "User-Agent": "ldn-cds"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )


def get(http: httpx.Client, url: str, token: Secret | None, deadline: float, connect: float, count: Count) -> Any:
    """The JSON at this address. Raises Lacking. `count` takes the bytes of each unpacked piece and says whether to read on."""
    with until(deadline):
        try:
            return _decoded(_asked(http, url, token, deadline, connect, count))
        except AddressRefused:
            raise Lacking(Lack.BAD_ADDRESS) from None
        except NotTrusted:
            raise Lacking(Lack.UNTRUSTED) from None
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            raise Lacking(Lack.UNREACHABLE if time.monotonic() < deadline else Lack.TOO_SLOW) from None
        except httpcore.TimeoutException:
            raise Lacking(Lack.TOO_SLOW) from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise Lacking(Lack.BROKEN_OFF) from None


def _asked(http: httpx.Client, url: str, token: Secret | None, deadline: float, connect: float, count: Count) -> bytes:
    headers = {"Authorization": f"Bearer {token.reveal()}"} if token is not None else {}
    for last in (False, True):
        left = max(deadline - time.monotonic(), 0.001)
        request = http.build_request("GET", url, headers=headers, timeout=httpx.Timeout(left, connect=min(connect, left)))
        try:
            answer = http.send(request, stream=True)
        except (httpcore.ConnectTimeout, httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError):
            if last or time.monotonic() >= deadline:
                raise
            # a greeting that was lost, or most often a kept connection that the server has just closed: a reading can be asked for twice
            continue
        try:
            _judge(answer.status_code)
            return b"".join(_counted(_unpacked(answer.iter_raw(), answer.headers.get("Content-Encoding", "")), count))
        finally:
            answer.close()
    raise AssertionError("the second attempt answers or raises")


def _judge(status: int) -> None:
    if status == HTTPStatus.OK:
        return
    if 300 <= status < 400:
        raise Lacking(Lack.REDIRECTED)
    if status >= 500:
        raise Lacking(Lack.FAILED)
    raise Lacking(_BY_STATUS.get(HTTPStatus(status), Lack.REFUSED) if status in HTTPStatus._value2member_map_ else Lack.REFUSED)


def _unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The body in small pieces, whatever a packed piece grows to."""
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        yield from pieces
        return
    if kind not in ("gzip", "x-gzip"):
        raise Lacking(Lack.NO_FHIR)
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for piece in pieces:
            while piece and not unpacker.eof:
                yield unpacker.decompress(piece, _PIECE)
                piece = unpacker.unconsumed_tail
        yield unpacker.flush(_PIECE)
    except zlib.error:
        raise Lacking(Lack.NO_FHIR) from None


def _counted(pieces: Iterable[bytes], count: Count) -> Iterator[bytes]:
    for piece in pieces:
        if not count(len(piece)):
            raise Lacking(Lack.TOO_LARGE)
        yield piece


def _decoded(body: bytes) -> Any:
    try:
        return _DECODER.decode(body.removeprefix(codecs.BOM_UTF8))  # some servers put the mark before their JSON
    except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError):
        raise Lacking(Lack.NO_FHIR) from None
