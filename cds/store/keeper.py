"""The door of the store: what the service notes, and what it keeps before it answers.

Nothing here happens when the service is loaded: files, connections and the draining thread belong to the process that serves, and are
made at its first call.
"""

import atexit
import contextlib
import logging
import os
import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select

from cds.config.model import Store
from cds.store import drain, journal
from cds.store.engine import Database, StoreDown
from cds.store.hashes import KeyFault, Keys, token_hash
from cds.store.rows import CallRow, FeedbackRow
from cds.store.tables import LONGEST_CARD, calls, cards, feedback, used_tokens

_PAUSE_S = 2.0  # rows are drained together
_LOOK_S = 30.0  # after what other processes left behind
_LONGEST_PAUSE_S = 60.0
_MOST_UNWRITTEN = 10_000
_FEW = 500
_LOG = logging.getLogger("ldn_cds")


class Keeper:
    """The store of one process. Answers never depend on it: `note` cannot fail, only `keep_feedback` and `first_use` can say StoreDown."""

    def __init__(self, settings: Store) -> None:
        self.settings = settings
        self.database = Database(settings.url, migrate=settings.migrate)
        self.journal = journal.Journal(settings.journal, fsync=settings.fsync)
        self.keys = Keys(settings.key_file or key_beside(settings), make=settings.key_file is None)
        self._unwritten: deque[CallRow] = deque(maxlen=_MOST_UNWRITTEN)
        self._lock = threading.Lock()
        self._draining = threading.Lock()
        self._pid = 0
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def hash(self, kind: str, tenant: str, value: str | None) -> str | None:
        """The keyed hash of an identifier, None where there is none or no key can be read: then the row tells of nobody."""
        if not value:
            return None
        try:
            return self.keys.hash(kind, tenant, value)
        except (KeyFault, OSError) as error:
            _LOG.error("identifiers cannot be hashed", extra={"error": type(error).__name__})
            return None

    def note(self, row: CallRow) -> bool:
        """Keep the row of a call that is about to be answered; when this returns, the death of the process does not lose it.

        False when the journal could not be written: the answer goes out all the same, and the row waits in memory for the database.
        """
        self._start()
        written = True
        try:
            self.journal.append(row)
        except OSError as error:
            _LOG.error("the journal cannot be written", extra={"error": type(error).__name__})
            self._unwritten.append(row)
            written = False
        if not self._wake.is_set():
            self._wake.set()
        return written

    def keep_feedback(self, rows: Sequence[FeedbackRow]) -> None:
        """Keep all entries, in their order, or none. When this returns they are on disk. Raises StoreDown."""
        if not rows:
            return
        with self.database.writing() as connection:
            known: set[tuple[str, str]] = set()
            for start in range(0, len(rows), _FEW):
                few = {row.card[:LONGEST_CARD] for row in rows[start : start + _FEW]}
                shown = select(calls.c.tenant, cards.c.uuid).join(cards, calls.c.id == cards.c.call).where(cards.c.uuid.in_(few)).distinct()
                known |= {(found.tenant, found.uuid) for found in connection.execute(shown)}
            values = [
                {
                    "received_at": row.received_at,
                    "tenant": row.tenant,
                    "service": row.service,
                    "card": row.card[:LONGEST_CARD],
                    "card_known": (row.tenant, row.card) in known,
                    "outcome": row.outcome,
                    "outcome_at": row.outcome_at,
                    "accepted": list(row.accepted),
                    "reason_system": row.reason_system,
                    "reason": row.reason,
                    "reason_display": row.reason_display,
                    "comment": row.comment,
                }
                for row in rows
            ]
            connection.execute(insert(feedback), values)

    def first_use(self, issuer: str, jti: str, until: datetime) -> bool:
        """Is this token seen for the first time, on any host of this store? It is remembered `until`. Raises StoreDown."""
        with self.database.writing(durable=False) as connection:
            fresh = drain.or_ignore(connection, used_tokens).values(token=token_hash(issuer, jti), until=until).returning(used_tokens.c.token)
            return connection.execute(fresh).first() is not None

    def faults(self) -> tuple[str, ...]:
        """What is wrong with keys, journal and database, each with its remedy, for whoever starts the service. Leaves nothing open.

        Calls are answered all the same, and feedback gets 503 until the database is back; only a key file that was named and cannot
        be read deserves not to start: rows could not be found again by patient.
        """
        found = []
        try:
            self.keys.names()
        except (KeyFault, OSError) as error:
            found.append(f"store.key_file: {error}")
        try:
            journal.probe(self.settings.journal)
        except OSError as error:
            found.append(f"store.journal: {self.settings.journal}: {error.strerror}; name a folder that this user may write to")
        try:
            with self.database.reading():
                pass
        except StoreDown as error:
            found.append(f"store.url: {error.why}")
        finally:
            self.database.close()  # a connection must not be carried into forked workers
        return tuple(found)

    def backlog(self) -> int:
        """How many bytes wait in the journal of this host? What is written now counts as well."""
        return sum(path.stat().st_size for path in journal.waiting(self.settings.journal) if path.exists())

    def drain(self) -> int:
        """Bring what is in the journal into the database now; how many rows it was. Raises StoreDown."""
        with self._draining:
            with contextlib.suppress(KeyFault, OSError):
                self.keys.refresh()
            count = sum(drain.drain(self.database, self.settings.journal))
            if self.journal.rotate():
                count += sum(drain.drain(self.database, self.settings.journal))
            held = list(self._unwritten)
            if held:
                with self.database.writing() as connection:
                    drain.insert_calls(connection, held)
                for row in held:
                    with contextlib.suppress(ValueError):  # so many came meanwhile that it was pushed out
                        self._unwritten.remove(row)
            return count + len(held)

    def close(self) -> None:
        """Stop draining, after one more time, and give back what is open. A later call starts anew."""
        with self._lock:
            thread, self._thread, self._pid = self._thread, None, 0
            self._stop.set()
            self._wake.set()
        if thread is not None and thread.is_alive():
            thread.join(10)
        self.journal.close()
        self.database.close()

    def _start(self) -> None:
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid == os.getpid():
                return
            self._stop, self._wake = threading.Event(), threading.Event()
            self._thread = threading.Thread(target=self._run, args=(self._stop, self._wake), name="drain", daemon=True)
            self._thread.start()
            self._pid = os.getpid()
            atexit.register(self.close)

    def _run(self, stop: threading.Event, wake: threading.Event) -> None:
        pause = _PAUSE_S
        while not stop.is_set():
            wake.wait(_LOOK_S)
            stop.wait(pause)
            wake.clear()
            try:
                self.drain()
                pause = _PAUSE_S
            except StoreDown as error:
                _LOG.warning("the store is down; rows wait in the journal", extra={"error": error.why})
                pause = min(pause * 2, _LONGEST_PAUSE_S)
                wake.set()
            except Exception as error:  # noqa: BLE001 - a fault must not end the draining; the rows stay in the journal
                _LOG.error("draining failed", extra={"error": type(error).__name__})
                pause = _LONGEST_PAUSE_S


def key_beside(settings: Store) -> Path:
    """Where the key lies when no file is named: beside the journal."""
    return settings.journal.parent / "identifier.keys"
