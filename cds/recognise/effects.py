"""Which side effect of low-dose naltrexone may this entry be? Codes and words, in groups.

Knows no FHIR resource, no HTTP, no clock. A symptom may as well be the disease: who asks decides by its day.
"""

from functools import lru_cache

from cards.model import Terminology, Words
from cards.words import Phrases, words
from cds.recognise import listed
from cds.recognise.coded import Coded

_NEAR = 4


@lru_cache(maxsize=8)
def _named(terminology: Terminology) -> tuple[Phrases, dict[Words, str], Phrases]:
    groups = {phrase: group for group, phrases in terminology.effects.names.items() for phrase in phrases}
    return Phrases(groups), groups, Phrases(terminology.effects.mentions)


@lru_cache(maxsize=8_192)
def effects(terminology: Terminology, concept: Coded) -> frozenset[str]:
    """Which groups of side effects (sleep, gut, head, mood, body) does this entry name? A chronic disease of that name is none."""
    found = {group for coding in concept.codings if (group := _by_code(terminology, coding.system, coding.code))}
    phrases, groups, mentions = _named(terminology)
    for text in concept.texts:
        sequence = words(text)
        covered = [(at, at + len(phrase)) for at, phrase in mentions.places(sequence)]
        for at, phrase in phrases.places(sequence):
            inside = any(begin < at + len(phrase) and at < end for begin, end in covered)
            denied = listed.of(terminology, "negated").stand_in(sequence[max(0, at - _NEAR) : at])
            if not inside and not denied:
                found.add(groups[phrase])
    return frozenset(found)


def _by_code(terminology: Terminology, address: str, code: str) -> str | None:
    system = terminology.systems.get(address.strip()) or terminology.systems.get(address.strip().rstrip("/")) or ""
    code = code.strip().upper()
    if not system.startswith("icd"):
        return terminology.effects.codes.get((system, code))
    code = code.replace(".", "")
    lengths = range(len(code), 2, -1)
    return next((group for size in lengths if (group := terminology.effects.codes.get((system, code[:size])))), None)
