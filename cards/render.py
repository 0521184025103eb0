"""Findings to CDS Hooks cards: words, source, links, override reasons, identity.

Pure; may import this room only. Suggestions come in ready, because only the client's own JSON can make them.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cards.finding import Fact, Finding, Phrase
from cards.model import Indicator, Library, Policy, Rule, Source, Wording

FINDINGS_EXTENSION = "org.ldn-cds.findings"
DOSE_EXTENSION = "org.ldn-cds.dose"
TOPIC_SYSTEM = "urn:ldn-cds:finding"
GUIDANCE = "ldnguidance"
LONGEST_SUMMARY = 139
_MOST_SOURCE_LINKS = 3
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:ldn-cds:card")
_SECTIONS = ("found", "why", "do", "evidence")
_HEADINGS = {"found": "Found", "why": "Why", "do": "Do", "evidence": "Evidence"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What makes a card's uuid: the same call gives the same uuid, another call another (CARD-17, CARD-20).

    `orders` names each order by the client's reference, or by its place in the call where it has none.
    """

    tenant: str
    service: str
    hook_instance: str
    orders: Mapping[str, str]

    def uuid(self, orders: Sequence[str], codes: Sequence[str], about: Iterable[str], kind: str = "") -> str:
        """The uuid of a card, or with `kind` of one of its suggestions."""
        return self.uuids(orders, codes, about)(kind)

    def uuids(self, orders: Sequence[str], codes: Sequence[str], about: Iterable[str]) -> Callable[[str], str]:
        """The uuids of one card's suggestions by their kind: what they share is read once, however many there are."""
        named = ",".join(sorted(self.orders.get(order, order) for order in orders))
        parts = (self.tenant, self.service, self.hook_instance, named, ",".join(codes), ",".join(sorted(about)), "")
        shared = hashlib.sha1(_NAMESPACE.bytes + "\x1f".join(parts).encode(), usedforsecurity=False)  # a version 5 uuid, begun

        def of_kind(kind: str) -> str:
            found = shared.copy()
            found.update(kind.encode())
            return str(uuid.UUID(bytes=found.digest()[:16], version=5))

        return of_kind


def indicator(finding: Finding, library: Library) -> Indicator:
    """How urgent is this alert? As its variant says."""
    return library.rules[finding.code].variants[finding.variant].indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filler:
    """Fills the texts of one finding: its facts, the rule's phrases behind them, and the policy's numbers."""

    numbers: Mapping[str, str]
    facts: Mapping[str, str]

    def fill(self, template: str, facts: Mapping[str, str] | None = None) -> str:
        """The template filled. A missing fact is a programming error and raises KeyError."""
        return template.format_map({**(self.facts if facts is None else facts), "number": self.numbers})


def _filler(finding: Finding, rule: Rule, policy: Policy) -> _Filler:
    numbers = policy.words
    plain = {name: fact for name, fact in finding.facts.items() if isinstance(fact, str)}

    def said(fact: Fact) -> str:
        if isinstance(fact, str):
            return fact
        phrases = (fact,) if isinstance(fact, Phrase) else fact
        return " ".join(rule.phrases[one.name].format_map({**plain, **one.facts, "number": numbers}) for one in phrases)

    return _Filler(numbers=numbers, facts={name: said(fact) for name, fact in finding.facts.items()})


def with_numbers(text: str, policy: Policy) -> str:
    """The text as a page shows it: the policy's numbers filled in, what the chart gives left in braces."""
    for name, number in policy.words.items():
        text = text.replace(f"{{number[{name}]}}", number)
    return text


def suggested(rule: Rule, label: str, facts: Mapping[str, str]) -> str:
    """What a suggestion's button says."""
    return rule.suggestions[label].format_map(facts)


def summary(wording: Wording, filler: _Filler) -> str:
    """The headline, under 140 characters: the longest fact is shortened until it fits (CARD-5, CARD-6)."""
    parts = dict(filler.facts)
    while True:
        text = _capital(" ".join(filler.fill(wording.summary, parts).split()).replace("….", "…"))
        if _units(text) <= LONGEST_SUMMARY:
            return text
        longest = max((name for name in parts if f"{{{name}}}" in wording.summary), key=lambda name: len(parts[name]))
        parts[longest] = parts[longest][:-6].rstrip(" …,(") + "…"


def _units(text: str) -> int:
    """How long is the text for a client that counts UTF-16 units, as JavaScript does?"""
    return len(text.encode("utf-16-le")) // 2


def sections(rule: Rule, finding: Finding, filler: _Filler) -> dict[str, str]:
    """The four parts of the detail, with the extra sentences that the check asked for."""
    wording = rule.variants[finding.variant]
    out = {}
    for name in _SECTIONS:
        extra = [rule.more[key] for key in finding.more if key.startswith(f"{name}-")]
        out[name] = _capital(" ".join(filler.fill(text) for text in (getattr(wording, name), *extra)).strip())
    return out


def _capital(text: str) -> str:
    """A sentence begins with a capital, whatever fact it begins with."""
    return text[:1].upper() + text[1:]


def detail(rule: Rule, finding: Finding, filler: _Filler) -> str:
    """Found, why, do, evidence: GitHub Flavored Markdown without HTML."""
    parts = sections(rule, finding, filler)
    found = parts.pop("found")
    first = f"**Found**\n\n{found}" if found.startswith("- ") else f"**Found:** {found}"
    return "\n\n".join([first, *(f"**{_HEADINGS[name]}:** {text}" for name, text in parts.items() if text)])


def evidence_of(finding: Finding, library: Library) -> tuple[str, ...]:
    """Which sources does this finding rest on? Its own where they depend on the patient, else the rule's."""
    return finding.sources or library.rules[finding.code].evidence


