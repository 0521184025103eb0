"""Which clause begins with which kind of phrase, and the whole of a text as clauses, one after the other."""

from collections.abc import Callable
from decimal import Decimal

from cds.dosing.model import Unread
from cds.dosing.sig.advice import conditional, in_place_of, lacking, permitted, stopping
from cds.dosing.sig.brackets import opened
from cds.dosing.sig.changes import by, changed, towards
from cds.dosing.sig.clock import bare_clock, clock, is_date
from cds.dosing.sig.cursor import Cursor
from cds.dosing.sig.doses import another, dosed, one_holds, totalled
from cds.dosing.sig.joins import and_, or_, then
from cds.dosing.sig.limits import capped, supplied
from cds.dosing.sig.lists import begins_item, each_for, one_day, step
from cds.dosing.sig.mixing import made_first, made_from, taken_with
from cds.dosing.sig.notes import again, diagnosis, note, remark, stops, was
from cds.dosing.sig.phases import Amount, Schedule
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.rhythms import crossed, for_so_long, timing
from cds.dosing.sig.shares import shared_out
from cds.dosing.sig.spans import label, nth, reason
from cds.dosing.sig.starts import after
from cds.dosing.sig.turns import alternating, left_out, one_day_and_the_next, other_days
from cds.dosing.sig.weeks import BEGINS
from cds.dosing.vocabulary import Kind

# kinds that something has to follow: a text that ends with one was cut off
_LEADS_ON = frozenset(
    {Kind.THEN, Kind.AND, Kind.OR, Kind.UP, Kind.DOWN, Kind.PER, Kind.SLASH, Kind.EVERY, Kind.FOR, Kind.X, Kind.BY, Kind.TO, Kind.AFTER, Kind.DASH}
)


_MAY_END = ("thereafter", "and thereafter", "afterwards", "after that", "and after that", "from then on", "subsequently", "and subsequently")


def schedule(reading: Reading, partial: bool = False) -> Schedule:
    """schedule := {clause}; what no clause begins with ends the reading. `partial`: a rhythm without a dose will do."""
    words = reading.words
    while not words.ended():
        begin = words.at
        clause = CLAUSES.get(words.here().kind)
        if clause is None or not clause(reading) or words.at == begin:
            raise words.stop("cannot be read")
    if not reading.ended and _breaks_off(words):
        raise words.stop("the words break off", words.at - 1)
    phases = [phase for phase in reading.phases if not phase.empty() or phase.explicit]
    if len(phases) > 1 and phases[-1].empty():
        phases.pop()
    dosed_at_all = any(part.amount is not None for phase in phases for part in phase.parts)
    if not phases or not (dosed_at_all or partial):
        raise Unread("the words hold no dose")
    if phases[0].told_after and len(phases) == 1:
        raise words.stop("the words break off", words.at - 1)
    if any(phase.comes_first for phase in phases):
        if len(phases) > 2:
            raise words.stop("the order of the doses")
        phases.reverse()
    return Schedule(one_day(phases), reading.each, reading.per_ml, reading.route, reading.mixed, reading.gradual)


def _breaks_off(words: Cursor) -> bool:
    """Does the text end with a word or sign that something has to follow?"""
    last, before = words.standing(words.at - 1), words.standing(words.at - 2)
    if last is None or last.text in _MAY_END:
        return False
    if last.kind is Kind.SEPARATOR and before is not None and before.kind is Kind.WEEKDAYS:
        return True
    return last.kind in _LEADS_ON or last.text == "with"


def _passed(reading: Reading) -> bool:
    """A phrase that says nothing of the dose."""
    reading.words.at += 1
    return True


def _remarked(reading: Reading) -> bool:
    """Food and water say nothing of the dose, but "with meals" may stand for its times, and "at the same time each day" for once a day."""
    said = reading.words.here().text
    if said in ("with", "via") and taken_with(reading):
        return True
    reading.gradual = reading.gradual or said in ("slowly", "gradually") or "tolerated" in said
    if "same time" in said and said.endswith(("day", "night")):
        reading.part.each_day = True
    if said == "@" and reading.words.sees(Kind.NUMBER, ahead=1) and reading.part.amount is not None:
        reading.words.at += 1
        return clock(reading)
    if len(reading.phase.parts) == 1 and "meals" in reading.words.here().text:
        reading.part.meals = True
    return _passed(reading)


