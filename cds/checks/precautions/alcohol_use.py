"""Is alcohol use disorder on record, and not what naltrexone is ordered for?"""

from datetime import date

from cards.finding import Finding, not_applicable
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.dose import DoseClass
from cds.patient import Picture

CODE = "alcohol-use"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Information at a low dose; at a standard dose the disorder is the indication."""
    orders = [order for order in scene.naltrexone_orders if order.in_focus]
    if orders and all(wording.kind_of_dose(order.medication, policy) in (DoseClass.STANDARD, DoseClass.BETWEEN) for order in orders):
        return not_applicable(CODE, "standard-dose naltrexone: the disorder is its indication")
    return conditions.simple(CODE, frozenset({"aud-active"}), "active", scene, picture, policy, today)
