"""Whose call was this, without saying who: keyed hashes of identifiers, under a key that can be replaced.

The key file has one key a line, `name secret`, the newest last; lines with # are remarks. New rows are hashed with the newest key,
the older ones are there to find what was hashed with them. Whoever has neither file nor identifiers can tell only which rows are of
the same person under the same key.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path

_SECRET_BYTES = 32
_SHOWN_BYTES = 16


class KeyFault(Exception):
    """The key file cannot be used; the message names file, line and remedy, never a secret."""


class Keys:
    """The keys of one file, read at first use and again when the file has changed (see `refresh`)."""

    def __init__(self, file: Path, *, make: bool) -> None:
        self.file = file
        self._make = make
        self._lock = threading.Lock()
        self._keys: tuple[tuple[str, bytes], ...] = ()
        self._stamp: tuple[int, int, int] | None = None

    def hash(self, kind: str, tenant: str, value: str) -> str:
        """The hash under the newest key: `key name.hex`. The same identifier at another tenant, or of another kind, hashes differently."""
        name, secret = (self._keys or self._load())[-1]
        return _hash(name, secret, kind, tenant, value)

    def hashes(self, kind: str, tenant: str, value: str) -> tuple[str, ...]:
        """The hashes under all keys, to find what was written before a key was replaced."""
        return tuple(_hash(name, secret, kind, tenant, value) for name, secret in self._load())

    def refresh(self) -> None:
        """Read the file again if it has changed. A file that has become unreadable leaves the keys as they were, and raises KeyFault."""
        if self._keys and self._stamp != _stamp(self.file):
            self._load()

    def names(self) -> tuple[str, ...]:
        """The names of all keys, the newest last."""
        return tuple(name for name, _ in self._load())

    def rotate(self) -> str:
        """Add a new key and return its name. What was hashed before stays findable; running processes take it up within seconds."""
        taken = set(self.names())
        name = next(name for name in _names() if name not in taken)
        with self._lock:
            text = self.file.read_text(encoding="utf-8")
            end = "" if not text or text.endswith("\n") else "\n"
            _replace(self.file, f"{text}{end}{_line(name)}")
        self._load()
        return name

    def _load(self) -> tuple[tuple[str, bytes], ...]:
        with self._lock:
            if self._make and not self.file.exists():
                _create(self.file)
            self._stamp = _stamp(self.file)
            try:
                text = self.file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise KeyFault(f"{self.file}: cannot be read ({type(error).__name__}); it holds the keys of identifier hashes") from None
            self._keys = _parse(text, self.file)
            return self._keys


def _hash(name: str, secret: bytes, kind: str, tenant: str, value: str) -> str:
    message = "\x1f".join((kind, tenant, value)).encode("utf-8", "surrogatepass")
    return f"{name}.{hmac.digest(secret, message, 'sha256')[:_SHOWN_BYTES].hex()}"


def _parse(text: str, file: Path) -> tuple[tuple[str, bytes], ...]:
    found: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        where = f"{file}, line {number}"
        if len(words) != 2 or len(words[0]) > 24 or "." in words[0]:
            raise KeyFault(f"{where}: write a name of at most 24 characters without a dot, a blank and a secret in Base64")
        try:
            secret = base64.b64decode(words[1], validate=True)
        except (binascii.Error, ValueError):
            raise KeyFault(f"{where}: the secret is no Base64") from None
        if len(secret) < _SECRET_BYTES:
            raise KeyFault(f"{where}: the secret has {len(secret)} bytes; {_SECRET_BYTES} are needed")
        if words[0] in found:
            raise KeyFault(f"{where}: the name {words[0]} is there twice")
        found[words[0]] = secret
    if not found:
        raise KeyFault(f"{file}: holds no key; run ldn-cds store rotate-key, or write a line: name, blank, {_SECRET_BYTES} random bytes in Base64")
    return tuple(found.items())


def _names() -> list[str]:
    """Names for a new key: the day, with a number behind it from the second one on."""
    day = datetime.now(UTC).strftime("k%Y%m%d")
    return [day, *(f"{day}-{number}" for number in range(2, 1000))]


def _line(name: str) -> str:
    return f"{name} {base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}\n"


def _create(file: Path) -> None:
    """A new file with one key, whole or not at all. Of several processes that try at once one wins, and all use its key."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(file, "# keys of identifier hashes, the newest last; without them rows of a person cannot be found again\n" + _line(_names()[0]))
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()


def _replace(file: Path, text: str) -> None:
    os.replace(_draft(file, text), file)


def _draft(file: Path, text: str) -> Path:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(handle)
    return draft


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def token_hash(issuer: str, jti: str) -> str:
    """A token's name in the list of used ones: no secret is needed, a jti says nothing of a patient."""
    return hashlib.sha256(f"{issuer}\x1f{jti}".encode("utf-8", "surrogatepass")).hexdigest()
