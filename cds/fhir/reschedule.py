"""The client's own order with its dosage written anew: another dose, a schedule, another time of day, a compounded capsule.

Only the named paths change, the supply with them. First every amount is changed in its place (`rescale`); where that cannot be
done (a count of capsules, a schedule), the dosage is written from the client's own line. What cannot be said without
guessing is not offered; whoever calls reads the result back before it is shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import gcd
from typing import Any

from cards.finding import Form
from cds.call import Json
from cds.dosing import timing as timings
from cds.dosing.model import MOST_CHARACTERS
from cds.fhir import product, rescale

_MASS_UNITS = frozenset({"mg", "milligram", "milligrams", "ug", "mcg", "µg", "μg", "microgram", "micrograms"})
_MICRO = frozenset({"ug", "mcg", "µg", "μg", "microgram", "micrograms"})
_VOLUME_UNITS = frozenset({"ml", "milliliter", "milliliters", "millilitre", "millilitres"})
_MASS = re.compile(r"(?<![\d.,/])(\d{1,4}(?:\.\d{1,4})?)(\s*)(mg|mcg|milligrams?|micrograms?)(?![\w/]|\s*/)", re.IGNORECASE)
_VOLUME = re.compile(r"(?<![\d.,/])(\d{1,3}(?:\.\d{1,3})?)(\s*)(ml|millilit(?:er|re)s?)(?!\w)", re.IGNORECASE)
_NIGHTLY = re.compile(r"\b(?:nightly|every night|each night|every evening|nocte|qhs|q\.h\.s\.?|qpm)(?!\w)", re.IGNORECASE)
_AT_NIGHT = re.compile(r"\b(?:at bedtime|at night|before bed(?:time)?|at hs|in the evening|hs)\b", re.IGNORECASE)
_NIGHT_WORDS = re.compile(r"\b(?:night\w*|bed\w*|evening|qhs|hs|nocte)\b", re.IGNORECASE)
_PLACES = (
    (re.compile(r"\b(?:under the tongue|sublingual(?:ly)?|sl|s\.l\.)(?!\w)", re.IGNORECASE), " under the tongue"),
    (re.compile(r"\b(?:to (?:the )?skin|topical(?:ly)?|transdermal(?:ly)?)\b", re.IGNORECASE), " to the skin"),
    (re.compile(r"\b(?:by mouth|po|p\.o\.|orally|oral)(?!\w)", re.IGNORECASE), " by mouth"),
)
_MORNING_WORDS = re.compile(r"\b(?:morning|qam|mane)\b", re.IGNORECASE)
_NIGHT, _MORN = frozenset({"HS", "NIGHT", "EVE", "EVE.late"}), frozenset({"MORN", "MORN.early", "MORN.late"})
_COUNTED = frozenset({"capsule", "tablet", "drops"})
_REPLACED = (
    "sequence",
    "text",
    "timing",
    "doseAndRate",
    "asNeededBoolean",
    "asNeededCodeableConcept",
    "maxDosePerPeriod",
    "doseQuantity",
    "doseRange",
)
_BOUNDS = ("boundsDuration", "boundsRange", "boundsPeriod", "count", "countMax", "duration", "durationMax", "durationUnit")
_RHYTHM = ("frequency", "frequencyMax", "period", "periodMax", "periodUnit", "dayOfWeek")
_UCUM = "http://unitsofmeasure.org"
_FINEST = Decimal("0.001")
_ABSURD = 1_000_000  # no amount of one dose or one supply, and more than arithmetic to a thousandth can hold
_CHECK_QUANTITY = "The quantity to dispense stays as it was: check it"
Doses = tuple[tuple[Decimal, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A changed order; `left` says what of it could not be made to fit, and has to be looked at."""

    order: Json
    left: str = ""


def set_dose(order: Json, daily_mg: Decimal, now_mg: Decimal | None, form: Form) -> Iterator[Written]:
    """The order with this many milligrams a day instead of those that it gives now: in the client's words, else written anew."""
    scaled = _scaled_order(order, daily_mg, now_mg, form) if now_mg is not None and now_mg > 0 else None
    if scaled is not None:
        yield scaled
    yield from schedule(order, ((daily_mg, None),), form)


