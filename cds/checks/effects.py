"""What the checks of doses share about side effects: which were recorded since the dose was last changed?

Pure. What was there before is the disease; what is recorded since the change may be the drug.
"""

from dataclasses import dataclass
from datetime import date

from cds.checks import wording
from cds.checks.scene import Scene
from cds.history import Level
from cds.patient import Day, Picture, known


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One entry of the problem list, or one reaction to naltrexone on the allergy list."""

    label: str
    groups: frozenset[str]
    recorded: date
    reference: str | None


def since(level: Level, scene: Scene, picture: Picture) -> tuple[Effect, ...]:
    """Which side effects were recorded on or after the day on which this dose began? The newest first."""
    began = scene.history.current.began if scene.history.current is not None else level.since
    found = [
        Effect(label=one.label, groups=one.effects, recorded=one.recorded.latest, reference=one.reference)
        for one in known(picture.conditions)
        if one.effects and one.active and one.recorded is not None and one.recorded.latest >= level.since and _not_before(one.onset, began)
    ]
    found += [
        Effect(label=", ".join(one.reactions), groups=one.effects, recorded=one.recorded.latest, reference=one.reference)
        for one in known(picture.allergies)
        if one.drug.is_naltrexone and one.effects and one.side_effects_only and one.recorded is not None and one.recorded.latest >= level.since
    ]
    return tuple(sorted(found, key=lambda one: one.recorded, reverse=True))


def _not_before(onset: Day | None, began: date) -> bool:
    return onset is None or onset.latest >= began


def line(one: Effect) -> str:
    """Nightmares, recorded 3 Feb 2026."""
    return f"{wording.short(one.label, 80)}, recorded {wording.on(one.recorded)}"
