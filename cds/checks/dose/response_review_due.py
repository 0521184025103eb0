"""Is it time to judge whether low-dose naltrexone helps?"""

from datetime import date

from cards.finding import Finding, Outcome, clear, not_applicable
from cards.model import Policy
from cds.checks import conditions, regimen, wording
from cds.checks.scene import REFILL, Scene
from cds.history import Level
from cds.patient import Picture

CODE = "response-review-due"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Six weeks on the usual dose or more (twelve in ME/CFS), or twelve weeks of low dose, whatever the dose."""
    course, now = scene.history.current, scene.history.now
    asked = (scene.hook == REFILL and regimen.low(scene, policy)) or (not scene.prescribing and regimen.on_low_dose(scene, policy))
    if not asked:
        return not_applicable(CODE, "low-dose naltrexone is neither refilled nor active on an open chart")
    if course is None or now is None or course.began is None:
        return clear(CODE, "the dose that is taken, or its beginning, is not known")
    benefit = policy.days("review.benefit")
    early = policy.days("review.tolerability") if not regimen.has(picture, scene, "me-cfs") else benefit
    usual = course.since_at_least(policy.quantity("dose.usual"))
    began = course.began
    on_dose, on_usual, on_any = ((today - day).days if day is not None else 0 for day in (now.since, usual, began))
    if on_any < benefit and on_usual < early:
        return clear(CODE, "too early to judge")
    whole = on_dose < benefit and on_usual < early
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{on_dose} days on the dose, {on_any} on any",
        variant="benefit" if on_dose >= benefit or on_usual >= benefit else "course" if whole else "tolerability",
        facts={
            "now": wording.mg(now.daily_mg),
            "taken": _taken(now, usual, policy),
            "began": wording.on(began),
            "days": str(on_any if whole else max(on_dose, on_usual)),
        },
        about=wording.references((now.entry,)),
        orders=conditions.order_keys(scene),
    )


def _taken(now: Level, usual: date | None, policy: Policy) -> str:
    """3 mg a day since 2 Mar 2026; and since when at least the usual dose, where that is longer."""
    here = f"{wording.mg(now.daily_mg)} a day" + (f" since {wording.on(now.since)}" if now.since is not None else "")
    if usual is None or now.since is None or usual >= now.since:
        return here
    return f"{here}, {wording.mg(policy.quantity('dose.usual'))} or more since {wording.on(usual)}"
