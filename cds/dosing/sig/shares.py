"""The dose of a day and how it is shared out: "3 capsules daily: 1 in the morning, 2 at bedtime". The shares have to make up the whole.

May import the amounts, the figures, the reading, the phases and the vocabulary only.
"""

from decimal import Decimal

from cds.dosing.sig.amounts import amount
from cds.dosing.sig.figures import number
from cds.dosing.sig.phases import Amount, Part
from cds.dosing.sig.reading import Reading
from cds.dosing.vocabulary import Kind

_MOST_SHARES = 6


def shared_out(reading: Reading) -> bool:
    """A list of doses with their moments that makes up the dose of a day. False, at the same place, where none stands here."""
    words, phase, part = reading.words, reading.phase, reading.part
    whole = part.amount
    if whole is None or whole.is_strength() or len(phase.parts) > 1 or part.rates != [1] or part.moments or part.weekdays or part.also:
        return False
    if part.share or phase.change or phase.of_a_day is not None:
        return False
    mark = words.at
    shares: list[tuple[Amount, str]] = []
    while len(shares) < _MOST_SHARES and (one := _share(reading, whole)) is not None:
        shares.append(one)
        mark_behind = words.at
        if not words.skip(Kind.SEPARATOR, Kind.AND, Kind.SLASH):
            break
    if len(shares) < 2 or not _make_up(whole, [share for share, _ in shares]):
        words.at = mark
        return False
    words.at = mark_behind
    phase.of_a_day = whole
    phase.parts = [Part(amount=share, moments=[moment], as_needed=part.as_needed) for share, moment in shares]
    return True


def _share(reading: Reading, whole: Amount) -> tuple[Amount, str] | None:
    """ "1 am", "one in the morning", "1.5 mg at bedtime"; None where there is no such thing."""
    words = reading.words
    begin = words.at
    glued = (one := words.peek()) is not None and (sign := words.peek(1)) is not None and one.end == sign.start
    found = amount(words)
    if found is None and not glued and (count := number(words)) is not None:
        found = Amount(count=count, at=words.rest(begin))  # "1 am" beside a count is no time of the clock
    moment = words.take(Kind.MOMENT) if found is not None else None
    if found is None or moment is None or found.is_strength():
        words.at = begin
        return None
    if found.count is not None and found.form in ("", whole.form):
        found.form = whole.form
        found.each_mg = found.each_mg if found.each_mg is not None else whole.each_mg
    return found, moment.value


def _make_up(whole: Amount, shares: list[Amount]) -> bool:
    """Are the shares as much as the whole, in the measure in which both are given?"""
    for measure in ("count", "mg", "ml"):
        all_of_it = getattr(whole, measure)
        parts = [getattr(share, measure) for share in shares]
        if all_of_it is not None and all(part is not None for part in parts):
            return bool(sum(parts, Decimal(0)) == all_of_it)
    return False
