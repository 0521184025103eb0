"""The reading of one call: everything at once, within its time, its bytes and its share of the server.

Each FHIR server has threads and connections of its own, so that a slow one keeps only its own callers waiting. They are
made at the first call, in the process that serves it (workers are forked after the start).
"""

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from urllib.parse import quote

import httpx

from cards.model import DataKey
from cds.access import addresses, reading
from cds.access.listing import Listing, next_of, resources
from cds.call import MEDICATIONS, Call, Enough, Grant, Json, Lack, Secret, Source
from cds.config.model import Access, Tenant

_LOG = logging.getLogger("ldn_cds")
_ID = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9._~-]{1,128}", re.ASCII)  # some EHRs' ids are longer than FHIR's 64, or hold more signs
_TOKEN = re.compile(r"[\x21-\x7e]+", re.ASCII)
_PATIENT = "{{context.patientId}}"
_MOST_MEDICATIONS = 100  # so that their names fit into one address
_LONGEST_LIST = 6_000


class FhirServers:
    """All FHIR servers that tenants list. One for each process; `bounds` are those of the configuration."""

    def __init__(self, bounds: Access) -> None:
        self._bounds = bounds
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    def begin(self, call: Call, tenant: Tenant) -> Source | None:
        """The reading of this call, whose time begins now; None when nothing was offered."""
        if call.grant is None:
            return None
        base = addresses.listed(call.grant.server, tenant.fhir_servers)
        if base is None:
            return _Nothing(Lack.NOT_LISTED)
        lack = _fault(call.grant, call.patient_id)
        return _Nothing(lack) if lack is not None else _Visit(self._lane(base), base, call.grant.token, self._bounds)

    def close(self) -> None:
        """Let go of threads and connections."""
        with self._lock:
            lanes, self._lanes = list(self._lanes.values()), {}
        for lane in lanes:
            lane.threads.shutdown(wait=False, cancel_futures=True)
            lane.http.close()

    def _lane(self, base: str) -> "_Lane":
        with self._lock:
            if base not in self._lanes:
                self._lanes[base] = _Lane(self._bounds.threads)
            return self._lanes[base]


class _Lane:
    """The threads and connections of one server."""

    def __init__(self, threads: int) -> None:
        self.threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="fhir")
        self.http: httpx.Client = reading.client(threads)


def _fault(grant: Grant, patient_id: str) -> Lack | None:
    """Why may this offer not be used? None when it may. (REQUIREMENTS FHIR-11, FHIR-13)"""
    if grant.expires_in is not None and grant.expires_in <= 0:
        return Lack.EXPIRED
    if grant.patient is not None and grant.patient != patient_id:
        return Lack.OTHER_PATIENT
    if grant.token is not None and not _TOKEN.fullmatch(grant.token.reveal()):
        return Lack.BAD_TOKEN
    return None if _ID.fullmatch(patient_id) else Lack.BAD_PATIENT


class _Nothing:
    """The reading of a call whose offer cannot be used: no server is asked, and each list says why."""

    def __init__(self, lack: Lack) -> None:
        self._lack = lack

    def lists(self, call: Call, keys: Sequence[DataKey], enough: Enough) -> Call:
        return replace(call, lacking={**call.lacking, **dict.fromkeys((key.key for key in keys), self._lack)})

    def medications(self, call: Call, references: Sequence[str]) -> Call:
        return call


