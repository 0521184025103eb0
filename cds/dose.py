"""How many milligrams a day does an order mean? The public door of the room that reads doses, `cds.dosing`.

Pure: reads neutral dosage lines, knows no FHIR shape, no HTTP, no clock. A refusal carries its reason.
"""

from cds.dosing.model import Amount, DosageLine, Dose, DoseClass, Step
from cds.dosing.read import dose_class, read
from cds.dosing.strength import Ratio, has_strength, own_strengths
from cds.dosing.timing import Rhythm, per_day, per_day_of_code
from cds.dosing.units import units

__all__ = [
    "Amount",
    "DosageLine",
    "Dose",
    "DoseClass",
    "Ratio",
    "Rhythm",
    "Step",
    "dose_class",
    "has_strength",
    "own_strengths",
    "per_day",
    "per_day_of_code",
    "read",
    "units",
]
