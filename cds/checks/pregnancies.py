"""What the checks of pregnancy and breastfeeding share: is it current, and how far on?

Pure. The latest statement decides: a status observation, a delivery recorded later, or the length of any pregnancy. Codes
of complications outlive the pregnancy, so an entry counts for as long as a pregnancy can last after it was recorded.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cards.model import Policy
from cds.checks import conditions, wording
from cds.patient import Condition, Day, Picture, Sign, known
from cds.recognise.concepts import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A current pregnancy or breastfeeding: what says so, in words and by reference; `weeks` where they can be told."""

    lines: tuple[str, ...]
    references: tuple[str, ...]
    weeks: Decimal | None = None


def pregnancy(picture: Picture, policy: Policy, today: date) -> State | None:
    """Is this patient pregnant today?"""
    longest = timedelta(days=policy.days("pregnancy.longest"))
    listed = [
        one for one in conditions.active(picture, {"pregnancy"}) if _within(one.recorded, longest, today) and not _too_long(one, longest, today)
    ]
    signs = [one for one in known(picture.signs) if _is_current(one, longest, policy, today)]
    over = _last_end(picture, today)
    listed = [one for one in listed if not _before(one.recorded, over)]
    signs = [one for one in signs if not _before(one.taken, over)]
    if not listed and not signs:
        return None
    weeks = [found for one in listed if (found := _weeks_of(one, today)) is not None]
    weeks += [found for one in signs if (found := _weeks_by(one, policy, today)) is not None]
    lines = [conditions.line(one) for one in listed] + [_line(one) for one in signs]
    return State(
        lines=tuple(dict.fromkeys(lines)),
        references=tuple(dict.fromkeys(name for name in (*(one.reference for one in listed), *(one.reference for one in signs)) if name)),
        weeks=max(weeks, default=None),
    )


def breastfeeding(picture: Picture, policy: Policy, today: date) -> State | None:
    """Does this patient breastfeed?"""
    listed = [one for one in conditions.active(picture, {"lactation"}) if _counts(one.recorded, policy, today)]
    signs = [one for one in known(picture.signs) if one.concept == "breastfeeding-status" and _counts(one.taken, policy, today)]
    newest = max(signs, key=lambda one: one.taken.latest if one.taken else date.min, default=None)
    denied = [one.recorded for one in conditions.active(picture, {"lactation-negative"})]
    if newest is not None and newest.says is Result.NEGATIVE:
        denied.append(newest.taken)
    over = max((day.latest for day in denied if day is not None), default=None)
    listed = [one for one in listed if not _before(one.recorded, over)]
    said = newest if newest is not None and newest.says is Result.POSITIVE and not _before(newest.taken, over) else None
    if not listed and said is None:
        return None
    lines = [conditions.line(one) for one in listed] + ([_line(said)] if said else [])
    references = [one.reference for one in listed] + ([said.reference] if said else [])
    return State(lines=tuple(lines), references=tuple(dict.fromkeys(name for name in references if name)))


def _within(day: Day | None, longest: timedelta, today: date) -> bool:
    """Without a date it counts: an active entry is not passed over for want of one."""
    return day is None or today - day.latest <= longest


def _too_long(one: Condition, longest: timedelta, today: date) -> bool:
    """Would it by now be longer than any pregnancy lasts, by the weeks that its code told?"""
    weeks = _weeks_of(one, today)
    return weeks is not None and weeks > _in_weeks(longest)


def _counts(day: Day | None, policy: Policy, today: date) -> bool:
    return day is None or today <= policy.after(day.latest, "lactation.longest")


def _before(day: Day | None, over: date | None) -> bool:
    return over is not None and (day is None or day.latest <= over)


def _is_current(one: Sign, longest: timedelta, policy: Policy, today: date) -> bool:
    """Does this observation say that she is pregnant now?"""
    if one.concept == "delivery-date":
        if one.due is None:
            return False
        late = timedelta(days=policy.days("pregnancy.longest") - policy.days("pregnancy.term"))
        term = timedelta(days=policy.days("pregnancy.term"))
        return -late <= one.due - today <= term
    if one.concept == "gestational-age":
        at = _weeks_by(one, policy, today)
        return at is not None and at <= _in_weeks(longest)
    return one.concept in ("pregnancy-status", "pregnancy-test") and one.says is Result.POSITIVE and _within(one.taken, longest, today)


def _last_end(picture: Picture, today: date) -> date | None:
    """On which day was it last said that there is no pregnancy: a delivery, a loss, a negative status or test?"""
    ends = [_day(one) for one in known(picture.conditions) if "pregnancy-not-current" in one.concepts and (one.active or one.past)]
    ends += [one.ends.latest for one in known(picture.conditions) if "pregnancy" in one.concepts and one.past and one.ends is not None]
    negative = [one for one in known(picture.signs) if one.concept in ("pregnancy-status", "pregnancy-test") and one.says is Result.NEGATIVE]
    ends += [one.taken.latest for one in negative if one.taken is not None]
    return max((day for day in ends if day is not None and day <= today), default=None)


def _in_weeks(length: timedelta) -> Decimal:
    return Decimal(length / timedelta(weeks=1))


def _day(one: Condition) -> date | None:
    return one.recorded.latest if one.recorded is not None else None


def _weeks_of(one: Condition, today: date) -> Decimal | None:
    """Weeks today, from the weeks that a code told on the day it was recorded."""
    if one.weeks is None or one.recorded is None:
        return Decimal(one.weeks) if one.weeks is not None else None
    return one.weeks + Decimal((today - one.recorded.latest) // timedelta(weeks=1))


def _weeks_by(one: Sign, policy: Policy, today: date) -> Decimal | None:
    if one.due is not None:
        return Decimal((today - one.due + timedelta(days=policy.days("pregnancy.term"))) // timedelta(weeks=1))
    if one.weeks is None or one.taken is None:
        return one.weeks
    return one.weeks + Decimal((today - one.taken.latest) // timedelta(weeks=1))


def _line(one: Sign) -> str:
    """pregnancy status: pregnant (3 Feb 2026)."""
    if one.due is not None:
        return f"Estimated delivery {wording.on(one.due)}"
    words = {
        "pregnancy-status": "Pregnancy status: pregnant",
        "pregnancy-test": "Pregnancy test positive",
        "breastfeeding-status": "Breastfeeding: yes",
    }
    said = words.get(one.concept, f"Gestational age {one.weeks} weeks")
    return f"{said} ({wording.about_when(one.taken)})" if one.taken else said
