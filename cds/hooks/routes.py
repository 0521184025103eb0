"""Discovery and services: the addresses that EHRs call.

No redirects anywhere: browsers' preflights and Epic follow none. (REQUIREMENTS: Discovery, HTTP behaviour.)
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from cards.model import Library, ServiceText
from cds import evaluate
from cds.call import Answer, DataMissing
from cds.config.model import Tenant
from cds.hooks import audit, content, envelope, metrics
from cds.hooks.errors import Issue, Refused
from cds.settings import Settings
from cds.store.keeper import Keeper

VERSION_HEADER = "LDN-CDS-Knowledge-Version"
EXPLAIN_EXTENSION = "org.ldn-cds.explain"
DOSE_EXTENSION = "org.ldn-cds.dose"
_SPECIFICATION = "2.0.0"
_LOG = logging.getLogger("ldn_cds")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def create(settings: Settings, library: Library, now: Callable[[], datetime], keeper: Keeper | None = None) -> Blueprint:
    """The blueprint of discovery and of one address per service. Each answered call leaves a row with the keeper."""
    routes = Blueprint("hooks", __name__)
    services = {service.id: service for service in library.services}
    tenant = Tenant(id=settings.tenant)
    discovery = _ENCODER.encode({"services": [describe(service, library) for service in library.services]})

    @routes.get("/cds-services")
    def discover() -> Response:
        return _json(discovery, library)

    @routes.post("/cds-services/<service_id>")
    @routes.post("/cds-services//<service_id>")
    def serve(service_id: str) -> Response:
        began = time.perf_counter()
        service = services.get(service_id)
        if service is None:
            words = "There is no service of this name; GET /cds-services lists them."
            raise Refused((Issue(where="", words=words, code="not-found"),), HTTPStatus.NOT_FOUND)
        status, call, answer = int(HTTPStatus.INTERNAL_SERVER_ERROR), None, None
        try:
            content.judge_type()
            call = envelope.call(content.read(settings.max_body_bytes), service.id, service.hook, settings.tenant)
            explain = request.args.get("explain") == "true"
            answer = evaluate.answer(call, library, now(), settings.public_base_url, explain=explain)
            encoded = encode(body(answer))
            status = int(HTTPStatus.OK)
        except Refused as error:
            status = error.status
            raise
        except DataMissing:
            status = int(HTTPStatus.PRECONDITION_FAILED)
            raise
        except HTTPException as error:  # a body over the limit, a client that hung up
            status = error.code or status
            raise
        finally:
            seconds = time.perf_counter() - began
            if keeper is not None:
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
            _record(service, status, answer, library, seconds)
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


def body(answer: Answer) -> dict[str, Any]:
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


def _json(encoded: bytes, library: Library) -> Response:
    answer = Response(encoded, mimetype="application/json")
    answer.headers[VERSION_HEADER] = library.version
    return answer


def _record(service: ServiceText, status: int, answer: Answer | None, library: Library, seconds: float) -> None:
    """One log line and the metrics of a call: outcomes and times, nothing of the patient."""
    outcomes = dict(answer.outcomes) if answer else {}
    metrics.record(service.id, status, outcomes, answer.invalid_drafts if answer else 0, seconds)
    _LOG.info(
        "call",
        extra={
            "service": service.id,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "alerts": sorted(code for code, outcome in outcomes.items() if outcome == "alert"),
            "cards": len(answer.cards) if answer else 0,
            "knowledge": library.version,
        },
    )
