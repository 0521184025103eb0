"""Which low doses of naltrexone has this patient taken, since when, and with which gaps?

Pure: exposures, the policy and today in; courses out. No clock, no FHIR, no HTTP. Renewals at the same dose count from
the first order; a written schedule counts by its own days; an old order beside a newer one is not what is taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass
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
    """One daily dose, and the day from which it was taken without another between."""

    daily_mg: Decimal
    since: date
    entry: Medication


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One stretch of low-dose naltrexone without a gap. `last` is its last known day, `running` that it is still taken.

    `entries` are all that it is made of, in their order. `unread`: the newest order of it has no dose that can be read.
    """

    levels: tuple[Level, ...]
    began: date
    last: date
    running: bool
    entries: tuple[Medication, ...]
    unread: bool = False

    @property
    def now(self) -> Level | None:
        """The dose at its end; None when that cannot be told."""
        return self.levels[-1] if self.levels and not self.unread else None

    @property
    def fixed(self) -> bool:
        """Was it one and the same dose all along?"""
        return len({level.daily_mg for level in self.levels}) == 1

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
    """One entry with its first and its last day; `over` where it is known to have ended."""

    entry: Medication
    first: date
    last: date
    over: bool


def history(found: Iterable[Exposure], policy: Policy, today: date, *, drafted: bool = False) -> History:
    """Which courses of low-dose naltrexone stand behind these entries? `drafted`: orders of this call count as well, at a refill."""
    listed = [span for one in naltrexones(found) if (drafted or not one.medication.drafted) and (span := _span(one, policy, today)) is not None]
    listed.sort(key=lambda span: (span.first, _WEIGHT.get(span.entry.kind, 0)))
    gap = timedelta(days=policy.days("restart.gap"))
    stretches: list[list[_Span]] = []
    end = date.min
    for span in listed:
        if not stretches or span.first - end >= gap:
            stretches.append([])
        stretches[-1].append(span)
        end = max(end, span.last)
    return History(courses=tuple(_course(stretch, gap, today) for stretch in stretches))


def _span(found: Exposure, policy: Policy, today: date) -> _Span | None:
    entry = found.medication
    low = dose_class(entry.dose, entry.drug.product, entry.drug.low_dose_words, policy) is DoseClass.LOW
    day = entry.began or entry.starts or entry.written
    if not low or entry.drug.conflict or entry.drug.product in _TAKEN_BY_MOUTH_NOT or day is None or day.latest > today:
        return None
    first = day.latest
    over = found.standing is not Standing.ACTIVE
    last = today if not over else found.last or found.supply_end or first
    return _Span(entry=entry, first=first, last=max(first, min(last, today)), over=over)


def _course(stretch: list[_Span], gap: timedelta, today: date) -> Course:
    last = max(span.last for span in stretch)
    levels: list[Level] = []
    for span in stretch:
        if span.entry.kind is Kind.DISPENSE and _repeats(span.entry, stretch):
            continue
        for daily, since in _steps(span):
            if not levels or levels[-1].daily_mg != daily:
                levels.append(Level(daily_mg=daily, since=since, entry=span.entry))
    orders = [span for span in stretch if span.entry.kind is Kind.REQUEST]
    taken = [span for span in stretch if not span.over and span.entry.dose.steps]
    top = max((span for span in stretch if levels and span.entry is levels[-1].entry), key=lambda span: span.last, default=None)
    if top is not None and top.over and taken and not any(span.entry.dose.steps[-1].daily_mg == levels[-1].daily_mg for span in taken):
        # the newer dose was given up, and the older order still stands
        older = taken[-1].entry
        levels.append(Level(daily_mg=older.dose.steps[-1].daily_mg, since=top.last, entry=older))
    return Course(
        levels=tuple(levels),
        began=min(span.first for span in stretch),
        last=last,
        running=today - last < gap,
        entries=tuple(span.entry for span in stretch),
        unread=bool(orders) and not orders[-1].entry.dose.steps,
    )


def _repeats(fill: Medication, stretch: list[_Span]) -> bool:
    """Does this fill of a schedule say again what its order says? Its steps do not begin anew."""
    return len(fill.dose.steps) > 1 and any(span.entry.kind is Kind.REQUEST and span.entry.dose.steps == fill.dose.steps for span in stretch)


def _steps(span: _Span) -> list[tuple[Decimal, date]]:
    """The doses of an entry with the day on which each began, as far as they were reached. A step of unknown length is taken as over."""
    day, out = span.first, []
    for step in span.entry.dose.steps:
        if day > span.last:
            break
        out.append((step.daily_mg, day))
        day += timedelta(days=min(step.days or 0, 3650))
    return out
