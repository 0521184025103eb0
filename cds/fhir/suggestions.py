"""A check's proposal to a suggestion: the client's own JSON with only the named paths changed.

Nothing is rebuilt from a model: what we do not understand stays as it came. Only the containers on the way to
a changed path are copied, so that even very deep JSON is safe. One action per suggestion (SUG-15).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cards.finding import Change, Proposal
from cards.model import Orderable
from cds.call import Json
from cds.fhir import dates, dosing
from cds.fhir.references import name_of

_STATUS = {Change.HOLD: "on-hold", Change.END: "stopped"}


def action(proposal: Proposal, raw: Json, label: str) -> Json | None:
    """Which action does the proposal become? None when the client's resource has no id to point at."""
    name = name_of(raw)
    if name is None:
        return None
    if proposal.change is Change.REMOVE_DRAFT:
        return {"type": "delete", "description": label, "resourceId": name}
    if proposal.change in _STATUS:
        return {"type": "update", "description": label, "resource": {**raw, "status": _STATUS[proposal.change]}}
    if proposal.change is Change.SET_DOSE and proposal.daily_mg is not None and proposal.now_mg is not None:
        changed = dosing.set_dose(raw, proposal.daily_mg, proposal.now_mg)
        return {"type": "update", "description": label, "resource": changed} if changed is not None else None
    if proposal.change is Change.NOT_BEFORE and proposal.day is not None:
        return {"type": "update", "description": label, "resource": not_before(raw, proposal.day, proposal.facts["date"])}
    return None


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
