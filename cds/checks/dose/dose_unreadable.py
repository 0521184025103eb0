"""Does the order say no daily dose that can be computed?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.dose import DoseClass
from cds.patient import Picture

CODE = "dose-unreadable"
_DRAFTING = "order-select"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """While an order is being chosen an empty dosage is no fault yet; one that is there and cannot be read is."""
    orders = tuple(order for order in scene.naltrexone_orders if order.in_focus)
    if not orders:
        return not_applicable(CODE, "no naltrexone order in focus")
    kinds = (DoseClass.LOW, DoseClass.UNKNOWN)
    unread = tuple(
        order
        for order in orders
        if not order.medication.dose.steps
        and wording.kind_of_dose(order.medication, policy) in kinds
        and (order.medication.dose.given or scene.hook != _DRAFTING)
    )
    if not unread:
        return clear(CODE, "each daily dose was read, or none was given yet")
    dose = unread[0].medication.dose
    return regimen.alert(
        CODE,
        unread,
        "unreadable" if dose.given else "absent",
        policy,
        dose.why_not or "no daily dose",
        facts={"why": dose.why_not or "no daily dose is said", "words": wording.quoted(dose.words), "stopped": wording.quoted(dose.stopped_at)},
        more=(*(("found-words",) if dose.words else ()), *(("found-stopped",) if dose.stopped_at else ())),
        several=True,
    )
