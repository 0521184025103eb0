"""A scenario in words: read from TOML, checked for stray keys, with all days relative to one fixed today.

A scenario is written by a clinician and run twice: straight on the picture (`as_picture`) and as FHIR over HTTP
(`as_request`). The two must agree, and both must give what the scenario expects.
"""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

TODAY = date(2026, 3, 16)
FOLDER = Path(__file__).parent.parent / "scenarios"
_KEYS = {
    "says",
    "hook",
    "user",
    "born",
    "orders",
    "plans_ordered",
    "medications",
    "conditions",
    "allergies",
    "results",
    "signs",
    "symptoms",
    "procedures",
    "plans",
    "not_sent",
    "expect",
    "silent",
    "selected",
    "reads",
    "reads_not",
}
# what is told at every start, or on every open chart, of LDN, and of an order without a dosage: a scenario that does not
# speak of it does not mean it
USUAL = {"off-label-compounded", "lft-baseline", "lft-due", "titration-plan", "dose-unreadable", "titration-step-due", "response-review-due"}
_ENTRY_KEYS = {
    "orders": {
        "drug",
        "rxnorm",
        "ndc",
        "atc",
        "dose",
        "status",
        "do_not_perform",
        "route",
        "intent",
        "reason",
        "replaces",
        "mg",
        "steps",
        "as_needed",
        "fill",
        "note",
    },
    "medications": {
        "drug",
        "rxnorm",
        "ndc",
        "atc",
        "kind",
        "status",
        "written",
        "ended",
        "supply",
        "intent",
        "do_not_perform",
        "route",
        "of",
        "id",
        "at",
        "dose",
        "mg",
        "steps",
        "because",
    },
    "conditions": {"text", "icd10", "snomed", "clinical", "verification", "recorded"},
    "allergies": {"text", "rxnorm", "reactions", "clinical", "verification", "type", "criticality"},
    "results": {"test", "loinc", "result", "value", "upper", "taken", "status", "unit", "comparator"},
    "signs": {"loinc", "says", "due", "weeks", "taken"},
    "symptoms": {"text", "says", "taken"},
    "plans": {"text", "kind", "day", "clock", "offset", "status"},
    "plans_ordered": {"text", "day", "clock", "offset"},
    "procedures": {"text", "snomed", "status", "done"},
}


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One case: what is on the chart, what is ordered, and which findings must come out, with their indicator.

    `born` is the age in years on the day of the scenario, or None without a birth date. `plans` are appointments, orders
    and procedures in preparation on the chart, `plans_ordered` those of this call. `silent` names what must not come
    out, of the USUAL ones too. `reads` are words that the card of a finding must hold, headline or detail, `reads_not`
    words that it must not.
    """

    says: str
    file: str
    hook: str = "order-sign"
    user: str = "Practitioner/1"
    born: int | None = 47
    orders: list[dict[str, Any]] = field(default_factory=list)
    selected: list[int] = field(default_factory=list)
    medications: list[dict[str, Any]] = field(default_factory=list)
    conditions: list[dict[str, Any]] = field(default_factory=list)
    allergies: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    signs: list[dict[str, Any]] = field(default_factory=list)
    symptoms: list[dict[str, Any]] = field(default_factory=list)
    procedures: list[dict[str, Any]] = field(default_factory=list)
    plans: list[dict[str, Any]] = field(default_factory=list)
    plans_ordered: list[dict[str, Any]] = field(default_factory=list)
    not_sent: list[str] = field(default_factory=list)
    expect: dict[str, str] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    reads: dict[str, list[str]] = field(default_factory=dict)
    reads_not: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}: {self.says}"


def load_all() -> list[Scenario]:
    """Every scenario of every file, each key known."""
    found = []
    for path in sorted(FOLDER.glob("**/*.toml")):
        with path.open("rb") as handle:
            document = tomllib.load(handle, parse_float=Decimal)
        for raw in document["scenario"]:
            found.append(_scenario(raw, path.stem))
    return found


def _scenario(raw: dict[str, Any], file: str) -> Scenario:
    assert set(raw) <= _KEYS, f"{file}: {raw.get('says')}: unknown keys {set(raw) - _KEYS}"
    assert "expect" in raw, f"{file}: {raw.get('says')}: says nothing about what to expect"
    for name, keys in _ENTRY_KEYS.items():
        raw[name] = [{"drug": entry} if isinstance(entry, str) else entry for entry in raw.get(name, [])]
        for entry in raw[name]:
            assert set(entry) <= keys, f"{file}: {raw['says']}: {name} has unknown keys {set(entry) - keys}"
    if raw.get("born") == "not recorded":
        raw["born"] = None
    return Scenario(file=file, **raw)


def dosage(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The dosage lines of an entry: its words, and in structure one amount a day (`mg`) or steps of `mg`, `days` and `dose`."""
    steps = entry.get("steps") or ([{key: entry[key] for key in ("dose", "mg") if key in entry}] if {"dose", "mg"} & set(entry) else [])
    assert all(set(step) <= {"dose", "mg", "days"} for step in steps), steps
    return [{**step, "as_needed": entry.get("as_needed", False)} for step in steps]


def birthday(age: int) -> date:
    """The birth date of somebody who is this old today."""
    return TODAY.replace(year=TODAY.year - age)


def moment(entry: dict[str, Any]) -> str | None:
    """When a plan is to happen: a day, or a time with its offset; None without a date."""
    if "day" not in entry:
        return None
    when = day(entry["day"]).isoformat()
    return f"{when}T{entry['clock']}:00{entry.get('offset', 'Z')}" if "clock" in entry else when


def day(offset: int) -> date:
    """The day so many days after today; negative before."""
    return TODAY + timedelta(days=offset)
