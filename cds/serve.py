"""The production server: gunicorn with threads, the application loaded once before workers are forked.

Refuses to listen beyond this machine where somebody may call without a token, unless told so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gunicorn.app.base import BaseApplication

from cds.config.addresses import is_loopback
from cds.config.model import Settings


class NotAllowed(Exception):
    """The address asked for is reachable from outside, and nobody said that this is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where and how to listen. `open_network` is the explicit word for an address beyond loopback."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 32
    open_network: bool = False

    @property
    def bind(self) -> str:
        """gunicorn's spelling of the address; IPv6 in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def check(listen: Listen, settings: Settings) -> None:
    """Raises NotAllowed when the address is open to others, a tenant takes calls without authentication, and nobody said that this is meant."""
    free = ", ".join(tenant.id for tenant in settings.open_tenants)
    if free and not is_loopback(listen.host) and not listen.open_network:
        raise NotAllowed(
            f"refusing to listen on {listen.host}: the tenant {free} has no authentication, and whoever reaches the port could call it. "
            'Set authentication = "jwt" in the configuration, listen on 127.0.0.1 behind a proxy that authenticates, '
            "or say --allow-unauthenticated-network."
        )


def options(listen: Listen) -> dict[str, Any]:
    """gunicorn's settings: threads share one copy of the knowledge."""
    return {
        "bind": listen.bind,
        "worker_class": "cds.worker.Worker",
        "workers": listen.workers,
        "threads": listen.threads,
        "preload_app": True,
        "timeout": 30,
        "graceful_timeout": 10,
        "keepalive": 75,
        "accesslog": None,
        "loglevel": "warning",
        "limit_request_line": 8190,
    }


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, make: Callable[[], Any], settings: dict[str, Any]) -> None:
        self._make = make
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make()


def run(make: Callable[[], Any], listen: Listen, settings: Settings) -> None:
    """Serve until told to stop. Raises NotAllowed before anything listens."""
    check(listen, settings)
    _Server(make, options(listen)).run()
