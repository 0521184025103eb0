"""Which condition, substance or result is this? Codes first, words where no code says anything.

Knows no FHIR resource, no HTTP, no clock.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from cards.model import Terminology, Words
from cards.words import find, holds, words
from cds.recognise import drugs
from cds.recognise.coded import Coded

_NEAR = 5
_NOT = frozenset({"no", "not", "none", "non", "never"})
_CLAUSE = re.compile(r"[.;:,()\n]|\s-\s|\bbut\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Which concepts were recognised, and does the wording put them in the past?"""

    concepts: frozenset[str] = frozenset()
    historical: bool = False


@lru_cache(maxsize=16_384)
def condition(terminology: Terminology, concept: Coded) -> Meaning:
    """Which conditions of our lists does this entry name?

    Codes decide; words are read only where no code is in our lists, phrase by phrase, and a phrase that is
    denied, screened for, or somebody else's does not count.
    """
    coded = _by_code(terminology, concept)
    if coded:
        return Meaning(concepts=_strongest(terminology, coded), historical=False)
    current: set[str] = set()
    past: set[str] = set()
    for text in concept.texts:
        clauses = _Clauses(text, terminology.words["family"])
        for name, phrases in terminology.phrases.items():
            places = ((at, len(phrase)) for phrase in phrases if (at := find(clauses.words, phrase)) >= 0)
            stated = next((place for place, size in places if not clauses.denies(terminology, place, size)), None)
            if stated is not None:
                (past if clauses.is_past(terminology, stated) else current).add(name)
    found = current or past
    return Meaning(concepts=_strongest(terminology, frozenset(found)), historical=bool(past) and not current)


class _Clauses:
    """A text as words with the clause each stands in: what is denied in one clause says nothing of the next."""

    def __init__(self, text: str, headings: tuple[Words, ...]) -> None:
        parts = [words(part) for part in _CLAUSE.split(text)]
        # "FH: opioid addiction" is one clause: its heading says whose it is
        numbers = [number - 1 if number and parts[number - 1] in headings else number for number in range(len(parts))]
        self.words: Words = tuple(word for part in parts for word in part)
        self._clause = [number for number, part in zip(numbers, parts, strict=True) for _ in part]

    def _around(self, at: int, size: int) -> tuple[Words, Words]:
        """The nearest words before and behind, in the same clause."""
        own, last = self._clause[at], self._clause[at + size - 1]
        before = tuple(word for n, word in enumerate(self.words[:at]) if self._clause[n] == own and at - n <= _NEAR)
        behind = tuple(w for n, w in enumerate(self.words) if n >= at + size and self._clause[n] == last and n < at + size + _NEAR)
        return before, behind

    def denies(self, terminology: Terminology, at: int, size: int) -> bool:
        """Is what stands here denied, screened for, somebody else's, or ruled out?"""
        before, behind = self._around(at, size)
        listed = terminology.words
        if any(holds(before, phrase) for phrase in listed["negated"]):
            return True
        return any(holds(behind, phrase) for phrase in listed["negated_behind"])

    def is_past(self, terminology: Terminology, at: int) -> bool:
        """Is what stands here of the past: by a word in its clause, or by a clause behind it that says so of it?"""
        own, listed = self._clause[at], terminology.words
        for clause in dict.fromkeys(self._clause[at:]):
            said = tuple(word for n, word in enumerate(self.words) if self._clause[n] == clause)
            if clause != own and any(holds(said, phrase) for phrases in terminology.phrases.values() for phrase in phrases):
                continue
            if said in listed["historical"]:
                return True
            for phrase in listed["historical"] if clause == own else listed["historical_behind"]:
                place = find(said, phrase)
                if place >= 0 and (clause == own or place <= _NEAR) and "not" not in said[max(0, place - _NEAR) : place]:
                    return True
        return False


def _strongest(terminology: Terminology, found: frozenset[str]) -> frozenset[str]:
    """Without the concepts that another of them rules out: a chronic hepatitis is no acute one."""
    return found - {weaker for name in found for weaker in terminology.outranks.get(name, ())}


def speaks(terminology: Terminology, concept: Coded) -> bool:
    """Can anybody tell what this is: by words, or by a code in a system that we know?"""
    return bool(concept.texts) or any(_system(terminology, coding.system) and coding.code.strip() for coding in concept.codings)


def _system(terminology: Terminology, address: str) -> str | None:
    return terminology.systems.get(address.strip()) or terminology.systems.get(address.strip().rstrip("/"))


def listed_names(terminology: Terminology, concept: Coded) -> tuple[str, ...]:
    """What do our lists call the codes of this concept?"""
    return tuple(name for key in _keys(terminology, concept) if (name := terminology.displays.get(key)))


def _keys(terminology: Terminology, concept: Coded) -> list[tuple[str, str]]:
    """The codes of systems that we know, spelt as in our lists."""
    found = []
    for coding in concept.codings:
        system, code = _system(terminology, coding.system), coding.code.strip()
        if system is not None and code:
            found.append((system, code.replace(".", "").upper() if system.startswith("icd") else code))
    return found


