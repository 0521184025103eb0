"""The feedback of clients: what a clinician did with our cards, in the dialect of the specification, of Epic and of the sandbox.

Kept before it is answered. A card that is not known (a batch hours later, another host's journal) is kept and marked so; clients do
not report cards that were ignored, and silence counts as nothing. (CDS Hooks 2.0, "Feedback"; REQUIREMENTS FB-1 to FB-21.)
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Request, Response, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from cds.config.model import Tenant
from cds.hooks import body, envelope, metrics
from cds.hooks.errors import Issue, Refused
from cds.store.engine import StoreDown
from cds.store.keeper import Keeper
from cds.store.rows import FeedbackRow

_RETRY_S = 30
_LONGEST_ID = 255
_MOST_ENTRIES = 5_000  # a batch of a day; more would hold up the calls of others
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NOT_BLANK = validate.Regexp(r"(?s).*\S", error="must not be blank")

Admit = Callable[[Request], Tenant]


class InstantField(fields.DateTime):
    """An RFC 3339 instant, with offset and any number of digits of a second, as a moment in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise ValidationError("must be an instant with date, time and offset, for example 2026-01-20T10:00:00Z")
        day, minute, second, fraction, offset = found.groups()
        second = "59" if second == "60" else second  # a leap second, which Python does not know
        try:
            moment = datetime.fromisoformat(f"{day}T{minute}:{second}.{(fraction or '')[:6]:0<6}{offset.upper()}")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError("is no moment that exists") from None


class TextField(fields.String):
    """Text of any length, kept as it is but for what no database takes: NUL and halves of surrogate pairs."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("must be a string")
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


class _Tolerant(Schema):
    class Meta:
        unknown = EXCLUDE


class AcceptedSchema(_Tolerant):
    """One accepted suggestion."""

    id = TextField(required=True, validate=_NOT_BLANK)


class ReasonSchema(_Tolerant):
    """The coding of a reason; the sandbox leaves `display` and perhaps `system` out (FB-15)."""

    code = TextField(allow_none=True, load_default=None)
    system = TextField(allow_none=True, load_default=None)
    display = TextField(allow_none=True, load_default=None)


class OverrideSchema(_Tolerant):
    """`overrideReason`: a reason, a comment, or an extension with the client's own reason (FB-14, FB-18)."""

    reason = fields.Nested(ReasonSchema, allow_none=True, load_default=None)
    userComment = TextField(allow_none=True, load_default=None)
    extension = fields.Raw(allow_none=True, load_default=None)

    @validates_schema
    def _says_something(self, data: dict[str, Any], **kwargs: Any) -> None:
        reason = data["reason"] or {}
        if not (any(reason.values()) or data["userComment"] is not None or _is_filled(data["extension"])):
            raise ValidationError("must have a reason or a userComment")


class EntrySchema(_Tolerant):
    """One entry. Epic's `overrideReasons` is the same object under another name (FB-14)."""

    card = TextField(required=True, validate=_NOT_BLANK)
    outcome = fields.String(required=True, validate=validate.OneOf(("accepted", "overridden"), error="must be accepted or overridden"))
    outcomeTimestamp = InstantField(required=True)
    acceptedSuggestions = fields.List(fields.Nested(AcceptedSchema), allow_none=True, load_default=None)
    overrideReason = fields.Nested(OverrideSchema, allow_none=True, load_default=None)
    overrideReasons = fields.Nested(OverrideSchema, allow_none=True, load_default=None)
    extension = fields.Raw(allow_none=True, load_default=None)

    @validates_schema
    def _names_what_was_accepted(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["outcome"] == "accepted" and not data["acceptedSuggestions"]:
            raise ValidationError("must name the accepted suggestions by id", "acceptedSuggestions")


class FeedbackSchema(_Tolerant):
    """The body."""

    feedback = fields.List(fields.Nested(EntrySchema), required=True)


_BODY = FeedbackSchema()


def create(keeper: Keeper, services: Collection[str], admit: Admit, now: Callable[[], datetime], max_body_bytes: int) -> Blueprint:
    """The blueprint of `POST /cds-services/{id}/feedback`. `admit` tells whose client calls, or refuses before a body is read."""
    routes = Blueprint("feedback", __name__)

    @routes.post("/cds-services/<service_id>/feedback")
    @routes.post("/cds-services//<service_id>/feedback")
    def take(service_id: str) -> Response:
        if service_id not in services:
            words = "There is no service of this name; GET /cds-services lists them."
            raise Refused((Issue(where="", words=words, code="not-found"),), HTTPStatus.NOT_FOUND)
        tenant = admit(request)
        rows = entries(body.read(request, max_body_bytes), tenant.id, service_id, now())
        try:
            keeper.keep_feedback(rows)
        except StoreDown:
            metrics.FEEDBACK_REFUSED.labels(service_id).inc()
            words = "The feedback could not be kept just now, and nothing of it was. Send it again later."
            raise Refused((Issue(where="", words=words, code="transient"),), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(_RETRY_S)}) from None
        for row in rows:
            metrics.FEEDBACK.labels(service_id, row.outcome).inc()
        return Response(b"{}", mimetype="application/json")

    return routes


def entries(content: bytes, tenant: str, service: str, now: datetime) -> list[FeedbackRow]:
    """The entries of a body in their order. Raises Refused, naming every member that is wrong and what to do."""
    raw = envelope.decode(content)
    if not isinstance(raw, dict):
        raise Refused((Issue(where="", words="The body must be a JSON object with the array feedback."),))
    batch = raw.get("feedback")
    if isinstance(batch, list) and len(batch) > _MOST_ENTRIES:
        words = f"feedback: has {len(batch)} entries; send at most {_MOST_ENTRIES} at once, and the others after them"
        raise Refused((Issue(where="feedback", words=words, code="too-long"),), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    found, issues = envelope.load(_BODY, raw, "")
    if issues:
        raise Refused(tuple(issues[:20]))
    return [_row(entry, tenant, service, now) for entry in found["feedback"]]


def _row(entry: Mapping[str, Any], tenant: str, service: str, now: datetime) -> FeedbackRow:
    override = entry["overrideReason"] or entry["overrideReasons"] or {}
    reason = override.get("reason") or {}
    if not any(reason.values()):
        reason = _own_reason(override.get("extension")) or _own_reason(entry["extension"]) or {}
    card = entry["card"].strip()
    return FeedbackRow(
        received_at=now,
        tenant=tenant,
        service=service,
        card=card.lower() if _UUID.fullmatch(card) else card[:_LONGEST_ID],
        outcome=entry["outcome"],
        outcome_at=entry["outcomeTimestamp"],
        accepted=tuple(one["id"] for one in entry["acceptedSuggestions"] or ()),
        reason_system=reason.get("system") or None,
        reason=reason.get("code") or None,
        reason_display=reason.get("display") or None,
        comment=override.get("userComment"),
    )


def _is_filled(extension: Any) -> bool:
    return isinstance(extension, dict) and bool(extension)


def _own_reason(extension: Any) -> dict[str, Any] | None:
    """The reason in a client's own extension: the first coding in one of its members. Nothing else of it is kept."""
    if not _is_filled(extension):
        return None
    for member in extension.values():
        for place in (member, *(member.values() if isinstance(member, dict) else member if isinstance(member, list) else ())):
            for candidate in place if isinstance(place, list) else (place,):
                if isinstance(candidate, dict) and isinstance(candidate.get("code"), str):
                    try:
                        return dict(ReasonSchema().load(candidate))
                    except ValidationError:
                        continue
    return None
