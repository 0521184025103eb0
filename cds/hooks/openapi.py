"""`/openapi.json`: this service's interface as an OpenAPI 3.1 document, made from the schemas that judge requests and answers.

May import Flask, apispec and this room.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Response

from cards.model import Library, ServiceText
from cds.config.model import Settings
from cds.hooks import answers, envelope
from cds.hooks.routes import SITE_HEADER, VERSION_HEADER, encode

Json = dict[str, Any]
_PURPOSE = "CDS Hooks 2.0 decision support for low-dose naltrexone."
_REFUSALS = {
    "400": "The request is not sound; each issue names the member and the remedy.",
    "401": "Nobody vouches for the caller.",
    "404": "There is no service of this id.",
    "412": "No medication list at all could be had, so nothing can be said.",
    "413": "The body is larger than this service takes.",
    "415": "The body is not declared as JSON in UTF-8.",
}
_HEADERS: Json = {
    VERSION_HEADER: {"description": "The version of the knowledge behind the answer.", "schema": {"type": "string"}},
    SITE_HEADER: {"description": "The site profile over the knowledge, where there is one.", "schema": {"type": "string"}},
}


def create(settings: Settings, library: Library) -> Blueprint:
    """The blueprint of the interface description. It is public: it says no more than discovery and the specification."""
    blueprint = Blueprint("openapi", __name__)
    content = encode(document(settings, library))

    @blueprint.get("/openapi.json")
    def describe() -> Response:
        answer = Response(content, mimetype="application/json")
        answer.headers[VERSION_HEADER] = library.version
        return answer

    return blueprint


def document(settings: Settings, library: Library) -> Json:
    """The whole description: discovery and one address per service."""
    spec = APISpec(
        title="ldn-cds",
        version=library.version,
        openapi_version="3.1.0",
        info={
            "description": "CDS Hooks 2.0 decision support for low-dose naltrexone.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
        servers=[{"url": settings.public_base_url}],
    )
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    secured: list[Json] = [{"bearer": []}, {}] if settings.open_tenants else [{"bearer": []}]
    spec.path(
        path="/cds-services",
        operations={
            "get": {
                "operationId": "discover",
                "summary": "Which services are there?",
                "security": secured,
                "responses": {"200": _answered("The services.", answers.DiscoverySchema), **_refused(("401",))},
            }
        },
    )
    for service in library.services:
        spec.path(path=f"/cds-services/{service.id}", operations={"post": _call(service, secured)})
    found: Json = spec.to_dict()
    return found


def _call(service: ServiceText, secured: list[Json]) -> Json:
    explain = {"in": "query", "name": "explain", "schema": {"type": "string", "enum": ["true"]}, "description": "Adds why the answer is what it is."}
    request = envelope.whole_request(service.hook)
    return {
        "operationId": service.id,
        "summary": service.title,
        "description": service.description,
        "security": secured,
        "parameters": [explain],
        "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
        "responses": {"200": _answered("Cards; nothing to say is an empty list.", answers.AnswerSchema), **_refused(_REFUSALS)},
    }


def _answered(words: str, schema: type) -> Json:
    return {"description": words, "headers": _HEADERS, "content": {"application/json": {"schema": schema}}}


def _refused(statuses: Iterable[str] | Mapping[str, str]) -> Json:
    return {status: {"description": _REFUSALS[status], "content": {"application/json": {"schema": answers.OutcomeSchema}}} for status in statuses}


def _name(schema: Any) -> str:
    """A schema by its class, or by the name that it was given."""
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema").lstrip("_")
