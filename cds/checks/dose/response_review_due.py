"""Is it time to judge whether low-dose naltrexone helps?"""

from datetime import date

from cards.finding import Finding, Outcome, clear, not_applicable
from cards.model import Policy
from cds.checks import conditions, regimen, wording
from cds.checks.scene import REFILL, Scene
from cds.patient import Picture

CODE = "response-review-due"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Six weeks on the usual dose or more (twelve in ME/CFS), or twelve weeks on any."""
    course, now = scene.history.current, scene.history.now
    asked = (scene.hook == REFILL and regimen.low(scene, policy)) or (not scene.prescribing and regimen.on_low_dose(scene, policy))
    if not asked:
        return not_applicable(CODE, "low-dose naltrexone is neither refilled nor active on an open chart")
    if course is None or now is None:
        return clear(CODE, "the dose that is taken, or its beginning, is not known")
    days = (today - now.since).days
    benefit = policy.days("review.benefit")
    early = policy.days("review.tolerability") if not regimen.has(picture, scene, "me-cfs") else benefit
    if days < benefit and (now.daily_mg < policy.quantity("dose.usual") or days < early):
        return clear(CODE, "too early to judge")
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{days} days on the dose",
        variant="benefit" if days >= benefit else "tolerability",
        facts={"now": wording.mg(now.daily_mg), "since": wording.on(now.since), "days": str(days)},
        about=wording.references((now.entry,)),
        orders=conditions.order_keys(scene),
    )
