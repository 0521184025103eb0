"""Where do a client's public keys come from, and how long may we rely on them? Key sets from a file or an address, kept in memory.

One thread at a time fetches an address, apart from the threads that answer calls; few of those ever wait for it. An unknown key id makes
the set be fetched anew (key rotation), a bounded number of times. Only addresses of the configuration are ever asked. Threads are made
when needed, so that a process may fork before.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import Counter

from cds.config.model import Tenant, Trust
from cds.trust import fetch, jwks
from cds.trust.jwks import KeySet, NotAKeySet, Public
from cds.trust.reasons import Unavailable

_LOG = logging.getLogger("ldn_cds")
FETCHES = Counter("ldn_cds_key_fetches", "Fetches of clients' key sets by outcome", ["outcome"])
_LARGEST_FILE = fetch.LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How keys are kept; seconds. A set is `fresh` so long; it serves up to `stale` when it cannot be fetched again.

    `burst` fetches may follow each other, then one every `pause`. A call waits `wait` at most for a fetch, and `seats` calls of the
    process at most wait at one time. A fetch that takes longer than `lost` is given up.
    """

    fresh: float = 600
    stale: float = 4 * 3_600
    burst: int = 5
    pause: float = 30
    wait: float = 3
    seats: int = 3
    lost: float = 15


@dataclass(slots=True)
class _Flight:
    """One fetch under way."""

    began: float
    done: threading.Event = field(default_factory=threading.Event)


class _Address:
    """The key set at one address."""

    def __init__(self, url: str, get: Callable[[str], bytes], clock: Callable[[], float], pace: Pace, seats: threading.BoundedSemaphore) -> None:
        self._url, self._get, self._clock, self._pace, self._seats = url, get, clock, pace, seats
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._loaded = 0.0
        self._failing = False
        self._flight: _Flight | None = None
        self._allowed, self._counted = float(pace.burst), clock()

    def find(self, kid: str, algorithm: str) -> Public | None:
        with self._lock:
            fresh, keys = self._state()
            found = keys.find(kid, algorithm) if keys else None
            if fresh and found:
                return found
            joined = self._flight is not None and self._clock() - self._flight.began < self._pace.lost
            flight = self._flight if joined else self._launch()
            if found and (flight is None or joined or self._failing):
                return found  # the set that we have serves while somebody else looks for a newer one
        if flight is not None:
            self._await(flight, found)
        with self._lock:
            _, keys = self._state()
            found = keys.find(kid, algorithm) if keys else None
            if found is None and (keys is None or self._failing or (flight is not None and not flight.done.is_set())):
                raise Unavailable("keys")
            return found

    def _state(self) -> tuple[bool, KeySet | None]:
        """Is our set fresh, and what is it? None when we have none, or it is too old to be relied on."""
        if self._keys is None:
            return False, None
        age = self._clock() - self._loaded
        return age < self._pace.fresh, self._keys if age < self._pace.stale else None

    def _launch(self) -> _Flight | None:
        """Start a fetch in a thread of its own, unless there were too many of late."""
        now = self._clock()
        self._allowed = min(self._pace.burst, self._allowed + (now - self._counted) / self._pace.pause)
        self._counted = now
        if self._allowed < 1:
            return None
        self._allowed -= 1
        self._flight = flight = _Flight(now)
        threading.Thread(target=self._fly, args=(flight,), name="ldn-cds-keys", daemon=True).start()
        return flight

    def _await(self, flight: _Flight, found: Public | None) -> None:
        """Wait for a fetch. Few calls may, lest a slow address hold up all threads; only the first fetch of a process is waited for by all."""
        first = self._keys is None and not self._failing
        if not first and not self._seats.acquire(blocking=False):
            if found:
                return
            raise Unavailable("keys-busy")
        try:
            if not flight.done.wait(self._pace.wait):
                self._failing = True
        finally:
            if not first:
                self._seats.release()

    def _fly(self, flight: _Flight) -> None:
        """Fetch, and take over the set if nobody gave this fetch up meanwhile."""
        keys: KeySet | None = None
        try:
            keys = jwks.read(self._get(self._url))
        except fetch.NotFetched as error:
            _LOG.warning("key set not fetched", extra={"jwks": self._url, "reason": error.why})
        except NotAKeySet:
            _LOG.warning("key set not fetched", extra={"jwks": self._url, "reason": "no-key-set"})
        finally:
            with self._lock:
                if self._flight is flight:
                    self._flight = None
                    self._failing = keys is None
                    if keys is not None:
                        self._keys, self._loaded = keys, self._clock()
            flight.done.set()
            FETCHES.labels("ok" if keys is not None else "failed").inc()
        if keys is not None:
            _tell(keys, self._url)


