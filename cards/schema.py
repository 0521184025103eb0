"""The shapes that the files of this room must have; strict, so that a misspelt key cannot pass.

Uses marshmallow. Reads nothing itself: `library` hands it what the TOML files hold.
"""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from cards.fields import Day, Exact, Strict
from cards.finding import Fact, Phrase

HOOKS = ("order-select", "order-sign", "medication-refill", "patient-view", "appointment-book")
NEEDS = ("medications", "conditions", "allergies", "results", "procedures", "signs", "symptoms", "plans", "patient")
PROCEDURE_WORDS = (
    *("operation", "bare", "sedated", "under", "under_beside", "under_alone", "beside", "local", "local_alone", "never_local", "unsedated"),
    *("not_meant", "minor", "specialty", "specialty_beside", "visit", "follow_up", "visit_label", "before", "over", "headings"),
    *("behind", "behind_alone", "behind_next", "still"),
)
_KEBAB = validate.Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", error="use lower-case words joined by hyphens")


def _text() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1))


def _optional() -> fields.String:
    return fields.String(validate=validate.Length(min=1))


def _names(**more: Any) -> fields.List[Any]:
    return fields.List(fields.String(validate=validate.Length(min=1)), **more)


class _Words(fields.Field[Fact]):
    """A fact of an example: text, a phrase of the rule with its own facts, or several phrases."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Fact:
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            return tuple(self._phrase(part) for part in value)
        return self._phrase(value)

    @staticmethod
    def _phrase(value: Any) -> Phrase:
        if not isinstance(value, dict) or "phrase" not in value or not all(isinstance(part, str) for part in value.values()):
            raise ValidationError('write text, or { phrase = "name" } with the facts of the phrase beside it')
        return Phrase(value["phrase"], {name: part for name, part in value.items() if name != "phrase"})


class BaseTextSchema(Strict):
    """The four parts of a card's detail that the variants share; `why` may be empty where the facts say it."""

    found = _text()
    why = fields.String(required=True)
    do = _text()
    evidence = _text()


class VariantSchema(Strict):
    """One way in which a finding comes out; parts left out are those of [base]."""

    indicator = fields.String(required=True, validate=validate.OneOf(("critical", "warning", "info")))
    summary = fields.String(required=True, validate=validate.Length(min=1, max=139))
    found = fields.String(validate=validate.Length(min=1))
    why = fields.String(validate=validate.Length(min=1))
    do = fields.String(validate=validate.Length(min=1))
    evidence = fields.String(validate=validate.Length(min=1))
    primary = _optional()
    selection_behavior = fields.String(validate=validate.OneOf(("any", "at-most-one")))


class RuleSchema(Strict):
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
    withholds = fields.Boolean(load_default=False)
    raises = fields.Boolean(load_default=False)
    needs_on = fields.Dict(
        keys=fields.String(validate=validate.OneOf(HOOKS)),
        values=fields.List(fields.String(validate=validate.OneOf(NEEDS))),
        load_default=dict,
    )
    policy = fields.String(validate=validate.Length(min=1))
    compared = Day(required=True)
    base = fields.Nested(BaseTextSchema, required=True)
    variant = fields.Dict(keys=fields.String(validate=_KEBAB), values=fields.Nested(VariantSchema), required=True, validate=validate.Length(min=1))
    more = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"^(found|why|do|evidence)-[a-z0-9-]+$", error="begin with found-, why-, do- or evidence-")),
        values=_text(),
        load_default=dict,
    )
    phrases = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), load_default=dict)
    suggestions = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), load_default=dict)


class ExampleSchema(Strict):
    """The invented patient on whom the page of a finding shows its card: `cards/examples/<code>.toml`."""

    says = _text()
    variant = fields.String(required=True, validate=_KEBAB)
    more = _names(load_default=list)
    sources = _names(load_default=list)
    pages = _names(load_default=list)
    facts = fields.Dict(keys=fields.String(), values=_Words(), required=True)
    offers = fields.Dict(
        keys=fields.String(validate=_KEBAB),
        values=fields.Dict(keys=fields.String(), values=fields.String()),
        load_default=dict,
    )


