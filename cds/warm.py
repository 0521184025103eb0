"""Pays for models and look-ups at start, so that the first caller does not wait for them.

Knows no HTTP. The patient in here is nobody, and the answer is thrown away.
"""

from datetime import datetime

from cards.model import Library
from cds import evaluate
from cds.call import Call
from cds.fhir import validation


def up(library: Library, now: datetime) -> None:
    """Judge one draft that has every element EHRs usually send: models are built when their element is first met."""
    validation.warm()
    patient = {"reference": "Patient/warm"}
    drug = {"coding": [{"system": "urn:warm", "code": "warm", "display": "warm"}], "text": "naltrexone 1.5 mg capsule"}
    dose = {"value": 1.5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    day = {"value": 30, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
    period = {"start": "2000-01-01", "end": "2000-01-31"}
    order = {
        "resourceType": "MedicationRequest",
        "id": "warm",
        "meta": {"versionId": "1"},
        "text": {"status": "empty", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>warm</div>"},
        "extension": [{"url": "urn:warm", "valueString": "warm"}],
        "identifier": [{"system": "urn:warm", "value": "warm"}],
        "status": "draft",
        "intent": "order",
        "category": [{"text": "warm"}],
        "medicationCodeableConcept": drug,
        "subject": patient,
        "reasonCode": [{"text": "warm"}],
        "note": [{"text": "warm"}],
        "dosageInstruction": [
            {
                "text": "1.5 mg at bedtime",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["HS"], "boundsPeriod": period}},
                "route": {"text": "oral"},
                "doseAndRate": [{"doseQuantity": dose, "type": {"text": "warm"}}],
                "maxDosePerPeriod": {"numerator": dose, "denominator": day},
            },
            {"doseAndRate": [{"doseRange": {"low": dose, "high": dose}}]},
        ],
        "dispenseRequest": {"validityPeriod": period, "quantity": dose, "expectedSupplyDuration": day},
        "substitution": {"allowedBoolean": True},
    }
    chart = {"resourceType": "Bundle", "entry": [{"resource": {**order, "status": "active", "medicationCodeableConcept": {"text": "oxycodone"}}}]}
    prefetch = dict.fromkeys(library.data) | {key.key: chart for key in library.data.values() if key.resource == "MedicationRequest"}
    call = Call(tenant="", service="", hook="order-sign", hook_instance="", patient_id="warm", orders=(order,), prefetch=prefetch)
    evaluate.answer(call, library, now, "", explain=True)
