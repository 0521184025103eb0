"""Which condition, substance or result is this? Codes first, words where no code says anything.

Knows no FHIR resource, no HTTP, no clock.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cards.model import Terminology, Words
from cards.words import find, holds, words
from cds.recognise import drugs
from cds.recognise.coded import Coded

_NEAR = 5


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
        return Meaning(concepts=coded, historical=False)
    found: set[str] = set()
    historical = False
    for text in concept.texts:
        sequence = words(text)
        for name, phrases in terminology.phrases.items():
            at = next((at for phrase in phrases if (at := find(sequence, phrase)) >= 0), -1)
            if at < 0 or _denied(terminology, sequence, at):
                continue
            found.add(name)
            historical = historical or any(holds(sequence, word) for word in terminology.words["historical"])
    return Meaning(concepts=frozenset(found), historical=historical)


def speaks(terminology: Terminology, concept: Coded) -> bool:
    """Can anybody tell what this is: by words, or by a code in a system that we know?"""
    return bool(concept.texts) or any(_system(terminology, coding.system) and coding.code.strip() for coding in concept.codings)


def _system(terminology: Terminology, address: str) -> str | None:
    return terminology.systems.get(address.strip()) or terminology.systems.get(address.strip().rstrip("/"))


def _denied(terminology: Terminology, sequence: Words, at: int) -> bool:
    before = sequence[max(0, at - _NEAR) : at]
    return any(holds(before, phrase) for phrase in terminology.words["negated"])


def _by_code(terminology: Terminology, concept: Coded) -> frozenset[str]:
    found: set[str] = set()
    for coding in concept.codings:
        system = _system(terminology, coding.system)
        code = coding.code.strip()
        if system is None or not code:
            continue
        if system.startswith("icd"):
            code = code.replace(".", "").upper()
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
    """Which test is this? `confirmatory`: by mass spectrometry or the like; `screen`: an immunoassay."""

    concepts: frozenset[str] = frozenset()
    confirmatory: bool = False


@lru_cache(maxsize=16_384)
def test(terminology: Terminology, concept: Coded) -> Test:
    """Which laboratory test of our lists is this? Codes first; words only for urine drug screens.

    Whether a code is a confirmation is read from its official name in our list.
    """
    coded = _by_code(terminology, concept)
    displays = [words(terminology.displays.get((terminology.systems.get(c.system.strip(), ""), c.code.strip()), "")) for c in concept.codings]
    spoken = [words(text) for text in concept.texts]
    confirmatory = any(holds(text, word) for text in (*displays, *spoken) for word in terminology.words["confirmatory"])
    if coded:
        return Test(concepts=coded, confirmatory=confirmatory)
    found: set[str] = set()
    for text in spoken:
        if any(holds(text, word) for word in terminology.words["not_urine"]):
            continue
        analytes = {name for name, listed in terminology.analytes.items() if any(holds(text, word) for word in listed)}
        urine = any(holds(text, word) for word in terminology.words["urine"])
        alone = any(text == word for listed in terminology.analytes.values() for word in listed)
        if analytes and (urine or alone):
            found |= analytes
    return Test(concepts=frozenset(found), confirmatory=confirmatory)


class Result(StrEnum):
    """What a drug test says. OPEN is neither: it neither alarms nor reassures."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    OPEN = "open"


def result(terminology: Terminology, value: Coded) -> Result | None:
    """Positive, negative or open? None when the words say nothing of the kind. An open word decides before all."""
    for coding in value.codings:
        known = terminology.results.get(coding.code.upper())
        if known is not None:
            return Result(known)
    for text in value.texts:
        sequence = words(text)
        for name, meaning in (("open", Result.OPEN), ("negative", Result.NEGATIVE), ("positive", Result.POSITIVE)):
            if any(holds(sequence, phrase) for phrase in terminology.words[name]):
                return meaning
    return None
