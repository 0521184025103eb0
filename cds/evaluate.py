"""The clinical path, in one screen: call -> picture -> checks -> findings -> cards.

Joins the rooms; knows no HTTP. The only broad `except` of the service stands around a single check, and turns it
into a visible `check-incomplete`.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from cards import render
from cards.finding import Change, Finding, Outcome, Proposal, not_assessed
from cards.model import DataKey, Indicator, Library, Rule
from cds import completion, report
from cds.call import Answer, Call, DataMissing, Fetch, Json
from cds.checks import CHECKS
from cds.checks.scene import BOOKING, PRESCRIBING, Scene, scene
from cds.checks.service import check_incomplete
from cds.fhir import picture as pictures
from cds.fhir import suggestions
from cds.fhir.references import Shelf
from cds.patient import Gap, GapKind, Picture

_LOG = logging.getLogger("ldn_cds")


def answer(call: Call, library: Library, now: datetime, base_url: str, *, explain: bool = False, fetch: Fetch | None = None) -> Answer:
    """Which cards does this call get, and with `explain`, why? Raises DataMissing when nothing can be said without medications.

    `now` is in the tenant's time zone, which tells the day that counts as today. `fetch` begins the reading of what the client
    did not send; without it only what was sent is looked at.
    """
    keys = keys_of(call.hook, library)
    reading = pictures.read(call, keys, library, now)
    if fetch is not None and (source := fetch(call)) is not None:
        reading = completion.complete(reading, keys, library, now, source, lambda picture, here: is_relevant(picture, here, library))
    picture = reading.picture
    here, findings, relevant = judge(picture, library, now.date())
    alerts = [finding for finding in findings if finding.outcome is Outcome.ALERT]
    _refuse_blindness(call, library, reading, alerts, relevant, bool(here.operations_in_focus))
    doses = {entry["key"]: entry["dose"] for entry in report.doses(picture, library)}
    identity = render.Identity(tenant=call.tenant, service=call.service, hook_instance=call.hook_instance, orders=_names(picture))
    cards = _cards(alerts, library, identity, base_url, reading, doses, here.withheld)
    return Answer(
        cards=tuple(cards),
        explain=report.explain(findings, here.found, reading, library) if explain else None,
        doses=tuple(doses.values()),
        outcomes={finding.code: finding.outcome.value for finding in findings},
        invalid_drafts=report.invalid_drafts(reading),
        lacking=reading.call.lacking,
    )


def _names(picture: Picture) -> Mapping[str, str]:
    """Each order by the client's reference, or by its place where it has none, or one that another order has as well."""
    count = Counter(order.medication.reference for order in picture.orders)
    unique = {order.key: order.medication.reference for order in picture.orders if count[order.medication.reference] == 1}
    return {order.key: unique.get(order.key) or f"#{order.index}" for order in picture.orders}


def judge(picture: Picture, library: Library, today: date) -> tuple[Scene, list[Finding], bool]:
    """What do all checks say about this picture, the incompleteness of it included? Also: is anything in focus relevant?

    In two passes: what may start or raise a dose is judged last, knowing what forbids it.
    """
    here = scene(picture, library.policy, today)
    relevant = is_relevant(picture, here, library)
    first, crashed = ask(picture.hook, here, picture, library, today, [rule for rule in library.rules.values() if not rule.raises])
    gaps = [gap for gap in (*picture.gaps, *check_incomplete.unclear_entries(here, library.policy, today), *crashed) if _matters(gap, here)]
    incomplete = check_incomplete.check(here, gaps, library.policy, relevant, picture.by_patient)
    unasked, broken = _unasked(here, picture, library, today)
    grave = _withholding([*first, *unasked, incomplete], library)
    here = replace(here, withheld=", ".join(one for one in (grave, *broken) if one))
    last, crashed = ask(picture.hook, here, picture, library, today, [rule for rule in library.rules.values() if rule.raises])
    if crashed:
        gaps += crashed
        incomplete = check_incomplete.check(here, gaps, library.policy, relevant, picture.by_patient)
    findings = [_honest(finding, library, gaps, picture.hook) for finding in (*first, *last)]
    findings.append(incomplete)
    return here, [replace(one, about=one.about or (picture.patient,)) for one in findings], relevant


def _withholding(findings: Sequence[Finding], library: Library) -> str:
    """What forbids to start or raise a dose: a critical finding, or a warning of a finding that withholds? Named for explain."""
    alerts = [finding for finding in findings if finding.outcome is Outcome.ALERT]
    grave = [
        finding.code
        for finding in alerts
        if (level := render.indicator(finding, library)) is Indicator.CRITICAL
        or (level is Indicator.WARNING and library.rules[finding.code].withholds)
    ]
    return ", ".join(dict.fromkeys(grave))


