"""Does a patient with disturbed sleep take naltrexone at bedtime?"""

from datetime import date

from cards.finding import Change, Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, regimen, wording
from cds.checks.scene import Scene
from cds.patient import Condition, Picture, Unknown, known

CODE = "timing-advice"
_BEDTIME = frozenset({"HS", "NIGHT", "EVE", "EVE.late"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A sleep disorder or nightmares on the problem list, and a dose at bedtime."""
    orders = regimen.low(scene, policy)
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no low-dose naltrexone order in focus")
    at_night = tuple(order for order in orders if any(step.moments & _BEDTIME for step in order.medication.dose.steps))
    if not at_night:
        return clear(CODE, "no dose at bedtime")
    found = tuple(one for one in known(picture.conditions) if _disturbs_sleep(one))
    if not found:
        if isinstance(picture.conditions, Unknown):
            return not_assessed(CODE, picture.conditions.why)
        return clear(CODE, "no sleep disorder on the problem list")
    order = at_night[0]
    steps = order.medication.dose.steps
    return regimen.alert(
        CODE,
        at_night[:1],
        "bedtime",
        policy,
        "a sleep disorder and a dose at bedtime",
        facts={"first": wording.short(found[0].label, 56)},
        about=conditions.references(found),
        proposals=(regimen.set_to(order, steps[0].daily_mg, "morning", Change.MORNING),) if len(steps) == 1 else (),
    )


def _disturbs_sleep(one: Condition) -> bool:
    return one.active and ("insomnia" in one.concepts or "sleep" in one.effects)