class _File:
    """The key set in one file, read again when the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._keys: KeySet | None = None

    def find(self, kid: str, algorithm: str) -> Public | None:
        with self._lock:
            try:
                state = os.stat(self._path)
                seen = (state.st_mtime_ns, state.st_size, state.st_ino)
                if seen != self._seen:
                    self._keys, self._seen = read_file(self._path), seen
                    _tell(self._keys, str(self._path))
            except (OSError, NotAKeySet):  # half written, or gone for a moment: what we had serves on
                _LOG.warning("key set not read", extra={"jwks": str(self._path)})
            if self._keys is None:
                raise Unavailable("keys")
            return self._keys.find(kid, algorithm)


class Keys:
    """The keys of all clients; see tokens.Keys. One for the whole process."""

    def __init__(self, get: Callable[[str], bytes] = fetch.get, clock: Callable[[], float] = time.monotonic, pace: Pace | None = None) -> None:
        self._get, self._clock, self._pace = get, clock, pace or Pace()
        self._seats = threading.BoundedSemaphore(self._pace.seats)
        self._lock = threading.Lock()
        self._addresses: dict[str, _Address] = {}
        self._files: dict[Path, _File] = {}

    def find(self, trust: Trust, address: str | None, kid: str, algorithm: str) -> Public | None:
        """The key of this id for this algorithm; see tokens.Keys.

        With a file nothing is ever fetched: `jwks_urls` then only says which `jku` a token may carry.
        """
        if trust.jwks_file is not None:
            with self._lock:
                file = self._files.setdefault(trust.jwks_file, _File(trust.jwks_file))
            return file.find(kid, algorithm)
        url = address or next(iter(trust.jwks_urls), None)
        if url not in trust.jwks_urls or url is None:
            return None
        with self._lock:
            if url not in self._addresses:
                self._addresses[url] = _Address(url, self._get, self._clock, self._pace, self._seats)
            source = self._addresses[url]
        return source.find(kid, algorithm)


def read_file(path: Path) -> KeySet:
    """The keys in a file. Raises OSError or NotAKeySet."""
    with path.open("rb") as file:
        content = file.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise NotAKeySet
    return jwks.read(content)


def faults(tenants: Iterable[Tenant]) -> tuple[str, ...]:
    """What is wrong with the key files of these tenants, with the remedy? For the start; addresses are not asked."""
    found = []
    for tenant in tenants:
        path = tenant.trust.jwks_file if tenant.trust else None
        if path is None:
            continue
        try:
            keys = read_file(path)
        except OSError as error:
            found.append(f"tenants.{tenant.id}.jwks_file: {path}: {error.strerror}")
            continue
        except NotAKeySet:
            found.append(f'tenants.{tenant.id}.jwks_file: {path}: is no JSON Web Key Set; it looks like {{"keys": [...]}}')
            continue
        if keys.private:
            found.append(f"tenants.{tenant.id}.jwks_file: {path}: holds a private key; ask the client for the public one, and to make a new pair")
        if not keys.keys:
            words = "holds no key that can be used; one needs kid, and is EC P-384 or P-521, or RSA of 2048 to 8192 bits"
            found.append(f"tenants.{tenant.id}.jwks_file: {path}: {words}")
    return tuple(found)


def _tell(keys: KeySet, source: str) -> None:
    """What the operator should know of a set that was taken."""
    if keys.private:
        _LOG.error("key set shows private keys; they are not used", extra={"jwks": source, "keys": keys.private})
    if not keys.keys:
        _LOG.warning("key set has no key that can be used", extra={"jwks": source, "keys": keys.left_out})
