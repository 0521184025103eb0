"""Is low-dose naltrexone meant, and a far higher dose ordered?"""

from datetime import date
from decimal import Decimal

from cards.finding import Change, Finding, Proposal, clear, not_applicable
from cards.model import Policy
from cds.checks import conditions, effects, regimen, wording
from cds.checks.precautions import paediatric_age
from cds.checks.scene import Scene
from cds.patient import Order, Picture, Unknown, known

CODE = "dose-error-suspected"
_STANDARD_USES = frozenset({"aud-active", "oud-active", "aud-remission", "oud-remission"})
_TABLET = "tablet-50"
_NOT_DAILY = frozenset({"depot-injection", "implant", "combination"})
_LOW_START = ("me-cfs", "post-covid", "mcas")


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Critical where low dose is meant; a warning where only the problem list speaks for it."""
    orders = tuple(order for order in scene.naltrexone_orders if order.in_focus and order.drug.product not in _NOT_DAILY)
    if not orders:
        return not_applicable(CODE, "no oral naltrexone order in focus")
    limit = policy.quantity("dose.low-dose-up-to")
    high = tuple((order, mg) for order in orders if (mg := order.medication.dose.highest_mg) is not None and mg > limit)
    meant = tuple((order, mg) for order, mg in high if regimen.is_intended(order.medication, scene, picture, policy, today))
    perhaps = tuple((order, mg) for order, mg in high if _may_be_low(order, mg, scene, picture, policy))
    found = meant or perhaps
    if not found:
        return clear(CODE, "no dose above low dose where low dose is meant")
    order, mg = found[0]
    return regimen.alert(
        CODE,
        tuple(order for order, _ in found),
        ("tablet" if _is_tablet(order, mg, policy) else "slip") if meant else "unexplained",
        policy,
        f"{mg:f} mg a day, low dose {'is' if meant else 'may be'} meant",
        facts={"high": wording.mg(mg), "low": wording.mg(_tenth(mg, policy)), "last": regimen.taken(scene.history.last)},
        more=("found-last",) if scene.history.last is not None else (),
        proposals=tuple(one for order, mg in found[: wording.FEW] for one in _proposals(order, mg, scene, picture, policy, today)),
    )


def _may_be_low(order: Order, mg: Decimal, scene: Scene, picture: Picture, policy: Policy) -> bool:
    """New to naltrexone, a condition of low dose on the list, no reason on the order, neither disorder for which the tablet is made.

    A disorder in remission counts: the tablet prevents relapse.
    """
    return (
        scene.start
        and not isinstance(picture.medications, Unknown)
        and mg >= policy.quantity("dose.standard-from")
        and not order.medication.has_reason
        and bool(conditions.active(picture, wording.low_dose_uses(policy)))
        and not any(one.concepts & _STANDARD_USES and (one.active or one.past) for one in known(picture.conditions))
    )


def _is_tablet(order: Order, mg: Decimal, policy: Policy) -> bool:
    """Is it the commercial tablet? Of a compounded capsule of 45 mg the point was lost, of one of 50 mg it was not."""
    unit = order.medication.dose.unit_mg
    whole = unit is not None and unit == mg and unit >= policy.quantity("dose.standard-from")
    return order.drug.product == _TABLET or (whole and _tenth(mg, policy) > policy.quantity("dose.usual"))


def _tenth(mg: Decimal, policy: Policy) -> Decimal:
    return mg / policy.quantity("slip.factor")


def _proposals(order: Order, mg: Decimal, scene: Scene, picture: Picture, policy: Policy, today: date) -> tuple[Proposal, ...]:
    """The last dose that was tolerated, or for a new patient the start dose; then the tenth, where that is a usual low dose. None for a child.

    The commercial tablet gives none of them: it becomes a compounded capsule.
    """
    if paediatric_age.is_child(picture, policy, today):
        return ()
    last, tenth, tablet = effects.tolerated(scene, picture), _tenth(mg, policy), _is_tablet(order, mg, policy)
    change = Change.COMPOUND if tablet else Change.SET_DOSE
    start = policy.quantity("start.lowest" if regimen.has(picture, scene, *_LOW_START) else "start.highest")
    out: list[Proposal] = []
    if last is not None and last.daily_mg < mg:
        label = "last-gap" if scene.start and last.daily_mg > start else "last" if last == scene.history.last else "tolerated"
        out.append(regimen.set_to(order, last.daily_mg, label, change))
    if last is None or (scene.start and start < last.daily_mg):
        out.append(regimen.set_to(order, start, "start", change))
    if tenth <= policy.quantity("dose.usual") and tenth not in [one.daily_mg for one in out] and not tablet and len(order.medication.dose.steps) == 1:
        out.append(regimen.set_to(order, tenth, _label_of_tenth(tenth, scene, policy)))
    return tuple(one for one in out if tablet or regimen.measurable((mg for mg, _ in one.claims), one.form, policy))


def _label_of_tenth(tenth: Decimal, scene: Scene, policy: Policy) -> str:
    """What is meant may be much all the same: for a first dose, or after the last one."""
    now = scene.history.now
    if (scene.start or scene.history.last is None) and tenth > policy.quantity("start.highest"):
        return "tenth-first"
    return "tenth-step" if now is not None and tenth - now.daily_mg > policy.quantity("titration.step") else "tenth"
