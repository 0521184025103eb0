"""Should this patient start lower?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, regimen, wording
from cds.checks.precautions import paediatric_age
from cds.checks.scene import Scene
from cds.patient import Picture, Unknown

CODE = "mecfs-start-low"
_CONCEPTS = frozenset({"me-cfs", "post-covid", "mcas"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """ME/CFS, post-COVID condition or mast cell activation, and a start above the low first dose."""
    orders = regimen.low(scene, policy)
    if not scene.start or not orders or not scene.prescribing:
        return not_applicable(CODE, "no start of low-dose naltrexone")
    if paediatric_age.is_child(picture, policy, today):
        return not_applicable(CODE, "no adult dose advice for a child")
    found = conditions.active(picture, _CONCEPTS) or conditions.by_reason(scene, _CONCEPTS)
    if not found:
        if isinstance(picture.conditions, Unknown):
            return not_assessed(CODE, picture.conditions.why)
        return clear(CODE, "none of these conditions on the problem list")
    low = policy.quantity("mecfs.start")
    high = tuple(order for order in orders if order.medication.dose.daily_mg is not None and order.medication.dose.daily_mg > low)
    if not high:
        return clear(CODE, "the first dose is not above the low start, or cannot be computed")
    return conditions.alert(
        CODE,
        scene,
        policy,
        found,
        "withheld" if scene.withheld else "start",
        facts={"dose": wording.mg(high[0].medication.dose.daily_mg)},
        proposals=tuple(
            regimen.set_to(order, low, "start-low")
            for order in high[: wording.FEW]
            if regimen.measurable((low,), regimen.form(order.medication), policy)
        ),
    )
