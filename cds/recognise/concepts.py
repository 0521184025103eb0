"""Which condition, substance or result is this? Codes first, words where no code says anything.

Knows no FHIR resource, no HTTP, no clock.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from cards.model import Terminology, Words
from cards.words import LONGEST, find, holds, words
from cds.recognise import drugs, listed
from cds.recognise.coded import Coded

_NEAR, _FAR, _LONG = 5, 8, 12  # so many words away a word still speaks of what is named
_OWNER, _CLAUSES = 4, 12
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
        clauses = _Clauses(terminology, text)
        for name, at, size in clauses.named():
            if name not in current and not clauses.denies(at, size):
                (past if clauses.is_past(name, at, size) else current).add(name)
    found = current or past
    return Meaning(concepts=_strongest(terminology, frozenset(found)), historical=bool(past) and not current)


class _Clauses:
    """A text as words with the clause each stands in: what is denied in one clause says nothing of the next."""

    def __init__(self, terminology: Terminology, text: str) -> None:
        parts = [words(part) for part in _CLAUSE.split(text[:LONGEST])]
        relatives = frozenset(terminology.words["relatives"])
        headings = frozenset(terminology.words["family"]) | relatives
        self._terminology = terminology
        self._theirs: set[int] = set()  # where a clause begins that a heading says is a relative's: "Father: melanoma"
        self.words: Words = tuple(word for part in parts for word in part)
        # of each word, where its clause begins and ends; "FH: opioid addiction" is one clause: its heading says whose it is
        self._spans: list[tuple[int, int]] = []
        at = 0
        for number, part in enumerate(parts):
            begin = at - len(parts[number - 1]) if number and parts[number - 1] in headings else at
            at += len(part)
            self._spans[begin:] = [(begin, at)] * (at - begin)
            if part in relatives:
                self._theirs.add(at - len(part))

    def _has(self, name: str, text: Words) -> bool:
        return listed.of(self._terminology, name).stand_in(text)

    def named(self) -> Iterator[tuple[str, int, int]]:
        """Every condition that is named, with the place and the length.

        A name inside a longer one of the same does not count, nor one inside words that only mention it ("pregnancy test").
        """
        phrases, names = listed.conditions(self._terminology)
        until: dict[str, int] = {}
        mentioned: dict[str, list[tuple[int, int]]] = {}
        for at, phrase in phrases.places(self.words):
            for name in names[phrase]:
                end = at + len(phrase)
                if end <= until.get(name, 0):
                    continue
                if name not in mentioned:
                    mentioned[name] = [(begin, begin + len(said)) for begin, said in listed.mentions(self._terminology, name).places(self.words)]
                until[name] = end
                if not any(begin <= at and end <= over for begin, over in mentioned[name]):
                    yield name, at, len(phrase)

    def _before(self, at: int, near: int) -> Words:
        return self.words[max(self._spans[at][0], at - near) : at]

    def denies(self, at: int, size: int) -> bool:
        """Is what stands here denied, only spoken about, somebody else's, or ruled out?"""
        before = self._before(at, _NEAR)
        if (
            self._spans[at][0] in self._theirs
            or self._has("somebody_else", before)
            or self._is_negated(before)
            or self._is_a_relatives(self._before(at, _FAR))
        ):
            return True
        behind = self.words[at + size : min(self._spans[at + size - 1][1], at + size + _NEAR)]
        return self._has("negated_behind", behind) or self._is_a_topic(behind) or self._is_in_a_relative(behind)

    def _is_negated(self, before: Words) -> bool:
        """Denied before it is named; "not yet weaned off opioids" denies the weaning, not the opioids."""
        if listed.of(self._terminology, "negated_adjacent").end(before):
            return True
        places = [at + len(phrase) for at, phrase in listed.of(self._terminology, "negated").places(before)]
        return bool(places) and not self._has("given_up", before[min(places) :])

    def _is_a_topic(self, behind: Words) -> bool:
        """Does a word follow that makes it a topic: a screening, an education, a risk? One that was positive is none."""
        size = listed.of(self._terminology, "topic_behind").begin(behind)
        return size > 0 and not listed.of(self._terminology, "topic_stated").begin(behind, size)

    def _is_a_relatives(self, before: Words) -> bool:
        """ "Mother with", "partner", "father's": whose is it? Not the pregnant mother's, nor what a mother reports."""
        for at, phrase in listed.of(self._terminology, "relative").places(before):
            after = before[at + len(phrase) :]
            if listed.of(self._terminology, "patient_herself").end(before[:at]) or (at > 0 and before[at - 1][0].isdigit()):
                continue
            if self._has("tells_of", after):
                continue
            if not after or after in self._terminology.words["relation_verb"] or listed.of(self._terminology, "relation").begin(after):
                return True
        return False

    def _is_in_a_relative(self, behind: Words) -> bool:
        """ "Heroin use in her spouse"; not "in a patient with", "in the family medicine clinic"."""
        for at, word in enumerate(behind[:2]):
            if word not in ("in", "of"):
                continue
            for place in range(at + 1, min(at + _OWNER, len(behind))):
                size = listed.of(self._terminology, "relative").begin(behind, place)
                if size and not listed.of(self._terminology, "no_relative_behind").begin(behind, place + size):
                    return not listed.of(self._terminology, "patient_herself").end(behind[at + 1 : place])
        return False

    def is_past(self, name: str, at: int, size: int) -> bool:
        """Is what stands here of the past: by a word in its clause or before it, or by a clause behind that says so of it?"""
        begin, end = self._spans[at]
        said = self.words[begin:end]
        if said in self._terminology.words["historical"] or self._is_past_here(said, at - begin):
            return True
        return self._was_given_up(self._before(at, _NEAR)) or self._is_over(name, at + size) or self._past_behind(self._spans[at + size - 1][1])

    def _is_past_here(self, said: Words, at: int) -> bool:
        """A word of the past in its own clause; "pregnant with history of miscarriage" puts only what follows into the past."""
        of_what_follows = self._terminology.words["historical_of_what_follows"]
        for place, phrase in listed.of(self._terminology, "historical").places(said):
            if phrase in of_what_follows and place > at and place + len(phrase) < len(said):
                continue
            if "not" not in said[max(0, place - _NEAR) : place]:
                return True
        return False

    def _says_past(self, name: str, said: Words, within: int) -> bool:
        places = listed.of(self._terminology, name).places(said[: within + _LONG])
        return any(at <= within and "not" not in said[max(0, at - _NEAR) : at] for at, _ in places)

    def _was_given_up(self, before: Words) -> bool:
        """ "Previously on", "weaned off": said right before it, and not taken back."""
        for at, phrase in listed.of(self._terminology, "historical_before").places(before):
            if len(before) - at - len(phrase) < _OWNER and not self._has("not_given_up", before[:at]):
                return True
        return False

    def _is_over(self, name: str, at: int) -> bool:
        """Does "stopped in 2019", "s/p liver transplant" follow, of this condition and of nothing else? Not what was begun again."""
        over, linking = listed.of(self._terminology, f"over_{name}"), listed.of(self._terminology, "linking")
        for place in range(at, min(at + _NEAR, len(self.words))):
            size = over.begin(self.words, place)
            if size:
                rest = self.words[place + size : self._spans[place][1]]
                after = next((word for word in rest if not linking.begin((word,)) and not word[0].isdigit()), "")
                goes_on = after and (after,) not in self._terminology.words["over_because"]
                return not goes_on and not self._has("begun_again", self.words[place : place + _LONG])
            if not linking.begin(self.words, place) and not self.words[place][0].isdigit():
                return False
        return False

    def _past_behind(self, at: int) -> bool:
        """Does one of the next clauses say that it is past? A clause that names a condition speaks of that one."""
        phrases, _ = listed.conditions(self._terminology)
        for _ in range(_CLAUSES):
            if at >= len(self.words):
                return False
            begin, end = at, self._spans[at][1]
            said = self.words[begin:end]
            at = end
            if phrases.stand_in(said):
                continue
            if said in self._terminology.words["historical"] or self._says_past("historical_behind", said, _NEAR):
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
    said = listed.standing_in(terminology, words(text))

    def says(name: str) -> bool:
        return name in said

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
    spoken = [_Said(terminology, words(text)) for text in concept.texts]
    said = [_Said(terminology, words(name)) for name in listed_names(terminology, concept)] + spoken
    if any("no_test" in text.lists for text in spoken):
        return Test()
    substances = {phrase for text in said for phrase in text.substances}
    meaning = Test(
        concepts=coded,
        confirmatory=any("confirmatory" in text.lists for text in said),
        substances=frozenset(" ".join(phrase) for phrase in substances),
        group=bool(substances & set(terminology.words["opiate_group"])),
    )
    if coded:
        return meaning
    found: set[str] = set()
    for text in spoken:
        if "not_urine" not in text.lists and ("urine" in text.lists or text.is_substance_alone):
            found |= text.tests
    return replace(meaning, concepts=frozenset(found))


