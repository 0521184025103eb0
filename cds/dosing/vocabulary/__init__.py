"""The words of a dosage: what each phrase means to the grammar. Language only; no threshold, no dose, no drug of choice.

Imports the standard library only. A phrase stands here in its plain form: lower case, dots of abbreviations gone.
`kinds` names the parts of speech; `measures`, `times`, `clauses` and `remarks` are the lists, the later one winning.
"""

from cds.dosing.vocabulary.clauses import clauses
from cds.dosing.vocabulary.kinds import WORDS, Kind, Table
from cds.dosing.vocabulary.measures import measures
from cds.dosing.vocabulary.remarks import remarks
from cds.dosing.vocabulary.times import times

__all__ = ["LONGEST", "PHRASES", "WORDS", "Kind"]


def _table() -> dict[tuple[str, ...], tuple[Kind, object]]:
    table = Table()
    for fill in (measures, times, clauses, remarks):
        fill(table)
    return table.found


def _longest(phrases: dict[tuple[str, ...], tuple[Kind, object]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for phrase in phrases:
        found[phrase[0]] = max(found.get(phrase[0], 0), len(phrase))
    return found


PHRASES = _table()
LONGEST = _longest(PHRASES)  # by its first word, how long a phrase can be
