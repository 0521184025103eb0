"""What a finding rests on: sources, and what is known of low-dose naltrexone in one condition, for and against.

May import the standard library only.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publication or guide: what it says, how far we verified it, where it lives."""

    id: str
    type: str
    title: str
    says: str
    verified: str
    settled: bool
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    link: str | None = None
    conditions: tuple[str, ...] = ()
    n: str | None = None
    dose_mg: str | None = None
    duration: str | None = None
    direction: str | None = None
    correction: str | None = None
    cited_by: tuple[str, ...] = ()

    @property
    def is_guide(self) -> bool:
        """Is it a mere guide, which may carry information alone but no warning?"""
        return self.type in {"practice-guide", "patient-guide"}

    @property
    def is_policy(self) -> bool:
        """Is it this service's own policy, and no publication?"""
        return self.type == "service-policy"

    @property
    def is_verified(self) -> bool:
        """Was its abstract or full text read, and is nothing about it left open?"""
        return self.settled and self.verified in {"abstract", "full-text"}

    @property
    def carries_warnings(self) -> bool:
        """May a warning rest on it: verified, and more than a guide or our own policy?"""
        return self.is_verified and not self.is_guide and not self.is_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What did one study find for this condition? Design, n, dose and duration stand in its source.

    `direction`: for, against, mixed, or none where it has no efficacy result.
    """

    source: str
    direction: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentClaim:
    """What does a founding document claim for this condition, and what corrects it? `by` are the correcting sources."""

    document: str
    says: str
    corrected: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionEvidence:
    """What is known of LDN in one condition, for and against.

    `concepts` are the code lists by which the condition is recognised (none: it has a page, no card quotes it),
    `about` the words for it in the sources' own `conditions`. `grade` is a word of grades.toml, `strength` its
    words for people. `lines` is what a card may quote. `studies` stand strongest and newest first, `ongoing` are
    trials without results, `left_out` the sources about this condition that are no evidence of efficacy, each with
    the reason. `priority` orders conditions where the chart names several, the lowest first. Where
    `claims_allowed` is false nothing may speak for efficacy.
    """

    id: str
    title: str
    priority: int
    concepts: tuple[str, ...]
    about: tuple[str, ...]
    grade: str
    strength: str
    claims_allowed: bool
    headline: str
    lines: tuple[str, ...]
    advice: str
    studies: tuple[Study, ...]
    ongoing: tuple[str, ...]
    documents_say: tuple[DocumentClaim, ...]
    left_out: Mapping[str, str]
    note: str | None
    policy: str | None
    compared: str