class _Visit:
    """The reading of one call from one server."""

    def __init__(self, lane: _Lane, base: str, token: Secret | None, bounds: Access) -> None:
        self._lane = lane
        self._base = base
        self._token = token
        self._bounds = bounds
        self._deadline = time.monotonic() + bounds.budget
        self._size = bounds.size
        self._lock = threading.Lock()

    def lists(self, call: Call, keys: Sequence[DataKey], enough: Enough) -> Call:
        """See `Source.lists`."""
        found: dict[str, Listing] = {}
        work: list[tuple[Listing, Callable[[], None]]] = []
        for key in keys:
            begun = call.prefetch.get(key.key)
            if key.key in call.prefetch and not _goes_on(begun):
                continue  # cut off, with no way to the rest
            found[key.key] = listing = Listing(begun)
            work.append((listing, self._task(listing, key, call.patient_id, enough)))
        self._all(work)
        values, lacking = dict(call.prefetch), dict(call.lacking)
        for name, listing in found.items():
            value, lack = listing.value, listing.lack
            if value is not None:
                values[name] = value
            if lack is not None:
                lacking[name] = lack
        return replace(call, prefetch=values, lacking=lacking)

    def medications(self, call: Call, references: Sequence[str]) -> Call:
        """See `Source.medications`. One search for all that may lie on this server."""
        ours, elsewhere = self._ours(references)
        listing = Listing()
        if ours:
            url = f"{self._base}/Medication?_id={','.join(ours)}&_count={len(ours)}"
            self._all([(listing, lambda: listing.search(self._get, url, lambda _: False, self._bounds.pages))])
        lack = listing.lack or (Lack.ELSEWHERE if elsewhere else None)
        found: tuple[Json, ...] = tuple(resources(listing.value, "Medication"))
        return replace(call, medications=call.medications + found, lacking=call.lacking if lack is None else {**call.lacking, MEDICATIONS: lack})

    def _ours(self, references: Sequence[str]) -> tuple[list[str], bool]:
        """The ids of the Medications that lie on this server, as many as fit into one address; and whether others do not."""
        ids: list[str] = []
        elsewhere = False
        for reference in references:
            if "://" in reference and not reference.startswith(f"{self._base}/Medication/"):
                elsewhere = True
                continue
            name = reference.removeprefix(f"{self._base}/").split("/_history")[0].removeprefix("Medication/")
            fits = len(ids) < _MOST_MEDICATIONS and sum(map(len, ids)) + len(ids) + len(name) < _LONGEST_LIST
            if _ID.fullmatch(name) and fits and name not in ids:
                ids.append(name)
        return ids, elsewhere

    def _task(self, listing: Listing, key: DataKey, patient_id: str, enough: Enough) -> Callable[[], None]:
        url = f"{self._base}/{key.template.replace(_PATIENT, quote(patient_id, safe=''))}"
        if "?" not in key.template:
            return lambda: listing.read(self._get, url, key.resource)
        return lambda: listing.search(self._get, url, lambda value: enough(key, value), self._bounds.pages)

    def _get(self, url: str) -> Json:
        """One answer, which may take half of what the call may read; one that is dropped takes nothing from the others."""
        taken = 0

        def count(size: int) -> bool:
            nonlocal taken
            taken += size
            return self._take(size) and taken <= self._bounds.size // 2

        try:
            found: Json = reading.get(self._lane.http, url, self._token, self._deadline, self._bounds.connect, count)
        except reading.Lacking:
            self._take(-taken)
            raise
        return found

    def _take(self, size: int) -> bool:
        """Take these bytes from what the call may read: was there so much left?"""
        with self._lock:
            self._size -= size
            return self._size >= 0

    def _all(self, work: Sequence[tuple[Listing, Callable[[], None]]]) -> None:
        """Do all of this, so many at once as the call may, until it is done or the time is up.

        Waiting for a free thread counts. What is not done says so; a thread that is still at it ends with the deadline.
        """
        waiting, running = deque(work), dict[Future[None], Listing]()
        while (waiting or running) and time.monotonic() < self._deadline:
            while waiting and len(running) < self._bounds.concurrent:
                listing, task = waiting.popleft()
                running[self._lane.threads.submit(task)] = listing
            done, _ = wait(running, timeout=max(0.0, self._deadline - time.monotonic()), return_when=FIRST_COMPLETED)
            if not done:
                break
            for future in done:
                _settle(future, running.pop(future))
        for future, listing in running.items():
            future.cancel()
            listing.lack = Lack.TOO_SLOW
        for listing, _ in waiting:
            listing.lack = Lack.TOO_SLOW


def _goes_on(sent: object) -> bool:
    """Is this a page from the client that says where the next one is?"""
    return isinstance(sent, dict) and isinstance(sent.get("entry") or [], list) and next_of(sent) is not None


def _settle(future: Future[None], listing: Listing) -> None:
    error = future.exception()
    if error is not None:  # a fault of ours; the list is said not to be there, and the call goes on
        _LOG.error("reading failed", extra={"error": type(error).__name__})
        listing.lack = Lack.FAULT
