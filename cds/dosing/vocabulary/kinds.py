"""The parts that phrases play in a dosage, and the table that the lists of phrases fill. Standard library only."""

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
    TURNS = auto()  # alternate, alternating
    REMAINDER = auto()  # on the other days
    ANOTHER = auto()  # the same once more
    OUT_OF = auto()  # 2 nights out of 3
    INSTEAD = auto()  # instead of at night
    IF = auto()
    MAY = auto()
    LACKING = auto()  # if no benefit
    LIQUID = auto()  # what a dose is taken with
    OUNCE = auto()  # a measure of what a dose is taken with, of no dose
    DEVICE = auto()  # syringe, cup: what measures a dose
    USING = auto()
    MIX = auto()  # dissolve, crush: may make a liquid first
    MADE = auto()  # compounded from
    REMARK = auto()  # pharmacy: name
    BODY = auto()  # weight of the patient
    CALL = auto()  # a telephone number follows
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


# parts that words play only in a form of their own, and that are words without a meaning elsewhere: "for weight loss"
WORDS = (Kind.UNKNOWN, Kind.LIQUID, Kind.OUNCE, Kind.DEVICE, Kind.REMARK, Kind.BODY, Kind.CALL, Kind.USING)


class Table:
    """Phrases with their part and meaning, in plain form; a phrase that is added again takes the later meaning."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, ...], tuple[Kind, object]] = {}

    def add(self, kind: Kind, value: object, *phrases: str) -> None:
        """These phrases play that part; the value is their meaning, as the part says."""
        for phrase in phrases:
            self.found[tuple(phrase.split()) or (phrase,)] = (kind, value)
