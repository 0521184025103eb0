"""Pages and JSON of the knowledge, so that every link on a card resolves; health and metrics.

Nothing here knows a patient: addresses hold finding codes and source ids only.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from flask import Blueprint, Response, render_template, request

from cards.model import Library, Rule, Source
from cards.render import cited, with_numbers
from cds.hooks import metrics
from cds.hooks.errors import Issue, Refused
from cds.hooks.routes import VERSION_HEADER, describe, without_empty
from cds.settings import Settings

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def create(settings: Settings, library: Library) -> Blueprint:
    """The blueprint of everything that a person may read."""
    pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")

    @pages.get("/")
    def home() -> Response:
        services = [describe(service, library) for service in library.services]
        return _page("home.html", library, services=services, base_url=settings.public_base_url, rules=library.rules.values())

    @pages.get("/findings")
    def findings() -> Response:
        if _wants_page():
            return _page("findings.html", library, rules=library.rules.values())
        return _json({"findings": [_summary(rule) for rule in library.rules.values()]}, library)

    @pages.get("/findings/<code>")
    def finding(code: str) -> Response:
        rule = library.rules.get(code)
        if rule is None:
            return _unknown("There is no finding of this code; GET /findings lists them.", library)
        if _wants_page():
            numbers = [library.policy.numbers[name] for name in rule.uses]
            sources = [library.sources[name] for name in rule.evidence]
            against = [library.sources[name] for name in rule.against]
            return _page(
                "finding.html",
                library,
                rule=rule,
                numbers=numbers,
                sources=sources,
                against=against,
                cited=cited,
                said=lambda text: with_numbers(text, library.policy),
            )
        return _json(describe_rule(rule, library), library)

    @pages.get("/evidence")
    def evidence() -> Response:
        if _wants_page():
            return _page("evidence.html", library, sources=library.sources.values())
        return _json({"evidence": [{"id": one.id, "title": one.title, "verified": one.verified} for one in library.sources.values()]}, library)

    @pages.get("/evidence/<source_id>")
    def source(source_id: str) -> Response:
        found = library.sources.get(source_id)
        if found is None:
            return _unknown("There is no source of this id; GET /evidence lists them.", library)
        used = [rule for rule in library.rules.values() if source_id in (*rule.evidence, *rule.against)]
        if _wants_page():
            return _page("source.html", library, source=found, used=used)
        return _json({**describe_source(found), "findings": [rule.code for rule in used]}, library)

    @pages.get("/healthz")
    def health() -> Response:
        return _json({"status": "up"}, library)

    @pages.get("/readyz")
    def ready() -> Response:
        counts = {"findings": len(library.rules), "sources": len(library.sources), "drugCodes": len(library.terminology.drugs)}
        return _json({"status": "ready", "knowledgeVersion": library.version, **counts}, library)

    @pages.get("/metrics")
    def counts() -> Response:
        return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return pages


def _wants_page() -> bool:
    """Does the caller prefer HTML? A browser does; */* alone gets JSON."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _page(name: str, library: Library, status: int = HTTPStatus.OK, **facts: Any) -> Response:
    answer = Response(render_template(name, version=library.version, **facts), status=status, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Vary"] = "Accept"
    return answer


def _json(value: dict[str, Any], library: Library) -> Response:
    answer = Response(_ENCODER.encode(without_empty(value)), mimetype="application/json")
    answer.headers[VERSION_HEADER] = library.version
    answer.headers["Vary"] = "Accept"
    return answer


def _unknown(words: str, library: Library) -> Response:
    if _wants_page():
        return _page("unknown.html", library, HTTPStatus.NOT_FOUND, words=words)
    raise Refused((Issue(where="", words=words, code="not-found"),), HTTPStatus.NOT_FOUND)


def _summary(rule: Rule) -> dict[str, Any]:
    return {"code": rule.code, "title": rule.title, "question": rule.question, "hooks": list(rule.hooks)}


def describe_rule(rule: Rule, library: Library) -> dict[str, Any]:
    """A finding as JSON: when it fires, its numbers with their sources, its texts, its evidence."""
    return {
        **_summary(rule),
        "group": rule.group,
        "firesWhen": list(rule.fires),
        "silentWhen": list(rule.silent),
        "needs": list(rule.needs),
        "numbers": [
            msgspec.to_builtins(library.policy.numbers[name], builtin_types=(type(library.policy.numbers[name].value),)) for name in rule.uses
        ],
        "variants": {
            name: {
                "indicator": wording.indicator.value,
                "summary": wording.summary,
                **{part: with_numbers(getattr(wording, part), library.policy) for part in ("found", "why", "do", "evidence")},
            }
            for name, wording in rule.variants.items()
        },
        "addedWhereItApplies": {name: with_numbers(text, library.policy) for name, text in (*rule.more.items(), *rule.phrases.items())},
        "overrideReasons": [{"code": reason.code, "system": library.override_system, "display": reason.display} for reason in rule.override_reasons],
        "evidence": [describe_source(library.sources[name]) for name in rule.evidence],
        "evidenceAgainst": list(rule.against),
        "policy": rule.policy,
        "compared": rule.compared,
        "knowledgeVersion": library.version,
    }


def describe_source(source: Source) -> dict[str, Any]:
    """A source as JSON, with how far it was verified."""
    found: dict[str, Any] = msgspec.to_builtins(source)
    return {**found, "status": "verified" if source.is_verified else "not yet verified"}
