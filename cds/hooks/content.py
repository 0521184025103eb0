"""The body of a request: is it declared as plain JSON, and is all of it within the limit?"""

from http import HTTPStatus

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from cds.hooks.errors import Issue, Refused


def judge_type() -> None:
    """Is the body declared as plain JSON? Other types and packed bodies are 415."""
    if request.mimetype not in ("application/json", "application/fhir+json") or request.mimetype_params.get("charset", "utf-8").casefold() not in (
        "utf-8",
        "utf8",
    ):
        words = "Send the request as application/json in UTF-8."
        raise Refused((Issue(where="", words=words, code="not-supported"),), HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if request.headers.get("Content-Encoding", "identity").strip().casefold() != "identity":
        words = "Send the body unpacked, without Content-Encoding."
        raise Refused((Issue(where="", words=words, code="not-supported"),), HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def read(limit: int) -> bytes:
    """The body's bytes. One that comes in chunks is cut off at the limit without a word, so a full measure is too much."""
    content = request.get_data(cache=False)
    if request.content_length is None and len(content) >= limit:
        raise RequestEntityTooLarge
    return content