def _scaled_order(order: Json, daily_mg: Decimal, now_mg: Decimal, form: Form) -> Written | None:
    """The order with every amount changed in its place, and its supply with it."""
    scaled = rescale.set_dose(order, daily_mg, now_mg)
    if scaled is None:
        return None
    kept = product.concept_of(scaled) == product.concept_of(order)
    if kept and not _deliverable(daily_mg, form):
        return None
    return _with_supply(scaled, order, daily_mg / now_mg, counted=kept and form.unit_mg is not None)


def _deliverable(mg: Decimal, form: Form) -> bool:
    """Can this dose be counted out in the units of the product, halves of a tablet too? What holds no units can."""
    if form.unit_mg is None or form.mg_per_ml is not None:
        return True
    parts = mg / form.unit_mg * (2 if form.name == "tablet" else 1)
    return parts == parts.to_integral_value()


def _with_supply(order: Json, before: Json, ratio: Decimal, *, counted: bool) -> Written:
    """A quantity in millilitres, or of units of unchanged strength, changes with the dose; another stays."""
    supply = before.get("dispenseRequest")
    quantity = supply.get("quantity") if isinstance(supply, dict) else None
    value = quantity.get("value") if isinstance(quantity, dict) else None
    if not isinstance(supply, dict) or not isinstance(quantity, dict) or not isinstance(value, int | Decimal) or not 0 < value < _ABSURD:
        return Written(order=order)
    unit = _unit(quantity)
    if unit in _VOLUME_UNITS or (counted and unit not in _MASS_UNITS):
        scaled = (Decimal(value) * ratio).to_integral_value(rounding="ROUND_CEILING")
        return Written(order={**order, "dispenseRequest": {**supply, "quantity": {**quantity, "value": int(scaled)}}})
    return Written(order=order)


def schedule(order: Json, doses: Doses, form: Form) -> Iterator[Written]:
    """The order with these daily doses, one after the other, once a day: each with its words, timing, length and amount.

    A product that the client names in words only, and whose units do not give all of them, is compounded in smaller units.
    """
    given = order.get("dosageInstruction")
    lines = given if isinstance(given, list) else [given]
    template = lines[0] if lines and isinstance(lines[0], dict) else {}
    if any(line is not None and not isinstance(line, dict) for line in lines):
        return
    out, unit = order, form.unit_mg
    if unit is not None and form.mg_per_ml is None and not all(mg % unit == 0 for mg, _ in doses):
        unit = _common(doses)
        smaller = _with_unit(order, unit)
        if smaller is None:
            return
        out = smaller
    made = Form(name=form.name, unit_mg=unit, mg_per_ml=form.mg_per_ml)
    new = [_step(template, mg, days, number, len(doses), made) for number, (mg, days) in enumerate(doses, start=1)]
    written = [line for line in new if line is not None]
    if len(written) != len(new):
        return
    alone = isinstance(given, dict) and len(written) == 1
    yield _dispensed({**out, "dosageInstruction": written[0] if alone else written}, order, doses, made)


def compound(order: Json, mg: Decimal) -> Iterator[Written]:
    """The order for one compounded capsule of this dose a day, instead of the product that it names or points at."""
    made = product.replaced(order, f"Naltrexone {_plain(mg)} mg capsule, compounded")
    if made is None:
        return
    given = made.get("dosageInstruction")
    lines = [_in_mass(line) for line in given] if isinstance(given, list) else _in_mass(given)
    yield from schedule({**made, "dosageInstruction": lines}, ((mg, None),), Form(name="capsule", unit_mg=mg))


def _in_mass(line: Any) -> Any:
    """The line with its amounts left to be written in milligrams: a volume of the old product says nothing of the new one."""
    if not isinstance(line, dict):
        return line
    rates = line.get("doseAndRate")
    mass = {"doseQuantity": {"value": 0, "unit": "mg", "system": _UCUM, "code": "mg"}}
    if not isinstance(rates, list):
        return line
    return {
        **line,
        "doseAndRate": [
            {**{key: value for key, value in rate.items() if key not in ("doseQuantity", "doseRange")}, **mass} if isinstance(rate, dict) else rate
            for rate in rates
        ],
    }


