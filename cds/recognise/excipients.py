"""Which excipient of a compounded product does this allergy or intolerance name? Codes and words.

Knows no FHIR resource, no HTTP, no clock.
"""

import re
from functools import lru_cache

from cards.model import Terminology, Words
from cards.words import find, holds, words
from cds.recognise import listed
from cds.recognise.coded import Coded

DYE = "dye"
_CLAUSE = re.compile(r"[;:,()\n]|\.(?=\s|$)|\s-\s|\bbut\b", re.IGNORECASE)
_NEAR = 5


@lru_cache(maxsize=4_096)
def excipients(terminology: Terminology, concept: Coded) -> frozenset[str]:
    """Which groups of excipients (lactose, dye, gluten, ...) does this entry name? Empty when it names none.

    A contrast agent and hair colour are no dye here, milk protein is no lactose; what is denied does not count.
    """
    return frozenset(_by_code(terminology, concept)) | {group for text in concept.texts for group in _by_words(terminology, text)}


def _by_code(terminology: Terminology, concept: Coded) -> set[str]:
    known = terminology.excipients
    found = set()
    for coding in concept.codings:
        system = terminology.systems.get(coding.system.strip()) or terminology.systems.get(coding.system.strip().rstrip("/")) or ""
        code = coding.code.strip().upper()
        if system.startswith("icd"):
            code = code.replace(".", "")
            found |= {group for size in range(len(code), 2, -1) if (group := known.code_prefixes.get((system, code[:size])))}
        if group := known.codes.get((system, code)):
            found.add(group)
    return found


def _by_words(terminology: Terminology, text: str) -> set[str]:
    known = terminology.excipients
    whole = words(text)
    found = {group for group, names in known.whole.items() if whole in names}
    for part in _CLAUSE.split(text):
        clause = _without(words(part), known.words["not_meant"])
        stained = any(holds(clause, word) for word in known.words["not_dye"])
        for group, names in known.names.items():
            places = (find(clause, name) for name in names)
            stated = any(at >= 0 and not _denied(terminology, clause[max(0, at - _NEAR) : at]) for at in places)
            if stated and not (group == DYE and stained):
                found.add(group)
    return found


def _without(sequence: Words, phrases: tuple[Words, ...]) -> Words:
    for phrase in phrases:
        while (at := find(sequence, phrase)) >= 0:
            sequence = (*sequence[:at], "", *sequence[at + len(phrase) :])
    return sequence


def _denied(terminology: Terminology, before: Words) -> bool:
    """Is it denied, or somebody else's?"""
    return listed.of(terminology, "negated").stand_in(before) or listed.of(terminology, "relative").stand_in(before)
