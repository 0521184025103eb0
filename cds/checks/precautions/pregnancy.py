"""Is this patient pregnant?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, pregnancies, wording
from cds.checks.scene import Scene
from cds.patient import Picture, Unknown

CODE = "pregnancy"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """By a current entry or status; one that ended, or is older than any pregnancy lasts, does not count."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus")
    state = pregnancies.pregnancy(picture, policy, today)
    if state is None:
        if isinstance(picture.conditions, Unknown):
            return not_assessed(CODE, picture.conditions.why)
        return clear(CODE, "no current pregnancy on record")
    weeks = f"about {state.weeks} weeks" if state.weeks is not None else "weeks not recorded"
    return conditions.alert(
        CODE,
        scene,
        policy,
        (),
        "pregnant",
        facts={"weeks": weeks, "list": wording.bullets(state.lines)},
        about=state.references,
        reason="current pregnancy",
    )