def _named(reading: Reading) -> bool:
    reading.named = True
    return _passed(reading)


def _routed(reading: Reading) -> bool:
    """The route; under the tongue is by mouth as well, other two are refused."""
    words = reading.words
    route = words.next().value
    if reading.route and reading.route != route and {reading.route, route} != {"oral", "sublingual"}:
        raise words.stop("two routes", words.at - 1)
    if not reading.route or route == "sublingual":
        reading.route = route
    return True


def _separated(reading: Reading) -> bool:
    found = reading.words.next()
    reading.joined = found.text
    if found.kind is Kind.SENTENCE:
        note(reading)
    return True


def _labelled(reading: Reading) -> bool:
    words, part = reading.words, reading.part
    if words.sees(Kind.NUMBER, ahead=1):
        return label(reading)
    before = words.standing(words.at - 1)
    behind_a_dose = before is not None and before.kind in (Kind.MASS, Kind.FORM, Kind.VOLUME)
    if words.says("night") and behind_a_dose and part.amount is not None and not part.timed():
        part.moments.append("NIGHT")  # "1.5 mg morning, 3 mg night"
        return _passed(reading)
    return False


def _article(reading: Reading) -> bool:
    words = reading.words
    if words.says("i") and reading.phase.empty() and words.sees(Kind.MOMENT, Kind.RATE, ahead=1) and reading.part.amount is None:
        reading.part.amount = Amount(count=Decimal(1), at=words.rest())  # Latin: "i nocte"
        return _passed(reading)
    form = words.peek(1)
    if form is None or form.kind is not Kind.FORM:
        return _passed(reading)
    before = words.standing(words.at - 1)
    cut = before is not None and before.kind in (Kind.AND, Kind.NUMBER)  # "one and a (half) tablets"
    return dosed(reading) or (not cut and bool(form.value[1]) and _passed(reading))  # "swallow the capsules whole"


def _verb(reading: Reading) -> bool:
    """A verb says nothing of the dose; it may begin what is done with water, or with a tool, or tell another time of day."""
    words = reading.words
    if made_first(reading) or (words.says("use") and taken_with(reading)):
        return True
    if words.says("may take") and words.sees(Kind.MOMENT, ahead=1):
        return permitted(reading)
    return _passed(reading)


def _per(reading: Reading) -> bool:
    return (reading.words.says("in") and taken_with(reading)) or timing(reading)


def _slash(reading: Reading) -> bool:
    """ "1.5 mg AM/3 mg PM": the sign between two doses, or "per"."""
    words, part = reading.words, reading.part
    parted = part.amount is not None and (part.moments or reading.phase.days is not None) and words.sees(Kind.NUMBER, ahead=1)
    if parted and words.sees(Kind.MASS, Kind.FORM, Kind.VOLUME, ahead=2):
        reading.joined = "/"
        return _passed(reading)
    return timing(reading)


def _on(reading: Reading) -> bool:
    """on Mondays | on 5 days a week | on day 1."""
    words = reading.words
    if words.sees(Kind.TIME, ahead=1) and words.sees(Kind.NUMBER, ahead=2):
        words.at += 1
        return label(reading)
    return timing(reading)


def _for(reading: Reading) -> bool:
    """for 2 weeks | for a reason | for weeks 1 and 2 | for a total of 3 mg."""
    words = reading.words
    if words.says("for a total of") and words.sees(Kind.NUMBER, ahead=1) and words.sees(Kind.MASS, ahead=2):
        return totalled(reading)
    if words.says("for") and words.sees(Kind.TIME, ahead=1) and words.sees(Kind.NUMBER, ahead=2):
        words.at += 1
        return label(reading)
    return for_so_long(reading)


def _not(reading: Reading) -> bool:
    words = reading.words
    if words.sees(Kind.IF, ahead=1):
        return stopping(reading)
    return in_place_of(reading) if words.says("not") else stops(reading)


