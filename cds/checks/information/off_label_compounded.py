"""Does low-dose naltrexone start?"""

from datetime import date

from cards.finding import Finding, not_applicable
from cards.model import Policy
from cds.checks import conditions, regimen
from cds.checks.scene import Scene
from cds.patient import Picture

CODE = "off-label-compounded"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """What prescriber and patient have to know of an off-label, compounded medicine."""
    if not scene.prescribing or not scene.start or not regimen.low(scene, policy):
        return not_applicable(CODE, "no start of low-dose naltrexone")
    return conditions.alert(CODE, scene, policy, (), "start", facts={"list": ""}, reason="a start")
