"""A check's proposal to a suggestion: the client's own JSON with only the named paths changed.

Nothing is rebuilt from a model: what we do not understand stays as it came. Only the containers on the way to
a changed path are copied, so that even very deep JSON is safe. One action per suggestion (SUG-15).
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from cards.finding import Change, Proposal
from cards.model import Orderable, Terminology
from cds.call import Json
from cds.fhir import dates, medications, product, rescale, reschedule
from cds.fhir.references import Shelf, name_of
from cds.fhir.reschedule import Written

_NIGHT = frozenset({"HS", "NIGHT", "EVE", "EVE.late"})
_STATUS = {Change.HOLD: "on-hold", Change.END: "stopped"}


def action(proposal: Proposal, raw: Json, label: str, shelf: Shelf, terminology: Terminology) -> Json | None:
    """Which action does the proposal become?

    None when the client's resource has no id to point at, and when a changed dose does not read back as exactly what the label claims.
    """
    name = name_of(raw)
    if name is None:
        return None
    if proposal.change is Change.REMOVE_DRAFT:
        return {"type": "delete", "description": label, "resourceId": name}
    if proposal.change in _STATUS:
        return {"type": "update", "description": label, "resource": {**raw, "status": _STATUS[proposal.change]}}
    if proposal.claims:
        for written in _with_dose(proposal, raw):
            if _reads_back(written.order, raw, proposal, shelf, terminology):
                left = [written.left, rescale.still_names(written.order, proposal.now_mg, [mg for mg, _ in proposal.claims])]
                said = ". ".join([label, *(one for one in left if one)])
                said = f"{said}." if said != label else label
                return {"type": "update", "description": said, "resource": written.order}
        return None
    if proposal.change is Change.NOT_BEFORE and proposal.day is not None:
        return {"type": "update", "description": label, "resource": not_before(raw, proposal.day, proposal.facts["date"])}
    return None


def _with_dose(proposal: Proposal, raw: Json) -> Iterator[Written]:
    """The ways in which the order can be written as the proposal says, the closest to the client's own first."""
    if proposal.change is Change.SCHEDULE:
        yield from reschedule.schedule(raw, proposal.schedule, proposal.form)
    elif proposal.daily_mg is None:
        return
    elif proposal.change is Change.COMPOUND:
        yield from reschedule.compound(raw, proposal.daily_mg)
    elif proposal.change is Change.MORNING:
        yield from reschedule.in_the_morning(raw, proposal.daily_mg, proposal.now_mg, proposal.form)
    else:
        yield from reschedule.set_dose(raw, proposal.daily_mg, proposal.now_mg, proposal.form)


def _reads_back(order: Json, before: Json, proposal: Proposal, shelf: Shelf, terminology: Terminology) -> bool:
    """Does the reader of doses find in the changed order exactly what the label claims, in structure and in words alike?"""
    entry, _ = medications.medication(order, "changed", shelf, terminology, draft=True)
    dose = entry.dose
    if entry.drug.product in terminology.strengths and product.text_of(order) != product.text_of(before):
        return False  # its code fixes the strength, whatever the words are changed to
    found = [(step.daily_mg, step.days) for step in dose.steps]
    wanted = [(mg, days if number < len(proposal.claims) - 1 else None) for number, (mg, days) in enumerate(proposal.claims)]
    if [mg for mg, _ in found] != [mg for mg, _ in wanted]:
        return False
    if proposal.schedule and [days for _, days in found[:-1]] != [days for _, days in wanted[:-1]]:
        return False
    if proposal.change is Change.MORNING and any(step.moments & _NIGHT for step in dose.steps):
        return False
    return not dose.structured or not dose.worded or [one.daily_mg for one in dose.structured] == [one.daily_mg for one in dose.worded]


