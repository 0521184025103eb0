"""Does the patient have, or did they have, opioid use disorder?"""

from datetime import date, timedelta

from cards.finding import Finding, Outcome, Phrase, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, screens, wording
from cds.checks.scene import Scene
from cds.dose import DoseClass
from cds.patient import Condition, Order, Picture, Screen, Unknown, known
from cds.recognise.concepts import Result

CODE = "opioid-use-disorder"
_ACTIVE, _REMISSION = "oud-active", "oud-remission"
_PANEL = ("uds-opiates", "uds-fentanyl", "uds-buprenorphine")


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Critical when active at the start of LDN without a negative panel; else a warning. Not for standard-dose naltrexone."""
    if not scene.prescribing or not scene.naltrexone_in_focus:
        return not_applicable(CODE, "no naltrexone order in focus")
    orders = tuple(order for order in scene.naltrexone_orders if not _is_indication(wording.kind_of_dose(order.medication, policy)))
    if not orders:
        return not_applicable(CODE, "standard-dose naltrexone: the disorder is its indication")
    found = tuple(one for one in known(picture.conditions) if _counts(one)) or _by_reason(orders)
    if not found and isinstance(picture.conditions, Unknown):
        return not_assessed(CODE, picture.conditions.why)
    if not found:
        return clear(CODE, "no opioid use disorder on the problem list")
    active = tuple(one for one in found if _is_active(one))
    panel = _negative_panel(known(picture.screens), policy, today)
    naltrexone = wording.drafts(orders)
    shown = active or found
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(active)} active and {len(found) - len(active)} past entries; negative panel: {'yes' if panel else 'no'}",
        variant=_variant(bool(active), scene.start, panel is not None),
        facts={
            "product": wording.product(naltrexone, policy),
            "first": wording.short(shown[0].label, 56),
            "list": wording.bullets(conditions.line(one) for one in found),
            "panel": _panel_words(panel, active),
        },
        about=(*conditions.references(found), *wording.references(naltrexone)),
        orders=tuple(order.key for order in orders),
    )


def _is_indication(kind: DoseClass) -> bool:
    return kind in (DoseClass.STANDARD, DoseClass.BETWEEN)


def _counts(one: Condition) -> bool:
    """An entry of the disorder, past ones included; one that says withdrawal is told by opioid-withdrawal while active."""
    if not one.concepts & {_ACTIVE, _REMISSION} or not (one.active or one.past):
        return False
    return not (one.active and "opioid-withdrawal" in one.concepts)


def _by_reason(orders: tuple[Order, ...]) -> tuple[Condition, ...]:
    """The disorder as the order's own reason names it, where the problem list does not."""
    named = [reason & {_ACTIVE, _REMISSION} for order in orders if (reason := order.medication.reasons)]
    label = "opioid use disorder, the reason of this order"
    return tuple(Condition(label=label, concepts=found, active=True, past=False, remission=False) for found in named[:1] if found)


def _is_active(one: Condition) -> bool:
    return one.active and _ACTIVE in one.concepts and _REMISSION not in one.concepts


def _variant(active: bool, start: bool, panel: bool) -> str:
    if not active:
        return "past"
    if not start:
        return "not-at-start"
    return "panel-negative" if panel else "active"


def _negative_panel(every: tuple[Screen, ...], policy: Policy, today: date) -> date | None:
    """On which day was the last urine panel negative for opiates, fentanyl and buprenorphine, with nothing positive in the window?"""
    window = timedelta(days=policy.days("panel.window"))
    recent = [one for one in every if one.taken is not None and timedelta(0) <= today - one.taken.earliest <= window]
    if any(screens.standing_positive(every, window, today)):
        return None
    days = []
    for substance in _PANEL:
        negative = [one.taken.latest for one in recent if one.taken and substance in one.concepts and one.result is Result.NEGATIVE]
        if not negative:
            return None
        days.append(max(negative))
    return min(days)


def _panel_words(panel: date | None, active: tuple[Condition, ...]) -> Phrase | str:
    if panel is not None:
        return Phrase("panel-negative", {"date": wording.on(panel)})
    return Phrase("panel-missing") if active else ""
