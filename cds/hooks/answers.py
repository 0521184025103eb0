"""The CDS Hooks answer by marshmallow: discovery, cards, errors, as the specification shapes them.

The service writes its answers itself; these shapes describe them (`/openapi.json`) and judge them in tests. Strict: a member that the
specification does not know belongs into `extension`. (CDS Hooks 2.0, "CDS Service Response".)
"""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

INDICATORS = ("info", "warning", "critical")
SELECTION = ("at-most-one", "any")
_WORD = validate.Regexp(r"(?s).*\S", error="must not be blank")
_ADDRESS = validate.Regexp(r"https?://\S+", error="must be an absolute http or https address")
_SHORT = validate.Length(min=1, max=139)


class _Strict(Schema):
    class Meta:
        unknown = RAISE


def _word(required: bool = True) -> fields.String:
    return fields.String(required=required, validate=_WORD)


def _object(required: bool = False, **more: Any) -> fields.Dict:
    return fields.Dict(keys=fields.String(), required=required, **more)


class CodingSchema(_Strict):
    """A Coding of CDS Hooks: `code` and `system` are required."""

    code = _word()
    system = _word()
    display = _word(required=False)


class SourceSchema(_Strict):
    """Who says so."""

    label = _word()
    url = fields.String(validate=_ADDRESS)
    icon = fields.String(validate=_ADDRESS)
    topic = fields.Nested(CodingSchema)


class LinkSchema(_Strict):
    """Where to read more."""

    label = _word()
    url = fields.String(required=True, validate=_ADDRESS)
    type = fields.String(required=True, validate=validate.OneOf(("absolute", "smart")))
    appContext = _word(required=False)


class ActionSchema(_Strict):
    """One change to the orders."""

    type = fields.String(required=True, validate=validate.OneOf(("create", "update", "delete")))
    description = _word()
    resource = _object()
    resourceId = fields.String(validate=validate.Regexp(r"[A-Z][A-Za-z]+/\S+"))

    @validates_schema
    def _whole(self, data: dict[str, Any], **kwargs: Any) -> None:
        deletes = data.get("type") == "delete"
        if deletes == ("resource" in data) or deletes != ("resourceId" in data):
            raise ValidationError("create and update carry a resource, delete a resourceId")


class SuggestionSchema(_Strict):
    """What the prescriber may accept."""

    label = _word()
    uuid = fields.UUID()
    isRecommended = fields.Boolean()
    actions = fields.List(fields.Nested(ActionSchema), validate=validate.Length(min=1))


class CardSchema(_Strict):
    """One card."""

    uuid = fields.UUID(required=True)
    summary = fields.String(required=True, validate=[_SHORT, _WORD])
    detail = _word(required=False)
    indicator = fields.String(required=True, validate=validate.OneOf(INDICATORS))
    source = fields.Nested(SourceSchema, required=True)
    suggestions = fields.List(fields.Nested(SuggestionSchema), validate=validate.Length(min=1))
    selectionBehavior = fields.String(validate=validate.OneOf(SELECTION))
    overrideReasons = fields.List(fields.Nested(CodingSchema), validate=validate.Length(min=1))
    links = fields.List(fields.Nested(LinkSchema), validate=validate.Length(min=1))
    extension = _object()

    @validates_schema
    def _selectable(self, data: dict[str, Any], **kwargs: Any) -> None:
        if ("suggestions" in data) != ("selectionBehavior" in data):
            raise ValidationError("selectionBehavior stands beside suggestions", "selectionBehavior")


class AnswerSchema(_Strict):
    """The answer to a call: nothing to say is an empty list of cards."""

    cards = fields.List(fields.Nested(CardSchema), required=True)
    extension = _object()


class ServiceSchema(_Strict):
    """One entry of discovery."""

    id = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9._~-]+"))
    hook = _word()
    title = _word()
    description = _word()
    version = fields.String(validate=validate.Regexp(r"\d+\.\d+\.\d+"))
    usageRequirements = _word(required=False)
    prefetch = fields.Dict(keys=fields.String(), values=fields.String(validate=_WORD), validate=validate.Length(min=1))
    extension = _object()


class DiscoverySchema(_Strict):
    """Which services are there?"""

    services = fields.List(fields.Nested(ServiceSchema), required=True)


class IssueSchema(_Strict):
    """One thing that is wrong, and what to do."""

    severity = fields.String(required=True, validate=validate.OneOf(("fatal", "error", "warning", "information")))
    code = _word()
    diagnostics = _word()
    expression = fields.List(_word(), validate=validate.Length(min=1))


class OutcomeSchema(_Strict):
    """The OperationOutcome of an error."""

    resourceType = fields.String(required=True, validate=validate.Equal("OperationOutcome"))
    issue = fields.List(fields.Nested(IssueSchema), required=True, validate=validate.Length(min=1))
