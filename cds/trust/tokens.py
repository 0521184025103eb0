"""May this token be trusted for this call? The checks of one JSON Web Token, in the order in which they can be believed.

CDS Hooks, "Trusting CDS Clients"; RFC 7515, 7519, 8725. The signature is PyJWT's work. No I/O of its own: keys and the memory of used
tokens are handed in, and the time too.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import jwt
from jwt.exceptions import PyJWTError
from jwt.utils import base64url_decode

from cds.config.model import Replay, Trust
from cds.trust.jwks import ALGORITHMS, Public
from cds.trust.reasons import Reason, Untrusted
from cds.trust.replays import Replays

LONGEST = 8_192
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_LONGEST_KID = 1_024
_LONGEST_JTI = 255
_LAST_SECOND = 253_402_300_799 - 10 * 86_400  # of the year 9999, less the longest grace: beyond it no datetime can be made
_JWS = jwt.PyJWS(algorithms=sorted(ALGORITHMS))


class Keys(Protocol):
    """Where a client's public keys are found."""

    def find(self, trust: Trust, address: str | None, kid: str, algorithm: str) -> Public | None:
        """The key of this id for this algorithm, from the key set at `address`, or from the one agreed without one.

        None when the key set has no such key. Raises Unavailable when the key set cannot be had.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A token as it came: well formed, and not one word of it believed yet."""

    text: str
    header: dict[str, Any]
    payload: dict[str, Any]

    @property
    def issuer(self) -> str | None:
        """Who the token says it is from."""
        return _text(self.payload.get("iss"))

    @property
    def tenant(self) -> str | None:
        """Which organisation the token says it is for."""
        return _text(self.payload.get("tenant"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a verified token says. `expires` is in UTC."""

    issuer: str
    tenant: str | None
    jti: str
    expires: datetime


def read(text: str) -> Draft:
    """Is this a signed token in its compact form? Nothing is verified. Raises Untrusted.

    A member that stands twice is refused: two readers might believe different ones.
    """
    if len(text) > LONGEST:
        raise Untrusted(Reason.TOO_LONG)
    if _SHAPE.fullmatch(text) is None:
        raise Untrusted(Reason.MALFORMED)
    header, payload, _ = text.split(".")
    return Draft(text=text, header=_object(header), payload=_object(payload))


def verify(draft: Draft, urls: Collection[str], trust: Trust, keys: Keys, replays: Replays, now: datetime) -> Claims:
    """Is the token signed by this issuer, meant for one of these addresses, valid now and not used before?

    `urls` are the spellings of the one address that was called, without query. Raises Untrusted with the first reason against it, or
    Unavailable when keys or the memory of used tokens cannot be reached. A token that is refused does not use up its id: that check
    comes last.
    """
    if draft.issuer != trust.issuer:
        raise Untrusted(Reason.ISSUER)
    _signature(draft, trust, keys)
    _audience(draft.payload.get("aud"), {*urls, *trust.audiences})
    expires = _times(draft.payload, trust, now.timestamp())
    tenant = _tenant(draft.payload, trust)
    jti = draft.payload.get("jti")
    if not isinstance(jti, str) or not jti.strip() or len(jti) > _LONGEST_JTI or not jti.isprintable():
        raise Untrusted(Reason.TOKEN_ID)
    until = datetime.fromtimestamp(expires + trust.skew, UTC)
    if trust.replay is Replay.REFUSE and not replays.first_use(trust.issuer, jti, until):
        raise Untrusted(Reason.REPLAY)
    return Claims(issuer=trust.issuer, tenant=tenant, jti=jti, expires=datetime.fromtimestamp(expires, UTC))


def _signature(draft: Draft, trust: Trust, keys: Keys) -> None:
    """Does a key of this client verify the token? Keys that come along in the header (jwk, x5c, x5u) are never looked at."""
    header = draft.header
    algorithm, kid, address = header.get("alg"), header.get("kid"), header.get("jku")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Untrusted(Reason.ALGORITHM)
    if "crit" in header or header.get("b64", True) is not True:
        raise Untrusted(Reason.CRITICAL_HEADER)
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.casefold() != "jwt":  # an access token (at+jwt) is no proof of who calls
        raise Untrusted(Reason.TYPE)
    if "jku" in header and (not isinstance(address, str) or address not in trust.jwks_urls):
        raise Untrusted(Reason.KEY_SET_ADDRESS)
    if not isinstance(kid, str) or not 0 < len(kid) <= _LONGEST_KID:
        raise Untrusted(Reason.KEY)
    key = keys.find(trust, address, kid, algorithm)
    if key is None:
        raise Untrusted(Reason.KEY)
    try:
        _JWS.decode_complete(draft.text, key, algorithms=[algorithm])
    except (PyJWTError, ValueError):
        raise Untrusted(Reason.SIGNATURE) from None


def _audience(claim: Any, wanted: Collection[str]) -> None:
    """Is the token meant for the address that was called? Compared letter by letter, without the query part."""
    named = claim if isinstance(claim, list) else [claim]
    if not any(isinstance(one, str) and one.partition("?")[0] in wanted for one in named):
        raise Untrusted(Reason.AUDIENCE)


def _times(payload: dict[str, Any], trust: Trust, now: float) -> float:
    """Is the token valid now, and for no longer than it may be? The second (Unix time) at which it ends."""
    issued, expires = _second(payload.get("iat")), _second(payload.get("exp"))
    begins = _second(payload["nbf"]) if "nbf" in payload else issued
    if expires + trust.skew <= now:
        raise Untrusted(Reason.EXPIRED)
    if max(issued, begins) > now + trust.skew:
        raise Untrusted(Reason.NOT_YET)
    if not 0 < expires - issued <= trust.longest_life:  # bounds the age of `iat` and the memory of used tokens as well
        raise Untrusted(Reason.LIFETIME)
    return expires


def _second(value: Any) -> float:
    """A NumericDate; true, text and NaN are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _LAST_SECOND:
        raise Untrusted(Reason.TIME)
    return float(value)


def _tenant(payload: dict[str, Any], trust: Trust) -> str | None:
    """Is the organisation one that was agreed? Without a list any text is taken, and none."""
    tenant = payload.get("tenant")
    if (tenant is not None and not isinstance(tenant, str)) or (trust.tenants and tenant not in trust.tenants):
        raise Untrusted(Reason.TENANT)
    return tenant


def _object(part: str) -> dict[str, Any]:
    """The JSON object of one part of a token."""
    try:
        found = json.loads(base64url_decode(part).decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Untrusted(Reason.MALFORMED) from None
    if not isinstance(found, dict):
        raise Untrusted(Reason.MALFORMED)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
