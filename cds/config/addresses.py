"""What is an address, an origin, this machine? Judged the same way for the file, the environment and a request.

Imports nothing of this project.
"""

import ipaddress
import re
from urllib.parse import urlsplit

_ORIGIN = re.compile(r"https?://([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", re.ASCII)


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


def is_plain_address(text: str) -> bool:
    """Is this a web address without anything that could make it mean another place: user, query, fragment, escapes, dot segments, blanks?"""
    if not is_web_address(text) or any(sign in text for sign in "@?#%\\") or text != "".join(text.split()):
        return False
    return not {"..", ".", ""} & set(urlsplit(text).path.rstrip("/").split("/")[1:])


def is_safe_transport(text: str) -> bool:
    """Is this https, or http to this machine itself?"""
    parts = urlsplit(text)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def is_origin(text: str) -> bool:
    """Is this an origin as browsers send it: scheme, host, perhaps a port, and neither path nor pattern?

    flask-cors would read `*` and other signs inside an origin as a regular expression, which matches more than is meant.
    """
    return _ORIGIN.fullmatch(text) is not None and is_web_address(text)
