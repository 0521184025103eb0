"""Can the ordered product deliver the dose?"""

from datetime import date
from decimal import Decimal

from cards.finding import Change, Fact, Finding, Form, Proposal, clear, not_applicable
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.dose import DoseClass, Step
from cds.patient import Medication, Order, Picture

CODE = "formulation-mismatch"
_TABLET, _COUNTED = "tablet-50", ("capsule", "tablet")
_INJECTED = frozenset({"depot-injection", "implant"})
_SLOW = "extended-release"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A commercial product for a low dose, a count that is no count, a volume that no syringe gives, slow release."""
    orders = tuple(order for order in scene.naltrexone_orders if order.in_focus)
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no naltrexone order in focus")
    judged = tuple((order, *_mismatch(order.medication, scene, picture, policy, today)) for order in orders)
    found = tuple((order, variant, facts) for order, variant, facts in judged if variant)
    if not found:
        return clear(CODE, "the product delivers the dose, or what it holds was not read")
    order, variant, facts = found[0]
    return regimen.alert(
        CODE,
        tuple(order for order, _, _ in found),
        variant,
        policy,
        variant.replace("-", " "),
        facts={"once": "", "unit": "", "meant": "", "volume": "", "fit": _fit(order.medication, policy), **facts},
        proposals=tuple(one for order, _, _ in found[: wording.FEW] for one in _proposals(order)),
        several=True,
    )


def _mismatch(entry: Medication, scene: Scene, picture: Picture, policy: Policy, today: date) -> tuple[str, dict[str, Fact]]:
    kind = wording.kind_of_dose(entry, policy)
    if entry.drug.product in _INJECTED:
        return ("injection", {}) if regimen.is_intended(entry, scene, picture, policy, today) else ("", {})
    if kind is not DoseClass.LOW:
        return "", {}
    unit, found = entry.dose.unit_mg, regimen.form(entry)
    if entry.drug.product == _TABLET or (unit is not None and unit >= policy.quantity("dose.standard-from")):
        meant = f"{regimen.doses(entry)} is ordered" if entry.dose.steps else "low dose is meant"
        return "commercial-tablet", {"unit": wording.mg(unit), "meant": meant}
    if not regimen.is_for_the_skin(entry) and (entry.dose.form == _SLOW or entry.drug.form == _SLOW or entry.drug.slow_release):
        return "slow-release", {}
    for step in entry.dose.steps:
        once = _once(step)
        if once is None:
            continue
        if found.name in _COUNTED and unit and not _countable(once, found):
            return "no-count", {"once": wording.mg(once), "unit": f"{wording.mg(unit)} {found.name}s"}
        volume = step.volume_ml if step.volume_ml is not None else once / found.mg_per_ml if found.mg_per_ml else None
        if volume is not None and not policy.quantity("volume.lowest") <= volume <= policy.quantity("volume.highest"):
            low = volume < policy.quantity("volume.lowest")
            return ("volume-small" if low else "volume-large"), {"once": wording.mg(once), "volume": f"{volume.normalize():f} mL"}
    return "", {}


def _once(step: Step) -> Decimal | None:
    """One dose in milligrams; None where the doses of a day or week differ: their average is none that anybody takes."""
    return step.once_mg


def _countable(once: Decimal, found: Form) -> bool:
    """Whole capsules; of a tablet halves too."""
    parts = once / (found.unit_mg or once) * (2 if found.name == "tablet" else 1)
    return parts == parts.to_integral_value()


def _fit(entry: Medication, policy: Policy) -> str:
    """A compounded form that gives the dose, in words."""
    low = [mg for step in entry.dose.steps if (mg := _once(step)) is not None and mg <= policy.quantity("dose.low-dose-up-to")]
    return f"1 capsule of {wording.mg(low[0])}, or {low[0].normalize():f} mL of 1 mg/mL" if low else "capsules of the dose, or a liquid of 1 mg/mL"


def _proposals(order: Order) -> tuple[Proposal, ...]:
    """A capsule of exactly the dose; only for one regular dose a day."""
    steps = order.medication.dose.steps
    if len(steps) != 1 or steps[0].as_needed or steps[0].times not in (None, 1):
        return ()
    return (regimen.set_to(order, steps[0].daily_mg, "capsule", Change.COMPOUND),)
