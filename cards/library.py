"""All knowledge files to one frozen Library, or every fault in them at once.

May import marshmallow and this room. A service with a faulty library does not start: each fault names the
file, the place and, where it can, the remedy.
"""

import hashlib
import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError

from cards import account, conditions, examples, schema, terminology
from cards.fields import flat
from cards.model import (
    DataKey,
    Indicator,
    Library,
    Number,
    Orderable,
    OverrideReason,
    Policy,
    Rule,
    ServiceText,
    Source,
    Wording,
)

ROOT = Path(__file__).parent
_PARTS = ("found", "why", "do", "evidence")
# the finding whose words come from the conditions
_BY_CONDITION = "indication-evidence"
_LISTS: Mapping[str, Schema] = {
    "words": schema.WordsSchema(),
    "phrases": schema.PhrasesSchema(),
    "forms": schema.FormsSchema(),
    "procedures": schema.ProceduresSchema(),
    "excipients": schema.ExcipientsSchema(),
    "effects": schema.EffectsSchema(),
}


class LibraryFaults(Exception):
    """The knowledge does not load; `faults` holds every fault, in the order of the files."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__(f"{len(faults)} faults in the knowledge files:\n" + "\n".join(faults))


def load(root: Path = ROOT) -> Library:
    """What does this service know? Raises LibraryFaults with every fault found under `root`."""
    reader = _Reader(root)
    sources = reader.sources()
    policy = reader.policy(sources)
    overrides = reader.document("overrides.toml", schema.OverridesSchema()) or {"system": "", "reasons": {}}
    rules = reader.rules(sources, policy, overrides["reasons"])
    data = reader.data(policy)
    services = reader.services()
    by_condition = conditions.read(root, reader.document, sources, reader.fault)
    rules = {
        code: replace(rule, phrases={**rule.phrases, **conditions.phrases(by_condition)}) if code == _BY_CONDITION else rule
        for code, rule in rules.items()
    }
    later = tuple((reader.document("later.toml", schema.LaterSchema()) or {"codes": []})["codes"])
    for code in sorted(set(later) & set(rules)):
        reader.fault(f"later.toml: {code} has a rule; take it off the list")
    orderables = reader.tables("orders.toml", schema.OrderableSchema())
    measures = reader.tables("codelists/laboratory.toml", schema.MeasureSchema())
    invented = examples.read(root, reader.document, rules, sources, later, reader.fault)
    statements, disagreements = account.read(root, reader.document, reader.judged, later, reader.fault)
    documents = {name: reader.document(f"codelists/{name}.toml", judge) for name, judge in _LISTS.items()}
    lists = terminology.read(root / "codelists", documents, measures, reader.fault) if all(documents.values()) else None
    if lists is not None:
        concepts = {name for found in (*lists.codes.values(), *lists.code_prefixes.values()) for name in found} | set(lists.phrases)
        for condition in by_condition.values():
            for name in sorted(set(condition.concepts) - concepts):
                reader.fault(f"conditions/{condition.id}.toml: the concept {name!r} is recognised by no code list and no phrase")
    if reader.faults or lists is None:
        raise LibraryFaults(tuple(reader.faults))
    rules = dict(sorted(rules.items(), key=lambda entry: (entry[1].priority, entry[0])))
    latest = max(*(rule.compared for rule in rules.values()), *(condition.compared for condition in by_condition.values()))
    return Library(
        version=f"{latest}+{_digest(root)}",
        rules=rules,
        sources=sources,
        conditions=by_condition,
        policy=replace(policy, indications=tuple(by_condition.values())),
        terminology=lists,
        data=data,
        services=services,
        override_system=overrides["system"],
        orderables={name: Orderable(name=name, **entry) for name, entry in orderables.items()},
        later=later,
        statements=statements,
        disagreements=disagreements,
        examples=invented,
    )


def _digest(root: Path) -> str:
    """Which content is this? The first 12 digits of a hash over all knowledge files and their names."""
    total = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in (".toml", ".csv")):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


def placeholders(text: str) -> set[str]:
    """Which facts does this text ask for? Raises ValueError for a broken brace."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


