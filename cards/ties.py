"""What hangs together: which findings, numbers, conditions, statements and disagreements rest on or speak of each other.

May import this room only. Pages and the handbook ask here, so that a link stands at both of its ends.
"""

from collections import Counter
from collections.abc import Iterable

from cards.model import ConditionEvidence, Disagreement, Disposition, Library, Number, Rule, Source, Statement


def rules_of(source: str, library: Library) -> list[Rule]:
    """Which findings cite this source, for or against?"""
    return [rule for rule in library.rules.values() if source in (*rule.evidence, *rule.against)]


def numbers_of(source: str, library: Library) -> list[Number]:
    """Which numbers of the policy rest on this source?"""
    return [number for number in library.policy.numbers.values() if source in number.evidence]


def conditions_of(source: str, library: Library) -> list[ConditionEvidence]:
    """Which conditions name this source: as a study, as an ongoing trial, as a correction, or as left out with the reason?"""
    return [condition for condition in library.conditions.values() if source in named(condition)]


def named(condition: ConditionEvidence) -> list[str]:
    """All sources that the evidence of this condition names, each once, in the order of its page."""
    claims = [name for claim in condition.documents_say for name in (claim.document, *claim.by)]
    studies = [study.source for study in condition.studies]
    return list(dict.fromkeys([*studies, *condition.ongoing, *claims, *condition.left_out]))


def contrary(condition: ConditionEvidence, library: Library) -> list[Source]:
    """Which of its studies speak against a benefit?"""
    return [library.sources[study.source] for study in condition.studies if study.direction == "against"]


def statements_on_source(source: str, library: Library) -> list[Statement]:
    """Which statements of the founding documents does this source cover, support or correct?"""
    return [statement for statement in library.statements.values() if source in statement.sources]


def statements_on_finding(code: str, library: Library) -> list[Statement]:
    """Which statements of the founding documents does this finding check, say or draw on?"""
    return [statement for statement in library.statements.values() if code in statement.findings]


def statements_on_condition(condition: str, library: Library) -> list[Statement]:
    """Which statements of the founding documents are about this condition?"""
    return [statement for statement in library.statements.values() if condition in statement.conditions]


def disagreements_on_finding(code: str, library: Library) -> list[Disagreement]:
    """Which disagreements bear on this finding?"""
    return [one for one in library.disagreements.values() if code in one.findings]


def disagreements_on_source(source: str, library: Library) -> list[Disagreement]:
    """Which disagreements does this source help to settle?"""
    return [one for one in library.disagreements.values() if source in one.sources]


def documents(library: Library) -> dict[str, list[Statement]]:
    """The statements by founding document, in the order of the account."""
    found: dict[str, list[Statement]] = {}
    for statement in library.statements.values():
        found.setdefault(statement.document, []).append(statement)
    return found


def outcomes(statements: Iterable[Statement]) -> dict[Disposition, int]:
    """How many of these statements came to which outcome? Every outcome is named, zero included."""
    count = Counter(statement.outcome for statement in statements)
    return {outcome: count[outcome] for outcome in Disposition}
