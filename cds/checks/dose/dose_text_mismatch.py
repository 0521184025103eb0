"""Do the structured and the written dose of the order differ?"""

from datetime import date
from decimal import Decimal

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.dose import Dose
from cds.patient import Picture

CODE = "dose-text-mismatch"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Alert where a step of the structure and the same step of the words differ by more than the policy allows."""
    orders = tuple(order for order in scene.naltrexone_orders if order.in_focus)
    if not orders:
        return not_applicable(CODE, "no naltrexone order in focus")
    read = tuple(order for order in orders if order.medication.dose.structured and order.medication.dose.worded)
    if not read:
        return not_assessed(CODE, "structure and words were not both read")
    share = policy.quantity("dose.text-mismatch")
    apart = tuple((order, found) for order in read if (found := _apart(order.medication.dose, share)) is not None)
    if not apart:
        return clear(CODE, "structure and words agree")
    order, (structured, worded) = apart[0]
    others = (
        f"{wording.short(other.drug.label, 60)}, structured {wording.mg(one)}, written {wording.mg(two)}"
        for other, (one, two) in apart[1 : 1 + wording.FEW]
    )
    return regimen.alert(
        CODE,
        tuple(order for order, _ in apart),
        "differ",
        policy,
        f"{structured:f} mg by structure, {worded:f} mg by words",
        facts={
            "structured": wording.mg(structured),
            "worded": wording.mg(worded),
            "words": wording.quoted(order.medication.dose.words),
            "also": "; ".join(others),
        },
        several=True,
    )


def _apart(dose: Dose, share: Decimal) -> tuple[Decimal, Decimal] | None:
    """The first step at which the two differ; words that tell fewer or more steps are compared as far as both go."""
    pairs = zip(dose.structured, dose.worded, strict=False)
    return next(
        ((one.daily_mg, other.daily_mg) for one, other in pairs if abs(one.daily_mg - other.daily_mg) > share * one.daily_mg),
        None,
    )
