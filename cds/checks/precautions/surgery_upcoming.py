"""Is an operation, or a procedure under sedation or anaesthesia, planned while naltrexone is taken or ordered?"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from cards.finding import Finding, Outcome, Phrase, clear, not_applicable, not_assessed
from cards.model import Policy
from cds.checks import conditions, pairs, wording
from cds.checks.scene import BOOKING, Scene
from cds.patient import Medication, Picture, Planned, Source, Unknown, known

CODE = "surgery-upcoming"
_LASTING = ("implant", "depot-injection")


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """Within the days that the policy looks ahead; a booking that is being made, however far."""
    booking = scene.hook == BOOKING
    if scene.prescribing and not scene.naltrexone_in_focus and not scene.operations_in_focus:
        return not_applicable(CODE, "neither naltrexone nor an operation in focus")
    if booking and not scene.operations_in_focus:
        return not_applicable(CODE, "the booking is no operation and no procedure under sedation or anaesthesia")
    naltrexone = pairs.naltrexone_of(scene)
    if not naltrexone:
        if isinstance(picture.medications, Unknown):
            return not_assessed(CODE, picture.medications.why)
        return clear(CODE, "no naltrexone is taken or ordered")
    product = next((kind for kind in _LASTING if any(entry.drug.product == kind for entry in naltrexone)), "oral")
    ahead = timedelta(days=policy.days("surgery.window" if product == "oral" else "surgery.window-injection"))
    candidates = scene.operations_in_focus if booking else known(picture.planned)
    coming = [one for one in candidates if booking or _is_ahead(one, ahead, picture.asked, today)]
    coming = [one for one in coming if not _is_over(one, picture.asked, today)]
    if not coming:
        if isinstance(picture.planned, Unknown):
            return not_assessed(CODE, picture.planned.why)
        return clear(CODE, "no operation within the days that we look ahead")
    coming.sort(key=_when)
    first = coming[0]
    hold, late = _hold(first, product, naltrexone, picture.asked, policy)
    return Finding(
        code=CODE,
        outcome=Outcome.ALERT,
        reason=f"{len(coming)} operations ahead",
        variant="for-patient" if picture.by_patient else ("late" if late else product),
        facts={
            "product": wording.product(naltrexone, policy),
            "first": _headline(first),
            "hold": hold,
            "list": wording.bullets((*(_line(one) for one in coming), *(wording.dated_name(entry) for entry in naltrexone))),
            "start": Phrase("deferred") if scene.naltrexone_in_focus and scene.start and scene.prescribing else "",
        },
        about=tuple(dict.fromkeys((*(one.reference for one in coming if one.reference), *wording.references(naltrexone)))),
        orders=conditions.order_keys(scene) or tuple(one.key for one in scene.operations_in_focus)[:1],
        sources=wording.PLAIN_ADVICE if picture.by_patient else (),
    )


def _is_ahead(one: Planned, ahead: timedelta, asked: datetime, today: date) -> bool:
    """Within the window? What is ordered in this call, or being prepared, counts without a date too."""
    if one.when is None:
        return one.in_call or one.source is Source.PROCEDURE
    return one.when.earliest <= today + ahead


def _is_over(one: Planned, asked: datetime, today: date) -> bool:
    """Is it past, or its period, where it is to be within one?"""
    last = one.until or one.when
    if last is None:
        return False
    return last.moment < asked if last.moment is not None else last.latest < today


def _when(one: Planned) -> tuple[date, float, str]:
    if one.when is None:
        return date.max, 0.0, one.key
    return one.when.earliest, one.when.moment.timestamp() if one.when.moment else 0.0, one.key


def _hold(one: Planned, product: str, naltrexone: Iterable[Medication], asked: datetime, policy: Policy) -> tuple[Phrase, bool]:
    """When is the last dose, and is it too late for that? In the operation's own offset; by day where the time is not known."""
    if product == "implant":
        return Phrase("hold-implant"), False
    if one.when is None:
        return Phrase("hold-no-date" if product == "oral" else "hold-no-date-injection"), False
    if product == "depot-injection":
        day = one.when.earliest - timedelta(days=policy.days("exposure.injection"))
        return (Phrase("hold-injection", {"date": wording.on(day)}) if day >= asked.date() else Phrase("hold-injection-late")), False
    hours = timedelta(hours=policy.hours("exposure.oral"))
    if one.when.local is not None and one.when.moment is not None:
        last = one.when.local - hours
        return Phrase("hold-oral", {"time": wording.at(last)}), one.when.moment - hours < asked
    day = one.when.earliest - hours
    return Phrase("hold-oral-day", {"date": wording.on(day)}), day <= asked.date()


def _headline(one: Planned) -> str:
    """Colonoscopy 20 Jan 2026 09:30."""
    return f"{wording.short(wording.capital(one.label), 50)} {_date(one)}".strip()


def _date(one: Planned) -> str:
    if one.when is None:
        return "(no date yet)"
    return wording.at(one.when.local) if one.when.local is not None else wording.about_when(one.when)


def _line(one: Planned) -> str:
    source = {Source.APPOINTMENT: "appointment", Source.REQUEST: "order", Source.PROCEDURE: "procedure in preparation"}[one.source]
    return f"{wording.short(wording.capital(one.label), 80)}: {_date(one)} ({source})"
