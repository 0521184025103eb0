"""Which servers may be asked, and which network addresses never?

A client's `fhirServer` is compared, whole, with what the tenant lists; what is asked is the tenant's spelling. Names are
resolved once and the connection goes to the address that was judged, so that a name cannot change in between.
"""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

_BASE = re.compile(r"[\x21-\x7e]+", re.ASCII)
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]", re.ASCII)
_PORTS = {"http": 80, "https": 443}
_LOOPBACK_NAMES = ("localhost", ".localhost")
# where clouds tell their machines' secrets, beside the link-local addresses that all of them use
_METADATA = frozenset(
    ipaddress.ip_address(one)
    for one in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.170", "192.0.0.171", "192.0.0.192")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Exception):
    """The host's name leads to an address that is never asked."""


def canonical(base: str) -> str | None:
    """One spelling for each FHIR base address; None for one that is none, or that tries to be clever.

    No user, query, fragment, backslash, dot segment, percent sign or blank; the default port and slashes at the end are left out.
    """
    if not _BASE.fullmatch(base) or any(sign in base for sign in "\\?#@%") or base.startswith("//"):
        return None
    try:
        parts = urlsplit(base)
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    path = parts.path.rstrip("/")
    if scheme not in _PORTS or not _HOST.fullmatch(host) or port == 0 or any(part in ("", ".", "..") for part in path.split("/")[1:]):
        return None
    return f"{scheme}://{host}{'' if port in (None, _PORTS[scheme]) else f':{port}'}{path}"


def listed(server: str, allowed: Iterable[str]) -> str | None:
    """The base of this server if it is on the list, exactly; None otherwise."""
    wanted = canonical(server)
    return wanted if wanted is not None and wanted in {canonical(one) for one in allowed} else None


def following(link: str, page: str) -> str | None:
    """The address of a `next` link found on `page`; None where it leads to another scheme, host or port, or is none."""
    if not _BASE.fullmatch(link) or "\\" in link:
        return None
    try:
        target = urljoin(page, link)
        there, here = urlsplit(target), urlsplit(page)
        same = _origin(there.scheme, there.hostname, there.port) == _origin(here.scheme, here.hostname, here.port)
    except ValueError:
        return None
    if not same or there.username is not None or there.password is not None:
        return None
    return target.partition("#")[0]


def _origin(scheme: str, host: str | None, port: int | None) -> tuple[str, str, int | None]:
    return scheme.lower(), (host or "").lower(), port if port is not None else _PORTS.get(scheme.lower())


def judge(host: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """These addresses, if each may be asked under this name. Raises AddressRefused for one that may not.

    Never: link-local, metadata, unspecified, multicast and reserved ones. This machine itself only where the name says so:
    a hospital's server may well be in a private network, but a far name that suddenly means this machine is an attack.
    """
    bare = host.strip("[]").lower().rstrip(".")
    found = tuple(dict.fromkeys(addresses))
    for text in found:
        address = _plain(text)
        if _never(address) or (address.is_loopback and not _is_this_machine(bare)):
            raise AddressRefused(host)
    return found


def _plain(text: str) -> Address:
    """The address that is reached: the IPv4 one where an IPv6 one only wraps it."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        raise AddressRefused(text) from None
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address


def _never(address: Address) -> bool:
    return (
        address.is_link_local
        or address in _METADATA
        or address.is_unspecified
        or address.is_multicast
        or (address.is_reserved and not address.is_loopback)
        or (isinstance(address, ipaddress.IPv4Address) and int(address) >> 24 == 0)
    )


def _is_this_machine(bare: str) -> bool:
    if bare == _LOOPBACK_NAMES[0] or bare.endswith(_LOOPBACK_NAMES[1]):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False
