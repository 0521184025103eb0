"""Does a patient new to naltrexone start above the usual first dose?"""

from datetime import date

from cards.finding import Finding, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.precautions import paediatric_age
from cds.checks.scene import Scene
from cds.patient import Order, Picture, Unknown

CODE = "start-dose-high"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """No naltrexone in the last month, and a first step above the usual range."""
    orders = regimen.low(scene, policy)
    if not scene.start or not orders or not scene.prescribing:
        return not_applicable(CODE, "no start of low-dose naltrexone")
    if isinstance(picture.medications, Unknown):
        return not_assessed(CODE, picture.medications.why)
    highest = policy.quantity("start.highest")
    high = tuple(order for order in orders if (mg := order.medication.dose.daily_mg) is not None and mg > highest)
    if not high:
        return clear(CODE, "the first dose is within the usual range, or cannot be computed")
    child = paediatric_age.is_child(picture, policy, today)
    return regimen.alert(
        CODE,
        high,
        "child" if child else "withheld" if scene.withheld else "high",
        policy,
        "the first step is above the usual range",
        facts={"first": wording.mg(high[0].medication.dose.daily_mg)},
        more=("found-in-part",) if picture.unseen("medications") else (),
        proposals=() if child else tuple(one for order in high[: wording.FEW] for one in _proposals(order, scene, picture, policy)),
    )


def _proposals(order: Order, scene: Scene, picture: Picture, policy: Policy) -> tuple[Proposal, ...]:
    """The usual start, the low start, and the way to the ordered dose, no further than the usual goal, where it is a way."""
    start, low = policy.quantity("start.highest"), policy.quantity("start.lowest")
    goal = min(order.medication.dose.highest_mg or start, policy.quantity("titration.target"))
    steps = regimen.rising(start, goal, policy.quantity("titration.step"), regimen.interval(picture, scene, policy))
    offers = [regimen.set_to(order, start, "start"), regimen.set_to(order, low, "start-low")]
    if goal - start >= low:  # a smaller rise is no schedule
        offers.append(regimen.planned(order, steps, "schedule"))
    return tuple(one for one in offers if regimen.measurable((mg for mg, _ in one.claims), one.form, policy))
