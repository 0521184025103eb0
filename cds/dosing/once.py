"""How many milligrams is one dose? With what the product and the text itself say of a strength; every way to say it has to agree.

Refuses where a count has no strength, and where a mass and a count do not agree.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from cds.dosing.model import Unread, plain, same
from cds.dosing.sig import Amount, Part, Schedule
from cds.dosing.strength import Strength
from cds.dosing.units import drop_ml

_POURED = frozenset({"drop", "dropper", "syringe", "dose"})  # forms of a liquid, of which the volume may be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """One dose in milligrams, with the count or volume that gives it."""

    mg: Decimal
    count: Decimal | None = None
    ml: Decimal | None = None


@dataclass(slots=True)
class Known:
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


def strengths_of(schedule: Schedule, product: Strength) -> Known:
    """What the text itself tells of strengths: 1 capsule (1.5 mg), 0.5 mL (0.5 mg), 1 mg/mL."""
    known = Known(product, dict(schedule.each), schedule.per_ml)
    per_ml: set[Decimal] = set()
    for phase in schedule.phases:
        for amount in (*(part.amount for part in phase.parts), phase.by, phase.target, phase.of_a_day):
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
    if schedule.mixed is not None:
        known.per_ml = _made(schedule, known)
    if schedule.per_ml is not None and told is not None and not same(schedule.per_ml, told):
        raise Unread("the concentration in the text is not that of the product")
    if known.per_ml is None and len(per_ml) == 1 and product.of_ml() is None:
        known.per_ml = per_ml.pop()
    return known


def _made(schedule: Schedule, known: Known) -> Decimal:
    """The concentration of what the patient dissolves: "one 50 mg tablet in 50 mL"."""
    assert schedule.mixed is not None  # noqa: S101  # the caller looked
    item, ml = schedule.mixed
    if schedule.per_ml is not None and item.each_mg is None and item.mg is None and not known.product.masses:
        return schedule.per_ml
    held = {mg for form, mg in known.product.masses if form == item.form}
    if item.each_mg is None and item.mg is None and len(held) == 1:
        item = replace(item, each_mg=held.pop())
    made = once(item, known).mg / ml
    told = schedule.per_ml if schedule.per_ml is not None else known.product.of_ml()
    if told is not None and not same(made, told):
        raise Unread("the concentration in the text is not that of what is dissolved", item.at)
    return made


def once(amount: Amount, known: Known) -> Once:
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
    poured = (
        ml is not None
        and count is not None
        and amount.form in _POURED
        and amount.each_mg is None
        and mg is None
        and known.of_one(amount.form) is None
    )
    if count is not None and not poured:
        by_count = _by_count(amount, count, mg, known)
        mg = by_count if by_count is not None else mg
    if poured and amount.form == "drop" and ml is not None and count is not None and not drop_ml() / 2 <= ml / count <= drop_ml() * 2:
        raise Unread("the drops and the millilitres do not agree", amount.at)
    if ml is not None and (count is None or poured):
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


def once_of(part: Part, known: Known) -> Once:
    """How many milligrams are taken at once, all amounts that are taken together?"""
    if part.amount is None:
        raise Unread("the words do not say how much")
    first = once(part.amount, known)
    return Once(mg=plain(sum((once(other, known).mg for other in part.also), first.mg))) if part.also else first


def _by_count(amount: Amount, count: Decimal, mg: Decimal | None, known: Known) -> Decimal | None:
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
    if one is None and amount.form == "drop":
        one = known.product.of_drop()
    if one is None or not same(one * count, mg):
        raise Unread("the milligrams are those of one or of all", amount.at)
    return mg
