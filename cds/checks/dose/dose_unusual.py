"""Is the dose neither low nor standard?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable
from cards.model import Policy
from cds.checks import conditions, regimen, wording
from cds.checks.scene import Scene
from cds.dose import DoseClass
from cds.patient import Order, Picture

CODE = "dose-unusual"
_KNOWN_USES = frozenset({"aud-active", "oud-active", "pruritus"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Between the two classes, and low dose not meant; information where a known use of such doses is the reason."""
    orders = tuple(order for order in scene.naltrexone_orders if order.in_focus)
    if not orders:
        return not_applicable(CODE, "no naltrexone order in focus")
    between = tuple(
        order
        for order in orders
        if wording.kind_of_dose(order.medication, policy) is DoseClass.BETWEEN
        and not regimen.is_intended(order.medication, scene, picture, policy, today)
    )
    if not between:
        return clear(CODE, "the dose is low, standard or not known")
    used = all(_is_known_use(order, picture) for order in between)
    return regimen.alert(CODE, between, "known-use" if used else "between", policy, "between low and standard dose")


def _is_known_use(order: Order, picture: Picture) -> bool:
    """Is it ordered for a use of such doses: by its reason, and where it has none by the problem list?"""
    if order.medication.has_reason:
        return bool(order.medication.reasons & _KNOWN_USES)
    return bool(conditions.active(picture, _KNOWN_USES))
