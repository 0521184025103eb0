"""How often was each finding shown, accepted, overridden, and why: by hand on small stores, on both databases."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cds.store import drain
from cds.store import report as reports
from cds.store.keeper import Keeper
from cds.store.report import COMMENT_ONLY, NO_REASON, OUR_REASONS, Every, Line, Period, Rate, Report, wilson
from tests.support.rows import NOON, call, card, told

DAY = Period(name="day", start=NOON.replace(hour=0), end=NOON.replace(hour=0) + timedelta(days=1))


def of(keeper: Keeper, *over: Period, tenant: str | None = None) -> list[Report]:
    keeper.drain()
    with keeper.database.reading() as connection:
        return list(reports.report(connection, over or (DAY,), tenant))


def counts(lines: tuple[Line, ...]) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    return {(line.tenant, line.finding): (line.shown, line.silent, line.accepted, line.overridden) for line in lines}


@pytest.mark.parametrize(
    ("hits", "of_all", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (1, 1, 0.2065, 1.0), (0, 1, 0.0, 0.7935), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(hits: int, of_all: int, low: float, high: float) -> None:
    found = wilson(hits, of_all)
    assert found.value == hits / of_all
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_of_nothing_there_is_no_rate() -> None:
    assert wilson(0, 0) == Rate(None, None, None)


def test_a_retried_call_shows_a_card_once_and_the_last_outcome_counts(keeper: Keeper) -> None:
    for _ in range(3):
        keeper.note(call(card("c1")))
    keeper.note(call(card("c2")))
    keeper.note(call(card("c3")))
    keeper.keep_feedback(
        [
            told("c1", "overridden", outcome_at=NOON + timedelta(minutes=2), reason="other", reason_system=OUR_REASONS),
            told("c1", "accepted", outcome_at=NOON + timedelta(minutes=1)),  # came later, happened before
            told("c2", "overridden"),
            told("c2", "accepted"),  # at the same moment: what came last
        ]
    )
    (found,) = of(keeper)
    (line,) = found.lines
    assert (line.shown, line.accepted, line.overridden, line.answered) == (3, 1, 1, 2)
    assert line.reasons == {"other": 1}
    assert line.override_rate == wilson(1, 2)
    assert found.unknown == ()


def test_silence_is_neither_accepted_nor_overridden(keeper: Keeper) -> None:
    keeper.note(call(card("c1")))
    (line,) = of(keeper)[0].lines
    assert (line.shown, line.answered, line.override_rate) == (1, 0, Rate(None, None, None))


def test_each_finding_of_a_merged_card_is_counted(keeper: Keeper) -> None:
    keeper.note(call(card("c1", "lft-due", "timing-advice"), card("c2", "lft-due")))
    keeper.keep_feedback([told("c1", "accepted")])
    assert counts(of(keeper)[0].lines) == {("north", "lft-due"): (2, 0, 1, 0), ("north", "timing-advice"): (1, 0, 1, 0)}


def test_tenants_are_apart_also_where_they_name_the_same_card(keeper: Keeper) -> None:
    keeper.note(call(card("c1")))
    keeper.note(call(card("c1"), tenant="south"))
    keeper.keep_feedback([told("c1", "accepted", tenant="south"), told("c9", tenant="south"), told("c9", tenant="east")])
    (found,) = of(keeper)
    assert counts(found.lines) == {("north", "opioid-active"): (1, 0, 0, 0), ("south", "opioid-active"): (1, 0, 1, 0)}
    assert [(one.tenant, one.outcome, one.entries) for one in found.unknown] == [("east", "overridden", 1), ("south", "overridden", 1)]
    (south,) = of(keeper, tenant="south")
    assert counts(south.lines) == {("south", "opioid-active"): (1, 0, 1, 0)}
    assert [one.tenant for one in south.unknown] == ["south"]


def test_silent_cards_are_counted_apart(keeper: Keeper) -> None:
    keeper.note(call(card("c1"), mode="silent"))
    keeper.note(call(card("c2"), mode="silent"))
    keeper.note(call(card("c2"), mode="live"))
    keeper.keep_feedback([told("c1"), told("c2", "accepted")])
    assert counts(of(keeper)[0].lines) == {("north", "opioid-active"): (1, 1, 1, 0)}


def test_reasons_are_named_by_code_system_and_what_there_is(keeper: Keeper) -> None:
    said: list[dict[str, Any]] = [
        {"reason": "other", "reason_system": OUR_REASONS},
        {"reason": "other", "comment": "why"},
        {"reason": "4", "reason_system": "urn:x"},
        {"reason_display": "See note"},
        {"comment": ""},
        {},
    ]
    for number, one in enumerate(said):
        keeper.note(call(card(f"c{number}")))
        keeper.keep_feedback([told(f"c{number}", **one)])
    (line,) = of(keeper)[0].lines
    assert line.reasons == {"other": 2, COMMENT_ONLY: 1, NO_REASON: 1, "See note": 1, "urn:x|4": 1}
    assert next(iter(line.reasons)) == "other"


def test_feedback_counts_in_the_period_in_which_its_card_was_shown(keeper: Keeper) -> None:
    keeper.note(call(card("c1"), at=NOON))
    keeper.note(call(card("c2"), at=NOON + timedelta(days=1)))
    keeper.keep_feedback([told("c1", "accepted", outcome_at=NOON + timedelta(days=1), received_at=NOON + timedelta(days=2))])
    first, second = of(keeper, *reports.periods(DAY.start, DAY.end + timedelta(days=1), Every.DAY))
    assert counts(first.lines) == {("north", "opioid-active"): (1, 0, 1, 0)}
    assert counts(second.lines) == {("north", "opioid-active"): (1, 0, 0, 0)}
    assert (first.lines[0].period, second.lines[0].period) == ("2026-01-20", "2026-01-21")


def test_a_period_has_its_first_moment_and_not_its_last(keeper: Keeper) -> None:
    for name, at in (("in", DAY.start), ("out", DAY.end), ("before", DAY.start - timedelta(microseconds=1))):
        keeper.note(call(card(name), at=at))
    (line,) = of(keeper)[0].lines
    assert line.shown == 1


def test_calls_that_were_refused_show_nothing(keeper: Keeper) -> None:
    keeper.note(call(card("c1"), status=500))
    assert of(keeper)[0].lines == ()


def test_the_span_is_whole_days_of_all_rows(keeper: Keeper) -> None:
    with keeper.database.reading() as connection:
        assert reports.span(connection) is None
    keeper.note(call(card("c1"), at=NOON))
    keeper.drain()
    keeper.keep_feedback([told("c1", outcome_at=NOON - timedelta(days=3))])
    with keeper.database.reading() as connection:
        assert reports.span(connection) == (DAY.start - timedelta(days=3), DAY.end)


@pytest.mark.parametrize(
    ("every", "names"),
    [
        (Every.ALL, ["2025-12-30/2026-02-02"]),
        (Every.MONTH, ["2025-12", "2026-01", "2026-02"]),
        (Every.WEEK, ["2026-W01", "2026-W02", "2026-W03", "2026-W04", "2026-W05", "2026-W06"]),
    ],
)
def test_periods_are_cut_by_the_calendar(every: Every, names: list[str]) -> None:
    start, end = datetime(2025, 12, 30, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC)
    found = list(reports.periods(start, end, every))
    assert [one.name for one in found] == names
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == after.start for one, after in itertools.pairwise(found))


def test_a_large_store_is_counted_without_taking_the_square_of_its_rows(keeper: Keeper) -> None:
    """Not timed: but a join without an index would take minutes here."""
    rows = [call(card(f"a{number}"), card(f"b{number}", "lft-due", "timing-advice"), at=NOON) for number in range(4_000)]
    with keeper.database.writing() as connection:
        drain.insert_calls(connection, rows)
    keeper.keep_feedback([told(f"a{number}") for number in range(3_000)])
    assert counts(of(keeper)[0].lines)["north", "opioid-active"] == (4_000, 0, 0, 3_000)
