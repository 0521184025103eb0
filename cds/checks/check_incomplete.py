"""Could everything be checked that the findings about this request need?"""

from collections.abc import Iterable

from cards.finding import Finding, Outcome, clear, not_applicable
from cds.checks import wording
from cds.checks.scene import Scene
from cds.patient import Gap, GapKind, Picture

CODE = "check-incomplete"
_WORDS = {
    GapKind.NOT_SENT: "not sent",
    GapKind.FAILED: "the system could not read it",
    GapKind.TRUNCATED: "only the first page was sent",
    GapKind.UNREADABLE: "could not be read",
    GapKind.OTHER_PATIENT: "held another patient's data, which was not used",
    GapKind.NOT_RECOGNISED: "the drug is not recognised",
    GapKind.CONFLICT: "code and name are of different drugs; both were checked",
    GapKind.CHECK_FAILED: "the check failed",
}


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
        variant="incomplete" if serious else "partly",
        facts={
            "subject": _subject(shown),
            "list": wording.bullets(_line(gap) for gap in _first_of_each(found)),
            "by_hand": "; ".join(dict.fromkeys(gap.by_hand for gap in shown)),
        },
        about=tuple(dict.fromkeys(reference for gap in found for reference in gap.about)),
        orders=tuple(order.key for order in scene.orders if order.in_focus),
    )


def _subject(gaps: tuple[Gap, ...]) -> str:
    """medication orders not sent; 2 more."""
    named = list(dict.fromkeys(f"{gap.words} ({_WORDS[gap.kind].split(',')[0]})" for gap in gaps))
    return named[0] if len(named) == 1 else f"{named[0]} and {len(named) - 1} more"


def _first_of_each(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    return tuple({(gap.words, gap.kind): gap for gap in reversed(gaps)}.values())[::-1]


def _line(gap: Gap) -> str:
    return f"{gap.words}: {_WORDS[gap.kind]}"
