"""What is known about low-dose naltrexone for what this patient has?"""

from datetime import date

from cards.finding import Finding, Outcome, Phrase, clear, not_applicable, not_assessed
from cards.model import ConditionEvidence, Policy
from cds.checks import conditions, regimen, wording
from cds.checks.scene import Scene
from cds.patient import Condition, Picture, Unknown, known

CODE = "indication-evidence"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """By the order's own reason; where it names none, by the problem list, the condition with the most to say first."""
    orders = regimen.low(scene, policy)
    if not scene.prescribing or not orders:
        return not_applicable(CODE, "no low-dose naltrexone in focus")
    reasons = frozenset(name for order in orders for name in order.medication.reasons)
    by_reason = _about(reasons, policy)
    listed = tuple(one for one in known(picture.conditions) if one.active)
    by_list = () if by_reason else _about(frozenset(name for one in listed for name in one.concepts), policy)
    found = by_reason or by_list
    if not found:
        if isinstance(picture.conditions, Unknown):
            return not_assessed(CODE, picture.conditions.why)
        return clear(CODE, "neither the reason nor the problem list names a condition that we have evidence on")
    first = found[0]
    entries = _entries(listed, found) if by_list else ()
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=", ".join(one.id for one in found),
        variant="known",
        facts={
            "headline": Phrase(f"{first.id}-headline"),
            "lines": tuple(Phrase(f"{one.id}-lines") for one in found[: wording.FEW]),
            "others": _others(found),
            "advice": Phrase(f"{first.id}-advice"),
            "strength": Phrase(f"{first.id}-strength"),
        },
        about=tuple(dict.fromkeys((*conditions.references(entries), *wording.references(wording.drafts(orders))))),
        orders=conditions.order_keys(scene),
        sources=tuple(dict.fromkeys(study.source for one in found[: wording.FEW] for study in one.studies)),
        pages=tuple(f"/conditions/{one.id}" for one in found),
    )


def _about(concepts: frozenset[str], policy: Policy) -> tuple[ConditionEvidence, ...]:
    return tuple(one for one in policy.indications if concepts & frozenset(one.concepts))


def _entries(listed: tuple[Condition, ...], found: tuple[ConditionEvidence, ...]) -> tuple[Condition, ...]:
    wanted = frozenset(name for one in found for name in one.concepts)
    return tuple(one for one in listed if one.concepts & wanted)


def _others(found: tuple[ConditionEvidence, ...]) -> Phrase | str:
    """Those that are named only, with their headline on their page."""
    rest = [one.title for one in found[wording.FEW :]]
    return Phrase("others", {"titles": ", ".join(rest)}) if rest else ""
