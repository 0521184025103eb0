"""Is chronic liver disease or cirrhosis on record?"""

from datetime import date

from cards.finding import Change, Finding, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions
from cds.checks.scene import Scene
from cds.patient import Condition, Picture, Unknown

CODE = "liver-disease"
CONCEPTS = frozenset({"chronic-liver-disease", "chronic-hepatitis", "cirrhosis"})
_SPECIFIC = frozenset({"hepatic-failure", "acute-hepatitis"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A warning for chronic disease; an entry that says failure or acute hepatitis is told by that finding alone."""
    if not scene.about_naltrexone:
        return not_applicable(CODE, "no naltrexone order in focus")
    if isinstance(picture.conditions, Unknown):
        return not_assessed(CODE, picture.conditions.why)
    found = on_record(picture)
    if not found:
        return clear(CODE, "no chronic liver disease on the problem list")
    scarred = tuple(one for one in found if "cirrhosis" in one.concepts)
    order = Proposal(change=Change.CREATE, label="hepatic-panel", order="hepatic-panel")
    shown = (*scarred, *(one for one in found if one not in scarred))
    return conditions.alert(CODE, scene, policy, shown, "cirrhosis" if scarred else "chronic", proposals=(order,))


def on_record(picture: Picture) -> tuple[Condition, ...]:
    """Which active entries say chronic liver disease, and nothing more specific?"""
    return tuple(one for one in conditions.active(picture, CONCEPTS) if not one.concepts & _SPECIFIC)
