"""Was an opioid taken so recently that naltrexone could still precipitate withdrawal?"""

from dataclasses import dataclass
from datetime import date, timedelta

from cards.finding import Change, Finding, Outcome, Phrase, Proposal, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import wording
from cds.checks.scene import Scene
from cds.exposure import Exposure, Standing, opioids
from cds.patient import Kind, Order, Picture, Unknown

CODE = "opioid-recent"
# the variants, the one that decides first: a depot overrides a date, a date overrides an unknown
_DECIDING = ("depot", "depot-advice", "dated", "unknown-last-dose", "hospital")
_NEVER_SHORT = frozenset({"methadone", "buprenorphine"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Residue:
    exposure: Exposure
    variant: str
    first_day: date | None = None


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Alert for every opioid whose last exposure lies inside its washout, or is not known."""
    if not scene.prescribing or not scene.naltrexone_in_focus:
        return not_applicable(CODE, "no naltrexone order in focus")
    ended = tuple(found for found in opioids(scene.found) if found.standing in (Standing.ENDED, Standing.UNKNOWN_LAST_DOSE))
    # where a list was not seen, nobody can say that there was no other opioid: the full washout counts
    hospital = frozenset() if picture.unseen("medications") else _short_hospital_exposure(scene, policy, today)
    residues = [residue for found in ended if (residue := _residue(found, hospital, policy, today)) is not None]
    if not residues:
        if isinstance(picture.medications, Unknown):
            return not_assessed(CODE, picture.medications.why)
        return clear(CODE, "no opioid exposure inside its washout")
    residues += _rest_of_the_course(ended, hospital, residues, policy)
    day = _first_allowed(residues)
    orders = tuple(order for order in scene.naltrexone_orders if order.in_focus and not _starts_by(order, day))
    if not orders:
        return clear(CODE, "the order itself starts on the first allowed day or later")
    variant = _deciding(residues)
    residues.sort(key=lambda residue: residue.exposure.last or date.min, reverse=True)
    deciding = [residue for residue in residues if residue.variant.startswith(variant)]
    unknown = [residue for residue in residues if residue.variant == "unknown-last-dose"]
    dated = max((residue.first_day for residue in residues if residue.first_day is not None), default=None)
    if variant in ("dated", "hospital"):
        # the drug that sets the date is named first
        deciding.sort(key=lambda residue: residue.first_day or date.min, reverse=True)
    naltrexone = wording.drafts(orders)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(residues)} exposures inside a washout",
        variant=variant,
        facts={
            "product": wording.product(naltrexone, policy),
            "verb": scene.verb,
            "first": wording.names(residue.exposure.medication for residue in deciding),
            "list": wording.exposures(residue.exposure for residue in residues),
            "since": _since(scene, deciding[0].exposure, today),
            "washout": Phrase(wording.washout(residue.exposure.medication.drug for residue in deciding)),
            "ago": _when(scene, deciding[0].exposure.last, today),
            "date": wording.on(dated) if dated else "",
            "unknown": wording.names(residue.exposure.medication for residue in unknown),
        },
        more=_more(variant, deciding, unknown),
        about=wording.references((residue.exposure.medication for residue in residues), naltrexone),
        orders=tuple(order.key for order in orders),
        proposals=tuple(
            Proposal(change=Change.NOT_BEFORE, label="defer", order=order.key, facts={"date": wording.on(day)}, day=day)
            for order in orders
            if day is not None
        ),
    )


def _rest_of_the_course(ended: tuple[Exposure, ...], hospital: frozenset[str], residues: list[_Residue], policy: Policy) -> list[_Residue]:
    """The earlier administrations of a short course in care, which belong to the story of the last ones."""
    told = {residue.exposure.medication.key for residue in residues}
    wait = timedelta(days=policy.days("washout.hospital-exposure"))
    rest = hospital - told if told & hospital else frozenset()
    return [
        _Residue(exposure=found, variant="hospital", first_day=found.last + wait)
        for found in ended
        if found.medication.key in rest and found.last is not None
    ]


def _first_allowed(residues: list[_Residue]) -> date | None:
    """On which day may naltrexone start? None where one of the exposures allows no date."""
    days = [residue.first_day for residue in residues if residue.first_day is not None]
    return max(days) if len(days) == len(residues) else None


def _starts_by(order: Order, day: date | None) -> bool:
    """Does the order already say that it starts on this day or later, as this finding's own suggestion makes it?"""
    starts = order.medication.starts
    return day is not None and starts is not None and starts.earliest >= day


def _since(scene: Scene, found: Exposure, today: date) -> Phrase:
    """Opioid 4 days ago; the same by estimate; or a supply that may still run, so that nobody knows of a last dose."""
    if found.estimated and found.supply_end is not None and found.supply_end >= today:
        return Phrase("since-supply")
    when = {"ago": _when(scene, found.last, today)}
    return Phrase("since-estimate", when) if found.estimated else Phrase("since-day", when)


def _more(variant: str, deciding: list[_Residue], unknown: list[_Residue]) -> tuple[str, ...]:
    """Which sentences are added: a drug without a last dose beside the date, a wait longer than the label's 7 to 10 days?"""
    if variant not in ("dated", "hospital"):
        return ()
    found = ("do-unknown-too",) if unknown else ()
    return (*found, "evidence-long-acting") if variant == "dated" and deciding[0].exposure.medication.drug.long_acting else found


def _when(scene: Scene, last: date | None, today: date) -> str:
    """4 days ago; on a refill request the date, because its cards may be read much later (REQUIREMENTS REFILL-6)."""
    if last is None:
        return "recently"
    return f"on {wording.on(last)}" if scene.hook == "medication-refill" else wording.ago(last, today)


def _deciding(residues: list[_Residue]) -> str:
    present = {residue.variant for residue in residues}
    if "depot-advice" in present and "dated" in present:
        # a critical exposure beside the depot: still no date, and the higher of the two severities
        return "depot"
    return next(name for name in _DECIDING if name in present)


def _residue(found: Exposure, hospital: frozenset[str], policy: Policy, today: date) -> _Residue | None:
    drug = found.medication.drug
    if found.standing is Standing.UNKNOWN_LAST_DOSE or found.last is None:
        return _Residue(exposure=found, variant="unknown-last-dose")
    if drug.product == "depot-injection":
        if today < found.last + timedelta(days=policy.days("washout.depot-buprenorphine")):
            return _Residue(exposure=found, variant="depot")
        if today < found.last + timedelta(days=policy.days("washout.depot-buprenorphine-advice")):
            return _Residue(exposure=found, variant="depot-advice")
        return None
    if found.medication.key in hospital:
        name, variant = "washout.hospital-exposure", "hospital"
    else:
        name, variant = "washout.long-acting" if drug.long_acting else "washout.short-acting", "dated"
    first_day = found.last + timedelta(days=policy.days(name))
    return _Residue(exposure=found, variant=variant, first_day=first_day) if today < first_day else None


def _short_hospital_exposure(scene: Scene, policy: Policy, today: date) -> frozenset[str]:
    """Which entries are a short exposure in care: given by staff only, within 72 hours in total, nothing else in 30 days?"""
    entries = opioids(scene.found)
    given = [found for found in entries if found.medication.kind is Kind.ADMINISTRATION and found.last is not None]
    if not given:
        return frozenset()
    latest = max(found.last for found in given if found.last is not None)
    quiet = timedelta(days=policy.days("hospital-exposure.opioid-free-before"))
    course = [found for found in given if found.last is not None and found.last > latest - quiet]
    start = min(_began(found) for found in course)
    days = [found for found in course if found.medication.drug.neuraxial or set(found.medication.drug.ingredients) & _NEVER_SHORT]
    if days or not _within_span(course, policy):
        return frozenset()
    keys = frozenset(found.medication.key for found in course)
    for found in entries:
        if found.medication.key in keys:
            continue
        if found.standing in (Standing.ACTIVE, Standing.STALE, Standing.UNKNOWN_LAST_DOSE):
            return frozenset()
        if found.last is not None and found.last > start - quiet:
            return frozenset()
    return keys


def _began(found: Exposure) -> date:
    written = found.medication.written
    return min(written.earliest, found.last or written.earliest) if written else found.last or date.min


def _within_span(course: list[Exposure], policy: Policy) -> bool:
    """From the first to the last administration: at most 72 hours, by the clock where times are known, else by days."""
    hours = policy.quantity("hospital-exposure.span")
    starts = [found.medication.written for found in course if found.medication.written]
    ends = [found.medication.ended for found in course if found.medication.ended]
    if not starts or not ends:
        return False
    moments = [day.moment for day in (*starts, *ends)]
    known = [moment for moment in moments if moment is not None]
    if len(known) == len(moments):
        return max(known) - min(known) <= timedelta(hours=int(hours))
    first, last = min(day.earliest for day in starts), max(day.latest for day in ends)
    return last - first <= timedelta(hours=int(hours))
