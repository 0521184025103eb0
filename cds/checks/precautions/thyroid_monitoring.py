"""Is a thyroid test due while naltrexone is taken?"""

from datetime import date, timedelta

from cards.finding import Change, Finding, Outcome, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, labs, pairs, wording
from cds.checks.scene import Scene
from cds.exposure import Standing
from cds.patient import Picture, Unknown, known

CODE = "thyroid-monitoring"
_PARTS = frozenset({"thyroid-hormone", "antithyroid"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Thyroid hormone, a drug against its excess, or autoimmune thyroid disease, and no TSH in the window."""
    drafted = tuple(order for order in scene.orders if order.in_focus and order.drug.parts & _PARTS)
    naltrexone = pairs.naltrexone_of(scene)
    if not scene.prescribing or not naltrexone or not (scene.naltrexone_in_focus or drafted):
        return not_applicable(CODE, "neither naltrexone nor thyroid hormone beside it in focus")
    hormones = [order.medication for order in scene.orders if order.drug.parts & _PARTS]
    hormones += [found.medication for found in scene.found if found.standing is Standing.ACTIVE and found.medication.drug.parts & _PARTS]
    found = conditions.active(picture, {"autoimmune-thyroid"})
    if not hormones and not found:
        for had in (picture.medications, picture.conditions):
            if isinstance(had, Unknown):
                return not_assessed(CODE, had.why)
        return clear(CODE, "neither thyroid hormone nor autoimmune thyroid disease")
    if labs.measured(known(picture.labs), ("tsh",), timedelta(days=policy.days("thyroid.window")), today) is not None:
        return clear(CODE, "a TSH in the window")
    if why := labs.unseen(picture):
        return not_assessed(CODE, why)
    lines = [wording.dated_name(entry) for entry in hormones] + [conditions.line(one) for one in found]
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason="no TSH in the window",
        variant="due",
        facts={
            "product": wording.product(naltrexone, policy),
            "first": wording.names(hormones) if hormones else wording.short(found[0].label, 56),
            "list": wording.bullets(lines),
        },
        about=tuple(dict.fromkeys((*wording.references(hormones, naltrexone), *conditions.references(found)))),
        orders=conditions.order_keys(scene) or tuple(order.key for order in drafted)[:1],
        proposals=(Proposal(change=Change.CREATE, label="tsh", order="tsh"),),
    )
