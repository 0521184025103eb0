"""Could everything be checked that the findings about this request need?"""

from collections.abc import Iterable
from datetime import date, timedelta

from cards.finding import Finding, Outcome, clear, not_applicable
from cards.model import Policy
from cds.checks import conditions, wording
from cds.checks.scene import Scene
from cds.exposure import Exposure, Standing
from cds.patient import Gap, GapKind, Medication

CODE = "check-incomplete"
_SHOWN = 8
# how a headline says it, behind the name of the list or entry
_HEADLINE = {
    GapKind.NOT_SENT: "not sent",
    GapKind.FAILED: "unavailable",
    GapKind.NOT_FETCHED: "unavailable",
    GapKind.TRUNCATED: "cut off after one page",
    GapKind.UNREADABLE: "not readable",
    GapKind.OTHER_PATIENT: "with another patient's data",
    GapKind.NOT_RECOGNISED: "not recognised",
    GapKind.CONFLICT: "with code and name that differ",
    GapKind.CHECK_FAILED: "failed",
}
_WORDS = {
    GapKind.NOT_SENT: "not sent",
    GapKind.FAILED: "the system could not read it",
    GapKind.NOT_FETCHED: "could not be read from the FHIR server",
    GapKind.TRUNCATED: "only the first page was sent",
    GapKind.UNREADABLE: "could not be read",
    GapKind.OTHER_PATIENT: "another patient's data, not used",
    GapKind.NOT_RECOGNISED: "names no drug that can be recognised",
    GapKind.CONFLICT: "code and name differ, both were checked",
    GapKind.CHECK_FAILED: "the check failed",
}


def unclear_entries(scene: Scene, policy: Policy, today: date) -> tuple[Gap, ...]:
    """Which entries of the medication lists could be an opioid or naltrexone, and do not say what they are?

    Those that are active, or ended within the longest look-back: with no readable name, or with a code and a name that differ.
    """
    found = []
    for exposure in scene.found:
        drug = exposure.medication.drug
        if (drug.recognised and not drug.conflict) or not _is_current(exposure, policy, today):
            continue
        found.append(
            Gap(
                need="medications",
                key="medications",
                kind=GapKind.CONFLICT if drug.recognised else GapKind.NOT_RECOGNISED,
                words=_entry(exposure.medication),
                by_hand="look at the medication list and ask the patient what it is",
                required=True,
                about=(exposure.medication.reference,) if exposure.medication.reference else (),
            )
        )
    return tuple(found)


def _entry(medication: Medication) -> str:
    """an entry of the medication list (code 4711, ordered 3 Feb 2026): enough to find it by hand."""
    drug, dated = medication.drug, wording.written(medication)
    if drug.recognised:
        return f"the entry {drug.label}{f', {dated}' if dated else ''}"
    named = wording.short(drug.label, 44) if drug.texts or drug.label.startswith("code ") else ""
    what = ", ".join(part for part in (named, dated) if part)
    return f"an entry of the medication list{f' ({what})' if what else ''}"


def _is_current(exposure: Exposure, policy: Policy, today: date) -> bool:
    if exposure.standing in (Standing.ACTIVE, Standing.STALE, Standing.UNKNOWN_LAST_DOSE):
        return True
    longest = timedelta(days=policy.days("washout.depot-buprenorphine-advice"))
    return exposure.last is not None and today < exposure.last + longest


def check(scene: Scene, gaps: Iterable[Gap], policy: Policy, relevant: bool, by_patient: bool = False) -> Finding:
    """One finding per answer, at the highest severity that applies. `gaps` are those that matter to this request."""
    if not relevant:
        return not_applicable(CODE, "nothing in focus concerns naltrexone or its serious partners")
    found = tuple(dict.fromkeys(gaps))
    if not found:
        return clear(CODE, "everything that the findings need was there")
    serious = tuple(gap for gap in found if gap.serious)
    shown = serious or found
    variant = _variant(scene, bool(serious), by_patient)
    partner = variant in ("incomplete-opioid", "incomplete-partner")
    other = wording.drafts(order for order in scene.orders if order.in_focus and order.drug.parts)
    by_hand = tuple(gap for gap in shown if not (partner and gap.need == "medications"))
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason="; ".join(dict.fromkeys(f"{gap.key}: {gap.reason}" for gap in found)),
        variant=variant,
        facts={
            "product": wording.product(conditions.concerned(scene), policy),
            "subject": _subject(shown),
            "list": wording.bullets(_lines(found)),
            "by_hand": "; ".join(dict.fromkeys(gap.by_hand for gap in by_hand)),
            "other": wording.names(other),
        },
        more=("do-by-hand-too",) if by_hand and partner else (),
        about=_about(scene, found),
        orders=tuple(order.key for order in scene.orders if order.in_focus),
        sources=wording.PLAIN_ADVICE if by_patient else (),
    )


def _about(scene: Scene, gaps: tuple[Gap, ...]) -> tuple[str, ...]:
    """The entries that could not be read, and the orders, or the naltrexone, for which it matters."""
    entries = (reference for gap in gaps for reference in gap.about)
    orders = wording.references(wording.drafts(order for order in scene.orders if order.in_focus))
    return tuple(dict.fromkeys((*entries, *orders))) or wording.references(found.medication for found in scene.active_naltrexone)


def _variant(scene: Scene, serious: bool, by_patient: bool) -> str:
    """Is it the naltrexone order that was not checked, or naltrexone beside a drug that it must not meet? Plain words for a patient."""
    if by_patient:
        return "for-patient" if serious else "for-patient-partly"
    if not serious:
        return "partly"
    unclear = any(order.in_focus and not order.drug.recognised for order in scene.orders)
    partners = any(order.in_focus and order.drug.parts for order in scene.orders)
    if scene.about_naltrexone or scene.active_naltrexone or not scene.prescribing or unclear or not partners:
        return "incomplete"
    return "incomplete-opioid" if scene.opioid_in_focus else "incomplete-partner"


def _subject(gaps: tuple[Gap, ...]) -> str:
    """medication orders not sent, and 2 more."""
    named = list(dict.fromkeys(f"{gap.words.removeprefix('the ')} {_headline(gap)}" for gap in gaps))
    return named[0] if len(named) == 1 else f"{named[0]}, and {len(named) - 1} more"


def _headline(gap: Gap) -> str:
    return "read in part" if gap.kind is GapKind.TRUNCATED and gap.why else _HEADLINE[gap.kind]


def _words(gap: Gap) -> str:
    """Why, as the line of the list says it: what the FHIR server did, where it was asked."""
    if not gap.why:
        return _WORDS[gap.kind]
    if gap.kind is GapKind.NOT_FETCHED:
        return gap.why
    return f"read in part, {gap.why}" if gap.kind is GapKind.TRUNCATED else f"{_WORDS[gap.kind]}, {gap.why}"


def _lines(gaps: tuple[Gap, ...]) -> list[str]:
    """One line for each reason, with all that it concerns: the pharmacy fills, the problem list: not sent."""
    by_reason: dict[str, list[str]] = {}
    for gap in gaps:
        by_reason.setdefault(_words(gap), []).append(gap.words)
    return [f"{_all_of(list(dict.fromkeys(words)))}: {why}" for why, words in by_reason.items()]


def _all_of(words: list[str]) -> str:
    return ", ".join(words) if len(words) <= _SHOWN else f"{', '.join(words[:_SHOWN])} and {len(words) - _SHOWN} more"
