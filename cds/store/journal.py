"""Is this row on this machine before its answer leaves? An append-only journal, one JSON line for each answered call.

Each process writes its own file and holds a lock on it while it lives. What has a lock is being written; what has none (rotated, or
its process is dead) is whole but for perhaps a torn last line, whose answer never left, and may be drained by anybody.

One `write` for each line: what was written survives the death of the process at any moment, for the kernel has it. A power cut may
take what the kernel has not yet put on disk, unless `fsync` is asked for.
"""

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cds.store.rows import CallRow, new_id

SUFFIX = ".jsonl"
_BEGUN = ".new"
_LARGEST = 4 * 1024 * 1024
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(CallRow)


class Journal:
    """The journal of this process. Threads share it; a forked child begins its own file."""

    def __init__(self, folder: Path, *, fsync: bool = False, largest: int = _LARGEST) -> None:
        self.folder = folder
        self._fsync = fsync
        self._largest = largest
        self._lock = threading.Lock()
        self._pid = 0
        self._handle = -1
        self._path: Path | None = None
        self._size = 0
        self._torn = False

    def append(self, row: CallRow) -> None:
        """Write the row. When this returns, the death of the process cannot lose it any more. Raises OSError when it could not be written."""
        line = _ENCODER.encode(row) + b"\n"
        with self._lock:
            if self._pid != os.getpid() or self._handle < 0:
                self._begin()
            elif self._size >= self._largest:
                self._end()
                self._begin()
            if self._torn:  # a line that could not be finished must not spoil the next one
                line = b"\n" + line
            written = os.write(self._handle, line)
            self._size += written
            self._torn = written != len(line)
            if self._torn:
                raise OSError("the journal took only a part of a line; is the disk full?")
            if self._fsync:
                os.fdatasync(self._handle)

    def rotate(self) -> bool:
        """Close the file so that it can be drained. False when nothing has been written to it."""
        with self._lock:
            if self._pid != os.getpid() or self._handle < 0 or not self._size:
                return False
            self._end()
            return True

    def close(self) -> None:
        """Close the file; the next row begins another one."""
        with self._lock:
            if self._pid == os.getpid() and self._handle >= 0:
                if not self._size and self._path is not None:
                    self._path.unlink(missing_ok=True)
                self._end()

    def _begin(self) -> None:
        """A new file. It gets its name only when it is locked: nobody may take it for one that is left behind."""
        self._pid, self._handle, self._size, self._torn = os.getpid(), -1, 0, False
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            begun = self.folder / f"{new_id()}{_BEGUN}"
            handle = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._path = begun.with_suffix(SUFFIX)
            try:
                os.rename(begun, self._path)
            except FileNotFoundError:  # a draining process found it before it was locked, empty
                os.close(handle)
                continue
            self._handle = handle
            return

    def _end(self) -> None:
        os.close(self._handle)
        self._handle = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What stands in a file that nobody writes to any more. `unreadable` counts lines that are whole and yet no rows."""

    rows: tuple[CallRow, ...]
    unreadable: int


def probe(folder: Path) -> None:
    """Can a journal be written here? Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{new_id()}{_BEGUN}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, b"\n")
    finally:
        os.close(handle)
        path.unlink()


def waiting(folder: Path) -> list[Path]:
    """All journal files that hold something, the oldest first, those that are being written included."""
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size:
                found.append(path)
    return found


@contextmanager
def taken(path: Path) -> Iterator[bool]:
    """Hold the file against all others. False when its writer lives, another one drains it, or it is gone."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield os.fstat(handle).st_nlink > 0
    finally:
        os.close(handle)


def read(path: Path) -> Read:
    """All rows of a file that is held. A last line without its end is left out: the answer of its call never left."""
    rows, unreadable = [], 0
    lines = path.read_bytes().split(b"\n")
    for line in lines[:-1]:
        if not line:
            continue
        try:
            rows.append(_DECODER.decode(line))
        except msgspec.MsgspecError:
            unreadable += 1
    return Read(rows=tuple(rows), unreadable=unreadable)


def sweep(folder: Path, older_than_s: float = 60.0) -> None:
    """Remove files that were begun and never used: their processes died in between."""
    for path in folder.glob(f"*{_BEGUN}"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime < older_than_s:
                continue
            with taken(path) as mine:
                if mine and not path.stat().st_size:
                    path.unlink()
