"""From when on a dose holds: after 2 weeks, from day 15, starting Monday; and at which hour it is taken, which begins with the same words.

May import the clock, the figures, the spans, the weeks, the reading and the vocabulary only.
"""

from cds.dosing.sig.clock import clock, is_date
from cds.dosing.sig.figures import spread
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.spans import ended_before, label, told_behind, whole_days
from cds.dosing.sig.weeks import BEGINS, weekdays
from cds.dosing.vocabulary import Kind


def after(reading: Reading) -> bool:
    """after 2 weeks | at week 3 | from day 15 | at 9 pm."""
    words = reading.words
    before = words.standing(words.at - 1)
    word = words.next().text
    words.skip(Kind.NOISE, Kind.A)
    if words.sees(Kind.WEEKDAYS) and word.startswith(BEGINS):
        return weekdays(reading)
    if word.startswith(BEGINS) and is_date(words):
        words.at += 5
        return True
    ends_something = word.startswith(("after", "following"))
    if words.sees(Kind.TIME) and words.sees(Kind.NUMBER, ahead=1):
        return label(reading, onward=word.startswith(BEGINS))
    if words.sees(Kind.NUMBER):
        mark = words.at
        if ends_something and told_behind(reading):
            return True
        ends = spread(words)
        if words.says("more", "additional", "further", "another"):
            words.at += 1
        unit = words.take(Kind.TIME)
        if ends is not None and unit is not None and ends_something and not words.says("of"):
            leads = before is not None and before.kind is Kind.SENTENCE
            return ended_before(reading, whole_days(words, ends[0] * unit.value, mark), leads)
        words.at = mark
        if word in ("at", "@"):
            return clock(reading)
    if ends_something and (unit := words.take(Kind.TIME)) is not None:
        return ended_before(reading, whole_days(words, unit.value))
    raise words.stop("cannot be read", words.at - 1)
