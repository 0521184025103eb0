"""The configuration file and the environment to settings, or every fault at once, each with its place and remedy.

The file is named by `--config` or LDN_CDS_CONFIG. Without one there is a single local tenant without authentication. The environment
outranks the file for what differs from machine to machine: LDN_CDS_PUBLIC_BASE_URL, LDN_CDS_STORE_URL, LDN_CDS_MAX_BODY_BYTES;
LDN_CDS_ALLOWED_ORIGINS, LDN_CDS_TENANT and LDN_CDS_FHIR_SERVERS set up the local tenant where there is no file.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from cds.config.addresses import is_loopback, is_origin, is_plain_address, is_safe_transport
from cds.config.model import Access, Authentication, Settings, Store, Tenant, Trust
from cds.config.schema import LEAST_BODY, MEDICATION_SOURCES, MOST_BODY, SettingsSchema

_DEFAULT = Settings()
_LOCAL_FHIR = ("http://127.0.0.1:18099/fhir",)  # where the scenario runner and sandboxes serve their charts
_DEFAULT_PROFILE = "default"


class SettingsFaults(Exception):
    """The configuration is wrong; `faults` names every place and its remedy."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def from_environment(
    environment: Mapping[str, str] = os.environ, default_base_url: str | None = None, host: str | None = None, file: Path | None = None
) -> Settings:
    """Which settings do file and environment give? Raises SettingsFaults with every fault.

    `host` is where the service listens. Browsers of any origin may call one that only this machine can reach;
    beyond it none may, unless named (REQUIREMENTS CORS-9).
    """
    faults: list[str] = []
    named = file or (Path(environment["LDN_CDS_CONFIG"]) if environment.get("LDN_CDS_CONFIG", "").strip() else None)
    if named is None:
        settings = _local(environment, host or environment.get("LDN_CDS_HOST", "127.0.0.1"), faults)
        settings = replace(settings, public_base_url=default_base_url or settings.public_base_url)
    else:
        settings = _of_file(named, default_base_url, faults)
        for name in ("LDN_CDS_ALLOWED_ORIGINS", "LDN_CDS_TENANT", "LDN_CDS_FHIR_SERVERS"):
            if name in environment:
                faults.append(f"{name}: sets up the local tenant, and there is a configuration file; write it there, under [[tenants]]")
    settings = _overridden(settings, environment, faults)
    if faults:
        raise SettingsFaults(tuple(faults))
    return settings


def _local(environment: Mapping[str, str], host: str, faults: list[str]) -> Settings:
    anybody = "*" if is_loopback(host) else ""
    origins = tuple(part.strip() for part in environment.get("LDN_CDS_ALLOWED_ORIGINS", anybody).split(",") if part.strip())
    for origin in origins:
        if origin != "*" and not is_origin(origin):
            faults.append(f"LDN_CDS_ALLOWED_ORIGINS: {origin!r} is no origin; write for example https://ehr.example.org, or * for any")
    servers = tuple(part.strip() for part in environment.get("LDN_CDS_FHIR_SERVERS", ",".join(_LOCAL_FHIR)).split(",") if part.strip())
    for server in servers:
        if not is_plain_address(server):
            faults.append(f"LDN_CDS_FHIR_SERVERS: {server!r} is no plain http or https address; write for example https://ehr.example.org/fhir/r4")
    tenant = environment.get("LDN_CDS_TENANT", "sandbox").strip()
    if not tenant:
        faults.append("LDN_CDS_TENANT: is blank; leave it out or write a name")
    local = Tenant(id=tenant or "sandbox", fhir_servers=servers, allowed_origins=origins, medication_sources=MEDICATION_SOURCES)
    return replace(_DEFAULT, tenants=(local,))


def _overridden(settings: Settings, environment: Mapping[str, str], faults: list[str]) -> Settings:
    base = environment.get("LDN_CDS_PUBLIC_BASE_URL", settings.public_base_url).rstrip("/")
    if not is_plain_address(base):
        faults.append("LDN_CDS_PUBLIC_BASE_URL: is no http or https address; write for example https://cds.example.org")
    elif len(settings.open_tenants) < len(settings.tenants) and not is_safe_transport(base):
        faults.append(f"public_base_url: {base}: links and the aud of tokens begin with it; write https (http to this machine itself excepted)")
    size = environment.get("LDN_CDS_MAX_BODY_BYTES", str(settings.max_body_bytes))
    if not size.isdecimal() or not LEAST_BODY <= int(size) <= MOST_BODY:
        faults.append(f"LDN_CDS_MAX_BODY_BYTES: write a number of bytes from {LEAST_BODY} (2 MiB, a real record) to {MOST_BODY}")
        size = str(settings.max_body_bytes)
    store = replace(settings.store, url=environment.get("LDN_CDS_STORE_URL", settings.store.url))
    if not store.url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append("LDN_CDS_STORE_URL: begins with sqlite:/// or postgresql+psycopg://")
    journal = environment.get("LDN_CDS_JOURNAL", "").strip()
    store = replace(store, journal=Path(journal)) if journal else store
    return replace(settings, public_base_url=base, max_body_bytes=int(size), store=store)


