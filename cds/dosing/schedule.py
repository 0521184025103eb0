"""From the phases of a text to steps in milligrams a day.

Refuses where it is not said when a phase ends, and where doses or days do not go together.
"""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from cds.dosing import sig
from cds.dosing.model import MOST_STEPS, Step, Unread, plain, same
from cds.dosing.once import Known, Once, once, once_of, strengths_of
from cds.dosing.sig import Amount, Part, Phase, Schedule
from cds.dosing.strength import Strength


def worded(text: str, product: Strength) -> tuple[tuple[Step, ...], Schedule]:
    """Which steps do these words give?"""
    schedule = sig.parse(text)
    known = strengths_of(schedule, product)
    steps = tuple(_steps(schedule.phases, known))
    only = schedule.phases[0]
    if only.change and only.by is None and len(schedule.phases) == 1 and (schedule.gradual or not only.to or not only.part.timed()):
        raise Unread("a change of dose, not a dose")
    return steps, schedule


def _steps(phases: list[Phase], known: Known) -> list[Step]:
    _inherit(phases)
    _label_days(phases)
    out: list[Step] = []
    for at, phase in enumerate(phases):
        if len(out) > MOST_STEPS:
            raise Unread(f"a schedule of more than {MOST_STEPS} steps")
        if phase.by is not None:
            _by_steps(phase, known, out)
            continue
        if phase.change and out and (step := _step(phase, known)):
            rising = step.daily_mg > out[-1].daily_mg
            if rising != (phase.change == "up") and step.daily_mg != out[-1].daily_mg:
                raise Unread("a change in the other direction", phase.part.amount.at if phase.part.amount else "")
        if phase.every is not None:
            raise Unread("a change in steps without their size")
        if at and out and out[-1].days is None:
            raise Unread("the words do not say when the dose changes", phase.part.amount.at if phase.part.amount else "")
        out.append(_step(phase, known))
    return out


def _inherit(phases: list[Phase]) -> None:
    """A phase that names no rhythm keeps that of the one before; the first ones take that of the last, where it is once a day."""
    for before, phase in pairwise(phases):
        if len(before.parts) == 1 and len(phase.parts) == 1 and phase.part.amount is not None and not phase.part.timed() and before.part.timed():
            _copy(before.part, phase.part)
    for phase, after in zip(reversed(phases[:-1]), reversed(phases[1:]), strict=False):
        if len(after.parts) == 1 and len(phase.parts) == 1 and phase.part.amount is not None and not phase.part.timed() and after.part.timed():
            if sig.times(after.part) != 1:
                raise Unread("the words do not say how often at first")
            _copy(after.part, phase.part)


def _copy(one: Part, other: Part) -> None:
    other.rates, other.moments, other.weekdays, other.either = one.rates, one.moments, one.weekdays, one.either
    other.recurs, other.share = one.recurs, one.share
    other.as_needed = other.as_needed or one.as_needed


def _label_days(phases: list[Phase]) -> None:
    """Weeks and days by name must follow each other without a gap; "week 1, week 3" lasts until the next."""
    labelled = [phase for phase in phases if phase.start is not None]
    if not labelled:
        return
    if phases[0].start not in (0, None) or (phases[0].start is None and phases[0].days is None and labelled[0] is not phases[1]):
        raise Unread("a schedule that does not begin with its first day")
    begin = 0
    for at, phase in enumerate(phases):
        if phase.start is None and phase.days is None and at + 1 < len(phases) and phases[at + 1].start is None:
            raise Unread("the words do not say when the dose changes")
        if phase.start is not None and phase.start != begin:
            raise Unread("days that do not follow each other")
        after = phases[at + 1] if at + 1 < len(phases) else None
        if after is not None and after.start is not None:
            end: int | None = after.start
        else:
            end = phase.stop if phase.start is not None else begin + phase.days if phase.days is not None else None
        if phase.start is not None and phase.stop is not None and after is not None and after.start is not None:
            width = phase.stop - phase.start
            if phase.stop != after.start and (phase.ranged or width not in (1, 7, 14, 30)):
                raise Unread("days that do not follow each other")
            if phase.stop > after.start:
                raise Unread("days that overlap")
        if after is None and phase.start is not None and phase.days is None and phase.stop is not None:
            phase.days = phase.stop - phase.start
            break
        if end is None:
            if after is not None:
                raise Unread("the words do not say when the dose changes")
            break
        if end <= begin or (phase.days is not None and phase.days != end - begin):
            raise Unread("days that do not agree")
        phase.days = end - begin
        begin = end


