"""Does the patient still take this, and if not, when was the last time? The contract's "what counts as what".

Pure: medication entries, the policy and today in; standings out. No clock, no FHIR, no HTTP.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from cards.model import Policy
from cds.patient import Day, Kind, Medication, Picture, Procedure, State, known

# the products whose one dose lasts, and the policy's name for how long blockade is assumed after it
_LASTING = {"depot-injection": "exposure.injection", "implant": "exposure.implant"}


class Standing(StrEnum):
    """How an entry stands today. PAST entries ended long enough ago, or long enough unknown, to say nothing."""

    ACTIVE = "active"
    STALE = "listed as active, but old"
    ENDED = "ended"
    UNKNOWN_LAST_DOSE = "ended, last dose unknown"
    PAST = "past"


_MOST_FILLS = 100
# an administration with any other status, or none that can be read, was given on its date
_BEING_GIVEN = "in-progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One entry with its standing. `last` is the last day of exposure, `moment` its time where it is known (UTC).

    `estimated`: the last day comes from a supply, not from a record of it.
    """

    medication: Medication
    standing: Standing
    last: date | None = None
    moment: datetime | None = None
    estimated: bool = False
    supply_end: date | None = None


class Fills:
    """Which fills and administrations belong to an order? By their reference to it, else by the same opioid or naltrexone."""

    def __init__(self, entries: Iterable[Medication]) -> None:
        self._by_order: dict[str, list[Medication]] = {}
        self._by_ingredient: dict[str, list[Medication]] = {}
        for entry in entries:
            if entry.kind not in (Kind.DISPENSE, Kind.ADMINISTRATION) or entry.state is State.VOID:
                continue
            for order in entry.orders:
                self._by_order.setdefault(order, []).append(entry)
            for ingredient in entry.drug.telling:
                self._by_ingredient.setdefault(ingredient, []).append(entry)

        # only the newest and the longest-lasting decide; a chart with thousands of fills must not cost their square
        for ingredient, listed in self._by_ingredient.items():
            self._by_ingredient[ingredient] = _deciding(listed)

    def of(self, order: Medication) -> tuple[Medication, ...]:
        """The fills of this order, each once."""
        found = {fill.key: fill for fill in self._by_order.get(order.reference or "", ())}
        for ingredient in order.drug.telling:
            found |= {fill.key: fill for fill in self._by_ingredient.get(ingredient, ())}
        return tuple(found.values())


def _deciding(fills: list[Medication]) -> list[Medication]:
    """The fills that can decide how an order stands: those written last, and those that last longest."""
    if len(fills) <= _MOST_FILLS:
        return fills
    newest = sorted(fills, key=lambda fill: fill.written.latest if fill.written else date.min)[-_MOST_FILLS:]
    longest = sorted(fills, key=lambda fill: _supply_end(fill) or date.min)[-_MOST_FILLS:]
    return list({fill.key: fill for fill in (*newest, *longest)}.values())


def exposures(picture: Picture, policy: Policy, today: date) -> tuple[Exposure, ...]:
    """How does every entry of the medication lists stand today? Void entries are left out, drafts are not in here."""
    entries = known(picture.medications)
    procedures = known(picture.procedures)
    fills = Fills(entries)
    given = {order for entry in entries if entry.kind is Kind.ADMINISTRATION and entry.state is State.ENDED for order in entry.orders}
    found = []
    for entry in entries:
        if entry.state is State.VOID:
            continue
        if entry.kind is Kind.REQUEST and entry.state is State.ENDED and entry.ended is None and entry.reference in given:
            continue  # its administrations tell the days, and tell them better
        found.append(_stand(entry, fills, procedures, policy, today))
    return tuple(found)