def in_the_morning(order: Json, daily_mg: Decimal, now_mg: Decimal | None, form: Form) -> Iterator[Written]:
    """The order at this daily dose, taken in the morning instead of at bedtime."""
    for written in [Written(order=order)] if daily_mg == now_mg else list(set_dose(order, daily_mg, now_mg, form)):
        given = written.order.get("dosageInstruction")
        lines = given if isinstance(given, list) else [given]
        moved = [_morning(line) if isinstance(line, dict) else None for line in lines]
        if all(line is not None for line in moved):
            yield Written(order={**written.order, "dosageInstruction": moved if isinstance(given, list) else moved[0]}, left=written.left)


def _morning(line: Json) -> Json | None:
    out = dict(line)
    for member in ("text", "patientInstruction"):
        if isinstance(line.get(member), str):
            out[member] = _AT_NIGHT.sub("in the morning", _NIGHTLY.sub("every morning", line[member]))
            if _NIGHT_WORDS.search(out[member]):
                return None
    timing = line.get("timing")
    if isinstance(timing, dict):
        repeat = _members(timing.get("repeat"))
        kept = {key: value for key, value in repeat.items() if key not in ("when", "timeOfDay", "offset")}
        rhythm = {} if "period" in kept else {"frequency": 1, "period": 1, "periodUnit": "d"}
        rest = {key: value for key, value in timing.items() if key != "code"}
        out["timing"] = {**rest, "repeat": {**kept, **rhythm, "when": ["MORN"]}}
    return out


