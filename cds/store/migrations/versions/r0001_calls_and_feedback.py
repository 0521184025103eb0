"""Calls with their cards, feedback, drained journal files, used tokens."""

import sqlalchemy as sa
from alembic import op

from cds.store.tables import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first tables."""
    op.create_table(
        "calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("knowledge", sa.Text(), nullable=False),
        sa.Column("hook_instance", sa.String(64)),
        sa.Column("patient", sa.String(64)),
        sa.Column("user", sa.String(64)),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("timings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_at", "calls", ["at"])
    op.create_index("ix_calls_patient", "calls", ["patient"])
    op.create_table(
        "cards",
        sa.Column("call", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("uuid", sa.String(255), nullable=False),
        sa.Column("indicator", sa.String(16), nullable=False),
        sa.Column("suggestions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("call", "position", name="pk_cards"),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_cards_calls", ondelete="CASCADE"),
    )
    op.create_index("ix_cards_uuid", "cards", ["uuid"])
    op.create_table(
        "card_findings",
        sa.Column("call", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("code", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("call", "position", "code", name="pk_card_findings"),
        sa.ForeignKeyConstraint(["call", "position"], ["cards.call", "cards.position"], name="fk_card_findings_cards", ondelete="CASCADE"),
    )
    op.create_table(
        "feedback",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("card", sa.String(255), nullable=False),
        sa.Column("card_known", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("outcome_at", UtcDateTime(), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("reason_system", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("reason_display", sa.Text()),
        sa.Column("comment", sa.Text()),
        sa.PrimaryKeyConstraint("number", name="pk_feedback"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_card", "feedback", ["card"])
    op.create_index("ix_feedback_received_at", "feedback", ["received_at"])
    op.create_table(
        "drained_files",
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_drained_files"),
    )
    op.create_table(
        "used_tokens",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_used_tokens"),
    )
    op.create_index("ix_used_tokens_until", "used_tokens", ["until"])


def downgrade() -> None:
    """Back to an empty database. All rows are lost."""
    for table in ("used_tokens", "drained_files", "feedback", "card_findings", "cards", "calls"):
        op.drop_table(table)
