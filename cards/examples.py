"""One invented patient a finding: the card that its page shows is made from these facts by `render`, not written by hand.

May import marshmallow and this room. A rule without an example, or one whose card could not be made, stops the start.
"""

import re
import string
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from marshmallow import Schema

from cards import render, schema
from cards.finding import Fact, Finding, Outcome, Phrase
from cards.model import Example, Indicator, Library, Rule

_NOBODY = render.Identity(tenant="example", service="example", hook_instance="example", orders={})


def read(
    root: Path,
    document: Callable[[str, Schema | None], Any],
    rules: Mapping[str, Rule],
    sources: Collection[str],
    later: Collection[str],
    fault: Callable[[str], None],
) -> dict[str, Example]:
    """On which invented patient is each finding shown? One for a planned finding may lie ready and is not given out."""
    # names of files, not of what loaded: a rule with a fault of its own is told once
    codes = {path.stem for path in (root / "rules").glob("*/*.toml")}
    found: dict[str, Example] = {}
    for path in sorted((root / "examples").glob("*.toml")):
        name, code = f"examples/{path.name}", path.stem
        raw = document(name, schema.ExampleSchema())
        if code not in codes and code not in later:
            fault(f"{name}: there is no finding of this name in rules or later.toml")
        if raw is None or code not in rules:
            continue
        finding = Finding(
            code=code,
            outcome=Outcome.ALERT,
            reason=raw["says"],
            variant=raw["variant"],
            facts=raw["facts"],
            more=tuple(raw["more"]),
            sources=tuple(raw["sources"]),
            pages=tuple(raw["pages"]),
        )
        found[code] = Example(says=raw["says"], finding=finding, offers=raw["offers"])
        for text in (*_faults(found[code], rules[code]), *(f"cites {one!r}, which is no source" for one in finding.sources if one not in sources)):
            fault(f"{name}: {text}")
    for code in sorted(codes - {path.stem for path in (root / "examples").glob("*.toml")}):
        fault(f"examples/{code}.toml: is missing; every finding shows its card on an invented patient")
    return found


def card(code: str, library: Library, base_url: str) -> dict[str, Any]:
    """The card of this finding's invented patient, as an answer would hold it; its suggestions change nothing."""
    example, rule = library.examples[code], library.rules[code]
    if render.indicator(example.finding, library) is Indicator.INFO:
        made = render.guidance([example.finding], library, _NOBODY, base_url, code)
    else:
        made = render.card(example.finding, library, _NOBODY, base_url)
    if example.offers:
        made["suggestions"] = [{"label": render.suggested(rule, label, facts)} for label, facts in example.offers.items()]
        made["selectionBehavior"] = rule.variants[example.finding.variant].selection_behavior if len(example.offers) > 1 else "any"
    return made


def _faults(example: Example, rule: Rule) -> Iterator[str]:
    finding = example.finding
    if finding.variant not in rule.variants:
        yield f"variant {finding.variant!r} is none of the rule's ({', '.join(rule.variants)})"
        return
    given = {name for fact in finding.facts.values() for name in _names(fact)} | set(finding.facts)
    if given - set(rule.facts):
        yield f"gives {', '.join(sorted(given - set(rule.facts)))}, which the rule's facts do not list"
    for name in finding.more:
        if name not in rule.more:
            yield f"more {name!r} is not in the rule's [more]"
    wording = rule.variants[finding.variant]
    texts = [wording.summary, wording.found, wording.why, wording.do, wording.evidence]
    texts += [rule.more[name] for name in finding.more if name in rule.more]
    lacking = {name for text in texts for name in _asked(text)} - set(finding.facts)
    for phrase in (phrase for fact in finding.facts.values() for phrase in _phrases(fact)):
        if phrase.name not in rule.phrases:
            yield f"phrase {phrase.name!r} is not in the rule's [phrases]"
        plain = {name for name, fact in finding.facts.items() if isinstance(fact, str)}
        lacking |= _asked(rule.phrases.get(phrase.name, "")) - plain - set(phrase.facts)
    for label, facts in example.offers.items():
        if label not in rule.suggestions:
            yield f"offer {label!r} is not in the rule's [suggestions]"
        lacking |= _asked(rule.suggestions.get(label, "")) - set(facts)
    if lacking:
        yield f"facts lack {', '.join(sorted(lacking))}, which the texts ask for"


def _asked(text: str) -> set[str]:
    """Which facts of the chart does this text ask for? None where it cannot be read: `library` tells that."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return set()
    return {name for name in names if not re.match(r"number\[", name)}


def _phrases(fact: Fact) -> tuple[Phrase, ...]:
    if isinstance(fact, str):
        return ()
    return (fact,) if isinstance(fact, Phrase) else fact


def _names(fact: Fact) -> set[str]:
    return {name for phrase in _phrases(fact) for name in phrase.facts}
