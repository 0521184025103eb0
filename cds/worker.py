"""gunicorn's worker: how long one request may hold a thread, and what is said where it never reached the application.

gunicorn waits for ever for a head or a body that has begun, and a thread with it: a few dozen such connections would be the end. Its own
words for bytes that are no HTTP hold parts of them, in the answer and in its log, and a broken header may be a token. Here an answer is
an OperationOutcome with fixed words, and the log names the kind of fault only. May not import other rooms.
"""

import contextlib
import json
import logging
import socket
import threading
import time
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
    """Threads, as gunicorn has them, and the two differences above.

    A line is cut when a head takes longer than `head_s`, or all from there to the end of the answer longer than `call_s`: both far more
    than a call takes.
    """

    head_s = 10.0
    call_s = 30.0

    def init_process(self) -> None:
        """Begin to watch, in the process that serves. Returns when the worker ends."""
        self._until: dict[socket.socket, float] = {}
        threading.Thread(target=self._watch, name="slow-lines", daemon=True).start()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """One request, in its thread, from its first byte on."""
        line = conn.sock
        self._until[line] = time.monotonic() + self.head_s
        try:
            return super().handle(conn)
        finally:
            self._until.pop(line, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """The same request, its head read."""
        self._until[conn.sock] = time.monotonic() + self.call_s
        return super().handle_request(req, conn)

    def _watch(self) -> None:
        while True:
            time.sleep(min(1.0, self.head_s / 4))
            now = time.monotonic()
            for line, until in list(self._until.items()):
                if now > until:
                    with contextlib.suppress(OSError):  # it has just ended by itself
                        line.shutdown(socket.SHUT_RDWR)

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
