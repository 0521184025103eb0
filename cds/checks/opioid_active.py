"""Does this patient take an opioid that naltrexone would displace?"""

from datetime import date

from cards.finding import Change, Finding, Outcome, Phrase, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import wording
from cds.checks.scene import Scene, opioids_standing
from cds.exposure import Exposure, Standing
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
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(standing)} opioid entries stand",
        variant=_variant(scene, standing),
        facts={
            "product": product,
            "verb": "start" if scene.start else "continue",
            "first": _first(current),
            "list": wording.exposures(standing),
            "washout": Phrase(_washout(standing)),
        },
        more=_more(standing),
        about=wording.references((found.medication for found in standing), naltrexone),
        orders=tuple(order.key for order in scene.naltrexone_orders),
        proposals=_proposals(scene, standing, product),
    )


def _variant(scene: Scene, standing: tuple[Exposure, ...]) -> str:
    if all(found.standing is Standing.STALE for found in standing):
        return "stale"
    if not scene.prescribing:
        return "on-chart"
    on_chart = any(found.medication.kind is not Kind.DRAFT and found.standing is Standing.ACTIVE for found in standing)
    return "active" if on_chart else "drafted-together"


def _first(standing: tuple[Exposure, ...]) -> str:
    """oxycodone 5 mg is active (ordered 3 Feb 2026); oxycodone 5 mg and 2 more opioids are active."""
    named, count = wording.counted(found.medication for found in standing)
    if standing[0].medication.kind is Kind.DRAFT:
        return named if count == 1 else f"{named} and {count - 1} more"
    words = {Standing.ACTIVE: "active", Standing.STALE: "still listed"}[standing[0].standing]
    if count > 1:
        return f"{named} and {count - 1} more opioid{'s' if count > 2 else ''} are {words}"
    when = max((found.medication.written for found in standing if found.medication.written), key=lambda day: day.latest, default=None)
    verb = wording.written_as(standing[0].medication, when)
    return f"{named} is {words}{f' ({verb})' if verb else ''}"


def _washout(standing: tuple[Exposure, ...]) -> str:
    """Which phrase says how long to wait? The longest of those that apply."""
    drugs = [found.medication.drug for found in standing]
    if any(drug.product == "depot-injection" for drug in drugs):
        return "washout-depot"
    if any(drug.product in ("implant", "pump") for drug in drugs):
        return "washout-implant"
    return "washout-long-acting" if any(drug.long_acting for drug in drugs) else "washout-short-acting"


def _more(standing: tuple[Exposure, ...]) -> tuple[str, ...]:
    ingredients = {name for found in standing for name in found.medication.drug.ingredients}
    products = {found.medication.drug.product for found in standing}
    found = []
    if "tramadol" in ingredients:
        found.append("evidence-tramadol")
    if ingredients & {"kratom", "mitragynine", "7-hydroxymitragynine"}:
        found.append("evidence-kratom")
    if "tianeptine" in ingredients:
        found.append("evidence-tianeptine")
    if products & {"implant", "pump"}:
        found.append("do-pump")
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
