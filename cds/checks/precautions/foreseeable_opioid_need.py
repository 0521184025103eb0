"""Will this patient foreseeably need opioids?"""

from datetime import date

from cards.finding import Finding, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, pregnancies, wording
from cds.checks.scene import Scene
from cds.patient import Picture, Unknown

CODE = "foreseeable-opioid-need"
_CONCEPTS = frozenset({"sickle-cell", "palliative-care"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Sickle cell disease, palliative care, or late pregnancy."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus")
    found = conditions.active(picture, _CONCEPTS)
    state = pregnancies.pregnancy(picture, policy, today)
    late = state is not None and state.weeks is not None and state.weeks >= policy.quantity("pregnancy.late")
    if not found and not late:
        if isinstance(picture.conditions, Unknown):
            return not_assessed(CODE, picture.conditions.why)
        return clear(CODE, "no sickle cell disease, palliative care or late pregnancy on record")
    lines = [conditions.line(one) for one in found] + list(state.lines if late and state else ())
    first = wording.short(found[0].label, 56) if found else f"pregnant, about {state.weeks if state else ''} weeks"
    about = state.references if late and state else ()
    return conditions.alert(
        CODE,
        scene,
        policy,
        found,
        "foreseeable",
        facts={"first": first, "list": wording.bullets(lines)},
        about=about,
        reason="opioids are foreseeable",
    )
