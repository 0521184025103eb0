"""Is the patient in opioid withdrawal?"""

from datetime import date

from cards.finding import Finding, Outcome, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.patient import Picture, Unknown

CODE = "opioid-withdrawal"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Alert for every active condition of opioid withdrawal."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus and none active on the open chart")
    if isinstance(picture.conditions, Unknown):
        return not_assessed(CODE, picture.conditions.why)
    found = tuple(one for one in picture.conditions if one.active and CODE in one.concepts)
    if not found:
        return clear(CODE, "no active opioid withdrawal on the problem list")
    naltrexone = conditions.concerned(scene)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(found)} active conditions",
        variant="active" if scene.prescribing else "on-chart",
        facts={
            "product": wording.product(naltrexone, policy),
            "first": conditions.dated(found[0]),
            "list": wording.bullets(conditions.line(one) for one in found),
        },
        about=(*conditions.references(found), *wording.references(naltrexone)),
        orders=tuple(order.key for order in scene.naltrexone_orders),
    )
