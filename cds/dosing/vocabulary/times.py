"""When and how often: moments of the day, rates, ordinal weeks, days of the week. May import the kinds only."""

from decimal import Decimal

from cds.dosing.vocabulary.kinds import Kind, Table

_D = Decimal
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ORDINALS = tuple(
    (word, f"{number}{end}", f"{number} {end}")
    for number, (word, end) in enumerate(
        (("first", "st"), ("second", "nd"), ("third", "rd"), ("fourth", "th"), ("fifth", "th"), ("sixth", "th"), ("seventh", "th"), ("eighth", "th")),
        start=1,
    )
)


def times(table: Table) -> None:
    """Phrases that say when."""
    add, found = table.add, table.found

    at_bed = "bedtime|bed time|bed - time|bed"
    for bed in at_bed.split("|"):
        add(Kind.MOMENT, "HS", *(f"{lead} {bed}".strip() for lead in ("at", "before", "before going to", "when going to", "every night at", "nightly at",
            "every day at", "in the evening at", "at night before", "just before", "prior to", "every", "each", "@", "at night at", "every evening at", "q", "each night at", "per", "in the")))  # fmt: skip
    add(Kind.MOMENT, "HS", "bedtime", "qhs", "hs", "at hour of sleep", "hour of sleep", "upon retiring", "before you go to sleep", "before going to sleep", "an hour before bed", "an hour before bedtime", "half an hour before bed", "half an hour before bedtime", "q h s", "h s", "qbedtime", "bedtme", "at bedtme", "qbed", "at bedtim", "going to bed", "at bed - time", "q hs", "at hs", "q bedtime", "every hs", "hora somni", "on going to bed", "on retiring",
        "before sleep", "at bed time", "bed time", "bed - time", "atbedtime", "prior to sleep", "bed", "at sleep", "before sleeping", "30 minutes before bed", "1 hour before bed", "one hour before bed",
        "30 minutes before bedtime", "1 hour before bedtime", "one hour before bedtime", "1 hr before bed", "30 min before bed")  # fmt: skip
    add(Kind.MOMENT, "NIGHT", "at night", "nocte", "nightly", "nightley", "last thing at night", "nighlty", "q noc", "qnoc", "during the night", "every night", "each night", "at night time", "at nighttime", "at night - time", "nighttime",
        "on", "o n", "per night", "a night", "in the night", "noct", "night time", "every nocte", "qnight", "q night", "q nightly", "nite", "nitely", "every nite", "at nite",
        "one time at night", "each and every night")  # fmt: skip
    del found[("on",)]
    add(Kind.MOMENT, "MORN", "in the morning", "every morning", "each morning", "mane", "qam", "q am", "am", "in the am", "every am", "each am", "in am",
        "om", "o m", "at breakfast time", "in mornings", "in the mornings", "of a morning", "q morning", "each day in the morning", "every day in the morning",
        "on waking", "upon waking", "upon awakening", "when you wake up", "first thing in the morning", "on rising", "upon rising", "at wake up", "morning", "mornings")  # fmt: skip
    add(Kind.MOMENT, "NOON", "at noon", "noon", "midday", "at midday", "at lunchtime", "at lunch time", "lunchtime", "at lunch")
    add(Kind.MOMENT, "AFT", "in the afternoon", "every afternoon", "each afternoon", "afternoon")
    add(Kind.MOMENT, "EVE", "in the evening", "every evening", "each evening", "in the evenings", "qpm", "q pm", "pm", "in the pm", "every pm", "each pm",
        "in evenings", "evening", "evenings", "q evening", "vesper", "at supper time", "each day in the evening", "every day in the evening", "at teatime", "at tea time", "at dinnertime", "at dinner time", "at dinner - time", "dinnertime", "dinner time", "suppertime", "supper time", "at suppertime")  # fmt: skip
    for code, meal in (
        ("M", "breakfast"),
        ("D", "lunch"),
        ("V", "dinner"),
        ("V", "supper"),
        ("V", "evening meal"),
        ("M", "morning meal"),
        ("V", "tea"),
    ):
        for prefix, leads in (("C", ("with", "at", "with the", "with your", "every day with", "daily with")), ("AC", ("before", "prior to", "ac")),
                              ("PC", ("after", "following", "pc"))):  # fmt: skip
            add(Kind.MOMENT, f"{prefix}{code}", *(f"{lead} {meal}" for lead in leads))

    add(Kind.RATE, _D(2), "bid", "bd", "b d", "b i d", "twice - daily", "bds", "12 hourly")
    add(Kind.RATE, _D(3), "tid", "tds", "t d s", "t i d")
    add(Kind.RATE, _D(4), "qid", "qds", "q d s", "q i d")
    add(Kind.RATE, _D(1), "qd", "od", "q d", "o d", "qday", "q day", "daily", "every day", "each day", "everyday", "q24h", "every calendar day", "as a single daily dose", "single daily dose", "dly", "dialy", "daliy", "dayly",
        "quotidie", "q daily", "qdaily", "once - daily", "per diem", "of a day", "every single day", "a day", "per day", "every 24 hr", "day by day")  # fmt: skip
    add(Kind.RATE, _D("0.5"), "every other day", "every 2nd day", "every 2nd night", "every other night", "every second day", "every second night", "alternate days", "alternate nights", "qod",
        "on alternate days", "on alternate nights", "every alternate day", "every alternate night", "every other evening", "every other morning", "eod",
        "every second evening", "q other day", "qad", "every - other - day", "alternating days", "on alternating days", "alternating nights",
        "on alternating nights", "q o d", "each other day", "at bedtime every other night", "every other bedtime", "at night every other night", "every other day at night", "each alternate day", "each alternate night")  # fmt: skip
    for count, ordinals in enumerate(_ORDINALS, start=1):
        for name in ordinals:
            for lead in ("every", "each", "q"):
                add(Kind.RATE, _D(1) / count, *(f"{lead} {name} {unit}" for unit in ("day", "night", "evening", "morning") if count > 1))
    add(
        Kind.ADVERB,
        _D(7),
        "weekly",
        "every week",
        "each week",
        "q week",
        "qwk",
        "qweek",
        "q wk",
        "per week",
        "a week",
        "every wk",
        "qw",
        "once - weekly",
    )
    add(
        Kind.ADVERB,
        _D(14),
        "fortnightly",
        "every fortnight",
        "every other week",
        "each fortnight",
        "biweekly every two weeks",
        "every second week",
        "alternate weeks",
        "on alternate weeks",
    )
    add(Kind.ADVERB, _D(30), "monthly", "every month", "each month", "per month", "a month", "q month")
    add(Kind.RATE, _D(3) / 7, "tiw", "t i w")
    add(Kind.EXCEPT, None, "except", "except on", "except for", "skip", "skipping", "skip on", "omit", "omitting", "omit on", "excluding", "apart from", "but not on", "not on", "none on", "none", "but not")  # fmt: skip
    for unit_words, unit_days in (("week wk", 7), ("month mo", 30), ("day", 1), ("fortnight", 14)):
        for unit_word in unit_words.split():
            for count, ordinals in enumerate(_ORDINALS, start=1):
                for name in ordinals:
                    for lead in ("", "the ", "in the ", "during the "):
                        add(Kind.NTH, (count, unit_days), f"{lead}{name} {unit_word}")
    spans = ("day", "days", "night", "nights")
    for lead in (
        "other",
        "on other",
        "the other",
        "on the other",
        "all other",
        "on all other",
        "on the remaining",
        "the remaining",
        "remaining",
        "rest of the",
        "on the rest of the",
    ):
        add(Kind.REMAINDER, None, *(f"{lead} {span}" for span in spans))
    add(Kind.REMAINDER, None, "the next day", "the next night", "the following day", "the following night", "the day after", "next day", "on the next day", "on the alternate days", "on the days between",
        "on days between", "on the days in between")  # fmt: skip
    add(
        Kind.TURNS,
        None,
        "alternate",
        "alternating",
        "alternately",
        "alternate between",
        "alternating between",
        "rotate",
        "rotating",
        "alternated",
        "alternates",
        "take turns",
    )
    add(Kind.OUT_OF, None, "out of", "out of every", "out of each", "of every", "in every")
    add(Kind.STEP, None, "step", "phase", "stage")
    add(Kind.BETWEEN, None, "between", "anytime between", "any time between")
    add(Kind.NUMBER, _D(1), "a whole", "one whole", "a full", "one full")
    add(Kind.MEAL, "M", "breakfast")
    add(Kind.MEAL, "D", "lunch")
    add(Kind.MEAL, "V", "dinner", "supper")
    add(Kind.WAS, None, "was", "increased from", "dose increased from", "decreased from", "up from", "down from", "previously", "reduced from")
    add(Kind.DIAGNOSIS, None, "dx", "icd - 10", "icd10", "icd", "diagnosis", "indication", "indications", "indicated for", "reason")
    add(
        Kind.AGAIN,
        None,
        "follow up in",
        "discard after",
        "discard in",
        "use within",
        "follow - up in",
        "recheck in",
        "review in",
        "return in",
        "reassess in",
        "f / u in",
        "call in",
        "follow up after",
        "review after",
    )
    add(Kind.TIMES, _D(1), "once", "one time", "1 time", "one dose", "once only each")
    add(Kind.TIMES, _D(2), "twice")
    add(Kind.TIMES, _D(3), "thrice")
    add(Kind.TIMES_WORD, None, "times", "time", "time ( s )")
    for day, names in zip(_WEEK, ("monday mon mondays", "tuesday tue tues tuesdays", "wednesday wed weds wednesdays", "thursday thu thur thurs thursdays",
                                  "friday fri fridays", "saturday sat saturdays", "sunday sun sundays"), strict=True):  # fmt: skip
        add(Kind.WEEKDAYS, (day,), *names.split())
    for letters, days in (("m w f", "mon wed fri"), ("t th", "tue thu"), ("tu th", "tue thu"), ("t th s", "tue thu sat")):
        for sign in (" ", " / ", " - ", " , ", ""):
            add(Kind.WEEKDAYS, tuple(days.split()), sign.join(letters.split()))
    add(Kind.WEEKDAYS, _WEEK[:5], "m - f", "m to f", "m thru f")
    add(
        Kind.WEEKDAYS,
        _WEEK[:5],
        "weekdays",
        "week days",
        "on weekdays",
        "weekdays only",
        "on weekdays only",
        "every weekday",
        "each weekday",
        "workdays",
        "weekday",
        "weekday nights",
        "weekday evenings",
        "weekday mornings",
        "weeknights",
        "week nights",
    )
    add(
        Kind.WEEKDAYS,
        _WEEK[5:],
        "weekends",
        "on weekends",
        "at weekends",
        "weekends only",
        "every weekend",
        "weekend nights",
        "weekend evenings",
        "weekend mornings",
    )
    add(Kind.EVERY, None, "every", "each", "q")
    add(Kind.OTHER, None, "other")
    add(Kind.HOURLY, None, "hourly", "hrly", "- hourly", "- hrly", "hourly intervals")
