"""How would a client sign? Key pairs and tokens for sandboxes and integration tests; the service itself never signs."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ALGORITHMS = ("ES384", "ES512", "RS384", "RS512")
_RSA_BITS = 3_072
_BY_CURVE = {"secp384r1": "ES384", "secp521r1": "ES512"}
_THUMBED = ("crv", "e", "kty", "n", "x", "y")  # what makes the thumbprint of a public key (RFC 7638)

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class NotAKey(Exception):
    """The file holds no private key that tokens can be signed with."""


def make(algorithm: str) -> bytes:
    """A new private key for this algorithm, as PEM without a password."""
    private: Private
    if algorithm.startswith("RS"):
        private = rsa.generate_private_key(public_exponent=65_537, key_size=_RSA_BITS)
    else:
        private = ec.generate_private_key(ec.SECP384R1() if algorithm == "ES384" else ec.SECP521R1())
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public(pem: bytes) -> dict[str, Any]:
    """The public half as an entry of a JWKS; its kid is its thumbprint. Raises NotAKey."""
    private = _load(pem)
    if isinstance(private, rsa.RSAPrivateKey):
        entry = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    else:
        entry = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    needed = json.dumps({name: entry[name] for name in _THUMBED if name in entry}, separators=(",", ":"), sort_keys=True)
    thumb = base64.urlsafe_b64encode(hashlib.sha256(needed.encode()).digest()).rstrip(b"=").decode()
    entry.pop("key_ops", None)
    return {**entry, "use": "sig", "kid": thumb}


def sign(pem: bytes, claims: Mapping[str, Any], issued: datetime, seconds: int, jku: str | None = None) -> str:
    """A token of these claims, valid for so many seconds from `issued` on. Raises NotAKey."""
    private = _load(pem)
    algorithm = "RS384" if isinstance(private, rsa.RSAPrivateKey) else _BY_CURVE[private.curve.name]
    begins = int(issued.timestamp())
    header = {"kid": public(pem)["kid"], **({"jku": jku} if jku else {})}
    return jwt.encode({**claims, "iat": begins, "exp": begins + seconds}, private, algorithm=algorithm, headers=header)


def _load(pem: bytes) -> Private:
    try:
        private = load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        raise NotAKey from None
    if isinstance(private, rsa.RSAPrivateKey) or (isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in _BY_CURVE):
        return private
    raise NotAKey