def _unasked(here: Scene, picture: Picture, library: Library, today: date) -> tuple[list[Finding], list[str]]:
    """What the findings that withhold would say here, though they are not shown on this hook: on an open chart liver disease holds a step up.

    Also the codes of those that failed: nobody knows what they would have said, so they withhold as well.
    """
    if not any(rule.raises and picture.hook in rule.hooks for rule in library.rules.values()):
        return [], []
    rules = [
        rule
        for rule in library.rules.values()
        if picture.hook not in rule.hooks
        and not rule.raises
        and (rule.withholds or any(wording.indicator is Indicator.CRITICAL for wording in rule.variants.values()))
    ]
    found: list[Finding] = []
    broken: list[str] = []
    for rule in rules:
        try:
            found.append(CHECKS[rule.code](here, picture, library.policy, today))
        except Exception as error:  # noqa: BLE001 - law 1: what cannot be judged counts as what it might have said
            _LOG.error("check failed", extra={"finding": rule.code, "error": type(error).__name__})
            broken.append(rule.code)
    return found, broken


def _honest(finding: Finding, library: Library, gaps: Sequence[Gap], hook: str) -> Finding:
    """Nothing found in what was there is no all-clear where something that the finding needs was not there."""
    lacking = dict.fromkeys(f"{gap.key} {gap.kind.value}" for gap in gaps if gap.need in library.rules[finding.code].needs_of(hook))
    if finding.outcome is not Outcome.CLEAR or not lacking:
        return finding
    return not_assessed(finding.code, f"{finding.reason}, but {'; '.join(lacking)}")


def keys_of(hook: str, library: Library) -> tuple[DataKey, ...]:
    """Which lists do the findings of this hook need? The union of what their rules declare."""
    needs = {need for rule in library.rules.values() if hook in rule.hooks for need in rule.needs_of(hook)}
    return tuple(key for key in library.data.values() if key.need in needs)


def prefetch_of(hook: str, library: Library) -> Mapping[str, str]:
    """Which prefetch templates does the service of this hook ask for? Derived from what its checks need."""
    return {key.key: key.template for key in keys_of(hook, library)}


def ask(hook: str, here: Scene, picture: Picture, library: Library, today: date, rules: Sequence[Rule]) -> tuple[list[Finding], list[Gap]]:
    """Every check of these rules, each with exactly one finding; a check that fails becomes a gap that is told."""
    findings: list[Finding] = []
    crashed: list[Gap] = []
    for rule in rules:
        code = rule.code
        if code == check_incomplete.CODE:
            continue
        if hook not in rule.hooks:
            findings.append(Finding(code=code, outcome=Outcome.NOT_APPLICABLE, reason=f"not asked on {hook}"))
            continue
        try:
            findings.append(CHECKS[code](here, picture, library.policy, today))
        except Exception as error:  # noqa: BLE001 - law 1: one failing check becomes a visible gap, never silence
            _LOG.error("check failed", extra={"finding": code, "error": type(error).__name__})
            findings.append(not_assessed(code, "the check failed"))
            crashed.append(
                Gap(need="check", key=code, kind=GapKind.CHECK_FAILED, words=rule.title, by_hand="check by hand: " + rule.question, required=True)
            )
    return findings, crashed


def is_relevant(picture: Picture, here: Scene, library: Library) -> bool:
    """Does anything in focus concern us: naltrexone, a serious partner, or an order nobody can recognise?"""
    if picture.hook == BOOKING:
        return bool(here.operations_in_focus) or any(gap.in_focus for gap in picture.gaps)
    if picture.hook not in PRESCRIBING:
        return bool(here.active_naltrexone)
    if here.operations_in_focus:
        return True
    parts = {part.name for part in library.terminology.parts if part.relevant}
    focus = [order for order in picture.orders if order.in_focus]
    return any(gap.in_focus for gap in picture.gaps) or any(order.drug.parts & parts or not order.drug.recognised for order in focus)


def _matters(gap: Gap, here: Scene) -> bool:
    """Is this gap about something that the findings of these orders need? Partners need the medications only.

    What is being booked matters to a patient on naltrexone only.
    """
    if here.hook == BOOKING and gap.need == "orders":
        return bool(here.active_naltrexone)
    return (here.about_naltrexone and here.hook != BOOKING) or gap.need in ("medications", "orders", "check")


