"""Charts of three sizes for the benchmark: about 5 KB/8, 61 KB/60 and 1.2 MB/1000 resources, realistic R4."""

from typing import Any

from tests.support.as_request import PATIENT, bundle
from tests.support.calls import KEYS, SUBJECT, naltrexone, oxycodone, valid

SIZES = {"5 KB / 8": (8, 0), "61 KB / 60": (60, 415), "1.2 MB / 1000": (1000, 565)}
_DRUGS = (
    ("617310", "atorvastatin 20 MG Oral Tablet"),
    ("314076", "lisinopril 10 MG Oral Tablet"),
    ("860975", "metformin hydrochloride 500 MG Oral Tablet"),
)
_PROBLEMS = (("M79.7", "Fibromyalgia"), ("I10", "Essential hypertension"), ("E78.5", "Hyperlipidemia, unspecified"))
_TESTS = (("1742-6", "Alanine aminotransferase", "U/L"), ("2951-2", "Sodium", "mmol/L"), ("718-7", "Hemoglobin", "g/dL"))


def body(size: str, opioid: bool) -> dict[str, Any]:
    """An order-sign call with a chart of this size; with or without an active oxycodone in it."""
    count, padding = SIZES[size]
    lists: dict[str, list[dict[str, Any]]] = {key: [] for key in KEYS}
    for number in range(count - 1):
        kind, resource = _resource(number, padding)
        lists[kind].append(resource)
    if opioid:
        lists["medicationRequests"].append(oxycodone())
    return valid(orders=[naltrexone()], **{key: bundle(found) for key, found in lists.items()})


def _resource(number: int, padding: int) -> tuple[str, dict[str, Any]]:
    text = {"status": "generated", "div": f"<div>{'n' * padding}</div>"} if padding else {"status": "empty"}
    common = {"id": f"r{number}", "meta": {"versionId": "1", "lastUpdated": "2026-01-05T10:00:00Z"}, "text": text}
    place = number % 10
    if place < 2:
        code, name = _DRUGS[number % 3]
        return "medicationRequests", {
            "resourceType": "MedicationRequest",
            **common,
            "status": "active",
            "intent": "order",
            "subject": SUBJECT,
            "authoredOn": "2026-01-05",
            "medicationCodeableConcept": {
                "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": code, "display": name}],
                "text": name,
            },
            "dosageInstruction": [{"text": "Take 1 tablet daily", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}],
        }
    if place == 2:
        code, name = _PROBLEMS[number % 3]
        return "conditions", {
            "resourceType": "Condition",
            **common,
            "subject": SUBJECT,
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code, "display": name}], "text": name},
            "recordedDate": "2024-03-01",
        }
    if place == 3 and number < 60:
        return "allergies", {
            "resourceType": "AllergyIntolerance",
            **common,
            "patient": {"reference": f"Patient/{PATIENT}"},
            "code": {"text": "Penicillin V"},
        }
    if place == 4:
        return "procedures", {
            "resourceType": "Procedure",
            **common,
            "status": "completed",
            "subject": SUBJECT,
            "code": {"text": "Colonoscopy"},
            "performedDateTime": "2023-05-05",
        }
    code, name, unit = _TESTS[number % 3]
    return "laboratory", {
        "resourceType": "Observation",
        **common,
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": name}], "text": name},
        "subject": SUBJECT,
        "effectiveDateTime": "2026-01-05T08:15:00Z",
        "valueQuantity": {"value": 22.5, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        "referenceRange": [{"high": {"value": 40.0, "unit": unit}}],
    }
