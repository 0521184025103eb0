"""What the checks of two drugs share: which of them meet, whichever of the two is the draft.

Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cards.finding import Fact, Finding, Outcome, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import wording
from cds.checks.scene import Scene
from cds.exposure import Standing
from cds.patient import Medication, Picture, Unknown

Partner = Callable[[Medication], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Naltrexone and its partners that are used together, and the orders in focus that bring them together."""

    partners: tuple[Medication, ...]
    naltrexone: tuple[Medication, ...]
    orders: tuple[str, ...]
    partner_drafted: bool


def naltrexone_of(scene: Scene) -> tuple[Medication, ...]:
    """Which naltrexone is meant: that of the session's orders, or what is active?"""
    session = wording.drafts(order for order in scene.orders if order.drug.is_naltrexone)
    return session or tuple(found.medication for found in scene.active_naltrexone)


def meet(code: str, scene: Scene, picture: Picture, is_partner: Partner) -> Pair | Finding:
    """Do naltrexone and such a partner meet in this call? Else the finding that says why there is nothing to say.

    Partners that are still listed count, old entries too; naltrexone products are no partners of themselves.
    """
    if not scene.prescribing:
        return not_applicable(code, "no order is being written")
    in_focus = tuple(order for order in scene.orders if order.in_focus and _is(order.medication, is_partner))
    if not scene.naltrexone_in_focus and not in_focus:
        return not_applicable(code, "neither of the two drugs is in focus")
    drafted = tuple(order.medication for order in scene.orders if _is(order.medication, is_partner))
    chart = tuple(
        found.medication
        for found in scene.found
        if found.standing in (Standing.ACTIVE, Standing.STALE) and not found.medication.drafted and _is(found.medication, is_partner)
    )
    partners, naltrexone = (*drafted, *chart), naltrexone_of(scene)
    if not partners or not naltrexone:
        if isinstance(picture.medications, Unknown):
            return not_assessed(code, picture.medications.why)
        return clear(code, "the two are not used together")
    orders = tuple(order.key for order in scene.naltrexone_orders if order.in_focus) or tuple(order.key for order in in_focus)
    return Pair(partners=partners, naltrexone=naltrexone, orders=orders[:1], partner_drafted=bool(drafted))


def _is(entry: Medication, is_partner: Partner) -> bool:
    return not entry.drug.is_naltrexone and is_partner(entry)


def plays(part: str) -> Partner:
    """Does a drug play this part?"""
    return lambda entry: part in entry.drug.parts


def alert(
    code: str,
    pair: Pair,
    variant: str,
    policy: Policy,
    *,
    facts: dict[str, Fact] | None = None,
    more: tuple[str, ...] = (),
    proposals: tuple[Proposal, ...] = (),
) -> Finding:
    """The finding about this pair: who they are, and what is proposed."""
    return Finding(
        code=code,
        outcome=Outcome.ALERT,
        reason=f"{len(pair.partners)} entries meet naltrexone",
        variant=variant,
        facts={
            "product": wording.product(pair.naltrexone, policy),
            "first": wording.names(pair.partners),
            "list": wording.bullets(wording.dated_name(entry) for entry in pair.partners),
            **(facts or {}),
        },
        more=more,
        about=wording.references(pair.partners, pair.naltrexone),
        orders=pair.orders,
        proposals=proposals,
    )


def simple(code: str, part: str, variant: str) -> Callable[[Scene, Picture, Policy, date], Finding]:
    """The check of a pair of which nothing has to be said but that they meet."""

    def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
        pair = meet(code, scene, picture, plays(part))
        return pair if isinstance(pair, Finding) else alert(code, pair, variant, policy)

    return check
