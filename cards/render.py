"""Findings to CDS Hooks cards: words, source, links, override reasons, identity.

Pure; may import this room only. Suggestions come in ready, because only the client's own JSON can make them.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
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
        named = ",".join(sorted(self.orders.get(order, order) for order in orders))
        parts = (self.tenant, self.service, self.hook_instance, named, ",".join(codes), ",".join(sorted(about)), kind)
        return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))


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
        text = " ".join(filler.fill(wording.summary, parts).split())
        if len(text.encode("utf-16-le")) // 2 <= LONGEST_SUMMARY:
            return text
        longest = max((name for name in parts if f"{{{name}}}" in wording.summary), key=lambda name: len(parts[name]))
        parts[longest] = parts[longest][:-6].rstrip(" …,(") + "…"


def sections(rule: Rule, finding: Finding, filler: _Filler) -> dict[str, str]:
    """The four parts of the detail, with the extra sentences that the check asked for."""
    wording = rule.variants[finding.variant]
    out = {}
    for name in _SECTIONS:
        extra = [rule.more[key] for key in finding.more if key.startswith(f"{name}-")]
        out[name] = " ".join(filler.fill(text) for text in (getattr(wording, name), *extra)).strip()
    return out


def detail(rule: Rule, finding: Finding, filler: _Filler) -> str:
    """Found, why, do, evidence: GitHub Flavored Markdown without HTML."""
    parts = sections(rule, finding, filler)
    found = parts.pop("found")
    first = f"**Found**\n\n{found}" if found.startswith("- ") else f"**Found:** {found}"
    return "\n\n".join([first, *(f"**{_HEADINGS[name]}:** {text}" for name, text in parts.items() if text)])


def source(rule: Rule, library: Library, base_url: str) -> dict[str, Any]:
    """Who says so: the primary source, its page here, the topic (CARD-9 to CARD-12)."""
    primary = library.sources[rule.primary]
    return {
        "label": cited(primary),
        "url": primary.link or f"{base_url}/evidence/{primary.id}",
        "topic": {"system": TOPIC_SYSTEM, "code": rule.topic, "display": rule.title},
    }


def cited(source: Source) -> str:
    """How a source is named on a card; what was not verified says so."""
    label = source.title if len(source.title) <= 120 else source.title[:119].rstrip() + "…"
    return label if source.is_verified else f"{label} (not yet verified)"


def links(rules: Sequence[Rule], library: Library, base_url: str) -> list[dict[str, str]]:
    """The page of each finding here, then the primary literature, each once (LINK-9: few and stable)."""
    out = [{"label": f"About this finding: {rule.title}", "url": f"{base_url}/findings/{rule.code}", "type": "absolute"} for rule in rules]
    seen: set[str] = set()
    for rule in rules:
        for name in rule.evidence:
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
        "evidence": list(library.rules[finding.code].evidence),
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
    filler = _filler(finding, rule, library.policy)
    out: dict[str, Any] = {
        "uuid": identity.uuid(finding.orders, (finding.code,), finding.about),
        "summary": summary(rule.variants[finding.variant], filler),
        "detail": detail(rule, finding, filler),
        "indicator": indicator(finding, library).value,
        "source": source(rule, library, base_url),
        "links": links([rule], library, base_url),
        "overrideReasons": [{"code": reason.code, "system": library.override_system, "display": reason.display} for reason in rule.override_reasons],
        "extension": {FINDINGS_EXTENSION: [listed(finding, library)]},
    }
    if suggestions:
        out["suggestions"] = list(suggestions)
        out["selectionBehavior"] = rule.variants[finding.variant].selection_behavior if len(suggestions) > 1 else "any"
    if dose:
        out["extension"][DOSE_EXTENSION] = dict(dose)
    return out


def guidance(
    findings: Sequence[Finding],
    library: Library,
    identity: Identity,
    base_url: str,
    order: str,
    dose: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The one card that merges all information about an order."""
    rules = [library.rules[finding.code] for finding in findings]
    fillers = [_filler(finding, rule, library.policy) for rule, finding in zip(rules, findings, strict=True)]
    first = summary(rules[0].variants[findings[0].variant], fillers[0])
    more = f" (+{len(findings) - 1} more)" if len(findings) > 1 else ""
    headline = first if len(first) + len(more) <= LONGEST_SUMMARY else first[: LONGEST_SUMMARY - len(more) - 1].rstrip() + "…"
    paragraphs = []
    for rule, finding, filler in zip(rules, findings, fillers, strict=True):
        parts = sections(rule, finding, filler)
        found = parts["found"].replace("\n- ", "; ").removeprefix("- ")
        paragraphs.append(f"**{rule.title}.** {found}. {parts['why']} {parts['do']} *Evidence: {parts['evidence']}*")
    about = [reference for finding in findings for reference in finding.about]
    out: dict[str, Any] = {
        "uuid": identity.uuid((order,), [finding.code for finding in findings], about),
        "summary": headline + more,
        "detail": "\n\n".join(paragraphs),
        "indicator": Indicator.INFO.value,
        "source": {
            **source(rules[0], library, base_url),
            "topic": {"system": TOPIC_SYSTEM, "code": GUIDANCE, "display": "LDN guidance"},
        },
        "links": links(rules, library, base_url),
        "extension": {FINDINGS_EXTENSION: [listed(finding, library) for finding in findings]},
    }
    if dose:
        out["extension"][DOSE_EXTENSION] = dict(dose)
    return out
