"""Does a draft fit R4B by the book? For the report only; a draft is never refused or dropped for this.

The one place that imports fhir.resources. Epic sends STU3 shapes labelled R4, categories as objects and ids
of 200 characters: an invalid draft is normal and counts for safety like any other.
"""

from fhir.resources.R4B.medicationrequest import MedicationRequest
from pydantic import ValidationError

from cds.call import Json

_MOST = 8


def faults(raw: Json) -> tuple[str, ...]:
    """Which elements of this MedicationRequest does R4B not accept? Paths only, no values; empty when it is valid."""
    if raw.get("resourceType") != "MedicationRequest":
        return ()
    try:
        MedicationRequest.model_validate(raw)
    except ValidationError as error:
        places = dict.fromkeys(".".join(str(step) for step in entry["loc"]) or "the whole resource" for entry in error.errors())
        return tuple(places)[:_MOST]
    except (ValueError, TypeError, AttributeError, LookupError, ImportError, RecursionError, OverflowError, AssertionError):
        # the library trips over some shapes instead of reporting them: that, too, is only a remark
        return ("the whole resource",)
    return ()


def warm() -> None:
    """Build the models once, so that the first call does not pay for it."""
    faults({"resourceType": "MedicationRequest", "status": "draft", "intent": "order", "subject": {"reference": "Patient/1"}})
