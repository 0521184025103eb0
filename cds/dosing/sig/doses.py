"""Doses in their place: the first of a phase, one more of the day, the next phase; and what the text says of strengths.

May import the amounts, the figures, the turns, the reading, the phases and the vocabulary only.
"""

from dataclasses import replace

from cds.dosing.sig.amounts import MOST_COUNT, amount, measure
from cds.dosing.sig.figures import number, of_a_day
from cds.dosing.sig.phases import Amount, Part, times
from cds.dosing.sig.reading import Reading
from cds.dosing.sig.turns import has_days_left
from cds.dosing.vocabulary import Kind

_MOST_PARTS = 6
_LONGEST_LIST = 20
_RHYTHMS = (Kind.MOMENT, Kind.RATE, Kind.ROUTE, Kind.NOISE)
_THEREAFTER = ("thereafter", "afterwards", "after that", "from then on")
_DAYS_OF_A_WEEK = 7
# what may stand before a dose that opens the next phase without "then"
_PAUSES = (Kind.SEPARATOR, Kind.SENTENCE, Kind.DASH, Kind.SLASH)
# what says that a repetition is a dose of its own
_TELLS_MORE = (Kind.MOMENT, Kind.RATE, Kind.EVERY, Kind.TIMES, Kind.NUMBER, Kind.FOR, Kind.X)


def dosed(reading: Reading) -> bool:
    """A dose, or a strength. False where none begins here."""
    mark = reading.words.at
    found = amount(reading.words)
    if found is None:
        return False
    if found.count is not None and found.count > MOST_COUNT:
        return _must_be_supply(reading, mark)
    if found.each_mg is not None and found.form:
        reading.learn_unit(found.form, found.each_mg)
    if found.per_ml is not None:
        reading.learn_concentration(found.per_ml, mark)
    part = reading.part
    if part.amount is not None and _together(reading, mark) and found.per_ml is None:
        return _beside(reading, found, mark)
    if found.is_strength() and (found.per_ml is not None or found.plural or _is_told_before(part.amount, found)):
        if found.plural and part.amount is None:
            part.amount = found
        return True
    if part.amount is None:
        part.amount = found
        return True
    if _says_its_mass(reading, part.amount, found, mark):
        return True
    named_mass = part.amount.mg is not None and part.amount.count is None and reading.named
    if not part.timed() and reading.phase.days is None and (part.amount.is_strength() or named_mass):
        part.amount = _behind_a_strength(reading, part.amount, found, mark)
        return True
    return _another(reading, found, mark)


def _says_its_mass(reading: Reading, held: Amount, found: Amount, mark: int) -> bool:
    """ "1 tablet, 3 mg, nightly": the mass of the dose behind its count."""
    before = reading.words.standing(mark - 1)
    alone = found.mg is not None and found.count is None and found.ml is None
    if not alone or not held.form or held.count is None or held.mg is not None or reading.part.timed():
        return False
    if before is None or before.kind is not Kind.SEPARATOR:
        return False
    held.mg = found.mg
    return True


def _is_told_before(held: Amount | None, found: Amount) -> bool:
    """Does a strength behind a dose say what one unit of that dose holds, and not a dose of its own?"""
    return held is not None and (not held.is_strength() or held.each_mg == found.each_mg)


def _together(reading: Reading, mark: int) -> bool:
    """Does "and", "plus" or "with" stand right before this place?"""
    before = reading.words.standing(mark - 1)
    if before is not None and before.kind is Kind.A:
        before = reading.words.standing(mark - 2)
    return before is not None and (before.kind is Kind.AND or before.text == "with")


def _beside(reading: Reading, found: Amount, mark: int) -> bool:
    """ "3 mg capsule and a 1.5 mg capsule": taken together where no time stands between them; else another dose of the day."""
    part = reading.part
    if part.timed() or reading.phase.days is not None or reading.phase.change:
        return _another(reading, found, mark)
    held = part.amount
    if held is not None and held.ml is None and found.ml is None and reading.phase.cap is None:
        if not held.form and held.each_mg is not None and found.form:
            held.form = found.form  # "1 x 3 mg and 1 x 1.5 mg capsule"
            reading.learn_unit(held.form, held.each_mg)
        part.also.append(found)
        return True
    raise reading.words.stop("a second dose", mark)


