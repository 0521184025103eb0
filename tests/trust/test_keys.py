"""Key sets: what of them is used, when they are fetched, and what happens when they cannot be (JWT-13, JWT-14, JWT-24, JWT-25)."""

import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cds.config.model import Trust
from cds.trust import fetch, jwks
from cds.trust.fetch import NotFetched
from cds.trust.keys import Keys, Pace
from cds.trust.reasons import Unavailable
from tests.support.signing import ISSUER, JKU, jwk, key, key_set, listening

TRUST = Trust(issuer=ISSUER, jwks_urls=(JKU,))
LONG = 20.0  # seconds that a test waits for what comes at once, before it fails


class Site:
    """A client's key server without a network, and a clock that only the test moves."""

    def __init__(self, **pace: float) -> None:
        self.now = 1_000.0
        self.names: tuple[str, ...] = ("ec384",)
        self.failure: str | None = None
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.reached = threading.Event()
        self.keys = Keys(self.get, lambda: self.now, Pace(**{"wait": LONG, **pace}))  # type: ignore[arg-type]

    def get(self, url: str) -> bytes:
        self.asked.append(url)
        self.reached.set()
        assert self.gate.wait(LONG)
        if self.failure:
            raise NotFetched(self.failure)
        return key_set(*self.names)

    def has(self, kid: str, address: str | None = None) -> bool:
        return self.keys.find(TRUST, address, kid, "ES384") is not None

    def close(self) -> None:
        """From now on a fetch takes until `gate` is set."""
        self.gate.clear()
        self.reached.clear()


# --- what a set holds


