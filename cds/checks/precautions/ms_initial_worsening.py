"""Does a patient with multiple sclerosis start naltrexone, or go up with it?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable
from cards.model import Policy
from cds.checks import conditions, regimen
from cds.checks.scene import Scene
from cds.patient import Picture

CODE = "ms-initial-worsening"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Information at the start and at each step."""
    if not scene.naltrexone_in_focus:
        return not_applicable(CODE, "no naltrexone order in focus")
    if not scene.start and not any(regimen.raises(order, scene) for order in scene.naltrexone_orders):
        return clear(CODE, "neither a start nor a step")
    return conditions.simple(CODE, frozenset({"multiple-sclerosis"}), "start" if scene.start else "step", scene, picture, policy, today)
