"""From the structure of an order to steps in milligrams a day: sequences, simultaneous lines, ranges, caps and cycles.

What the structure leaves out may be filled from the words by `read`; here nothing is taken from words.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from cds.dosing.model import Amount, DosageLine, Step, Unread, plain, same
from cds.dosing.once import Once
from cds.dosing.strength import Strength
from cds.dosing.units import COUNTS, milligrams, milligrams_a_day, millilitres

_ORDERED = "ordered"


def once(line: DosageLine, product: Strength) -> Once | None:
    """How many milligrams is one dose of this line? None where it gives no amount; refuses where it gives one that cannot be read."""
    given = line.amounts or ((Amount(quantity=line.quantity, unit=line.unit),) if line.quantity is not None else ())
    if not given:
        return None
    read: list[tuple[Amount, Once | None]] = [(amount, _one(amount, product)) for amount in given]
    known = [(amount, dose) for amount, dose in read if dose is not None]
    if not known:
        raise Unread(_why(given[0], product))
    masses = [(amount, dose) for amount, dose in known if milligrams(amount.unit) is not None]
    ordered = [pair for pair in masses if pair[0].kind == _ORDERED]
    chosen = ordered or known  # what was ordered in milligrams counts; what is to be given may be another strength
    doses = [dose for _, dose in chosen]
    if any(not same(dose.mg, doses[0].mg) for dose in doses):
        raise Unread("the structure gives two doses")
    count = next((dose.count for _, dose in known if dose.count is not None and same(dose.mg, doses[0].mg)), None)
    ml = next((dose.ml for _, dose in known if dose.ml is not None and same(dose.mg, doses[0].mg)), None)
    return Once(mg=doses[0].mg, count=count, ml=ml)


def _one(amount: Amount, product: Strength) -> Once | None:
    if amount.quantity <= 0:
        return None
    if amount.unit == "g" and product.form == "cream":
        held = product.per_gram
        return Once(mg=plain(amount.quantity * next(iter(held)))) if len(held) == 1 else None
    mg = milligrams(amount.unit) or milligrams_a_day(amount.unit)
    if mg is not None:
        return Once(mg=plain(amount.quantity * mg))
    if amount.unit in COUNTS:
        one = product.of_one(COUNTS[amount.unit])
        if one is None and amount.unit == "[drp]":
            one = product.of_drop()
        return Once(mg=plain(amount.quantity * one), count=amount.quantity) if one is not None else None
    factor = millilitres(amount.unit)
    if factor is not None:
        ml = amount.quantity * factor
        concentration = product.of_ml()
        return Once(mg=plain(ml * concentration), ml=ml) if concentration is not None else None
    return None


def _why(amount: Amount, product: Strength) -> str:
    if amount.quantity <= 0:
        return "the amount is not above zero"
    if not amount.unit:
        return "the unit of the amount is not known"
    if amount.unit in COUNTS:
        return "a count, and no strength or several" if product.masses else "a count without a strength"
    if millilitres(amount.unit) is not None:
        return "a volume without a concentration"
    return "the unit of the amount is none of a dose"


def as_often_as_allowed(line: DosageLine, dose: Once, product: Strength) -> Decimal | None:
    """How often a day may a dose be taken that has no rhythm but "as needed" and the most of a time? None where it has not both."""
    cap = _one(line.most, product) if line.most is not None else None
    if not line.as_needed or cap is None or not line.most_days or cap.mg < dose.mg:
        return None
    return cap.mg / line.most_days / dose.mg


def step(line: DosageLine, dose: Once, per_day: Decimal, product: Strength) -> Step:
    """The step that this line gives with that dose, so often a day."""
    daily = dose.mg * per_day
    if line.amounts and all(milligrams_a_day(amount.unit) is not None for amount in line.amounts):
        daily = dose.mg
    if line.most is not None and line.most_days:
        cap = _one(line.most, product)
        if cap is not None:
            daily = min(daily, cap.mg / line.most_days)
    return Step(
        daily_mg=plain(daily),
        days=line.days if line.days is not None else _between(line),
        once_mg=dose.mg,
        times=plain(per_day),
        count=dose.count,
        volume_ml=dose.ml,
        moments=line.moments,
        as_needed=line.as_needed,
    )


def _between(line: DosageLine) -> int | None:
    return (line.ends - line.begins).days + 1 if line.begins and line.ends and line.ends >= line.begins else None


def arrange(lines: tuple[DosageLine, ...]) -> list[list[DosageLine]]:
    """Which lines hold at the same time, and which one after the other? Refuses where neither can be said."""
    if len(lines) == 1:
        return [list(lines)]
    sequences = [line.sequence for line in lines]
    if None not in sequences:
        groups: dict[int, list[DosageLine]] = {}
        for line in lines:
            groups.setdefault(line.sequence or 0, []).append(line)
        arranged = _until_the_next([groups[number] for number in sorted(groups)])
        if all(_together(group) for group in arranged):
            return arranged
        raise Unread("several dosage lines of one sequence number that do not go together")
    if all(line.begins is not None for line in lines):
        ordered = sorted(lines, key=lambda line: line.begins or date.min)
        if all(one.ends is not None and other.begins is not None and one.ends <= other.begins for one, other in pairwise(ordered)):
            return _until_the_next([[line] for line in ordered])
    if _together(list(lines)):
        return [list(lines)]
    raise Unread("several dosage lines without a sequence")


def _until_the_next(groups: list[list[DosageLine]]) -> list[list[DosageLine]]:
    """A line that ends on the day on which the next begins lasts until the day before: no day has two doses."""
    for group, after in pairwise(groups):
        starts = {line.begins for line in after}
        for at, line in enumerate(group):
            if line.ends is not None and starts == {line.ends} and line.begins is not None and line.ends > line.begins:
                group[at] = replace(line, ends=line.ends - timedelta(days=1))
    return groups


def _together(lines: list[DosageLine]) -> bool:
    """Do these lines share out the day or the week between them?"""
    if len(lines) == 1:
        return True
    if len({line.days for line in lines}) != 1:
        return False
    # whose days of the week differ may be taken at one time of day
    if all(line.weekdays for line in lines) and _differ([line.weekdays for line in lines]):
        return True
    for parts in ([line.moments for line in lines], [line.clock for line in lines]):
        if all(parts):
            return _differ(parts)
    return False


def _differ(parts: list[frozenset[str]]) -> bool:
    named = [one for part in parts for one in part]
    return len(named) == len(set(named))


def combined(steps: list[Step]) -> Step:
    """The day of several doses that hold at the same time."""
    if len(steps) == 1:
        return steps[0]
    same_dose = {step.once_mg for step in steps}
    return Step(
        daily_mg=plain(sum((step.daily_mg for step in steps), Decimal(0))),
        days=steps[0].days,
        once_mg=steps[0].once_mg if len(same_dose) == 1 else None,
        times=plain(sum((step.times for step in steps if step.times is not None), Decimal(0))),
        count=steps[0].count if len({step.count for step in steps}) == 1 else None,
        volume_ml=steps[0].volume_ml if len({step.volume_ml for step in steps}) == 1 else None,
        moments=frozenset(moment for step in steps for moment in step.moments),
        as_needed=any(step.as_needed for step in steps),
    )