def _read(*entries: Any) -> jwks.KeySet:
    return jwks.read(json.dumps({"keys": entries}).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{}", b'{"keys": {}}', b'{"keys": null}', b"<html>", b"\xff\xfe", b"[" * 100_000])
def test_no_key_set(content: bytes) -> None:
    with pytest.raises(jwks.NotAKeySet):
        jwks.read(content)


def test_too_many_keys_are_no_set() -> None:
    with pytest.raises(jwks.NotAKeySet):
        _read(*[jwk("ec384")] * 201)


def test_an_empty_set_takes_all_keys_back() -> None:
    assert _read().keys == {}


@pytest.mark.parametrize(
    "entry",
    [
        None,
        1,
        [],
        {},
        {"kty": "EC"},
        jwk("ec384", kid=None),
        jwk("ec384", kid=""),
        jwk("ec384", kid=["a"]),
        jwk("ec384", use="enc"),
        jwk("ec384", use=None),
        jwk("ec384", key_ops=["encrypt"]),
        jwk("ec384", key_ops="verify"),
        jwk("ec384", alg="RS384"),
        jwk("ec384", alg="ES256"),
        jwk("ec384", crv="P-521"),
        jwk("ec384", crv=["P-384"]),
        jwk("ec384", x="AAAA"),
        jwk("ec384", x=1),
        jwk("ec384", y=None),
        jwk("ec384", kty=["EC"]),
        jwk("ec384", kty="RSA"),
        jwk("ec256"),
        jwk("rsa1024"),
        jwk("rsa", e="AQ"),
        jwk("rsa", n="AQAB"),
        jwk("rsa", n="_" * 11_000),
        jwk("rsa", e="_" * 300),
        jwk("rsa", n=None),
        jwk("rsa", alg="RS256"),
        jwk("rsa", alg="RSA-OAEP"),
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "a"},
        {"kty": "oct", "k": "AAAA", "kid": "a"},
    ],
    ids=lambda entry: f"{type(entry).__name__}:{entry.get('kid')}"[:40] if isinstance(entry, dict) else repr(entry)[:40],
)
def test_an_odd_key_is_left_out_and_the_others_stay(entry: Any) -> None:
    found = _read(entry, jwk("ec384-second"))
    assert set(found.keys) == {("ec384-second", "ES384")}
    assert (found.left_out, found.private) == (1, 0)


def test_a_point_beside_the_curve_is_no_key() -> None:
    assert _read(jwk("ec384", x=jwk("ec384-second")["x"])).keys == {}


def test_a_key_that_shows_its_private_half_is_not_used() -> None:
    found = _read(jwk("ec384", d="AAAA"), jwk("rsa", d="AAAA"), jwk("ec521"))
    assert (set(found.keys), found.private) == ({("ec521", "ES512")}, 2)


def test_alg_and_kind_say_what_a_key_verifies() -> None:
    found = _read(jwk("rsa"), jwk("rsa-only", alg="RS512"), jwk("ec521", alg="ES512", key_ops=["verify"]), {**jwk("rsa"), "kid": "ec521"})
    assert set(found.keys) == {("rsa", "RS384"), ("rsa", "RS512"), ("rsa-only", "RS512"), ("ec521", "ES512"), ("ec521", "RS384"), ("ec521", "RS512")}


def test_the_first_of_two_keys_with_one_name_counts() -> None:
    found = _read(jwk("ec384-second", kid="same"), jwk("ec384", kid="same")).find("same", "ES384")
    assert found is not None
    assert found.public_numbers() == key("ec384-second").public_key().public_numbers()


# --- when a set is fetched


def test_a_set_is_fetched_once_and_kept() -> None:
    site = Site()
    assert all(site.has("ec384") for _ in range(5))
    assert site.asked == [JKU]


def test_jwt_24_a_new_key_is_found_without_a_restart_and_a_withdrawn_one_is_gone() -> None:
    site = Site()
    assert site.has("ec384")
    site.names = ("ec384-second",)
    assert site.has("ec384-second")
    assert not site.has("ec384")


def test_a_key_that_was_withdrawn_serves_no_longer_than_a_set_is_fresh() -> None:
    site = Site()
    assert site.has("ec384")
    site.names = ("ec384-second",)
    site.now += 599
    assert site.has("ec384")
    site.now += 1
    assert not site.has("ec384")


def test_unknown_names_fetch_a_bounded_number_of_times() -> None:
    site = Site()
    assert not any(site.has(f"made-up-{number}") for number in range(200))
    assert len(site.asked) == 5
    site.now += 29
    assert not site.has("made-up")
    assert len(site.asked) == 5
    site.now += 1
    site.names = ("ec384-second",)
    assert site.has("ec384-second")
    assert len(site.asked) == 6
    site.now += 10_000
    assert not any(site.has(f"made-up-{number}") for number in range(200))
    assert len(site.asked) == 11


def test_an_address_that_is_not_on_the_list_is_never_asked() -> None:
    site = Site()
    assert not site.has("ec384", "https://evil.example/jwks")
    assert site.asked == []


def test_addresses_have_their_own_keys() -> None:
    second = JKU + "/second"
    sets = {JKU: key_set("ec384"), second: key_set("ec384-second")}
    keys = Keys(sets.__getitem__, lambda: 0.0, Pace(wait=LONG))
    trust = Trust(issuer=ISSUER, jwks_urls=(JKU, second))
    assert keys.find(trust, second, "ec384-second", "ES384")
    assert keys.find(trust, second, "ec384", "ES384") is None
    assert keys.find(trust, None, "ec384", "ES384")


# --- when it cannot be fetched (JWT-25)


def test_without_any_keys_nobody_is_let_in() -> None:
    site = Site()
    site.failure = "status-500"
    for _ in range(20):
        with pytest.raises(Unavailable):
            site.has("ec384")
    assert len(site.asked) == 5
    site.failure = None
    site.now += 30
    assert site.has("ec384")


def test_the_last_good_set_serves_for_a_bounded_time() -> None:
    site = Site()
    assert site.has("ec384")
    site.failure = "status-500"
    site.now += 4 * 3_600 - 1
    assert site.has("ec384")
    with pytest.raises(Unavailable):
        site.has("ec384-second")
    site.now += 1
    with pytest.raises(Unavailable):
        site.has("ec384")


def test_an_answer_that_is_no_key_set_is_a_failure() -> None:
    keys = Keys(lambda _: b"<html>", lambda: 0.0, Pace(wait=LONG))
    with pytest.raises(Unavailable):
        keys.find(TRUST, None, "ec384", "ES384")


def test_simultaneous_first_calls_fetch_once() -> None:
    site = Site()
    site.close()
    with ThreadPoolExecutor(12) as pool:
        calls = [pool.submit(site.has, "ec384") for _ in range(12)]
        assert site.reached.wait(LONG)
        site.gate.set()
        assert all(call.result(LONG) for call in calls)
    assert len(site.asked) == 1


def test_known_keys_serve_while_a_fetch_hangs() -> None:
    site = Site(seats=1, lost=10_000)
    assert site.has("ec384")
    site.close()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(site.has, "ec384-second")
        assert site.reached.wait(LONG)
        assert all(site.has("ec384") for _ in range(20))
        site.now += 700  # not fresh any more, and the fetch is still under way
        assert site.has("ec384")
        site.names = ("ec384-second",)
        site.gate.set()
        assert waiting.result(LONG)


def test_few_calls_wait_for_a_slow_address() -> None:
    site = Site(seats=2)
    assert site.has("ec384")
    site.close()
    seats = site.keys._seats  # the only way to know that both wait
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(site.has, "ec384-second") for _ in range(2)]
        until_true(lambda: not _take(seats))
        with pytest.raises(Unavailable, match="keys-busy"):
            site.has("made-up")
        site.gate.set()
        assert [call.result(LONG) for call in waiting] == [False, False]


