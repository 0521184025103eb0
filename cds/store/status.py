"""What is in the store, and what still waits in the journal of this host? Counts and times, no rows."""

from typing import Any

from sqlalchemy import func, select

from cds.store import drain, journal, schema
from cds.store.keeper import Keeper
from cds.store.tables import calls, feedback


def status(keeper: Keeper) -> dict[str, Any]:
    """Members for a person and for machines. Raises StoreDown or KeyFault."""
    folder = keeper.settings.journal
    waiting = journal.waiting(folder)
    with keeper.database.reading(patient=True) as connection:
        number, first, last = connection.execute(select(func.count(), func.min(calls.c.at), func.max(calls.c.at)).select_from(calls)).one()
        unknown = func.count().filter(feedback.c.card_known.is_(False))
        entries, on_unknown = connection.execute(select(func.count(), unknown).select_from(feedback)).one()
        revision = schema.current(connection)
    return {
        "store": keeper.database.shown,
        "revision": revision,
        "calls": number,
        "firstCall": first.isoformat() if first else None,
        "lastCall": last.isoformat() if last else None,
        "feedback": entries,
        "feedbackOnUnknown": on_unknown,
        "journal": str(folder),
        "journalFiles": len(waiting),
        "journalBytes": sum(path.stat().st_size for path in waiting if path.exists()),
        "setAside": len(drain.set_aside(folder)),
        "keys": list(keeper.keys.names()),
    }