class _Reader:
    """Reads file after file and keeps the faults instead of stopping at the first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[str] = []

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def document(self, name: str, judge: Schema | None) -> Any:
        try:
            with (self.root / name).open("rb") as handle:
                raw = tomllib.load(handle, parse_float=Decimal)
        except FileNotFoundError:
            return self.fault(f"{name}: is missing")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            return self.fault(f"{name}: is no valid TOML: {error}")
        return raw if judge is None else self.judged(name, raw, judge)

    def judged(self, where: str, raw: Any, judge: Schema) -> Any:
        try:
            return judge.load(raw)
        except ValidationError as error:
            for place, words in flat(error.messages):
                self.fault(f"{where}: {place}: {words}")
            return None

    def tables(self, name: str, judge: Schema) -> dict[str, dict[str, Any]]:
        """A file whose every table has one and the same shape."""
        raw = self.document(name, None) or {}
        found = {key: self.judged(f"{name}: {key}", entry, judge) for key, entry in raw.items()}
        return {key: entry for key, entry in found.items() if entry is not None}

    def sources(self) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for path in sorted((self.root / "evidence").glob("*.toml")):
            name = f"evidence/{path.name}"
            raw = self.document(name, schema.SourceSchema())
            if raw is None:
                continue
            if raw["id"] != path.stem:
                self.fault(f"{name}: id is {raw['id']!r}; the file name must be the id")
            for key in ("authors", "conditions", "cited_by"):
                raw[key] = tuple(raw.get(key, ()))
            if "n" in raw:
                raw["n"] = str(raw["n"])
            found[raw["id"]] = Source(**raw)
        for source in found.values():
            for cited in source.cited_by:
                if cited not in found:
                    self.fault(f"evidence/{source.id}.toml: cited_by names {cited!r}, which is no source")
        return found

    def policy(self, sources: Mapping[str, Source]) -> Policy:
        raw = self.document("policy.toml", None) or {}
        numbers: dict[str, Number] = {}
        for group, members in raw.items():
            for key, entry in members.items() if isinstance(members, dict) else ():
                name = f"{group}.{key}"
                judged = self.judged(f"policy.toml: {name}", entry, schema.NumberSchema())
                if judged is None:
                    continue
                number = Number(name=name, **{**judged, "evidence": tuple(judged["evidence"])})
                numbers[name] = number
                if not number.evidence and not number.policy:
                    self.fault(f"policy.toml: {name}: has neither evidence nor a policy reason; a number needs a source")
                if not (number.lowest or number.value) <= number.value <= (number.highest or number.value):
                    self.fault(f"policy.toml: {name}: {number.value} is outside its own bounds")
                self.cited(f"policy.toml: {name}", number.evidence, sources)
        return Policy(numbers=numbers)

    def cited(self, where: str, ids: tuple[str, ...], sources: Mapping[str, Source]) -> None:
        for name in ids:
            if name not in sources:
                self.fault(f"{where}: cites {name!r}, but cards/evidence has no such source")

    def rules(self, sources: Mapping[str, Source], policy: Policy, reasons: Mapping[str, str]) -> dict[str, Rule]:
        found: dict[str, Rule] = {}
        for path in sorted((self.root / "rules").glob("*/*.toml")):
            name = f"rules/{path.parent.name}/{path.name}"
            raw = self.document(name, schema.RuleSchema())
            if raw is None:
                continue
            if raw["code"] != path.stem or raw["group"] != path.parent.name:
                self.fault(f"{name}: code and group must be the names of the file and its folder")
            rule = _rule(raw, reasons)
            found[rule.code] = rule
            primaries = {rule.primary, *(wording.primary for wording in rule.variants.values())}
            self.cited(name, rule.evidence + rule.against + tuple(sorted(primaries)), sources)
            self.judge_rule(name, rule, raw, sources, policy, reasons)
        return found

    def judge_rule(self, name: str, rule: Rule, raw: Any, sources: Mapping[str, Source], policy: Policy, reasons: Mapping[str, str]) -> None:
        for use in rule.uses:
            if use not in policy.numbers:
                self.fault(f"{name}: uses {use!r}, which policy.toml does not have")
        for code in raw["override"]:
            if code not in reasons:
                self.fault(f"{name}: override {code!r} is not in overrides.toml")
        for primary in sorted({rule.primary, *(wording.primary for wording in rule.variants.values())} - set(rule.evidence)):
            self.fault(f"{name}: primary {primary!r} must be one of evidence")
        serious = any(wording.indicator is not Indicator.INFO for wording in rule.variants.values())
        cited = [sources[code] for code in rule.evidence if code in sources]
        if serious and not rule.policy and not any(source.carries_warnings for source in cited):
            self.fault(f"{name}: warns without a verified source that is more than a guide; add one, or a policy reason")
        if cited and all(not source.settled or source.verified == "not-found" for source in cited):
            self.fault(f"{name}: rests on unsettled sources alone; add a settled one")
        if serious and not raw["override"]:
            self.fault(f"{name}: a warning needs override reasons")
        texts = {f"{key}.{part}": getattr(wording, part) for key, wording in rule.variants.items() for part in ("summary", *_PARTS)}
        texts |= {f"more.{key}": text for key, text in rule.more.items()}
        texts |= {f"phrases.{key}": text for key, text in rule.phrases.items()}
        allowed = {*rule.facts, *(f"number[{use}]" for use in rule.uses)}
        for place, text in texts.items():
            try:
                unknown = placeholders(text) - allowed
            except ValueError as error:
                self.fault(f"{name}: {place}: {error}")
                continue
            if unknown:
                self.fault(f"{name}: {place}: asks for {', '.join(sorted(unknown))}, which neither facts nor uses lists")
            if re.search(r"<\s*[a-zA-Z/!]", text):
                self.fault(f"{name}: {place}: holds HTML; cards are Markdown without it")

    def data(self, policy: Policy) -> dict[str, DataKey]:
        raw = self.document("data.toml", None) or {}
        found: dict[str, DataKey] = {}
        for entry in raw.get("data", ()):
            judged = self.judged("data.toml", entry, schema.DataKeySchema())
            if judged is None:
                continue
            key = DataKey(**judged)
            if key.key in found:
                self.fault(f"data.toml: {key.key} stands there twice; one key means one template")
            if key.lookback is not None and key.lookback not in policy.numbers:
                self.fault(f"data.toml: {key.key}: lookback {key.lookback!r} is not in policy.toml")
            found[key.key] = key
        return found

    def services(self) -> tuple[ServiceText, ...]:
        raw = self.document("services.toml", None) or {}
        judged = [self.judged("services.toml", entry, schema.ServiceSchema()) for entry in raw.get("service", ())]
        found = tuple(ServiceText(**entry) for entry in judged if entry is not None)
        if len({service.id for service in found}) != len(found) or len({service.hook for service in found}) != len(found):
            self.fault("services.toml: ids and hooks must differ from service to service")
        if not found:
            self.fault("services.toml: names no service")
        return found


def _rule(raw: Mapping[str, Any], reasons: Mapping[str, str]) -> Rule:
    variants = {
        key: Wording(
            indicator=Indicator(entry["indicator"]),
            selection_behavior=entry.get("selection_behavior", raw["selection_behavior"]),
            primary=entry.get("primary", raw["primary"]),
            summary=entry["summary"],
            **{part: entry.get(part, raw["base"][part]) for part in _PARTS},
        )
        for key, entry in raw["variant"].items()
    }
    override = [*raw["override"], "other"] if raw["override"] else []
    return Rule(
        code=raw["code"],
        title=raw["title"],
        group=raw["group"],
        question=raw["question"],
        priority=raw["priority"],
        fires=tuple(raw["fires"]),
        silent=tuple(raw["silent"]),
        hooks=tuple(raw["hooks"]),
        needs=tuple(raw["needs"]),
        uses=tuple(raw["uses"]),
        facts=tuple(raw["facts"]),
        variants=variants,
        more=dict(raw["more"]),
        phrases=dict(raw["phrases"]),
        evidence=tuple(raw["evidence"]),
        primary=raw["primary"],
        against=tuple(raw["against"]),
        override_reasons=tuple(OverrideReason(code=code, display=reasons.get(code, code)) for code in override),
        suggestions=dict(raw["suggestions"]),
        rider=raw["rider"],
        policy=raw.get("policy"),
        compared=raw["compared"].isoformat(),
        needs_on={hook: tuple(needs) for hook, needs in raw["needs_on"].items()},
        withholds=raw["withholds"],
        raises=raw["raises"],
    )


__all__ = ["ROOT", "Library", "LibraryFaults", "load", "placeholders"]
