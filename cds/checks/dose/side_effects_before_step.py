"""Is the dose raised although side effects were recorded since the last change?"""

from datetime import date
from decimal import Decimal

from cards.finding import Change, Finding, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cards.words import words
from cds.checks import effects, regimen, wording
from cds.checks.scene import Scene
from cds.patient import Order, Picture, Unknown

CODE = "side-effects-before-step"
_OTHER_WAYS = frozenset({"sublingual", "sublingually", "buccal", "tongue", "topical", "cream", "transdermal"})
_BEDTIME = frozenset({"HS", "NIGHT", "EVE", "EVE.late"})


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A raise of what is taken now, and what may be a side effect of it, recorded since that dose began."""
    orders = regimen.low(scene, policy)
    now = scene.history.now
    if not orders or not scene.prescribing:
        return not_applicable(CODE, "no low-dose naltrexone order in focus")
    steps = [(order, step) for order in orders for step in regimen.steps_up(order, scene, today) if not step.planned]
    if not steps or now is None or now.since is None:
        return clear(CODE, "the dose that is taken is not raised")
    found = effects.since(now, scene, picture)
    if not found:
        if isinstance(picture.conditions, Unknown):
            return not_assessed(CODE, picture.conditions.why)
        return clear(CODE, "no side effect recorded since the last change")
    order, step = steps[0]
    first = wording.short(found[0].label, 56)
    groups = {group for one in found for group in one.groups}
    halvable = regimen.halvable(regimen.form(order.medication), step.before)
    could = halvable or regimen.halvable(regimen.form(now.entry), step.before)
    return regimen.alert(
        CODE,
        (order,),
        "raise",
        policy,
        f"{len(found)} side effects recorded since the last change",
        facts={
            "first": first[:1].upper() + first[1:],
            "list": wording.bullets(effects.line(one) for one in found),
            "before": wording.mg(step.before),
            "after": wording.mg(step.after),
            "since": wording.on(now.since),
        },
        more=(
            *(("do-halve-only" if scene.withheld else "do-halve",) if could else ("do-no-half",)),
            *(("do-sleep",) if "sleep" in groups else ()),
            *(("do-gut",) if "gut" in groups and not _passes_the_gut_by(order) else ()),
        ),
        about=tuple(one.reference for one in found if one.reference),
        proposals=_proposals(order, step.before, halvable, "sleep" in groups, policy),
    )


def _passes_the_gut_by(order: Order) -> bool:
    """Is it ordered under the tongue or for the skin, by its route, its form or its words?"""
    entry = order.medication
    said = words(" ".join((entry.route, entry.dose.route, entry.dose.form, *entry.drug.texts)))
    return bool(_OTHER_WAYS.intersection(said))


def _proposals(order: Order, mg: Decimal, halvable: bool, sleep: bool, policy: Policy) -> tuple[Proposal, ...]:
    """Half the dose for a week and then up again; the same dose in the morning; the same dose."""
    out: list[Proposal] = []
    if halvable:
        out.append(regimen.planned(order, ((mg / 2, policy.days("titration.halved-for")), (mg, None)), "halve"))
    if sleep and order.medication.dose.steps[0].moments & _BEDTIME:
        out.append(regimen.set_to(order, mg, "stay-morning", Change.MORNING))
    return (*out, regimen.set_to(order, mg, "stay"))
