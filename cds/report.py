"""What ?explain=true tells: every finding's outcome with its reason, what was recognised, what was missing.

Pure. Serves integration teams; holds chart content, so it is only ever sent back to the caller, never logged.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from cards.finding import Finding, Outcome
from cards.model import Library
from cds.call import Json
from cds.checks import wording
from cds.exposure import Exposure
from cds.fhir import validation
from cds.fhir.picture import Reading
from cds.patient import Day, Lab, Medication, Picture, Sign, Unknown, known

_OFF: Json = {"outcome": Outcome.NOT_APPLICABLE.value, "reason": "switched off by the site profile"}
_LATER: Json = {"outcome": Outcome.NOT_ASSESSED.value, "reason": "this version does not ask this question"}


def doses(picture: Picture, library: Library) -> list[Json]:
    """The dose of each naltrexone order, as FINDINGS.md shapes it; `dailyMg` is left out when it cannot be computed."""
    out = []
    for order in picture.orders:
        if not order.drug.is_naltrexone:
            continue
        dose = order.medication.dose
        entry: Json = {"order": order.medication.reference or f"#{order.index}"}
        if dose.daily_mg is not None and dose.highest_mg is not None:
            entry["dailyMg"] = _plain(dose.daily_mg)
            entry["maxDailyMg"] = _plain(dose.highest_mg)
            entry["steps"] = [{"dailyMg": _plain(step.daily_mg), **({"days": step.days} if step.days else {})} for step in dose.steps]
            entry["basis"] = dose.basis
        out.append({"key": order.key, "dose": entry})
    return out


def _plain(value: Decimal) -> int | float:
    number = float(round(value, 6))
    return int(number) if number.is_integer() else number


def explain(findings: Sequence[Finding], found: Sequence[Exposure], reading: Reading, library: Library) -> Json:
    """Why the answer is what it is: the outcome of every finding, and what was read. `found` is how each medication stands."""
    picture = reading.picture
    if picture.by_patient:
        return _without_chart(findings, library)
    missing = {
        name: value.why
        for name, value in (
            ("medications", picture.medications),
            ("conditions", picture.conditions),
            ("allergies", picture.allergies),
            ("results", picture.labs),
            ("procedures", picture.procedures),
            ("pregnancy status", picture.signs),
            ("planned operations", picture.planned),
            ("birth date", picture.born),
        )
        if isinstance(value, Unknown)
    }
    standing = {one.medication.key: one.standing.value for one in found}
    return {
        "knowledgeVersion": library.version,
        **_site(library),
        "findings": {one.code: _outcome(one) for one in findings} | _unasked(library),
        "orders": [_drug(order.medication, library, "in focus" if order.in_focus else "context") for order in picture.orders],
        "drugs": [_drug(one, library, standing.get(one.key, "does not count")) for one in known(picture.medications)],
        "conditions": [
            {
                "label": one.label,
                "concepts": sorted(one.concepts),
                "state": "active" if one.active else "past" if one.past else "refuted",
                **_reference(one.reference),
            }
            for one in known(picture.conditions)
        ],
        "allergies": [{"label": one.label, "classes": sorted(one.drug.classes), **_reference(one.reference)} for one in known(picture.allergies)],
        "results": [
            {"label": one.label, "concepts": sorted(one.concepts), "result": one.result.value, **_reference(one.reference)}
            for one in known(picture.screens)
        ]
        + [{"label": one.test, "result": _lab(one), **_reference(one.reference)} for one in known(picture.labs)]
        + [{"label": one.concept, "result": _sign(one), **_reference(one.reference)} for one in known(picture.signs)],
        "operations": [{"label": one.label, "when": _when(one.when), **_reference(one.reference)} for one in known(picture.planned)],
        "born": "not known" if isinstance(picture.born, Unknown) else "known",
        "missing": missing,
        "gaps": [{"key": gap.key, "why": gap.reason, "what": gap.words} for gap in picture.gaps],
        "malformed": list(picture.malformed),
        "draftsNotValidR4B": [
            {"order": f"#{index}", "elements": list(invalid)} for index, raw in enumerate(reading.drafts) if (invalid := validation.faults(raw))
        ],
    }


def _without_chart(findings: Sequence[Finding], library: Library) -> Json:
    """What a patient or relative may be told: each finding's outcome. Reasons, drugs, conditions and results are the chart."""
    outcomes = {one.code: {"outcome": one.outcome.value} for one in findings}
    return {"knowledgeVersion": library.version, **_site(library), "findings": outcomes | _unasked(library)}


def _site(library: Library) -> Json:
    """The site profile behind the answer, where there is one."""
    site = library.site
    return {"siteProfile": {"name": site.name, "version": site.version, "signedBy": site.signed_by, "signedOn": site.signed_on}} if site else {}


def _unasked(library: Library) -> Json:
    """The findings that nobody asks for here: not in this version, or not at this site."""
    return dict.fromkeys(library.later, _LATER) | dict.fromkeys(library.site.off if library.site else (), _OFF)


def invalid_drafts(reading: Reading) -> int:
    """How many drafts does R4B not accept?"""
    return sum(bool(validation.faults(raw)) for raw in reading.drafts)


def _outcome(finding: Finding) -> dict[str, Any]:
    return {"outcome": finding.outcome.value, "reason": finding.reason}


def _lab(one: Lab) -> str:
    if one.value is None:
        return "could not be read"
    limit = f", upper limit {one.upper:f}" if one.upper is not None else ""
    return f"{one.comparator}{one.value:f} {one.unit or '(unit not known)'}{limit}"


def _sign(one: Sign) -> str:
    said = one.due.isoformat() if one.due else f"{one.weeks} weeks" if one.weeks is not None else one.says.value if one.says else ""
    return said or "says nothing that can be read"


def _when(day: Day | None) -> str:
    return "no date" if day is None else wording.at(day.local) if day.local else wording.about_when(day)


def _reference(reference: str | None) -> Json:
    return {"reference": reference} if reference else {}


def _drug(one: Medication, library: Library, standing: str) -> Json:
    out: Json = {
        "label": one.drug.label,
        "standing": standing,
        "recognised": one.drug.recognised,
        "parts": sorted(one.drug.parts),
        "classes": sorted(one.drug.classes),
        "ingredients": list(one.drug.ingredients),
        **_reference(one.reference),
    }
    if one.drug.is_naltrexone:
        out["dose"] = wording.kind_of_dose(one, library.policy).value
        if one.dose.why_not:
            out["doseNotRead"] = one.dose.why_not
    return {key: value for key, value in out.items() if value not in ("", [], None)}