class SourceSchema(Strict):
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


class StudySchema(Strict):
    """One [[study]] of a condition."""

    source = fields.String(required=True, validate=_KEBAB)
    direction = fields.String(required=True, validate=validate.OneOf(("for", "against", "mixed", "none")))
    result = _text()


class DocumentClaimSchema(Strict):
    """One [[document]] of a condition: what a founding document claims."""

    document = fields.String(required=True, validate=_KEBAB)
    says = _text()
    corrected = _optional()
    by = _names(load_default=list)


class ConditionSchema(Strict):
    """The evidence for one condition: `cards/conditions/<id>.toml`."""

    id = fields.String(required=True, validate=_KEBAB)
    title = _text()
    priority = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    concepts = fields.List(fields.String(validate=_KEBAB), required=True)
    about = _names(load_default=list)
    grade = fields.String(required=True, validate=_KEBAB)
    claims_allowed = fields.Boolean(required=True)
    headline = fields.String(required=True, validate=validate.Length(min=1, max=99, error="must be 1 to 99 characters long"))
    lines = _names(required=True, validate=validate.Length(min=1, max=2))
    advice = _text()
    study = fields.List(fields.Nested(StudySchema), load_default=list)
    ongoing = _names(load_default=list)
    document = fields.List(fields.Nested(DocumentClaimSchema), load_default=list)
    left_out = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), load_default=dict)
    note = _optional()
    policy = _optional()
    compared = Day(required=True)


class GradesSchema(Strict):
    """`cards/grades.toml`: how strong is the evidence, in a word and for people?"""

    grades = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), required=True)


class NumberSchema(Strict):
    """One number of the policy, under its name in `cards/policy.toml`."""

    value = Exact(required=True)
    unit = fields.String(required=True, validate=validate.OneOf(("a", "mo", "wk", "d", "h", "mg", "U/L", "mg/dL", "mL/min/{1.73_m2}", "mL", "1")))
    meaning = _text()
    lowest = Exact()
    highest = Exact()
    evidence = _names(load_default=list)
    policy = fields.String(validate=validate.Length(min=1))


class DataKeySchema(Strict):
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


class ServiceSchema(Strict):
    """One service of `cards/services.toml`."""

    id = fields.String(required=True, validate=_KEBAB)
    hook = fields.String(required=True, validate=validate.OneOf(HOOKS))
    title = _text()
    description = _text()
    usage = _text()


class PartSchema(Strict):
    """One [[part]] of `cards/codelists/words.toml`."""

    name = fields.String(required=True, validate=_KEBAB)
    classes = _names(required=True, validate=validate.Length(min=1))
    ingredients = _names(load_default=list)
    not_forms = _names(load_default=list)
    not_ingredients = _names(load_default=list)
    relevant = fields.Boolean(required=True)


class WordsSchema(Strict):
    """`cards/codelists/words.toml` as a whole."""

    part = fields.List(fields.Nested(PartSchema), required=True)
    words = fields.Dict(keys=fields.String(), values=_names(), required=True)
    phrases = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    analytes = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    outranks = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    strengths = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), required=True)
    results = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.OneOf(("positive", "negative", "open"))), required=True)
    units = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class MeasureSchema(Strict):
    """One test of `cards/codelists/laboratory.toml`."""

    unit = _text()
    critical = fields.Boolean(required=True)
    factors = fields.Dict(keys=fields.String(), values=Exact(), required=True)


class OrderableSchema(Strict):
    """One order of `cards/orders.toml`."""

    system = fields.Url(required=True, schemes={"http", "https"})
    code = _text()
    display = _text()
    text = _text()


