"""Where do the word lists of our knowledge stand in a text? Each text is read once, however many phrases a list holds.

Knows no FHIR resource, no HTTP, no clock.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from cards.model import Terminology, Words
from cards.words import Phrases


@lru_cache(maxsize=512)
def of(terminology: Terminology, name: str) -> Phrases:
    """The phrases of the word list of this name; none where there is no such list."""
    return Phrases(terminology.words.get(name, ()))


@lru_cache(maxsize=512)
def mentions(terminology: Terminology, name: str) -> Phrases:
    """The phrases that hold a word of this condition without saying that the patient has it."""
    return Phrases(terminology.mentions.get(name, ()))


@lru_cache(maxsize=8)
def _every_list(terminology: Terminology) -> tuple[Phrases, Mapping[Words, frozenset[str]]]:
    return _by_phrase(terminology.words)


@lru_cache(maxsize=8)
def conditions(terminology: Terminology) -> tuple[Phrases, Mapping[Words, frozenset[str]]]:
    """All phrases that name a condition, and which conditions each of them names."""
    return _by_phrase(terminology.phrases)


@lru_cache(maxsize=8)
def analytes(terminology: Terminology) -> tuple[Phrases, Mapping[Words, frozenset[str]]]:
    """All phrases that name a substance of a drug test, and which test each of them means."""
    return _by_phrase(terminology.analytes)


def _by_phrase(lists: Mapping[str, tuple[Words, ...]]) -> tuple[Phrases, Mapping[Words, frozenset[str]]]:
    names: dict[Words, set[str]] = defaultdict(set)
    for name, phrases in lists.items():
        for phrase in phrases:
            names[phrase].add(name)
    return Phrases(names), {phrase: frozenset(found) for phrase, found in names.items()}


def standing_in(terminology: Terminology, text: Words) -> frozenset[str]:
    """Of which word lists does a phrase stand in this text?"""
    phrases, names = _every_list(terminology)
    return frozenset(name for phrase in {phrase for _, phrase in phrases.places(text)} for name in names[phrase])
