"""A token opens the door once on all workers that share a store (REQUIREMENTS JWT-22)."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cards.model import Library
from cds.app import create_app
from cds.config.model import Authentication, Settings, Store, Tenant, Trust
from cds.store.keeper import Keeper
from tests.support.signing import ISSUER, NOW, claims, key_set, token

BASE = "https://cds.example.org"
SIGN = "/cds-services/ldn-order-sign"
WORKER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from cds.config.model import Store
from cds.store.keeper import Keeper
keeper = Keeper(Store(url=sys.argv[1], journal=Path(sys.argv[2])))
until = datetime.now(UTC) + timedelta(hours=1)
print("ready", flush=True)
sys.stdin.readline()
print(sum(keeper.first_use("issuer", str(number), until) for number in range(40)), flush=True)
keeper.close()
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of this test alone."""
    return Store(url=f"sqlite:///{tmp_path}/store.sqlite3", journal=tmp_path / "journal")


@pytest.fixture
def keepers(store: Store) -> Iterator[list[Keeper]]:
    """Two openings of one store, as two workers have them."""
    both = [Keeper(store), Keeper(store)]
    yield both
    for keeper in both:
        keeper.close()


def test_of_24_calls_on_two_workers_one_is_answered(library: Library, tmp_path: Path, keepers: list[Keeper]) -> None:
    (tmp_path / "jwks.json").write_bytes(key_set("ec384"))
    tenant = Tenant(id="north", authentication=Authentication.JWT, trust=Trust(issuer=ISSUER, jwks_file=tmp_path / "jwks.json"))
    apps = [create_app(Settings(public_base_url=BASE, tenants=(tenant,)), library, lambda: NOW, keeper) for keeper in keepers]
    headers = {"Authorization": "Bearer " + token({"alg": "ES384", "kid": "ec384"}, claims(aud=BASE + SIGN))}
    together = Barrier(24)

    def attempt(number: int) -> int:
        together.wait()
        return apps[number % 2].test_client().post(SIGN, data=b"{", content_type="application/json", headers=headers).status_code

    with ThreadPoolExecutor(24) as pool:
        assert Counter(pool.map(attempt, range(24))) == {400: 1, 401: 23}


def test_each_token_is_new_to_one_process_only(store: Store) -> None:
    command = [sys.executable, "-c", WORKER, store.url, str(store.journal)]
    workers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]  # noqa: S603 - our own words
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    found = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert sum(found) == 40
