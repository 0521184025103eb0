"""Could everything be checked that the findings about this request need?"""

from collections.abc import Iterable
from datetime import date, timedelta

from cards.finding import Finding, Outcome, clear, not_applicable
from cards.model import Policy
from cds.checks import wording
from cds.checks.scene import Scene
from cds.exposure import Exposure, Standing
from cds.patient import Gap, GapKind, Picture

CODE = "check-incomplete"
_WORDS = {
    GapKind.NOT_SENT: "not sent",
    GapKind.FAILED: "the system could not read it",
    GapKind.TRUNCATED: "only the first page was sent",
    GapKind.UNREADABLE: "could not be read",
    GapKind.OTHER_PATIENT: "another patient's data, not used",
    GapKind.NOT_RECOGNISED: "names no drug that can be recognised",
    GapKind.CONFLICT: "code and name are of different drugs, both were checked",
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
                words=f"the entry {drug.label}" if drug.recognised else "an entry of the medication list",
                by_hand="look at the medication list and ask the patient what it is",
                required=True,
                about=(exposure.medication.reference,) if exposure.medication.reference else (),
            )
        )
    return tuple(found)


def _is_current(exposure: Exposure, policy: Policy, today: date) -> bool:
    if exposure.standing in (Standing.ACTIVE, Standing.STALE, Standing.UNKNOWN_LAST_DOSE):
        return True
    longest = timedelta(days=policy.days("washout.depot-buprenorphine-advice"))
    return exposure.last is not None and today < exposure.last + longest


def check(scene: Scene, picture: Picture, gaps: Iterable[Gap], relevant: bool) -> Finding:
    """One finding per answer, at the highest severity that applies. `gaps` are those that matter to this request."""
    if not relevant:
        return not_applicable(CODE, "nothing in focus concerns naltrexone or its serious partners")
    found = tuple(dict.fromkeys(gaps))
    if not found:
        return clear(CODE, "everything that the findings need was there")
    serious = tuple(gap for gap in found if gap.serious)
    shown = serious or found
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason="; ".join(dict.fromkeys(f"{gap.key}: {gap.kind.value}" for gap in found)),
        variant=_variant(scene, bool(serious)),
        facts={
            "subject": _subject(shown),
            "list": wording.bullets(_line(gap) for gap in _first_of_each(found)),
            "by_hand": "; ".join(dict.fromkeys(gap.by_hand for gap in shown)),
        },
        about=_about(scene, found),
        orders=tuple(order.key for order in scene.orders if order.in_focus),
    )


def _about(scene: Scene, gaps: tuple[Gap, ...]) -> tuple[str, ...]:
    """The entries that could not be read, and the orders, or the naltrexone, for which it matters."""
    entries = (reference for gap in gaps for reference in gap.about)
    orders = wording.references(wording.drafts(order for order in scene.orders if order.in_focus))
    return tuple(dict.fromkeys((*entries, *orders))) or wording.references(found.medication for found in scene.active_naltrexone)


def _variant(scene: Scene, serious: bool) -> str:
    """Is it the naltrexone order that was not checked, or naltrexone beside a drug that it must not meet?"""
    if not serious:
        return "partly"
    unclear = any(order.in_focus and not order.drug.recognised for order in scene.orders)
    known = scene.about_naltrexone or scene.active_naltrexone or not scene.prescribing or unclear
    return "incomplete" if known else "incomplete-partner"


def _subject(gaps: tuple[Gap, ...]) -> str:
    """medication orders not sent; 2 more."""
    named = list(dict.fromkeys(f"{gap.words} ({_WORDS[gap.kind].split(',')[0]})" for gap in gaps))
    return named[0] if len(named) == 1 else f"{named[0]} and {len(named) - 1} more"


def _first_of_each(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    return tuple({(gap.words, gap.kind): gap for gap in reversed(gaps)}.values())[::-1]


def _line(gap: Gap) -> str:
    return f"{gap.words}: {_WORDS[gap.kind]}"
