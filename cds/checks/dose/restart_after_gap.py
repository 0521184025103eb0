"""Is low-dose naltrexone taken up again after a gap?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.patient import Picture, Unknown

CODE = "restart-after-gap"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """An earlier course that ended three weeks ago or longer, and none since."""
    orders = regimen.low(scene, policy)
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no low-dose naltrexone order in focus")
    if isinstance(picture.medications, Unknown):
        return not_assessed(CODE, picture.medications.why)
    if scene.history.current is not None or not scene.history.earlier:
        return clear(CODE, "no earlier course that is over" if not scene.history.earlier else "it is taken now")
    course = scene.history.earlier[-1]
    days = (today - course.last).days
    last = course.now
    kind = "open-end" if course.open_end else "gap" if last is not None else "gap-dose-unknown"
    return regimen.alert(
        CODE,
        orders[:1],
        "withheld" if scene.withheld else kind,
        policy,
        f"{days} days since the last course",
        facts={
            "days": str(days),
            "last": wording.on(course.last),
            "before": f"{wording.mg(last.daily_mg)} a day" if last is not None else wording.mg(None),
        },
        about=wording.references(course.entries[-1:]),
    )
