"""How a check puts dates, drugs and entries into words for a clinician.

Pure. Text from the chart comes in already safe to show (`Drug.label`, `Condition.label`).
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from cards.finding import Phrase
from cards.model import Policy
from cds.dose import DoseClass, dose_class
from cds.exposure import Exposure, Standing
from cds.patient import Day, Kind, Medication, Order
from cds.recognise.coded import cut, plain
from cds.recognise.drugs import Drug

_SHOWN = 8
_QUOTED = 80
OF_HIGHER_DOSES = frozenset({"pruritus"})
FEW = 2  # of several conditions so many are quoted, the others named
MOST_BUTTONS = 3  # more orders to end than this are named, not offered one by one
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# sold without a prescription, and rarely known to be opioids: never behind "and 3 more", and always with what they are
_WHAT_IT_IS = {"kratom": "a herbal that acts as an opioid", "tianeptine": "an antidepressant that acts as an opioid"}
# the products of which one dose lasts, by the words that a card has for them
LASTING = {"depot-injection": "injection", "implant": "implant"}
# what a card for the patient or a relative rests on: its own plain words, for the titles of the literature name the drug
PLAIN_ADVICE = ("service-booking",)
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


def at(moment: datetime) -> str:
    """3 Feb 2026 09:30, as the record wrote it; UTC is said, because it is nobody's clock on the wall."""
    return f"{on(moment.date())} {moment:%H:%M}{'' if moment.utcoffset() else ' UTC'}"


def capital(text: str) -> str:
    """The text with a capital at its front; abbreviations stay."""
    return text[:1].upper() + text[1:]


def mg(amount: Decimal | None) -> str:
    """1.5 mg; dose not known."""
    return f"{amount.normalize():f} mg" if amount is not None else "dose not known"


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


def quoted(text: str) -> str:
    """Words of the order, safe to show."""
    return plain(text, _QUOTED)


def written(entry: Medication) -> str:
    """ordered 3 Feb 2026; taken from 3 Feb 2026; empty when no date is known."""
    return written_as(entry, entry.written)


def dated_name(entry: Medication) -> str:
    """methotrexate 10 mg, ordered 3 Feb 2026."""
    when = "in this session's orders" if entry.kind is Kind.DRAFT else written(entry)
    return f"{short(entry.drug.label, 80)}{f', {when}' if when else ''}"


def written_as(entry: Medication, day: Day | None) -> str:
    """The same with another day: that of the newest of several entries."""
    if entry.began is not None and day == entry.written:
        return f"{'intended' if entry.status == 'intended' else 'taken'} from {about_when(entry.began)}"
    return f"{_VERB[entry.kind]} {about_when(day)}" if day else ""


def product(orders: Iterable[Medication], policy: Policy) -> str:
    """Is it LDN or plain naltrexone that we speak of? LDN when every order is low-dose or unreadable but called so."""
    classes = [kind_of_dose(order, policy) for order in orders]
    return "LDN" if classes and all(found is DoseClass.LOW for found in classes) else "naltrexone"


def lasting_product(entry: Medication) -> str:
    """injection or implant; empty for what is taken by mouth."""
    return LASTING.get(entry.drug.product, "")


def taken_product(entries: Iterable[Medication], policy: Policy) -> str:
    """What does the patient have: LDN, naltrexone, or an injection or implant of it?"""
    listed = tuple(entries)
    kinds = {lasting_product(entry) for entry in listed}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return f"naltrexone {kind}" if kind else product(listed, policy)


def holding(entries: Iterable[Medication]) -> tuple[Phrase, ...]:
    """How is it held? A dose by mouth is left out, an injection not repeated, an implant cannot be held."""
    kinds = {lasting_product(entry) or "oral" for entry in entries}
    return tuple(Phrase(f"holding-{kind}") for kind in ("oral", "injection", "implant") if kind in kinds)


def washout(drugs: Iterable[Drug]) -> str:
    """Which phrase says how long to wait after these opioids? The one of the longest wait."""
    listed = tuple(drugs)
    if any(drug.product == "depot-injection" for drug in listed):
        return "washout-depot"
    if any(drug.product in ("implant", "pump") for drug in listed):
        return "washout-implant"
    return "washout-long-acting" if any(drug.long_acting for drug in listed) else "washout-short-acting"


