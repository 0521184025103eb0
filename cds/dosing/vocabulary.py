"""The words of a dosage: what each phrase means to the grammar. Language only; no threshold, no dose, no drug of choice.

May import nothing but the standard library. A phrase stands here in its plain form: lower case, dots of abbreviations gone.
"""

from decimal import Decimal
from enum import Enum, auto


class Kind(Enum):
    """The part that a phrase plays in a dosage."""

    NUMBER = auto()
    MASS = auto()  # value: milligrams
    VOLUME = auto()  # value: millilitres
    FORM = auto()  # value: (countable unit, plural)
    TIME = auto()  # value: days
    MOMENT = auto()  # value: EventTiming code
    RATE = auto()  # value: times a day
    ADVERB = auto()  # daily, weekly: value: days of the period
    TIMES = auto()  # once, twice: value: how many
    TIMES_WORD = auto()  # "times"
    WEEKDAYS = auto()  # value: tuple of days
    EVERY = auto()
    OTHER = auto()
    HOURLY = auto()
    PER = auto()
    A = auto()
    AND = auto()
    OR = auto()
    TO = auto()
    BY = auto()
    FOR = auto()
    X = auto()
    THEN = auto()
    UP = auto()
    DOWN = auto()
    AFTER = auto()
    MAX = auto()
    UP_TO = auto()
    EACH = auto()
    CONTAINS = auto()
    TOTAL = auto()
    DIVIDED = auto()
    AS_NEEDED = auto()
    ONWARD = auto()
    ON = auto()
    OFF = auto()
    VERB = auto()
    NAME = auto()
    ROUTE = auto()  # value: route in a word
    NOISE = auto()
    SUPPLY = auto()  # dispense, refills
    WEIGHT = auto()
    STEP = auto()  # step 1, phase 1
    BETWEEN = auto()
    EXCEPT = auto()  # not on these days
    MEAL = auto()  # a meal by its bare name; value: the letter of its EventTiming code
    NTH = auto()  # first week, 2nd month: value: (number, days of the unit)
    WAS = auto()  # what the dose was before
    DIAGNOSIS = auto()
    AGAIN = auto()  # follow up in 6 weeks
    STOP = auto()  # changes the dose in a way that is not read
    OPEN = auto()
    CLOSE = auto()
    SEPARATOR = auto()
    SENTENCE = auto()
    DASH = auto()
    SLASH = auto()
    EQUALS = auto()
    HASH = auto()
    UNKNOWN = auto()


_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_D = Decimal
_ORDINALS = tuple(
    (word, f"{number}{end}", f"{number} {end}")
    for number, (word, end) in enumerate(
        (("first", "st"), ("second", "nd"), ("third", "rd"), ("fourth", "th"), ("fifth", "th"), ("sixth", "th"), ("seventh", "th"), ("eighth", "th")),
        start=1,
    )
)


