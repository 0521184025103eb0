"""Did a recent urine screen find an opioid?"""

from datetime import date, timedelta

from cards.finding import Finding, Outcome, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.exposure import Standing
from cds.patient import Picture, Screen, Unknown
from cds.recognise.concepts import Result

CODE = "opioid-screen-positive"
_NOT_AGONIST = frozenset({"uds-naltrexone", "uds-panel"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Alert for a positive screen in the window that no later confirmation of the same substance has taken back."""
    if not scene.prescribing or not scene.naltrexone_in_focus:
        return not_applicable(CODE, "no naltrexone order in focus")
    if isinstance(picture.screens, Unknown):
        return not_assessed(CODE, picture.screens.why)
    window = timedelta(days=policy.days("screen.window"))
    positive = [
        one
        for one in picture.screens
        if one.result is Result.POSITIVE and one.concepts - _NOT_AGONIST and (one.taken is None or today - one.taken.latest <= window)
    ]
    positive = [one for one in positive if not any(_takes_back(other, one) for other in picture.screens)]
    if not positive:
        return clear(CODE, "no positive opioid screen in the window")
    positive.sort(key=lambda one: one.taken.latest if one.taken else date.min, reverse=True)
    naltrexone = conditions.concerned(scene)
    interfering = _interfering(scene, policy, today)
    variant = "start"
    if not scene.start:
        variant = "on-naltrexone"
    elif interfering and all(one.concepts <= {"uds-opiates"} and not one.confirmatory for one in positive):
        variant = "cross-reaction"
    lines = [_line(one) for one in positive]
    if variant == "cross-reaction":
        lines += [f"{name} on the medication list" for name in interfering]
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(positive)} positive results",
        variant=variant,
        facts={
            "product": wording.product(naltrexone, policy),
            "first": _first(positive[0]),
            "list": wording.bullets(lines),
        },
        about=(*dict.fromkeys(one.reference for one in positive if one.reference), *wording.references(naltrexone)),
        orders=tuple(order.key for order in scene.naltrexone_orders),
    )


def _takes_back(other: Screen, one: Screen) -> bool:
    """Is the other a negative confirmation of the same substance, of the same sample or later?"""
    if other.result is not Result.NEGATIVE or not other.confirmatory or not other.concepts >= one.concepts:
        return False
    if one.confirmatory and other.taken is not None and one.taken is not None and other.taken.latest == one.taken.latest:
        return False
    if "uds-opiates" in one.concepts and wording.short(other.label) != wording.short(one.label) and not _group(other.label):
        return False
    return other.taken is not None and (one.taken is None or other.taken.latest >= one.taken.earliest)


def _group(label: str) -> bool:
    """Does this confirmation speak of opiates as a group, not of one of them only?"""
    return "opiate" in label.casefold() or "opioid" in label.casefold()


def _interfering(scene: Scene, policy: Policy, today: date) -> tuple[str, ...]:
    """Quinolones and rifampicin that were taken around the sample."""
    window = timedelta(days=policy.days("screen.window"))
    found = []
    for exposure in scene.found:
        drug = exposure.medication.drug
        recent = exposure.last is not None and today - exposure.last <= window
        if "screen-interference" in drug.parts and (exposure.standing in (Standing.ACTIVE, Standing.STALE) or recent):
            found.append(wording.short(drug.label))
    found += [wording.short(order.drug.label) for order in scene.orders if "screen-interference" in order.drug.parts]
    return tuple(dict.fromkeys(found))


def _first(one: Screen) -> str:
    label = wording.short(one.label or "opioid", 50)
    return f"{label}, {wording.about_when(one.taken)}" if one.taken else f"{label}, date not known"


def _line(one: Screen) -> str:
    method = "confirmatory test" if one.confirmatory else "screen"
    return f"{_first(one)}: positive ({method})"
