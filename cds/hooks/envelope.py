"""The CDS Hooks request by marshmallow: is the envelope sound, and what is the call?

Strict about the members that the specification requires, blind to everything it does not know. The resources
inside are handed on as they came. (CDS Hooks 2.0, "Calling a CDS Service"; the hook library's contexts.)
"""

from decimal import Decimal
from typing import Any

import msgspec
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from cds.call import Call, Grant, Secret
from cds.config.addresses import is_web_address
from cds.hooks.errors import Issue, Refused

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_BLANK = validate.Regexp(r"(?s).*\S", error="must not be blank")
# "Patient/" alone names nobody
_PATIENT = validate.Regexp(r"(?s)(?!\s*Patient/\s*\Z).*\S", error="must not be blank")
# any version and case, but in its usual spelling: Python's own parser takes braces, "urn:uuid:" and stray hyphens too
_UUID = validate.Regexp(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", error="must be a UUID of any version")
_REMEDIES = {
    "Missing data for required field.": "is missing; the specification requires it",
    "Field may not be null.": "is null; the specification requires a value",
    "Not a valid string.": "must be a string",
    "Not a valid mapping type.": "must be an object",
    "Not a valid list.": "must be an array",
    "Invalid input type.": "must be an object",
}
ORDERS = {
    "order-select": "draftOrders",
    "order-sign": "draftOrders",
    "medication-refill": "medications",
    "appointment-book": "appointments",
}


class _Tolerant(Schema):
    class Meta:
        unknown = EXCLUDE


def _is_empty(bundle: dict[str, Any]) -> bool:
    return bundle.get("resourceType") == "Bundle" and "entry" not in bundle


def _judge_bundle(value: dict[str, Any]) -> None:
    """Entries, or a Bundle without any; anything else would be read as no orders at all. Not every client sends a resourceType."""
    kind = value.get("resourceType")
    other = isinstance(kind, str) and kind not in ("", "Bundle")
    if other or not (isinstance(value.get("entry"), list) or _is_empty(value)):
        raise ValidationError("must be a Bundle whose entry is an array of resources")


def _bundle() -> fields.Dict:
    return fields.Dict(keys=fields.String(), required=True, validate=_judge_bundle)


def _word() -> fields.String:
    return fields.String(required=True, validate=_BLANK)


def _optional_word() -> fields.String:
    return fields.String(allow_none=True, load_default=None)


class ContextSchema(_Tolerant):
    """patient-view, and what all contexts share."""

    patientId = fields.String(required=True, validate=_PATIENT)
    userId = _word()
    encounterId = _optional_word()


class OrderSignContextSchema(ContextSchema):
    """order-sign."""

    draftOrders = _bundle()


class OrderSelectContextSchema(OrderSignContextSchema):
    """order-select."""

    selections = fields.List(fields.Raw(allow_none=True), required=True)


class RefillContextSchema(ContextSchema):
    """medication-refill: the user is optional."""

    userId = _optional_word()
    medications = _bundle()


class BookContextSchema(ContextSchema):
    """appointment-book."""

    appointments = _bundle()


CONTEXTS: dict[str, Schema] = {
    "patient-view": ContextSchema(),
    "order-select": OrderSelectContextSchema(),
    "order-sign": OrderSignContextSchema(),
    "medication-refill": RefillContextSchema(),
    "appointment-book": BookContextSchema(),
}


class AuthorizationSchema(_Tolerant):
    """fhirAuthorization: only what could hurt is judged; scope and subject are opaque. (REQUIREMENTS FHIR-11 to FHIR-15)"""

    access_token = _word()
    token_type = fields.Raw(allow_none=True, load_default=None)
    expires_in = fields.Raw(allow_none=True, load_default=None)
    patient = fields.Raw(allow_none=True, load_default=None)


class RequestSchema(_Tolerant):
    """The members beside the context."""

    hook = _word()
    hookInstance = fields.String(required=True, validate=_UUID)
    context = fields.Dict(keys=fields.String(), required=True)
    prefetch = fields.Dict(keys=fields.String(), allow_none=True, load_default=None)
    fhirServer = fields.String(allow_none=True, load_default=None)
    fhirAuthorization = fields.Nested(AuthorizationSchema, allow_none=True, load_default=None)


_REQUEST = RequestSchema()


def whole_request(hook: str) -> Schema:
    """The request of this hook with its context in place, as the interface description shows it."""
    context = type(CONTEXTS[hook])
    name = context.__name__.removesuffix("ContextSchema") or "View"
    schema: type[Schema] = type(f"{name}RequestSchema", (RequestSchema,), {"context": fields.Nested(context, required=True)})
    return schema()


def decode(body: bytes) -> Any:
    """The JSON of a body, decoded once. Raises Refused for anything that is no JSON, or is nested absurdly deep."""
    if not body.strip():
        raise Refused((Issue(where="", words="The body is empty. Send a CDS Hooks request as a JSON object."),))
    try:
        return _DECODER.decode(body)
    except RecursionError:
        raise Refused((Issue(where="", words="The JSON is nested too deeply. Send resources as FHIR defines them."),)) from None
    except (msgspec.DecodeError, ValueError, ArithmeticError):
        raise Refused((Issue(where="", words="The body is no valid JSON in UTF-8. Send one JSON object."),)) from None


def call(body: bytes, service: str, hook: str, tenant: str) -> Call:
    """Which call is this? Raises Refused, naming every member that is wrong and what to do."""
    raw = decode(body)
    if not isinstance(raw, dict):
        raise Refused((Issue(where="", words="The body must be a JSON object: a CDS Hooks request."),))
    envelope, issues = load(_REQUEST, raw, "")
    named = raw.get("hook")
    if isinstance(named, str) and named.strip() and named != hook:
        issues.append(Issue(where="hook", words=f"hook: this service answers {hook} only; GET /cds-services names the service of each hook"))
    context: dict[str, Any] = {}
    if isinstance(raw.get("context"), dict):
        context, faults = load(CONTEXTS[hook], raw["context"], "context.")
        issues += faults
    issues += _access(raw)
    if issues:
        raise Refused(tuple(issues))
    selections = context.get("selections") or []
    return Call(
        tenant=tenant,
        service=service,
        hook=hook,
        hook_instance=envelope["hookInstance"].lower(),
        patient_id=context["patientId"].strip().removeprefix("Patient/"),
        user_id=context.get("userId"),
        encounter_id=context.get("encounterId"),
        orders=resources(context.get(ORDERS.get(hook, ""))),
        addresses=addresses(context.get(ORDERS.get(hook, ""))),
        selections=tuple(selection for selection in selections if isinstance(selection, str)),
        prefetch=envelope["prefetch"] or {},
        grant=_grant(envelope["fhirServer"], envelope["fhirAuthorization"]),
    )


def _grant(server: str | None, block: dict[str, Any] | None) -> Grant | None:
    """What is offered for reading by ourselves? An open server may come without a token (FHIR-18)."""
    if server is None:
        return None
    if block is None:
        return Grant(server=server)
    return Grant(
        server=server, token=Secret(block["access_token"].strip()), expires_in=_number(block["expires_in"]), patient=_whose(block["patient"])
    )


def _number(value: Any) -> Decimal | None:
    """The number that it is or spells; None for anything else, an endless one included."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _whose(value: Any) -> str | None:
    """The patient's id. What is there and cannot be an id is kept as one that nobody has."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return str(value).strip().removeprefix("Patient/") if isinstance(value, (str, int)) and not isinstance(value, bool) else "?"


def load(schema: Schema, raw: dict[str, Any], where: str) -> tuple[dict[str, Any], list[Issue]]:
    """The members that the schema knows, or what is wrong with each; `where` stands before their names."""
    try:
        return dict(schema.load(raw)), []
    except ValidationError as error:
        return {}, [_issue(place, words) for place, words in _flat(error.messages, where)]


def _issue(place: str, words: str) -> Issue:
    remedy = _REMEDIES.get(words, words.rstrip("."))
    return Issue(where=place, words=f"{place}: {remedy}", code="required" if "missing" in remedy else "value")


def _flat(messages: Any, where: str) -> list[tuple[str, str]]:
    if isinstance(messages, dict):
        found: list[tuple[str, str]] = []
        for key, value in messages.items():
            inner = where if key in ("_schema", "key", "value") else f"{where}{key}."
            found += _flat(value, inner)
        return found
    return [(where.rstrip("."), str(message)) for message in messages]


def _access(raw: dict[str, Any]) -> list[Issue]:
    """Does the FHIR access block hold together? Whether the server may be asked is judged where it is asked."""
    issues = []
    server, block = raw.get("fhirServer"), raw.get("fhirAuthorization")
    if isinstance(server, str) and not is_web_address(server):
        issues.append(Issue(where="fhirServer", words="fhirServer: must be an absolute http or https address", code="value"))
    if block is not None and server is None:
        issues.append(Issue(where="fhirServer", words="fhirServer: is missing; fhirAuthorization needs it", code="required"))
    kind = block.get("token_type") if isinstance(block, dict) else None
    if kind is not None and (not isinstance(kind, str) or kind.casefold() != "bearer"):
        issues.append(Issue(where="fhirAuthorization.token_type", words="fhirAuthorization.token_type: must be Bearer", code="value"))
    return issues


def addresses(bundle: Any) -> tuple[str, ...]:
    """The fullUrl of each entry, empty where there is none, in the places that `resources` gives."""
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    if not isinstance(entries, list):
        return ()
    urls = (entry.get("fullUrl") if isinstance(entry, dict) else None for entry in entries)
    return tuple(url if isinstance(url, str) else "" for url in urls)


def resources(bundle: Any) -> tuple[Any, ...]:
    """The resources of a Bundle's entries as they came, junk included, so that positions are kept."""
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    if not isinstance(entries, list):
        return ()
    return tuple(entry.get("resource", entry) if isinstance(entry, dict) else entry for entry in entries)
