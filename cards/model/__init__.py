"""The shapes of the knowledge: frozen records that the files of this room are read into. This is their door.

`rules` holds what is asked and said, `policy` its numbers, `evidence` what it rests on, `terminology` codes and words, `account` the
founding documents, `library` all of it. May import the standard library and `finding`. Nothing here reads a file, a clock or a request.
"""

from cards.model.account import Disagreement, Disposition, Side, Statement
from cards.model.evidence import ConditionEvidence, DocumentClaim, Source, Study
from cards.model.library import Library, SiteProfile
from cards.model.policy import Number, Policy
from cards.model.rules import DataKey, Example, Indicator, Orderable, OverrideReason, Rule, ServiceText, Wording
from cards.model.terminology import DrugCode, Effects, Excipients, Measure, Part, Procedures, Terminology, Words

__all__ = [
    "ConditionEvidence",
    "DataKey",
    "Disagreement",
    "Disposition",
    "DocumentClaim",
    "DrugCode",
    "Effects",
    "Example",
    "Excipients",
    "Indicator",
    "Library",
    "Measure",
    "Number",
    "Orderable",
    "OverrideReason",
    "Part",
    "Policy",
    "Procedures",
    "Rule",
    "ServiceText",
    "Side",
    "SiteProfile",
    "Source",
    "Statement",
    "Study",
    "Terminology",
    "Wording",
    "Words",
]
