"""Are the latest liver enzymes clearly raised?"""

from datetime import date, timedelta

from cards.finding import Finding, Outcome, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, labs, wording
from cds.checks.scene import Scene
from cds.patient import Lab, Picture, Unknown

CODE = "liver-enzymes-raised"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """By the latest ALT and AST in the window, against the result's own range, else the profile's. Bilirubin alone is no finding."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus and none active on the open chart")
    if isinstance(picture.labs, Unknown):
        return not_assessed(CODE, picture.labs.why)
    window = timedelta(days=policy.days("liver.window"))
    found = [one for test in labs.ENZYMES if (one := labs.latest(picture.labs, test, window, today)) is not None]
    if not found:
        return not_assessed(CODE, f"no ALT or AST in {window.days} days that can be read")
    raised = sorted((one for one in found if _above(one, "liver.raised", policy)), key=lambda one: -labs.multiple(one, policy))
    if not raised:
        return clear(CODE, "; ".join(f"{labs.NAMES[one.test]} {labs.multiple(one, policy):.1f} times its limit" for one in found))
    bilirubin = labs.latest(picture.labs, "bilirubin-total", window, today)
    jaundice = bilirubin is not None and _above(bilirubin, "liver.bilirubin-raised", policy)
    high = any(_above(one, "liver.raised-critical", policy) for one in raised)
    shown = [*found, *([bilirubin] if bilirubin is not None else [])]
    naltrexone = conditions.concerned(scene)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(raised)} enzymes raised{', bilirubin too' if jaundice else ''}",
        variant="with-bilirubin" if jaundice else "high" if high else "raised",
        facts={
            "product": wording.product(naltrexone, policy),
            "verb": "start" if scene.start else "continue",
            "first": _headline(raised[0], policy),
            "bilirubin": labs.line(bilirubin, policy) if bilirubin is not None else "",
            "list": wording.bullets(labs.line(one, policy) for one in shown),
        },
        more=("why-ast",) if all(one.test == "ast" for one in raised) else (),
        about=tuple(dict.fromkeys((*(one.reference for one in shown if one.reference), *wording.references(naltrexone)))),
        orders=conditions.order_keys(scene),
    )


def _above(one: Lab, name: str, policy: Policy) -> bool:
    """Is it known to be above this multiple? One that is "more than" exactly the multiple is above it, "less than" never."""
    times, limit = labs.multiple(one, policy), policy.quantity(name)
    return labs.at_least(one) and (times > limit or (times == limit and one.comparator == ">"))


def _headline(one: Lab, policy: Policy) -> str:
    """ALT 4.5 times the limit (3 Feb 2026)."""
    when = f" ({wording.about_when(one.taken)})" if one.taken else ""
    return f"{labs.NAMES[one.test]} {labs.than(one)}{labs.multiple(one, policy):.1f} times the limit{when}"