def _behind_a_strength(reading: Reading, head: Amount, found: Amount, mark: int) -> Amount:
    """ "LDN 4.5 mg capsule, take 1 nightly": the first mass is what one holds. Without a form beside it, it may be the whole dose."""
    if found.count is None:
        if found.mg is not None and head.mg == found.mg and found.ml is None:
            return found
        if head.is_strength() and found.mg is not None and head.each_mg is not None:
            found.each_mg = head.each_mg
            return found
        raise reading.words.stop("two doses", mark)
    if head.is_strength():
        if found.each_mg is not None and found.each_mg != head.each_mg:
            raise reading.words.stop("two strengths", mark)
        found.each_mg = head.each_mg
        found.form = found.form or head.form
    else:
        found.each_mg, found.loose = head.mg, True
    return found


def _another(reading: Reading, found: Amount, mark: int) -> bool:
    """A second dose without "then": the next phase where the first has its days, another dose of the day where the first has its moment."""
    phase, part = reading.phase, reading.part
    if _is_of_a_day(reading, found, mark):
        return True
    if _says_again(reading, part.amount, found, mark):
        return True
    if phase.days is not None or phase.start is not None or phase.stop is not None:
        if _is_supply(reading, found):
            return True
        joined = reading.joined == "and" and not _ends_with_thereafter(reading)
        if joined or not (reading.joined == "and" or phase.told_after or _after_a_pause(reading, mark)):
            raise reading.words.stop("a second dose, at the same time or after the first", mark)
        reading.begin_phase()
        reading.part.amount = found
        return True
    if phase.turns or has_days_left(reading):
        if phase.turns:
            raise reading.words.stop("a third dose beside two that take turns", mark)
        phase.parts.append(Part(amount=found))
        return True
    if _is_of_a_list(reading, found, mark):
        reading.begin_phase()
        reading.part.amount, reading.phase.listed = found, True
        return True
    at_a_moment = part.moments and not part.rates and not part.weekdays and len(phase.parts) < _MOST_PARTS
    on_days = part.weekdays and len(phase.parts) < _DAYS_OF_A_WEEK
    if phase.change or not (at_a_moment or on_days):
        raise reading.words.stop("a second dose", mark)
    phase.parts.append(Part(amount=found, beside=_are_two_strengths(reading, found, mark)))
    return True


def _are_two_strengths(reading: Reading, found: Amount, mark: int) -> bool:
    """ "3 mg cap qhs and 1.5 mg cap qhs": two strengths of one form, joined by "and", may be taken at the same time."""
    held = reading.part.amount
    both = held is not None and held.each_mg is not None and found.each_mg is not None and held.form == found.form != ""
    return both and held is not None and held.each_mg != found.each_mg and _together(reading, mark)


def _ends_with_thereafter(reading: Reading) -> bool:
    """ "... for 2 weeks and 3 mg nightly thereafter": the second dose follows the first."""
    ahead = 0
    while reading.words.sees(*_RHYTHMS, ahead=ahead):
        ahead += 1
    return reading.words.says(*_THEREAFTER, ahead=ahead)


def _is_of_a_list(reading: Reading, found: Amount, mark: int) -> bool:
    """ "1.5 mg, 3 mg, 4.5 mg nightly, each for 2 weeks": masses behind each other, whose time has to follow."""
    part, before = reading.part, reading.words.standing(mark - 1)
    held = part.amount
    if held is None or part.timed() or reading.phase.change or len(reading.phase.parts) > 1 or before is None or before.text != ",":
        return False
    masses = held.mg is not None and found.mg is not None and held.count is None and found.count is None and held.ml is None and found.ml is None
    return masses and any(reading.words.says("each", ahead=ahead) for ahead in range(_LONGEST_LIST))


def another(reading: Reading) -> bool:
    """one in the morning and another at night: the same dose once more. False where it is not said when."""
    words, part = reading.words, reading.part
    held, before = part.amount, words.standing(words.at - 1)
    mark = words.at
    words.at += 1
    form = words.take(Kind.FORM)
    if held is None or before is None or before.kind is not Kind.AND or not words.sees(Kind.MOMENT) or not part.moments or part.rates:
        words.at = mark
        return False
    if (form is not None and form.value[0] != held.form) or part.also or reading.phase.days is not None or len(reading.phase.parts) >= _MOST_PARTS:
        return False
    reading.phase.parts.append(Part(amount=replace(held)))
    return True


