"""Is an allergy or intolerance to naltrexone recorded?"""

from datetime import date

from cards.finding import Finding, Outcome, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.patient import Allergy, Picture, Unknown

CODE = "naltrexone-allergy"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Critical for an allergy, unconfirmed included; a warning for known side effects or a mild intolerance."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus and none active on the open chart")
    if isinstance(picture.allergies, Unknown):
        return not_assessed(CODE, picture.allergies.why)
    found = tuple(one for one in picture.allergies if one.drug.is_naltrexone)
    if not found:
        return clear(CODE, "no allergy to naltrexone on the list")
    variants = {one: _variant(one) for one in found}
    deciding = min(found, key=lambda one: ("allergy", "mild", "side-effect").index(variants[one]))
    naltrexone = conditions.concerned(scene)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(found)} entries",
        variant=variants[deciding],
        facts={
            "product": wording.product(naltrexone, policy),
            "first": _first(deciding),
            "list": wording.bullets(_line(one) for one in found),
            "verb": scene.verb,
        },
        about=(*(one.reference for one in found if one.reference), *wording.references(naltrexone)),
        orders=tuple(order.key for order in scene.naltrexone_orders),
    )


def _variant(one: Allergy) -> str:
    if one.side_effects_only:
        return "side-effect"
    return "mild" if one.intolerance and one.low_criticality else "allergy"


def _first(one: Allergy) -> str:
    """hives, confirmed."""
    reactions = wording.short(", ".join(one.reactions[:2]), 44) if one.reactions else "reaction not recorded"
    return f"{reactions}, {one.verification}" if one.verification else reactions


def _line(one: Allergy) -> str:
    kind = "intolerance" if one.intolerance else "allergy"
    parts = [wording.short(", ".join(one.reactions[:4]), 80) if one.reactions else "reaction not recorded"]
    if one.recorded:
        parts.append(f"recorded {wording.about_when(one.recorded)}")
    return f"{wording.short(one.label, 60)}, {kind}, {one.verification or 'verification not recorded'}: {'; '.join(parts)}"
