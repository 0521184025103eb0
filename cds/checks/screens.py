"""What the checks of urine screens share: which result still stands, and what it is called.

Pure.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from cds.checks import wording
from cds.patient import Screen
from cds.recognise.concepts import Result

# a positive naltrexone assay is no agonist; a panel's own result does not say which of its drugs it found
_NOT_AGONIST = frozenset({"uds-naltrexone", "uds-panel"})
_OPIATES = "uds-opiates"


def standing_positive(screens: tuple[Screen, ...], window: timedelta, today: date) -> tuple[Screen, ...]:
    """Which positive opioid results lie in the window and were not taken back? The newest first; without a date they count."""
    found = [
        one
        for one in screens
        if one.result is Result.POSITIVE and one.concepts - _NOT_AGONIST and (one.taken is None or today - one.taken.latest <= window)
    ]
    confirmed = _confirmations(screens)
    found = [one for one in found if not any(_takes_back(other, one) for other in confirmed)]
    return tuple(sorted(found, key=lambda one: one.taken.latest if one.taken else date.min, reverse=True))


def _confirmations(screens: Iterable[Screen]) -> tuple[Screen, ...]:
    """The negative confirmations that can take a result back: the last of each kind, and the last of an earlier day.

    No others are needed, however many there are: only that of the result's own day may not count.
    """
    kept: dict[tuple[frozenset[str], frozenset[str], bool], dict[date, Screen]] = {}
    for one in screens:
        if one.result is Result.NEGATIVE and one.confirmatory and one.taken is not None:
            days = kept.setdefault((one.concepts, one.substances, one.group), {})
            days.setdefault(one.taken.latest, one)
            if len(days) > 2:
                del days[min(days)]
    return tuple(one for days in kept.values() for one in days.values())


def _takes_back(other: Screen, one: Screen) -> bool:
    """Is the other a negative confirmation of the same substance, of the same sample or later?"""
    if other.result is not Result.NEGATIVE or not other.confirmatory or not other.concepts >= one.concepts:
        return False
    if one.confirmatory and other.taken is not None and one.taken is not None and other.taken.latest == one.taken.latest:
        return False
    if _OPIATES in one.concepts and not other.group and not (one.substances and other.substances >= one.substances):
        return False  # codeine confirmed absent says nothing of morphine
    return other.taken is not None and (one.taken is None or other.taken.latest >= one.taken.earliest)


def is_opiate_immunoassay(one: Screen) -> bool:
    """Is it the group screen that quinolones and rifampicin can turn positive?"""
    return one.concepts <= {_OPIATES} and not one.confirmatory


def substances(found: Iterable[Screen]) -> str:
    """oxycodone; opiates and fentanyl; opiates and 2 more."""
    names = list(dict.fromkeys(name.removeprefix("uds-").replace("-", " ") for one in found for name in sorted(one.concepts - _NOT_AGONIST)))
    return " and ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} more"


def line(one: Screen) -> str:
    """One line of a list: the test as the laboratory calls it, its day, its kind."""
    method = "confirmatory test" if one.confirmatory else "screen"
    taken = wording.about_when(one.taken) if one.taken else "date not known"
    return f"{wording.short(one.label or substances([one]), 80)}: positive ({method}), {taken}"
