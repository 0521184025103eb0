"""Does the record hint at opioid use that the medication list does not show?"""

from datetime import date, timedelta

from cards.finding import Finding, Outcome, Phrase, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import wording
from cds.checks.contraindications import opioid_recent
from cds.checks.scene import Scene, opioids_standing
from cds.exposure import Exposure, Standing
from cds.patient import Condition, Medication, Picture, Procedure, Unknown, known

CODE = "opioid-exposure-suspected"
_PARTNERS = ("peripheral-antagonist", "lofexidine")
_CONCEPTS = frozenset({"opioid-long-term-use", "opioid-agonist-treatment", "opioid-use-unspecified"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Alert for a sign of opioid use while no opioid is on the list; either drug of a pair may be the draft."""
    drafted_partners = tuple(order for order in scene.orders if order.in_focus and _plays(order.medication))
    if not scene.prescribing or not (scene.naltrexone_in_focus or (drafted_partners and _naltrexone(scene))):
        return not_applicable(CODE, "no naltrexone order in focus, and no such partner drafted for a patient on naltrexone")
    if opioids_standing(scene) or opioid_recent.check(scene, picture, policy, today).outcome is Outcome.ALERT:
        return clear(CODE, "an opioid is on the list: opioid-active or opioid-recent speaks")
    partners = _partners(scene)
    conditions = tuple(
        one for one in known(picture.conditions) if one.active and one.concepts & _CONCEPTS and "opioid-withdrawal" not in one.concepts
    )
    recent = today - timedelta(days=policy.days("unknown-last-dose.long-acting"))
    procedures = tuple(
        one for one in known(picture.procedures) if one.active and one.concepts & _CONCEPTS and (one.done is None or one.done.latest >= recent)
    )
    if not scene.naltrexone_in_focus:
        conditions, procedures = (), ()
    if not partners and not conditions and not procedures:
        missing = [one.why for one in (picture.medications, picture.conditions) if isinstance(one, Unknown)]
        return not_assessed(CODE, "; ".join(missing)) if missing else clear(CODE, "no sign of opioid use")
    signs: tuple[Condition | Procedure, ...] = (*conditions, *procedures)
    naltrexone = _naltrexone(scene)
    critical = any("lofexidine" in found.medication.drug.parts for found in partners)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(partners)} medicines, {len(conditions)} conditions and {len(procedures)} procedures point to opioids",
        variant=_variant(partners, critical),
        facts={
            "product": wording.product(naltrexone, policy),
            "before": Phrase("before-start" if scene.start else "before-next"),
            "holding": Phrase("holding-none") if scene.start else wording.holding(naltrexone),
            "first": _first(partners, signs, critical),
            "list": wording.bullets([*(wording.entry_line(found) for found in partners), *(_line(one) for one in signs)]),
        },
        about=(
            *wording.references(found.medication for found in partners),
            *(one.reference for one in signs if one.reference),
            *wording.references(naltrexone),
        ),
        orders=tuple(order.key for order in (scene.naltrexone_orders or drafted_partners)),
    )


def _variant(partners: tuple[Exposure, ...], critical: bool) -> str:
    if critical or not partners:
        return "lofexidine" if critical else "record"
    return "alvimopan" if all("alvimopan" in found.medication.drug.ingredients for found in partners) else "constipation"


def _plays(entry: Medication) -> bool:
    return any(part in entry.drug.parts for part in _PARTNERS)


def _naltrexone(scene: Scene) -> tuple[Medication, ...]:
    """The naltrexone concerned: the order in focus, else another draft of the session, else what is active."""
    session = wording.drafts(order for order in scene.orders if order.drug.is_naltrexone)
    return wording.drafts(scene.naltrexone_orders) or session or tuple(found.medication for found in scene.active_naltrexone)


def _partners(scene: Scene) -> tuple[Exposure, ...]:
    chart = tuple(found for found in scene.found if _plays(found.medication) and found.standing in (Standing.ACTIVE, Standing.STALE))
    drafted = tuple(Exposure(medication=order.medication, standing=Standing.ACTIVE) for order in scene.orders if _plays(order.medication))
    return (*chart, *drafted)


def _first(partners: tuple[Exposure, ...], signs: tuple[Condition | Procedure, ...], critical: bool) -> str:
    decisive = [found.medication for found in partners if not critical or "lofexidine" in found.medication.drug.parts]
    if decisive:
        return wording.names(decisive)
    return wording.short(signs[0].label)


def _line(one: Condition | Procedure) -> str:
    when, verb = (one.recorded, "recorded") if isinstance(one, Condition) else (one.done, "done")
    return f"{wording.short(one.label, 80)}{f', {verb} {wording.about_when(when)}' if when else ''}"