class _Said:
    """What the name of a test says: which of our lists stand in it, which substances, and whether it says anything else."""

    def __init__(self, terminology: Terminology, text: Words) -> None:
        phrases, tests = listed.analytes(terminology)
        self.lists = listed.standing_in(terminology, text)
        self.substances = frozenset(phrase for _, phrase in phrases.places(text))
        self.tests = frozenset(test for phrase in self.substances for test in tests[phrase])
        named = {word for phrase in self.substances for word in phrase}
        self.is_substance_alone = bool(named) and all(word in named or word[0].isdigit() for word in text)


@lru_cache(maxsize=16_384)
def laboratory(terminology: Terminology, concept: Coded) -> frozenset[str]:
    """Which measurement in blood, or which statement on a pregnancy, is this? Codes first, then words.

    Words count only where they name one test, and nothing beside makes it another (urine, direct, a ratio, a gene).
    """
    coded = _by_code(terminology, concept) & terminology.laboratory.keys()
    if coded:
        return coded
    found: set[str] = set()
    for text in concept.texts:
        sequence = words(text)
        named = {name for name, phrases in terminology.laboratory.items() if any(holds(sequence, phrase) for phrase in phrases)}
        if len(named) == 1:
            found |= {name for name in named if not any(holds(sequence, word) for word in terminology.not_laboratory.get(name, ()))}
    return frozenset(found) if len(found) == 1 else frozenset()


