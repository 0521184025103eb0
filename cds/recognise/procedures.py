"""Is this an operation, or a procedure under sedation or anaesthesia? Codes, names and the ends of names.

What is only local, over, cancelled, talked about, or a visit before or after it, is none. Knows no FHIR, no HTTP,
no clock.
"""

import html
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final, Literal

from cards.model import Terminology, Words
from cards.words import find, holds, words
from cds.recognise.coded import Coded, calm, plain

OPERATION: Final = "operation"
SEDATION: Final = "sedation"
Kind = Literal["operation", "sedation"]
_SENTENCE = re.compile(r"[;\n]|\.(?=\s|$)|\bbut\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,:()\[\]|–—]|\s-+\s")
_TAG = re.compile(r"\s*\((?:procedure|regime/therapy|qualifier value|finding|situation)\)\s*$")
_GONE = ""
_NEAR, _CLOSE, _BETWEEN, _LABEL, _SHORTEST = 5, 4, 2, 4, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What was booked or ordered: an operation, or a procedure under sedation or anaesthesia; `label` is safe to show."""

    kind: Kind
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What one text says. `bare`: only "surgery" or the like; `sound`: no visit, nothing cancelled stands in it."""

    kind: Kind | None = None
    bare: bool = False
    under: bool = False
    local: bool = False
    unsedated: bool = False
    never_local: bool = False
    minor: bool = False
    sound: bool = True
    label: bool = False
    follow_up: bool = False
    called_off: bool = False


def operation(terminology: Terminology, concepts: tuple[Coded, ...]) -> Operation | None:
    """Do these concepts of one booking, order or planned procedure say an operation, or one under sedation or anaesthesia?

    Hand in what tells most first (the service or code, then description, category, specialty, reason, comment): a
    label such as "Consultation" says what the concepts behind it are about. General anaesthesia and sedation win over local.
    """
    read = [(concept, [(text, _read(terminology, text)) for text in concept.texts]) for concept in concepts]
    readings = [reading for _, texts in read for _, reading in texts]
    if any(reading.called_off for reading in readings):
        return None
    under = any(reading.under for reading in readings)
    if not under and any(reading.local for reading in readings) and not any(reading.never_local for reading in readings):
        return None
    unsedated = not under and any(reading.unsedated for reading in readings)
    visit = any(reading.label or reading.follow_up for reading in readings)
    minor = any(reading.minor for reading in readings)
    found: list[tuple[bool, Operation]] = []
    seen = followed = False
    for number, (concept, texts) in enumerate(read):
        seen = seen or any(reading.label for _, reading in texts)
        followed = followed or any(reading.follow_up for _, reading in texts)
        hits = [(reading.kind, reading.bare, text) for text, reading in texts if reading.kind is not None]
        if all(reading.sound for _, reading in texts) and (coded := _coded(terminology, concept)) is not None:
            kind, bare, display = coded
            hits.insert(0, (kind, bare, concept.texts[0] if concept.texts else display))
        for kind, bare, text in hits:
            about = seen or (followed and kind == OPERATION) or (bare and (visit or minor))
            if (about and not under) or (kind == SEDATION and unsedated):
                continue
            first = read[0][1][0][0] if number and bare and read[0][1] else ""
            found.append((bare, Operation(kind=kind, label=_shown(f"{first} ({text})" if first else text))))
    if not found and under:
        text = next(text for _, texts in read for text, reading in texts if reading.under)
        return Operation(kind=SEDATION, label=_shown(text))
    # a name tells more than "surgery", an operation more than what is done under sedation
    return min(found, key=lambda hit: (hit[0], hit[1].kind != OPERATION), default=(False, None))[1]


def _shown(text: str) -> str:
    return calm(plain(_TAG.sub("", text))) or "a procedure"


def _coded(terminology: Terminology, concept: Coded) -> tuple[Kind, bool, str] | None:
    """What does a code of our list say: its kind, whether it says surgery and no more, and its name?"""
    known = terminology.procedures
    for coding in concept.codings:
        system = terminology.systems.get(coding.system.strip()) or terminology.systems.get(coding.system.strip().rstrip("/"))
        key = (system or "", coding.code.strip())
        if (kind := known.codes.get(key)) is not None:
            return (SEDATION if kind == SEDATION else OPERATION), kind not in (OPERATION, SEDATION), known.displays[key]
    return None


