"""What came under each prefetch key: a list, nothing, or a failure, each told apart.

`null` and a search without results mean that there is none; a missing key, an error OperationOutcome, a cut-off
page or junk mean that nobody could look, and are kept as gaps. (CDS Hooks 2.0, prefetch; Epic's "no results".)
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from cards.model import DataKey, Policy
from cds.call import Call, Json, Lack
from cds.fhir import dates
from cds.fhir.references import Shelf, is_anothers
from cds.patient import GapKind

_INCOMPLETE = frozenset({"timeout", "incomplete", "too-costly", "throttled", "processing", "exception", "transient"})
_OLDER = {"MedicationRequest": "MedicationOrder"}  # its name in DSTU2
_MILD = frozenset({"warning", "information"})
_DATE_FIELDS = {
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("effectiveDateTime", "effectivePeriod", "dateAsserted"),
    "MedicationDispense": ("whenHandedOver", "whenPrepared"),
    "MedicationAdministration": ("effectiveDateTime", "effectivePeriod"),
    "Observation": ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued"),
    "Procedure": ("performedDateTime", "performedPeriod"),
}


@dataclass(slots=True)
class Lists:
    """All lists of one call: `had` says which keys were answered, `gaps` what was wrong with which, and why if we tried to read it."""

    shelf: Shelf = field(default_factory=Shelf)
    had: set[str] = field(default_factory=set)
    gaps: list[tuple[DataKey, GapKind, Lack | None]] = field(default_factory=list)


def collect(call: Call, keys: tuple[DataKey, ...], policy: Policy, today: date, shelf: Shelf) -> Lists:
    """Which lists were had, with which resources, and what is missing? Keys we did not ask for are not read."""
    lists = Lists(shelf=shelf)
    for key in keys:
        lack = call.lacking.get(key.key)
        if key.key not in call.prefetch:
            lists.gaps.append((key, GapKind.NOT_FETCHED if lack is not None and lack.tried else GapKind.NOT_SENT, lack))
            continue
        page = _page(call.prefetch[key.key], key)
        kinds = list(page.faults)
        if page.more and not _far_enough(page, key, policy, today):
            kinds.append(GapKind.TRUNCATED)
        foreign = False
        for raw, full_url in page.resources:
            if is_anothers(raw, call.patient_id):
                foreign = True
                continue
            lists.shelf.add(raw, full_url)
        if foreign:
            kinds.append(GapKind.OTHER_PATIENT)
        if (GapKind.FAILED not in kinds and GapKind.UNREADABLE not in kinds) or page.resources:
            lists.had.add(key.key)
        lists.gaps += [(key, kind, lack if kind is GapKind.TRUNCATED else None) for kind in dict.fromkeys(kinds)]
    return lists


def suffices(value: Any, key: DataKey, policy: Policy, today: date) -> bool:
    """Can the pages behind this one not matter any more? For whom reads them one after the other."""
    return _far_enough(_page(value, key), key, policy, today)


@dataclass(slots=True)
class _Page:
    resources: list[tuple[Json, str]] = field(default_factory=list)
    faults: list[GapKind] = field(default_factory=list)
    more: bool = False


def _page(value: Any, key: DataKey) -> _Page:
    page = _Page()
    if isinstance(value, dict) and "resourceType" not in value and isinstance(value.get("resource"), dict):
        value = value["resource"]  # the envelope around prefetch values before CDS Hooks 1.0
    if value is None:
        return page
    if isinstance(value, list):
        page.faults.append(GapKind.UNREADABLE)
        entries: list[Any] = [{"resource": part} for part in value]
    elif not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        page.faults.append(GapKind.UNREADABLE)
        return page
    elif value["resourceType"] == "OperationOutcome":
        page.faults.append(GapKind.FAILED)
        return page
    elif value["resourceType"] != "Bundle":
        entries = [{"resource": value}]
    else:
        listed = value.get("entry")
        if listed is not None and not isinstance(listed, list):
            page.faults.append(GapKind.UNREADABLE)
            return page
        entries = listed or []
        page.more = _has_next(value)
    outcomes = []
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            page.faults.append(GapKind.UNREADABLE)
        elif resource["resourceType"] == "OperationOutcome":
            outcomes.append(resource)
        else:
            url = entry.get("fullUrl")
            page.resources.append((resource, url if isinstance(url, str) else ""))
    matches = sum(raw["resourceType"] in (key.resource, _OLDER.get(key.resource)) for raw, _ in page.resources)
    if page.resources and not matches:
        page.faults.append(GapKind.UNREADABLE)
    total = value.get("total") if isinstance(value, dict) else None
    if isinstance(total, int) and not isinstance(total, bool) and total > matches and not outcomes:
        page.more = True
    page.faults += [fault for outcome in outcomes if (fault := _judge(outcome, bool(page.resources))) is not None]
    return page


def _has_next(bundle: Json) -> bool:
    links = bundle.get("link")
    return isinstance(links, list) and any(isinstance(link, dict) and link.get("relation") == "next" for link in links)


def _judge(outcome: Json, beside_results: bool) -> GapKind | None:
    """Is this OperationOutcome a failure? A warning or information alone is how some EHRs say 'no results'."""
    issues = outcome.get("issue")
    issues = [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []
    told = [(str(issue.get("severity")), str(issue.get("code"))) for issue in issues]
    if any(severity not in _MILD for severity, _ in told) or not told:
        return GapKind.FAILED
    if beside_results and any(severity == "warning" and code in _INCOMPLETE for severity, code in told):
        return GapKind.TRUNCATED
    return None


def _far_enough(page: _Page, key: DataKey, policy: Policy, today: date) -> bool:
    """Does a newest-first page reach back past the look-back, so that what follows cannot matter?"""
    if not key.newest_first or key.lookback is None:
        return False
    found = [_day_of(raw) for raw, _ in page.resources if raw["resourceType"] == key.resource]
    dated = [day for day in found if day is not None]
    if not dated or len(dated) != len(found) or dated != sorted(dated, reverse=True):
        return False
    return today - dated[-1] > timedelta(days=policy.days(key.lookback))


def _day_of(raw: Json) -> date | None:
    for name in _DATE_FIELDS.get(raw["resourceType"], ()):
        value = raw.get(name)
        texts: Iterator[Any] = iter((value.get("end"), value.get("start")) if isinstance(value, dict) else (value,))
        for text in texts:
            found = dates.day(text) if isinstance(text, str) else None
            if found is not None:
                return found.latest
    return None