def _refuse_blindness(call: Call, library: Library, reading: pictures.Reading, alerts: Sequence[Finding], relevant: bool, operations: bool) -> None:
    """412 when no medication list at all could be had and no critical or warning finding stands without them."""
    wanted = [key for key in keys_of(call.hook, library) if key.need == "medications"]
    if not wanted or any(key.key in reading.had for key in wanted):
        return
    if call.hook in (*PRESCRIBING, BOOKING) and not relevant:
        return
    known_orders = any(order.drug.parts for order in reading.picture.orders if order.in_focus) or operations
    if call.hook in PRESCRIBING and not known_orders:
        return  # an order that nobody can recognise is told by check-incomplete
    serious = [one for one in alerts if one.code != check_incomplete.CODE and render.indicator(one, library) is not Indicator.INFO]
    if not serious:
        raise DataMissing({key.key: reading.missing.get(key.key, GapKind.NOT_SENT.value) for key in wanted}, reading.call.lacking)


def _cards(
    alerts: Sequence[Finding],
    library: Library,
    identity: render.Identity,
    base_url: str,
    reading: pictures.Reading,
    doses: Mapping[str, Json],
    withheld: str,
) -> list[Json]:
    """One card per critical or warning finding, then one information card per order; critical withholds information."""
    offers = _Offers(call=reading.call, library=library, identity=identity, raw=reading.raw, shelf=reading.shelf, withheld=bool(withheld))
    order_of = list(library.rules)
    ranked = sorted(alerts, key=lambda one: (render.indicator(one, library).rank, order_of.index(one.code)))
    cards = []
    for finding in ranked:
        if render.indicator(finding, library) is Indicator.INFO:
            continue
        cards.append(render.card(finding, library, identity, base_url, offers.of(finding), _dose(finding.orders, doses)))
    info = [one for one in ranked if render.indicator(one, library) is Indicator.INFO]
    info.sort(key=lambda one: library.rules[one.code].rider)  # what the card is there for is its headline
    told: set[str] = set()  # what is about the answer as a whole stands on one of its cards only
    offered: set[str] = set()  # a finding about several orders is said beside each, its suggestions are offered once
    for key in dict.fromkeys(order for one in info for order in one.orders or ("patient",)):
        about = [one for one in info if key in (one.orders or ("patient",)) and one.code not in told]
        others = [one for one in alerts if one not in info and (key in one.orders or not one.orders or key == "patient")]
        if any(render.indicator(one, library) is Indicator.CRITICAL for one in others):
            # the order's information is withheld, but never what could not be checked
            about = [one for one in about if one.code == check_incomplete.CODE]
        if not about or (all(library.rules[one.code].rider for one in about) and not others):
            continue
        told |= {one.code for one in about} & {check_incomplete.CODE}
        suggested = [suggestion for one in about if one.code not in offered for suggestion in offers.of(one)]
        offered |= {one.code for one in about}
        cards.append(render.guidance(about, library, identity, base_url, key, suggested, _dose((key,), doses)))
    return cards


def _dose(orders: Sequence[str], doses: Mapping[str, Json]) -> Json | None:
    return next((doses[order] for order in orders if order in doses), None)


@dataclass(slots=True, kw_only=True)
class _Offers:
    """The suggestions of one answer. The same test is offered once, on the first card that asks for it.

    While something withholds, none that goes up is offered, not even from step to step.
    """

    call: Call
    library: Library
    identity: render.Identity
    raw: Mapping[str, Json]
    shelf: Shelf
    withheld: bool
    _created: set[str] = field(default_factory=set)

    def of(self, finding: Finding) -> list[Json]:
        """What does this finding offer to change or to order?"""
        rule = self.library.rules[finding.code]
        out: list[Json] = []
        uuid_of = self.identity.uuids(finding.orders, (finding.code,), finding.about)
        for proposal in finding.proposals:
            label = render.suggested(rule, proposal.label, proposal.facts)
            if self.withheld and proposal.raises:
                continue
            action = self._action(proposal, label)
            if action is None:
                continue
            kind = f"{proposal.change.value}:{self.identity.orders.get(proposal.order, proposal.order)}"
            if proposal.claims:  # several doses may be offered for one order
                kind += f":{proposal.label}"
            out.append({"label": label, "uuid": uuid_of(kind), "actions": [action]})
        labels = Counter(one["label"] for one in out)
        for number, one in enumerate(out):
            if labels[one["label"]] > 1:  # buttons must differ (SUG-13)
                one["label"] = f"{one['label']} ({number + 1})"
        return out

    def _action(self, proposal: Proposal, label: str) -> Json | None:
        if proposal.change is not Change.CREATE:
            raw = self.raw.get(proposal.order)
            return suggestions.action(proposal, raw, label, self.shelf, self.library.terminology) if raw is not None else None
        if proposal.order in self._created:
            return None
        self._created.add(proposal.order)
        return suggestions.create(self.library.orderables[proposal.order], label, self.call.patient_id, self.call.encounter_id)
