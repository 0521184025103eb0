"""A scenario as a CDS Hooks request with R4 resources."""

from typing import Any

from cds.evaluate import prefetch_of
from tests.support.scenario import Scenario, birthday, day, dosage, moment

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_SYSTEMS = {
    "rxnorm": RXNORM,
    "ndc": "http://hl7.org/fhir/sid/ndc",
    "atc": "http://www.whocc.no/atc",
    "icd10": "http://hl7.org/fhir/sid/icd-10-cm",
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
}
PATIENT = "pat-1"
_SUBJECT = {"reference": f"Patient/{PATIENT}"}
_CONTEXT = {"order-select": "draftOrders", "order-sign": "draftOrders", "medication-refill": "medications", "appointment-book": "appointments"}
_LISTS = {
    "medicationRequests": "MedicationRequest",
    "medicationStatements": "MedicationStatement",
    "medicationDispenses": "MedicationDispense",
    "medicationAdministrations": "MedicationAdministration",
    "conditions": "Condition",
    "allergies": "AllergyIntolerance",
    "laboratory": "Observation",
    "procedures": "Procedure",
    "pregnancyStatus": "Observation",
    "symptoms": "Observation",
    "appointments": "Appointment",
    "serviceRequests": "ServiceRequest",
}
_SIGNS = ("82810-3", "11449-6", "11778-8", "63895-7", "18185-9")


def request(scenario: Scenario, library: Any) -> dict[str, Any]:
    """The whole body of the call."""
    orders = [order(entry, number) for number, entry in enumerate(scenario.orders)]
    booking = scenario.hook == "appointment-book"
    orders += [plan({"kind": "appointment" if booking else "request", **entry}, f"plan-draft-{n}") for n, entry in enumerate(scenario.plans_ordered)]
    context: dict[str, Any] = {"userId": scenario.user, "patientId": PATIENT}
    if scenario.hook in _CONTEXT:
        context[_CONTEXT[scenario.hook]] = bundle(orders, "collection")
    if scenario.hook == "order-select":
        context["selections"] = [f"MedicationRequest/draft-{number}" for number in scenario.selected]
    chart = resources(scenario)
    prefetch = {
        key: bundle([one for one in chart if one["resourceType"] == kind and (kind != "Observation" or _observation_list(one) == key)])
        for key, kind in _LISTS.items()
        if key in prefetch_of(scenario.hook, library) and key not in scenario.not_sent
    }
    if "patient" in prefetch_of(scenario.hook, library) and "patient" not in scenario.not_sent:
        born = {"birthDate": birthday(scenario.born).isoformat()} if scenario.born is not None else {}
        prefetch["patient"] = {"resourceType": "Patient", "id": PATIENT, **born}
    return {
        "hook": scenario.hook,
        "hookInstance": "6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e",
        "context": context,
        "prefetch": prefetch,
    }


def _observation_list(raw: dict[str, Any]) -> str:
    return "symptoms" if "category" in raw else "pregnancyStatus" if _is_sign(raw) else "laboratory"


def _is_sign(raw: dict[str, Any]) -> bool:
    return any(coding["code"] in _SIGNS for coding in raw["code"].get("coding", ()))


def plan(entry: dict[str, Any], name: str) -> dict[str, Any]:
    """An appointment, an order for a procedure, or a procedure in preparation."""
    when = moment(entry)
    kind = entry.get("kind", "appointment")
    if kind == "appointment":
        start = {"start": when} if when else {}
        actor = [{"actor": {"reference": f"Patient/{PATIENT}"}, "status": "accepted"}]
        return {
            "resourceType": "Appointment",
            "id": name,
            "status": entry.get("status", "booked"),
            "description": entry["text"],
            "participant": actor,
            **start,
        }
    common = {"id": name, "subject": _SUBJECT, "code": {"text": entry["text"]}}
    if kind == "request":
        start = {"occurrenceDateTime": when} if when else {}
        return {"resourceType": "ServiceRequest", "status": entry.get("status", "active"), "intent": "order", **common, **start}
    start = {"performedDateTime": when} if when else {}
    return {"resourceType": "Procedure", "status": entry.get("status", "preparation"), **common, **start}


def bundle(entries: list[dict[str, Any]], kind: str = "searchset") -> dict[str, Any]:
    """A Bundle of these resources."""
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": entry} for entry in entries]}


