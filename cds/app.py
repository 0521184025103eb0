"""Joins the rooms: one Flask application from settings, knowledge and a clock.

The knowledge is loaded once, before the first request; a fault in it stops the start.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response
from flask_cors import CORS

from cards.library import load
from cards.model import Library
from cds import warm
from cds.access.visit import FhirServers
from cds.config.model import Settings
from cds.config.read import from_environment
from cds.hooks import door, errors, feedback, metrics, openapi, pages, routes
from cds.store.engine import StoreDown
from cds.store.keeper import Keeper
from cds.tenancy import sites
from cds.trust import keys
from cds.trust.replays import Replays, Shared

open_store = Keeper  # a name of its own, so that tests can say where their rows go
Clock = Callable[[], datetime]
_FIELDS = (
    "tenant",
    "service",
    "status",
    "ms",
    "alerts",
    "cards",
    "lacking",
    "knowledge",
    "finding",
    "error",
    "incident",
    "endpoint",
    "reason",
    "issuer",
    "jwks",
    "keys",
)


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None,
    library: Library | None = None,
    clock: Clock = _now,
    keeper: Keeper | None = None,
    replays: Replays | None = None,
) -> Flask:
    """The service, ready to answer. Raises LibraryFaults or SettingsFaults instead of starting half.

    `keeper` is the store, `replays` the memory of used tokens; without one it is the store's, which all workers and hosts share.
    """
    settings = settings or from_environment()
    library = library or load()
    everyone = sites(settings, library)

    def now() -> datetime:
        return clock().astimezone(UTC)

    app = Flask("cds.hooks", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    errors.register(app)
    keeper = keeper or open_store(settings.store)
    metrics.watch(keeper.backlog)
    used = replays or Shared(keeper.first_use, StoreDown)
    admit = door.Door(everyone, settings.public_base_url, keys.Keys(), used, now).admit
    servers = app.extensions["ldn_cds.fhir_servers"] = FhirServers(settings.access)
    services = {service.id: service for service in library.services}
    app.register_blueprint(routes.create(settings, services, admit, servers.begin, now, keeper))
    app.register_blueprint(feedback.create(keeper, services, lambda asked: admit(asked).tenant, _now, settings.max_body_bytes))
    app.register_blueprint(pages.create(settings, library))
    app.register_blueprint(openapi.create(settings, library))
    app.after_request(_harden)
    everybody = "*" in settings.allowed_origins
    if not everybody:
        app.after_request(_vary_by_origin)
    if settings.allowed_origins:
        CORS(
            app,
            origins="*" if everybody else list(settings.allowed_origins),
            methods=["GET", "POST", "OPTIONS"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=[routes.VERSION_HEADER, routes.SITE_HEADER],
            max_age=86_400,
            send_wildcard=everybody,
            vary_header=False,  # it leaves Vary out for a single origin and for refused ones: see _vary_by_origin
        )
    for site in everyone.all:
        warm.up(site.library, clock().astimezone(site.tenant.time_zone))
    return app


def _harden(answer: Response) -> Response:
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers.setdefault("Referrer-Policy", "no-referrer")
    return answer


def _vary_by_origin(answer: Response) -> Response:
    """A cache may not hand one origin's answer, or the refusal of another, to the next (REQUIREMENTS CORS-5)."""
    answer.vary.add("Origin")
    return answer


class JsonLines(logging.Formatter):
    """One JSON object a line: the message and the fields that are known to hold no patient data, nothing else."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": moment, "level": record.levelname.lower(), "message": record.getMessage()}
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        return json.dumps(line)


def log_to_stdout() -> None:
    """Send this service's log to standard output as JSON lines."""
    import sys

    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("ldn_cds")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
