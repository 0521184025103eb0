"""Is the first dose below the usual range of low-dose naltrexone?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.patient import Picture

CODE = "ultra-low-dose"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Recognised, so that nobody takes it for a slip of the unit."""
    orders = regimen.low(scene, policy)
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no low-dose naltrexone order in focus")
    lowest = policy.quantity("start.lowest")
    low = tuple(order for order in orders if (mg := order.medication.dose.daily_mg) is not None and mg < lowest)
    if not low:
        return clear(CODE, "the first dose is not below the usual range, or cannot be computed")
    return regimen.alert(CODE, low, "low", policy, "first step below the usual range", facts={"first": wording.mg(low[0].medication.dose.daily_mg)})