def concept(entry: dict[str, Any], text: str | None) -> dict[str, Any]:
    """A CodeableConcept of the codes and the text of an entry."""
    out: dict[str, Any] = {}
    coding = [{"system": _SYSTEMS[name], "code": entry[name]} for name in _SYSTEMS if name in entry]
    if coding:
        out["coding"] = coding
    if text:
        out["text"] = text
    return out


def order(entry: dict[str, Any], number: int) -> dict[str, Any]:
    """A draft MedicationRequest."""
    out: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        "id": f"draft-{number}",
        "status": entry.get("status", "draft"),
        "intent": entry.get("intent", "order"),
        "subject": _SUBJECT,
        "authoredOn": day(0).isoformat(),
        "medicationCodeableConcept": concept(entry, entry.get("drug")),
    }
    if "do_not_perform" in entry:
        out["doNotPerform"] = entry["do_not_perform"]
    if lines := dosage_lines(entry):
        out["dosageInstruction"] = lines
    if "fill" in entry:
        out["dispenseRequest"] = {
            "expectedSupplyDuration": {"value": entry["fill"], "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"},
            "numberOfRepeatsAllowed": 3,
        }
    if "note" in entry:
        out["note"] = [{"text": entry["note"]}]
    if "reason" in entry:
        out["reasonCode"] = [{"text": entry["reason"]}]
    if "replaces" in entry:
        out["priorPrescription"] = {"reference": f"MedicationRequest/{entry['replaces']}"}
    return out