def test_an_address_that_never_answers_is_a_failure_and_is_waited_for_once() -> None:
    site = Site(wait=0.01, seats=0)
    site.close()
    with pytest.raises(Unavailable, match=r"^keys$"):
        site.has("ec384")
    with pytest.raises(Unavailable, match=r"^keys-busy$"):
        site.has("ec384")
    site.gate.set()


def test_known_keys_do_not_wait_for_an_address_that_fails() -> None:
    site = Site(wait=10_000)
    assert site.has("ec384")
    site.failure = "status-500"
    site.now += 700
    assert site.has("ec384")
    site.close()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(site.has, "ec384")
        try:
            assert waiting.result(LONG)
        finally:
            site.gate.set()


def test_a_fetch_that_is_lost_is_tried_anew_and_its_late_answer_counts_for_nothing() -> None:
    site = Site(wait=0.01)
    site.close()
    with pytest.raises(Unavailable):
        site.has("ec384")
    old, site.gate = site.gate, threading.Event()
    site.gate.set()
    site.now += 60
    until_true(lambda: _quietly(site, "ec384"))
    site.names = ("ec384-late",)
    before = {thread for thread in threading.enumerate() if thread.name == "ldn-cds-keys"}
    old.set()
    for thread in before:
        thread.join(LONG)
    assert site.has("ec384")


def _quietly(site: Site, kid: str) -> bool:
    try:
        return site.has(kid)
    except Unavailable:
        return False


def _take(seats: threading.BoundedSemaphore) -> bool:
    """Could a seat be taken? Gives it back."""
    if not seats.acquire(blocking=False):
        return False
    seats.release()
    return True


def until_true(question: Callable[[], bool]) -> None:
    """Wait for another thread; fails instead of hanging."""
    pause = threading.Event()
    for _ in range(2_000):
        if question():
            return
        pause.wait(0.01)
    pytest.fail("it never came true")


# --- files


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    trust = Trust(issuer=ISSUER, jwks_urls=(JKU,), jwks_file=path)
    asked: list[str] = []
    keys = Keys(lambda url: asked.append(url) or b"", lambda: 0.0)  # type: ignore[func-returns-value]
    with pytest.raises(Unavailable):
        keys.find(trust, None, "ec384", "ES384")
    path.write_bytes(key_set("ec384"))
    assert keys.find(trust, None, "ec384", "ES384")
    assert keys.find(trust, JKU, "ec384", "ES384")
    path.write_bytes(key_set("ec384-second", "ec521"))
    assert keys.find(trust, None, "ec384", "ES384") is None
    assert keys.find(trust, None, "ec384-second", "ES384")
    path.write_bytes(b'{"keys": [')
    assert keys.find(trust, None, "ec384-second", "ES384")
    path.unlink()
    assert keys.find(trust, None, "ec384-second", "ES384")
    path.write_bytes(b" " * 600_000)
    assert keys.find(trust, None, "ec384-second", "ES384")
    assert asked == []


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Keys().find(Trust(issuer=ISSUER, jwks_file=tmp_path), None, "ec384", "ES384")


# --- the way to an address


def test_a_set_comes_over_http_from_this_machine() -> None:
    with listening() as there:
        assert fetch.get(there.base + "/jwks") == key_set("ec384")
        assert there.asked == ["/jwks"]


@pytest.mark.parametrize(
    ("status", "headers", "body", "why"),
    [
        (302, {"Location": "/other"}, b"", "status-302"),
        (500, {}, b"", "status-500"),
        (204, {}, b"", "status-204"),
        (200, {"Content-Encoding": "gzip"}, b"x", "packed"),
        (200, {}, b" " * (fetch.LARGEST + 1), "too-large"),
        (200, {"Content-Length": "1000000", "Connection": "close"}, b"{", "RemoteProtocolError"),
    ],
)
def test_other_answers_are_no_key_set(status: int, headers: dict[str, str], body: bytes, why: str) -> None:
    with listening() as there:
        there.status, there.headers, there.body = status, headers, body
        with pytest.raises(NotFetched, match=f"^{why}$"):
            fetch.get(there.base + "/jwks")
        assert there.asked == ["/jwks"]


@pytest.mark.parametrize(
    "url", ["http://ehr.example.org/jwks", "ftp://127.0.0.1/jwks", "file:///etc/passwd", "", "https://", "http://[::1", "//127.0.0.1/"]
)
def test_keys_never_come_without_tls(url: str) -> None:
    with pytest.raises(NotFetched, match="no-tls"):
        fetch.get(url)


def test_nothing_listens() -> None:
    with pytest.raises(NotFetched, match="ConnectError"):
        fetch.get("http://127.0.0.1:9/jwks")


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    with listening() as there:
        assert fetch.get(there.base + "/jwks")
