"""Will naltrexone block the opioid that is being ordered, or the opioid make the next naltrexone dose dangerous?"""

from datetime import date, timedelta

from cards.finding import Change, Finding, Outcome, Phrase, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import wording
from cds.checks.scene import Scene
from cds.exposure import Exposure, Standing, blocks, naltrexones
from cds.patient import Kind, Picture, Unknown

CODE = "opioid-order-on-ldn"
_GIVEN = {"injection": "given", "implant": "placed"}


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Alert when an opioid is drafted while naltrexone is active or its blockade is not over."""
    if not scene.opioid_in_focus or not scene.prescribing:
        return not_applicable(CODE, "no opioid order in focus")
    if scene.naltrexone_orders:
        return not_applicable(CODE, "naltrexone is drafted in the same session: opioid-active speaks about both")
    blocking = tuple(found for found in naltrexones(scene.found) if blocks(found, picture.asked, policy, today))
    if not blocking:
        if isinstance(picture.medications, Unknown):
            return not_assessed(CODE, picture.medications.why)
        return clear(CODE, "no active naltrexone, and no exposure that is not over")
    ordered = wording.drafts(scene.opioid_in_focus)
    current = tuple(found for found in blocking if found.standing in (Standing.ACTIVE, Standing.STALE))
    first = _deciding(blocking, policy)
    washout = wording.washout(order.drug for order in scene.opioid_in_focus)
    variant = _variant(first)
    until = _until(first, policy)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(blocking)} naltrexone entries block",
        variant=variant,
        facts={
            "opioid": wording.names(ordered),
            "product": wording.taken_product([first.medication], policy),
            "state": _state(first),
            "until": wording.on(until) if until else "",
            "list": wording.exposures(blocking),
            "holding": wording.holding(found.medication for found in blocking),
            "washout": Phrase(washout),
        },
        more=(*_more(blocking, first, variant, policy), *wording.washout_evidence(washout)),
        about=wording.references((found.medication for found in blocking), ordered),
        orders=tuple(order.key for order in scene.opioid_in_focus),
        proposals=(*_hold_proposals(current, policy), *_remove_proposals(scene)),
    )


def _deciding(blocking: tuple[Exposure, ...], policy: Policy) -> Exposure:
    """Which entry does the headline name? What is taken now before what is over, a known last dose before an unknown or old one."""
    order = (Standing.ACTIVE, Standing.ENDED, Standing.STALE, Standing.UNKNOWN_LAST_DOSE)
    return max(blocking, key=lambda found: (-order.index(found.standing), _until(found, policy) or date.min))


def _variant(found: Exposure) -> str:
    lasting = wording.lasting_product(found.medication)
    held = found.standing is Standing.ACTIVE and found.medication.status == "on-hold"
    if found.standing is Standing.UNKNOWN_LAST_DOSE or held:
        return "unknown-last-dose"
    if found.standing is Standing.STALE:
        return "stale-naltrexone"
    if found.standing is Standing.ACTIVE:
        return f"on-{lasting or 'naltrexone'}"
    return f"{lasting or 'exposure'}-not-over"


def _until(found: Exposure, policy: Policy) -> date | None:
    """To which day is blockade assumed after a last dose that is known?"""
    if found.last is None:
        return None
    lasting = wording.lasting_product(found.medication)
    if lasting:
        return policy.after(found.last, f"exposure.{lasting}")
    hours = timedelta(hours=policy.hours("exposure.oral"))
    return (found.moment + hours).date() if found.moment is not None else found.last + hours


def _state(found: Exposure) -> str:
    """supply to about 12 Jan 2026; dose 3 Jan 2026; ordered 3 Feb 2026."""
    entry = found.medication
    if found.last is not None:
        day = f"{'about ' if found.estimated else ''}{wording.on(found.last)}"
        return f"{_GIVEN.get(wording.lasting_product(entry), 'dose')} {day}"
    if found.supply_end is not None and found.standing is Standing.ACTIVE and not (entry.ended and entry.ended.latest == found.supply_end):
        return f"supply to about {wording.on(found.supply_end)}"
    return wording.written(entry) or "date not known"


def _more(blocking: tuple[Exposure, ...], first: Exposure, variant: str, policy: Policy) -> tuple[str, ...]:
    """Which sentences are added because of the product: a lasting one, low or full doses by mouth?"""
    lasting = {wording.lasting_product(found.medication) for found in blocking} - {""}
    found = ["do-lasting"] if lasting else []
    if not wording.lasting_product(first.medication):
        found.append("evidence-low-dose" if wording.product([first.medication], policy) == "LDN" else "evidence-full-dose")
    if "implant" in lasting and "implant" not in variant:
        found.append("evidence-block")
    return tuple(found)


def _hold_proposals(current: tuple[Exposure, ...], policy: Policy) -> tuple[Proposal, ...]:
    return tuple(
        Proposal(change=Change.HOLD, label="hold", order=found.medication.key, facts={"product": found.medication.drug.short})
        for found in current
        if found.medication.kind is Kind.REQUEST
        and found.medication.reference
        and found.medication.status != "on-hold"
        and found.medication.drug.product != "implant"
    )


def _remove_proposals(scene: Scene) -> tuple[Proposal, ...]:
    return tuple(
        Proposal(change=Change.REMOVE_DRAFT, label="remove", order=order.key, facts={"opioid": order.drug.short}) for order in scene.opioid_in_focus
    )
