"""Who is let in, over HTTP: tokens, the open tenant, and what a refusal says (REQUIREMENTS JWT, CORS-7)."""

import io
import json
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Request
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from cards.model import Library
from cds.app import JsonLines, create_app
from cds.config.model import Authentication, Replay, Settings, Tenant, Trust
from cds.config.read import SettingsFaults
from cds.hooks.door import Door
from cds.hooks.errors import Refused
from cds.tenancy import sites
from cds.trust.keys import Keys
from cds.trust.reasons import Reason, Unavailable
from cds.trust.replays import InMemory, Replays
from tests.support.calls import valid
from tests.support.signing import ISSUER, JKU, NOW, SECOND, claims, encoded, header, jwk, key_set, listening, token

BASE = "https://cds.example.org"
SIGN = "/cds-services/ldn-order-sign"
ORIGIN = "https://ehr.example.org"
FREE = Tenant(id="sandbox", allowed_origins=(ORIGIN,))
LOGGER = logging.getLogger("ldn_cds")


@pytest.fixture
def north(tmp_path: Path) -> Tenant:
    """A tenant whose keys are in a file."""
    file = tmp_path / "jwks.json"
    file.write_bytes(key_set("ec384", "rsa"))
    trust = Trust(issuer=ISSUER, jwks_file=file, jwks_urls=(JKU,))
    return Tenant(id="north", authentication=Authentication.JWT, trust=trust, allowed_origins=(ORIGIN,))


def service(library: Library, *tenants: Tenant, replays: Replays | None = None) -> FlaskClient:
    return create_app(Settings(public_base_url=BASE, tenants=tenants), library, lambda: NOW, replays=replays or InMemory(lambda: NOW)).test_client()


@pytest.fixture
def closed(library: Library, north: Tenant) -> FlaskClient:
    """Tokens only."""
    return service(library, north)


@pytest.fixture
def mixed(library: Library, north: Tenant) -> FlaskClient:
    """Tokens, and an open tenant for everybody else."""
    return service(library, north, FREE)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log as it is written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    before, level = LOGGER.handlers[:], LOGGER.level
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    yield written
    LOGGER.handlers[:] = before
    LOGGER.setLevel(level)


def bearer(path: str = SIGN, head: dict[str, Any] | None = None, signer: str = "ec384", **more: Any) -> dict[str, str]:
    body = claims(**{"aud": BASE + path, "jti": f"jti-{path}", **more})
    return {"Authorization": "Bearer " + token(head, body, signer)}


def call(client: FlaskClient, headers: Any = None, path: str = SIGN) -> TestResponse:
    return client.post(path, json=valid(), headers=headers)


def refused(answer: TestResponse) -> None:
    """Is this the one answer that every refusal is?"""
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.mimetype == "application/json"
    body = answer.get_json()
    assert body["resourceType"] == "OperationOutcome"
    assert [issue["code"] for issue in body["issue"]] == ["login"]
    assert "cards" not in body


# --- let in


def test_jwt_1_a_signed_call_is_answered(closed: FlaskClient) -> None:
    answer = call(closed, bearer())
    assert answer.status_code == 200
    assert answer.get_json()["cards"]


def test_jwt_31_the_scheme_is_written_in_any_case(closed: FlaskClient) -> None:
    for number, scheme in enumerate(("bearer", "BEARER", "bEaReR", "Bearer ")):
        text = token(body=claims(aud=BASE + SIGN, jti=str(number)))
        assert call(closed, {"Authorization": f"{scheme} {text}"}).status_code == 200


