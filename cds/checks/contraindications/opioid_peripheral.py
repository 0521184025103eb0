"""Is an opioid that acts outside the brain used together with naltrexone?"""

from datetime import date

from cards.finding import Finding, Outcome, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import wording
from cds.checks.scene import Scene
from cds.exposure import Standing
from cds.patient import Medication, Order, Picture, Unknown

CODE = "opioid-peripheral"
_PART, _KAPPA = "gut-opioid", "opioid-peripheral-kappa"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Information when loperamide and the like meet naltrexone, whichever of the two is the draft."""
    if not scene.prescribing:
        return not_applicable(CODE, "no order is being written")
    gut_in_focus = tuple(order for order in scene.orders if order.in_focus and _PART in order.drug.parts)
    if not scene.naltrexone_in_focus and not gut_in_focus:
        return not_applicable(CODE, "neither naltrexone nor a gut opioid in focus")
    drafted = tuple(order.medication for order in scene.orders if _PART in order.drug.parts)
    chart = tuple(found.medication for found in scene.found if _PART in found.medication.drug.parts and found.standing is Standing.ACTIVE)
    naltrexone = _naltrexone(scene)
    gut = (*drafted, *chart)
    if not gut or not naltrexone:
        if isinstance(picture.medications, Unknown):
            return not_assessed(CODE, picture.medications.why)
        return clear(CODE, "the two are not used together")
    orders: tuple[Order, ...] = tuple(order for order in scene.naltrexone_orders if order.in_focus) or gut_in_focus
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(gut)} gut or peripheral opioids beside naltrexone",
        variant="kappa" if all(_KAPPA in entry.drug.classes for entry in gut) else "together",
        facts={
            "product": wording.product(naltrexone, policy),
            "first": wording.names(gut),
            "list": wording.bullets(wording.short(entry.drug.label, 80) for entry in gut),
        },
        about=wording.references(gut, naltrexone),
        orders=tuple(order.key for order in orders),
    )


def _naltrexone(scene: Scene) -> tuple[Medication, ...]:
    session = wording.drafts(order for order in scene.orders if order.drug.is_naltrexone)
    return session or tuple(found.medication for found in scene.active_naltrexone)
