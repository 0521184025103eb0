"""What does a client publish at the address of its key set? One bounded GET of an address of the configuration.

TLS always, unless the address is this machine's own; no redirect, no proxy from the environment, nothing unpacked.
"""

import ipaddress
import time
from urllib.parse import urlsplit

import httpx

LARGEST = 512 * 1024
_TIMES = httpx.Timeout(2.0, connect=1.0)
_WHOLE = 4.0


class NotFetched(Exception):
    """There was no answer that can be used; `why` is a fixed word or a status code, for the log."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def get(url: str) -> bytes:
    """The body at this address. Raises NotFetched."""
    if not _safe(url):
        raise NotFetched("no-tls")
    until = time.monotonic() + _WHOLE
    headers = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}
    try:
        # the authorities of httpx, or those that SSL_CERT_FILE names; everything else of the environment is left alone
        authorities = httpx.create_ssl_context()
        with (
            httpx.Client(verify=authorities, trust_env=False, follow_redirects=False, timeout=_TIMES) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            return _body(answer, until)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise NotFetched(type(error).__name__) from None


def _body(answer: httpx.Response, until: float) -> bytes:
    if answer.status_code != httpx.codes.OK:
        raise NotFetched(f"status-{answer.status_code}")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetched("packed")
    content = bytearray()
    for part in answer.iter_raw():
        content += part
        if len(content) > LARGEST:
            raise NotFetched("too-large")
        if time.monotonic() > until:
            raise NotFetched("too-slow")
    return bytes(content)


def _safe(url: str) -> bool:
    """Is the way to this address protected by TLS, or does it not leave this machine?"""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    if host == "localhost":
        return parts.scheme == "http"
    try:
        return parts.scheme == "http" and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
