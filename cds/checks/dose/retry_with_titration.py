"""Was low-dose naltrexone given up for lack of effect at a dose that was never titrated?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.patient import Picture, Unknown

CODE = "retry-with-titration"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """An earlier course at one dose that ended for lack of effect, as its record says."""
    orders = regimen.low(scene, policy)
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no low-dose naltrexone order in focus")
    if isinstance(picture.medications, Unknown):
        return not_assessed(CODE, picture.medications.why)
    failed = [course for course in scene.history.courses if course.fixed and any(entry.ineffective for entry in course.entries)]
    if not failed:
        return clear(CODE, "no earlier course that ended for lack of effect at a fixed dose")
    if scene.withheld:
        return clear(CODE, f"withheld: {scene.withheld}")
    course = failed[-1]
    return regimen.alert(
        CODE,
        orders[:1],
        "retry",
        policy,
        "an earlier course at a fixed dose had no effect",
        facts={"before": wording.mg(course.levels[-1].daily_mg), "last": wording.on(course.last)},
        about=wording.references(course.entries[-1:]),
    )