@pytest.mark.parametrize("path", ["/cds-services", "/cds-services/"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_jwt_33_discovery_takes_a_token_for_its_own_address(closed: FlaskClient, path: str, method: str) -> None:
    assert closed.open(path, method=method, headers=bearer("/cds-services")).status_code == 200
    assert closed.open(path, method=method, headers=bearer("/cds-services/", jti="as spelled")).status_code == (200 if path.endswith("/") else 401)
    assert closed.open(path, method=method, headers=bearer(SIGN)).status_code == 401
    assert closed.open(path, method=method).status_code == 401


@pytest.mark.parametrize("path", [SIGN + "/", "/cds-services//ldn-order-sign", "/cds-services//ldn-order-sign/", SIGN + "?explain=true", SIGN + "?"])
def test_jwt_8_a_token_is_for_the_service_however_its_address_is_spelled(closed: FlaskClient, path: str) -> None:
    assert call(closed, bearer(SIGN), path).status_code == 200
    assert call(closed, bearer(path), path).status_code == 200


def test_jwt_8_the_host_header_decides_nothing(closed: FlaskClient) -> None:
    attack = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Original-URL": "/cds-services"}
    refused(call(closed, {**attack, **bearer(aud="http://evil.example" + SIGN)}))
    refused(call(closed, {**attack, **bearer(aud="https://evil.example" + SIGN)}))
    assert call(closed, {**attack, **bearer()}).status_code == 200


def test_jwt_8_a_token_for_one_service_opens_no_other(closed: FlaskClient) -> None:
    refused(call(closed, bearer("/cds-services/ldn-patient-view")))
    refused(call(closed, bearer("/cds-services")))
    refused(call(closed, bearer("")))


def test_jwt_32_after_any_number_of_refusals_a_good_token_works(closed: FlaskClient) -> None:
    for number in range(60):
        refused(call(closed, bearer(head=header(kid=f"unknown-{number}"))))
        refused(call(closed, bearer(signer="ec384-attacker")))
    assert call(closed, bearer()).status_code == 200


# --- refused


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Basic bm9ydGg6cGFzcw==",
        "Token x",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer null",
        "Bearer undefined",
        "\xff\xfe",
        "é",
    ],
    ids=repr,
)
def test_jwt_6_7_no_token(closed: FlaskClient, value: str | None) -> None:
    refused(call(closed, {} if value is None else {"Authorization": value}))


@pytest.mark.parametrize("joint", [" ", ",", ", ", "  Bearer ", "\t"])
def test_two_tokens_are_none(closed: FlaskClient, joint: str) -> None:
    first, second = (token(body=claims(aud=BASE + SIGN, jti=name)) for name in ("1", "2"))
    refused(call(closed, {"Authorization": f"Bearer {first}{joint}{second}"}))


def test_two_headers_are_none(closed: FlaskClient) -> None:
    headers = Headers()
    for name in ("1", "2"):
        headers.add("Authorization", "Bearer " + token(body=claims(aud=BASE + SIGN, jti=name)))
    refused(call(closed, headers))


def test_a_token_elsewhere_is_none(closed: FlaskClient) -> None:
    text = token(body=claims(aud=BASE + SIGN))
    refused(closed.post(f"{SIGN}?access_token={text}", json=valid()))
    refused(closed.post(SIGN, json={**valid(), "access_token": text}, headers={"Proxy-Authorization": f"Bearer {text}"}))
    closed.set_cookie("Authorization", f"Bearer {text}")
    refused(call(closed))


def test_jwt_40_the_token_of_the_body_opens_nothing(closed: FlaskClient) -> None:
    access = {"access_token": token(body=claims(aud=BASE + SIGN)), "token_type": "Bearer", "expires_in": 300, "scope": "user/*.rs", "subject": "x"}
    refused(closed.post(SIGN, json={**valid(), "fhirAuthorization": access}))


def test_jwt_21_all_refusals_are_one(closed: FlaskClient) -> None:
    assert call(closed, bearer(jti="used")).status_code == 200
    tried: list[dict[str, str]] = [
        {},
        {"Authorization": "Basic x"},
        {"Authorization": "Bearer x"},
        {"Authorization": "Bearer " + "x" * 40_000},
        bearer(jti="used"),
        bearer(jti=None),
        bearer(aud=BASE),
        bearer(iss="https://evil.example"),
        bearer(exp=SECOND - 100),
        bearer(nbf=SECOND + 100),
        bearer(tenant=1),
        bearer(signer="ec384-attacker"),
        bearer(head=header(kid="unknown")),
        bearer(head=header(jku="https://evil.example/jwks")),
        bearer(head={**header(), "crit": ["exp"]}),
    ]
    answers = [call(closed, headers) for headers in tried]
    for answer in answers:
        refused(answer)
    assert len({answer.data for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_jwt_28_the_door_comes_before_the_body(closed: FlaskClient) -> None:
    refused(closed.post(SIGN, data=b"{", content_type="application/json"))
    refused(closed.post(SIGN, data=b"x", content_type="text/plain"))
    refused(closed.post(SIGN, data=b"{}", content_type="application/json", headers={"Content-Encoding": "gzip"}))
    refused(closed.post(SIGN, data=b" " * (11 * 1024 * 1024), content_type="application/json"))
    assert closed.post(SIGN, data=b"{", content_type="application/json", headers=bearer()).status_code == 400


@pytest.mark.parametrize("path", ["/cds-services", SIGN, "/cds-services//ldn-order-sign"])
def test_jwt_26_cors_7_preflight_needs_no_token(closed: FlaskClient, path: str) -> None:
    ask = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = closed.options(path, headers=ask)
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].casefold()


def test_cors_4_a_refusal_carries_the_origin(closed: FlaskClient) -> None:
    answer = call(closed, {"Origin": ORIGIN})
    refused(answer)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/", "/findings", "/healthz", "/readyz", "/metrics"])
def test_pages_and_health_are_public(closed: FlaskClient, path: str) -> None:
    assert closed.get(path).status_code == 200
    assert closed.get(path, headers={"Authorization": "Bearer x"}).status_code == 200


def test_jwt_27_feedback_has_an_address_of_its_own(library: Library, north: Tenant) -> None:
    where = sites(Settings(tenants=(north,)), library)
    at_door = Door(where, BASE, Keys(), InMemory(lambda: NOW), lambda: NOW)
    path = SIGN + "/feedback"
    asked = Request(EnvironBuilder(path=path, method="POST", headers=bearer(path)).get_environ())
    assert at_door.admit(asked).tenant is north
    for other in (SIGN, path + "/x", "/cds-services/feedback"):
        with pytest.raises(Refused) as caught:
            at_door.admit(Request(EnvironBuilder(path=path, method="POST", headers=bearer(other)).get_environ()))
        assert caught.value.status == 401


_PART = st.one_of(
    st.binary(max_size=60).map(encoded),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3), max_leaves=4).map(
        encoded
    ),
    st.dictionaries(
        st.sampled_from(sorted({*header(), *claims(), "nbf", "tenant", "crit", "jwk", "b64"})), st.none() | st.integers() | st.text(max_size=20)
    ).map(encoded),
    st.sampled_from([encoded(header()), encoded(claims()), encoded(claims(iss=1)), ""]),
)
_VALUE = st.one_of(
    st.text(st.characters(max_codepoint=255, blacklist_characters="\r\n\0"), max_size=80),
    st.lists(_PART, min_size=1, max_size=5).map(lambda parts: "Bearer " + ".".join(parts)),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=_VALUE)
