"""From the phases of a text to steps in milligrams a day, with what the product and the text itself say of a strength.

Refuses where a count has no strength, where a mass and a count do not agree, and where it is not said when a phase ends.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from cds.dosing import sig
from cds.dosing.model import MOST_STEPS, Step, Unread, plain, same
from cds.dosing.sig import Amount, Part, Phase, Schedule
from cds.dosing.strength import Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """One dose in milligrams, with the count or volume that gives it."""

    mg: Decimal
    count: Decimal | None = None
    ml: Decimal | None = None


@dataclass(slots=True)
class _Known:
    """What one unit or millilitre holds, by the product and by the text."""

    product: Strength
    each: dict[str, Decimal]
    per_ml: Decimal | None

    def of_one(self, form: str) -> Decimal | None:
        told = self.each.get(form) if form else (next(iter(self.each.values())) if len(set(self.each.values())) == 1 else None)
        if told is not None:
            return told if told > 0 else None
        return self.product.of_one(form)

    def of_ml(self) -> Decimal | None:
        return self.per_ml if self.per_ml is not None else self.product.of_ml()


def strengths_of(schedule: Schedule, product: Strength) -> _Known:
    """What the text itself tells of strengths: 1 capsule (1.5 mg), 0.5 mL (0.5 mg), 1 mg/mL."""
    known = _Known(product, dict(schedule.each), schedule.per_ml)
    per_ml: set[Decimal] = set()
    for phase in schedule.phases:
        for amount in (*(part.amount for part in phase.parts), phase.by, phase.target):
            if amount is None:
                continue
            if (
                amount.mg is not None
                and amount.count
                and amount.ml is None
                and amount.each_mg is None
                and (amount.count == 1 or amount.total)
                and not amount.loose
            ):
                one = amount.mg / amount.count
                if known.each.setdefault(amount.form, one) != one:
                    known.each[amount.form] = Decimal(-1)
            if amount.mg is not None and amount.ml and amount.count is None:
                per_ml.add((amount.mg / amount.ml).normalize())
            if amount.per_ml is not None:
                per_ml.add(amount.per_ml.normalize())
    told = product.of_ml()
    if schedule.per_ml is not None and told is not None and not same(schedule.per_ml, told):
        raise Unread("the concentration in the text is not that of the product")
    if known.per_ml is None and len(per_ml) == 1 and product.of_ml() is None:
        known.per_ml = per_ml.pop()
    return known


def once(amount: Amount, known: _Known) -> Once:
    """How many milligrams is this dose? Every way in which the text says it has to agree."""
    count, ml, mg = amount.count, amount.ml, amount.mg
    if amount.is_strength():
        if amount.each_mg is None or amount.plural:
            raise Unread("a strength without a dose", amount.at)
        count = Decimal(1)
    if amount.in_grams and mg is not None and known.product.form == "cream":
        held = known.product.per_gram
        if len(held) != 1:
            raise Unread("the grams of a cream are not those of the drug", amount.at)
        mg = mg / 1000 * next(iter(held))
    if count is not None:
        by_count = _by_count(amount, count, mg, known)
        mg = by_count if by_count is not None else mg
    if ml is not None and count is None:
        concentration = known.of_ml() if amount.per_ml is None else amount.per_ml
        told = known.product.of_ml()
        if amount.per_ml is not None and told is not None and not same(amount.per_ml, told):
            raise Unread("the concentration in the text is not that of the product", amount.at)
        by_volume = concentration * ml if concentration is not None else None
        if mg is None:
            mg = by_volume
        elif by_volume is not None and not same(by_volume, mg):
            raise Unread("the milligrams and the millilitres do not agree", amount.at)
        if mg is None:
            raise Unread("millilitres without a concentration", amount.at)
    if mg is None or mg <= 0:
        raise Unread("the amount is missing", amount.at)
    return Once(mg=plain(mg), count=count, ml=ml)


def once_of(part: Part, known: _Known) -> Once:
    """How many milligrams are taken at once, all amounts that are taken together?"""
    if part.amount is None:
        raise Unread("the words do not say how much")
    first = once(part.amount, known)
    return Once(mg=plain(sum((once(other, known).mg for other in part.also), first.mg))) if part.also else first


def _by_count(amount: Amount, count: Decimal, mg: Decimal | None, known: _Known) -> Decimal | None:
    each = amount.each_mg
    told = known.product.of_one(amount.form)
    if each is not None:
        if known.product.denies(amount.form, each):
            raise Unread("the strength in the text is not that of the product", amount.at)
        if amount.loose and count != 1 and (told is None or not same(told, each)):
            raise Unread("a strength or a whole dose", amount.at)
        found = each * count
        if mg is not None and not same(found, mg):
            raise Unread("the milligrams and the count do not agree", amount.at)
        return found
    if mg is None:
        one = known.of_one(amount.form)
        if one is None and amount.form == "" and known.product.per_ml and not known.product.masses:
            raise Unread("a count of what is measured", amount.at)
        if one is None:
            raise Unread("a count without a strength", amount.at)
        return one * count
    if amount.ml is not None:
        return mg
    if count == 1 or amount.total:
        if known.product.denies(amount.form, plain(mg / count)) and known.product.masses:
            raise Unread("the milligrams and the count do not agree with the strength of the product", amount.at)
        return mg
    one = known.of_one(amount.form)
    if one is None or not same(one * count, mg):
        raise Unread("the milligrams are those of one or of all", amount.at)
    return mg


def worded(text: str, product: Strength) -> tuple[tuple[Step, ...], Schedule]:
    """Which steps do these words give?"""
    schedule = sig.parse(text)
    known = strengths_of(schedule, product)
    return tuple(_steps(schedule.phases, known)), schedule


def _steps(phases: list[Phase], known: _Known) -> list[Step]:
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
    if phases[0].change and phases[0].by is None and len(phases) == 1:
        raise Unread("a change of dose, not a dose")
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
            if phase.stop != after.start and width not in (1, 7, 14, 30):
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


def _step(phase: Phase, known: _Known) -> Step:
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
        if not (apart or shared):
            raise Unread("a second dose, at the same time or in place of the first")
    daily = sum((dose.mg * rate for dose, rate in doses), Decimal(0))
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


def _rate(phase: Phase, part: Part, known: _Known) -> Decimal:
    """How often a day: by its words, or as often as the most of a day allows where it is taken as needed."""
    if part.as_needed and not part.timed() and phase.cap is not None and len(phase.parts) == 1:
        return _cap(phase, phase.cap, known) / once_of(part, known).mg
    return sig.times(part)


def _cap(phase: Phase, cap: Amount, known: _Known) -> Decimal:
    """The most of a day in milligrams; "2 doses" are twice what is taken at once."""
    if cap.form == "dose" and cap.count is not None and cap.mg is None and cap.each_mg is None and phase.part.amount is not None:
        return cap.count * once_of(phase.part, known).mg
    return once(cap, known).mg


def _divided(part: Part, dose: Once, rate: Decimal) -> tuple[Once, Decimal]:
    """9 mg a day in two divided doses: the amount is that of a day."""
    pieces = part.pieces if part.pieces is not None else rate
    if pieces <= 1 or (part.pieces is not None and rate not in (1, part.pieces)) or dose.count is not None or dose.ml is not None:
        raise Unread("divided doses that cannot be read")
    return Once(mg=plain(dose.mg / pieces)), pieces


def _by_steps(phase: Phase, known: _Known, out: list[Step]) -> None:
    """increase by 0.5 mg every two weeks to 4.5 mg: one step each, from the last dose to the target."""
    assert phase.by is not None  # noqa: S101  # the caller looked
    if not out:
        raise Unread("a change of dose without a first dose", phase.by.at)
    last = out[-1]
    if phase.target is None:
        raise Unread("a change in steps without an end", phase.by.at)
    if phase.every is None:
        raise Unread("a change in steps without their time", phase.by.at)
    if last.once_mg is None or last.times is None:
        raise Unread("a change in steps from several doses", phase.by.at)
    by, target = once(phase.by, known), once(phase.target, known)
    falling = phase.change == "down"
    if (target.mg >= last.once_mg) if falling else (target.mg <= last.once_mg):
        raise Unread("a target that lies on the other side", phase.target.at)
    if phase.part.timed() and sig.times(phase.part) != last.times:
        raise Unread("a change of dose and of rhythm at once", phase.by.at)
    if (abs(target.mg - last.once_mg) / by.mg) > MOST_STEPS:
        raise Unread(f"a schedule of more than {MOST_STEPS} steps", phase.by.at)
    out[-1] = _changed(last, days=last.days if last.days is not None else phase.every)
    mg = last.once_mg
    while mg != target.mg:
        mg = max(mg - by.mg, target.mg) if falling else min(mg + by.mg, target.mg)
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


def _changed(step: Step, days: int | None) -> Step:
    return Step(
        daily_mg=step.daily_mg,
        days=days,
        once_mg=step.once_mg,
        times=step.times,
        count=step.count,
        volume_ml=step.volume_ml,
        moments=step.moments,
        as_needed=step.as_needed,
    )
