"""What the checks of doses share about side effects: which were recorded since the dose was last changed, and which dose had none?

Pure. What was there before is the disease; what is recorded since the change may be the drug.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cds.checks import wording
from cds.checks.scene import Scene
from cds.exposure import naltrexones
from cds.history import Level
from cds.patient import Day, Picture, known


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One sign of a side effect: of the problem list, a reaction to naltrexone, a symptom observed, or the reason why a course ended."""

    label: str
    groups: frozenset[str]
    recorded: date
    reference: str | None
    how: str = "recorded"


def since(level: Level, scene: Scene, picture: Picture) -> tuple[Effect, ...]:
    """Which side effects were recorded on or after the day on which this dose began? The newest first; none where the day is not known."""
    if level.since is None:
        return ()
    first = level.since
    return tuple(one for one in _all(scene, picture) if one.recorded >= first)


def tolerated(scene: Scene, picture: Picture) -> Level | None:
    """Which dose was taken last without side effects on record? Where each had some, the last one; None where no dose is known."""
    levels = [level for course in scene.history.courses for level in course.levels]
    found = _all(scene, picture)
    for level, following in reversed(list(pairwise([*levels, None]))):
        begun, over = level.since if level else None, following.since if following else None
        if level is not None and not any(begun is not None and begun <= one.recorded and (over is None or one.recorded < over) for one in found):
            return level
    return scene.history.last


def _all(scene: Scene, picture: Picture) -> list[Effect]:
    """Everything that may be a side effect, each with its day, the newest first."""
    found = [*_conditions(scene, picture), *_reactions(picture), *_symptoms(picture), *_endings(scene)]
    return sorted(found, key=lambda one: one.recorded, reverse=True)


def _conditions(scene: Scene, picture: Picture) -> Iterator[Effect]:
    """Those of the problem list that did not begin before the course."""
    current = scene.history.current
    began = current.began if current is not None else None
    for one in known(picture.conditions):
        if one.effects and one.active and one.recorded is not None and (began is None or _not_before(one.onset, began)):
            yield Effect(label=one.label, groups=one.effects, recorded=one.recorded.latest, reference=one.reference)


def _not_before(onset: Day | None, began: date) -> bool:
    return onset is None or onset.latest >= began


def _reactions(picture: Picture) -> Iterator[Effect]:
    for one in known(picture.allergies):
        if one.drug.is_naltrexone and one.effects and one.side_effects_only and one.recorded is not None:
            yield Effect(label=", ".join(one.reactions), groups=one.effects, recorded=one.recorded.latest, reference=one.reference)


def _symptoms(picture: Picture) -> Iterator[Effect]:
    for one in known(picture.symptoms):
        if one.taken is not None:
            yield Effect(label=one.label, groups=one.effects, recorded=one.taken.latest, reference=one.reference)


def _endings(scene: Scene) -> Iterator[Effect]:
    """Orders of naltrexone that were ended for a side effect, on the day of their end."""
    for found in naltrexones(scene.found):
        entry = found.medication
        day = found.last or (entry.written.latest if entry.written is not None else None)
        if entry.effects and day is not None:
            yield Effect(label=entry.ended_for, groups=entry.effects, recorded=day, reference=entry.reference, how="given as the reason for stopping")


def line(one: Effect) -> str:
    """Nightmares, recorded 3 Feb 2026."""
    return f"{wording.short(one.label, 80)}, {one.how} {wording.on(one.recorded)}"
