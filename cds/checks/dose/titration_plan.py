"""How can this start go on?"""

from datetime import date
from itertools import pairwise

from cards.finding import Finding, clear, not_applicable
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.patient import Order, Picture

CODE = "titration-plan"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A start with a usual first dose: dated steps in the ordered form, or the days of the order's own schedule."""
    orders = regimen.low(scene, policy)
    if not scene.start or not orders or not scene.prescribing:
        return not_applicable(CODE, "no start of low-dose naltrexone")
    lowest, highest = policy.quantity("start.lowest"), policy.quantity("start.highest")
    order = next((order for order in orders if (mg := order.medication.dose.daily_mg) is not None and lowest <= mg <= highest), None)
    if order is None:
        return clear(CODE, "the first dose is not within the usual range, or cannot be computed")
    if scene.withheld:
        return clear(CODE, f"withheld: {scene.withheld}")
    dose, day = order.medication.dose, regimen.starts(order, today)
    if len(dose.steps) > 1:
        pace = regimen.interval(picture, scene, policy)
        said = all(step.days is not None for step in dose.steps[:-1])
        steps = tuple(
            (step.daily_mg, step.days or pace if number < len(dose.steps) else step.days) for number, step in enumerate(dose.steps, start=1)
        )
        return regimen.alert(
            CODE,
            (order,),
            "own-steps" if said else "own-steps-open",
            policy,
            "a start with its own schedule",
            facts=_facts(order, steps, day) | {"pace": str(pace)},
            proposals=() if said or not _even(steps, policy) else (regimen.planned(order, steps, "schedule"),),
        )
    first = dose.steps[0].daily_mg
    steps = regimen.rising(first, regimen.target(first, picture, scene, policy), first, regimen.interval(picture, scene, policy))
    if len(steps) == 1:
        return clear(CODE, "the first dose is the goal")
    slow = regimen.has(picture, scene, "post-covid")
    measurable = regimen.measurable((mg for mg, _ in steps), regimen.form(order.medication), policy)
    return regimen.alert(
        CODE,
        (order,),
        "post-covid" if slow else "plan",
        policy,
        "a start within the usual range",
        facts=_facts(order, steps, day),
        proposals=(regimen.planned(order, steps, "schedule"),) if measurable else (),
    )


def _even(steps: regimen.Steps, policy: Policy) -> bool:
    """Does no step go up by more than is usual at once?"""
    return all(after - before <= policy.quantity("titration.step") for (before, _), (after, _) in pairwise(steps))


def _facts(order: Order, steps: regimen.Steps, day: date) -> dict[str, str]:
    return {
        "first": wording.mg(steps[0][0]),
        "goal": wording.mg(steps[-1][0]),
        "steps": regimen.dated(steps, day, regimen.form(order.medication)),
    }
