"""Could the next step be taken?"""

from datetime import date, timedelta

from cards.finding import Change, Finding, Outcome, Proposal, clear, not_applicable
from cards.model import Policy
from cds.checks import effects, regimen, wording
from cds.checks.scene import Scene
from cds.exposure import Standing
from cds.patient import Kind, Picture

CODE = "titration-step-due"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Below the usual dose, long enough on it, no side effects since, and nothing that withholds it."""
    now = scene.history.now
    active = {found.medication.key for found in regimen.on_low_dose(scene, policy) if found.standing is Standing.ACTIVE}
    if scene.prescribing or not active:
        return not_applicable(CODE, "no active low-dose naltrexone on an open chart")
    if now is None or now.since is None or now.entry.key not in active:
        return clear(CODE, "the dose that is taken, or since when, is not known")
    last = now.entry.dose.steps[-1].daily_mg if now.entry.dose.steps else now.daily_mg
    goal = policy.quantity("titration.target-post-covid" if regimen.has(picture, scene, "post-covid") else "titration.target")
    due = now.since + timedelta(days=regimen.interval(picture, scene, policy))
    if now.daily_mg >= goal or last != now.daily_mg:
        return clear(CODE, "at the goal, or the order's own schedule goes on")
    if today < due:
        return clear(CODE, f"the next step is due on {due.isoformat()}")
    if effects.since(now, scene, picture):
        return clear(CODE, "side effects recorded since the last change")
    if scene.withheld:
        return clear(CODE, f"withheld: {scene.withheld}")
    following = min(now.daily_mg + min(now.daily_mg, policy.quantity("titration.step")), goal)
    found = regimen.form(now.entry)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{(today - now.since).days} days on the dose",
        variant="due",
        facts={
            "now": wording.mg(now.daily_mg),
            "since": wording.on(now.since),
            "days": str((today - now.since).days),
            "next": regimen.delivered(following, found),
        },
        about=wording.references((now.entry,)),
        proposals=(
            Proposal(
                change=Change.SET_DOSE,
                label="step",
                order=now.entry.key,
                facts={"dose": wording.mg(following)},
                daily_mg=following,
                now_mg=now.daily_mg,
                form=found,
            ),
        )
        if now.entry.kind is Kind.REQUEST
        else (),
    )
