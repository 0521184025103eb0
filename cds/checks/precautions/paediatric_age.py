"""Is this patient a child?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions
from cds.checks.scene import Scene
from cds.patient import Day, Picture, Unknown

CODE = "paediatric-age"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """By the date of birth; one that is known in part counts as a child's where it may be one."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus")
    if isinstance(picture.born, Unknown):
        return not_assessed(CODE, picture.born.why)
    if not is_child(picture, policy, today):
        return clear(CODE, "an adult")
    return conditions.alert(
        CODE,
        scene,
        policy,
        (),
        "child",
        facts={"age": _age(picture.born, today), "list": ""},
        about=(picture.patient,),
        reason="under the age of an adult",
    )


def _age(born: Day, today: date) -> str:
    """17; under 1; 17 or 18, where the birth date is known in part."""
    youngest, oldest = _years(born.latest, today), _years(born.earliest, today)
    shown = str(youngest) if youngest else "under 1"
    return shown if youngest == oldest else f"{shown} or {oldest} (birth date known in part)"


def _years(born: date, today: date) -> int:
    return max(today.year - born.year - ((today.month, today.day) < (born.month, born.day)), 0)


def is_child(picture: Picture, policy: Policy, today: date) -> bool:
    """Is, or may this patient be, under the age of an adult? False when the birth date is not known."""
    return not isinstance(picture.born, Unknown) and today < policy.after(picture.born.latest, "age.adult")
