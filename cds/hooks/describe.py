"""The knowledge as JSON: the same facts as on the pages, for machines.

Pure functions of the library; empty members are left out by the caller.
"""

from decimal import Decimal
from typing import Any

import msgspec

from cards import examples, ties
from cards.model import ConditionEvidence, Disagreement, Library, Rule, Source, Statement
from cards.render import with_numbers
from cds.hooks import routes
from cds.markup import DESIGN, DIRECTIONS, LIMITS, PURPOSE, severities, spoken

Json = dict[str, Any]


def home(library: Library, base_url: str) -> Json:
    """What is this service, and where is what?"""
    pages = ("findings", "conditions", "evidence", "account")
    return {
        "name": "ldn-cds",
        "purpose": PURPOSE,
        "limits": list(LIMITS),
        "discovery": f"{base_url}/cds-services",
        "services": [routes.describe(service, library) for service in library.services],
        "asksFor": [{"key": one.key, "words": one.words, "template": one.template, "ifNotSent": one.by_hand} for one in library.data.values()],
        **{page: f"{base_url}/{page}" for page in pages},
        "knowledgeVersion": library.version,
    }


def findings(library: Library) -> Json:
    """All findings, and those that are planned."""
    return {"findings": [summary(rule) for rule in library.rules.values()], "planned": list(library.later)}


def summary(rule: Rule) -> Json:
    """A finding in short."""
    return {
        "code": rule.code,
        "title": rule.title,
        "group": rule.group,
        "question": rule.question,
        "hooks": list(rule.hooks),
        "indicators": [one.value for one in severities(rule)],
    }


def finding(rule: Rule, library: Library, base_url: str) -> Json:
    """A finding whole: when it fires, its numbers with their sources, its texts, an example card, its evidence."""
    return {
        **summary(rule),
        "firesWhen": list(rule.fires),
        "silentWhen": list(rule.silent),
        "needs": list(rule.needs),
        "numbers": [msgspec.to_builtins(library.policy.numbers[name], builtin_types=(Decimal,)) for name in rule.uses],
        "example": {"says": library.examples[rule.code].says, "card": examples.card(rule.code, library, base_url)},
        "variants": {
            name: {
                "indicator": wording.indicator.value,
                **{part: with_numbers(getattr(wording, part), library.policy) for part in ("summary", "found", "why", "do", "evidence")},
            }
            for name, wording in rule.variants.items()
        },
        "addedWhereItApplies": {name: with_numbers(text, library.policy) for name, text in (*rule.more.items(), *rule.phrases.items())},
        "suggestions": dict(rule.suggestions),
        "overrideReasons": [{"code": reason.code, "system": library.override_system, "display": reason.display} for reason in rule.override_reasons],
        "evidence": [_brief(library.sources[name]) for name in rule.evidence],
        "evidenceAgainst": [_brief(library.sources[name]) for name in rule.against],
        "statements": [statement(one) for one in ties.statements_on_finding(rule.code, library)],
        "disagreements": [disagreement(one) for one in ties.disagreements_on_finding(rule.code, library)],
        "policy": rule.policy,
        "compared": rule.compared,
        "knowledgeVersion": library.version,
    }


def evidence(library: Library) -> Json:
    """All sources in short."""
    members = ("id", "type", "title", "year", "verified", "direction")
    return {"evidence": [{**{name: getattr(one, name) for name in members}, "status": _status(one)} for one in library.sources.values()]}


def _brief(found: Source) -> Json:
    members = ("id", "type", "title", "says", "year", "n", "dose_mg", "link", "verified", "correction")
    return {**{name: getattr(found, name) for name in members}, "status": _status(found)}


def source(found: Source) -> Json:
    """A source, with how far it was verified."""
    return {**msgspec.to_builtins(found), "status": _status(found)}


def source_with_ties(found: Source, library: Library) -> Json:
    """A source, and all that rests on it."""
    return {
        **source(found),
        "findings": [rule.code for rule in ties.rules_of(found.id, library)],
        "numbers": [number.name for number in ties.numbers_of(found.id, library)],
        "inConditions": [condition.id for condition in ties.conditions_of(found.id, library)],
        "statements": [one.id for one in ties.statements_on_source(found.id, library)],
        "disagreements": [one.id for one in ties.disagreements_on_source(found.id, library)],
        "ownStatements": len(ties.documents(library).get(found.id, [])),
        "knowledgeVersion": library.version,
    }


def conditions(library: Library) -> Json:
    """All conditions in short."""
    return {
        "conditions": [
            {"id": one.id, "title": one.title, "grade": one.grade, "strength": one.strength, "headline": one.headline, "studies": len(one.studies)}
            for one in library.conditions.values()
        ]
    }


def condition(found: ConditionEvidence, library: Library) -> Json:
    """The evidence for one condition, for and against."""
    studies = [{**_study(library.sources[one.source]), "direction": DIRECTIONS[one.direction], "result": one.result} for one in found.studies]
    return {
        "id": found.id,
        "title": found.title,
        "grade": found.grade,
        "strength": found.strength,
        "headline": found.headline,
        "lines": list(found.lines),
        "advice": found.advice,
        "note": found.note,
        "policy": found.policy,
        "studies": studies,
        "against": [one.id for one in ties.contrary(found, library)],
        "documentsSay": [msgspec.to_builtins(claim) for claim in found.documents_say],
        "ongoing": [_brief(library.sources[name]) for name in found.ongoing],
        "leftOut": dict(found.left_out),
        "statements": [one.id for one in ties.statements_on_condition(found.id, library)],
        "compared": found.compared,
        "knowledgeVersion": library.version,
    }


def _study(found: Source) -> Json:
    return {
        "source": found.id,
        "title": found.title,
        "design": DESIGN.get(found.type, spoken(found.type)),
        "year": found.year,
        "n": found.n,
        "dose": found.dose_mg,
    } | {
        "duration": found.duration,
        "status": _status(found),
    }


def account(library: Library) -> Json:
    """What became of every statement of the founding documents, and where they disagree."""
    return {
        "counts": {
            document: {outcome.value: count for outcome, count in ties.outcomes(statements).items()}
            for document, statements in ties.documents(library).items()
        },
        "statements": [statement(one) for one in library.statements.values()],
        "disagreements": [disagreement(one) for one in library.disagreements.values()],
        "knowledgeVersion": library.version,
    }


def statement(one: Statement) -> Json:
    """A statement of a founding document and what became of it."""
    return {**msgspec.to_builtins(one), "outcome": one.outcome.value}


def disagreement(one: Disagreement) -> Json:
    """A disagreement, its sides and how it is handled."""
    sides = [{"text": side.text, "statements": list(side.statements)} for side in one.sides]
    return {"id": one.id, "point": one.point, "sides": sides, "handling": one.handling, "findings": list(one.findings), "sources": list(one.sources)}


def _status(found: Source) -> str:
    return "verified" if found.is_verified else "not yet verified"