def weeks_of_gestation(terminology: Terminology, concept: Coded) -> int | None:
    """How many completed weeks of pregnancy does this entry state, by code or in words? None when it states none."""
    by_code = [terminology.gestation[key] for key in _keys(terminology, concept) if key in terminology.gestation]
    if by_code:
        return max(by_code)
    listed = terminology.words
    for text in concept.texts:
        sequence = words(text)
        for at in (at for at, word in enumerate(sequence) if word.isdecimal()):
            before, behind = sequence[max(0, at - _NEAR) : at], sequence[at + 1 :]
            stated = any(behind[: len(phrase)] == phrase for phrase in listed["weeks_of_gestation"])
            if stated and not any(holds(before, phrase) for phrase in listed["no_weeks"]):
                return int(sequence[at])
    return None


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
    lists = terminology.words
    whole = words(text)
    if whole in lists["no_result_found"]:
        return Result.NEGATIVE
    stated = (at for phrase in lists["positive_for"] if (at := find(whole, phrase)) >= 0)
    if (text.strip() and not text.strip().strip("+")) or any(not set(whole[max(0, at - _NEAR) : at]) & _NOT for at in stated):
        return Result.POSITIVE
    for part in _CLAUSE.split(text[:LONGEST]):
        sequence = words(part)
        hits = [
            (at, -len(phrase), meaning)
            for name, meaning in (("negative", Result.NEGATIVE), ("positive", Result.POSITIVE))
            for at, phrase in listed.of(terminology, name).places(sequence)
        ]
        if hits:
            at, _, meaning = min(hits)
            turned = meaning is Result.POSITIVE and set(sequence[max(0, at - _NEAR) : at]) & _NOT
            return Result.NEGATIVE if turned else meaning
    return Result.OPEN if listed.of(terminology, "open").stand_in(whole) else None
