"""Minimal typed views of the resources we read: only the fields that a check needs.

msgspec converts the decoded JSON once, in C. A field of the wrong type does not lose the resource: `read`
takes that field out, remembers it, and reads on. R4, R4B and STU3 shapes share a view where they differ in
a few fields only.
"""

import re
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from cds.call import Json


class Coding(msgspec.Struct, frozen=True):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(msgspec.Struct, frozen=True):
    coding: list[Coding] | None = None
    text: str | None = None


class Identifier(msgspec.Struct, frozen=True):
    value: str | None = None


class Reference(msgspec.Struct, frozen=True):
    reference: str | None = None
    display: str | None = None


class ConceptOrReference(msgspec.Struct, frozen=True):
    """R5's CodeableReference, which some R4 servers already send."""

    concept: Concept | None = None
    reference: Reference | None = None


class Quantity(msgspec.Struct, frozen=True):
    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    code: str | None = None


class Range(msgspec.Struct, frozen=True):
    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(msgspec.Struct, frozen=True):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(msgspec.Struct, frozen=True):
    start: str | None = None
    end: str | None = None


class Repeat(msgspec.Struct, frozen=True):
    boundsDuration: Quantity | None = None
    boundsPeriod: Period | None = None
    boundsRange: Range | None = None
    count: Decimal | None = None
    frequency: Decimal | None = None
    frequencyMax: Decimal | None = None
    period: Decimal | None = None
    periodMax: Decimal | None = None
    periodUnit: str | None = None
    when: list[str] | str | None = None
    timeOfDay: list[str] | None = None
    dayOfWeek: list[str] | str | None = None


class Timing(msgspec.Struct, frozen=True):
    event: list[str] | None = None
    repeat: Repeat | None = None
    code: Concept | None = None


class Rate(msgspec.Struct, frozen=True):
    type: Concept | None = None
    doseQuantity: Quantity | None = None
    doseRange: Range | None = None


class Dosage(msgspec.Struct, frozen=True):
    """Dosage of a request, statement or dispense; `doseQuantity` outside `doseAndRate` is STU3's."""

    sequence: int | None = None
    text: str | None = None
    patientInstruction: str | None = None
    timing: Timing | None = None
    asNeededBoolean: bool | None = None
    asNeededCodeableConcept: Concept | None = None
    route: Concept | None = None
    doseAndRate: list[Rate] | None = None
    doseQuantity: Quantity | None = None
    doseRange: Range | None = None
    dose: Quantity | None = None
    maxDosePerPeriod: list[Ratio] | Ratio | None = None


class DispenseRequest(msgspec.Struct, frozen=True):
    expectedSupplyDuration: Quantity | None = None
    numberOfRepeatsAllowed: int | None = None
    quantity: Quantity | None = None
    validityPeriod: Period | None = None


class Note(msgspec.Struct, frozen=True):
    text: str | None = None


class Medicine(msgspec.Struct, frozen=True):
    """MedicationRequest, MedicationStatement, MedicationDispense and MedicationAdministration in one view."""

    id: str | None = None
    status: str | None = None
    intent: str | None = None
    doNotPerform: bool | None = None
    taken: str | None = None
    notGiven: bool | None = None
    notDone: bool | None = None
    medicationCodeableConcept: Concept | None = None
    medicationReference: Reference | None = None
    medication: ConceptOrReference | None = None
    authoredOn: str | None = None
    dateWritten: str | None = None
    dateAsserted: str | None = None
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    whenHandedOver: str | None = None
    whenPrepared: str | None = None
    daysSupply: Quantity | None = None
    quantity: Quantity | None = None
    dosageInstruction: list[Dosage] | Dosage | None = None
    dosage: list[Dosage] | Dosage | None = None
    reasonCode: list[Concept] | Concept | None = None
    reasonReference: list[Reference] | Reference | None = None
    statusReason: list[Concept] | Concept | None = None
    note: list[Note] | None = None
    dispenseRequest: DispenseRequest | None = None
    request: Reference | None = None
    priorPrescription: Reference | None = None
    authorizingPrescription: list[Reference] | None = None
    basedOn: list[Reference] | None = None


class Ingredient(msgspec.Struct, frozen=True):
    itemCodeableConcept: Concept | None = None
    itemReference: Reference | None = None
    item: ConceptOrReference | None = None
    isActive: bool | None = None
    strength: Ratio | None = None
    strengthRatio: Ratio | None = None
    strengthQuantity: Quantity | None = None


class Product(msgspec.Struct, frozen=True):
    ingredient: list[Ingredient] | None = None


class MedicationProduct(msgspec.Struct, frozen=True):
    """Medication; `product.ingredient` is DSTU2's."""

    id: str | None = None
    code: Concept | None = None
    form: Concept | None = None
    doseForm: Concept | None = None
    amount: Ratio | None = None
    ingredient: list[Ingredient] | None = None
    product: Product | None = None


