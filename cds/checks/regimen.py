"""What the checks of doses share: which orders are low-dose, what is taken now, where an order goes up, and how a plan reads.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from cards.finding import Change, Fact, Finding, Form, Outcome, Proposal
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.dose import DoseClass
from cds.exposure import Exposure, Standing, naltrexones
from cds.history import Level
from cds.patient import Medication, Order, Picture

_STANDARD_USES = frozenset({"aud-active", "oud-active"})
_LIQUID = frozenset({"solution", "liquid", "suspension", "drops", "syrup"})
_SKIN = frozenset({"cream", "ointment", "gel", "lotion", "topical"})
_TABLET = "tablet-50"
_FINEST = Decimal("0.001")
_MOST_STEPS = 8
Steps = tuple[tuple[Decimal, int | None], ...]


def low(scene: Scene, policy: Policy) -> tuple[Order, ...]:
    """Which naltrexone orders in focus are low-dose?"""
    return tuple(order for order in scene.naltrexone_orders if order.in_focus and wording.kind_of_dose(order.medication, policy) is DoseClass.LOW)


def on_low_dose(scene: Scene, policy: Policy) -> tuple[Exposure, ...]:
    """Which active entries are low-dose naltrexone?"""
    return tuple(found for found in scene.active_naltrexone if wording.kind_of_dose(found.medication, policy) is DoseClass.LOW)


def is_intended(entry: Medication, scene: Scene, picture: Picture, policy: Policy, today: date) -> bool:
    """Is low-dose naltrexone meant by this order, whatever its dose says? By its words, its strength, its reason, or what the patient had lately.

    Not when its reason, or an active condition, is alcohol or opioid use disorder. (FINDINGS.md, "Dose classes".)
    """
    if entry.reasons & _STANDARD_USES or conditions.active(picture, _STANDARD_USES):
        return False
    recent = timedelta(days=policy.days("intended.recent"))
    had = (
        found
        for found in naltrexones(scene.found)
        if wording.kind_of_dose(found.medication, policy) is DoseClass.LOW
        and (found.standing is Standing.ACTIVE or (found.last is not None and today - found.last <= recent))
    )
    said = entry.drug.low_dose_words or _low_strength(entry, policy)
    return said or bool(entry.reasons & wording.low_dose_uses(policy)) or any(had)


def _low_strength(entry: Medication, policy: Policy) -> bool:
    """Does the strength of the product say low dose: capsules of a low dose, or a liquid too thin for a standard one?

    Not where it is ordered for what higher doses treat: many small capsules may make one.
    """
    if entry.drug.product or entry.reasons & wording.OF_HIGHER_DOSES:
        return False
    unit, in_ml = entry.dose.unit_mg, entry.dose.mg_per_ml
    if in_ml is not None:
        return in_ml * policy.quantity("volume.highest") < policy.quantity("dose.standard-from")
    return unit is not None and unit <= policy.quantity("dose.low-dose-up-to")


def current_mg(scene: Scene) -> Decimal | None:
    """How many milligrams of oral naltrexone a day does the patient take now? None when it cannot be told."""
    if scene.history.now is not None:
        return scene.history.now.daily_mg
    active = [found.medication for found in naltrexones(scene.found) if found.standing is Standing.ACTIVE and not found.medication.drafted]
    known = [entry for entry in active if entry.dose.steps]
    known.sort(key=lambda entry: entry.written.latest.toordinal() if entry.written else 0)
    return known[-1].dose.steps[-1].daily_mg if known else None


def raises(order: Order, scene: Scene) -> bool:
    """Does this order raise the dose: above what is taken now, or from one of its steps to the next?"""
    steps = [step.daily_mg for step in order.medication.dose.steps]
    now = current_mg(scene)
    path = [*([now] if now is not None else []), *steps]
    return any(later > earlier for earlier, later in pairwise(path))


def changes(order: Order, scene: Scene) -> bool:
    """Does this order give another dose than what is taken now? False when one of the two is not known."""
    steps = [step.daily_mg for step in order.medication.dose.steps]
    now = current_mg(scene)
    return len(set(steps)) > 1 or (now is not None and bool(steps) and steps[0] != now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """One step up: from which dose, taken since when, to which, on which day. `planned`: within the order's own schedule.

    `since` is the first day that the record allows for, so that nobody is blamed for a day that was never written.
    """

    before: Decimal
    after: Decimal
    since: date | None
    day: date
    planned: bool

    @property
    def waited(self) -> int | None:
        """How many days on the dose before?"""
        return (self.day - self.since).days if self.since is not None else None


def starts(order: Order, today: date) -> date:
    """On which day does this order begin? Today, unless it says a later one."""
    begins = order.medication.starts
    return max(begins.earliest, today) if begins is not None else today


def steps_up(order: Order, scene: Scene, today: date) -> tuple[Raise, ...]:
    """Where does this order raise the dose: from what is taken now to its first step, and from one of its steps to the next?"""
    day, found = starts(order, today), []
    steps = order.medication.dose.steps
    now = scene.history.now
    if now is not None and steps and steps[0].daily_mg > now.daily_mg:
        found.append(Raise(before=now.daily_mg, after=steps[0].daily_mg, since=now.earliest, day=day, planned=False))
    for earlier, later in pairwise(steps):
        since = day if earlier.days is not None else None
        day += timedelta(days=earlier.days or 0)
        if later.daily_mg > earlier.daily_mg:
            found.append(Raise(before=earlier.daily_mg, after=later.daily_mg, since=since, day=day, planned=True))
    return tuple(found)


def form(entry: Medication) -> Form:
    """What does the ordered product deliver?"""
    return Form(name=entry.dose.form, unit_mg=entry.dose.unit_mg or None, mg_per_ml=entry.dose.mg_per_ml or None)


def is_for_the_skin(entry: Medication) -> bool:
    """Is it a cream, a gel or another form for the skin?"""
    return entry.dose.form in _SKIN or entry.drug.form in _SKIN


def halvable(found: Form, mg: Decimal) -> bool:
    """Can half of this dose be given: a liquid, drops, a tablet, or an even number of capsules?"""
    if found.mg_per_ml is not None or found.name in _LIQUID:
        return True
    if found.unit_mg is None:
        return False
    parts = mg / (2 * found.unit_mg) * (2 if found.name == "tablet" else 1)
    return parts == parts.to_integral_value()


def measurable(doses: Iterable[Decimal], found: Form, policy: Policy) -> bool:
    """Can each of these doses be measured in the ordered liquid? Where not, another strength is needed, which nobody chose."""
    if found.mg_per_ml is None:
        return True
    return all(policy.quantity("volume.lowest") <= mg / found.mg_per_ml <= policy.quantity("volume.highest") for mg in doses)


def delivered(mg: Decimal, found: Form) -> str:
    """3 mg (2 capsules); 3 mg (3 mL); 3 mg."""
    if found.mg_per_ml:
        return f"{wording.mg(mg)} ({_plain(mg / found.mg_per_ml)} mL)"
    if found.unit_mg and found.name in ("capsule", "tablet", "drops"):
        count = mg / found.unit_mg
        name = "drop" if found.name == "drops" else found.name
        if count == count.to_integral_value():
            return f"{wording.mg(mg)} ({_plain(count)} {name}{'' if count == 1 else 's'})"
    return wording.mg(mg)


def _plain(value: Decimal) -> str:
    return f"{value.quantize(_FINEST).normalize():f}"


def rising(first: Decimal, last: Decimal, step: Decimal, interval: int) -> Steps:
    """Daily doses from the first to the last, by the step, each for the interval; the last goes on."""
    doses = [first]
    while doses[-1] < last and len(doses) < _MOST_STEPS:
        doses.append(min(doses[-1] + step, last))
    return tuple((mg, interval if number < len(doses) - 1 else None) for number, mg in enumerate(doses))


def interval(picture: Picture, scene: Scene, policy: Policy) -> int:
    """How many days on a dose before the next step? Longer in post-COVID condition."""
    return policy.days("titration.interval-post-covid" if has(picture, scene, "post-covid") else "titration.interval")


def has(picture: Picture, scene: Scene, *concepts: str) -> bool:
    """Is one of these conditions active, or the reason of the order, or of what is taken now?"""
    taken = scene.history.current.entries if scene.history.current is not None else ()
    reasons = frozenset(reason for entry in taken for reason in entry.reasons)
    return bool(conditions.active(picture, concepts) or conditions.by_reason(scene, concepts) or reasons.intersection(concepts))


def target(first: Decimal, picture: Picture, scene: Scene, policy: Policy) -> Decimal:
    """At which daily dose does a plan from this first dose end? The last whole step below the goal; in post-COVID condition what was studied."""
    if has(picture, scene, "post-covid") and first < policy.quantity("titration.target-post-covid"):
        return policy.quantity("titration.target-post-covid")
    goal = policy.quantity("titration.target-low" if first <= policy.quantity("start.lowest") else "titration.target")
    return max(first, goal // first * first)


def dated(steps: Iterable[tuple[Decimal, int | None]], day: date, found: Form) -> str:
    """A Markdown list of the steps with their days: 1.5 mg (1 capsule) from 16 Mar 2026."""
    lines = []
    for mg, days in steps:
        lines.append(f"{delivered(mg, found)} from {wording.on(day)}")
        day += timedelta(days=days or 0)
    return "; ".join(lines)


def taken(level: Level | None) -> str:
    """3 mg since 2 Mar 2026; empty when nothing is known."""
    if level is None:
        return ""
    return f"{wording.mg(level.daily_mg)} since {wording.on(level.since)}" if level.since is not None else wording.mg(level.daily_mg)


def set_to(order: Order, mg: Decimal, label: str, change: Change = Change.SET_DOSE) -> Proposal:
    """The order at this daily dose instead of its own. The commercial tablet gives no low dose: it becomes a compounded capsule."""
    entry = order.medication
    if change is Change.SET_DOSE and entry.drug.product == _TABLET:
        change = Change.COMPOUND
    return Proposal(
        change=change,
        label=label,
        order=order.key,
        facts={"dose": wording.mg(mg)},
        daily_mg=mg,
        now_mg=entry.dose.highest_mg if len(entry.dose.steps) == 1 else None,
        form=form(entry),
    )


def planned(order: Order, steps: Steps, label: str) -> Proposal:
    """The order as a schedule of these steps."""
    return Proposal(
        change=Change.SCHEDULE,
        label=label,
        order=order.key,
        facts={"steps": ", ".join(wording.mg(mg) for mg, _ in steps)},
        schedule=steps,
        now_mg=order.medication.dose.highest_mg,
        form=form(order.medication),
    )


def alert(
    code: str,
    orders: tuple[Order, ...],
    variant: str,
    policy: Policy,
    reason: str,
    *,
    facts: Mapping[str, Fact] | None = None,
    more: tuple[str, ...] = (),
    about: tuple[str, ...] = (),
    proposals: tuple[Proposal, ...] = (),
    several: bool = False,
) -> Finding:
    """The finding about the dose of these orders; the first of them is spoken of, the others are named where the rule has words for `several`."""
    entries = wording.drafts(orders)
    also = "; ".join(f"{wording.short(entry.drug.label, 60)}, {doses(entry)}" for entry in entries[1 : 1 + wording.FEW])
    return Finding(
        code=code,
        outcome=Outcome.ALERT,
        reason=reason,
        variant=variant,
        facts={
            "product": wording.product(entries, policy),
            "order": wording.short(entries[0].drug.label, 80),
            "dose": doses(entries[0]),
            **({"also": also} if several else {}),
            **(facts or {}),
        },
        more=(*more, *(("found-also",) if several and also else ())),
        about=tuple(dict.fromkeys((*wording.references(entries), *about))),
        orders=tuple(order.key for order in orders),
        proposals=proposals,
    )


def doses(entry: Medication) -> str:
    """1.5 mg a day; 1.5 mg, then 3 mg a day; dose not known."""
    return f"{', then '.join(wording.mg(step.daily_mg) for step in entry.dose.steps)} a day" if entry.dose.steps else wording.mg(None)