def _members(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _common(doses: Doses) -> Decimal:
    """The largest unit of which every dose is a whole number."""
    return Decimal(gcd(*(int(mg / _FINEST) for mg, _ in doses))) * _FINEST


def _with_unit(order: Json, unit: Decimal) -> Json | None:
    """The order for units of this strength; None where a code, or more than one strength, names the product."""
    text = product.text_of(order)
    if text is None or len(_MASS.findall(text)) != 1:
        return None
    return product.renamed(order, _MASS.sub(f"{_plain(unit)} mg", text))


def _step(template: Json, mg: Decimal, days: int | None, number: int, count: int, form: Form) -> Json | None:
    """One line of the schedule, from the client's own first line; what we do not know of it stays."""
    out = {key: value for key, value in template.items() if key not in _REPLACED}
    if re.search(r"\d", str(out.get("patientInstruction") or "")):
        del out["patientInstruction"]  # an old dose in it would contradict
    if count > 1 or "sequence" in template:
        out["sequence"] = number if count > 1 else template["sequence"]
    timing = _members(template.get("timing"))
    repeat = _members(timing.get("repeat"))
    kept = {key: value for key, value in repeat.items() if key not in (*_BOUNDS, *_RHYTHM)}
    for member in ("when", "timeOfDay"):
        if isinstance(kept.get(member), list) and len(kept[member]) > 1:
            kept[member] = kept[member][-1:]
    length = {"boundsDuration": {"value": days, "unit": "days", "system": _UCUM, "code": "d"}} if days is not None else {}
    rest = {key: value for key, value in timing.items() if key not in ("code", "event", "repeat")}
    out["timing"] = {**rest, "repeat": {**length, "frequency": 1, "period": 1, "periodUnit": "d", **kept}}
    out["text"] = _said(template, mg, days, form)
    rates = template.get("doseAndRate")
    listed = rates if isinstance(rates, list) and rates else []
    if listed:
        changed = [_rewritten(rate, mg, form) for rate in listed]
        if any(rate is None for rate in changed):
            return None
        out["doseAndRate"] = changed
    elif isinstance(template.get("doseQuantity"), dict):  # STU3
        quantity = _amount(template["doseQuantity"], mg, form)
        if quantity is None:
            return None
        out["doseQuantity"] = quantity
    else:
        out["doseAndRate"] = [{"doseQuantity": {"value": _number(mg), "unit": "mg", "system": _UCUM, "code": "mg"}}]
    return out


def _rewritten(rate: Any, mg: Decimal, form: Form) -> Json | None:
    if not isinstance(rate, dict):
        return None
    span = rate.get("doseRange")
    old = rate.get("doseQuantity") or (span.get("high") if isinstance(span, dict) else None)
    if old is None:
        return rate
    quantity = _amount(old, mg, form) if isinstance(old, dict) else None
    return {**{key: value for key, value in rate.items() if key != "doseRange"}, "doseQuantity": quantity} if quantity is not None else None


def _amount(old: Json, mg: Decimal, form: Form) -> Json | None:
    """This dose in the unit of the old quantity: mass, volume, or a count of units."""
    unit = _unit(old)
    if unit in _MASS_UNITS:
        return {**old, "value": _number(mg * 1000 if unit in _MICRO else mg)}
    if unit in _VOLUME_UNITS:
        return {**old, "value": _number(mg / form.mg_per_ml)} if form.mg_per_ml else None
    return {**old, "value": _number(mg / form.unit_mg)} if form.unit_mg else None


def _unit(quantity: Json) -> str:
    return str(quantity.get("code") or quantity.get("unit") or "").casefold()


def _said(template: Json, mg: Decimal, days: int | None, form: Form) -> str:
    """Take 3 mg (2 capsules) by mouth once daily at bedtime for 14 days. Where it goes stays as the client said it."""
    text = str(template.get("text") or "")
    timing = _members(template.get("timing"))
    repeat = _members(timing.get("repeat"))
    listed = repeat.get("when")
    when = {code for code in (listed if isinstance(listed, list) else [listed]) if isinstance(code, str)} or timings.of_code(
        _names(timing.get("code"))
    ).moments
    way = f"{text} {' '.join(product.strings(template.get('route')))}"
    place = next((said for pattern, said in _PLACES if pattern.search(way)), "")
    night = when & _NIGHT or (not when and _NIGHT_WORDS.search(text))
    moment = " at bedtime" if night else " in the morning" if when & _MORN or (not when and _MORNING_WORDS.search(text)) else ""
    verb = "Apply" if form.name == "cream" else "Take"
    return f"{verb} {_plain(mg)} mg{_in_units(mg, form)}{place} once daily{moment}{f' for {days} days' if days is not None else ''}"


def _names(code: Any) -> tuple[str, ...]:
    """The codes and the words of a timing code, which the new timing leaves out."""
    concept = _members(code)
    listed = concept.get("coding")
    codings = [_members(one).get("code") for one in (listed if isinstance(listed, list) else [listed])]
    return tuple(name for name in (*codings, concept.get("text")) if isinstance(name, str) and len(name) <= MOST_CHARACTERS)


def _in_units(mg: Decimal, form: Form) -> str:
    if form.mg_per_ml:
        return f" ({_plain(mg / form.mg_per_ml)} mL)"
    if form.unit_mg and form.name in _COUNTED and mg % form.unit_mg == 0:
        count = mg / form.unit_mg
        return f" ({_plain(count)} {form.name.removesuffix('s')}{'' if count == 1 else 's'})"
    return ""


def _dispensed(order: Json, before: Json, doses: Doses, form: Form) -> Written:
    """The order with a quantity that lasts for the days of its supply; where that cannot be computed, it is said."""
    supply = before.get("dispenseRequest")
    quantity = supply.get("quantity") if isinstance(supply, dict) else None
    if not isinstance(supply, dict) or not isinstance(quantity, dict):
        return Written(order=order)
    length = supply.get("expectedSupplyDuration")
    days = length.get("value") if isinstance(length, dict) and str(length.get("code") or length.get("unit") or "") in ("d", "day", "days") else None
    each = form.mg_per_ml if _unit(quantity) in _VOLUME_UNITS else None if _unit(quantity) in _MASS_UNITS else form.unit_mg
    if isinstance(days, bool) or not isinstance(days, int | Decimal) or not 0 < days < _ABSURD or not each:
        return Written(order=order, left=_CHECK_QUANTITY)
    left, total = Decimal(days), Decimal(0)
    for mg, lasts in doses:
        spent = left if lasts is None else min(Decimal(lasts), left)
        total, left = total + mg / each * spent, left - spent
    value = int(total.to_integral_value(rounding="ROUND_CEILING"))
    return Written(order={**order, "dispenseRequest": {**supply, "quantity": {**quantity, "value": value}}})


def _plain(value: Decimal) -> str:
    return f"{value.quantize(_FINEST).normalize():f}"


def _number(value: Decimal) -> Decimal | int:
    value = value.quantize(_FINEST).normalize()
    return int(value) if value == value.to_integral_value() else value
