"""How a check puts dates, drugs and entries into words for a clinician.

Pure. Text from the chart comes in already safe to show (`Drug.label`, `Condition.label`).
"""

from collections.abc import Iterable
from datetime import date

from cards.model import Policy
from cds.dose import DoseClass, dose_class
from cds.exposure import Exposure, Standing
from cds.patient import Day, Kind, Medication, Order
from cds.recognise.coded import cut

_SHOWN = 8
MOST_BUTTONS = 3  # more orders to end than this are named, not offered one by one
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_VERB = {
    Kind.DRAFT: "drafted",
    Kind.REQUEST: "ordered",
    Kind.STATEMENT: "reported",
    Kind.DISPENSE: "filled",
    Kind.ADMINISTRATION: "given",
}


def on(day: date) -> str:
    """3 Feb 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def about_when(day: Day) -> str:
    """A day, or what is known of it: 3 Feb 2026, Feb 2026, 2026."""
    if day.earliest == day.latest:
        return on(day.earliest)
    if (day.earliest.year, day.earliest.month) == (day.latest.year, day.latest.month):
        return f"{_MONTHS[day.earliest.month - 1]} {day.earliest.year}"
    return str(day.earliest.year)


def ago(day: date, today: date) -> str:
    """today, yesterday, 4 days ago."""
    distance = (today - day).days
    return "today" if distance <= 0 else "yesterday" if distance == 1 else f"{distance} days ago"


def short(text: str, longest: int = 60) -> str:
    """The text, cut at a word."""
    return cut(text, longest)


def written(entry: Medication) -> str:
    """ordered 3 Feb 2026; empty when no date is known."""
    return written_as(entry, entry.written)


def written_as(entry: Medication, day: Day | None) -> str:
    """The same with another day: that of the newest of several entries."""
    return f"{_VERB[entry.kind]} {about_when(day)}" if day else ""


def product(orders: Iterable[Medication], policy: Policy) -> str:
    """Is it LDN or plain naltrexone that we speak of? LDN when every order is low-dose or unreadable but called so."""
    classes = [kind_of_dose(order, policy) for order in orders]
    return "LDN" if classes and all(found is DoseClass.LOW for found in classes) else "naltrexone"


def kind_of_dose(entry: Medication, policy: Policy) -> DoseClass:
    """Low, between, standard or unknown dose of naltrexone?"""
    return dose_class(entry.dose, entry.drug.product, entry.drug.low_dose_words, policy)


def entry_line(exposure: Exposure) -> str:
    """One line of a list: name, how it stands, dates, estimates called estimates."""
    entry = exposure.medication
    parts = [{Standing.ACTIVE: "active", Standing.STALE: "still listed as active"}.get(exposure.standing, "ended")]
    if entry.kind is Kind.DRAFT:
        parts = ["in this session's orders"]
    elif not entry.status:
        parts.append("status not recorded")
    elif entry.status == "on-hold":
        parts.append("on hold")
    if entry.as_needed:
        parts.append("as needed")
    if written(entry):
        parts.append(written(entry))
    if exposure.standing in (Standing.ACTIVE, Standing.STALE) and exposure.supply_end is not None:
        parts.append(f"supply to about {on(exposure.supply_end)}")
    elif exposure.standing is Standing.UNKNOWN_LAST_DOSE:
        parts.append("last dose not known")
    elif exposure.last is not None:
        parts.append(f"{'estimated last dose' if exposure.estimated else 'last dose'} {on(exposure.last)}")
    return f"{short(entry.drug.label, 80)}: {', '.join(parts)}"


def exposures(found: Iterable[Exposure]) -> str:
    """A Markdown list of medications: each drug, the newest entry of it in full, the others counted."""
    groups: dict[tuple[tuple[str, ...], str, bool, Standing], list[Exposure]] = {}
    for one in found:
        drug = one.medication.drug
        groups.setdefault((tuple(sorted(drug.ingredients)) or (drug.label,), drug.form, drug.long_acting, one.standing), []).append(one)
    lines = []
    for group in groups.values():
        newest = max(group, key=lambda one: one.last or (one.medication.written.latest if one.medication.written else date.min))
        others = {entry_line(one) for one in group} - {entry_line(newest)}
        lines.append(entry_line(newest) + (f" (and {len(others)} more of it)" if others else ""))
    return bullets(lines)


def bullets(lines: Iterable[str]) -> str:
    """A Markdown list, each entry once, the rest counted."""
    found = list(dict.fromkeys(lines))
    shown = [f"- {line}" for line in found[:_SHOWN]]
    if len(found) > _SHOWN:
        shown.append(f"- and {len(found) - _SHOWN} more")
    return "\n".join(shown)


def names(entries: Iterable[Medication]) -> str:
    """The first name, and how many others: oxycodone 5 mg and 2 more."""
    first, count = counted(entries)
    return first if count <= 1 else f"{first} and {count - 1} more"


def counted(entries: Iterable[Medication]) -> tuple[str, int]:
    """The first name, and how many drugs there are; the same ingredients count once."""
    found: dict[tuple[str, ...], str] = {}
    for entry in entries:
        found.setdefault(tuple(sorted(entry.drug.ingredients)) or (entry.drug.label,), entry.drug.short)
    return next(iter(found.values()), ""), len(found)


def references(*groups: Iterable[Medication]) -> tuple[str, ...]:
    """The references of these entries as the client sent them, each once."""
    return tuple(dict.fromkeys(entry.reference for group in groups for entry in group if entry.reference))


def drafts(orders: Iterable[Order]) -> tuple[Medication, ...]:
    """The medications behind these orders."""
    return tuple(order.medication for order in orders)
