"""What the words of all dosage lines of an order say, the structure left aside: each line a dose, or together one schedule.

Knows no FHIR shape. May import the grammar, the schedule, the structure's order of lines, the strength and the model only.
"""

from dataclasses import replace

from cds.dosing import sig, structure
from cds.dosing.model import DosageLine, Step, Unread
from cds.dosing.schedule import worded
from cds.dosing.strength import Strength
from cds.dosing.tokens import lexemes
from cds.dosing.vocabulary import Kind

_EMPTY = frozenset({Kind.NOISE, Kind.VERB, Kind.NAME, Kind.SENTENCE, Kind.SEPARATOR, Kind.A})


def by_words(lines: tuple[DosageLine, ...], product: Strength) -> tuple[tuple[Step, ...], str, str, str]:
    """The steps by words alone; or why not and where the reader stopped. Also the route that they name."""
    texts = [line.text for line in lines]
    if not any(texts):
        return (), "", "", ""
    try:
        if len(lines) > 1 and (joined := _one_schedule(lines, product)) is not None:
            return joined[0], "", "", joined[1].route
        if len(set(texts)) == 1:
            steps, schedule = worded(texts[0], product)
            if len(lines) == 1 or len(steps) > 1 or _tells_the_day(schedule, lines):
                return steps, "", "", schedule.route
        out: list[Step] = []
        route = ""
        for group in structure.arrange(_with_spoken_moments(lines)):
            steps_of_group: list[Step] = []
            for line in group:
                steps, schedule = worded(line.text, product)
                route = route or schedule.route
                if len(steps) != 1:
                    raise Unread("a schedule in the words of one of several lines")
                steps_of_group += steps
            out.append(structure.combined(steps_of_group))
        return tuple(out), "", "", route
    except Unread as unread:
        return (), unread.why, unread.at, ""


def _one_schedule(lines: tuple[DosageLine, ...], product: Strength) -> tuple[tuple[Step, ...], sig.Schedule] | None:
    """The steps of lines in words alone that name their weeks or days: "Week 1-2: ...", "Week 3-4: ...". None where they do not."""
    if any(line.quantity is not None or line.amounts or not line.text for line in lines):
        return None
    sequences = [line.sequence for line in lines]
    if None not in sequences and len(set(sequences)) == len(lines):
        lines = tuple(sorted(lines, key=lambda line: line.sequence or 0))
    try:
        phases = [phase for line in lines for phase in sig.parse(line.text).phases]
        if not all(phase.start is not None for phase in phases):
            return None
        steps, schedule = worded("\n".join(line.text for line in lines), product)
    except Unread:
        return None
    return (steps, schedule) if len(schedule.phases) == len(phases) else None


def _tells_the_day(schedule: sig.Schedule, lines: tuple[DosageLine, ...]) -> bool:
    """Do words that stand on each of these lines tell the doses of the whole day: "1.5 mg in the morning and 3 mg at bedtime"?"""
    told = [moment for part in schedule.phases[0].parts for moment in part.moments]
    named = [moment for line in lines for moment in line.moments]
    return len(set(told)) == len(set(named)) == len(lines) > 1 and all(line.moments for line in lines)


def _with_spoken_moments(lines: tuple[DosageLine, ...]) -> tuple[DosageLine, ...]:
    """The lines with the moments that their words name, where the structure names none, so that morning and night are told apart."""
    out = []
    for line in lines:
        if not line.moments and line.text:
            try:
                part = sig.parse(line.text).phases[0].part
                line = replace(line, moments=frozenset(part.moments), weekdays=line.weekdays or frozenset(part.weekdays))
            except Unread:
                pass
        out.append(line)
    return tuple(out)


def told_to_the_patient(line: DosageLine) -> DosageLine:
    """The line with what the patient is told, where its own words are such as "as directed": they hold no dose, no number and no change."""
    if not line.instruction or any(character.isdigit() for character in line.text):
        return line
    try:
        found = lexemes(line.text)
    except Unread:
        return line
    return replace(line, text=line.instruction) if all(one.kind in _EMPTY for one in found) else line
