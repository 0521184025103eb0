"""The patient picture: what one call tells about one patient, in clinical terms.

Frozen facts without FHIR shapes. May import `cards` and `cds.recognise` only. A list that nobody could
look at is `Unknown`; an empty tuple means that somebody looked and there is none.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from cds.dose import Dose
from cds.recognise.concepts import Result
from cds.recognise.drugs import Drug


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """We could not look. `why` is in words."""

    why: str


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date that may be partial: it lies between `earliest` and `latest`.

    `moment` is the time where it is known (UTC), `local` the same as the record wrote it, in its own offset.
    """

    earliest: date
    latest: date
    moment: datetime | None = None
    local: datetime | None = None


class Kind(StrEnum):
    """Where a medication entry comes from."""

    DRAFT = "draft"
    REQUEST = "request"
    STATEMENT = "statement"
    DISPENSE = "dispense"
    ADMINISTRATION = "administration"


class State(StrEnum):
    """What the record's status means. VOID entries never happened or are not to happen."""

    ACTIVE = "active"
    ENDED = "ended"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication:
    """One entry of a medication list, or one draft order.

    `key` identifies it within this call; `reference` is what the client calls it, if anything.
    `written` is when it was authored, asserted or handed over; `ended` an explicit end or stop; `began` the first day
    on which it was taken, where a statement tells it.
    `starts` is the day on which the dosage is to begin, where the order says one.
    `supply_days` counts refills; `supply_from` is the day the supply began. `orders` are the references of the
    order that this entry fills or carries out; `replaces` that of the order whose place it takes. `status` is as sent, or
    empty. `drafted`: a chart entry that is itself an order of this call, renewed or revised. `reasons` are the conditions
    of our lists that it is ordered for, `has_reason` that it gives one at all. `ineffective`: it ended because it had no effect.
    `effects` are the groups of side effects for which it ended, `ended_for` the words that say so. `fill_days` is how long one fill lasts.
    """

    key: str
    kind: Kind
    drug: Drug
    state: State
    status: str = ""
    reference: str | None = None
    written: Day | None = None
    ended: Day | None = None
    began: Day | None = None
    starts: Day | None = None
    replaces: str | None = None
    supply_days: int | None = None
    supply_from: Day | None = None
    orders: tuple[str, ...] = ()
    dose: Dose
    as_needed: bool = False
    route: str = ""
    reasons: frozenset[str] = frozenset()
    has_reason: bool = False
    ineffective: bool = False
    effects: frozenset[str] = frozenset()
    ended_for: str = ""
    fill_days: int | None = None
    drafted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A draft of this call. `in_focus`: the prescriber is choosing or signing this one."""

    medication: Medication
    in_focus: bool
    index: int

    @property
    def drug(self) -> Drug:
        """Which drug is ordered?"""
        return self.medication.drug

    @property
    def key(self) -> str:
        """By which key is it known in this call?"""
        return self.medication.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One entry of the problem list. `active` and `past` are both False when it is refuted or an error.

    `recorded` is when it was written down, `onset` when it began; the one stands in where the other is missing.
    `weeks` are the weeks of pregnancy that its code tells, on the day it was recorded. `ends` is a recorded or expected end.
    `effects` are the groups of side effects of naltrexone that it may be.
    """

    label: str
    concepts: frozenset[str]
    active: bool
    past: bool
    remission: bool
    reference: str | None = None
    recorded: Day | None = None
    onset: Day | None = None
    ends: Day | None = None
    weeks: int | None = None
    effects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """One entry of the allergy list that counts (neither inactive nor refuted).

    `excipients` are the groups of excipients that it names, `effects` the groups of side effects among its reactions.
    """

    label: str
    drug: Drug
    excipients: frozenset[str] = frozenset()
    reactions: tuple[str, ...]
    side_effects_only: bool
    intolerance: bool
    low_criticality: bool
    verification: str
    reference: str | None = None
    recorded: Day | None = None
    effects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One drug test of urine, for what is in `concepts`; `substances` are the names of what was looked for.

    `group`: it tells opiates or opioids as a group, not one of them only.
    """

    label: str
    concepts: frozenset[str]
    substances: frozenset[str]
    group: bool
    confirmatory: bool
    result: Result
    taken: Day | None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """One laboratory result of a test that findings ask for: alt, ast, bilirubin-total, egfr, tsh, inr.

    `value` and `upper`, the result's own upper limit of normal, are in the unit that the knowledge states for the test,
    or, where the unit is not known, in one and the same unit (`unit` is then empty): only their ratio can be used.
    `value` is None when the test was made and its result cannot be read. `comparator` is <, <=, >, >= or empty.
    """

    test: str
    value: Decimal | None
    comparator: str
    unit: str
    upper: Decimal | None
    taken: Day | None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One observation about pregnancy or breastfeeding: pregnancy-status, pregnancy-test, delivery-date, gestational-age, breastfeeding-status.

    `says` is positive, negative or open; `due` the estimated day of delivery; `weeks` the weeks of pregnancy on the day `taken`.
    """

    concept: str
    says: Result | None
    taken: Day | None
    due: date | None = None
    weeks: Decimal | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """One observation of a symptom that may be a side effect of naltrexone, said to be there. `effects` are its groups."""

    label: str
    effects: frozenset[str]
    taken: Day | None
    reference: str | None = None