def test_jwt_7_whatever_comes_is_refused_and_nothing_breaks(closed: FlaskClient, value: str) -> None:
    refused(closed.post(SIGN, data=b"{}", content_type="application/json", headers={"Authorization": value}))


# --- replays


def test_jwt_16_37_a_token_opens_the_door_once_unless_the_site_says_otherwise(library: Library, north: Tenant) -> None:
    strict = service(library, north)
    assert call(strict, bearer()).status_code == 200
    refused(call(strict, bearer()))
    assert north.trust is not None
    tolerant = service(library, replace(north, trust=replace(north.trust, replay=Replay.ALLOW)))
    assert [call(tolerant, bearer()).status_code for _ in range(3)] == [200] * 3


def test_jwt_22_of_24_simultaneous_calls_one_is_answered(closed: FlaskClient) -> None:
    app, headers, together = closed.application, bearer(), Barrier(24)

    def attempt(_: int) -> int:
        together.wait()
        return app.test_client().post(SIGN, data=b"{", content_type="application/json", headers=headers).status_code

    with ThreadPoolExecutor(24) as pool:
        assert sorted(pool.map(attempt, range(24))) == [400] + [401] * 23


def test_without_a_memory_of_used_tokens_nobody_is_let_in(library: Library, north: Tenant, lines: io.StringIO) -> None:
    class Down:
        def first_use(self, issuer: str, jti: str, until: datetime) -> bool:
            raise Unavailable("used-tokens")

    answer = call(service(library, north, FREE, replays=Down()), bearer())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.get_json()["issue"][0]["code"] == "transient"
    assert json.loads(lines.getvalue())["reason"] == "used-tokens"


# --- keys


def test_jwt_14_24_25_keys_come_from_the_one_address_of_the_list(library: Library) -> None:
    with listening() as there:
        jku = there.base + "/jwks"
        tenant = Tenant(id="north", authentication=Authentication.JWT, trust=Trust(issuer=ISSUER, jwks_urls=(jku,)))
        client = service(library, tenant)
        others = (
            f"{there.base}/other",
            f"{jku}/",
            f"{jku}#x",
            f"{jku}?x",
            f"{there.base}/x/../jwks",
            jku.replace("http://", "http://user@"),
            jku.upper(),
        )
        for address in others:
            refused(call(client, bearer(head=header(jku=address))))
        assert there.asked == []
        assert call(client, bearer(head=header(jku=jku))).status_code == 200
        there.body = key_set("ec384", "ec384-second")
        assert call(client, bearer(head=header(jku=jku, kid="ec384-second"), signer="ec384-second", jti="rotated")).status_code == 200
        assert call(client, bearer(head=header(jku=None), jti="no jku")).status_code == 200
        assert set(there.asked) == {"/jwks"}
        assert len(there.asked) == 2