def _by_code(terminology: Terminology, concept: Coded) -> frozenset[str]:
    found: set[str] = set()
    for system, code in _keys(terminology, concept):
        found |= terminology.codes.get((system, code), frozenset())
        if system.startswith("icd"):
            for size in range(len(code), 2, -1):
                found |= terminology.code_prefixes.get((system, code[:size]), frozenset())
    return frozenset(found)


def removed(terminology: Terminology, text: str) -> frozenset[str]:
    """Does this procedure take out an opioid implant or a pain pump? Which: implant, pump.

    It has to name the opioid, or a device for drugs; the removal of a hip, an insulin pump or a contraceptive is none.
    """
    sequence, listed = words(text), terminology.words

    def says(name: str) -> bool:
        return any(holds(sequence, phrase) for phrase in listed[name])

    if not says("removal") or says("no_removal") or says("other_device"):
        return frozenset()
    opioid = drugs.recognise(terminology, (Coded(text=text),)).is_opioid
    if says("implant"):
        return frozenset({"implant"}) if opioid or says("drug_implant") else frozenset()
    if says("pain_pump") or (opioid and says("pump")):
        return frozenset({"pump"})
    return frozenset({"implant"}) if opioid else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """Which test is this?

    `confirmatory`: by mass spectrometry or the like, not an immunoassay. `substances` are the names of what was
    looked for; `group`: opiates or opioids as a group.
    """

    concepts: frozenset[str] = frozenset()
    confirmatory: bool = False
    substances: frozenset[str] = frozenset()
    group: bool = False


@lru_cache(maxsize=16_384)
def test(terminology: Terminology, concept: Coded) -> Test:
    """Which laboratory test of our lists is this? Codes first; words only for urine drug screens.

    Whether a code is a confirmation is read from its official name in our list.
    """
    coded = _by_code(terminology, concept)
    displays = [words(name) for name in listed_names(terminology, concept)]
    spoken = [words(text) for text in concept.texts]
    listed = terminology.words
    if any(holds(text, word) for text in spoken for word in listed["no_test"]):
        return Test()
    said = [text for text in (*displays, *spoken) if text]
    substances = {phrase for phrases in terminology.analytes.values() for phrase in phrases if any(holds(text, phrase) for text in said)}
    meaning = Test(
        concepts=coded,
        confirmatory=any(holds(text, word) for text in said for word in listed["confirmatory"]),
        substances=frozenset(" ".join(phrase) for phrase in substances),
        group=bool(substances & set(listed["opiate_group"])),
    )
    if coded:
        return meaning
    found: set[str] = set()
    for text in spoken:
        if any(holds(text, word) for word in listed["not_urine"]):
            continue
        analytes = {name for name, phrases in terminology.analytes.items() if any(holds(text, word) for word in phrases)}
        urine = any(holds(text, word) for word in listed["urine"])
        alone = not _left(text, terminology)
        if analytes and (urine or alone):
            found |= analytes
    return replace(meaning, concepts=frozenset(found))


def _left(text: Words, terminology: Terminology) -> list[str]:
    """What else does this text say besides substances and figures?"""
    left = list(text)
    for phrase in (phrase for phrases in terminology.analytes.values() for phrase in phrases):
        if holds(tuple(left), phrase):
            left = [word for word in left if word not in phrase]
    return [word for word in left if not word[0].isdigit()]


class Result(StrEnum):
    """What a drug test says. OPEN is neither: it neither alarms nor reassures."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    OPEN = "open"


def result(terminology: Terminology, value: Coded) -> Result | None:
    """Positive, negative or open? None when neither codes nor words say anything of the kind.

    In words the first that says positive or negative decides ("Positive, no confirmation requested"); one that says
    neither is open.
    """
    for coding in value.codings:
        known = terminology.results.get(coding.code.strip().upper())
        if known is not None:
            return Result(known)
    for text in value.texts:
        found = _in_words(terminology, text)
        if found is not None:
            return found
    return None


def _in_words(terminology: Terminology, text: str) -> Result | None:
    listed = terminology.words
    whole = words(text)
    if whole in listed["no_result_found"]:
        return Result.NEGATIVE
    stated = (at for phrase in listed["positive_for"] if (at := find(whole, phrase)) >= 0)
    if (text.strip() and not text.strip().strip("+")) or any(not set(whole[max(0, at - _NEAR) : at]) & _NOT for at in stated):
        return Result.POSITIVE
    for part in _CLAUSE.split(text):
        sequence = words(part)
        hits = [
            (at, -len(phrase), meaning)
            for name, meaning in (("negative", Result.NEGATIVE), ("positive", Result.POSITIVE))
            for phrase in listed[name]
            if (at := find(sequence, phrase)) >= 0
        ]
        if hits:
            at, _, meaning = min(hits)
            turned = meaning is Result.POSITIVE and set(sequence[max(0, at - _NEAR) : at]) & _NOT
            return Result.NEGATIVE if turned else meaning
    return Result.OPEN if any(holds(whole, phrase) for phrase in listed["open"]) else None
