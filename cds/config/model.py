"""How the service is set up: the process, its store, its FHIR access and its tenants, as frozen values.

Imports nothing of this project, so that every room may name these types. `schema` and `read` fill them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

_MEBIBYTE = 1024 * 1024
UTC = ZoneInfo("UTC")


class Authentication(StrEnum):
    """How callers prove who they are."""

    NONE = "none"
    JWT = "jwt"


class Replay(StrEnum):
    """What happens to a token whose `jti` was seen before. `ALLOW` is for test sites whose clients use one token several times."""

    REFUSE = "refuse"
    ALLOW = "allow"


class Profile(StrEnum):
    """The client's dialect of CDS Hooks: differences on the wire only, never in what is said."""

    STANDARD = "standard"
    EPIC = "epic"
    ORACLE_HEALTH = "oracle-health"


class Mode(StrEnum):
    """`SILENT`: everything is computed and audited, and no card is returned (before go-live)."""

    LIVE = "live"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whose tokens a tenant takes. `jwks_urls` are the only addresses that keys are fetched from; the first one serves tokens without `jku`.

    `audiences` are taken beside the address that was called, for clients with a fixed `aud`. `tenants`, where not empty, are the
    values that the `tenant` claim may have. Times are seconds.
    """

    issuer: str
    jwks_urls: tuple[str, ...] = ()
    jwks_file: Path | None = None
    audiences: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    replay: Replay = Replay.REFUSE
    skew: int = 60
    longest_life: int = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The bounds of reading from a tenant's FHIR servers; times are seconds, sizes unpacked bytes of one call.

    `budget` is the time for all fetching of one call, `connect` that of one connection. `pages` bounds one list, `concurrent` the
    fetches of one call, `threads` those from one FHIR server in one process: each server has its own threads, so that a slow one
    keeps only its own callers waiting.
    """

    budget: float = 2.0
    connect: float = 0.3
    pages: int = 50
    size: int = 16 * _MEBIBYTE
    concurrent: int = 12
    threads: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where feedback and audit rows are kept. `url` is SQLAlchemy's; `journal` is the local folder of the append-only journal.

    `key_file` holds the keys of identifier hashes, the newest last; without one, a key is made beside the journal. `migrate`: bring the
    tables to this version at first use. `fsync`: put each journal line on disk before its answer, so that a power cut loses none either.
    """

    url: str = "sqlite:///var/ldn-cds.sqlite3"
    journal: Path = Path("var/journal")
    key_file: Path | None = None
    migrate: bool = True
    fsync: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One caller with its own rules. `site_profile` is the file of its policy, None for the defaults.

    `local_codes` maps the site's own medication codes, `code` or `system|code`, to our names.
    """

    id: str = "sandbox"
    authentication: Authentication = Authentication.NONE
    trust: Trust | None = None
    fhir_servers: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    client_profile: Profile = Profile.STANDARD
    time_zone: ZoneInfo = UTC
    site_profile: Path | None = None
    medication_sources: tuple[str, ...] = ()
    mode: Mode = Mode.LIVE
    local_codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process runs. `public_base_url` stands in every link; it is never taken from a request."""

    public_base_url: str = "http://127.0.0.1:8000"
    max_body_bytes: int = 10 * _MEBIBYTE
    tenants: tuple[Tenant, ...] = (Tenant(),)
    store: Store = Store()
    access: Access = Access()

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The origins of all tenants: a preflight does not tell whose it is."""
        return tuple(dict.fromkeys(origin for tenant in self.tenants for origin in tenant.allowed_origins))

    @property
    def open_tenants(self) -> tuple[Tenant, ...]:
        """The tenants that anybody who reaches the port may call as."""
        return tuple(tenant for tenant in self.tenants if tenant.authentication is Authentication.NONE)
