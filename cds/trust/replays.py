"""Was this token used before? The question, and an answer for a service of one process.

Imports nothing of this project but `reasons`. The store answers the same question for several workers and hosts.
"""

import heapq
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Protocol

from cds.trust.reasons import Unavailable

_MOST = 200_000


class Replays(Protocol):
    """The memory of used tokens. Of any number of simultaneous calls with one token, exactly one may be told that it is the first."""

    def first_use(self, issuer: str, jti: str, until: datetime) -> bool:
        """Is this the first use of the token id of this issuer? It has to be remembered `until` then (UTC), and may be forgotten after.

        Both names are printable text; `jti` has at most 255 characters, `issuer` is one of the configuration. Raises Unavailable
        when it cannot be found out: the call is refused then.
        """


class Shared:
    """The memory that all workers and hosts share: the store's `first_use`. `down` is what it raises when it cannot be reached."""

    def __init__(self, first_use: Callable[[str, str, datetime], bool], down: type[Exception]) -> None:
        self._first_use, self._down = first_use, down

    def first_use(self, issuer: str, jti: str, until: datetime) -> bool:
        """See Replays."""
        try:
            return self._first_use(issuer, jti, until)
        except self._down:
            raise Unavailable("used-tokens") from None


class InMemory:
    """For one process only, and lost with it: a token may be used once more in each other worker and after a restart.

    Keeps digests, 16 bytes each. When `most` of them are alive it says Unavailable rather than forget one: only tokens with a valid
    signature come this far, so only a client that is trusted can fill it.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), most: int = _MOST) -> None:
        self._now = now
        self._most = most
        self._lock = threading.Lock()
        self._used: set[bytes] = set()
        self._ends: list[tuple[float, bytes]] = []

    def first_use(self, issuer: str, jti: str, until: datetime) -> bool:
        """See Replays."""
        name = blake2b(f"{len(issuer)}:{issuer}{jti}".encode(), digest_size=16).digest()
        now = self._now().timestamp()
        with self._lock:
            while self._ends and self._ends[0][0] < now:
                self._used.discard(heapq.heappop(self._ends)[1])
            if name in self._used:
                return False
            if len(self._used) >= self._most:
                raise Unavailable("used-tokens")
            self._used.add(name)
            heapq.heappush(self._ends, (until.timestamp(), name))
            return True