def washout_evidence(phrase: str) -> tuple[str, ...]:
    """Which sentence says what that wait rests on, where it is not the label's 7 to 10 days?"""
    return {"washout-short-acting": ()}.get(phrase, (phrase.replace("washout", "evidence"),))


def kind_of_dose(entry: Medication, policy: Policy) -> DoseClass:
    """Low, between, standard or unknown dose of naltrexone? Where the dose cannot be read, its reason may say that it is low."""
    says_low = entry.drug.low_dose_words or bool(entry.reasons & low_dose_uses(policy))
    return dose_class(entry.dose, entry.drug.product, says_low, policy)


def low_dose_uses(policy: Policy) -> frozenset[str]:
    """The conditions for which low dose is used. Not itching, of which we have evidence too: its doses are higher."""
    return frozenset(name for one in policy.indications for name in one.concepts) - OF_HIGHER_DOSES


def entry_line(exposure: Exposure) -> str:
    """One line of a list: name, how it stands, dates, estimates called estimates."""
    entry = exposure.medication
    parts = [_stands(exposure)]
    if entry.as_needed:
        parts.append("as needed")
    if entry.kind is not Kind.DRAFT:
        parts += _dates(exposure)
    return f"{_called(entry.drug)}: {', '.join(part for part in parts if part)}"


def _called(drug: Drug) -> str:
    """What the chart calls it, with what it is where few know that it is an opioid."""
    what = next((words for name, words in _WHAT_IT_IS.items() if name in drug.ingredients), "")
    return f"{short(drug.label, 80)}, {what}" if what else short(drug.label, 80)


def _stands(exposure: Exposure) -> str:
    entry = exposure.medication
    if entry.kind is Kind.DRAFT:
        return "in this session's orders"
    if entry.kind is Kind.ADMINISTRATION and exposure.standing is Standing.ENDED:
        return ""
    said = {Standing.ACTIVE: "active", Standing.STALE: "still listed, old entry"}.get(exposure.standing, "ended")
    if not entry.status:
        return f"{said}, status not recorded"
    return entry.status.replace("-", " ") if entry.status in ("on-hold", "intended") else said


def _dates(exposure: Exposure) -> list[str]:
    """Since when and until when, an estimate called one. A recorded end is no supply, and a day of giving no supply either."""
    entry, end = exposure.medication, exposure.supply_end
    begun = written(entry)
    if exposure.standing in (Standing.ACTIVE, Standing.STALE):
        recorded = entry.ended is not None and entry.ended.latest == end
        until = f"{'recorded end' if recorded else 'supply to about'} {on(end)}" if end is not None else ""
    elif exposure.standing is Standing.UNKNOWN_LAST_DOSE:
        until = "last dose not known"
    elif exposure.last is None or (entry.kind is Kind.ADMINISTRATION and entry.written is not None and entry.written.latest == exposure.last):
        until = ""
    elif exposure.estimated and end is not None and end > exposure.last:
        until = f"supply to about {on(end)} (estimate)"
    elif exposure.estimated:
        until = f"estimated last dose {on(exposure.last)}"
    elif entry.began is not None:
        return [f"{begun} to {on(exposure.last)}"]
    else:
        until = f"last dose {on(exposure.last)}" if entry.kind is Kind.ADMINISTRATION else f"recorded end {on(exposure.last)}"
    return [begun, until]


def exposures(found: Iterable[Exposure]) -> str:
    """A Markdown list of medications: each drug, the newest entry of it in full, the others counted."""
    groups: dict[tuple[tuple[str, ...], str, bool, Standing], list[Exposure]] = {}
    for one in found:
        drug = one.medication.drug
        groups.setdefault((tuple(sorted(drug.ingredients)) or (drug.label,), drug.form, drug.long_acting, one.standing), []).append(one)
    lines = []
    for group in sorted(groups.values(), key=lambda group: not set(group[0].medication.drug.ingredients) & set(_WHAT_IT_IS)):
        newest = max(group, key=lambda one: one.last or (one.medication.written.latest if one.medication.written else date.min))
        others = {entry_line(one) for one in group} - {entry_line(newest)}
        lines.append(entry_line(newest) + (f" (and {len(others)} more of it)" if others else ""))
    return bullets(lines)


def bullets(lines: Iterable[str]) -> str:
    """A Markdown list, each entry once and with a capital, the rest counted."""
    found = list(dict.fromkeys(line[:1].upper() + line[1:] for line in lines))
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
