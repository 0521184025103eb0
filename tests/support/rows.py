"""Rows for tests of the store."""

from datetime import UTC, datetime
from typing import Any

from cds.store.rows import CallRow, FeedbackRow, ShownCard, new_id

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


def card(uuid: str, *findings: str, suggestions: tuple[str, ...] = ()) -> ShownCard:
    """A card with these findings."""
    return ShownCard(uuid=uuid, indicator="warning", findings=findings or ("opioid-active",), suggestions=suggestions)


def call(*cards: ShownCard, **more: Any) -> CallRow:
    """An answered call."""
    usual: dict[str, Any] = {
        "id": new_id(),
        "at": NOON,
        "tenant": "north",
        "service": "ldn-order-sign",
        "hook": "order-sign",
        "status": 200,
        "knowledge": "0.1.0+abc",
        "outcomes": {"alert": ("opioid-active",)},
        "timings": {"total": 3.5},
        "cards": cards,
    }
    return CallRow(**usual | more)


def told(card_uuid: str, outcome: str = "overridden", **more: Any) -> FeedbackRow:
    """An entry of feedback."""
    usual: dict[str, Any] = {
        "received_at": NOON,
        "tenant": "north",
        "service": "ldn-order-sign",
        "card": card_uuid,
        "outcome": outcome,
        "outcome_at": NOON,
    }
    return FeedbackRow(**usual | more)