def _step(phase: Phase, known: Known) -> Step:
    if phase.turns:
        if not phase.in_days and not any(part.rates or part.moments for part in phase.parts):
            raise Unread("the words do not say how often")
        for part in phase.parts[:-1]:
            if not (part.rates or part.moments):
                part.rates, part.moments = phase.part.rates, phase.part.moments
    doses: list[tuple[Once, Decimal]] = []
    for part in phase.parts:
        dose, rate = once_of(part, known), _rate(phase, part, known)
        if part.divided:
            dose, rate = _divided(part, dose, rate)
        if part.of_a_day is not None and not same(once(part.of_a_day, known).mg, dose.mg * rate):
            raise Unread("the doses of the day and their total do not agree", part.of_a_day.at)
        doses.append((dose, rate))
    if len(doses) > 1:
        # bedtime and night are one time: "1.5 mg nightly. 1.5 mg at bedtime" may say one dose twice
        named = ["HS" if moment == "NIGHT" else moment for part in phase.parts for moment in dict.fromkeys(part.moments)]
        days = [day for part in phase.parts for day in part.weekdays]
        apart = len(set(named)) == len(named) and all(part.moments for part in phase.parts)
        shared = len(set(days)) == len(days) and all(part.weekdays for part in phase.parts)
        two_strengths = len(phase.parts) == 2 and phase.part.beside
        if not (apart or shared or phase.turns or two_strengths):
            raise Unread("a second dose, at the same time or in place of the first")
    daily = sum((dose.mg * rate for dose, rate in doses), Decimal(0))
    if phase.of_a_day is not None and not same(once(phase.of_a_day, known).mg, daily):
        raise Unread("the doses of the day and their total do not agree", phase.of_a_day.at)
    if phase.cap is not None:
        daily = min(daily, _cap(phase, phase.cap, known))
    single = doses[0] if len(doses) == 1 else None
    return Step(
        daily_mg=plain(daily),
        days=phase.days,
        once_mg=single[0].mg if single else None,
        times=plain(single[1]) if single else plain(sum((rate for _, rate in doses), Decimal(0))),
        count=single[0].count if single else None,
        volume_ml=single[0].ml if single else None,
        moments=frozenset(moment for part in phase.parts for moment in part.moments),
        as_needed=any(part.as_needed for part in phase.parts),
    )


def _rate(phase: Phase, part: Part, known: Known) -> Decimal:
    """How often a day: by its words, or as often as the most of a day allows where it is taken as needed."""
    if part.as_needed and not part.timed() and phase.cap is not None and len(phase.parts) == 1:
        return _cap(phase, phase.cap, known) / once_of(part, known).mg
    return sig.times(part)


def _cap(phase: Phase, cap: Amount, known: Known) -> Decimal:
    """The most of a day in milligrams; "2 doses" are twice what is taken at once."""
    if cap.form == "dose" and cap.count is not None and cap.mg is None and cap.each_mg is None and phase.part.amount is not None:
        return cap.count * once_of(phase.part, known).mg / phase.cap_days
    return once(cap, known).mg / phase.cap_days


def _divided(part: Part, dose: Once, rate: Decimal) -> tuple[Once, Decimal]:
    """9 mg a day in two divided doses: the amount is that of a day."""
    pieces = part.pieces if part.pieces is not None else rate
    if pieces <= 1 or (part.pieces is not None and rate not in (1, part.pieces)) or dose.count is not None or dose.ml is not None:
        raise Unread("divided doses that cannot be read")
    return Once(mg=plain(dose.mg / pieces)), pieces


def _by_steps(phase: Phase, known: Known, out: list[Step]) -> None:
    """increase by 0.5 mg every two weeks to 4.5 mg: one step each, from the last dose to the target."""
    assert phase.by is not None  # noqa: S101  # the caller looked
    if not out:
        raise Unread("a change of dose without a first dose", phase.by.at)
    last = out[-1]
    if phase.target is None and not phase.off:
        raise Unread("a change in steps without an end", phase.by.at)
    if phase.every is None:
        raise Unread("a change in steps without their time", phase.by.at)
    if last.once_mg is None or last.times is None:
        raise Unread("a change in steps from several doses", phase.by.at)
    by, target = once(phase.by, known), once(phase.target, known) if phase.target is not None else Once(mg=Decimal(0))
    falling = phase.change == "down"
    if (target.mg >= last.once_mg) if falling else (target.mg <= last.once_mg):
        raise Unread("a target that lies on the other side", phase.by.at)
    if phase.part.timed() and sig.times(phase.part) != last.times:
        raise Unread("a change of dose and of rhythm at once", phase.by.at)
    if (abs(target.mg - last.once_mg) / by.mg) > MOST_STEPS:
        raise Unread(f"a schedule of more than {MOST_STEPS} steps", phase.by.at)
    out[-1] = replace(last, days=last.days if last.days is not None else phase.every)
    mg = last.once_mg
    while mg != target.mg:
        mg = max(mg - by.mg, target.mg) if falling else min(mg + by.mg, target.mg)
        if not mg:
            break  # nothing is taken any more
        each, concentration = known.of_one(phase.by.form), known.of_ml()
        out.append(
            Step(
                daily_mg=plain(mg * last.times),
                days=phase.days if mg == target.mg else phase.every,
                once_mg=plain(mg),
                times=last.times,
                count=plain(mg / each) if each and last.count is not None else None,
                volume_ml=plain(mg / concentration) if concentration and last.volume_ml is not None else None,
                moments=last.moments,
                as_needed=last.as_needed,
            )
        )
