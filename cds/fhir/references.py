"""References between resources: which one is meant, and whose it is.

Compared by their last two segments: EHRs send absolute and relative addresses of the same thing, versions
behind them, and ids far longer than FHIR allows (Epic). Nothing is ever fetched.
"""

from dataclasses import dataclass, field
from typing import Any

from cds.call import Json

_COMPARED = 20  # so many resources of one id are told apart; a hundred of them are no chart


def last_two(reference: str) -> str:
    """`Type/id` of a reference, whatever stands before or behind; fragments and URNs as they are."""
    reference = reference.strip().split("|")[0]
    if reference.startswith(("#", "urn:")):
        return reference
    parts = [part for part in reference.split("?")[0].split("/") if part]
    if "_history" in parts:
        parts = parts[: parts.index("_history")]
    return "/".join(parts[-2:])


def name_of(raw: Json) -> str | None:
    """`Type/id` of a resource; None when it has no usable id."""
    kind, number = raw.get("resourceType"), raw.get("id")
    usable = isinstance(kind, str) and isinstance(number, str) and kind.strip() and number.strip()
    return f"{kind}/{number}" if usable else None


def subject_of(raw: Json) -> str | None:
    """Whose is this resource? The patient's id; None when it does not say or says it in another way than by reference."""
    if raw.get("resourceType") == "Patient":
        return raw["id"] if isinstance(raw.get("id"), str) else None
    for member in ("subject", "patient"):
        value = raw.get(member)
        reference = value.get("reference") if isinstance(value, dict) else None
        if isinstance(reference, str) and reference.strip():
            kind, _, number = last_two(reference).rpartition("/")
            if kind == "Patient" or (not kind and number and not number.startswith(("#", "urn:"))):
                return number
            return reference if kind in ("Group", "Device", "Location") else None
    return None


def is_anothers(raw: Json, patient_id: str) -> bool:
    """Is this resource said to be another patient's? An appointment is one when patients take part and this one does not."""
    if raw.get("resourceType") == "Appointment":
        patients = _booked_for(raw)
        return bool(patients) and patient_id not in patients
    return subject_of(raw) not in (None, patient_id)


def _booked_for(raw: Json) -> frozenset[str]:
    """The patients among the participants; one alone may come without a list around it."""
    listed = raw.get("participant")
    actors = [part.get("actor") for part in (listed if isinstance(listed, list) else [listed]) if isinstance(part, dict)]
    names = [last_two(actor["reference"]) for actor in actors if isinstance(actor, dict) and isinstance(actor.get("reference"), str)]
    return frozenset(name.removeprefix("Patient/") for name in names if name.startswith("Patient/"))


def _alike(one: Json, other: Json) -> bool:
    """Do they say the same, whatever their metadata? JSON nested too deeply to compare is taken as different."""
    try:
        return {key: value for key, value in one.items() if key != "meta"} == {key: value for key, value in other.items() if key != "meta"}
    except RecursionError:
        return False


def subject_fault(raw: Json) -> str:
    """Which member that says whose this is cannot be read? Empty when none; the resource then counts as the patient's own."""
    for member in ("subject", "patient"):
        value = raw.get(member)
        if value is not None and not isinstance(value, dict):
            return member
        if isinstance(value, dict) and not isinstance(value.get("reference", ""), str):
            return f"{member}.reference"
    return ""


@dataclass(slots=True)
class Shelf:
    """All resources of a call by type, each once, and by every name that a reference may use.

    `clashes` are the names under which resources with different content came: both count.
    """

    by_type: dict[str, list[Json]] = field(default_factory=dict)
    by_name: dict[str, Json] = field(default_factory=dict)
    clashes: list[str] = field(default_factory=list)
    _listed: dict[str, list[Json]] = field(default_factory=dict)

    def add(self, raw: Json, full_url: str = "") -> None:
        """Put a resource on the shelf; the same one twice counts once."""
        name = name_of(raw)
        if name is not None:
            same = self._listed.setdefault(name, [])
            if any(raw is other or _alike(raw, other) for other in same[:_COMPARED]):
                return
            if same:
                self.clashes.append(name)
            same.append(raw)
        self.by_type.setdefault(raw["resourceType"], []).append(raw)
        self.name(raw, full_url)

    def name(self, raw: Json, full_url: str = "") -> None:
        """Let references find this resource without counting it as part of the chart."""
        name = name_of(raw)
        if name is not None:
            self.by_name.setdefault(name, raw)
        if full_url:
            self.by_name.setdefault(last_two(full_url), raw)

    def find(self, reference: str, inside: Any = None) -> Json | None:
        """Which resource does this reference mean? Contained ones of `inside` first; None when we do not have it."""
        if reference.startswith("#"):
            contained = inside.get("contained") if isinstance(inside, dict) else None
            for part in contained if isinstance(contained, list) else ():
                if isinstance(part, dict) and f"#{part.get('id')}" == reference:
                    return part
            return None
        return self.by_name.get(last_two(reference))
