"""Is suicidality or depression on record?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions
from cds.checks.scene import Scene
from cds.patient import Picture, Unknown

CODE = "depression-or-suicidality"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A warning for suicidality; depression alone is a remark beside other information."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus")
    if isinstance(picture.conditions, Unknown):
        return not_assessed(CODE, picture.conditions.why)
    suicidal, depressed = conditions.active(picture, {"suicidality"}), conditions.active(picture, {"depression"})
    if not suicidal and not depressed:
        return clear(CODE, "neither on the problem list")
    return conditions.alert(CODE, scene, policy, tuple(dict.fromkeys((*suicidal, *depressed))), "suicidality" if suicidal else "depression")