class ConditionView(msgspec.Struct, frozen=True):
    id: str | None = None
    code: Concept | None = None
    clinicalStatus: Concept | str | None = None
    verificationStatus: Concept | str | None = None
    onsetDateTime: str | None = None
    onsetPeriod: Period | None = None
    recordedDate: str | None = None
    assertedDate: str | None = None
    abatementDateTime: str | None = None
    abatementPeriod: Period | None = None
    abatementBoolean: bool | None = None
    abatementString: str | None = None
    abatementAge: Quantity | None = None


class Reaction(msgspec.Struct, frozen=True):
    substance: Concept | None = None
    manifestation: list[Concept] | None = None
    description: str | None = None


class AllergyView(msgspec.Struct, frozen=True):
    id: str | None = None
    code: Concept | None = None
    substance: Concept | None = None
    clinicalStatus: Concept | str | None = None
    verificationStatus: Concept | str | None = None
    type: str | Concept | None = None
    criticality: str | None = None
    recordedDate: str | None = None
    onsetDateTime: str | None = None
    reaction: list[Reaction] | None = None


class ReferenceRange(msgspec.Struct, frozen=True):
    text: str | None = None
    high: Quantity | None = None
    type: Concept | None = None
    meaning: Concept | None = None


class Component(msgspec.Struct, frozen=True):
    code: Concept | None = None
    valueQuantity: Quantity | None = None
    valueCodeableConcept: Concept | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None
    valueInteger: int | None = None
    valueDateTime: str | None = None
    valueRange: Range | None = None
    valueRatio: Any = None
    valueSampledData: Any = None
    valuePeriod: Any = None
    valueTime: Any = None
    dataAbsentReason: Any = None
    interpretation: list[Concept] | Concept | None = None
    referenceRange: list[ReferenceRange] | ReferenceRange | None = None


class ObservationView(Component, frozen=True):
    id: str | None = None
    status: str | None = None
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    effectiveInstant: str | None = None
    issued: str | None = None
    component: list[Component] | None = None


class ProcedureView(msgspec.Struct, frozen=True):
    id: str | None = None
    status: str | None = None
    notDone: bool | None = None
    category: list[Concept] | Concept | None = None
    code: Concept | None = None
    performedDateTime: str | None = None
    performedPeriod: Period | None = None


class AppointmentView(msgspec.Struct, frozen=True):
    """Appointment; `reason` and single concepts are STU3's."""

    id: str | None = None
    status: str | None = None
    serviceCategory: list[Concept] | Concept | None = None
    serviceType: list[Concept] | Concept | None = None
    specialty: list[Concept] | Concept | None = None
    appointmentType: Concept | None = None
    reasonCode: list[Concept] | Concept | None = None
    reason: list[Concept] | Concept | None = None
    description: str | None = None
    comment: str | None = None
    patientInstruction: str | None = None
    start: str | None = None
    end: str | None = None
    requestedPeriod: list[Period] | Period | None = None


class Events(msgspec.Struct, frozen=True):
    """A Timing of which only the days matter."""

    event: list[str] | None = None
    repeat: Repeat | None = None


class ServiceRequestView(msgspec.Struct, frozen=True):
    """ServiceRequest, and ProcedureRequest as STU3 has it."""

    id: str | None = None
    status: str | None = None
    intent: str | None = None
    doNotPerform: bool | None = None
    category: list[Concept] | Concept | None = None
    code: Concept | None = None
    orderDetail: list[Concept] | Concept | None = None
    occurrenceDateTime: str | None = None
    occurrencePeriod: Period | None = None
    occurrenceTiming: Events | None = None


class PatientView(msgspec.Struct, frozen=True):
    id: str | None = None
    birthDate: str | None = None


View = TypeVar("View", bound=msgspec.Struct)
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]")
_MOST_FAULTS = 40


def read(kind: type[View], raw: Json) -> tuple[View, tuple[str, ...]]:
    """What does this resource say, and which of its fields could not be read?

    Fields of a wrong type are left out and named by their path, such as `dosageInstruction[0].text`; in a resource
    with very many of them, the whole members that hold them.
    """
    faults: list[str] = []
    current: Any = raw
    while True:
        try:
            return msgspec.convert(current, kind), tuple(faults)
        except msgspec.ValidationError as error:
            steps = _place(str(error))
            if not steps:
                return kind(), (*faults, "the whole resource")
            if len(faults) >= _MOST_FAULTS:
                steps = steps[:1]
            faults.append(_path(steps))
            current = _without(current, steps)


def _place(message: str) -> list[str | int]:
    """Where does msgspec say the fault is? `… - at `$.a[0].b`` gives ["a", 0, "b"]."""
    _, found, place = message.rpartition(" - at `$")
    if not found:
        return []
    return [name or int(index) for name, index in _STEP.findall(place)]


def _path(steps: list[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _without(value: Any, steps: list[str | int]) -> Any:
    """The value with the part at `steps` taken out; everything else is shared, nothing is changed in place."""
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict) and isinstance(step, str):
        if not rest:
            return {key: part for key, part in value.items() if key != step}
        return {key: _without(part, rest) if key == step else part for key, part in value.items()}
    if isinstance(value, list) and isinstance(step, int):
        if not rest:
            return value[:step] + value[step + 1 :]
        return [_without(part, rest) if at == step else part for at, part in enumerate(value)]
    return None
