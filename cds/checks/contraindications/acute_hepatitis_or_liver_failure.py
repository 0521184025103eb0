"""Is acute hepatitis or liver failure on record?"""

from datetime import date
from decimal import Decimal

from cards.finding import Finding, Outcome, Phrase, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.patient import Condition, Lab, Picture, Unknown, known

CODE = "acute-hepatitis-or-liver-failure"
_HEPATITIS, _FAILURE = "acute-hepatitis", "hepatic-failure"
_NAMES = {"alt": "ALT", "ast": "AST"}


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Critical when active; a warning for an acute hepatitis of long ago with normal enzymes since."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus and none active on the open chart")
    if isinstance(picture.conditions, Unknown):
        return not_assessed(CODE, picture.conditions.why)
    found = tuple(one for one in picture.conditions if one.active and one.concepts & {_HEPATITIS, _FAILURE})
    if not found:
        return clear(CODE, "no active acute hepatitis or liver failure on the problem list")
    failing = tuple(one for one in found if _FAILURE in one.concepts)
    enzymes = tuple(one for one in known(picture.labs) if one.test in _NAMES and one.value is not None and one.unit)
    current = tuple(one for one in found if one not in failing and not _is_over(one, enzymes, policy, today))
    variant = "failure" if failing else "hepatitis" if current else "long-ago"
    deciding = (failing or current or found)[0]
    naltrexone = conditions.concerned(scene)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(failing)} of liver failure, {len(current)} of acute hepatitis, {len(found) - len(failing) - len(current)} of long ago",
        variant=variant,
        facts={
            "product": wording.product(naltrexone, policy),
            "first": conditions.dated(deciding),
            "list": wording.bullets(conditions.line(one) for one in found),
            "labs": _labs(enzymes, policy),
            "verb": scene.verb,
        },
        about=(*conditions.references(found), *wording.references(naltrexone)),
        orders=tuple(order.key for order in scene.naltrexone_orders),
    )


def _is_over(one: Condition, enzymes: tuple[Lab, ...], policy: Policy, today: date) -> bool:
    """Recorded over six months ago, and every enzyme measured since is normal, at least one of them?

    The newest result of each enzyme decides; a result that cannot be compared leaves the hepatitis standing.
    """
    if one.recorded is None or today <= policy.after(one.recorded.latest, "hepatitis.over-after"):
        return False
    since = [enzyme for enzyme in enzymes if enzyme.taken is not None and enzyme.taken.earliest > one.recorded.latest]
    newest = [enzyme for test in _NAMES if (enzyme := _newest(since, test)) is not None]
    return bool(newest) and all(_is_normal(enzyme, policy) for enzyme in newest)


def _newest(enzymes: list[Lab] | tuple[Lab, ...], test: str) -> Lab | None:
    dated = [enzyme for enzyme in enzymes if enzyme.test == test and enzyme.taken is not None]
    return max(dated, key=lambda enzyme: enzyme.taken.latest if enzyme.taken else date.min, default=None)


def _upper(enzyme: Lab, policy: Policy) -> Decimal:
    return enzyme.upper if enzyme.upper is not None else policy.quantity(f"liver.{enzyme.test}-upper-normal")


def _is_normal(enzyme: Lab, policy: Policy) -> bool:
    return enzyme.value is not None and enzyme.value <= _upper(enzyme, policy) and enzyme.comparator not in (">", ">=")


def _result(enzyme: Lab, policy: Policy) -> str:
    """ALT 22 U/L (upper limit 40) on 3 Feb 2026; (site limit 40) when the laboratory sent no range."""
    value, upper = (enzyme.value or Decimal(0)).normalize(), _upper(enzyme, policy).normalize()
    when = f" on {wording.about_when(enzyme.taken)}" if enzyme.taken else ""
    whose = "site" if enzyme.upper is None else "upper"
    return f"{_NAMES[enzyme.test]} {enzyme.comparator}{value:f} U/L ({whose} limit {upper:f}){when}"


def _labs(enzymes: tuple[Lab, ...], policy: Policy) -> Phrase:
    newest = [enzyme for test in _NAMES if (enzyme := _newest(enzymes, test)) is not None]
    shown = [_result(enzyme, policy) for enzyme in newest]
    return Phrase("labs", {"results": "; ".join(shown)}) if shown else Phrase("no-labs")
