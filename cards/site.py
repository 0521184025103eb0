"""A site's own policy over the knowledge: numbers moved within their bounds, findings lowered or switched off, signed by the site.

May import marshmallow and this room. The knowledge itself stays as it is; what a site changed is said on every card that it touches.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields, validate

from cards.fields import Day, Exact, Strict, flat
from cards.model import Indicator, Library, Number, Rule, SiteProfile, Wording

OFF = "off"
_NEVER_OFF = frozenset({"check-incomplete"})  # what could not be checked is always said
_TEXT = validate.Regexp(r"(?s).*\S", error="must not be blank")


class ProfileFaults(Exception):
    """The site profile does not hold; `faults` names every place and its remedy."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class NumberSchema(Strict):
    """[numbers."washout.short-acting"]."""

    value = Exact(required=True)
    reason = fields.String(required=True, validate=_TEXT)


class FindingSchema(Strict):
    """[findings.warfarin-inr]."""

    alert = fields.String(required=True, validate=validate.OneOf(("warning", "info", OFF)))
    reason = fields.String(required=True, validate=_TEXT)


class ProfileSchema(Strict):
    """The file."""

    name = fields.String(required=True, validate=[_TEXT, validate.Length(max=80)])
    signed_by = fields.String(required=True, validate=[_TEXT, validate.Length(max=200)])
    signed_on = Day(required=True)
    numbers = fields.Dict(keys=fields.String(), values=fields.Nested(NumberSchema), load_default=dict)
    findings = fields.Dict(keys=fields.String(), values=fields.Nested(FindingSchema), load_default=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    numbers: Mapping[str, Decimal]
    alerts: Mapping[str, str]


def apply(path: Path, library: Library) -> Library:
    """The knowledge as this site's profile has it. Raises ProfileFaults with every fault of the file.

    A number moves within the bounds that the knowledge states; a finding becomes milder or is not asked. Each card that a change touches
    says so, and `library.site` names the profile.
    """
    raw = _raw(path)
    try:
        data = ProfileSchema().load(raw)
    except ValidationError as error:
        raise ProfileFaults(tuple(f"{path.name}: {place}: {words}" for place, words in flat(error.messages))) from None
    asked = _Asked(
        numbers={name: entry["value"] for name, entry in data["numbers"].items()},
        alerts={code: entry["alert"] for code, entry in data["findings"].items()},
    )
    if faults := [f"{path.name}: {words}" for words in (*_number_faults(asked, library), *_finding_faults(asked, library))]:
        raise ProfileFaults(tuple(faults))
    moved = {name: replace(library.policy.numbers[name], value=value) for name, value in asked.numbers.items()}
    rules = {code: _ruled(rule, asked, moved, library) for code, rule in library.rules.items() if asked.alerts.get(code) != OFF}
    site = SiteProfile(
        name=data["name"],
        version=hashlib.sha256(path.read_bytes()).hexdigest()[:12],
        signed_by=data["signed_by"],
        signed_on=data["signed_on"].isoformat(),
        off=tuple(sorted(code for code, alert in asked.alerts.items() if alert == OFF)),
    )
    return replace(library, rules=rules, policy=replace(library.policy, numbers={**library.policy.numbers, **moved}), site=site)


def _raw(path: Path) -> Any:
    try:
        with path.open("rb") as handle:
            return tomllib.load(handle, parse_float=Decimal)
    except OSError as error:
        raise ProfileFaults((f"{path}: {error.strerror}",)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileFaults((f"{path.name}: is no valid TOML: {error}",)) from None


def _number_faults(asked: _Asked, library: Library) -> list[str]:
    found = []
    for name, value in asked.numbers.items():
        number = library.policy.numbers.get(name)
        if number is None:
            found.append(f"numbers.{name}: is no number of the policy; each finding's page lists those that it uses")
            continue
        lowest, highest = bounds(number)
        if not lowest <= value <= highest:
            found.append(f"numbers.{name}: {value} is outside its bounds; write {_spoken(lowest)} to {_spoken(highest)} {number.unit}")
    return found


def bounds(number: Number) -> tuple[Decimal, Decimal]:
    """How far may a site move this number? Where the knowledge states no bound, not at all on that side."""
    lowest = number.value if number.lowest is None else number.lowest
    highest = number.value if number.highest is None else number.highest
    return lowest, highest


def _finding_faults(asked: _Asked, library: Library) -> list[str]:
    found = []
    for code, alert in asked.alerts.items():
        rule = library.rules.get(code)
        if rule is None:
            found.append(f"findings.{code}: is no finding of this service; GET /findings lists them")
        elif code in _NEVER_OFF:
            found.append(f"findings.{code}: cannot be lowered; what could not be checked is always said")
        elif alert != OFF and not any(_milder(wording.indicator, Indicator(alert)) for wording in rule.variants.values()):
            found.append(f"findings.{code}: never alerts above {alert}; a profile makes a finding milder or switches it off")
    return found


def _milder(now: Indicator, asked: Indicator) -> bool:
    return asked.rank > now.rank


def _ruled(rule: Rule, asked: _Asked, moved: Mapping[str, Number], library: Library) -> Rule:
    """The rule with its alerts lowered, and the words that say so."""
    alert = asked.alerts.get(rule.code)
    numbers = [
        f"{number.meaning}: {_spoken(number.value)} {number.unit}, by default {_spoken(library.policy.numbers[name].value)}"
        for name, number in moved.items()
        if name in rule.uses
    ]
    variants = {name: _worded(wording, Indicator(alert) if alert else None, numbers) for name, wording in rule.variants.items()}
    return replace(rule, variants=variants)


def _worded(wording: Wording, alert: Indicator | None, numbers: list[str]) -> Wording:
    said = list(numbers)
    lowered = wording.indicator
    if alert is not None and _milder(wording.indicator, alert):
        said.append(f"shown as {alert.value}, by default {wording.indicator.value}")
        lowered = alert
    if not said:
        return wording
    words = "; ".join(said).replace("{", "{{").replace("}", "}}")
    return replace(wording, indicator=lowered, evidence=f"{wording.evidence} Site policy: {words}.".strip())


def _spoken(value: Decimal) -> str:
    return f"{value.normalize():f}"