def _stand(entry: Medication, fills: Fills, procedures: tuple[Procedure, ...], policy: Policy, today: date) -> Exposure:
    supply_end = _supply_end(entry)
    if entry.drug.is_opioid and entry.drug.product in ("implant", "pump"):
        removed = any(_after(procedure, entry) for procedure in procedures)
        if not removed:
            return Exposure(medication=entry, standing=Standing.ACTIVE, supply_end=supply_end)
        done = max((p.done.latest for p in procedures if _after(p, entry) and p.done is not None), default=None)
        return _past(entry, min(done or today, today), False, supply_end)
    if entry.kind is Kind.ADMINISTRATION:
        if entry.status == _BEING_GIVEN or (entry.state is State.ACTIVE and entry.ended is None):
            return Exposure(medication=entry, standing=Standing.ACTIVE)
        if entry.ended is None:
            return Exposure(medication=entry, standing=Standing.UNKNOWN_LAST_DOSE)
        return _ended(entry, entry.ended, today, None)
    if entry.kind is Kind.DISPENSE and entry.status != "stopped":
        if supply_end is not None:
            if supply_end >= today:
                return Exposure(medication=entry, standing=Standing.ACTIVE, supply_end=supply_end)
            return _past(entry, supply_end, True, supply_end)
        if entry.state is State.ACTIVE:
            return Exposure(medication=entry, standing=Standing.ACTIVE)
        return _unknown(entry, policy, today)
    if entry.state is State.ACTIVE:
        return _listed_as_active(entry, fills.of(entry), supply_end, policy, today)
    if entry.ended is not None:
        return _ended(entry, entry.ended, today, supply_end)
    if supply_end is None and entry.kind is Kind.REQUEST:
        supply_end = _filled_until(entry, fills.of(entry))
    if supply_end is not None:
        return _past(entry, min(supply_end, today), True, supply_end)
    return _unknown(entry, policy, today)


def _filled_until(order: Medication, fills: tuple[Medication, ...]) -> date | None:
    """Until when did the fills of an order last that says nothing of its own supply? Those since it was written."""
    since = [fill for fill in fills if fill.written is None or order.written is None or fill.written.latest >= order.written.earliest]
    return max((end for fill in since if (end := _supply_end(fill)) is not None), default=None)


def _ended(entry: Medication, end: Day, today: date, supply_end: date | None) -> Exposure:
    """Ended on a recorded day; one that lies ahead means that it is not over, so the last exposure is today."""
    if end.latest > today:
        return _past(entry, today, False, supply_end)
    return replace(_past(entry, end.latest, False, supply_end), moment=end.moment)


def _past(entry: Medication, last: date, estimated: bool, supply_end: date | None) -> Exposure:
    return Exposure(medication=entry, standing=Standing.ENDED, last=last, estimated=estimated, supply_end=supply_end)


def _after(procedure: Procedure, entry: Medication) -> bool:
    """Was an implant or pump removed after this entry? Without a date on either side it counts as removed later."""
    if entry.drug.product not in procedure.removes:
        return False
    return procedure.done is None or entry.written is None or procedure.done.latest >= entry.written.earliest


def _supply_end(entry: Medication) -> date | None:
    """The last day of supply: handed over or written, plus the days supplied."""
    if entry.supply_days is None or entry.supply_from is None:
        return None
    return _plus(entry.supply_from, entry.supply_days)


def _plus(start: Day, days: int) -> date:
    try:
        return start.latest + timedelta(days=days)
    except OverflowError:
        return date.max


def _unknown(entry: Medication, policy: Policy, today: date) -> Exposure:
    if entry.drug.product in _LASTING and entry.written is not None:
        return _past(entry, min(entry.written.latest, today), True, None)
    window = policy.days("unknown-last-dose.long-acting" if entry.drug.long_acting else "unknown-last-dose.short-acting")
    if entry.written is None or today - entry.written.latest <= timedelta(days=window):
        return Exposure(medication=entry, standing=Standing.UNKNOWN_LAST_DOSE)
    return Exposure(medication=entry, standing=Standing.PAST)


