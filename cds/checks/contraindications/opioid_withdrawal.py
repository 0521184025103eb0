"""Is the patient in opioid withdrawal?"""

from datetime import date

from cards.finding import Finding, Outcome, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.patient import Condition, Picture, Unknown, known

CODE = "opioid-withdrawal"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Alert for every active condition of opioid withdrawal."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus and none active on the open chart")
    found = tuple(one for one in known(picture.conditions) if one.active and CODE in one.concepts) or _by_reason(scene)
    if not found and isinstance(picture.conditions, Unknown):
        return not_assessed(CODE, picture.conditions.why)
    if not found:
        return clear(CODE, "no active opioid withdrawal on the problem list")
    naltrexone = conditions.concerned(scene)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(found)} active conditions",
        variant="on-chart" if not scene.prescribing else "active" if scene.start else "on-naltrexone",
        facts={
            "product": wording.product(naltrexone, policy),
            "first": conditions.dated(found[0]),
            "list": wording.bullets(conditions.line(one) for one in found),
            "holding": wording.holding(naltrexone),
        },
        about=(*conditions.references(found), *wording.references(naltrexone)),
        orders=tuple(order.key for order in scene.naltrexone_orders),
    )


def _by_reason(scene: Scene) -> tuple[Condition, ...]:
    """The withdrawal as the order's own reason names it, where the problem list does not."""
    label = "opioid withdrawal, the reason of this order"
    named = any(CODE in order.medication.reasons for order in scene.naltrexone_orders if order.in_focus)
    return (Condition(label=label, concepts=frozenset({CODE}), active=True, past=False, remission=False),) if named else ()