@lru_cache(maxsize=4_096)
def _read(terminology: Terminology, text: str) -> _Reading:
    text = _TAG.sub("", html.unescape(text))
    known = terminology.procedures
    sequence = words(text)
    sentences = [sentence for part in _SENTENCE.split(text) if (sentence := _Sentence(terminology, part)).words]
    named = [hit for sentence in sentences for hit in sentence.named()]
    operated = any(kind == OPERATION for kind, bare in named if not bare)
    sedated = any(kind == SEDATION for kind, _ in named)
    spelled = any(_stands(text, entry) for entry in known.spelled["operation"]) and not any(sentence.visit for sentence in sentences)
    kind: Kind | None = OPERATION if operated or spelled else SEDATION if sedated else OPERATION if named else None
    short = len(sequence) <= _LABEL
    return _Reading(
        kind=kind,
        bare=kind is not None and not (operated or sedated or spelled),
        under=any(sentence.under() for sentence in sentences),
        local=any(sentence.local() for sentence in sentences),
        unsedated=any(holds(sequence, phrase) for phrase in known.words["unsedated"]),
        never_local=any(holds(sequence, phrase) for phrase in known.words["never_local"]),
        minor=any(holds(sequence, phrase) for phrase in known.words["minor"]),
        sound=not any(sentence.visit or sentence.denied or sentence.follows for sentence in sentences),
        label=kind is None and short and any(holds(sequence, phrase) for phrase in known.words["visit_label"]),
        follow_up=kind is None and short and any(holds(sequence, phrase) for phrase in known.words["follow_up"]),
        called_off=kind is None and sequence in known.words["behind_alone"] and len(sequence[0]) > _CLOSE,
    )


def _stands(text: str, entry: str) -> bool:
    """Is it written exactly so, and not inside a longer word?"""
    return re.search(rf"(?<![^\W_]){re.escape(entry)}(?![^\W_])", text) is not None


_Name = tuple[Words, Kind, bool]


@lru_cache(maxsize=4)
def _index(terminology: Terminology) -> Mapping[str, tuple[_Name, ...]]:
    """The names of procedures by their first word."""
    kinds: tuple[tuple[str, Kind, bool], ...] = (("operation", OPERATION, False), ("sedated", SEDATION, False), ("bare", OPERATION, True))
    found: dict[str, list[_Name]] = defaultdict(list)
    for name, kind, bare in kinds:
        for phrase in terminology.procedures.words[name]:
            found[phrase[0]].append((phrase, kind, bare))
    return {first: tuple(names) for first, names in found.items()}


