"""FHIR dates, partial ones included, to days in the tenant's time zone.

A partial date stays a span (`2026-11` is any day of November). The zone is set once for the reading of a call, and holds for it alone.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from cds.fhir.views import Period
from cds.patient import Day

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?)?)?", re.IGNORECASE)

_ZONE: ContextVar[tzinfo] = ContextVar("zone", default=UTC)


@contextmanager
def in_zone(zone: tzinfo) -> Iterator[None]:
    """Within this block an instant counts for the day that it falls on in this time zone."""
    token = _ZONE.set(zone)
    try:
        yield
    finally:
        _ZONE.reset(token)


def day(text: str | None) -> Day | None:
    """Which day, or span of days, does this FHIR date mean? None when it is missing or no date at all."""
    found = _DATE.fullmatch(text.strip()) if text else None
    if found is None:
        return None
    year, month, dom, hour, minute, second, zone = found.groups()
    try:
        if hour is not None:
            moment = datetime(int(year), int(month), int(dom), int(hour), int(minute), min(int(second or 0), 59), tzinfo=_zone(zone))
            there = moment.astimezone(_ZONE.get()).date()
            return Day(earliest=there, latest=there, moment=moment.astimezone(UTC), local=moment)
        if dom is not None:
            exact = date(int(year), int(month), int(dom))
            return Day(earliest=exact, latest=exact)
        if month is not None:
            last = monthrange(int(year), int(month))[1]
            return Day(earliest=date(int(year), int(month), 1), latest=date(int(year), int(month), last))
        return Day(earliest=date(int(year), 1, 1), latest=date(int(year), 12, 31))
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if not text or text in "Zz":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def start(period: Period | None) -> Day | None:
    """When does the period begin?"""
    return day(period.start) if period else None


def end(period: Period | None) -> Day | None:
    """When does the period end?"""
    return day(period.end) if period else None


def first(*days: Day | None) -> Day | None:
    """The first of these that is known."""
    return next((found for found in days if found is not None), None)
