"""Which public keys does a client publish? Reads one JSON Web Key Set (RFC 7517); no I/O.

Only what this service verifies with is kept: EC P-384 and P-521, RSA of a sound size. An entry that cannot be used is left out, so that one
odd key does not close the door for the others; an entry that shows its private half is left out too, since anybody could sign with it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

# Recommended by CDS Hooks, and the stronger ones of the same two families. `none` and symmetric algorithms are forbidden there.
ALGORITHMS = frozenset({"ES384", "ES512", "RS384", "RS512"})
_BY_CURVE = {"P-384": "ES384", "P-521": "ES512"}
_RSA = ("RS384", "RS512")
_LEAST_RSA_BITS, _MOST_RSA_BITS = 2_048, 8_192
_MOST_EXPONENT = 2**32
_MOST_KEYS = 200
_LONGEST_NAME = 1_024
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

Public = EllipticCurvePublicKey | RSAPublicKey


class NotAKeySet(Exception):
    """The text is no JSON Web Key Set at all."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """The usable keys by key id and algorithm. `left_out` counts entries that cannot be used, `private` those that showed a private half."""

    keys: Mapping[tuple[str, str], Public]
    left_out: int = 0
    private: int = 0

    def find(self, kid: str, algorithm: str) -> Public | None:
        """The key of this id for this algorithm, None if there is none."""
        return self.keys.get((kid, algorithm))


def read(content: bytes) -> KeySet:
    """Which keys are in this key set? An empty set is a set: the client has taken all its keys back. Raises NotAKeySet."""
    try:
        whole = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise NotAKeySet from None
    entries = whole.get("keys") if isinstance(whole, dict) else None
    if not isinstance(entries, list) or len(entries) > _MOST_KEYS:
        raise NotAKeySet
    keys: dict[tuple[str, str], Public] = {}
    left_out = private = 0
    for entry in entries:
        if isinstance(entry, dict) and entry.get("kty") != "oct" and not _PRIVATE.isdisjoint(entry):
            private += 1
            continue
        found = _key(entry)
        if found is None:
            left_out += 1
            continue
        kid, algorithms, public = found
        for algorithm in algorithms:
            keys.setdefault((kid, algorithm), public)
    return KeySet(keys, left_out, private)


def _key(entry: Any) -> tuple[str, tuple[str, ...], Public] | None:
    """Key id, the algorithms that it may be used with, and the key; None if it is not for us."""
    if not isinstance(entry, dict):
        return None
    kid = entry.get("kid")
    operations = entry.get("key_ops", ["verify"])
    if not isinstance(kid, str) or not 0 < len(kid) <= _LONGEST_NAME or entry.get("use", "sig") != "sig":
        return None
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    algorithms = _algorithms(entry)
    if not algorithms:
        return None
    try:
        public = PyJWK(entry, algorithm=algorithms[0]).key
    except (PyJWTError, ValueError, TypeError, AttributeError, OverflowError):
        return None
    if isinstance(public, RSAPublicKey) and not _sound(public):
        return None
    return (kid, algorithms, public) if isinstance(public, (RSAPublicKey, EllipticCurvePublicKey)) else None


def _algorithms(entry: dict[str, Any]) -> tuple[str, ...]:
    """What this kind of key can verify, cut down to the `alg` that the client gave it."""
    kind, curve = entry.get("kty"), entry.get("crv")
    possible: tuple[str, ...] = ()
    if kind == "RSA":
        possible = _RSA
    elif kind == "EC" and isinstance(curve, str) and curve in _BY_CURVE:
        possible = (_BY_CURVE[curve],)
    return tuple(name for name in possible if entry.get("alg", name) == name)


def _sound(key: RSAPublicKey) -> bool:
    """Is the RSA key neither too weak nor so large that verifying with it is an attack?"""
    return _LEAST_RSA_BITS <= key.key_size <= _MOST_RSA_BITS and 2 < key.public_numbers().e < _MOST_EXPONENT
