"""What became of every statement of the founding documents, and where they differ.

May import the standard library only.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Disposition(StrEnum):
    """What became of a statement of a founding document?

    FINDING: the service checks or decides something from it. TEXT: a card or page says it, nothing is decided. EVIDENCE: a source
    of `evidence/` covers it, corrected where need be. NOT_EXECUTED: consciously left out, with the reason.
    """

    FINDING = "finding"
    TEXT = "text"
    EVIDENCE = "evidence"
    NOT_EXECUTED = "not-executed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a founding document, and what became of it in this service.

    `document` is the source id of the founding document. `findings` are the codes that check it, say it or draw on it; `sources` the
    evidence that covers, supports or corrects it, the founding document itself not repeated. `note` says how it is used, what
    contradicts it, or why it is not executed. `disagreement` holds the ids of the disagreements in which it takes a side.
    """

    id: str
    document: str
    topic: str
    says: str
    outcome: Disposition
    findings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    note: str = ""
    disagreement: tuple[str, ...] = ()


class Side(NamedTuple):
    """One side of a disagreement: what it holds, and the statements that hold it (none: it is the literature's side)."""

    text: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A point on which the founding documents differ, from each other or from the literature, and what this service does about it."""

    id: str
    point: str
    sides: tuple[Side, ...]
    handling: str
    findings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