class _Sentence:
    """One sentence as words, with the clause in which each stands; what is not meant is taken out."""

    def __init__(self, terminology: Terminology, text: str) -> None:
        self._known = terminology.procedures
        self._listed = self._known.words
        clauses = [words(part) for part in _CLAUSE.split(text)]
        self._clauses = [clause for clause in clauses if clause]
        ends = tuple(accumulate(len(clause) for clause in self._clauses))
        self._spans = tuple(zip((0, *ends), ends, strict=False))
        self._clause = [number for number, clause in enumerate(self._clauses) for _ in clause]
        whole = tuple(word for clause in self._clauses for word in clause)
        self.words: Words = self._without_specialties(self._without(whole, self._listed["not_meant"]))
        self.visit = any(holds(self.words, phrase) for phrase in self._listed["visit"])
        self.follows = any(holds(self.words, phrase) for phrase in self._listed["follow_up"])
        self.denied = False
        self._places = self._found(_index(terminology))

    @staticmethod
    def _without(sequence: Words, phrases: tuple[Words, ...]) -> Words:
        for phrase in phrases:
            while (at := find(sequence, phrase)) >= 0:
                sequence = sequence[:at] + (_GONE,) * len(phrase) + sequence[at + len(phrase) :]
        return sequence

    def _without_specialties(self, sequence: Words) -> Words:
        """Take out a specialty's name where its clause, or the whole sentence, says nothing else."""
        if not any(holds(sequence, phrase) for phrase in self._listed["specialty"]):
            return sequence
        beside = {phrase[0] for phrase in self._listed["specialty_beside"]}
        for start, end in ((0, len(sequence)), *self._spans):
            part = sequence[start:end]
            left = self._without(part, self._listed["specialty"])
            if left != part and all(word in beside or (n and left[n - 1] in ("dr", "doctor")) for n, word in enumerate(left) if word != _GONE):
                sequence = sequence[:start] + (_GONE,) * len(part) + sequence[end:]
        return sequence

    def named(self) -> list[tuple[Kind, bool]]:
        """Which operations and procedures does this sentence name, and are they only called surgery?"""
        found: list[tuple[Kind, bool]] = []
        for at, size, kind, bare in self._places:
            if self._denies(at, size, kind):
                self.denied = True
            elif not self.visit and not self._follows(at):
                found.append((kind, bare))
        return found

    def _found(self, index: Mapping[str, tuple[_Name, ...]]) -> list[tuple[int, int, Kind, bool]]:
        found = [
            (at, len(phrase), kind, bare)
            for at, word in enumerate(self.words)
            for phrase, kind, bare in index.get(word, ())
            if self.words[at : at + len(phrase)] == phrase
        ]
        found += [(at, 1, kind, False) for at, word in enumerate(self.words) if (kind := self._by_ending(word)) is not None]
        # "cataract surgery" is its own name, not surgery: the longest name at a place counts
        covered = [(at, at + size) for at, size, _, bare in found if not bare]
        return sorted(hit for hit in found if not hit[3] or not any(a <= hit[0] and hit[0] + hit[1] <= b for a, b in covered))

    def _by_ending(self, word: str) -> Kind | None:
        endings = self._known.endings
        if len(word) < _SHORTEST or word.startswith(endings["not"]):
            return None
        if word.endswith(endings["operation"]):
            return SEDATION if word.startswith(endings["sedated"]) else OPERATION
        if word.endswith(endings["sedation"]):
            return OPERATION if word.startswith(endings["operated"]) else SEDATION
        return None

    def _denies(self, at: int, size: int, kind: Kind) -> bool:
        """Is what stands here over, not wanted, called off, only talked about, or the care of something that is there?"""
        if any(holds(self.words, phrase) for phrase in self._listed["still"]):
            return False
        own, last = self._clause[at], self._clause[at + size - 1]
        before = self.words[max(self._spans[own][0], at - _NEAR) : at]
        behind = self.words[at + size : min(self._spans[last][1], at + size + _CLOSE)]
        following = self._clauses[last + 1] if last + 1 < len(self._clauses) else ()
        if any(holds(before, phrase) for phrase in self._listed["before"]) or any(holds(behind, phrase) for phrase in self._listed["behind"]):
            return True
        if behind[:1] in self._listed["behind_next"] or following in self._listed["behind_alone"]:
            return True
        if any(following[: len(phrase)] == phrase for phrase in self._listed["behind"]) or self._is_over(before, kind):
            return True
        return kind == OPERATION and not set(before) - {"and", "or"} and self._inherits(own)

    def _is_over(self, before: Words, kind: Kind) -> bool:
        """Does "history of" or the like stand close before it? "History of polyps, surveillance colonoscopy" does not mean the colonoscopy."""
        between = _BETWEEN if kind == OPERATION else 0
        endings = (before[: len(before) - left] for left in range(between + 1))
        return any(ending[-len(phrase) :] == phrase for ending in endings for phrase in self._listed["over"])

    def _inherits(self, clause: int) -> bool:
        """Does a clause before this one say it of a whole list: "PSH: appendectomy, hernia repair"?"""
        earlier = self._clauses[:clause]
        return any(part in self._listed["headings"] or any(part[: len(phrase)] == phrase for phrase in self._listed["over"]) for part in earlier)

    def _follows(self, at: int) -> bool:
        """Is this a follow-up visit? One that stands right before an endoscopy is the endoscopy itself."""
        ends = [place + len(phrase) for phrase in self._listed["follow_up"] if (place := find(self.words, phrase)) >= 0]
        return bool(ends) and not (at in ends and any(place == at and kind == SEDATION for place, _, kind, _ in self._places))

    def under(self) -> bool:
        """Does it say general or regional anaesthesia, or sedation, and not that there is none?"""
        if self.visit or self.follows:
            return False
        phrases = [phrase for phrase in self._listed["under"] if phrase not in self._listed["under_alone"]]
        places = [(at, len(phrase)) for phrase in phrases if (at := find(self.words, phrase)) >= 0]
        if self._places or any(holds(self.words, phrase) for phrase in self._listed["beside"]):
            alone = [phrase for phrase in self._listed["under_beside"] if (at := find(self.words, phrase)) >= 0]
            places += [
                (at, len(phrase)) for phrase in alone if self.words[(at := find(self.words, phrase)) - 1 : at] not in (("local",), ("topical",))
            ]
        places += [(at, 1) for at in range(len(self.words)) if self._alone(at) in self._listed["under_alone"]]
        return any(not self._denies(at, size, SEDATION) for at, size in places)

    def _alone(self, at: int) -> Words:
        """The word here, where it is all that its clause says."""
        return self.words[at : at + 1] if len(self._clauses[self._clause[at]]) == 1 else ()

    def local(self) -> bool:
        """Does it say local or topical anaesthesia?"""
        if any(holds(self.words, phrase) for phrase in self._listed["local"]):
            return True
        return any(clause in self._listed["local_alone"] or (clause[-1:] == ("local",)) for clause in self._clauses)


__all__ = ["OPERATION", "SEDATION", "Operation", "operation"]
