"""Is low-dose naltrexone meant, and a far higher dose ordered?"""

from datetime import date
from decimal import Decimal

from cards.finding import Finding, Proposal, clear, not_applicable
from cards.model import Policy
from cds.checks import conditions, effects, regimen, wording
from cds.checks.precautions import paediatric_age
from cds.checks.scene import Scene
from cds.patient import Order, Picture, Unknown

CODE = "dose-error-suspected"
_STANDARD_USES = frozenset({"aud-active", "oud-active"})
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
    """New to naltrexone, a condition of low dose on the list, no reason on the order, neither disorder for which the tablet is made."""
    uses = frozenset(name for one in policy.indications for name in one.concepts)
    return (
        scene.start
        and not isinstance(picture.medications, Unknown)
        and mg >= policy.quantity("dose.standard-from")
        and not order.medication.has_reason
        and bool(conditions.active(picture, uses))
        and not conditions.active(picture, _STANDARD_USES)
    )


def _is_tablet(order: Order, mg: Decimal, policy: Policy) -> bool:
    unit = order.medication.dose.unit_mg
    return order.drug.product == _TABLET or (unit is not None and unit == mg and unit >= policy.quantity("dose.standard-from"))


def _tenth(mg: Decimal, policy: Policy) -> Decimal:
    return mg / policy.quantity("slip.factor")


def _proposals(order: Order, mg: Decimal, scene: Scene, picture: Picture, policy: Policy, today: date) -> tuple[Proposal, ...]:
    """The last dose, or for a new patient the start dose; then the tenth, where that is a usual low dose."""
    last, tenth = effects.tolerated(scene, picture), _tenth(mg, policy)
    out: list[Proposal] = []
    if last is not None and last.daily_mg < mg:
        out.append(regimen.set_to(order, last.daily_mg, "last" if last == scene.history.last else "tolerated"))
    elif last is None and not paediatric_age.is_child(picture, policy, today):
        low = policy.quantity("start.lowest" if regimen.has(picture, scene, *_LOW_START) else "start.highest")
        out.append(regimen.set_to(order, low, "start"))
    if tenth <= policy.quantity("dose.usual") and tenth not in [one.daily_mg for one in out] and not _is_tablet(order, mg, policy):
        first = last is None and tenth > policy.quantity("start.highest")
        out.append(regimen.set_to(order, tenth, "tenth-first" if first else "tenth"))
    return tuple(out)
