"""From the journal into the database: every row once, whatever dies in between.

A file's name is written in the transaction of its rows. Where that transaction was committed and the file is still there, the file is
only removed; where it was not, the file is read again. Rows that were deleted since do not come back.
"""

import contextlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, Table, Update, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from cds.store import journal
from cds.store.engine import Database
from cds.store.rows import CallRow
from cds.store.tables import LONGEST_CARD, LONGEST_CODE, calls, card_findings, cards, drained_files, feedback, used_tokens

UNREADABLE = ".unreadable"
REFUSED = ".refused"
_T = TypeVar("_T")
_CHUNK = 500
_REMEMBERED = timedelta(days=2)
_OVERTAKEN = timedelta(minutes=10)
_LOG = logging.getLogger("ldn_cds")


def drain(database: Database, folder: Path) -> Iterator[int]:
    """The number of rows of each file as it gets into the database. Raises StoreDown; what was not drained waits in its file."""
    with contextlib.suppress(FileNotFoundError):
        journal.sweep(folder)
    for path in journal.waiting(folder):
        with journal.taken(path) as mine:
            if mine:
                yield _file(database, path)


def set_aside(folder: Path) -> list[Path]:
    """Files that hold lines which could not be drained. A person has to look at them: mostly a fault of this service."""
    return [path for suffix in (UNREADABLE, REFUSED) for path in folder.glob(f"*{suffix}")]


def _file(database: Database, path: Path) -> int:
    found = journal.read(path)
    try:
        with database.writing() as connection:
            is_new = _remember(connection, path.name)
            if is_new:
                insert_calls(connection, found.rows)
    except (SQLAlchemyError, ValueError, TypeError, ArithmeticError) as error:
        # no fault of the connection: it would fail each time, and hold up all others
        _LOG.error("the store refused the rows of a journal file; it is set aside", extra={"error": type(error).__name__})
        path.rename(path.with_suffix(REFUSED))
        return 0
    if found.unreadable:
        _LOG.error("a journal file has lines that cannot be read; it is set aside")
        path.rename(path.with_suffix(UNREADABLE))
    else:
        path.unlink()
    return len(found.rows) if is_new else 0


def _remember(connection: Connection, name: str) -> bool:
    """Note that this file is in the database, and forget what is over. False when it was there before."""
    now = datetime.now(UTC)
    connection.execute(delete(drained_files).where(drained_files.c.at < now - _REMEMBERED))
    connection.execute(delete(used_tokens).where(used_tokens.c.until < now))
    return connection.execute(or_ignore(connection, drained_files).values(name=name, at=now).returning(drained_files.c.name)).first() is not None


def or_ignore(connection: Connection, table: Table) -> Insert | Any:
    """An insert that leaves a row alone which is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def insert_calls(connection: Connection, rows: Sequence[CallRow]) -> None:
    """Keep these calls and their cards; those that are there already stay as they are. Feedback that came before its card is marked known."""
    for some in _chunks(rows):
        parts = (
            (calls, [_call(row) for row in some]),
            (cards, [one for row in some for one in _cards(row)]),
            (card_findings, [one for row in some for one in _findings(row)]),
        )
        for table, values in parts:
            if values:
                connection.execute(or_ignore(connection, table), values)
        uuids = {card.uuid for row in some for card in row.cards}
        for few in _chunks(sorted(uuids)):
            connection.execute(_now_known().where(feedback.c.card.in_(few)))
    # feedback that was being written while the row of its card was: each did not see the other
    connection.execute(_now_known().where(feedback.c.received_at > datetime.now(UTC) - _OVERTAKEN))


def _now_known() -> Update:
    shown = select(cards.c.uuid).join(calls, calls.c.id == cards.c.call).where(cards.c.uuid == feedback.c.card, calls.c.tenant == feedback.c.tenant)
    return update(feedback).where(feedback.c.card_known.is_(False), exists(shown)).values(card_known=True)


def _call(row: CallRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": row.at,
        "tenant": row.tenant,
        "service": row.service,
        "hook": row.hook,
        "status": row.status,
        "mode": row.mode,
        "knowledge": row.knowledge,
        "hook_instance": row.hook_instance,
        "patient": row.patient,
        "user": row.user,
        "outcomes": {outcome: list(codes) for outcome, codes in row.outcomes.items()},
        "timings": dict(row.timings),
    }


def _cards(row: CallRow) -> Iterator[dict[str, Any]]:
    for position, card in enumerate(row.cards):
        suggestions = list(card.suggestions)
        yield {"call": row.id, "position": position, "uuid": card.uuid[:LONGEST_CARD], "indicator": card.indicator, "suggestions": suggestions}


def _findings(row: CallRow) -> Iterator[dict[str, Any]]:
    for position, card in enumerate(row.cards):
        for code in dict.fromkeys(card.findings):
            yield {"call": row.id, "position": position, "code": code[:LONGEST_CODE]}


def _chunks(rows: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
