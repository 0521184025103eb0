"""What the checks of laboratory values share: the latest result, its limit, and how it reads.

Pure. Results without a date count only where no dated one of the test exists.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from cards.model import Policy
from cds.checks import wording
from cds.patient import Lab, Picture, Unknown

NAMES = {"alt": "ALT", "ast": "AST", "bilirubin-total": "total bilirubin", "egfr": "eGFR", "tsh": "TSH"}
ENZYMES = ("alt", "ast")
_THAN = {">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most "}
_UNITS = {"mL/min/{1.73_m2}": "mL/min/1.73 m2"}


def latest(labs: Iterable[Lab], test: str, window: timedelta | None, today: date) -> Lab | None:
    """The latest result of this test that can be read, within the window; of one day the highest."""
    readable = [one for one in labs if one.test == test and one.value is not None]
    dated = [one for one in readable if one.taken is not None]
    if not dated:
        return max(readable, key=_value, default=None)
    recent = [one for one in dated if window is None or (one.taken is not None and today - one.taken.latest <= window)]
    return max(
        recent,
        key=lambda one: (
            one.taken.latest if one.taken else date.min,
            one.taken.moment is not None if one.taken else False,
            _moment(one),
            _value(one),
        ),
        default=None,
    )


def measured(labs: Iterable[Lab], tests: tuple[str, ...], window: timedelta | None, today: date) -> Lab | None:
    """The latest of these tests that was made within the window, whether its value can be read or not."""
    made = [one for one in labs if one.test in tests and one.taken is not None]
    recent = [one for one in made if window is None or (one.taken is not None and today - one.taken.latest <= window)]
    return max(recent, key=lambda one: one.taken.latest if one.taken else date.min, default=None)


def unseen(picture: Picture) -> str:
    """Why can nobody say that a test was not made: the results were not had, or only a part of them? Empty where they were seen whole."""
    return picture.labs.why if isinstance(picture.labs, Unknown) else picture.unseen("results")


def _value(one: Lab) -> Decimal:
    return one.value if one.value is not None else Decimal(0)


def _moment(one: Lab) -> float:
    return one.taken.moment.timestamp() if one.taken is not None and one.taken.moment is not None else 0.0


def upper(one: Lab, policy: Policy) -> Decimal:
    """Its own upper limit of normal, else that of the site profile."""
    return one.upper if one.upper is not None else policy.quantity(f"liver.{one.test}-upper-normal")


def multiple(one: Lab, policy: Policy) -> Decimal:
    """How many times its upper limit of normal is this result?"""
    return _value(one) / upper(one, policy)


def at_least(one: Lab) -> bool:
    """Is the result known to be the written number or more? A result below a number is not."""
    return one.comparator not in ("<", "<=")


def than(one: Lab) -> str:
    """more than; at least; empty for a plain number."""
    return _THAN.get(one.comparator, "")


def line(one: Lab, policy: Policy) -> str:
    """ALT 180 U/L, 4.5 times the upper limit of 40 (3 Feb 2026)."""
    value = f"{NAMES[one.test]} {one.comparator}{_plain(_value(one))}{f' {unit(one)}' if unit(one) else ''}"
    which = "upper limit" if one.upper is not None else "site limit"
    limit = f"{than(one)}{_plain(multiple(one, policy))} times the {which} of {_plain(upper(one, policy))}"
    return f"{value}, {limit} ({wording.about_when(one.taken) if one.taken else 'date not known'})"


def value(one: Lab) -> str:
    """eGFR 25 mL/min/1.73 m2 (3 Feb 2026)."""
    shown = f"{NAMES[one.test]} {one.comparator}{_plain(_value(one))}{f' {unit(one)}' if unit(one) else ''}"
    return f"{shown} ({wording.about_when(one.taken) if one.taken else 'date not known'})"


def unit(one: Lab) -> str:
    """Its unit as a clinician writes it."""
    return _UNITS.get(one.unit, one.unit)


def _plain(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.1')).normalize():f}"
