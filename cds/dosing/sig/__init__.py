"""The grammar of a dosage in words: which phases, doses, times and durations does a text hold?

Recursive descent over known phrases, one look ahead, no way back: the work grows with the text. What the grammar does not
know stops it, with the place: a dosage read in part is a wrong dosage. It knows no strength of any product; `worded` in
`schedule.py` turns its phases into milligrams. May import the vocabulary, the tokens and the model only.

`cursor` is the place in the text, `phases` what comes out, `reading` one text half read. `figures` reads numbers, `measures` and `amounts` one
dose, `spans` how long, `starts` from when on, `clock` and `weeks` when, `rhythms` how often. Clauses made of them: `doses`, `shares` of a day and
`turns`, `changes`, `limits`, `lists`, `joins`, `mixing` of a liquid; `brackets`, `advice` and `notes` say nothing of the dose. `grammar` says which
clause begins with which kind of phrase.
"""

from decimal import Decimal
from functools import lru_cache

from cds.dosing.model import Unread
from cds.dosing.sig.grammar import schedule
from cds.dosing.sig.phases import Amount, Part, Phase, Schedule, times
from cds.dosing.sig.reading import Reading
from cds.dosing.tokens import lexemes

__all__ = ["Amount", "Part", "Phase", "Schedule", "parse", "rhythm", "times"]


@lru_cache(maxsize=2_048)
def parse(text: str) -> Schedule:
    """Which schedule do these words give? Refuses with the reason, and with the words at which it had to stop."""
    found = lexemes(text)
    if not found:
        raise Unread("no words")
    return schedule(Reading(found))


@lru_cache(maxsize=2_048)
def rhythm(text: str) -> tuple[Decimal, frozenset[str]] | None:
    """How often a day, and at which moments, does a text say that names only a rhythm, such as "nightly"? None where it says more or less."""
    try:
        phases = schedule(Reading(lexemes(text)), partial=True).phases
        phase, part = phases[0], phases[0].part
        more_than_a_rhythm = part.amount is not None or part.as_needed or phase.days or phase.cap or phase.change
        if len(phases) != 1 or len(phase.parts) != 1 or more_than_a_rhythm:
            return None
        return times(part), frozenset(part.moments)
    except Unread:
        return None
