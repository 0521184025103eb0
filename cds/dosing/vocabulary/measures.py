"""Numbers in words, masses, volumes, countable forms and units of time. May import the kinds only."""

from decimal import Decimal

from cds.dosing.vocabulary.kinds import Kind, Table

_D = Decimal


def measures(table: Table) -> None:
    """What is counted, weighed, poured and waited."""
    add = table.add
    ones = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    for number, word in enumerate(ones):
        add(Kind.NUMBER, _D(number), word)
    for tens, word in ((20, "twenty"), (30, "thirty"), (40, "forty"), (50, "fifty"), (60, "sixty"), (90, "ninety")):
        add(Kind.NUMBER, _D(tens), word)
        for number in range(1, 10):
            add(Kind.NUMBER, _D(tens + number), f"{word} {ones[number]}", f"{word} - {ones[number]}")
    add(
        Kind.NUMBER,
        _D("0.5"),
        "half",
        "one half",
        "one - half",
        "a half",
        "half a",
        "half of a",
        "half an",
        "half of one",
        "one half of a",
        "one half a",
    )
    add(
        Kind.NUMBER,
        _D("0.25"),
        "quarter",
        "one quarter",
        "a quarter",
        "quarter of a",
        "a quarter of a",
        "one quarter of a",
        "one - quarter",
        "one fourth",
        "quarter a",
    )
    add(Kind.NUMBER, _D("0.75"), "three quarters", "three quarters of a", "three - quarters")

    for hundreds, word in enumerate(ones[1:10], start=1):
        add(Kind.NUMBER, _D(hundreds * 100), f"{word} hundred", *(("a hundred",) if hundreds == 1 else ()))
        for tens, more in ((20, "twenty"), (25, "twenty five"), (50, "fifty"), (75, "seventy five")):
            add(
                Kind.NUMBER,
                _D(hundreds * 100 + tens),
                f"{word} hundred {more}",
                f"{word} hundred and {more}",
                f"{word} hundred and {more.replace(' ', ' - ')}",
            )
    for number, word in enumerate(ones[:10]):
        # "four point five"
        add(Kind.NUMBER, _D(number) + _D("0.5"), f"{word} point five")
        add(Kind.NUMBER, _D(number) + _D("0.25"), f"{word} point two five")
        add(Kind.NUMBER, _D(number) + _D("0.75"), f"{word} point seven five")
    add(Kind.NUMBER, _D("0.5"), "point five")
    for number, word in enumerate(ones[1:4], start=1):
        add(Kind.NUMBER, _D(number) + _D("0.5"), f"{word} - and - a - half", f"{word} - and - one - half")
    for roman, number in (("ii", 2), ("iii", 3)):
        add(Kind.NUMBER, _D(number), roman)
    add(Kind.MASS, _D(1), "mg", "mgs", "mgm", "milligram", "milligrams", "milligramme", "milligrammes", "milli - grams")
    add(Kind.MASS, _D("0.001"), "mcg", "mcgs", "ug", "ugs", "microgram", "micrograms", "microgramme", "microgrammes", "mcgm", "mikrogram")
    add(Kind.MASS, _D("0.000001"), "ng", "nanogram", "nanograms")
    add(Kind.MASS, _D(1000), "g", "gm", "gms", "gram", "grams", "gramme", "grammes")
    add(Kind.VOLUME, _D(1), "ml", "mls", "cc", "ccs", "millilitre", "millilitres", "milliliter", "milliliters", "m l")
    add(Kind.VOLUME, _D(15), "tablespoon", "tablespoons", "tbsp", "tablespoonful", "tablespoonfuls")
    add(Kind.VOLUME, _D(5), "teaspoon", "teaspoons", "teaspoonful", "teaspoonfuls", "tsp", "tsps")
    add(Kind.VOLUME, _D("0.001"), "ul", "microlitre", "microlitres", "microliter", "microliters")
    for unit, singular, plural in (
        ("capsule", "capsule cap caplet capsul", "capsules caps cap(s) capsule(s) caplets"),
        ("tablet", "tablet tab tb tbl", "tablets tabs tab(s) tablet(s) tabl"),
        ("pill", "pill", "pills pill(s)"),
        ("troche", "troche lozenge", "troches lozenges"),
        ("film", "film strip", "films strips"),
        ("suppository", "suppository", "suppositories"),
        ("drop", "drop gtt", "drops gtts drop(s)"),
        ("click", "click", "clicks"),
        ("pump", "pump", "pumps"),
        ("spray", "spray puff actuation", "sprays puffs actuations"),
        ("patch", "patch", "patches"),
        ("syringe", "syringe", "syringes"),
        ("dose", "dose", "doses"),
        ("dropper", "dropper dropperful", "droppers dropperfuls droppersful"),
    ):
        for many, words in ((False, singular), (True, plural)):
            for word in words.split():
                add(Kind.FORM, (unit, many), word.replace("(s)", " ( s )"))
    add(Kind.TIME, _D(1) / 86400, "second", "seconds", "sec", "secs")
    add(Kind.TIME, _D(1) / 1440, "minute", "minutes", "min", "mins")
    add(Kind.TIME, _D(1) / 24, "hour", "hours", "hr", "hrs", "h", "hour ( s )", "hr ( s )")
    add(Kind.TIME, _D(1), "day", "days", "d", "night", "nights", "evening", "evenings", "morning", "mornings", "day ( s )", "night ( s )")
    add(Kind.TIME, _D(7), "week", "weeks", "wk", "wks", "w", "week ( s )")
    add(Kind.TIME, _D(14), "fortnight", "fortnights")
    add(Kind.TIME, _D(30), "month", "months", "mo", "mos", "mth", "mths", "month ( s )")
    add(Kind.TIME, _D(365), "year", "years", "yr", "yrs")
