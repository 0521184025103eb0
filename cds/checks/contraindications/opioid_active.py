"""Does this patient take an opioid that naltrexone would displace?"""

from datetime import date

from cards.finding import Change, Finding, Outcome, Phrase, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import wording
from cds.checks.scene import Scene, opioids_standing
from cds.exposure import Exposure, Standing, blocks, naltrexones
from cds.patient import Kind, Medication, Picture, Unknown

CODE = "opioid-active"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Alert for every active or drafted opioid beside a naltrexone order, or beside active naltrexone on the open chart."""
    if scene.prescribing and not scene.naltrexone_orders:
        return not_applicable(CODE, "no naltrexone order in focus")
    if not scene.prescribing and not scene.active_naltrexone:
        return not_applicable(CODE, "no active naltrexone")
    naltrexone = wording.drafts(scene.naltrexone_orders) or tuple(found.medication for found in scene.active_naltrexone)
    standing = opioids_standing(scene)
    if not standing:
        if isinstance(picture.medications, Unknown):
            return not_assessed(CODE, picture.medications.why)
        return clear(CODE, "no active opioid on the lists that were sent")
    current = tuple(found for found in standing if found.standing is Standing.ACTIVE) or standing
    product = wording.product(naltrexone, policy)
    variant = _variant(scene, standing)
    taken = tuple(found for found in naltrexones(scene.found) if blocks(found, picture.asked, policy, today))
    if variant == "drafted-together" and taken:
        variant = "drafted-together-on-naltrexone"
    washout = wording.washout(found.medication.drug for found in standing)
    both = not scene.prescribing or variant == "drafted-together-on-naltrexone"
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(standing)} opioid entries stand",
        variant=variant,
        facts={
            "product": product,
            "taken": wording.taken_product((found.medication for found in taken), policy),
            "verb": scene.verb,
            "first": _first(current, variant),
            "list": "\n".join((*([wording.exposures(taken)] if both and taken else []), wording.exposures(standing))),
            "washout": Phrase(washout),
            "holding": wording.holding(found.medication for found in taken) or Phrase("holding-oral"),
        },
        more=_more(standing, product, washout) + (("do-blocked",) if taken and scene.opioid_orders and variant == "active" else ()),
        about=wording.references((found.medication for found in standing), naltrexone, (found.medication for found in (taken if both else ()))),
        orders=tuple(order.key for order in scene.naltrexone_orders),
        proposals=_proposals(scene, standing, product),
    )


def _variant(scene: Scene, standing: tuple[Exposure, ...]) -> str:
    if all(found.standing is Standing.STALE for found in standing):
        return "stale" if scene.prescribing else "stale-on-chart"
    if not scene.prescribing:
        return "on-chart"
    on_chart = any(found.medication.kind is not Kind.DRAFT and found.standing is Standing.ACTIVE for found in standing)
    return "active" if on_chart else "drafted-together"


def _first(standing: tuple[Exposure, ...], variant: str) -> str:
    """active opioid oxycodone 5 mg (ordered 3 Feb 2026); active opioids oxycodone 5 mg and 2 more; oxycodone 5 mg (...)."""
    named, count = wording.counted(found.medication for found in standing)
    before = f"active opioid{'s' if count > 1 else ''} " if variant == "active" else ""
    if count > 1:
        return f"{before}{named} and {count - 1} more"
    when = max((found.medication.written for found in standing if found.medication.written), key=lambda day: day.latest, default=None)
    verb = wording.written_as(standing[0].medication, when) if standing[0].medication.kind is not Kind.DRAFT else ""
    return f"{before}{named}{f' ({verb})' if verb else ''}"


def _more(standing: tuple[Exposure, ...], product: str, washout: str) -> tuple[str, ...]:
    """Which sentences are added because of these opioids, this naltrexone and this wait?"""
    ingredients = {name for found in standing for name in found.medication.drug.ingredients}
    found = list(wording.washout_evidence(washout))
    if "tramadol" in ingredients:
        found.append("evidence-tramadol")
    if ingredients & {"kratom", "mitragynine", "7-hydroxymitragynine"}:
        found.append("evidence-kratom")
    if "tianeptine" in ingredients:
        found.append("evidence-tianeptine")
    if product == "LDN" and any(one.standing is Standing.ACTIVE for one in standing):
        found.append("evidence-ultra-low")
    return tuple(found)


def _proposals(scene: Scene, standing: tuple[Exposure, ...], product: str) -> tuple[Proposal, ...]:
    found: list[Proposal] = []
    if all(one.standing is Standing.STALE for one in standing):
        listed = [one.medication for one in standing if one.medication.kind is Kind.REQUEST]
        found += [_ended(entry) for entry in listed] if len(listed) <= wording.MOST_BUTTONS else []
    for order in scene.naltrexone_orders:
        found.append(Proposal(change=Change.REMOVE_DRAFT, label="remove", order=order.key, facts={"product": product}))
    naltrexone = {order.key for order in scene.naltrexone_orders}
    for order in scene.opioid_orders:
        if order.key not in naltrexone:
            facts = {"opioid": order.drug.short}
            found.append(Proposal(change=Change.REMOVE_DRAFT, label="remove-opioid", order=order.key, facts=facts))
    return tuple(found)


def _ended(entry: Medication) -> Proposal:
    return Proposal(change=Change.END, label="not-taken", order=entry.key, facts={"opioid": entry.drug.short})
