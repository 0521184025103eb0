"""Discovery and services: the addresses that EHRs call.

No redirects anywhere: browsers' preflights and Epic follow none. (REQUIREMENTS: Discovery, HTTP behaviour.)
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import HTTPException

from cards.model import Library, ServiceText
from cds import evaluate
from cds.call import Answer, Call, DataMissing, Lack, Source
from cds.config.model import Mode, Settings, Tenant
from cds.hooks import audit, body, clients, envelope, metrics
from cds.hooks.errors import Issue, Refused
from cds.store.keeper import Keeper
from cds.tenancy import Site

VERSION_HEADER = "LDN-CDS-Knowledge-Version"
SITE_HEADER = "LDN-CDS-Site-Profile"
EXPLAIN_EXTENSION = "org.ldn-cds.explain"
DOSE_EXTENSION = "org.ldn-cds.dose"
_SPECIFICATION = "2.0.0"
_LOG = logging.getLogger("ldn_cds")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


Admit = Callable[[Request], Site]
Begin = Callable[[Call, Tenant], Source | None]


def create(
    settings: Settings, services: Mapping[str, ServiceText], admit: Admit, begin: Begin, now: Callable[[], datetime], keeper: Keeper
) -> Blueprint:
    """The blueprint of discovery and of one address per service.

    `admit` tells who calls, or refuses with 401, before a body is read; `begin` begins the reading of what the client did not send.
    Each call that was admitted leaves a row with the keeper before it is answered.
    """
    routes = Blueprint("hooks", __name__)
    discoveries: dict[str, bytes] = {}

    @routes.get("/cds-services")
    def discover() -> Response:
        site = admit(request)
        known = discoveries.get(site.tenant.id)
        if known is None:
            known = discoveries[site.tenant.id] = _ENCODER.encode({"services": [describe(service, site.library) for service in services.values()]})
        return _json(known, site.library)

    @routes.post("/cds-services/<service_id>")
    @routes.post("/cds-services//<service_id>")
    def serve(service_id: str) -> Response:
        began = time.perf_counter()
        service = services.get(service_id)
        if service is None:
            words = "There is no service of this name; GET /cds-services lists them."
            raise Refused((Issue(where="", words=words, code="not-found"),), HTTPStatus.NOT_FOUND)
        status, call, answer = int(HTTPStatus.INTERNAL_SERVER_ERROR), None, None
        lacking: Mapping[str, Lack] = {}
        site = admit(request)
        tenant, library = site.tenant, site.library
        try:
            call = envelope.call(body.read(request, settings.max_body_bytes), service.id, service.hook, tenant.id)
            explain = request.args.get("explain") == "true"
            moment = now().astimezone(tenant.time_zone)
            answer = evaluate.answer(call, library, moment, settings.public_base_url, explain=explain, fetch=lambda asked: begin(asked, tenant))
            shown = replace(answer, cards=(), explain=None) if tenant.mode is Mode.SILENT else answer
            encoded = encode(clients.dressed(whole(shown), tenant.client_profile))
            status = int(HTTPStatus.OK)
        except Refused as error:
            status = error.status
            raise
        except DataMissing as error:
            lacking = error.lacking
            status = int(HTTPStatus.PRECONDITION_FAILED)
            raise
        except HTTPException as error:  # a body over the limit, a client that hung up
            status = error.code or status
            raise
        finally:
            seconds = time.perf_counter() - began
            audit.note(
                keeper,
                at=now(),
                tenant=tenant,
                service=service.id,
                hook=service.hook,
                status=status,
                knowledge=library.version,
                timings={"total": seconds * 1000},
                call=call,
                answer=answer,
            )
            _record(service, tenant.id, status, answer, answer.lacking if answer else lacking, library, seconds)
        return _json(encoded, library)

    return routes


def describe(service: ServiceText, library: Library) -> dict[str, Any]:
    """One entry of discovery; prefetch is derived from what the checks of the hook need."""
    entry: dict[str, Any] = {
        "id": service.id,
        "hook": service.hook,
        "title": service.title,
        "description": service.description,
        "version": _SPECIFICATION,
        "usageRequirements": service.usage,
    }
    prefetch = dict(evaluate.prefetch_of(service.hook, library))
    return {**entry, "prefetch": prefetch} if prefetch else entry


def whole(answer: Answer) -> dict[str, Any]:
    """The answer's JSON; an explanation is added beside the cards and changes nothing else."""
    out: dict[str, Any] = {"cards": list(answer.cards)}
    if answer.explain is not None:
        extension = {EXPLAIN_EXTENSION: without_empty(answer.explain), DOSE_EXTENSION: list(answer.doses)}
        out["extension"] = {key: value for key, value in extension.items() if value}
    return out


def encode(value: Any) -> bytes:
    """JSON bytes; decimals keep their digits."""
    return _ENCODER.encode(value)


def without_empty(value: Any) -> Any:
    """The same without nulls, blank strings and empty containers, which CDS Hooks does not allow."""
    if isinstance(value, dict):
        cleaned = {key: without_empty(part) for key, part in value.items()}
        return {key: part for key, part in cleaned.items() if part is not None and part not in ("", [], {})}
    if isinstance(value, (list, tuple)):
        return [part for part in (without_empty(part) for part in value) if part is not None and part not in ("", [], {})]
    return value


def _json(content: bytes, library: Library) -> Response:
    answer = Response(content, mimetype="application/json")
    answer.headers[VERSION_HEADER] = library.version
    if library.site is not None:
        answer.headers[SITE_HEADER] = f"{quote(library.site.name, safe=' ')}; version={library.site.version}"
    return answer


def _record(
    service: ServiceText, tenant: str, status: int, answer: Answer | None, lacking: Mapping[str, Lack], library: Library, seconds: float
) -> None:
    """One log line and the metrics of a call: outcomes and times, nothing of the patient."""
    outcomes = dict(answer.outcomes) if answer else {}
    metrics.record(service.id, status, outcomes, answer.invalid_drafts if answer else 0, lacking, seconds)
    _LOG.info(
        "call",
        extra={
            "tenant": tenant,
            "service": service.id,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "alerts": sorted(code for code, outcome in outcomes.items() if outcome == "alert"),
            "cards": len(answer.cards) if answer else 0,
            "lacking": sorted(f"{key} {lack}" for key, lack in lacking.items()),
            "knowledge": library.version,
        },
    )
