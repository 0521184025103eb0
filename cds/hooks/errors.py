"""One table: our exception -> HTTP status and OperationOutcome. The only place where errors become answers.

Diagnostics name members and remedies, never values of the request, never the text of an inner exception.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from cds.call import DataMissing

_LOG = logging.getLogger("ldn_cds")
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_CODES = {400: "invalid", 404: "not-found", 405: "not-supported", 412: "required", 413: "too-long", 415: "not-supported"}
_NO_LIST = (
    "No medication list could be had, so nothing can be said about opioids. Send this prefetch key as discovery describes it (null if there is none)."
)
_WORDS = {
    404: "There is nothing at this address. GET /cds-services lists the services; each is called by POST /cds-services/{id}.",
    405: "This address does not take this method. The Allow header names those it takes; services are called by POST.",
    413: "The body is larger than this service takes. Send only the prefetch keys that discovery lists.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that is wrong: where, what, and what to do."""

    where: str
    words: str
    code: str = "invalid"


_RETRY_S = 5
_LOGIN = (
    "This address takes calls of registered clients only. Send Authorization: Bearer with a JSON Web Token as CDS Hooks describes it, "
    "made for this address and this one call. The operator of this service can see why one was not taken."
)
_TRANSIENT = "Whether this call may be answered cannot be found out at the moment; nothing was checked. Send it again, with a new token."


class Refused(Exception):
    """The request is not sound; each issue names the member and the remedy. `headers` go with the answer."""

    def __init__(self, issues: tuple[Issue, ...], status: int = HTTPStatus.BAD_REQUEST, headers: Mapping[str, str] | None = None) -> None:
        self.issues = issues
        self.status = int(status)
        self.headers = dict(headers or {})
        super().__init__("; ".join(f"{issue.where}: {issue.words}" for issue in issues))


def unauthorized() -> Refused:
    """Nobody vouches for this call. Always the same words: a caller may not learn what was wrong with a token."""
    return Refused((Issue(where="", words=_LOGIN, code="login"),), HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Bearer"})


def unavailable() -> Refused:
    """Who calls could not be found out now: keys or the memory of used tokens are out of reach."""
    return Refused((Issue(where="", words=_TRANSIENT, code="transient"),), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(_RETRY_S)})


def outcome(issues: tuple[Issue, ...], status: int) -> Response:
    """An OperationOutcome with these issues as the answer."""
    body = {
        "resourceType": "OperationOutcome",
        "issue": [
            {"severity": "error", "code": issue.code, "diagnostics": issue.words, **({"expression": [issue.where]} if issue.where else {})}
            for issue in issues
        ],
    }
    return Response(_ENCODER.encode(body), status=status, mimetype="application/json")


def missing(error: DataMissing) -> tuple[Issue, ...]:
    """What a client has to send so that the medications can be looked at."""
    return tuple(
        Issue(
            where=f"prefetch.{key}",
            words=f"{key}: {why}. {_NO_LIST}",
            code="required",
        )
        for key, why in error.missing.items()
    )


def register(app: Flask) -> None:
    """Turn every exception of this service into an OperationOutcome."""

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        answer = outcome(error.issues, error.status)
        answer.headers.update(error.headers)
        return answer

    @app.errorhandler(DataMissing)
    def data_missing(error: DataMissing) -> Response:
        return outcome(missing(error), HTTPStatus.PRECONDITION_FAILED)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        words = _WORDS.get(status, HTTPStatus(status).phrase + ".")
        answer = outcome((Issue(where="", words=words, code=_CODES.get(status, "processing")),), status)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ["POST"]))
        return answer

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        incident = uuid.uuid4().hex[:12]
        _LOG.error("unexpected", extra={"error": type(error).__name__, "incident": incident, "endpoint": request.endpoint})
        words = f"The service failed on this request; nothing was checked. Report incident {incident} to its operator."
        return outcome((Issue(where="", words=words, code="exception"),), HTTPStatus.INTERNAL_SERVER_ERROR)
