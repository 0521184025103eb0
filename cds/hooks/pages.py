"""Pages for people and the same facts as JSON, so that every link on a card resolves; health and metrics.

Nothing here knows a patient: addresses hold codes and ids of the knowledge only, and answers may be kept by any cache.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from jinja2 import Environment

from cards.model import Library
from cds import markup
from cds.config.model import Settings
from cds.hooks import describe, metrics
from cds.hooks.errors import Issue, Refused
from cds.hooks.routes import VERSION_HEADER, without_empty

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_KEPT = "public, max-age=300"


def create(settings: Settings, library: Library) -> Blueprint:
    """The blueprint of everything that a person may read."""
    pages = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")
    shown = _Shown(library)

    @pages.get("/")
    def home() -> Response:
        base_url = settings.public_base_url
        return shown.answer("home.html", describe.home(library, base_url), base_url=base_url)

    @pages.get("/findings")
    def findings() -> Response:
        return shown.answer("findings.html", describe.findings(library))

    @pages.get("/findings/<code>")
    def finding(code: str) -> Response:
        rule = library.rules.get(code)
        if rule is None:
            return shown.unknown("There is no finding of this code; GET /findings lists them.")
        return shown.answer("finding.html", describe.finding(rule, library, settings.public_base_url), rule=rule)

    @pages.get("/evidence")
    def evidence() -> Response:
        return shown.answer("evidence.html", describe.evidence(library))

    @pages.get("/evidence/<source_id>")
    def source(source_id: str) -> Response:
        found = library.sources.get(source_id)
        if found is None:
            return shown.unknown("There is no source of this id; GET /evidence lists them.")
        return shown.answer("source.html", describe.source_with_ties(found, library), source=found)

    @pages.get("/conditions")
    def conditions() -> Response:
        return shown.answer("conditions.html", describe.conditions(library))

    @pages.get("/conditions/<condition_id>")
    def condition(condition_id: str) -> Response:
        found = library.conditions.get(condition_id)
        if found is None:
            return shown.unknown("There is no condition of this id; GET /conditions lists them.")
        return shown.answer("condition.html", describe.condition(found, library), condition=found)

    @pages.get("/account")
    def account() -> Response:
        return shown.answer("account.html", describe.account(library))

    @pages.get("/healthz")
    def health() -> Response:
        return shown.json({"status": "up"})

    @pages.get("/readyz")
    def ready() -> Response:
        counts = {"findings": len(library.rules), "sources": len(library.sources), "drugCodes": len(library.terminology.drugs)}
        return shown.json({"status": "ready", "knowledgeVersion": library.version, **counts})

    @pages.get("/metrics")
    def counts() -> Response:
        return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return pages


class _Shown:
    """Answers as HTML or JSON, whichever the caller prefers, with what a cache has to know."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._templates: Environment = markup.environment(library, lambda path: path)

    def answer(self, template: str, value: dict[str, Any], **facts: Any) -> Response:
        """The page for a browser, `value` for a machine; both may be kept, and asked for again by their tag."""
        answer = self._page(template, **facts) if _wants_page() else self.json(value)
        answer.headers["Vary"] = "Accept"
        answer.headers["Cache-Control"] = _KEPT
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    def json(self, value: dict[str, Any]) -> Response:
        """This value, without empty members."""
        answer = Response(_ENCODER.encode(without_empty(value)), mimetype="application/json")
        answer.headers[VERSION_HEADER] = self._library.version
        return answer

    def unknown(self, words: str) -> Response:
        """404, as a page or as an OperationOutcome. The words never repeat the address."""
        if not _wants_page():
            raise Refused((Issue(where="", words=words, code="not-found"),), HTTPStatus.NOT_FOUND)
        answer = self._page("unknown.html", words=words)
        answer.status_code = HTTPStatus.NOT_FOUND
        answer.headers["Vary"] = "Accept"
        return answer

    def _page(self, template: str, **facts: Any) -> Response:
        answer = Response(self._templates.get_template(template).render(**facts), mimetype="text/html")
        answer.headers["Content-Security-Policy"] = _POLICY
        answer.headers[VERSION_HEADER] = self._library.version
        return answer


def _wants_page() -> bool:
    """Does the caller prefer HTML? A browser does; */* alone gets JSON."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