def primary_of(finding: Finding, library: Library) -> str:
    """Which source does the card name? The first of the finding's own, else that of its variant."""
    return finding.sources[0] if finding.sources else library.rules[finding.code].variants[finding.variant].primary


def source(finding: Finding, library: Library, base_url: str) -> dict[str, Any]:
    """Who says so: the primary source, its page here, the topic (CARD-9 to CARD-12)."""
    rule = library.rules[finding.code]
    primary = library.sources[primary_of(finding, library)]
    return {
        "label": cited(primary),
        "url": primary.link or f"{base_url}/evidence/{primary.id}",
        "topic": {"system": TOPIC_SYSTEM, "code": rule.topic, "display": rule.title},
    }


def cited(source: Source) -> str:
    """How a source is named on a card; what was not verified says so."""
    label = source.title if len(source.title) <= 120 else source.title[:119].rstrip() + "…"
    return label if source.is_verified else f"{label} (not yet verified)"


def links(findings: Sequence[Finding], library: Library, base_url: str) -> list[dict[str, str]]:
    """The page of each finding here, then the primary literature, each once (LINK-9: few and stable)."""
    out = []
    for finding in findings:
        rule = library.rules[finding.code]
        out.append({"label": f"About this finding: {rule.title}", "url": f"{base_url}/findings/{rule.code}", "type": "absolute"})
        out += [{"label": "What is known, by condition", "url": f"{base_url}{page}", "type": "absolute"} for page in finding.pages[:1]]
    seen: set[str] = set()
    for finding in findings:
        for name in (primary_of(finding, library), *evidence_of(finding, library)):
            found = library.sources[name]
            if found.link and found.link not in seen and not found.is_guide and len(seen) < _MOST_SOURCE_LINKS:
                seen.add(found.link)
                out.append({"label": cited(found), "url": found.link, "type": "absolute"})
    return out


def listed(finding: Finding, library: Library) -> dict[str, Any]:
    """One entry of the findings extension."""
    return {
        "code": finding.code,
        "indicator": indicator(finding, library).value,
        "evidence": list(evidence_of(finding, library)),
        "about": list(finding.about),
    }


def card(
    finding: Finding,
    library: Library,
    identity: Identity,
    base_url: str,
    suggestions: Sequence[dict[str, Any]] = (),
    dose: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The card of one critical or warning finding."""
    rule = library.rules[finding.code]
    wording = rule.variants[finding.variant]
    filler = _filler(finding, rule, library.policy)
    out: dict[str, Any] = {
        "uuid": identity.uuid(finding.orders, (finding.code,), finding.about),
        "summary": summary(wording, filler),
        "detail": detail(rule, finding, filler),
        "indicator": indicator(finding, library).value,
        "source": source(finding, library, base_url),
        "links": links([finding], library, base_url),
        "overrideReasons": [{"code": reason.code, "system": library.override_system, "display": reason.display} for reason in rule.override_reasons],
        "extension": {FINDINGS_EXTENSION: [listed(finding, library)]},
    }
    if suggestions:
        out["suggestions"] = list(suggestions)
        out["selectionBehavior"] = wording.selection_behavior if len(suggestions) > 1 else "any"
    if dose:
        out["extension"][DOSE_EXTENSION] = dict(dose)
    return out


def _exclude_each_other(suggestions: Sequence[Mapping[str, Any]]) -> bool:
    """Do two of them write the same order anew? The one accepted last would undo the other, unseen."""
    changed = [action["resource"].get("id") for one in suggestions for action in one["actions"] if action["type"] == "update"]
    return len(changed) != len(set(changed))


def guidance(
    findings: Sequence[Finding],
    library: Library,
    identity: Identity,
    base_url: str,
    order: str,
    suggestions: Sequence[dict[str, Any]] = (),
    dose: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The one card that merges all information about an order: one item for each finding, with its own evidence."""
    rules = [library.rules[finding.code] for finding in findings]
    wordings = [rule.variants[finding.variant] for rule, finding in zip(rules, findings, strict=True)]
    fillers = [_filler(finding, rule, library.policy) for rule, finding in zip(rules, findings, strict=True)]
    first = summary(wordings[0], fillers[0])
    more = f" (+{len(findings) - 1} more)" if len(findings) > 1 else ""
    headline = first
    while _units(headline) + len(more) > LONGEST_SUMMARY:
        headline = headline.removesuffix("…")[:-1].rstrip() + "…"
    said = []
    for rule, finding, filler in zip(rules, findings, fillers, strict=True):
        parts = sections(rule, finding, filler)
        found = parts["found"].replace("\n- ", "; ").removeprefix("- ").rstrip(".")
        text = " ".join(part for part in (f"{found}." if found else "", parts["why"], parts["do"]) if part)
        said.append(f"**{rule.title}.** {text} *Evidence: {parts['evidence']}*")
    about = [reference for finding in findings for reference in finding.about]
    out: dict[str, Any] = {
        "uuid": identity.uuid((order,), [finding.code for finding in findings], about),
        "summary": headline + more,
        "detail": said[0] if len(said) == 1 else "\n".join(f"- {one}" for one in said),
        "indicator": Indicator.INFO.value,
        "source": {
            **source(findings[0], library, base_url),
            "topic": {"system": TOPIC_SYSTEM, "code": GUIDANCE, "display": "LDN guidance"},
        },
        "links": links(findings, library, base_url),
        "extension": {FINDINGS_EXTENSION: [listed(finding, library) for finding in findings]},
    }
    if suggestions:
        out["suggestions"] = list(suggestions)
        out["selectionBehavior"] = "at-most-one" if _exclude_each_other(suggestions) else "any"
    if dose:
        out["extension"][DOSE_EXTENSION] = dict(dose)
    return out
