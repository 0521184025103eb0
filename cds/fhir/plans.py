"""Appointments, service requests and procedures in preparation to the operations that lie ahead.

Whether it is an operation, or a procedure under sedation or anaesthesia, is recognised elsewhere; statuses are judged here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cards.model import Terminology
from cds.call import Json
from cds.fhir import codes, dates, views
from cds.fhir.references import name_of
from cds.patient import Day, Planned, Source
from cds.recognise import procedures
from cds.recognise.coded import Coded

Faults = tuple[str, ...]
_NOT_COMING = frozenset(
    {"cancelled", "canceled", "noshow", "entered-in-error", "fulfilled", "completed", "revoked", "not-done", "stopped", "aborted"}
)
_NO_ORDER = frozenset({"proposal", "option"})
_DATE_FIELDS = ("start", "end", "requestedPeriod", "occurrence", "performed")
NO_DAY = "date: is no date that can be read"
_PREPARATION = frozenset({"preparation", "not-started"})


def appointment(raw: Json, key: str, terminology: Terminology) -> tuple[Planned | None, Faults]:
    """Is this appointment an operation that lies ahead? Cancelled, missed and past ones are none."""
    view, faults = views.read(views.AppointmentView, raw)
    if (view.status or "").strip().casefold() in _NOT_COMING:
        return None, faults
    listed = [*codes.listed(view.serviceType), *codes.listed(view.reasonCode), *codes.listed(view.reason), *codes.listed(view.appointmentType)]
    listed += [*codes.listed(view.serviceCategory), *codes.listed(view.specialty)]
    texts = tuple(Coded(text=text) for text in (view.description, view.comment) if text)
    wanted = view.requestedPeriod if isinstance(view.requestedPeriod, list) else [view.requestedPeriod]
    spans = [span for span in wanted if span is not None]
    when = _When(dates=(view.start, view.end), spans=() if view.start or view.end else tuple(spans))
    return _planned((*texts, *listed), key, Source.APPOINTMENT, when, raw, terminology, faults)


def service_request(raw: Json, key: str, terminology: Terminology) -> tuple[Planned | None, Faults]:
    """Is this an order for an operation that lies ahead?"""
    view, faults = views.read(views.ServiceRequestView, raw)
    void = (view.status or "").strip().casefold() in _NOT_COMING or (view.intent or "").strip().casefold() in _NO_ORDER
    if void or view.doNotPerform:
        return None, faults
    timing = view.occurrenceTiming
    bounds = timing.repeat.boundsPeriod if timing and timing.repeat else None
    spans = tuple(span for span in (view.occurrencePeriod, bounds) if span is not None)
    when = _When(dates=(view.occurrenceDateTime,), events=tuple(timing.event or ()) if timing else (), spans=spans)
    listed = (codes.coded(view.code), *codes.listed(view.orderDetail), *codes.listed(view.category))
    return _planned(listed, key, Source.REQUEST, when, raw, terminology, faults)


def procedure(raw: Json, key: str, terminology: Terminology) -> tuple[Planned | None, Faults]:
    """Is this an operation in preparation?"""
    view, faults = views.read(views.ProcedureView, raw)
    if (view.status or "").strip().casefold() not in _PREPARATION or view.notDone:
        return None, faults
    when = _When(dates=(view.performedDateTime,), spans=(view.performedPeriod,) if view.performedPeriod else ())
    return _planned((codes.coded(view.code), *codes.listed(view.category)), key, Source.PROCEDURE, when, raw, terminology, faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class _When:
    """What a resource says of its day: single dates first, then days of a schedule, then periods in which it is to be."""

    dates: tuple[str | None, ...]
    events: tuple[str, ...] = ()
    spans: tuple[views.Period, ...] = ()

    def first(self) -> Day | None:
        """The first day it may be; the end of a period that names no start."""
        days = [dates.day(text) for text in (*self.dates, *self.events)]
        return dates.first(*days, *(dates.start(span) for span in self.spans), *(dates.end(span) for span in self.spans))

    def last(self) -> Day | None:
        """The last day it may be, where that is another than the first."""
        if any(dates.day(text) for text in self.dates):
            return None
        days = [*(dates.day(text) for text in self.events), *(dates.end(span) for span in self.spans)]
        return max((day for day in days if day is not None), key=lambda day: day.latest, default=None)

    def is_given(self) -> bool:
        """Does it name a day at all, readable or not?"""
        said = (*self.dates, *self.events, *(text for span in self.spans for text in (span.start, span.end)))
        return any(text and text.strip() for text in said)


def _planned(
    concepts: tuple[Coded, ...], key: str, source: Source, when: _When, raw: Json, terminology: Terminology, faults: Faults
) -> tuple[Planned | None, Faults]:
    faults = (*faults, *codes.too_long("words", *concepts))
    found = procedures.operation(terminology, tuple(concept for concept in concepts if concept.codings or concept.text))
    if found is None:
        return None, faults
    first = when.first()
    if first is None and (when.is_given() or any(fault.startswith(_DATE_FIELDS) for fault in faults)):
        faults = (*faults, NO_DAY)
    return Planned(key=key, source=source, label=found.label, when=first, until=when.last(), reference=name_of(raw)), faults


Reader = Callable[[Json, str, Terminology], tuple[Planned | None, Faults]]
READERS: dict[str, Reader] = {
    "Appointment": appointment,
    "ServiceRequest": service_request,
    "ProcedureRequest": service_request,
    "Procedure": procedure,
}
