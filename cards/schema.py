"""The shapes that the files of this room must have; strict, so that a misspelt key cannot pass.

Uses marshmallow. Reads nothing itself: `library` hands it what the TOML files hold.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

HOOKS = ("order-select", "order-sign", "medication-refill", "patient-view", "appointment-book")
NEEDS = ("medications", "conditions", "allergies", "results", "procedures")
_KEBAB = validate.Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", error="use lower-case words joined by hyphens")


class _Strict(Schema):
    class Meta:
        unknown = RAISE


def _text() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1))


def _optional() -> fields.String:
    return fields.String(validate=validate.Length(min=1))


def _names(**more: Any) -> fields.List[Any]:
    return fields.List(fields.String(validate=validate.Length(min=1)), **more)


class _Day(fields.Field[date]):
    """TOML has dates of its own; a date in quotes is a mistake."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if type(value) is not date:
            raise ValidationError("write a date without quotes, such as 2026-11-24")
        return value


class _Exact(fields.Field[Any]):
    """A number as written in the file: integer or exact decimal, never a float, a word or a truth value."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise ValidationError("write a number without quotes")
        return Decimal(value)


class BaseTextSchema(_Strict):
    """The four parts of a card's detail that the variants share."""

    found = _text()
    why = _text()
    do = _text()
    evidence = _text()


class VariantSchema(_Strict):
    """One way in which a finding comes out; parts left out are those of [base]."""

    indicator = fields.String(required=True, validate=validate.OneOf(("critical", "warning", "info")))
    summary = fields.String(required=True, validate=validate.Length(min=1, max=139))
    found = fields.String(validate=validate.Length(min=1))
    why = fields.String(validate=validate.Length(min=1))
    do = fields.String(validate=validate.Length(min=1))
    evidence = fields.String(validate=validate.Length(min=1))
    selection_behavior = fields.String(validate=validate.OneOf(("any", "at-most-one")))


class RuleSchema(_Strict):
    """One finding: `cards/rules/<group>/<code>.toml`."""

    code = fields.String(required=True, validate=_KEBAB)
    title = _text()
    group = fields.String(required=True, validate=_KEBAB)
    question = _text()
    priority = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    fires = _names(required=True, validate=validate.Length(min=1))
    silent = _names(required=True, validate=validate.Length(min=1))
    hooks = fields.List(fields.String(validate=validate.OneOf(HOOKS)), required=True, validate=validate.Length(min=1))
    needs = fields.List(fields.String(validate=validate.OneOf(NEEDS)), required=True)
    uses = _names(required=True)
    facts = _names(required=True)
    evidence = _names(required=True, validate=validate.Length(min=1))
    primary = _text()
    against = _names(load_default=list)
    override = _names(required=True)
    selection_behavior = fields.String(required=True, validate=validate.OneOf(("any", "at-most-one")))
    rider = fields.Boolean(load_default=False)
    policy = fields.String(validate=validate.Length(min=1))
    compared = _Day(required=True)
    base = fields.Nested(BaseTextSchema, required=True)
    variant = fields.Dict(keys=fields.String(validate=_KEBAB), values=fields.Nested(VariantSchema), required=True, validate=validate.Length(min=1))
    more = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"^(found|why|do|evidence)-[a-z0-9-]+$", error="begin with found-, why-, do- or evidence-")),
        values=_text(),
        load_default=dict,
    )
    phrases = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), load_default=dict)
    suggestions = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), load_default=dict)


class SourceSchema(_Strict):
    """One source: `cards/evidence/<id>.toml`."""

    id = fields.String(required=True, validate=_KEBAB)
    type = _text()
    title = _text()
    authors = _names()
    journal = _optional()
    year = fields.Integer(strict=True)
    volume = _optional()
    issue = _optional()
    pages = _optional()
    doi = fields.String(validate=validate.Regexp(r"^10\.\d{4,}/\S+$", error="is no DOI"))
    pmid = fields.String(validate=validate.Regexp(r"^\d+$", error="is no PMID"))
    pmcid = fields.String(validate=validate.Regexp(r"^PMC\d+$", error="is no PMCID"))
    link = fields.Url(schemes={"http", "https"})
    conditions = _names()
    n = fields.Raw()
    dose_mg = _optional()
    duration = _optional()
    says = _text()
    direction = _optional()
    correction = _optional()
    cited_by = _names()
    verified = fields.String(required=True, validate=validate.OneOf(("full-text", "abstract", "bibliographic", "not-found")))
    settled = fields.Boolean(required=True)


class NumberSchema(_Strict):
    """One number of the policy, under its name in `cards/policy.toml`."""

    value = _Exact(required=True)
    unit = fields.String(required=True, validate=validate.OneOf(("d", "mo", "h", "mg", "U/L")))
    meaning = _text()
    lowest = _Exact()
    highest = _Exact()
    evidence = _names(load_default=list)
    policy = fields.String(validate=validate.Length(min=1))


class DataKeySchema(_Strict):
    """One prefetch key of `cards/data.toml`."""

    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z][A-Za-z]*$", error="use letters only"))
    need = fields.String(required=True, validate=validate.OneOf(NEEDS))
    resource = _text()
    template = fields.String(
        required=True,
        validate=validate.Regexp(
            r"^[A-Z][A-Za-z]+(/|\?patient=)\{\{context\.patientId\}\}(&(_sort|_count|category|code|status)=[^&{}]+)*$",
            error="ask by the patient in context, with token, _sort and _count parameters only",
        ),
    )
    words = _text()
    by_hand = _text()
    required = fields.Boolean(required=True)
    newest_first = fields.Boolean(load_default=False)
    lookback = _optional()


class ServiceSchema(_Strict):
    """One service of `cards/services.toml`."""

    id = fields.String(required=True, validate=_KEBAB)
    hook = fields.String(required=True, validate=validate.OneOf(HOOKS))
    title = _text()
    description = _text()
    usage = _text()


class PartSchema(_Strict):
    """One [[part]] of `cards/codelists/words.toml`."""

    name = fields.String(required=True, validate=_KEBAB)
    classes = _names(required=True, validate=validate.Length(min=1))
    ingredients = _names(load_default=list)
    not_forms = _names(load_default=list)
    relevant = fields.Boolean(required=True)


class WordsSchema(_Strict):
    """`cards/codelists/words.toml` as a whole."""

    part = fields.List(fields.Nested(PartSchema), required=True)
    words = fields.Dict(keys=fields.String(), values=_names(), required=True)
    phrases = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    analytes = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    outranks = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    strengths = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), required=True)
    results = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.OneOf(("positive", "negative", "open"))), required=True)
    units = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class LaterSchema(_Strict):
    """`cards/later.toml`."""

    codes = fields.List(fields.String(validate=_KEBAB), required=True)


class OverridesSchema(_Strict):
    """`cards/overrides.toml`."""

    system = _text()
    reasons = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), required=True)
