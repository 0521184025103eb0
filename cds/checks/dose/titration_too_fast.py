"""Is the dose raised sooner than it should be?"""

from datetime import date, timedelta

from cards.finding import Change, Finding, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.patient import Order, Picture, Unknown

CODE = "titration-too-fast"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A raise before the interval is over: a warning within the first week, information after it."""
    orders = regimen.low(scene, policy)
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no low-dose naltrexone order in focus")
    steps = [(order, step) for order in orders for step in regimen.steps_up(order, scene, today)]
    interval, hasty = policy.days("titration.interval"), policy.days("titration.too-fast")
    early = [(order, step, step.waited) for order, step in steps if step.waited is not None and step.waited < interval]
    if not early:
        if isinstance(picture.medications, Unknown) and not scene.history.courses:
            return not_assessed(CODE, picture.medications.why)
        return clear(CODE, "no raise, or one that waited long enough")
    order, step, waited = min(early, key=lambda one: one[2])
    due = (step.since or today) + timedelta(days=interval)
    kind = "warned" if waited < hasty else "informed"
    return regimen.alert(
        CODE,
        (order,),
        "-".join(("withheld",) * bool(scene.withheld) + ("planned",) * step.planned + (kind,)),
        policy,
        f"raised after {waited} days",
        facts={
            "before": wording.mg(step.before),
            "after": wording.mg(step.after),
            "days": f"{waited} day{'' if waited == 1 else 's'}",
            "since": wording.on(step.since) if step.since is not None else "",
            "due": wording.on(due),
        },
        proposals=() if scene.withheld else _proposals(order, due, step, interval),
    )


def _proposals(order: Order, due: date, step: regimen.Raise, interval: int) -> tuple[Proposal, ...]:
    """The step on the day on which it is due; for the order's own schedule the same doses, each for long enough."""
    if not step.planned:
        return (Proposal(change=Change.NOT_BEFORE, label="later", order=order.key, facts={"date": wording.on(due)}, day=due),)
    doses = order.medication.dose.steps
    slower = tuple((one.daily_mg, max(one.days or interval, interval) if number < len(doses) - 1 else one.days) for number, one in enumerate(doses))
    return (regimen.planned(order, slower, "slower"),)
