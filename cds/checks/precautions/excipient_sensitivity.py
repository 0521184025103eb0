"""Is there an allergy or intolerance to what a compounded form may hold?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.patient import Picture, Unknown, known

CODE = "excipient-sensitivity"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Lactose, a dye or another excipient, on the allergy list or, for lactose, among the problems."""
    if not scene.naltrexone_in_focus:
        return not_applicable(CODE, "no naltrexone order in focus")
    listed = tuple(one for one in known(picture.allergies) if one.excipients)
    problems = conditions.active(picture, {"lactose-intolerance"})
    if not listed and not problems:
        for had in (picture.allergies, picture.conditions):
            if isinstance(had, Unknown):
                return not_assessed(CODE, had.why)
        return clear(CODE, "no allergy or intolerance to an excipient on record")
    lactose = bool(problems) or any("lactose" in one.excipients for one in listed)
    labels = [one.label for one in listed] + [one.label for one in problems]
    return conditions.alert(
        CODE,
        scene,
        policy,
        problems,
        "on-record",
        facts={"first": wording.short(labels[0], 56), "list": wording.bullets(wording.short(label, 80) for label in labels)},
        more=("do-lactose",) if lactose else (),
        about=tuple(one.reference for one in listed if one.reference),
        reason=f"{len(labels)} entries",
    )