def create(wanted: Orderable, label: str, patient_id: str, encounter_id: str | None) -> Json:
    """A draft order of this test for the patient of the call, for the prescriber to complete."""
    resource: Json = {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": wanted.system, "code": wanted.code, "display": wanted.display}], "text": wanted.text},
        "subject": {"reference": f"Patient/{patient_id}"},
    }
    if encounter_id and encounter_id.strip():
        resource["encounter"] = {"reference": f"Encounter/{encounter_id.strip().removeprefix('Encounter/')}"}
    return {"type": "create", "description": label, "resource": resource}


def not_before(order: Json, day: date, words: str) -> Json:
    """The order, to start on that day: said to the patient, and in the structure.

    Periods of the dosage that begin earlier move as a whole, so that later steps follow. Where the dosage counts
    its length in another way (boundsDuration, boundsRange), the day goes into the supply's validity instead.
    """
    given = order.get("dosageInstruction")
    lines: list[Any] = list(given) if isinstance(given, list) else [given] if isinstance(given, dict) else []
    if not lines or not isinstance(lines[0], dict):
        lines = [{}, *lines[1:]]
    first = dict(lines[0])
    said = first.get("patientInstruction")
    first["patientInstruction"] = (
        f"{said.rstrip()} Start not before {words}." if isinstance(said, str) and said.strip() else f"Start not before {words}."
    )
    lines[0] = first
    shift = _shift(lines, day)
    moved = [_moved(line, shift) for line in lines]
    start = _with_start(moved[0], day)
    out = {**order, "dosageInstruction": [start if start is not None else moved[0], *moved[1:]]}
    if start is None:
        supply = order.get("dispenseRequest")
        supply = dict(supply) if isinstance(supply, dict) else {}
        valid = supply.get("validityPeriod")
        out["dispenseRequest"] = {**supply, "validityPeriod": _period(valid if isinstance(valid, dict) else {}, day)}
    return out


def _repeat(line: Any) -> Mapping[str, Any]:
    timing = line.get("timing") if isinstance(line, dict) else None
    repeat = timing.get("repeat") if isinstance(timing, dict) else None
    return repeat if isinstance(repeat, dict) else {}


def _shift(lines: list[Any], day: date) -> timedelta:
    """By how much must the dosage move so that its first period begins on the day?"""
    bounds = _repeat(lines[0]).get("boundsPeriod")
    begins = dates.day(bounds.get("start")) if isinstance(bounds, dict) and isinstance(bounds.get("start"), str) else None
    return day - begins.earliest if begins is not None and begins.earliest < day else timedelta(0)


def _moved(line: Any, shift: timedelta) -> Any:
    bounds = _repeat(line).get("boundsPeriod")
    if not shift or not isinstance(bounds, dict):
        return line
    period = dict(bounds)
    for end in ("start", "end"):
        found = dates.day(period[end]) if isinstance(period.get(end), str) else None
        if found is not None:
            period[end] = (found.earliest + shift).isoformat()
    return _with_bounds(line, period)


def _with_bounds(line: Json, period: Json) -> Json:
    timing = line.get("timing")
    timing = timing if isinstance(timing, dict) else {}
    return {**line, "timing": {**timing, "repeat": {**_repeat(line), "boundsPeriod": period}}}


def _with_start(line: Any, day: date) -> Json | None:
    """The first dosage line, beginning on the day; None when it counts its length in another way."""
    repeat = _repeat(line)
    timing = line.get("timing")
    if "boundsDuration" in repeat or "boundsRange" in repeat or (timing is not None and not isinstance(timing, dict)):
        return None
    bounds = repeat.get("boundsPeriod")
    return _with_bounds(line, _period(bounds if isinstance(bounds, dict) else {}, day))


def _period(period: Mapping[str, Any], day: date) -> Json:
    out = {**period, "start": day.isoformat()}
    end = dates.day(out["end"]) if isinstance(out.get("end"), str) else None
    if end is not None and end.latest < day:
        del out["end"]
    return out
