"""Is the dose raised by too much at once?"""

from datetime import date

from cards.finding import Finding, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.patient import Order, Picture, Unknown

CODE = "titration-step-large"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A raise by more than one usual step, from what is taken or within the order."""
    orders = regimen.low(scene, policy)
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no low-dose naltrexone order in focus")
    size = policy.quantity("titration.step")
    large = [(order, step) for order in orders for step in regimen.steps_up(order, scene, today) if step.after - step.before > size]
    if not large:
        if isinstance(picture.medications, Unknown) and not scene.history.courses:
            return not_assessed(CODE, picture.medications.why)
        return clear(CODE, "no raise, or none by more than a usual step")
    order, step = large[0]
    since = wording.on(scene.history.now.since) if scene.history.now is not None and scene.history.now.since is not None else ""
    return regimen.alert(
        CODE,
        (order,),
        ("withheld-" if scene.withheld else "") + ("planned" if step.planned else "large" if since else "undated"),
        policy,
        f"{step.before:f} to {step.after:f} mg",
        facts={
            "before": wording.mg(step.before),
            "after": wording.mg(step.after),
            "smaller": wording.mg(step.before + size),
            "since": since,
        },
        proposals=_proposals(order, step, regimen.interval(picture, scene, policy), policy),
    )


def _proposals(order: Order, step: regimen.Raise, interval: int, policy: Policy) -> tuple[Proposal, ...]:
    """One usual step up; within a schedule the steps between put in."""
    size = policy.quantity("titration.step")
    if not step.planned:
        return (regimen.set_to(order, step.before + size, "smaller"),)
    steps = order.medication.dose.steps
    out = []
    for number, one in enumerate(steps):
        out.append((one.daily_mg, one.days or interval if number + 1 < len(steps) else one.days))
        following = steps[number + 1].daily_mg if number + 1 < len(steps) else one.daily_mg
        out += [(mg, interval) for mg, days in regimen.rising(one.daily_mg, following, size, interval)[1:-1]]
    return (regimen.planned(order, tuple(out), "between"),)