def _table() -> dict[tuple[str, ...], tuple[Kind, object]]:
    found: dict[tuple[str, ...], tuple[Kind, object]] = {}

    def add(kind: Kind, value: object, *phrases: str) -> None:
        for phrase in phrases:
            found[tuple(phrase.split()) or (phrase,)] = (kind, value)

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
        ("spray", "spray puff", "sprays puffs"),
        ("patch", "patch", "patches"),
        ("syringe", "syringe", "syringes"),
        ("dose", "dose", "doses"),
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

    at_bed = "bedtime|bed time|bed - time|bed"
    for bed in at_bed.split("|"):
        add(Kind.MOMENT, "HS", *(f"{lead} {bed}".strip() for lead in ("at", "before", "before going to", "when going to", "every night at", "nightly at",
            "every day at", "in the evening at", "at night before", "just before", "prior to", "every", "each", "@", "at night at", "every evening at", "q", "each night at", "per", "in the")))  # fmt: skip
    add(Kind.MOMENT, "HS", "bedtime", "qhs", "hs", "at hour of sleep", "hour of sleep", "upon retiring", "before you go to sleep", "before going to sleep", "an hour before bed", "an hour before bedtime", "half an hour before bed", "half an hour before bedtime", "q h s", "h s", "qbedtime", "bedtme", "at bedtme", "qbed", "at bedtim", "going to bed", "at bed - time", "q hs", "at hs", "q bedtime", "every hs", "hora somni", "on going to bed", "on retiring",
        "before sleep", "at bed time", "prior to sleep", "bed", "at sleep", "before sleeping", "30 minutes before bed", "1 hour before bed", "one hour before bed",
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
        "in evenings", "evening", "evenings", "q evening", "vesper", "at supper time", "each day in the evening", "every day in the evening", "at teatime", "at tea time", "at dinnertime")  # fmt: skip
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
    add(Kind.RATE, _D(1) / 3, "every third day", "every third night", "every 3rd day", "every 3rd night")
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
    for letters, days in (("m w f", "mon wed fri"), ("t th", "tue thu"), ("tu th", "tue thu"), ("t th s", "tue thu sat"), ("m th", "mon thu")):
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
    )
    add(Kind.WEEKDAYS, _WEEK[5:], "weekends", "on weekends", "at weekends", "weekends only", "every weekend")
    add(Kind.EVERY, None, "every", "each", "q")
    add(Kind.OTHER, None, "other")
    add(Kind.HOURLY, None, "hourly", "hrly", "- hourly", "- hrly", "hourly intervals")
    add(Kind.PER, None, "per", "in")
    add(Kind.A, None, "a", "an", "the", "a single", "single", "i")
    add(Kind.AND, None, "and", "&", "+", "plus", "et", "as well as", "along with", "and also")
    add(Kind.OR, None, "or")
    add(Kind.TO, None, "to", "until", "till", "until reaching", "until you reach", "until at", "to a maximum of", "to a max of", "to max", "to maximum", "to a target of",
        "to a target dose of", "to target dose of", "to goal of", "to a goal of", "to a maximum dose of", "to maximum dose of", "to a total of", "to a maintenance dose of",
        "until a dose of", "to a dose of", "target", "target dose", "to target of", "to target", "goal", "goal dose", "to maintenance dose of",
        "up to a target dose of", "up to a target of", "up to a goal of", "up to a dose of", "to reach", "until on", "until taking", "to max of", "to maximum of", "up to goal of", "up to goal dose of",
        "to the target dose of", "to goal dose of", "up to a total of", "until reach", "until dose of", "until you get to", "until it is", "to reach a dose of", "through", "thru",
        "until max dose of", "to max dose of", "to a max dose of", "up to max", "until target dose of", "until the dose is", "target of", "goal of", "to a goal dose of",
        "until you are taking", "until dose is", "to a final dose of", "to final dose of", "until the target dose of")  # fmt: skip
    add(Kind.UP_TO, None, "up to", "upto", "up to a maximum of", "up to a max of", "up to max of", "up to maximum of", "up to a maximum dose of")
    add(Kind.MAX, None, "max", "maximum", "maximum of", "max of", "max dose", "maximum dose", "not to exceed", "no more than", "do not exceed", "not more than", "nte", "mdd",
        "maximum daily dose", "max daily dose", "maximum dose of", "max dose of", "maximum daily dose of", "max daily dose of", "to a daily maximum of", "daily max", "daily maximum", "don't exceed")  # fmt: skip
    add(
        Kind.BY,
        None,
        "by",
        "in steps of",
        "in increments of",
        "by increments of",
        "in",
        "by an additional",
        "by another",
        "an additional",
        "by a further",
    )
    del found[("in",)]
    add(Kind.PER, None, "per", "in", "in a", "in any", "in each", "within")
    add(Kind.FOR, None, "for", "for the first", "for a total of", "during the first", "for the next", "for the following", "over the next", "for another", "for a further", "for at least",
        "for the initial", "during", "for first", "for next", "for about", "over", "for a period of", "the first", "first", "initially for", "for up to")  # fmt: skip
    add(Kind.X, None, "x", "×")
    add(Kind.THEN, None, "then", "followed by", "and then", "thereafter", "after that", "afterwards", "subsequently", "next", "after which", "- >", "- - >", ">", "then continue",
        "then take", "then resume", "maintain", "and maintain", "then continue with", "and after that", "and thereafter", "following that", "then followed by", "then start", "thereafter take", "from then on", "and subsequently", "then go on to",
        "then move to", "then switch to", "then change to", "then continue at", "then continue on", "then stay on", "then stay at", "then remain on", "then maintain", "then maintain at",
        "continue with", "continue at", "change to", "switch to", "maintenance", "then maintenance", "then maintenance dose", "maintain at", "maintenance dose", "and continue at", "then on", "maintenance of", "continue on", "then back to")  # fmt: skip
    ups = ("increase", "before increasing", "increases", "increasing", "titrate", "titrate up", "go up", "raise", "increase dose", "increase the dose", "increase your dose", "raise the dose", "titrating up", "uptitrate",
        "titrate upward", "titrate upwards", "step up", "may increase", "can increase", "titrate dose", "titrate dose up", "titrate the dose", "titrate slowly", "adjust up", "escalate", "escalating",
        "increase slowly", "increase gradually", "titrating", "up - titrate", "uptitrating", "up titrate", "increased", "gradually increase", "slowly increase", "slowly titrate", "slowly titrate up", "add", "adding", "up",
        "increase nightly dose", "increase daily dose", "increase the daily dose", "increase the nightly dose", "inc", "incr")  # fmt: skip
    for word in ups:
        for lead in (
            "",
            "then ",
            "and ",
            "and then ",
            "may ",
            "can ",
            "please ",
            "if tolerated ",
            "then may ",
            "if well tolerated ",
            "and may ",
            "if tolerated may ",
        ):
            add(Kind.UP, None, f"{lead}{word}")
    downs = (
        "decrease",
        "reduce",
        "taper",
        "go down",
        "lower",
        "decreasing",
        "reducing",
        "tapering",
        "taper down",
        "step down",
        "decrease dose",
        "reduce dose",
        "reduce the dose",
        "decrease the dose",
        "wean",
        "drop down",
        "drop back",
    )
    for word in downs:
        for lead in ("", "then ", "and ", "and then "):
            add(Kind.DOWN, None, f"{lead}{word}")
    add(
        Kind.AFTER,
        None,
        "after",
        "after the first",
        "at",
        "from",
        "started",
        "started on",
        "start date :",
        "starting",
        "starting on",
        "starting from",
        "beginning",
        "beginning on",
        "following",
        "beginning with",
        "starting with week",
        "from the",
        "starting in",
    )
    del found[("starting", "with", "week")], found[("beginning", "with")]
    add(Kind.EACH, "", "apiece", "ea")
    add(Kind.EACH, "capsule", "each capsule", "per capsule", "per cap", "each cap")
    add(Kind.EACH, "tablet", "each tablet", "per tablet", "per tab", "each tab")
    add(
        Kind.CONTAINS,
        None,
        "contains",
        "containing",
        "is",
        "equals",
        "equal to",
        "equivalent to",
        "strength",
        "equal",
        "i e",
        "i e ,",
        "ie",
        "which is",
        "= to",
        "delivers",
        "providing",
    )
    add(Kind.TOTAL, None, "total", "total dose", "total of", "total dose of", "for total dose of", "in total", "altogether", "for a total dose of", "to make", "to equal", "totalling", "totaling", "for total of",
        "to give", "dose total", "to make a total of", "a total of", "total daily dose", "for a total daily dose of", "total daily dose of", "total nightly dose", "to total", "to equal a total of", "to get")  # fmt: skip
    add(
        Kind.DIVIDED,
        None,
        "divided",
        "in divided doses",
        "divided doses",
        "in divided",
        "split",
        "divided into",
        "split into",
        "in equally divided doses",
        "in equal divided doses",
    )
    add(
        Kind.AS_NEEDED,
        None,
        "as needed",
        "prn",
        "p r n",
        "if needed",
        "when needed",
        "as required",
        "when required",
        "if required",
        "if necessary",
        "as necessary",
        "only if needed",
        "only when needed",
        "sos",
        "whenever needed",
        "only as needed",
    )
    add(
        Kind.ONWARD,
        None,
        "onward",
        "onwards",
        "and onward",
        "and onwards",
        "and on",
        "ongoing",
        "and beyond",
        "and thereafter",
        "and after",
        "on wards",
        "and later",
        "forward",
        "indefinitely",
        "long term",
    )
    add(Kind.ON, None, "on")
    add(Kind.OFF, None, "off")
    add(Kind.VERB, None, "take", "give", "swallow", "dissolve", "place", "apply", "use", "inject", "instil", "instill", "drink", "administer", "inhale", "to be taken", "to take", "takes", "tk", "taking", "put", "insert",
        "taken", "should take", "patient to take", "you should take", "pt to take", "please take", "may take", "rub", "massage", "let", "chew", "continue", "start", "start with", "start at", "start on", "begin", "begin with", "begin at",
        "starting with", "starting at", "starting dose", "initial dose", "initially", "initiate", "beginning with", "beginning at", "start taking", "begin taking", "starting dose of", "initial", "t", "commence", "commence at", "commence on",
        "dose", "a dose of", "dose is", "dosage", "sig", "rx", "directions", "instructions", "have", "keep taking", "continue taking", "start low", "starting", "loading", "commencing", "increase to take", "dosing", "at a dose of", "dose of",
        "to start", "begin on", "initiate at", "initiate with", "starting on", "current dose", "usual dose", "maintenance sig", "the dose is", "stay on", "remain on", "stay at", "titration", "titration schedule", "schedule", "measure", "by taking",
        "self - administer", "to be given", "draw up", "adults", "adult dose", "usual adult dose", "titration dose", "to be swallowed", "to be dissolved", "are to be taken", "is to be taken", "only", "just", "to be applied", "self administer")  # fmt: skip
    found[("dose",)] = (Kind.VERB, None)
    found[("t",)] = (Kind.UNKNOWN, None)
    add(Kind.NAME, None, "naltrexone", "ldn", "low dose naltrexone", "low - dose naltrexone", "naltrexone hcl", "naltrexone hydrochloride", "hcl", "hydrochloride", "medication", "medicine", "low dose",
        "low - dose", "revia", "ulda", "ultra low dose", "ultra - low dose", "ultra low - dose", "vldn", "compounded", "compound", "drug", "this medication", "your medication", "ultra low - dose naltrexone", "l d n", "ldn low dose naltrexone",
        "naltrexone low dose", "naltrexone low - dose", "compounded naltrexone", "the medication", "low dose ldn", "ultra - low - dose", "very low dose", "micro dose", "microdose", "uldn", "ntx", "nal", "naltrexon", "mini dose")  # fmt: skip
    for route, phrases in {
        "oral": ("by mouth", "po", "p o", "orally", "oral", "per os", "by oral route", "oral route", "via oral route", "via mouth", "through mouth", "orl", "by the oral route", "via the oral route", "in mouth", "os", "per oral", "per mouth", "by mth", "bymouth", "p o by mouth", "peroral", "by mouth orally"),
        "sublingual": ("sl", "s l", "sublingually", "sublingual", "under the tongue", "under tongue", "beneath the tongue", "by sublingual route", "subling", "underneath the tongue", "under your tongue"),
        "buccal": ("buccal", "buccally", "in cheek", "in the cheek"),
        "topical": ("topically", "topical", "to skin", "to the skin", "to affected area", "to the affected area", "to affected areas", "to the affected areas", "transdermally", "transdermal", "on the skin", "to the inner forearm",
                    "to inner wrist", "to inner forearm", "to the inner wrist", "to clean dry skin", "to the wrist", "to wrist"),
        "nasal": ("intranasally", "intranasal", "in each nostril", "nasally", "nasal", "each nostril", "into nostril"),
        "rectal": ("rectally", "per rectum", "pr", "rectal"),
        "vaginal": ("vaginally", "per vagina", "vaginal", "pv"),
        "intramuscular": ("im", "intramuscularly", "intramuscular", "i m"),
        "subcutaneous": ("subcutaneously", "subcutaneous", "sc", "subcut", "under the skin", "sq", "sub q", "subq"),
        "ophthalmic": ("in each eye", "in both eyes", "to both eyes", "into each eye", "ou", "both eyes"),
    }.items():  # fmt: skip
        add(Kind.ROUTE, route, *phrases)
    add(Kind.NOISE, None, "route", "frequency", "rapid dissolve", "orally disintegrating", "in the mouth", "lactose - free", "compounded by", "pt takes", "patient takes", "daw", "on an empty stomach", "on empty stomach", "these tablets", "these capsules", "all", "and stay there", "and stay at that dose", "and hold there", "and stay on this dose", "on trial", "normal", "either", "do not drive if drowsy", "keep refrigerated", "refrigerate", "avoid alcohol", "avoid opioids and alcohol", "no alcohol", "do not chew the tablets", "do not chew the capsules", "may cause drowsiness", "distilled water", "*", "ac", "pc", "with food", "with a glass of water ( 250 ml )", "at the same time each night", "compounded , lactose - free", "with or without food", "with water", "with a glass of water", "with plenty of water", "with fluids", "on an empty stomach", "empty stomach", "without food", "after food", "before food", "with a snack", "with a light snack",
        "as directed", "as instructed", "as prescribed", "as ordered", "as advised", "as discussed", "use as directed", "take as directed", "as dir", "ud", "ut dict", "mdu", "per protocol", "as tolerated", "if tolerated", "if well tolerated", "as tolerated by patient", "when tolerated",
        "approximately", "approx", "about", "around", "regularly", "consistently", "exactly", "whole", "swallow whole", "do not crush", "do not chew", "do not crush or chew", "shake well", "shake well before use", "shake well before using", "shake before use",
        "at the same time", "at the same time each day", "at the same time every day", "at same time each day", "at the same time each night", "at the same time every night", "same time each day", "at about the same time each night", "sugar free", "dye free", "immediate release", "ir", "immediate - release",
        "solution", "suspension", "liquid", "syrup", "oral solution", "oral suspension", "oral liquid", "cream", "gel", "lotion", "ointment", "powder", "drops solution", "in olive oil", "susp", "soln", "sublingual drops", "elixir", "troches sublingual",
        "of", "your", "please", "also", "well", "thank you", "thanks", "if needed for titration", "or as directed", "or as directed by prescriber", "as directed by physician", "as directed by prescriber", "as directed by your doctor", "as directed by provider", "by your doctor", "per prescriber",
        "slowly", "gradually", "unless otherwise directed", "depending on response", "long - term", "oral capsule", "oral tablet", "daily dose", "nightly dose", "with", "via", "until finished", "until gone", "until review", "until reviewed", "until next review", "until seen", "until further notice",
        "until next visit", "until follow up", "until follow - up", "until next appointment", "until next appt", "avoid opioids", "no opioids", "do not take with opioids", "do not use with opioids", "low", "slow", "and go slow", "go slow", "each dose", "per dose", "a time", "at a time", "at one time", "at once",
        "with meals", "with meal", "with a meal", "with milk", "after meals", "before meals", "with or after food", "with or just after food", "to be taken whole", "off label", "off - label", "ok", "generic", "brand", "dose", "maintenance therapy", "from compounding pharmacy", "as a single dose", "in a single dose", "single dose",
        "as one dose", "if possible", "preferably", "ideally", "usually", "total time", "oil", "in water", "in juice", "mix in water", "mixed in water", "mixed with water", "in a glass of water", "avoid taking", "with liquid", "with juice", "hold under the tongue", "and hold", "and swallow", "then swallow", "and let dissolve", "let dissolve", "to dissolve", "allow to dissolve",
        "per your doctor", "per md", "per provider", "as per protocol", "dyefree", "filler avicel", "in avicel", "with avicel", "with acidophilus", "may cause", "can cause", "no lactose", "lactose free", "gluten free", "vegetarian")  # fmt: skip
    del found[("dose",)]
    add(Kind.VERB, None, "dose")
    add(
        Kind.SUPPLY,
        None,
        "r -",
        "refill ( s )",
        "no refills",
        "no refill",
        "no repeats",
        "repeats",
        "rpt",
        "rpts",
        "repeats :",
        "bottle",
        "fill",
        "disp",
        "dispense",
        "qty",
        "quantity",
        "refill",
        "refills",
        "supply",
        "supplied",
        "mitte",
        "rf",
    )
    add(Kind.WEIGHT, None, "kg", "lb", "lbs", "pound", "kilogram", "kilo", "m2", "bsa")
    add(Kind.STOP, None, "hold", "stop", "double", "triple", "unless", "instead", "missed", "miss", "not", "without", "if", "when", "repeat", "rest", "break", "alternate", "alternating", "alternately", "rotate", "may", "can",
        "could", "extra", "additional", "more", "less", "fewer", "another", "other than", "minus", "percent", "%", "times", "hours", "weekly", "until", "while", "once", "stat", "unit", "units", "iu", "discontinue", "pause", "resume", "restart", "only if", "but", "bolus", "doubling", "doubled", "halve", "halved", "halving", "half the", "increment", "increments")  # fmt: skip
    for phrase, kind, value in (
        ("times", Kind.TIMES_WORD, None),
        ("hours", Kind.TIME, _D(1) / 24),
        ("weekly", Kind.ADVERB, _D(7)),
        ("until", Kind.TO, None),
        ("once", Kind.TIMES, _D(1)),
    ):
        found[(phrase,)] = (kind, value)
    for sign, kind in (("(", Kind.OPEN), (")", Kind.CLOSE), ("[", Kind.OPEN), ("]", Kind.CLOSE), (",", Kind.SEPARATOR), (":", Kind.SEPARATOR), (";", Kind.SENTENCE), (".", Kind.SENTENCE),
                       ("\n", Kind.SENTENCE), ("-", Kind.DASH), ("/", Kind.SLASH), ("=", Kind.EQUALS), ("#", Kind.HASH), ("|", Kind.SENTENCE), ("~", Kind.NOISE), ("@", Kind.NOISE), ("!", Kind.SENTENCE)):  # fmt: skip
        add(kind, None, sign)
    return found


PHRASES = _table()
_LONGEST: dict[str, int] = {}
for _phrase in PHRASES:
    _LONGEST[_phrase[0]] = max(_LONGEST.get(_phrase[0], 0), len(_phrase))
LONGEST = _LONGEST
