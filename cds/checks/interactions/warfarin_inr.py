"""Does naltrexone meet a vitamin K antagonist at a moment when one INR more is worth it?"""

from datetime import date

from cards.finding import Change, Finding, Proposal, clear
from cards.model import Policy
from cds.checks import pairs, regimen
from cds.checks.scene import Scene
from cds.exposure import Standing
from cds.patient import Picture

CODE = "warfarin-inr"
_PART = "vitamin-k-antagonist"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Information at the start of naltrexone, at a change of its dose, or when the anticoagulant is new."""
    pair = pairs.meet(CODE, scene, picture, pairs.plays(_PART))
    if isinstance(pair, Finding):
        return pair
    started = scene.naltrexone_in_focus and scene.start
    changed = any(regimen.changes(order, scene) for order in scene.naltrexone_orders if order.in_focus)
    new = any(_PART in order.drug.parts for order in scene.orders) and not any(
        found.standing is Standing.ACTIVE and _PART in found.medication.drug.parts for found in scene.found
    )
    if not (started or changed or new):
        return clear(CODE, "neither a start, nor another dose, nor a new anticoagulant")
    return pairs.alert(CODE, pair, "together", policy, proposals=(Proposal(change=Change.CREATE, label="inr", order="inr"),))
