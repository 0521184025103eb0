"""What the checks of doses share: which orders are low-dose, what the patient takes now, and whether the order changes it.

Pure.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.dose import DoseClass
from cds.exposure import Exposure, Standing, naltrexones
from cds.patient import Medication, Order, Picture

_STANDARD_USES = frozenset({"aud-active", "oud-active"})


def low(scene: Scene, policy: Policy) -> tuple[Order, ...]:
    """Which naltrexone orders in focus are low-dose?"""
    return tuple(order for order in scene.naltrexone_orders if order.in_focus and wording.kind_of_dose(order.medication, policy) is DoseClass.LOW)


def on_low_dose(scene: Scene, policy: Policy) -> tuple[Exposure, ...]:
    """Which active entries are low-dose naltrexone?"""
    return tuple(found for found in scene.active_naltrexone if wording.kind_of_dose(found.medication, policy) is DoseClass.LOW)


def is_intended(entry: Medication, scene: Scene, picture: Picture, policy: Policy, today: date) -> bool:
    """Is low-dose naltrexone meant by this order, whatever its dose says? By its words, its reason, or what the patient had lately.

    Not when its reason, or an active condition, is alcohol or opioid use disorder. (FINDINGS.md, "Dose classes".)
    """
    if entry.reasons & _STANDARD_USES or conditions.active(picture, _STANDARD_USES):
        return False
    uses = frozenset(name for one in policy.indications for name in one.concepts)
    recent = timedelta(days=policy.days("intended.recent"))
    had = (
        found
        for found in naltrexones(scene.found)
        if wording.kind_of_dose(found.medication, policy) is DoseClass.LOW
        and (found.standing is Standing.ACTIVE or (found.last is not None and today - found.last <= recent))
    )
    return entry.drug.low_dose_words or bool(entry.reasons & uses) or any(had)


def current_mg(scene: Scene) -> Decimal | None:
    """How many milligrams of oral naltrexone a day does the patient take now? None when it cannot be told."""
    active = [found.medication for found in naltrexones(scene.found) if found.standing is Standing.ACTIVE and not found.medication.drafted]
    known = [entry for entry in active if entry.dose.steps]
    known.sort(key=lambda entry: entry.written.latest.toordinal() if entry.written else 0)
    return known[-1].dose.steps[-1].daily_mg if known else None


def raises(order: Order, scene: Scene) -> bool:
    """Does this order raise the dose: above what is taken now, or from one of its steps to the next?"""
    steps = [step.daily_mg for step in order.medication.dose.steps]
    now = current_mg(scene)
    path = [*([now] if now is not None else []), *steps]
    return any(later > earlier for earlier, later in pairwise(path))


def changes(order: Order, scene: Scene) -> bool:
    """Does this order give another dose than what is taken now? False when one of the two is not known."""
    steps = [step.daily_mg for step in order.medication.dose.steps]
    now = current_mg(scene)
    return len(set(steps)) > 1 or (now is not None and bool(steps) and steps[0] != now)