class PhrasesSchema(Strict):
    """`cards/codelists/phrases.toml` as a whole: what it holds beside words.toml."""

    words = fields.Dict(keys=fields.String(), values=_names(), required=True)
    phrases = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    mentions = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    analytes_lab = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    not_lab = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(), required=True)
    units = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class FormsSchema(Strict):
    """`cards/codelists/forms.toml`: the words that tell a dose form."""

    forms = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(validate=validate.Length(min=1)), required=True)


class ProceduresSchema(Strict):
    """`cards/codelists/procedures.toml`: what tells an operation, or a procedure under sedation."""

    words = fields.Nested(
        Schema.from_dict({name: _names(required=True, validate=validate.Length(min=1)) for name in PROCEDURE_WORDS}), required=True, unknown=RAISE
    )
    endings = fields.Nested(
        Schema.from_dict({name: _names(required=True) for name in ("operation", "sedation", "sedated", "operated", "not")}),
        required=True,
        unknown=RAISE,
    )
    spelled = fields.Nested(Schema.from_dict({"operation": _names(required=True)}), required=True, unknown=RAISE)


class ExcipientsSchema(Strict):
    """`cards/codelists/excipients.toml`: what a compounded product may hold, as allergy lists name it."""

    names = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(validate=validate.Length(min=1)), required=True)
    words = fields.Nested(Schema.from_dict({name: _names(required=True) for name in ("not_dye", "not_meant")}), required=True, unknown=RAISE)
    whole = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(validate=validate.Length(min=1)), required=True)


class EffectsSchema(Strict):
    """`cards/codelists/effects.toml`: side effects of low-dose naltrexone, and the words of a course without effect."""

    names = fields.Dict(keys=fields.String(validate=_KEBAB), values=_names(validate=validate.Length(min=1)), required=True)
    mentions = fields.Nested(Schema.from_dict({"words": _names(required=True)}), required=True, unknown=RAISE)
    codes = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(validate=_KEBAB), values=_names()), required=True)
    words = fields.Nested(Schema.from_dict({"no_effect": _names(required=True), "stopping": _names(required=True)}), required=True, unknown=RAISE)


class LaterSchema(Strict):
    """`cards/later.toml`."""

    codes = fields.List(fields.String(validate=_KEBAB), required=True)


class StatementSchema(Strict):
    """One row of `cards/account.csv`, its `|` lists already parted."""

    id = fields.String(required=True, validate=validate.Regexp(r"^S\d{3}-\d{2,3}$", error="is no statement id such as S000-01"))
    document = fields.String(required=True, validate=_KEBAB)
    topic = fields.String(required=True, validate=_KEBAB)
    says = _text()
    outcome = fields.String(required=True, validate=validate.OneOf(("finding", "text", "evidence", "not-executed")))
    findings = fields.List(fields.String(validate=_KEBAB), required=True)
    sources = fields.List(fields.String(validate=_KEBAB), required=True)
    conditions = fields.List(fields.String(validate=_KEBAB), required=True)
    note = fields.String(required=True)


class SideSchema(Strict):
    """One [[disagreement.side]] of `cards/disagreements.toml`; a side without statements is the literature's."""

    text = _text()
    statements = _names(load_default=list)


class DisagreementSchema(Strict):
    """One [[disagreement]] of `cards/disagreements.toml`."""

    id = fields.String(required=True, validate=_KEBAB)
    point = _text()
    handling = _text()
    findings = fields.List(fields.String(validate=_KEBAB), load_default=list)
    sources = fields.List(fields.String(validate=_KEBAB), load_default=list)
    side = fields.List(fields.Nested(SideSchema), required=True, validate=validate.Length(min=2, error="needs two sides"))


class DisagreementsSchema(Strict):
    """`cards/disagreements.toml`."""

    disagreement = fields.List(fields.Nested(DisagreementSchema), required=True)


class OverridesSchema(Strict):
    """`cards/overrides.toml`."""

    system = _text()
    reasons = fields.Dict(keys=fields.String(validate=_KEBAB), values=_text(), required=True)
