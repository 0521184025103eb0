"""gunicorn's worker, and what it says where a request never reached the application: bytes that are no HTTP, a head that is too large.

gunicorn's own words hold parts of the request, in the answer and in its log, and a broken header may be a token. Here an answer is an
OperationOutcome with fixed words, and the log names the kind of fault only. May not import other rooms.
"""

import contextlib
import json
import logging
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

_LOG = logging.getLogger("ldn_cds")
_BROKEN = "This is no HTTP request that can be read. Look at the request line, the headers and the length of the body."
_OURS = "The service failed on this request; nothing was checked."
_KINDS: dict[type[Exception], tuple[HTTPStatus, str]] = {
    errors.LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, "The address is too long."),
    errors.LimitRequestHeaders: (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too many, or one is larger than 8 kB."),
    errors.UnsupportedTransferCoding: (HTTPStatus.NOT_IMPLEMENTED, "Send the body with Content-Length, or in chunks and nothing else."),
}


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads, as gunicorn has them; only its words differ."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer for a request that the application never saw, or fell over. Nothing of the request is told to anybody."""
        status, words = next((found for kind, found in _KINDS.items() if isinstance(exc, kind)), (HTTPStatus.BAD_REQUEST, _BROKEN))
        if not isinstance(exc, errors.ParseException):
            status, words = HTTPStatus.INTERNAL_SERVER_ERROR, _OURS
        _LOG.warning("no request that can be read", extra={"error": type(exc).__name__, "status": int(status)})
        issue = {"severity": "error", "code": "exception" if status == HTTPStatus.INTERNAL_SERVER_ERROR else "invalid", "diagnostics": words}
        body = json.dumps({"resourceType": "OperationOutcome", "issue": [issue]})
        head = f"HTTP/1.1 {int(status)} {status.phrase}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        with contextlib.suppress(OSError):  # who sent this may be gone
            util.write_nonblock(client, (head + body).encode())
