"""The bytes of a request's body: declared as JSON, packed or not, never more than the limit.

Everything that takes a POST reads its body here. (REQUIREMENTS: HTTP-7, HTTP-8, REQ-15, REQ-16.)
"""

import zlib
from http import HTTPStatus

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from cds.hooks.errors import Issue, Refused

_JSON = ("application/json", "application/fhir+json")
_GZIP = ("gzip", "x-gzip")
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS
_MOST_MEMBERS = 100  # a body is packed as one, or by a proxy in a few parts


def read(request: Request, limit: int) -> bytes:
    """The body, unpacked. Raises Refused for another type or packing (415) or a broken one (400), RequestEntityTooLarge beyond the limit."""
    _judge_type(request)
    packing = request.headers.get("Content-Encoding", "identity").strip().casefold() or "identity"
    if packing not in ("identity", *_GZIP):
        raise _refused("Send the body unpacked, or packed with Content-Encoding: gzip.", "not-supported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    content = request.get_data(cache=False)
    if request.content_length is None and len(content) >= limit:
        # a body that comes in chunks is cut off at the limit without a word, so a full measure is too much
        raise RequestEntityTooLarge
    return content if packing == "identity" else _unpacked(content, limit)


def _judge_type(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").casefold()
    if request.mimetype not in _JSON or charset not in ("utf-8", "utf8"):
        raise _refused("Send the request as application/json in UTF-8.", "not-supported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _unpacked(content: bytes, limit: int) -> bytes:
    """The content without its gzip packing; what would grow beyond the limit is refused before it does."""
    out = bytearray()
    members = 0
    while content:
        members += 1
        if members > _MOST_MEMBERS:  # the rest is copied for each: many small ones would take minutes
            raise _refused("The body is packed in too many parts. Pack it as one.", "too-long", HTTPStatus.BAD_REQUEST)
        member = zlib.decompressobj(wbits=_WITH_GZIP_HEADER)
        try:
            out += member.decompress(content, limit + 1 - len(out))
        except zlib.error:
            raise _refused("The body is said to be packed with gzip, and is not.", "value", HTTPStatus.BAD_REQUEST) from None
        if len(out) > limit:
            raise RequestEntityTooLarge
        if not member.eof:
            raise _refused("The packed body is cut off. Send it whole.", "incomplete", HTTPStatus.BAD_REQUEST)
        content = member.unused_data
    return bytes(out)


def _refused(words: str, code: str, status: int) -> Refused:
    return Refused((Issue(where="", words=words, code=code),), status)
