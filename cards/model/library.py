"""All of it together, loaded and cross-checked once, and the profile that a site may put over it."""

from collections.abc import Mapping
from dataclasses import dataclass

from cards.model.account import Disagreement, Statement
from cards.model.evidence import ConditionEvidence, Source
from cards.model.policy import Policy
from cards.model.rules import DataKey, Example, Orderable, Rule, ServiceText
from cards.model.terminology import Terminology


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProfile:
    """Which policy of a site stands over the knowledge, and who signed it? `version` names the file's content, `off` what it silences."""

    name: str
    version: str
    signed_by: str
    signed_on: str
    off: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything the service knows, loaded and cross-checked once; `version` names exactly this content.

    `conditions` is the evidence by condition, in the order of their priority.
    `later` are the findings that are planned and not asked for yet. `examples` holds one invented patient a rule.
    `statements` is the account of the founding documents, in their
    order, `disagreements` where they differ. `site` is the profile that a site put over it.
    """

    version: str
    rules: Mapping[str, Rule]
    sources: Mapping[str, Source]
    conditions: Mapping[str, ConditionEvidence]
    policy: Policy
    terminology: Terminology
    data: Mapping[str, DataKey]
    services: tuple[ServiceText, ...]
    override_system: str
    orderables: Mapping[str, Orderable]
    later: tuple[str, ...]
    statements: Mapping[str, Statement]
    disagreements: Mapping[str, Disagreement]
    examples: Mapping[str, Example]
    site: SiteProfile | None = None
