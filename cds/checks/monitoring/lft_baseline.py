"""Does low-dose naltrexone start without recent liver enzymes?"""

from datetime import date, timedelta

from cards.finding import Change, Finding, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, labs, regimen, wording
from cds.checks.scene import Scene
from cds.patient import Picture, known

CODE = "lft-baseline"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Information at the start, when neither ALT nor AST is on record in the window."""
    if not scene.prescribing or not scene.start or not regimen.low(scene, policy):
        return not_applicable(CODE, "no start of low-dose naltrexone")
    if labs.measured(known(picture.labs), labs.ENZYMES, timedelta(days=policy.days("lft.window")), today) is not None:
        return clear(CODE, "ALT or AST in the window")
    if why := labs.unseen(picture):
        return not_assessed(CODE, why)
    last = labs.measured(known(picture.labs), labs.ENZYMES, None, today)
    when = wording.about_when(last.taken) if last is not None and last.taken is not None else "none on record"
    order = Proposal(change=Change.CREATE, label="hepatic-panel", order="hepatic-panel")
    return conditions.alert(
        CODE, scene, policy, (), "baseline", facts={"last": when, "list": ""}, proposals=(order,), reason="no ALT or AST in the window"
    )
