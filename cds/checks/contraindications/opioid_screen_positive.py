"""Did a recent urine screen find an opioid?"""

from datetime import date, timedelta

from cards.finding import Finding, Outcome, Phrase, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, screens, wording
from cds.checks.scene import Scene
from cds.exposure import Standing
from cds.patient import Picture, Unknown

CODE = "opioid-screen-positive"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Alert for a positive screen in the window that no later confirmation of the same substance has taken back."""
    if not scene.prescribing or not scene.naltrexone_in_focus:
        return not_applicable(CODE, "no naltrexone order in focus")
    if isinstance(picture.screens, Unknown):
        return not_assessed(CODE, picture.screens.why)
    window = timedelta(days=policy.days("screen.window"))
    positive = screens.standing_positive(picture.screens, window, today)
    if not positive:
        return clear(CODE, "no positive opioid screen in the window")
    naltrexone = conditions.concerned(scene)
    interfering = _interfering(scene, policy, today)
    variant = "start"
    if not scene.start:
        variant = "on-naltrexone"
    elif interfering and all(screens.is_opiate_immunoassay(one) for one in positive):
        variant = "cross-reaction"
    lines = [screens.line(one) for one in positive]
    if variant == "cross-reaction":
        lines += [f"{name} on the medication list" for name in interfering]
    newest = positive[0].taken
    confirmed = any(one.confirmatory for one in positive)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(positive)} positive results",
        variant=variant,
        facts={
            "product": wording.product(naltrexone, policy),
            "first": f"{screens.substances(positive)}, {wording.about_when(newest) if newest else 'date not known'}",
            "test": Phrase("test-confirmed" if positive[0].confirmatory else "test-screen"),
            "list": wording.bullets(lines),
            "confirm": Phrase("confirmed" if confirmed else "confirm"),
            "suspect": " or ".join(interfering[:2]),
        },
        about=(*dict.fromkeys(one.reference for one in positive if one.reference), *wording.references(naltrexone)),
        orders=tuple(order.key for order in scene.naltrexone_orders),
    )


def _interfering(scene: Scene, policy: Policy, today: date) -> tuple[str, ...]:
    """Quinolones and rifampicin on the list: active, or over for no longer than a screen counts."""
    window = timedelta(days=policy.days("screen.window"))
    found = []
    for exposure in scene.found:
        recent = exposure.last is not None and today - exposure.last <= window
        listed = exposure.standing in (Standing.ACTIVE, Standing.STALE) or recent
        if listed and "screen-interference" in exposure.medication.drug.parts:
            found.append(exposure.medication.drug.short)
    return tuple(dict.fromkeys(found))
