"""Is low-dose naltrexone ordered in another rhythm than once a day?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import regimen
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
        variant = found[0][1]
        return regimen.alert(CODE, tuple(order for order, _ in found), variant, policy, variant.replace("-", " "), several=True)
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
