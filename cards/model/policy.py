"""The numbers that a check may ask for, each with its unit, its bounds and its source.

May import the standard library and what is known by condition.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cards.model.evidence import ConditionEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of the policy, with its unit, its bounds and what it rests on.

    `lowest` and `highest` bound what a site profile may choose. A number that no source gives has
    `policy`, the reason of this project, instead of or beside `evidence`.
    """

    name: str
    value: Decimal
    unit: str
    meaning: str
    lowest: Decimal | None = None
    highest: Decimal | None = None
    evidence: tuple[str, ...] = ()
    policy: str | None = None


_DAYS = {"d": 1, "wk": 7}
_MONTHS = {"mo": 1, "a": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All numbers that a check may ask for, by name, and the conditions on which we have evidence, in the order of their priority."""

    numbers: Mapping[str, Number]
    indications: "tuple[ConditionEvidence, ...]" = ()

    def days(self, name: str) -> int:
        """How many days does the policy give under this name? Raises KeyError for an unknown name."""
        number = self.numbers[name]
        if number.unit not in _DAYS:
            raise KeyError(f"{name} is in {number.unit}, not in days")
        return int(number.value * _DAYS[number.unit])

    def after(self, day: date, name: str) -> date:
        """Which day is so many days, weeks, or calendar months or years, after this one? The policy gives the number and its unit."""
        number = self.numbers[name]
        if number.unit not in _MONTHS:
            return day + timedelta(days=self.days(name))
        year, month = divmod(day.year * 12 + day.month - 1 + int(number.value) * _MONTHS[number.unit], 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    def hours(self, name: str) -> int:
        """How many hours does the policy give under this name? Raises KeyError for an unknown name."""
        number = self.numbers[name]
        if number.unit != "h":
            raise KeyError(f"{name} is in {number.unit}, not in hours")
        return int(number.value)

    def quantity(self, name: str) -> Decimal:
        """Which value does the policy give under this name, in the unit stated there?"""
        return self.numbers[name].value

    @property
    def words(self) -> Mapping[str, str]:
        """Every number as a card writes it: {number[washout.short-acting]} in a text."""
        return {name: f"{number.value.normalize():f}" for name, number in self.numbers.items()}
