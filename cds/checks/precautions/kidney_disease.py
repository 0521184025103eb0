"""Is kidney function reduced?"""

from datetime import date, timedelta

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, labs, wording
from cds.checks.scene import Scene
from cds.patient import Lab, Picture, Unknown, known

CODE = "kidney-disease"
_SEVERE = frozenset({"ckd-stage-4-5", "dialysis"})
_STAGE_3 = frozenset({"ckd-stage-3"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A warning for stage 4 and 5, dialysis or a very low eGFR; information for stage 3 or a low one."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus")
    severe, milder = conditions.active(picture, _SEVERE), conditions.active(picture, _STAGE_3)
    window = timedelta(days=policy.days("kidney.window"))
    rate = labs.latest(known(picture.labs), "egfr", window, today)
    low = rate is not None and _below(rate, "kidney.severe", policy)
    reduced = rate is not None and _below(rate, "kidney.reduced", policy)
    if not (severe or milder or reduced):
        for had in (picture.conditions, picture.labs):
            if isinstance(had, Unknown):
                return not_assessed(CODE, had.why)
        return clear(CODE, "no advanced kidney disease on the problem list, no low eGFR in the window")
    found = (*severe, *(one for one in milder if one not in severe))
    shown = [conditions.line(one) for one in found]
    latest = f"latest {labs.value(rate)}" if rate is not None else ""
    shown += [latest] if latest else []
    first = latest if rate is not None and (low or (reduced and not severe)) else wording.short(found[0].label, 56)
    return conditions.alert(
        CODE,
        scene,
        policy,
        found,
        "severe" if severe or low else "reduced",
        facts={"first": first, "list": wording.bullets(shown)},
        about=(rate.reference,) if rate is not None and rate.reference else (),
    )


def _below(rate: Lab, name: str, policy: Policy) -> bool:
    """Is the rate known to be below? "Less than" the limit is, "more than" anything is not."""
    if rate.value is None or not rate.unit or rate.comparator in (">", ">="):
        return False
    limit = policy.quantity(name)
    return rate.value < limit or (rate.value == limit and rate.comparator == "<")
