"""Are there two therapies with naltrexone, one not taking the place of the other?"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from cards.finding import Change, Finding, Outcome, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.dose import DoseClass
from cds.exposure import Exposure, Standing, is_on_board, naltrexones
from cds.patient import Kind, Medication, Order, Picture, Unknown

CODE = "duplicate-naltrexone"
_ORAL_STANDARD, _ORAL_LOW = "tablets", "low dose"
_INJECTED = frozenset({"depot-injection", "implant"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Two drafts, a second active order beside the one that the draft replaces, or another product class."""
    if not scene.prescribing or not scene.naltrexone_in_focus:
        return not_applicable(CODE, "no naltrexone order in focus")
    drafts = tuple(order for order in scene.orders if order.drug.is_naltrexone)
    first = next(order for order in drafts if order.in_focus)
    others = tuple(order for order in drafts if order.key != first.key)
    standing = _therapies(scene, picture, policy, today)
    kept = _not_replaced(drafts, standing, policy, lambda entry: regimen.is_intended(entry, scene, picture, policy, today))
    if not others and not kept:
        if isinstance(picture.medications, Unknown):
            return not_assessed(CODE, picture.medications.why)
        return clear(CODE, "no second therapy with naltrexone")
    entries = (*wording.drafts(drafts), *(found.medication for found in kept))
    variant = _variant(entries, policy)
    other = (*(found.medication for found in kept), *wording.drafts(others))[0]
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(drafts)} drafts and {len(kept)} active therapies",
        variant=variant,
        facts={
            "first": _named(first.medication, policy),
            "second": _named(other, policy),
            "list": wording.bullets(_line(entry) for entry in entries),
        },
        about=wording.references(entries),
        orders=tuple(order.key for order in drafts if order.in_focus),
        proposals=(*_stop(kept), *_remove(others)),
    )


def _class(entry: Medication, policy: Policy) -> str:
    """Which product class is it? Standard and low dose are two; an unreadable oral dose is taken as low, to be quiet."""
    if entry.drug.product in (*_INJECTED, "combination"):
        return entry.drug.product
    return _ORAL_STANDARD if wording.kind_of_dose(entry, policy) in (DoseClass.STANDARD, DoseClass.BETWEEN) else _ORAL_LOW


def _therapies(scene: Scene, picture: Picture, policy: Policy, today: date) -> tuple[Exposure, ...]:
    """The therapies that the patient has now: each active order; other entries only of a product that no order tells of."""
    now = [
        found
        for found in naltrexones(scene.found)
        if found.standing is not Standing.STALE
        and not found.medication.drafted
        and not found.medication.drug.conflict
        and is_on_board(found, picture.asked, policy, today)
    ]
    ordered = [found for found in now if found.medication.kind is Kind.REQUEST]
    told = {_class(found.medication, policy) for found in ordered}
    told |= {_class(found.medication, policy) for found in naltrexones(scene.found) if found.medication.drafted}
    rest: dict[str, Exposure] = {}
    for found in now:
        if found.medication.kind is not Kind.REQUEST and _class(found.medication, policy) not in told:
            rest.setdefault(_class(found.medication, policy), found)
    return (*ordered, *rest.values())


def _not_replaced(
    drafts: tuple[Order, ...], standing: tuple[Exposure, ...], policy: Policy, is_intended: Callable[[Medication], bool]
) -> tuple[Exposure, ...]:
    """What stays beside the drafts? Each draft takes the place of the order that it names, or of the one order of its class.

    A draft that means low dose, and slipped by the decimal point, takes the place of low dose.
    """
    slip = policy.quantity("duplicate.split-up-to") * policy.quantity("slip.factor")
    left = list(standing)
    for order in drafts:
        named = [found for found in left if order.medication.replaces and found.medication.reference == order.medication.replaces]
        own = _class(order.medication, policy)
        highest = order.medication.dose.highest_mg
        if own == _ORAL_STANDARD and highest is not None and highest <= slip and is_intended(order.medication):
            own = _ORAL_LOW
        same = [found for found in left if _class(found.medication, policy) == own]
        replaced = named[:1] or (same if len(same) == 1 else [])
        left = [found for found in left if found not in replaced]
    return tuple(left)


def _variant(entries: Iterable[Medication], policy: Policy) -> str:
    listed = tuple(entries)
    if any(_is_standard(entry, policy) for entry in listed):
        return "standard"
    amounts = [entry.dose.highest_mg for entry in listed]
    known = [amount for amount in amounts if amount is not None]
    split = len(known) == len(listed) and sum(known, Decimal(0)) <= policy.quantity("duplicate.split-up-to")
    return "split" if split and all(_class(entry, policy) == _ORAL_LOW for entry in listed) else "two"


def _is_standard(entry: Medication, policy: Policy) -> bool:
    """Is it an injection or implant, or a standard daily dose? A combination counts by its dose where that can be read."""
    if entry.drug.product in _INJECTED:
        return True
    highest = entry.dose.highest_mg
    if highest is not None:
        return highest >= policy.quantity("dose.standard-from")
    return wording.kind_of_dose(entry, policy) is DoseClass.STANDARD


def _named(entry: Medication, policy: Policy) -> str:
    """LDN 3 mg a day (ordered 3 Feb 2026), so that two of the same name can be told apart; an injection by its name."""
    amount = entry.dose.highest_mg
    unread = amount is None or _is_lasting(entry)
    name = wording.short(entry.drug.short, 44) if unread else f"{_brief(entry, policy)} {wording.mg(amount)} a day"
    when = "" if entry.kind is Kind.DRAFT else wording.written(entry)
    return f"{name} ({when})" if when else name


def _brief(entry: Medication, policy: Policy) -> str:
    return wording.short(entry.drug.short, 44) if entry.drug.product == "combination" else wording.product((entry,), policy)


def _is_lasting(entry: Medication) -> bool:
    return bool(wording.lasting_product(entry))


def _line(entry: Medication) -> str:
    dose = f"{wording.mg(entry.dose.highest_mg)} a day" if entry.dose.highest_mg is not None else "daily dose not read"
    dose = wording.lasting_product(entry) or dose
    when = "in this session's orders" if entry.kind is Kind.DRAFT else wording.written(entry) or "active"
    return f"{wording.short(entry.drug.label, 80)}: {dose}, {when}"


def _stop(kept: tuple[Exposure, ...]) -> tuple[Proposal, ...]:
    orders = [found.medication for found in kept if found.medication.kind is Kind.REQUEST and found.medication.reference]
    return tuple(
        Proposal(change=Change.END, label="stop-old", order=entry.key, facts={"old": entry.drug.short}) for entry in orders[: wording.MOST_BUTTONS]
    )


def _remove(others: tuple[Order, ...]) -> tuple[Proposal, ...]:
    return tuple(
        Proposal(change=Change.REMOVE_DRAFT, label="remove", order=order.key, facts={"other": order.drug.short})
        for order in others[: wording.MOST_BUTTONS]
    )
