"""What is deleted, by command only: rows older than a day, and all rows about one patient.

In steps of some hundred calls, each its own transaction, so that a long deletion holds up nobody and may be stopped and begun again.
Backups and a database's own free pages are the operator's; SQLite overwrites what is deleted (`secure_delete`).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select

from cds.store.engine import Database
from cds.store.tables import calls, cards, drained_files, feedback, used_tokens

_STEP = 500


def tenants(database: Database) -> tuple[str, ...]:
    """Whose calls are in the store? Those that have left the configuration included."""
    with database.reading(patient=True) as connection:
        return tuple(connection.execute(select(calls.c.tenant).distinct().order_by(calls.c.tenant)).scalars())


def older(database: Database, before: datetime) -> dict[str, int]:
    """How many calls and entries of feedback came before this moment?"""
    with database.reading(patient=True) as connection:
        return {
            "calls": _count(connection, calls.c.at < before),
            "feedback": _count(connection, feedback.c.received_at < before),
        }


def prune(database: Database, before: datetime) -> Iterator[int]:
    """Delete calls with their cards, and feedback, that came before this moment; and tokens that are over. Yields the rows of each step."""
    while True:
        with database.writing() as connection:
            found = connection.execute(select(calls.c.id).where(calls.c.at < before).limit(_STEP)).scalars().all()
            connection.execute(delete(calls).where(calls.c.id.in_(found)))
        if not found:
            break
        yield len(found)
    while True:
        with database.writing() as connection:
            numbers = connection.execute(select(feedback.c.number).where(feedback.c.received_at < before).limit(_STEP)).scalars().all()
            connection.execute(delete(feedback).where(feedback.c.number.in_(numbers)))
        if not numbers:
            break
        yield len(numbers)
    with database.writing() as connection:
        connection.execute(delete(used_tokens).where(used_tokens.c.until < datetime.now(UTC)))
        connection.execute(delete(drained_files).where(drained_files.c.at < before))
    database.empty_log()


def of_patient(database: Database, hashes: Sequence[str]) -> dict[str, int]:
    """How many calls, and entries of feedback on their cards, are about the patient with one of these hashes?"""
    with database.reading(patient=True) as connection:
        mine = calls.c.patient.in_(hashes)
        shown = select(cards.c.uuid).join(calls, calls.c.id == cards.c.call).where(mine)
        return {"calls": _count(connection, mine), "feedback": _count(connection, feedback.c.card.in_(shown))}


def delete_patient(database: Database, hashes: Sequence[str]) -> Iterator[int]:
    """Delete all calls about the patient with one of these hashes, their cards and the feedback on them. Yields the rows of each step."""
    while True:
        with database.writing() as connection:
            found = connection.execute(select(calls.c.id).where(calls.c.patient.in_(hashes)).limit(_STEP)).scalars().all()
            shown = select(cards.c.uuid).where(cards.c.call.in_(found))
            told = connection.execute(delete(feedback).where(feedback.c.card.in_(shown))).rowcount
            connection.execute(delete(calls).where(calls.c.id.in_(found)))
        if not found:
            break
        yield len(found) + told
    database.empty_log()


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).where(which)).scalar_one())
