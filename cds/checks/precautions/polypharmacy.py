"""Does this patient take very many medicines, or have active cancer?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.exposure import Standing
from cds.patient import Picture, Unknown

CODE = "polypharmacy"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A remark beside other information. A drug listed several times counts once, the draft not at all."""
    if not scene.naltrexone_in_focus:
        return not_applicable(CODE, "no naltrexone order in focus")
    active = [found.medication for found in scene.found if found.standing is Standing.ACTIVE and not found.medication.drafted]
    _, count = wording.counted(active)
    many = count >= int(policy.quantity("polypharmacy.count"))
    cancer = conditions.active(picture, {"cancer"})
    if not many and not cancer:
        for had in (picture.medications, picture.conditions):
            if isinstance(had, Unknown):
                return not_assessed(CODE, had.why)
        return clear(CODE, f"{count} active medications, no active cancer on the problem list")
    first = f"{count} active medications" if many else wording.short(cancer[0].label, 56)
    lines = [f"{count} active medications"] * many + [conditions.line(one) for one in cancer]
    return conditions.alert(
        CODE, scene, policy, cancer, "many", facts={"first": first, "list": wording.bullets(lines)}, reason=f"{count} active medications"
    )
