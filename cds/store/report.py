"""How often was each finding shown, accepted, overridden, and why?

A card is counted once however often its call was retried, with the findings that it tells; of several entries of feedback about one
card the last outcome counts. Clients do not report cards that were ignored: a card without feedback is neither accepted nor
overridden. Feedback counts in the period in which its card was shown, however late it came.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, func, select

from cds.store.tables import calls, card_findings, cards, feedback

OUR_REASONS = "urn:ldn-cds:override-reason"
NO_REASON = "(no reason)"
COMMENT_ONLY = "(comment only)"
_Z_95 = 1.959963984540054  # of the normal distribution, two-sided 95 %
_OK = 200


class Every(StrEnum):
    """Into which periods is the time cut? Days, weeks from Monday, months; UTC."""

    ALL = "all"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the one moment (included) to the other (not included), in UTC."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval. All are None where nothing was counted."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding at one tenant in one period. `silent` are cards that silent mode held back, counted nowhere else.

    `accepted` and `overridden` count cards with that last outcome; `reasons` those of the overridden cards, each once.
    """

    tenant: str
    period: str
    finding: str
    shown: int = 0
    silent: int = 0
    accepted: int = 0
    overridden: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """Cards of which a client told something."""
        return self.accepted + self.overridden

    @property
    def override_rate(self) -> Rate:
        """Of the cards that were answered, which share was overridden?"""
        return wilson(self.overridden, self.answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Feedback on cards that are not in the store: entries by tenant, period of the outcome, and outcome."""

    tenant: str
    period: str
    outcome: str
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All lines, by tenant, period and finding, and what could not be joined to a card."""

    lines: tuple[Line, ...]
    unknown: tuple[Unknown, ...]


def wilson(hits: int, of: int) -> Rate:
    """A share and its 95 % score interval (Wilson), which is sound for small counts and for shares of 0 and 1."""
    if of <= 0:
        return Rate(None, None, None)
    share, square = hits / of, _Z_95 * _Z_95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z_95 / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return Rate(share, 0.0 if hits == 0 else max(0.0, middle - half), 1.0 if hits == of else min(1.0, middle + half))


def periods(start: datetime, end: datetime, every: Every) -> Iterator[Period]:
    """The periods between two moments; the first and the last may be parts of one."""
    if every is Every.ALL:
        yield Period(name=f"{start:%Y-%m-%d}/{(end - timedelta(microseconds=1)):%Y-%m-%d}", start=start, end=end)
        return
    begin = start
    while begin < end:
        until = min(_next(begin, every), end)
        name = {Every.MONTH: f"{begin:%Y-%m}", Every.WEEK: f"{begin:%G-W%V}", Every.DAY: f"{begin:%Y-%m-%d}"}[every]
        yield Period(name=name, start=begin, end=until)
        begin = until


def _next(moment: datetime, every: Every) -> datetime:
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if every is Every.DAY:
        return day + timedelta(days=1)
    if every is Every.WEEK:
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def span(connection: Connection) -> tuple[datetime, datetime] | None:
    """From the first to the last row of the store, whole days; None when it is empty."""
    found: list[datetime] = []
    for column in (calls.c.at, feedback.c.outcome_at):
        first, last = connection.execute(select(func.min(column), func.max(column))).one()
        found += [moment for moment in (first, last) if moment is not None]
    if not found:
        return None
    midnight = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}
    return min(found).replace(**midnight), max(found).replace(**midnight) + timedelta(days=1)  # type: ignore[arg-type]


def report(connection: Connection, over: Sequence[Period], tenant: str | None = None) -> Iterator[Report]:
    """One report for each period, in order, so that progress can be shown."""
    for period in over:
        yield _of(connection, period, tenant)


