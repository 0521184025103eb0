"""Does this patient breastfeed?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, pregnancies, wording
from cds.checks.scene import Scene
from cds.patient import Picture, Unknown

CODE = "breastfeeding"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Information when breastfeeding is on record and current."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus")
    state = pregnancies.breastfeeding(picture, policy, today)
    if state is None:
        if isinstance(picture.conditions, Unknown):
            return not_assessed(CODE, picture.conditions.why)
        return clear(CODE, "no current breastfeeding on record")
    return conditions.alert(
        CODE, scene, policy, (), "breastfeeding", facts={"list": wording.bullets(state.lines)}, about=state.references, reason="current breastfeeding"
    )
