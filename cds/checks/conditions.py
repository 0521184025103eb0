"""What the checks of conditions share: which naltrexone is meant, and how an entry reads.

Pure.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from cards.finding import Fact, Finding, Outcome, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import wording
from cds.checks.scene import Scene
from cds.patient import Condition, Medication, Picture, Unknown

_REMISSION = "-remission"


def concerned(scene: Scene) -> tuple[Medication, ...]:
    """Which naltrexone is this about: the orders in focus, or what is active on the open chart?"""
    return wording.drafts(scene.naltrexone_orders) or tuple(found.medication for found in scene.active_naltrexone)


def dated(one: Condition) -> str:
    """acute hepatitis B, 3 Feb 2026."""
    label = wording.short(one.label, 56)
    return f"{label}, {wording.about_when(one.onset)}" if one.onset else label


def line(one: Condition) -> str:
    """One line of a list: the diagnosis, its state and since when."""
    parts = [_state(one)]
    if one.onset is not None:
        parts.append(f"since {wording.about_when(one.onset)}")
    if one.recorded is not None and one.recorded != one.onset:
        parts.append(f"recorded {wording.about_when(one.recorded)}")
    return f"{wording.short(one.label, 80)}: {', '.join(parts)}"


def _state(one: Condition) -> str:
    """active; past; recorded as in remission, which a code says even of an entry that is listed as active."""
    if any(name.endswith(_REMISSION) for name in one.concepts) or (one.past and one.remission):
        return "recorded as in remission" if "remission" in one.label.casefold() else "recorded as past or in remission"
    return "past" if one.past else "active"


def references(found: Iterable[Condition]) -> tuple[str, ...]:
    """The references of these conditions as the client sent them."""
    return tuple(dict.fromkeys(one.reference for one in found if one.reference))


def active(picture: Picture, concepts: Iterable[str]) -> tuple[Condition, ...]:
    """Which active entries of the problem list are one of these?"""
    if isinstance(picture.conditions, Unknown):
        return ()
    wanted = frozenset(concepts)
    return tuple(one for one in picture.conditions if one.active and one.concepts & wanted)


def by_reason(scene: Scene, concepts: Iterable[str]) -> tuple[Condition, ...]:
    """Which of these is a naltrexone order in focus written for, as its own reason says?"""
    wanted = frozenset(concepts)
    named = dict.fromkeys(name for order in scene.naltrexone_orders if order.in_focus for name in sorted(order.medication.reasons & wanted))
    return tuple(
        Condition(label=f"{name.replace('-', ' ')}, the reason of this order", concepts=frozenset({name}), active=True, past=False, remission=False)
        for name in named
    )


def order_keys(scene: Scene) -> tuple[str, ...]:
    """The order that information about the patient is told beside: the first in focus, so that it is told once."""
    return tuple(order.key for order in scene.naltrexone_orders)[:1]


def alert(
    code: str,
    scene: Scene,
    policy: Policy,
    found: tuple[Condition, ...],
    variant: str,
    *,
    facts: Mapping[str, Fact] | None = None,
    more: tuple[str, ...] = (),
    about: tuple[str, ...] = (),
    proposals: tuple[Proposal, ...] = (),
    reason: str = "",
) -> Finding:
    """The finding that these conditions, and what else is in `facts`, are on record."""
    naltrexone = concerned(scene)
    return Finding(
        code=code,
        outcome=Outcome.ALERT,
        reason=reason or f"{len(found)} active entries",
        variant=variant,
        facts={
            "product": wording.product(naltrexone, policy),
            "first": wording.short(found[0].label, 56) if found else "",
            "list": wording.bullets(line(one) for one in found),
            **(facts or {}),
        },
        more=more,
        about=tuple(dict.fromkeys((*references(found), *about, *wording.references(naltrexone)))),
        orders=order_keys(scene),
        proposals=proposals,
    )


def simple(code: str, concepts: frozenset[str], variant: str, scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """The check of which nothing has to be judged but that one of these conditions is active, or the order's reason."""
    if not scene.about_naltrexone:
        return not_applicable(code, "no naltrexone order in focus")
    found = active(picture, concepts) or by_reason(scene, concepts)
    if not found and isinstance(picture.conditions, Unknown):
        return not_assessed(code, picture.conditions.why)
    return alert(code, scene, policy, found, variant) if found else clear(code, "none on the problem list")