def _of(connection: Connection, period: Period, tenant: str | None) -> Report:
    shown = _shown(period, tenant)
    counted: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(lambda: {"shown": 0, "silent": 0, "accepted": 0, "overridden": 0})
    reasons: defaultdict[tuple[str, str], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for found in connection.execute(
        select(shown.c.tenant, shown.c.code, shown.c.mode, func.count()).group_by(shown.c.tenant, shown.c.code, shown.c.mode)
    ):
        counted[found.tenant, found.code]["silent" if found.mode == "silent" else "shown"] += found[3]
    for found in connection.execute(_told(period, tenant)):
        counted[found.tenant, found.code][found.outcome] += found.cards
        if found.outcome == "overridden":
            reasons[found.tenant, found.code][_reason(found.reason_system, found.reason, found.reason_display, found.commented)] += found.cards
    lines = tuple(
        Line(tenant=key[0], period=period.name, finding=key[1], reasons=_ranked(reasons[key]), **numbers) for key, numbers in sorted(counted.items())
    )
    return Report(lines=lines, unknown=_unknown(connection, period, tenant))


def _ranked(reasons: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(reasons.items(), key=lambda one: (-one[1], one[0])))


def _shown(period: Period, tenant: str | None) -> Subquery:
    """Each card of the period once, with each of its findings. A card that was shown live is not a silent one as well."""
    together = and_(card_findings.c.call == cards.c.call, card_findings.c.position == cards.c.position)
    return (
        select(calls.c.tenant, cards.c.uuid, card_findings.c.code, func.min(calls.c.mode).label("mode"))  # live sorts before silent
        .join(cards, cards.c.call == calls.c.id)
        .join(card_findings, together)
        .where(*_mine(period, tenant))
        .group_by(calls.c.tenant, cards.c.uuid, card_findings.c.code)
        .subquery("shown")
    )


def _mine(period: Period, tenant: str | None) -> list[ColumnElement[bool]]:
    """The calls that were answered in the period."""
    return [calls.c.at >= period.start, calls.c.at < period.end, calls.c.status == _OK, *([calls.c.tenant == tenant] if tenant is not None else [])]


def _told(period: Period, tenant: str | None) -> Select[Any]:
    """How many cards of the period, shown and not silent, have which last outcome with which reason?

    Begins with the feedback, which is little, and looks its cards up: of each card the entry whose outcome is the latest, of equal
    ones that which came last. No feedback comes before its card was shown.
    """
    place = func.row_number().over(
        partition_by=(feedback.c.tenant, feedback.c.card), order_by=(feedback.c.outcome_at.desc(), feedback.c.number.desc())
    )
    since = feedback.c.received_at >= period.start - timedelta(days=1)  # clocks of several hosts differ
    ranked = select(feedback, place.label("place")).where(since, feedback.c.card_known).subquery("ranked")
    about = (ranked.c.outcome, ranked.c.reason_system, ranked.c.reason, ranked.c.reason_display, ranked.c.comment.is_not(None).label("commented"))
    together = and_(card_findings.c.call == cards.c.call, card_findings.c.position == cards.c.position)
    once = (
        select(ranked.c.tenant, ranked.c.card, card_findings.c.code, *about)
        .join(cards, cards.c.uuid == ranked.c.card)
        .join(calls, and_(calls.c.id == cards.c.call, calls.c.tenant == ranked.c.tenant))
        .join(card_findings, together)
        .where(ranked.c.place == 1, calls.c.mode != "silent", *_mine(period, tenant))
        .distinct()
        .subquery("once")
    )
    columns = (once.c.tenant, once.c.code, once.c.outcome, once.c.reason_system, once.c.reason, once.c.reason_display, once.c.commented)
    return select(*columns, func.count().label("cards")).group_by(*columns)


def _reason(system: str | None, code: str | None, display: str | None, commented: bool) -> str:
    """How a reason is named: ours by its code, another one with its system before it."""
    if code:
        return code if system in (None, OUR_REASONS) else f"{system}|{code}"
    if display:
        return display
    return COMMENT_ONLY if commented else NO_REASON


def _unknown(connection: Connection, period: Period, tenant: str | None) -> tuple[Unknown, ...]:
    """Entries that were marked when they came, and whose card has not come since. What was pruned had been known."""
    columns = (feedback.c.tenant, feedback.c.outcome)
    mine = [feedback.c.outcome_at >= period.start, feedback.c.outcome_at < period.end, feedback.c.card_known.is_(False)]
    if tenant is not None:
        mine.append(feedback.c.tenant == tenant)
    found = connection.execute(select(*columns, func.count().label("entries")).where(*mine).group_by(*columns).order_by(*columns))
    return tuple(Unknown(tenant=one.tenant, period=period.name, outcome=one.outcome, entries=one.entries) for one in found)
