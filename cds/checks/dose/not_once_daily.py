"""Is low-dose naltrexone ordered in another rhythm than once a day?"""

from datetime import date
from decimal import Decimal

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import regimen, wording
from cds.checks.scene import Scene
from cds.patient import Medication, Picture

CODE = "not-once-daily"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """More than once a day, as needed, or less often than every second day."""
    orders = regimen.low(scene, policy)
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no low-dose naltrexone order in focus")
    found = tuple((order, variant) for order in orders if (variant := _rhythm(order.medication, policy)))
    if found:
        order, variant = found[0]
        return regimen.alert(
            CODE,
            tuple(order for order, _ in found),
            variant,
            policy,
            variant.replace("-", " "),
            facts={"rhythm": _in_words(order.medication, policy)},
            several=True,
        )
    if not any(step.times is not None for order in orders for step in order.medication.dose.steps):
        return not_assessed(CODE, "how often it is taken was not read")
    return clear(CODE, "once a day")


def _rhythm(entry: Medication, policy: Policy) -> str:
    if entry.as_needed or any(step.as_needed for step in entry.dose.steps):
        return "as-needed"
    times = [step.times for step in entry.dose.steps if step.times is not None]
    if any(number > policy.quantity("rhythm.most") for number in times):
        return "often"
    return "seldom" if any(number < policy.quantity("rhythm.least") for number in times) else ""


def _in_words(entry: Medication, policy: Policy) -> str:
    """0.75 mg twice a day, 1.5 mg in all; 1.5 mg every 3 days; as needed. Of several steps the one that is not once a day."""
    if _rhythm(entry, policy) == "as-needed":
        return "as needed"
    most, least = policy.quantity("rhythm.most"), policy.quantity("rhythm.least")
    step = next((one for one in entry.dose.steps if one.times is not None and not least <= one.times <= most), None)
    if step is None or step.times is None:
        return regimen.doses(entry)
    once = f"{wording.mg(step.once_mg)} " if step.once_mg is not None else ""
    if step.times > 1:
        often = "twice" if step.times == 2 else f"{step.times.normalize():f} times"
        return f"{once}{often} a day, {wording.mg(step.daily_mg)} in all"
    return f"{once}every {(1 / step.times).quantize(Decimal('0.1')).normalize():f} days on average"
