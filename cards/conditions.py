"""The evidence by condition: what was studied, how strong it is, and what speaks against it.

May import the standard library and this room. `library` hands in the reader of files; every fault is named with
its file. A figure that no source states, a study that says other than its source, a source passed over in
silence: each stops the start.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from marshmallow import Schema

from cards import schema
from cards.model import ConditionEvidence, DocumentClaim, Source, Study

# Trials and the reviews that pool them stand together, the newest first: a review is no stronger than its trials,
# and it does not know those that came later.
DESIGNS = {
    "rct": 0,
    "meta-analysis": 0,
    "systematic-review": 0,
    "cohort-prospective": 1,
    "cohort-retrospective": 2,
    "review": 3,
    "case-series": 4,
    "case-report": 5,
    "mechanistic": 6,
}
_UNCONTROLLED = {"cohort-prospective", "cohort-retrospective", "case-series", "case-report"}
_COMPARED_WITH_NOTHING = re.compile(
    r"\b(uncontrolled|without controls|no controls?|not randomised|observational|open-label|single-blind|cases?)\b", re.IGNORECASE
)
# which direction of a study goes with what its source says of itself
_DIRECTIONS = {"supports": "for", "against": "against", "mixed": "mixed"}
_MOST_WORDS = 45
_UNVERIFIED = "not yet verified"
# a minus that begins a number is part of it, a hyphen within a range or a name is not
_NUMBER = re.compile(r"(?<!\w)-\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*")

Fault = Callable[[str], None]


def read(root: Path, document: Callable[[str, Schema | None], Any], sources: Mapping[str, Source], fault: Fault) -> dict[str, ConditionEvidence]:
    """What is known of LDN in each condition? In the order of priority; faults go to `fault`."""
    grades = (document("grades.toml", schema.GradesSchema()) or {"grades": {}})["grades"]
    found: dict[str, ConditionEvidence] = {}
    for path in sorted((root / "conditions").glob("*.toml")):
        name = f"conditions/{path.name}"
        raw = document(name, schema.ConditionSchema())
        if raw is None:
            continue
        if raw["id"] != path.stem:
            fault(f"{name}: id is {raw['id']!r}; the file name must be the id")
        if raw["grade"] not in grades:
            fault(f"{name}: grade {raw['grade']!r} is not in grades.toml")
        condition = _condition(raw, grades)
        found[condition.id] = condition
        for text in _faults(condition, sources):
            fault(f"{name}: {text}")
    if not found:
        fault("conditions: holds no condition")
    for text in _shared(found.values()):
        fault(text)
    return dict(sorted(found.items(), key=lambda entry: (entry[1].priority, entry[0])))


def phrases(conditions: Mapping[str, ConditionEvidence]) -> dict[str, str]:
    """What a card quotes of each condition: its headline, its lines, its advice and how strong it is, by name."""
    out: dict[str, str] = {}
    for name, condition in conditions.items():
        out |= {f"{name}-headline": condition.headline, f"{name}-lines": " ".join(condition.lines)}
        out |= {f"{name}-advice": condition.advice, f"{name}-strength": condition.strength}
    return out


def _condition(raw: Mapping[str, Any], grades: Mapping[str, str]) -> ConditionEvidence:
    return ConditionEvidence(
        id=raw["id"],
        title=raw["title"],
        priority=raw["priority"],
        concepts=tuple(raw["concepts"]),
        about=tuple(raw["about"]),
        grade=raw["grade"],
        strength=grades.get(raw["grade"], raw["grade"]),
        claims_allowed=raw["claims_allowed"],
        headline=raw["headline"],
        lines=tuple(raw["lines"]),
        advice=raw["advice"],
        studies=tuple(Study(**entry) for entry in raw["study"]),
        ongoing=tuple(raw["ongoing"]),
        documents_say=tuple(DocumentClaim(**{**entry, "by": tuple(entry["by"])}) for entry in raw["document"]),
        left_out=dict(raw["left_out"]),
        note=raw.get("note"),
        policy=raw.get("policy"),
        compared=raw["compared"].isoformat(),
    )


def _shared(conditions: Iterable[ConditionEvidence]) -> Iterable[str]:
    """Faults between files: a concept or a priority that two conditions claim leaves open which is quoted."""
    concepts: dict[str, str] = {}
    priorities: dict[int, str] = {}
    for condition in conditions:
        for concept in condition.concepts:
            if concept in concepts:
                yield f"conditions/{condition.id}.toml: concept {concept!r} already belongs to {concepts[concept]}"
            concepts[concept] = condition.id
        if condition.priority in priorities:
            yield f"conditions/{condition.id}.toml: priority {condition.priority} is that of {priorities[condition.priority]} too"
        priorities[condition.priority] = condition.id


def _faults(condition: ConditionEvidence, sources: Mapping[str, Source]) -> Iterable[str]:
    by = [name for claim in condition.documents_say for name in claim.by]
    named = [study.source for study in condition.studies] + [*condition.ongoing, *condition.left_out, *by]
    unknown = {name for name in [*named, *(claim.document for claim in condition.documents_say)] if name not in sources}
    if unknown:
        # what rests on a source that is not there cannot be judged further
        for name in sorted(unknown):
            yield f"cites {name!r}, but cards/evidence has no such source"
        return
    for study in condition.studies:
        yield from _study_faults(study, sources[study.source], condition)
    yield from _list_faults(condition, sources)
    yield from _grade_faults(condition, sources)
    yield from _text_faults(condition, sources, named)


def _study_faults(study: Study, source: Source, condition: ConditionEvidence) -> Iterable[str]:
    where = f"study {source.id}"
    if source.is_guide:
        yield f"{where}: is a guide and no study; say what it claims under [[document]]"
    elif source.type not in DESIGNS:
        yield f"{where}: is a {source.type} and no study; name it under ongoing or left_out"
    if source.type == "mechanistic" and condition.grade != "laboratory-only":
        yield f"{where}: is laboratory work; mechanism is no evidence, name it under left_out"
    wanted = _DIRECTIONS.get(source.direction or "", "none")
    if study.direction != wanted:
        yield f"{where}: direction is {study.direction!r}, but its source says {source.direction!r}, which is {wanted!r} here"
    if not condition.claims_allowed and study.direction != "none":
        yield f"{where}: direction is {study.direction!r}, but this condition allows no efficacy claim"
    if study.direction == "for" and source.type in _UNCONTROLLED and not _COMPARED_WITH_NOTHING.search(study.result):
        yield f"{where}: speaks for LDN without a comparison; say so in its result: uncontrolled, not randomised, open-label, single-blind, case"
    if not source.is_verified and _UNVERIFIED not in study.result.lower():
        yield f"{where}: is not settled; its result must say {_UNVERIFIED!r}"
    for number in _unsourced(study.result, [source]):
        yield f"{where}: result says {number}, which its source does not state"


def _list_faults(condition: ConditionEvidence, sources: Mapping[str, Source]) -> Iterable[str]:
    studies = [sources[study.source] for study in condition.studies]
    if len({source.id for source in studies}) != len(studies):
        yield "lists a study twice"
    for before, after in pairwise(studies):
        if _standing(after) < _standing(before):
            yield f"study {after.id} must stand before {before.id}: strongest design first, then the newest"
    if studies and not any(source.is_verified for source in studies):
        yield "rests on unsettled sources alone; add a settled study, or leave them out"
    for name in condition.ongoing:
        if sources[name].type != "protocol":
            yield f"ongoing {name}: is a {sources[name].type} and no protocol or registration"
    accounted = {source.id for source in studies} | {*condition.ongoing, *condition.left_out} | {claim.document for claim in condition.documents_say}
    for source in sources.values():
        if set(source.conditions) & set(condition.about) and source.id not in accounted:
            yield f"source {source.id} is about {condition.title} and is neither a study here nor in left_out with a reason"
    for name in sorted(({source.id for source in studies} | set(condition.ongoing)) & set(condition.left_out)):
        yield f"left_out {name}: is listed as well"
    for name, reason in condition.left_out.items():
        if not sources[name].is_verified and _UNVERIFIED not in reason.lower():
            yield f"left_out {name}: is not settled; its reason must say {_UNVERIFIED!r}"
    for claim in condition.documents_say:
        if claim.by and not any(sources[name].is_verified for name in claim.by):
            yield f"document {claim.document}: its correction rests on unsettled sources alone"
        if not sources[claim.document].is_guide:
            yield f"document {claim.document}: is a {sources[claim.document].type} and none of the founding documents"
        if (claim.corrected is None) != (not claim.by):
            yield f"document {claim.document}: a correction and the sources that correct it belong together"


def _standing(source: Source) -> tuple[int, int]:
    return (DESIGNS.get(source.type, len(DESIGNS)), -(source.year or 0))


def _grade_faults(condition: ConditionEvidence, sources: Mapping[str, Source]) -> Iterable[str]:
    """Does the grade follow from the studies listed?"""
    types = [sources[study.source].type for study in condition.studies]
    trials = [study.direction for study in condition.studies if sources[study.source].type == "rct"]
    cohorts = any(kind.startswith("cohort") for kind in types)
    sound = {
        "trials-negative": trials[:1] == ["against"],
        "trials-mixed": len(set(trials)) > 1,
        "small-trials": bool(trials),
        "active-control-trial": bool(trials),
        "observational": not trials and (cohorts or "case-series" in types),
        "case-reports": not trials and not cohorts and bool({"case-series", "case-report"} & set(types)),
        "anecdote": not types and bool(condition.documents_say),
        "no-studies": not types,
        "laboratory-only": set(types) == {"mechanistic"},
    }
    if not sound.get(condition.grade, True):
        yield f"grade {condition.grade!r} does not follow from the studies listed ({', '.join(types) or 'none'})"


def _text_faults(condition: ConditionEvidence, sources: Mapping[str, Source], named: list[str]) -> Iterable[str]:
    words = sum(len(line.split()) for line in condition.lines)
    if words > _MOST_WORDS:
        yield f"lines have {words} words; a card has room for {_MOST_WORDS}"
    known = [sources[name] for name in named]
    texts = {"headline": condition.headline, "lines": " ".join(condition.lines), "note": condition.note or ""}
    for place, text in texts.items():
        if not condition.studies and _NUMBER.search(text):
            yield f"{place}: quotes a number without any study"
            continue
        for number in _unsourced(text, known):
            yield f"{place}: says {number}, which no source of this condition states"
    for claim in condition.documents_say:
        for number in _unsourced(f"{claim.says} {claim.corrected or ''}", [*known, sources[claim.document]]):
            yield f"document {claim.document}: says {number}, which no source of this condition states"
    if not condition.policy:
        for number in _unsourced(condition.advice, known):
            yield f"advice: says {number}, which no source of this condition states; give the reason as policy"
    for place, text in {**texts, "advice": condition.advice, **{f"study {study.source}": study.result for study in condition.studies}}.items():
        if re.search(r"<\s*[a-zA-Z/!]", text):
            yield f"{place}: holds HTML; cards are Markdown without it"


def _unsourced(text: str, known: Iterable[Source]) -> list[str]:
    """Which figures of this text does none of these sources state?"""
    stated = {
        number
        for source in known
        for number in _NUMBER.findall(
            " ".join((source.says, source.n or "", source.dose_mg or "", source.duration or "", str(source.year or ""), source.correction or ""))
        )
    }
    stated |= {number.removeprefix("-") for number in stated}  # "fell by 0.3" for -0.3
    return [number for number in _NUMBER.findall(text) if number not in stated]
