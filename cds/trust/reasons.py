"""Why a token is not taken: a closed list, for log and metric. A caller never sees any of it.

Imports nothing of this project, so that the store may raise `Unavailable` too.
"""

from enum import StrEnum


class Reason(StrEnum):
    """What was wrong with a call's token. The words are labels of a metric: they never hold a part of the token."""

    NO_TOKEN = "no-token"  # noqa: S105 - a label
    TOO_LONG = "too-long"
    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    CRITICAL_HEADER = "critical-header"
    TYPE = "type"
    KEY_SET_ADDRESS = "key-set-address"
    KEY = "key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    TIME = "time"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    LIFETIME = "lifetime"
    TENANT = "tenant"
    TOKEN_ID = "token-id"  # noqa: S105 - a label
    REPLAY = "replay"


class Untrusted(Exception):
    """The token is not taken; `reason` is for the operator only."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


class Unavailable(Exception):
    """Whether the token can be trusted could not be found out now: keys or the memory of used tokens are out of reach.

    `what` is a fixed word of ours for log and metric. The call is refused with 503, never let in.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)
