"""Are liver enzymes due on low-dose naltrexone?"""

from datetime import date, timedelta

from cards.finding import Change, Finding, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, labs, regimen, wording
from cds.checks.precautions import liver_disease
from cds.checks.scene import Scene
from cds.patient import Picture, known

CODE = "lft-due"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Information when the last ALT or AST is older than the interval, or there is none."""
    on = regimen.low(scene, policy) if scene.prescribing else regimen.on_low_dose(scene, policy)
    if not on:
        return not_applicable(CODE, "no low-dose naltrexone")
    liver = bool(liver_disease.on_record(picture))
    interval = timedelta(days=policy.days("lft.window-liver-disease" if liver else "lft.window"))
    if labs.measured(known(picture.labs), labs.ENZYMES, interval, today) is not None:
        return clear(CODE, "ALT or AST within the interval")
    if why := labs.unseen(picture):
        return not_assessed(CODE, why)
    last = labs.measured(known(picture.labs), labs.ENZYMES, None, today)
    when = wording.about_when(last.taken) if last is not None and last.taken is not None else "none on record"
    order = Proposal(change=Change.CREATE, label="hepatic-panel", order="hepatic-panel")
    variant = "due-liver-disease" if liver else "due"
    return conditions.alert(CODE, scene, policy, (), variant, facts={"last": when, "list": ""}, proposals=(order,), reason="none within the interval")