def _every(reading: Reading) -> bool:
    if reading.words.says("each") and each_for(reading):
        return True
    return one_holds(reading) if reading.words.sees(Kind.FORM, ahead=1) else timing(reading)


def _as_needed(reading: Reading) -> bool:
    reading.words.at += 1
    reading.part.as_needed = True
    return reason(reading)


def _divided(reading: Reading) -> bool:
    words, part = reading.words, reading.part
    words.at += 1
    part.divided = True
    if (rate := words.peek()) is not None and rate.kind is Kind.RATE and rate.value > 1:
        # "3 mg daily divided BID"
        part.pieces = words.next().value
        if not part.timed():
            part.rates.append(Decimal(1))
    return True


def _headed(reading: Reading) -> bool:
    """ "Strength: 1 mg/mL": the heading of what follows."""
    return reading.words.says("strength") and _passed(reading)


def _between(reading: Reading) -> bool:
    """between 1.5 and 3 mg | between 9 pm and 3 am, which says no more than when."""
    words = reading.words
    if reading.part.amount is None:
        return dosed(reading)
    words.at += 1
    return clock(reading)


def _numbered(reading: Reading) -> bool:
    words = reading.words
    if words.sees(Kind.SUPPLY, ahead=1) and reading.part.amount is not None:
        words.at += 1  # "3 refills"
        return _passed(reading)
    before = words.standing(words.at - 1)
    if before is not None and before.text.startswith(BEGINS) and is_date(words):
        words.at += 5
        return True
    if begins_item(reading) or shared_out(reading) or one_day_and_the_next(reading) or bare_clock(reading):
        return True
    return timing(reading) or dosed(reading)


CLAUSES: dict[Kind, Callable[[Reading], bool]] = {
    Kind.NUMBER: _numbered,
    Kind.A: _article,
    Kind.FORM: one_holds,
    Kind.EACH: one_holds,
    Kind.EVERY: _every,
    Kind.TOTAL: totalled,
    Kind.DIVIDED: _divided,
    Kind.MOMENT: timing,
    Kind.RATE: timing,
    Kind.ADVERB: timing,
    Kind.TIMES: timing,
    Kind.WEEKDAYS: timing,
    Kind.ON: _on,
    Kind.PER: _per,
    Kind.SLASH: _slash,
    Kind.AFTER: after,
    Kind.X: crossed,
    Kind.FOR: _for,
    Kind.TIME: _labelled,
    Kind.THEN: then,
    Kind.NTH: nth,
    Kind.STOP: _not,
    Kind.STEP: step,
    Kind.BETWEEN: _between,
    Kind.EXCEPT: left_out,
    Kind.TURNS: alternating,
    Kind.REMAINDER: other_days,
    Kind.ANOTHER: another,
    Kind.IF: conditional,
    Kind.MAY: permitted,
    Kind.INSTEAD: in_place_of,
    Kind.LACKING: lacking,
    Kind.USING: taken_with,
    Kind.MADE: made_from,
    Kind.REMARK: remark,
    Kind.BODY: remark,
    Kind.CALL: remark,
    Kind.WAS: was,
    Kind.DIAGNOSIS: diagnosis,
    Kind.AGAIN: again,
    Kind.CONTAINS: _headed,
    Kind.UP: changed,
    Kind.DOWN: changed,
    Kind.BY: by,
    Kind.TO: towards,
    Kind.MAX: capped,
    Kind.UP_TO: capped,
    Kind.AS_NEEDED: _as_needed,
    Kind.ROUTE: _routed,
    Kind.AND: and_,
    Kind.OR: or_,
    Kind.SEPARATOR: _separated,
    Kind.SENTENCE: _separated,
    Kind.DASH: _separated,
    Kind.UNKNOWN: note,
    Kind.SUPPLY: supplied,
    Kind.HASH: supplied,
    Kind.NAME: _named,
    Kind.NOISE: _remarked,
    Kind.VERB: _verb,
    Kind.OPEN: opened,
    Kind.CLOSE: _passed,
    Kind.EQUALS: _passed,
    Kind.ONWARD: _passed,
}
