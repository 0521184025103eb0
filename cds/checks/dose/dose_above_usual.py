"""Is the low dose higher than what is usual?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import REFILL, Scene
from cds.patient import Order, Picture

CODE = "dose-above-usual"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Above the most studied dose: information; above the highest of a randomised trial: a warning, unless refilled unchanged."""
    orders = regimen.low(scene, policy)
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no low-dose naltrexone order in focus")
    usual, studied = policy.quantity("dose.usual"), policy.quantity("dose.highest-studied")
    above = tuple((order, mg) for order in orders if (mg := order.medication.dose.highest_mg) is not None and mg > usual)
    if not above:
        return clear(CODE, "the highest step is a usual one, or cannot be computed")
    far = tuple((order, mg) for order, mg in above if mg > studied)
    mg = (far or above)[0][1]
    unchanged = bool(far) and all(_unchanged(order, scene) for order, _ in far)
    return regimen.alert(
        CODE,
        tuple(order for order, _ in (far or above)),
        "unchanged" if unchanged else "far" if far else "above",
        policy,
        f"{mg:f} mg a day at its highest",
        facts={"high": wording.mg(mg)},
    )


def _unchanged(order: Order, scene: Scene) -> bool:
    """Is it a refill of what is taken?"""
    now = scene.history.now
    return scene.hook == REFILL and (now is None or now.daily_mg == order.medication.dose.highest_mg)
