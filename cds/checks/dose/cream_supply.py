"""Is a compounded cream supplied for longer than it keeps?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable
from cards.model import Policy
from cds.checks import regimen
from cds.checks.scene import Scene
from cds.patient import Picture

CODE = "cream-supply"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A form for the skin of which one fill lasts longer than four weeks."""
    orders = tuple(order for order in scene.naltrexone_orders if order.in_focus and regimen.is_for_the_skin(order.medication))
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no naltrexone for the skin in focus")
    keeps = policy.days("cream.keeps")
    long = tuple(order for order in orders if order.medication.fill_days is not None and order.medication.fill_days > keeps)
    if not long:
        return clear(CODE, "supplied for no longer than it keeps, or its supply is not said")
    return regimen.alert(CODE, long, "long", policy, "supplied for longer than it keeps", facts={"days": str(long[0].medication.fill_days)})