def _of_file(path: Path, default_base_url: str | None, faults: list[str]) -> Settings:
    try:
        with path.open("rb") as handle:
            raw = tomllib.load(handle)
    except OSError as error:
        faults.append(f"{path}: {error.strerror}")
        return _DEFAULT
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path}: is no valid TOML: {error}")
        return _DEFAULT
    try:
        data = SettingsSchema().load(raw)
    except ValidationError as error:
        faults += [f"{path.name}: {place}: {words}" for place, words in _flat(error.messages, raw)]
        return _DEFAULT
    beside = path.parent
    tenants = tuple(_tenant(one, beside) for one in data.get("tenants", ()))
    if not tenants:
        faults.append(f"{path.name}: tenants: is missing; write at least one [[tenants]]")
        return _DEFAULT
    faults += [f"{path.name}: {words}" for words in _clashes(tenants)]
    store = _DEFAULT.store
    if "store" in data:
        found = data["store"]
        key_file = beside / found["key_file"] if "key_file" in found else None
        journal = beside / found["journal"] if "journal" in found else store.journal
        how = {name: found[name] for name in ("migrate", "fsync") if name in found}
        store = Store(url=found.get("url", store.url), journal=journal, key_file=key_file, **how)
    access = data.get("fhir_access")
    return Settings(
        public_base_url=data.get("public_base_url", default_base_url or _DEFAULT.public_base_url),
        max_body_bytes=data.get("max_body_bytes", _DEFAULT.max_body_bytes),
        tenants=tenants,
        store=store,
        access=_access(access) if access else _DEFAULT.access,
    )


def _access(found: Mapping[str, Any]) -> Access:
    return Access(
        budget=found["budget_seconds"],
        connect=found["connect_seconds"],
        pages=found["pages"],
        size=found["max_bytes"],
        concurrent=found["concurrent"],
        threads=found["threads"],
    )


def _tenant(found: Mapping[str, Any], beside: Path) -> Tenant:
    trust = None
    if found["authentication"] is Authentication.JWT:
        optional = {"replay": "replay", "skew": "clock_skew_seconds", "longest_life": "longest_token_seconds"}
        trust = Trust(
            issuer=found["issuer"],
            jwks_urls=found["jwks_urls"],
            jwks_file=beside / found["jwks_file"] if "jwks_file" in found else None,
            audiences=tuple(found.get("audiences", ())),
            tenants=tuple(found.get("tenant_claims", ())),
            **{name: found[key] for name, key in optional.items() if key in found},
        )
    profile = found["site_profile"]
    return Tenant(
        id=found["id"],
        authentication=found["authentication"],
        trust=trust,
        fhir_servers=tuple(server.rstrip("/") for server in found["fhir_servers"]),
        allowed_origins=tuple(found["allowed_origins"]),
        client_profile=found["client_profile"],
        time_zone=found["time_zone"],
        site_profile=None if profile == _DEFAULT_PROFILE else beside / profile,
        medication_sources=tuple(found["medication_sources"]),
        mode=found["mode"],
        local_codes=dict(found["local_codes"]),
    )


def _clashes(tenants: tuple[Tenant, ...]) -> Iterator[str]:
    """What may stand once only: an id, a tenant that anybody may call as, an issuer without a claim that tells its tenants apart."""
    ids = [tenant.id for tenant in tenants]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"tenants: the id {name!r} is given twice"
    open_ones = [tenant.id for tenant in tenants if tenant.authentication is Authentication.NONE]
    if len(open_ones) > 1:
        yield f'tenants: {", ".join(open_ones)}: only one may have authentication = "none"; a call without a token cannot tell which is meant'
    claimed: dict[tuple[str, str], str] = {}
    for tenant in tenants:
        if tenant.trust is None:
            continue
        for claim in tenant.trust.tenants or ("",):
            other = claimed.setdefault((tenant.trust.issuer, claim), tenant.id)
            if other != tenant.id:
                yield f"tenants: {other} and {tenant.id} have the same issuer; tell them apart by tenant_claims, no value twice"


def _flat(messages: Any, raw: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every fault with its place; an entry of a list is named by its id where it has one."""
    if isinstance(messages, list):
        for words in messages:
            yield where.strip(".") or "the file", _remedy(str(words))
        return
    for key, inner in messages.items():
        if key == "_schema":
            yield from _flat(inner, raw, where)
            continue
        part = raw[key] if (isinstance(raw, dict) and key in raw) or (isinstance(raw, list) and isinstance(key, int) and key < len(raw)) else None
        name = part["id"] if isinstance(key, int) and isinstance(part, dict) and isinstance(part.get("id"), str) else key
        yield from _flat(inner, part, f"{where}.{name}")


def _remedy(words: str) -> str:
    known = {"Missing data for required field.": "is missing", "Unknown field.": "is no setting of this service; look for a misspelling"}
    return known.get(words, words.rstrip("."))
