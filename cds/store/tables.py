"""The tables of the database, the same on SQLite and PostgreSQL.

Changes go through `migrations`; a test compares the two.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.types import TypeDecorator

LONGEST_CARD = 255
LONGEST_CODE = 255
_NAMES = {"pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(referred_table_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s"}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware on the way in and on the way out. SQLite has no zones: there it is kept as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a moment without zone: nobody would know which one it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be kept")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = MetaData(naming_convention=_NAMES)


def _key(name: str = "number") -> Column[Any]:
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


calls = Table(
    "calls",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("hook", Text, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("mode", String(16), nullable=False),
    Column("knowledge", Text, nullable=False),
    Column("hook_instance", String(64)),
    Column("patient", String(64)),
    Column("user", String(64)),
    Column("outcomes", JSON, nullable=False),
    Column("timings", JSON, nullable=False),
    Index(None, "at"),
    Index(None, "patient"),
)

cards = Table(
    "cards",
    METADATA,
    Column("call", Uuid, ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("uuid", String(LONGEST_CARD), nullable=False),
    Column("indicator", String(16), nullable=False),
    Column("suggestions", JSON, nullable=False),
    Index(None, "uuid"),
)

card_findings = Table(
    "card_findings",
    METADATA,
    Column("call", Uuid, primary_key=True),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("code", String(LONGEST_CODE), primary_key=True),
    ForeignKeyConstraint(["call", "position"], ["cards.call", "cards.position"], ondelete="CASCADE"),
)

feedback = Table(
    "feedback",
    METADATA,
    _key(),  # the order in which entries came
    Column("received_at", UtcDateTime, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("card", String(LONGEST_CARD), nullable=False),
    Column("card_known", Boolean, nullable=False),  # as far as known; drained calls turn it to true
    Column("outcome", String(16), nullable=False),
    Column("outcome_at", UtcDateTime, nullable=False),
    Column("accepted", JSON, nullable=False),
    Column("reason_system", Text),
    Column("reason", Text),
    Column("reason_display", Text),
    Column("comment", Text),
    Index(None, "card"),
    Index(None, "received_at"),
    sqlite_autoincrement=True,  # numbers of deleted entries are not given again
)

# which journal files are in the database already: a crash between the commit and the removal of a file doubles nothing,
# and rows that were deleted since do not come back
drained_files = Table(
    "drained_files",
    METADATA,
    Column("name", String(128), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

used_tokens = Table(
    "used_tokens",
    METADATA,
    Column("token", String(64), primary_key=True),  # SHA-256 over issuer and jti
    Column("until", UtcDateTime, nullable=False),
    Index(None, "until"),
)
