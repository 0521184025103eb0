"""A client that signs: real keys, key sets, tokens of any shape, and a listener that says whether it was ever asked."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://ehr.example.org/fhir/r4"
JKU = "https://ehr.example.org/oauth/jwks"
BASE = "http://127.0.0.1:8000"
SERVICE = BASE + "/cds-services/ldn-order-sign"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECOND = int(NOW.timestamp())
_HASHES = {"384": hashes.SHA384(), "512": hashes.SHA512(), "256": hashes.SHA256()}

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@cache
def key(name: str) -> Private:
    """The key of this name, the same for the whole run. The name says its kind: ec384, ec521, ec256, rsa, rsa1024, and any suffix."""
    kind = name.partition("-")[0]
    if kind.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65_537, key_size=int(kind[3:] or 2_048))
    curves: dict[str, ec.EllipticCurve] = {"ec256": ec.SECP256R1(), "ec384": ec.SECP384R1(), "ec521": ec.SECP521R1()}
    return ec.generate_private_key(curves[kind])


def jwk(name: str, **more: Any) -> dict[str, Any]:
    """The public half of a key as a JWK; its kid is its name unless `more` says otherwise."""
    public = key(name).public_key()
    entry = RSAAlgorithm.to_jwk(public, as_dict=True) if isinstance(public, rsa.RSAPublicKey) else ECAlgorithm.to_jwk(public, as_dict=True)
    entry.pop("key_ops", None)
    return {**entry, "use": "sig", "kid": name, **more}


def key_set(*names: str) -> bytes:
    """A JWKS of these keys."""
    return json.dumps({"keys": [jwk(name) for name in names]}).encode()


def encoded(value: Any) -> str:
    """One part of a token: JSON (bytes and text as they are) in base64url."""
    content = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signature(name: str, algorithm: str, content: bytes, der: bool = False) -> bytes:
    """The signature over these bytes as JWS writes it, or ECDSA's in DER."""
    private, digest = key(name), _HASHES[algorithm[2:]]
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(content, padding.PKCS1v15(), digest)
    found = private.sign(content, ec.ECDSA(digest))
    if der:
        return found
    size = (private.curve.key_size + 7) // 8
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(found))


def header(**more: Any) -> dict[str, Any]:
    """A sound header; a member given as None is left out."""
    return _with({"alg": "ES384", "typ": "JWT", "kid": "ec384", "jku": JKU}, more)


def claims(**more: Any) -> dict[str, Any]:
    """Sound claims for SERVICE at NOW; a member given as None is left out."""
    sound = {"iss": ISSUER, "aud": SERVICE, "iat": SECOND - 5, "exp": SECOND + 300, "jti": "b2a5e7d0-0001"}
    return _with(sound, more)


def token(head: Any = None, body: Any = None, signer: str = "ec384", algorithm: str | None = None, der: bool = False) -> str:
    """A token of this header and these claims, signed as its `alg` says, or by `algorithm` whatever it says."""
    head = header() if head is None else head
    body = claims() if body is None else body
    algorithm = algorithm or head["alg"]
    content = f"{encoded(head)}.{encoded(body)}"
    return f"{content}.{encoded(signature(signer, algorithm, content.encode(), der))}"


def _with(sound: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**sound, **more}.items() if value is not None}


class Listener:
    """A key server on this machine: what it answers, and every path that it was asked for."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.base = f"http://127.0.0.1:{server.server_port}"
        self.asked: list[str] = []
        self.status = 200
        self.body = key_set("ec384")
        self.headers: dict[str, str] = {}


@contextmanager
def listening() -> Iterator[Listener]:
    """A key server for as long as the block lasts."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listener.asked.append(self.path)
            self.send_response(listener.status)
            for name, value in {"Content-Length": str(len(listener.body)), **listener.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(listener.body)

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    listener = Listener(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
