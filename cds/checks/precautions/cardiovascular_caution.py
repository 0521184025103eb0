"""Is POTS or a fast heart rhythm on record?"""

from datetime import date

from cards.finding import Finding
from cards.model import Policy
from cds.checks import conditions
from cds.checks.scene import Scene
from cds.patient import Picture

CODE = "cardiovascular-caution"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A remark beside other information."""
    return conditions.simple(CODE, frozenset({"pots", "tachyarrhythmia"}), "on-record", scene, picture, policy, today)
