"""What the checks of conditions share: which naltrexone is meant, and how an entry reads.

Pure.
"""

from collections.abc import Iterable

from cds.checks import wording
from cds.checks.scene import Scene
from cds.patient import Condition, Medication


def concerned(scene: Scene) -> tuple[Medication, ...]:
    """Which naltrexone is this about: the orders in focus, or what is active on the open chart?"""
    return wording.drafts(scene.naltrexone_orders) or tuple(found.medication for found in scene.active_naltrexone)


def dated(one: Condition) -> str:
    """acute hepatitis B, 3 Feb 2026."""
    label = wording.short(one.label, 56)
    return f"{label}, {wording.about_when(one.onset)}" if one.onset else label


def line(one: Condition) -> str:
    """One line of a list: the diagnosis, its state and since when."""
    state = "in remission" if one.remission and one.past else "past" if one.past else "active"
    parts = [state]
    if one.onset is not None:
        parts.append(f"since {wording.about_when(one.onset)}")
    if one.recorded is not None and one.recorded != one.onset:
        parts.append(f"recorded {wording.about_when(one.recorded)}")
    return f"{wording.short(one.label, 80)}: {', '.join(parts)}"


def references(found: Iterable[Condition]) -> tuple[str, ...]:
    """The references of these conditions as the client sent them."""
    return tuple(dict.fromkeys(one.reference for one in found if one.reference))
