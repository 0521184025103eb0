"""Where this service is told how to run: the environment, read once at start.

Knows nothing of HTTP or of the clinical rooms. Every fault is reported at once, with what to write instead.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_MEBIBYTE = 1024 * 1024
_ORIGIN = re.compile(r"https?://([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", re.ASCII)


class SettingsFaults(Exception):
    """The environment is set wrongly; `faults` names every variable and its remedy."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process runs. `public_base_url` stands in every link; it is never taken from a request."""

    public_base_url: str = "http://127.0.0.1:8000"
    allowed_origins: tuple[str, ...] = ("*",)
    max_body_bytes: int = 10 * _MEBIBYTE
    tenant: str = "sandbox"


_DEFAULT = Settings()


def from_environment(environment: Mapping[str, str] = os.environ, default_base_url: str | None = None, host: str | None = None) -> Settings:
    """Which settings does the environment give? Raises SettingsFaults with every fault.

    `host` is where the service listens. Browsers of any origin may call one that only this machine can reach;
    beyond it none may, unless named (REQUIREMENTS CORS-9).
    """
    faults: list[str] = []
    anybody = "*" if is_loopback(host or environment.get("LDN_CDS_HOST", "127.0.0.1")) else ""
    base = environment.get("LDN_CDS_PUBLIC_BASE_URL", default_base_url or _DEFAULT.public_base_url).rstrip("/")
    if not is_web_address(base) or "?" in base or "#" in base:
        faults.append("LDN_CDS_PUBLIC_BASE_URL: is no http or https address; write for example https://cds.example.org")
    origins = tuple(part.strip() for part in environment.get("LDN_CDS_ALLOWED_ORIGINS", anybody).split(",") if part.strip())
    for origin in origins:
        if origin != "*" and not is_origin(origin):
            faults.append(f"LDN_CDS_ALLOWED_ORIGINS: {origin!r} is no origin; write for example https://ehr.example.org, or * for any")
    size = environment.get("LDN_CDS_MAX_BODY_BYTES", str(_DEFAULT.max_body_bytes))
    if not size.isdecimal() or not 2 * _MEBIBYTE <= int(size) <= 256 * _MEBIBYTE:
        faults.append("LDN_CDS_MAX_BODY_BYTES: write a number of bytes from 2097152 (2 MiB, a real record) to 268435456")
    tenant = environment.get("LDN_CDS_TENANT", _DEFAULT.tenant).strip()
    if not tenant:
        faults.append("LDN_CDS_TENANT: is blank; leave it out or write a name")
    if faults:
        raise SettingsFaults(tuple(faults))
    return Settings(public_base_url=base, allowed_origins=origins, max_body_bytes=int(size), tenant=tenant)


def is_loopback(host: str) -> bool:
    """Does this address reach this machine only?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_web_address(text: str) -> bool:
    """Is this a usable http(s) address: a scheme, a host, a port that exists?"""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def is_origin(text: str) -> bool:
    """Is this an origin as browsers send it: scheme, host, perhaps a port, and neither path nor pattern?

    flask-cors would read `*` and other signs inside an origin as a regular expression, which matches more than is meant.
    """
    return _ORIGIN.fullmatch(text) is not None and is_web_address(text)