def dosage_lines(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """dosageInstruction of an entry, structured as far as the scenario says an amount."""
    found = []
    steps = dosage(entry)
    for number, step in enumerate(steps, start=1):
        line: dict[str, Any] = {"text": step["dose"]} if "dose" in step else {}
        if len(steps) > 1:
            line["sequence"] = number
        if "mg" in step:
            mg = step["mg"]
            value = int(mg) if mg == int(mg) else float(mg)
            line["timing"] = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
            line["doseAndRate"] = [{"doseQuantity": {"value": value, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}]
        if "days" in step:
            line.setdefault("timing", {}).setdefault("repeat", {})["boundsDuration"] = {"value": step["days"], "unit": "days", "code": "d"}
        if step["as_needed"]:
            line["asNeededBoolean"] = True
        found.append(line)
    return found


def resources(scenario: Scenario) -> list[dict[str, Any]]:
    """The chart."""
    found = [_medication(entry, number) for number, entry in enumerate(scenario.medications)]
    for number, entry in enumerate(scenario.conditions):
        out: dict[str, Any] = {
            "resourceType": "Condition",
            "id": f"cond-{number}",
            "subject": _SUBJECT,
            "code": concept(entry, entry.get("text")),
            "verificationStatus": _status(entry.get("verification", "confirmed")),
        }
        if entry.get("clinical", "active"):
            out["clinicalStatus"] = _status(entry.get("clinical", "active"))
        if "recorded" in entry:
            out["recordedDate"] = day(entry["recorded"]).isoformat()
        found.append(out)
    for number, entry in enumerate(scenario.allergies):
        out = {
            "resourceType": "AllergyIntolerance",
            "id": f"alg-{number}",
            "patient": _SUBJECT,
            "code": concept(entry, entry.get("text")),
            "clinicalStatus": _status(entry.get("clinical", "active")),
            "verificationStatus": _status(entry.get("verification", "confirmed")),
        }
        for name in ("type", "criticality"):
            if name in entry:
                out[name] = entry[name]
        if "reactions" in entry:
            out["reaction"] = [{"manifestation": [{"text": text}]} for text in entry["reactions"]]
        found.append(out)
    for number, entry in enumerate(scenario.results):
        out = {
            "resourceType": "Observation",
            "id": f"obs-{number}",
            "status": entry.get("status", "final"),
            "subject": _SUBJECT,
            "code": concept(entry, entry.get("test")),
        }
        if "taken" in entry:
            out["effectiveDateTime"] = f"{day(entry['taken']).isoformat()}T08:15:00Z"
        if "result" in entry:
            out["valueCodeableConcept"] = {"text": entry["result"]}
        if "value" in entry:
            unit = entry.get("unit", "U/L")
            out["valueQuantity"] = {"value": float(entry["value"]), "unit": unit, "code": unit}
            if "comparator" in entry:
                out["valueQuantity"]["comparator"] = entry["comparator"]
        if "upper" in entry:
            unit = entry.get("unit", "U/L")
            out["referenceRange"] = [{"high": {"value": float(entry["upper"]), "unit": unit, "code": unit}}]
        found.append(out)
    for number, entry in enumerate(scenario.signs):
        out = {
            "resourceType": "Observation",
            "id": f"sign-{number}",
            "status": "final",
            "subject": _SUBJECT,
            "code": {"coding": [{"system": _SYSTEMS["loinc"], "code": entry["loinc"]}]},
            "effectiveDateTime": day(entry.get("taken", 0)).isoformat(),
        }
        if "says" in entry:
            out["valueCodeableConcept"] = {"text": entry["says"]}
        if "due" in entry:
            out["valueDateTime"] = day(entry["due"]).isoformat()
        if "weeks" in entry:
            out["valueQuantity"] = {"value": entry["weeks"], "unit": "wk", "code": "wk"}
        found.append(out)
    for number, entry in enumerate(scenario.symptoms):
        out = {
            "resourceType": "Observation",
            "id": f"symptom-{number}",
            "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}]}],
            "subject": _SUBJECT,
            "code": {"text": entry["text"]},
            "valueCodeableConcept": {"text": entry.get("says", "Present")},
        }
        if "taken" in entry:
            out["effectiveDateTime"] = day(entry["taken"]).isoformat()
        found.append(out)
    found += [plan(entry, f"plan-{number}") for number, entry in enumerate(scenario.plans)]
    for number, entry in enumerate(scenario.procedures):
        out = {
            "resourceType": "Procedure",
            "id": f"proc-{number}",
            "status": entry.get("status", "completed"),
            "subject": _SUBJECT,
            "code": concept(entry, entry.get("text")),
        }
        if "done" in entry:
            out["performedDateTime"] = day(entry["done"]).isoformat()
        found.append(out)
    return found


def _status(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def _medication(entry: dict[str, Any], number: int) -> dict[str, Any]:
    kind = entry.get("kind", "request")
    out: dict[str, Any] = {
        "id": entry.get("id", f"med-{number}"),
        "status": entry.get("status", "active"),
        "subject": _SUBJECT,
        "medicationCodeableConcept": concept(entry, entry.get("drug")),
    }
    written = day(entry["written"]).isoformat() if "written" in entry else None
    ended = day(entry["ended"]).isoformat() if "ended" in entry else None
    if "at" in entry:
        written = ended = f"{day(entry.get('written', 0)).isoformat()}T{entry['at']}:00Z"
    if kind == "request":
        out |= {"resourceType": "MedicationRequest", "intent": entry.get("intent", "order")}
        if written:
            out["authoredOn"] = written
        if ended:
            out["dosageInstruction"] = [{"timing": {"repeat": {"boundsPeriod": {"end": ended}}}}]
        if "supply" in entry:
            out["dispenseRequest"] = {"expectedSupplyDuration": {"value": entry["supply"], "code": "d", "unit": "days"}}
        if "do_not_perform" in entry:
            out["doNotPerform"] = entry["do_not_perform"]
    elif kind == "statement":
        out["resourceType"] = "MedicationStatement"
        period = {key: value for key, value in (("start", written), ("end", ended)) if value}
        if period:
            out["effectivePeriod"] = period
    elif kind == "dispense":
        out["resourceType"] = "MedicationDispense"
        if written:
            out["whenHandedOver"] = written
        if "supply" in entry:
            out["daysSupply"] = {"value": entry["supply"], "unit": "days"}
        if "of" in entry:
            out["authorizingPrescription"] = [{"reference": f"MedicationRequest/{entry['of']}"}]
    elif kind == "administration":
        out["resourceType"] = "MedicationAdministration"
        if written:
            out["effectiveDateTime"] = written
        if "of" in entry:
            out["request"] = {"reference": f"MedicationRequest/{entry['of']}"}
    if "because" in entry:
        out["statusReason"] = [{"text": entry["because"]}] if kind == "statement" else {"text": entry["because"]}
    if "mg" in entry or "steps" in entry:
        ends = out.pop("dosageInstruction", [{}])[0]
        lines = dosage_lines(entry)
        out["dosage" if kind == "statement" else "dosageInstruction"] = [{**ends, **lines[0]}, *lines[1:]]
    elif "dose" in entry:
        name = "dosage" if kind in ("administration", "statement") else "dosageInstruction"
        out[name] = {"text": entry["dose"]} if kind == "administration" else [{**(out.get(name) or [{}])[0], "text": entry["dose"]}]
    if "route" in entry:
        name = "dosage" if kind in ("administration", "statement") else "dosageInstruction"
        line = {"route": {"text": entry["route"]}}
        out[name] = line if kind == "administration" else [{**(out.get(name) or [{}])[0], **line}]
    return out