class Source(StrEnum):
    """Where a planned procedure stands: in the calendar, in an order, in the procedures, or in this very call."""

    APPOINTMENT = "appointment"
    REQUEST = "request"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One operation, or procedure under sedation or anaesthesia, that lies ahead. `when` is None without a date.

    `until` is the last day of the period in which it is to be, where one is given. `key` identifies it within this
    call; `in_call`: it is booked or ordered in this very call; `in_focus`: it is what the user is booking, choosing or signing.
    """

    key: str
    source: Source
    label: str
    when: Day | None
    until: Day | None = None
    in_call: bool = False
    in_focus: bool = False
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One procedure on record that concerns opioids: agonist treatment, or the removal of an implant or pump.

    `removes` names what was taken out: implant, pump.
    """

    label: str
    concepts: frozenset[str]
    removes: frozenset[str]
    active: bool
    done: Day | None = None
    reference: str | None = None


class GapKind(StrEnum):
    """Why something could not be checked."""

    NOT_SENT = "not sent"
    FAILED = "could not be read by the client"
    NOT_FETCHED = "could not be read from the FHIR server"
    TRUNCATED = "cut off after one page"
    UNREADABLE = "could not be read"
    OTHER_PATIENT = "held another patient's data"
    NOT_RECOGNISED = "names no drug that can be recognised"
    CONFLICT = "code and name are of different drugs"
    CHECK_FAILED = "a check failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that could not be checked. `need` is what findings ask for, `words` names the list or entry.

    `in_focus`: it is an order that is being chosen or signed, so that the question arises whatever the other orders are.
    `why` says in words why the list could not be read from the FHIR server, empty where nobody tried.
    """

    need: str
    key: str
    kind: GapKind
    words: str
    by_hand: str
    required: bool
    in_focus: bool = False
    about: tuple[str, ...] = ()
    why: str = ""

    @property
    def reason(self) -> str:
        """What kind of gap is it, and where that is known, why?"""
        if self.kind is GapKind.NOT_FETCHED and self.why:
            return self.why
        return f"{self.kind.value} ({self.why})" if self.why else self.kind.value

    @property
    def serious(self) -> bool:
        """Is it a warning? Only a list that was simply not sent, and is not required, is mere information."""
        return self.required or self.kind is not GapKind.NOT_SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything that one call tells: its hook, when it came (UTC), its orders, the chart, and what is missing of it.

    `patient` is the patient's reference, for findings about nothing that has a name of its own. `born` is Unknown when
    nobody could look or it is not recorded. `by_patient`: the user is the patient or a relative, who may see plain words only.
    """

    hook: str
    patient: str
    asked: datetime
    orders: tuple[Order, ...]
    medications: tuple[Medication, ...] | Unknown
    conditions: tuple[Condition, ...] | Unknown
    allergies: tuple[Allergy, ...] | Unknown
    screens: tuple[Screen, ...] | Unknown
    labs: tuple[Lab, ...] | Unknown
    signs: tuple[Sign, ...] | Unknown
    procedures: tuple[Procedure, ...] | Unknown
    planned: tuple[Planned, ...] | Unknown
    born: Day | Unknown
    gaps: tuple[Gap, ...]
    malformed: tuple[str, ...]
    by_patient: bool = False
    symptoms: tuple[Symptom, ...] | Unknown = ()

    def unseen(self, need: str) -> str:
        """Why can nobody say that something is not there: which part of what findings need was not seen? Empty where all was.

        Another patient's data, which are left out, hide nothing of this one's.
        """
        parts = (gap for gap in self.gaps if gap.need == need and gap.serious and gap.kind is not GapKind.OTHER_PATIENT)
        return next((f"{gap.words} {gap.reason}" for gap in parts), "")


def known(items: tuple[T, ...] | Unknown) -> tuple[T, ...]:
    """What do we have of this list? Empty when nobody could look: only for questions where more data can but add."""
    return () if isinstance(items, Unknown) else items
