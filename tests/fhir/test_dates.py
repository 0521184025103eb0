"""FHIR dates, whole and partial, to days in UTC."""

from datetime import UTC, date, datetime

import pytest

from cds.fhir import dates
from cds.fhir.views import Period


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (" 2026-02-03 ", date(2026, 2, 3), date(2026, 2, 3)),
        ("2026-02-03T23:30:00-05:00", date(2026, 2, 4), date(2026, 2, 4)),
        ("2026-02-03T00:30:00+0200", date(2026, 2, 2), date(2026, 2, 2)),
        ("2026-02-03T10:00:60Z", date(2026, 2, 3), date(2026, 2, 3)),
        ("2026-02-03 10:00", date(2026, 2, 3), date(2026, 2, 3)),
    ],
)
def test_a_date_is_a_span_of_days(text: str, earliest: date, latest: date) -> None:
    found = dates.day(text)
    assert found is not None
    assert (found.earliest, found.latest) == (earliest, latest)


@pytest.mark.parametrize(
    "text", [None, "", "yesterday", "2026-13", "2026-02-30", "03/02/2026", "2026-02-03T25:00:00Z", "0000", "2026-2-3", "9" * 500]
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert dates.day(text) is None


def test_a_time_is_kept_in_utc() -> None:
    found = dates.day("2026-02-03T08:15:00.123-05:00")
    assert found is not None
    assert found.moment == datetime(2026, 2, 3, 13, 15, tzinfo=UTC)
    whole = dates.day("2026-02-03")
    assert whole is not None
    assert whole.moment is None


def test_the_ends_of_calendar_and_offset_do_not_crash() -> None:
    assert dates.day("9999-12-31T23:59:59-14:00") is None
    assert dates.day("0001-01-01T00:00:00+14:00") is None


def test_periods_and_first_choices() -> None:
    period = Period(start="2026-02", end="junk")
    assert dates.end(period) is None
    assert dates.start(period) == dates.day("2026-02")
    assert dates.first(None, dates.day("2026"), dates.day("2025")) == dates.day("2026")
    assert dates.first(None, None) is None