@pytest.mark.parametrize("status", [500, 404, 301])
def test_jwt_25_a_failing_key_server_is_503(library: Library, status: int) -> None:
    with listening() as there:
        there.status = status
        tenant = Tenant(id="north", authentication=Authentication.JWT, trust=Trust(issuer=ISSUER, jwks_urls=(there.base + "/jwks",)))
        answer = call(service(library, tenant), bearer(head=header(jku=None)))
        assert answer.status_code == 503
        assert "cards" not in answer.get_json()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"<html>", "no JSON Web Key Set"),
        (b'{"keys": []}', "no key that can be used"),
        (json.dumps({"keys": [jwk("ec384", d="AAAA"), jwk("rsa")]}).encode(), "private key"),
    ],
)
def test_a_faulty_key_file_stops_the_start(library: Library, tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "keys.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsFaults, match=words) as caught:
        service(library, Tenant(id="north", authentication=Authentication.JWT, trust=Trust(issuer=ISSUER, jwks_file=file)))
    assert caught.value.faults[0].startswith("tenants.north.jwks_file: ")


# --- several tenants


@pytest.mark.parametrize("value", [None, "", "Basic x", "Bearer x", "Bearer a.b.c"])
def test_jwt_38_the_open_tenant_needs_no_token(mixed: FlaskClient, value: str | None) -> None:
    assert call(mixed, {} if value is None else {"Authorization": value}).status_code == 200
    assert mixed.get("/cds-services").status_code == 200


def test_jwt_38_a_token_of_an_unknown_issuer_is_ignored(mixed: FlaskClient) -> None:
    unknown = bearer(iss="https://sandbox.cds-hooks.org", aud="http://other.example")
    assert [call(mixed, unknown).status_code for _ in range(2)] == [200, 200]
    assert mixed.get("/cds-services", headers=unknown).status_code == 200


def test_a_bad_token_of_a_known_issuer_is_refused_although_there_is_an_open_tenant(mixed: FlaskClient) -> None:
    refused(call(mixed, bearer(signer="ec384-attacker")))
    refused(call(mixed, bearer(aud=BASE)))
    assert mixed.get("/cds-services", headers=bearer(SIGN)).status_code == 401
    refused(call(mixed, {"Authorization": "Bearer " + "x" * 300_000}))


def test_a_token_tells_the_tenant(mixed: FlaskClient, lines: io.StringIO) -> None:
    call(mixed, bearer())
    call(mixed)
    assert [json.loads(line)["tenant"] for line in lines.getvalue().splitlines()] == ["north", "sandbox"]


def test_jwt_36_tenants_of_one_issuer_are_told_apart_by_claim(library: Library, north: Tenant, lines: io.StringIO) -> None:
    assert north.trust is not None
    one, two, rest = (
        replace(north, id=name, trust=replace(north.trust, tenants=named)) for name, named in (("one", ("a", "b")), ("two", ("c",)), ("rest", ()))
    )
    client = service(library, one, two)
    for tenant in ("a", "b", "c"):
        assert call(client, bearer(tenant=tenant, jti=tenant)).status_code == 200
    for odd in (None, "d", "", 1, ["a"]):
        refused(call(client, bearer(tenant=odd)))
    client = service(library, one, rest)
    for claimed in ("a", "z", None):
        assert call(client, bearer(tenant=claimed, jti=str(claimed))).status_code == 200
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["tenant"] for line in told if line["status"] == 200] == ["one", "one", "two", "one", "rest", "rest"]


# --- what the operator gets to know


def test_jwt_29_the_reason_goes_to_log_and_metric_and_nothing_of_the_token(closed: FlaskClient, lines: io.StringIO) -> None:
    labels = {"tenant": "north", "reason": "audience"}
    before = REGISTRY.get_sample_value("ldn_cds_refusals_total", labels) or 0
    headers = bearer(aud="https://secret.example", sub="secret", jti="secret", tenant="secret")
    refused(call(closed, headers))
    refused(call(closed, bearer(iss="https://secret.example")))
    refused(call(closed, bearer(head=header(kid="secret"))))
    refused(call(closed))
    assert REGISTRY.get_sample_value("ldn_cds_refusals_total", labels) == before + 1
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["reason"] for line in told] == ["audience", "issuer", "key", "no-token"]
    assert [line.get("issuer") for line in told] == [ISSUER, None, ISSUER, None]
    written = lines.getvalue() + closed.get("/metrics").text
    assert "secret" not in written
    assert not re.search(r"eyJ|" + re.escape(headers["Authorization"][-20:]), written)


def test_every_reason_is_explained_to_the_operator() -> None:
    text = (Path(__file__).parents[2] / "deploy" / "README.md").read_text("utf-8")
    assert [reason for reason in Reason if f"`{reason}`" not in text] == []
