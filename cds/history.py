"""Which low doses of naltrexone has this patient taken, since when, and with which gaps?

Pure: exposures, the policy and today in; courses out. No clock, no FHIR, no HTTP. Renewals at the same dose count from
the first order; a written schedule counts by its own days; an old order beside a newer one is not what is taken.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from cards.model import Policy
from cds.dose import DoseClass, dose_class
from cds.exposure import Exposure, Standing, naltrexones
from cds.patient import Kind, Medication

_TAKEN_BY_MOUTH_NOT = frozenset({"depot-injection", "implant", "combination"})
# of two entries of one day the order says what is taken, not the fill of the one before
_WEIGHT = {Kind.ADMINISTRATION: 0, Kind.DISPENSE: 1, Kind.STATEMENT: 2, Kind.REQUEST: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One daily dose, and the day from which it was taken without another between; None when that is not known.

    `earliest` differs from it where the record gives no more than a month or a year. `entry` is what says so now: the order
    that stands, before one that is over and before what only repeats it.
    """

    daily_mg: Decimal
    since: date | None
    entry: Medication
    earliest: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One stretch of low-dose naltrexone without a gap. `last` is its last known day, `running` that it is still taken.

    `began` is None when no entry has a day. `entries` are all that it is made of, in their order. `unread`: the newest order
    of it has no dose that can be read. `open_end`: when the last dose was taken is not on record, `last` is a day of the order.
    """

    levels: tuple[Level, ...]
    began: date | None
    last: date
    running: bool
    entries: tuple[Medication, ...]
    unread: bool = False
    open_end: bool = False

    @property
    def now(self) -> Level | None:
        """The dose at its end; None when that cannot be told."""
        return self.levels[-1] if self.levels and not self.unread else None

    @property
    def fixed(self) -> bool:
        """Was it one and the same dose all along?"""
        return len({level.daily_mg for level in self.levels}) == 1

    def since_at_least(self, daily_mg: Decimal) -> date | None:
        """Since when was the dose never below this one? None when it is below it now, or the day is not known."""
        since = None
        for level in reversed(self.levels):
            if level.daily_mg < daily_mg:
                break
            since = level.since
        return since

    @property
    def ineffective(self) -> bool:
        """Was it stopped because it had no effect, as its last entry says?"""
        return not self.running and any(entry.ineffective for entry in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The courses of low-dose naltrexone, the oldest first."""

    courses: tuple[Course, ...] = ()

    @property
    def current(self) -> Course | None:
        """The course that is taken now, or ended so lately that it goes on."""
        return self.courses[-1] if self.courses and self.courses[-1].running else None

    @property
    def earlier(self) -> tuple[Course, ...]:
        """The courses that are over."""
        return tuple(course for course in self.courses if not course.running)

    @property
    def now(self) -> Level | None:
        """The dose that is taken now; None when none is, or it cannot be told."""
        return self.current.now if self.current is not None else None

    @property
    def last(self) -> Level | None:
        """The dose that was taken last, now or in the course before."""
        return next((course.now for course in reversed(self.courses) if course.now is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """One entry with its first and its last day; `over` where it is known to have ended, `open_end` where it ended nobody knows when."""

    entry: Medication
    first: date
    earliest: date
    last: date
    over: bool
    open_end: bool = False


def history(found: Iterable[Exposure], policy: Policy, today: date, *, left_out: Container[str] = ()) -> History:
    """Which courses of low-dose naltrexone stand behind these entries? `left_out` are the keys of those that are orders of this call."""
    low = [one for one in naltrexones(found) if one.medication.key not in left_out and _is_low(one.medication, policy)]
    listed = [span for one in low if (span := _span(one, today)) is not None]
    listed.sort(key=lambda span: (span.first, _WEIGHT.get(span.entry.kind, 0)))
    gap = timedelta(days=policy.days("restart.gap"))
    stretches: list[list[_Span]] = []
    end = date.min
    for span in listed:
        if not stretches or span.first - end >= gap:
            stretches.append([])
        stretches[-1].append(span)
        end = max(end, span.last)
    courses = [_course(stretch, gap, today) for stretch in stretches]
    if not any(course.running for course in courses):
        courses += _undated(low, today)
    return History(courses=tuple(courses))


def _is_low(entry: Medication, policy: Policy) -> bool:
    low = dose_class(entry.dose, entry.drug.product, entry.drug.low_dose_words, policy) is DoseClass.LOW
    return low and not entry.drug.conflict and entry.drug.product not in _TAKEN_BY_MOUTH_NOT


def _span(found: Exposure, today: date) -> _Span | None:
    """From when to when? None without a day, or when it lies ahead. Of a month or a year the latest day counts, today at most."""
    entry = found.medication
    day = entry.began or entry.starts or entry.written
    if day is None or day.earliest > today:
        return None
    first = min(day.latest, today)
    over = found.standing is not Standing.ACTIVE
    known = found.last or found.supply_end
    last = today if not over else known or first
    return _Span(entry=entry, first=first, earliest=day.earliest, last=max(first, min(last, today)), over=over, open_end=over and known is None)


def _undated(low: Iterable[Exposure], today: date) -> list[Course]:
    """What is listed as active without any day: the dose is known, since when is not."""
    entries = [
        one.medication
        for one in low
        if one.standing is Standing.ACTIVE and (one.medication.began or one.medication.starts or one.medication.written) is None
    ]
    doses = {entry.dose.steps[0].daily_mg for entry in entries if len(entry.dose.steps) == 1}
    if not entries:
        return []
    alone = len(doses) == 1 and all(len(entry.dose.steps) == 1 for entry in entries)
    entry = max(entries, key=lambda one: _WEIGHT.get(one.kind, 0))
    levels = (Level(daily_mg=entry.dose.steps[0].daily_mg, since=None, entry=entry),) if alone else ()
    return [Course(levels=levels, began=None, last=today, running=True, entries=tuple(entries))]


def _course(stretch: list[_Span], gap: timedelta, today: date) -> Course:
    last = max(span.last for span in stretch)
    orders = [span for span in stretch if span.entry.kind is Kind.REQUEST]
    told = {span.entry.reference for span in orders if span.entry.reference and span.entry.dose.steps}
    standing = {span.entry.key for span in stretch if not span.over}
    levels: list[Level] = []
    for span in stretch:
        if _repeats(span.entry, orders, told):
            continue
        for daily, later in _steps(span):
            if not levels or levels[-1].daily_mg != daily:
                levels.append(Level(daily_mg=daily, since=span.first + later, earliest=span.earliest + later, entry=span.entry))
            elif span.entry.key in standing and (span.entry.kind is Kind.REQUEST or levels[-1].entry.key not in standing):
                levels[-1] = replace(levels[-1], entry=span.entry)
    taken = [span for span in stretch if not span.over and span.entry.dose.steps]
    top = max((span for span in stretch if levels and span.entry is levels[-1].entry), key=lambda span: span.last, default=None)
    if top is not None and top.over and taken and not any(span.entry.dose.steps[-1].daily_mg == levels[-1].daily_mg for span in taken):
        # the newer dose was given up, and the older order still stands
        older = taken[-1].entry
        levels.append(Level(daily_mg=older.dose.steps[-1].daily_mg, since=top.last, earliest=top.last, entry=older))
    return Course(
        levels=tuple(levels),
        began=min(span.first for span in stretch),
        last=last,
        running=today - last < gap,
        entries=tuple(span.entry for span in stretch),
        unread=bool(orders) and not orders[-1].entry.dose.steps,
        open_end=all(span.open_end for span in stretch if span.last == last),
    )


def _repeats(fill: Medication, orders: list[_Span], told: Container[str | None]) -> bool:
    """Does this fill, or this dose given, say again what its order says? It changes no dose, and its steps do not begin anew."""
    if fill.kind not in (Kind.DISPENSE, Kind.ADMINISTRATION):
        return False
    return any(order in told for order in fill.orders) or (
        len(fill.dose.steps) > 1 and any(span.entry.dose.steps == fill.dose.steps for span in orders)
    )


def _steps(span: _Span) -> list[tuple[Decimal, timedelta]]:
    """The doses of an entry with the days until each began, as far as they were reached. A step of unknown length is taken as over."""
    later, out = timedelta(0), []
    for step in span.entry.dose.steps:
        if span.first + later > span.last:
            break
        out.append((step.daily_mg, later))
        later += timedelta(days=min(step.days or 0, 3650))
    return out
