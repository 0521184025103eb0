"""The valid request of the conformance page: all prefetch answered, an active opioid, a draft naltrexone order."""

import copy
import json
from pathlib import Path
from typing import Any

from tests.support.as_request import PATIENT, RXNORM, bundle

REQUESTS = Path(__file__).parent.parent / "requests"
SUBJECT = {"reference": f"Patient/{PATIENT}"}
KEYS = (
    "medicationRequests",
    "medicationStatements",
    "medicationDispenses",
    "medicationAdministrations",
    "conditions",
    "allergies",
    "laboratory",
    "procedures",
    "pregnancyStatus",
    "symptoms",
    "appointments",
    "serviceRequests",
)


def naltrexone(**more: Any) -> dict[str, Any]:
    """A draft of 1.5 mg."""
    return {
        "resourceType": "MedicationRequest",
        "id": "draft-1",
        "status": "draft",
        "intent": "order",
        "subject": SUBJECT,
        "medicationCodeableConcept": {"text": "Naltrexone 1.5 mg capsule"},
        "dosageInstruction": [
            {
                "text": "Take 1.5 mg by mouth at bedtime",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1.5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}],
            }
        ],
        **more,
    }


def oxycodone(**more: Any) -> dict[str, Any]:
    """An active opioid."""
    return {
        "resourceType": "MedicationRequest",
        "id": "oxy-1",
        "status": "active",
        "intent": "order",
        "subject": SUBJECT,
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "1049621", "display": "oxycodone hydrochloride 5 MG Oral Tablet"}]},
        **more,
    }


def valid(hook: str = "order-sign", orders: list[Any] | None = None, **lists: Any) -> dict[str, Any]:
    """A complete call. `lists` replace prefetch values; by default one active oxycodone and nothing else."""
    drafts = bundle(orders if orders is not None else [naltrexone()], "collection")
    context: dict[str, Any] = {"userId": "Practitioner/1", "patientId": PATIENT}
    if hook in ("order-sign", "order-select"):
        context["draftOrders"] = drafts
    if hook == "order-select":
        context["selections"] = ["MedicationRequest/draft-1"]
    if hook == "medication-refill":
        context["medications"] = drafts
    if hook == "appointment-book":
        context["appointments"] = bundle([], "collection")
    prefetch: dict[str, Any] = {key: bundle([]) for key in KEYS}
    prefetch["patient"] = {"resourceType": "Patient", "id": PATIENT, "birthDate": "1979-03-02"}
    prefetch["medicationRequests"] = bundle([oxycodone()])
    prefetch |= lists
    return {"hook": hook, "hookInstance": "6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e", "context": context, "prefetch": prefetch}


def without(body: dict[str, Any], *path: str) -> dict[str, Any]:
    """A copy of the body without the member at this path."""
    out = copy.deepcopy(body)
    inner = out
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return out


def changed(body: dict[str, Any], value: Any, *path: str) -> dict[str, Any]:
    """A copy of the body with another value at this path."""
    out = copy.deepcopy(body)
    inner = out
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return out


def sample(name: str) -> dict[str, Any]:
    """A request kept word for word."""
    found: dict[str, Any] = json.loads((REQUESTS / name / "request.json").read_text(encoding="utf-8"))
    return found
