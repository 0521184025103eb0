"""Will naltrexone block the opioid that is being ordered, or the opioid make the next naltrexone dose dangerous?"""

from datetime import date

from cards.finding import Change, Finding, Outcome, Phrase, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import wording
from cds.checks.scene import Scene
from cds.exposure import Exposure, Standing, blocks, naltrexones
from cds.patient import Kind, Picture, Unknown

CODE = "opioid-order-on-ldn"
_PRODUCT = {"depot-injection": "naltrexone injection", "implant": "naltrexone implant"}


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
    first = (current or blocking)[0]
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(blocking)} naltrexone entries block",
        variant="on-naltrexone" if current else "exposure-not-over",
        facts={
            "opioid": wording.names(ordered),
            "product": _PRODUCT.get(first.medication.drug.product) or wording.product([first.medication], policy),
            "state": _state(first),
            "list": wording.exposures(blocking),
            "hold": _hold(blocking),
            "washout": Phrase("washout-long-acting" if any(order.drug.long_acting for order in scene.opioid_in_focus) else "washout-short-acting"),
        },
        more=("do-depot",) if any(found.medication.drug.product in _PRODUCT for found in blocking) else (),
        about=wording.references((found.medication for found in blocking), ordered),
        orders=tuple(order.key for order in scene.opioid_in_focus),
        proposals=(*_hold_proposals(current, policy), *_remove_proposals(scene)),
    )


def _state(found: Exposure) -> str:
    """supply to 12 Jan 2026; last dose 3 Jan 2026; active."""
    if found.standing is Standing.UNKNOWN_LAST_DOSE:
        return "last dose not known"
    if found.last is not None:
        return f"last dose {wording.on(found.last)}"
    if found.supply_end is not None and found.standing is Standing.ACTIVE:
        return f"supply to {wording.on(found.supply_end)}"
    listed = "still listed, old entry" if found.standing is Standing.STALE else "active"
    return f"{listed}, {wording.written(found.medication)}" if wording.written(found.medication) else listed


def _hold(blocking: tuple[Exposure, ...]) -> tuple[Phrase, ...]:
    """How long does the blockade last? One phrase per product on the list."""
    products = {found.medication.drug.product if found.medication.drug.product in _PRODUCT else "oral" for found in blocking}
    return tuple(Phrase(f"hold-{name}") for name in ("oral", *_PRODUCT) if name in products)


def _hold_proposals(current: tuple[Exposure, ...], policy: Policy) -> tuple[Proposal, ...]:
    return tuple(
        Proposal(change=Change.HOLD, label="hold", order=found.medication.key, facts={"product": found.medication.drug.short})
        for found in current
        if found.medication.kind is Kind.REQUEST and found.medication.reference and found.medication.status != "on-hold"
    )


def _remove_proposals(scene: Scene) -> tuple[Proposal, ...]:
    return tuple(
        Proposal(change=Change.REMOVE_DRAFT, label="remove", order=order.key, facts={"opioid": order.drug.short}) for order in scene.opioid_in_focus
    )