def _must_be_supply(reading: Reading, mark: int) -> bool:
    """ "4.5 mg nightly, 90 capsules": more than any dose has, behind a dose with its times, is what is dispensed."""
    words, part = reading.words, reading.part
    ends = words.ended() or words.sees(Kind.SENTENCE, Kind.SEPARATOR, Kind.SUPPLY, Kind.HASH)
    if part.amount is None or not part.timed() or not ends:
        raise words.stop("a count that no dose has", mark)
    return True


def _is_of_a_day(reading: Reading, found: Amount, mark: int) -> bool:
    """ "1.5 mg TID (4.5 mg total daily)": in brackets, what the doses of a day make together; it has to agree."""
    words, part = reading.words, reading.part
    before = words.standing(mark - 1)
    if found.is_strength() or not part.timed() or before is None or before.kind not in (Kind.OPEN, Kind.EQUALS, Kind.TOTAL):
        return False
    end = words.at
    words.skip(Kind.TOTAL)
    if of_a_day(words) or "daily" in before.text or "nightly" in before.text:
        part.of_a_day = found
        return True
    words.at = end
    return False


def _is_supply(reading: Reading, found: Amount) -> bool:
    """ "1 capsule nightly for 30 days, 30 capsules": as many as the days need, without a time of their own, are what is dispensed.

    Fewer may be a next dose, and are refused.
    """
    held, words = reading.part.amount, reading.words
    if not (words.ended() or words.sees(Kind.SENTENCE, Kind.SEPARATOR, Kind.SUPPLY, Kind.HASH)) or held is None or found.mg is not None:
        return False
    one, many = (held.count, found.count) if found.count is not None else (held.ml, found.ml)
    if one is None or many is None or reading.phase.days is None:
        return False
    if many < one * reading.phase.days * times(reading.part):
        raise words.stop("a next dose, or what is dispensed", words.at - 1)
    return True


def _says_again(reading: Reading, held: Amount | None, found: Amount, mark: int) -> bool:
    """ "3 mL daily for 10 days, 3 mL = 150 mg" says again what the dose is."""
    if held is None or found.mg is None:
        return False
    if not ((held.ml is not None and held.ml == found.ml) or (held.count is not None and held.count == found.count)):
        return False
    if reading.words.sees(*_TELLS_MORE) or held.mg not in (None, found.mg):
        raise reading.words.stop("a second dose", mark)
    held.mg, held.total = found.mg, True
    return True


def _after_a_pause(reading: Reading, mark: int) -> bool:
    """Does a sign or a verb after a sign stand before this place?"""
    before, earlier = reading.words.standing(mark - 1), reading.words.standing(mark - 2)
    if before is not None and before.kind in (Kind.VERB, Kind.NAME):
        return earlier is not None and earlier.kind in _PAUSES
    return before is not None and before.kind in _PAUSES


def one_holds(reading: Reading) -> bool:
    """(each) capsule (contains | =) mass: what one unit holds. A form alone is passed over. False where it is none of both."""
    words = reading.words
    mark = words.at
    words.take(Kind.EVERY)
    each = words.take(Kind.EACH)
    form = words.take(Kind.FORM)
    name = form.value[0] if form is not None else each.value if each is not None else ""
    if not name:
        return False
    if words.take(Kind.CONTAINS, Kind.EQUALS) and words.sees(Kind.NUMBER):
        held = number(words)
        unit = words.take(Kind.MASS)
        if held is None or unit is None or words.sees(Kind.SLASH):
            words.at = mark
            return False
        reading.learn_unit(name, held * unit.value)
        return True
    dose = reading.part.amount
    if dose is not None and dose.form not in ("", name):
        return False
    # "naltrexone capsules: ..." names the form and no more
    return each is None


def totalled(reading: Reading) -> bool:
    """total 3 mg: repeats the dose in milligrams."""
    words, part = reading.words, reading.part
    mark = words.at
    words.at += 1
    words.skip(Kind.EQUALS, Kind.SEPARATOR, Kind.CONTAINS)
    if part.amount is None:
        return True
    found = Amount()
    if not words.sees(Kind.NUMBER):
        return True
    start = words.at
    if not measure(words, found) or found.mg is None:
        return False
    if part.timed() and _is_of_a_day(reading, found, start):
        return True
    if part.amount.mg is not None and part.amount.mg != found.mg:
        raise words.stop("two masses in one dose", mark)
    if part.timed() and len(part.moments) + len(part.rates) > 1:
        raise words.stop("a total of a day or of a dose", mark)
    part.amount.mg, part.amount.total = found.mg, True
    return True