def _listed_as_active(entry: Medication, fills: tuple[Medication, ...], supply_end: date | None, policy: Policy, today: date) -> Exposure:
    """Active, or stale: its supply ended long ago, or nothing is known and nothing was written or filled for long."""
    ends = [supply_end, entry.ended.latest if entry.ended else None, *(_supply_end(fill) for fill in fills)]
    known_ends = [end for end in ends if end is not None]
    if known_ends:
        latest = max(known_ends)
        stale = today - latest > timedelta(days=policy.days("stale.after-supply"))
        return Exposure(medication=entry, standing=Standing.STALE if stale else Standing.ACTIVE, supply_end=latest)
    limit = timedelta(days=policy.days("stale.without-supply"))
    since = [fill for fill in fills if fill.written is not None and entry.written is not None and fill.written.latest >= entry.written.earliest]
    old = entry.written is not None and today - entry.written.latest > limit
    return Exposure(medication=entry, standing=Standing.STALE if old and not since else Standing.ACTIVE)


def opioids(found: Iterable[Exposure]) -> tuple[Exposure, ...]:
    """Those that are opioids acting in the brain."""
    return tuple(exposure for exposure in found if exposure.medication.drug.is_opioid)


def naltrexones(found: Iterable[Exposure]) -> tuple[Exposure, ...]:
    """Those that are naltrexone."""
    return tuple(exposure for exposure in found if exposure.medication.drug.is_naltrexone)


def standing_now(found: Iterable[Exposure]) -> tuple[Exposure, ...]:
    """Those that are listed as active, stale ones included."""
    return tuple(exposure for exposure in found if exposure.standing in (Standing.ACTIVE, Standing.STALE))


def blocks(exposure: Exposure, asked: datetime, policy: Policy, today: date) -> bool:
    """Is the opioid blockade of this naltrexone not over? By product: oral, injection, implant.

    Hours count from the recorded time of the last dose; where only the day is known, the dose may have been
    its last event, so that the hours run to the end of the day on which they are over. An unknown last dose blocks.
    """
    if exposure.standing in (Standing.ACTIVE, Standing.STALE, Standing.UNKNOWN_LAST_DOSE):
        return True
    if exposure.last is None:
        return False
    name = _LASTING.get(exposure.medication.drug.product)
    if name is not None:
        over = policy.after(exposure.last, name)
        return today < over or (today == over and exposure.moment is not None and asked.time() < exposure.moment.time())
    hours = timedelta(hours=policy.hours("exposure.oral"))
    return asked < exposure.moment + hours if exposure.moment is not None else today <= exposure.last + hours


def is_on_board(exposure: Exposure, asked: datetime, policy: Policy, today: date) -> bool:
    """Does the patient have this naltrexone now: listed as active, or an injection or implant that still works?"""
    if exposure.standing in (Standing.ACTIVE, Standing.STALE):
        return True
    lasting = exposure.medication.drug.product in _LASTING
    return lasting and exposure.last is not None and blocks(exposure, asked, policy, today)


def is_start(found: Iterable[Exposure], policy: Policy, today: date) -> bool:
    """Is naltrexone new? No exposure in the last 30 days; a stale entry is none, nor an unknown last dose of an older order.

    An implant or injection whose blockade lasts is an exposure. When no list could be had, it is taken as new; an entry
    that may as well be an opioid reassures nobody.
    """
    gap = timedelta(days=policy.days("start.no-exposure"))
    for exposure in naltrexones(found):
        if exposure.medication.drug.conflict:
            continue
        if exposure.standing is Standing.ACTIVE:
            return False
        written = exposure.medication.written
        if exposure.standing is Standing.UNKNOWN_LAST_DOSE and written is not None and today - written.earliest <= gap:
            return False
        if exposure.last is not None:
            lasting = _LASTING.get(exposure.medication.drug.product)
            if today - exposure.last <= gap or (lasting is not None and today <= policy.after(exposure.last, lasting)):
                return False
    return True
