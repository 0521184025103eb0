"""A real PostgreSQL for tests: one that is named, or a cluster of its own in a temporary folder, gone afterwards.

It listens on a Unix socket in that folder only. PostgreSQL does not run as root: then the cluster belongs to the user `postgres`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAMED = "LDN_CDS_TEST_POSTGRES"
REQUIRED = "LDN_CDS_REQUIRE_POSTGRES"
ABSENT = (
    f"no PostgreSQL server here: install one (Debian: apt-get install postgresql), or set {NAMED} to the address of a server whose user "
    f"may create databases. With {REQUIRED}=1, as in CI, this is a failure."
)


class NoServer(Exception):
    """Neither a named server nor the programs to start one."""


def programs() -> Path | None:
    """The folder of initdb and postgres: the newest that Debian installed, or that of the PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: [int(part) for part in path.parts[4].split(".") if part.isdigit()]
    )
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def server() -> Iterator[str]:
    """The address of a server, to be followed by the name of a database. Raises NoServer."""
    named = os.environ.get(NAMED)
    if named:
        yield named.rstrip("/")
        return
    folder = programs()
    if folder is None:
        raise NoServer(ABSENT)
    user = "postgres" if os.geteuid() == 0 else None
    place = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if user:
            try:
                known = pwd.getpwnam(user)
            except KeyError:
                raise NoServer(f"{ABSENT} There is no user {user} to run it.") from None
            os.chown(place, known.pw_uid, known.pw_gid)
        data = place / "data"
        _run(user, folder / "initdb", "--pgdata", data, "--username", "tester", "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--locale", "C")
        options = f"-k {place} -c listen_addresses='' -c max_connections=60"
        _run(user, folder / "pg_ctl", "--pgdata", data, "--log", place / "log", "--options", options, "--wait", "start")
        try:
            yield f"postgresql://tester@/?host={place}"
        finally:
            _run(user, folder / "pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _run(user: str | None, *command: object) -> None:
    # the server inherits what pg_ctl has: no pipe may be waited for
    done = subprocess.run(  # noqa: S603 - our own words
        [str(word) for word in command],
        user=user,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
        cwd="/",
        check=False,
    )
    if done.returncode:
        raise NoServer(f"{command[0]} ended with {done.returncode}")
