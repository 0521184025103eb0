"""What is kept: the audit row of a call, and one entry of feedback.

Plain values, the same in the journal and in the database. No names; identifiers only as keyed hashes (see `hashes`).
"""

import secrets
import time
import uuid
from collections.abc import Mapping
from datetime import datetime

import msgspec


class ShownCard(msgspec.Struct, frozen=True, kw_only=True):
    """One card of an answer: what feedback refers to. `findings` are the codes that it tells, `suggestions` the uuids of what it offers."""

    uuid: str
    indicator: str
    findings: tuple[str, ...]
    suggestions: tuple[str, ...] = ()


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """One answered call. Every member has a default or is always known, so that an older journal can be read after an upgrade.

    `at` is UTC. `patient`, `user` and `hook_instance` are keyed hashes, None where the call did not get so far. `outcomes` maps each
    outcome to the codes of the findings that had it; `timings` are milliseconds. `mode` is live or silent: silent cards were not shown.
    """

    id: uuid.UUID
    at: datetime
    tenant: str
    service: str
    hook: str
    status: int
    knowledge: str
    mode: str = "live"
    hook_instance: str | None = None
    patient: str | None = None
    user: str | None = None
    outcomes: Mapping[str, tuple[str, ...]] = {}
    timings: Mapping[str, float] = {}
    cards: tuple[ShownCard, ...] = ()


class FeedbackRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a clinician did with a card, as the client tells it. Times are UTC.

    `reason_system` and `reason` are the coding of an override reason, `comment` is the user's text and may hold anything: it is kept
    because the specification asks for it, never logged, and goes with retention.
    """

    received_at: datetime
    tenant: str
    service: str
    card: str
    outcome: str
    outcome_at: datetime
    accepted: tuple[str, ...] = ()
    reason_system: str | None = None
    reason: str | None = None
    reason_display: str | None = None
    comment: str | None = None


def new_id() -> uuid.UUID:
    """An id for a row, later ones sorting after earlier ones to the millisecond (UUID version 7, RFC 9562)."""
    stamp = time.time_ns() // 1_000_000
    number = (stamp << 80) | secrets.randbits(80)
    number = number & ~(0xF << 76) | (0x7 << 76)
    return uuid.UUID(int=number & ~(0b11 << 62) | (0b10 << 62))
