"""Browser clients: preflights and origins (REQUIREMENTS: CORS)."""

import pytest
from flask.testing import FlaskClient

from cards.model import Library
from cds.app import create_app
from cds.config.model import Settings, Tenant
from tests.support.calls import valid, without

SIGN = "/cds-services/ldn-order-sign"
HOME = "https://ehr.example.org"
SECOND = "https://test.example.org:8443"
PREFLIGHT = {
    "Origin": HOME,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}
PATHS = [
    "/cds-services",
    "/cds-services/",
    SIGN,
    SIGN + "/",
    "/cds-services//ldn-order-sign",
    "/cds-services//ldn-order-sign/",
]


@pytest.fixture(scope="module")
def listed(library: Library) -> FlaskClient:
    """A service that knows two origins."""
    return create_app(Settings(tenants=(Tenant(allowed_origins=(HOME, SECOND)),)), library).test_client()


@pytest.fixture(scope="module")
def single(library: Library) -> FlaskClient:
    """A service that knows one origin."""
    return create_app(Settings(tenants=(Tenant(allowed_origins=(HOME,)),)), library).test_client()


@pytest.fixture(scope="module")
def closed(library: Library) -> FlaskClient:
    """A service that knows no origin."""
    return create_app(Settings(tenants=(Tenant(),)), library).test_client()


@pytest.mark.parametrize("path", PATHS)
def test_cors_1_2_7_8_preflight_needs_no_token_and_lasts(client: FlaskClient, path: str) -> None:
    answer = client.options(path, headers=PREFLIGHT)
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "POST", "OPTIONS"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    assert {"authorization", "content-type"} <= set(answer.headers["Access-Control-Allow-Headers"].casefold().split(", "))
    assert int(answer.headers["Access-Control-Max-Age"]) == 86_400


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/cds-services", b"", 200),
        ("POST", SIGN, b"{", 400),
        ("POST", "/cds-services/unknown", b"{}", 404),
        ("GET", "/nowhere", b"", 404),
        ("GET", SIGN, b"", 405),
    ],
)
def test_cors_3_4_answers_and_errors_carry_the_origin(client: FlaskClient, method: str, path: str, body: bytes, status: int) -> None:
    answer = client.open(path, method=method, data=body, content_type="application/json", headers={"Origin": HOME})
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Expose-Headers"] == "LDN-CDS-Knowledge-Version, LDN-CDS-Site-Profile"


def test_cors_4_missing_data_and_failures_carry_it_too(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.post(SIGN, json=without(valid(), "prefetch"), headers={"Origin": HOME})
    assert answer.status_code == 412
    assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cds.evaluate.answer", fail)
    answer = client.post(SIGN, json=valid(), headers={"Origin": HOME})
    assert answer.status_code == 500
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("which", ["listed", "single"])
@pytest.mark.parametrize("origin", [HOME, "https://other.example.org"])
def test_cors_5_caches_are_told_that_the_origin_matters(request: pytest.FixtureRequest, which: str, origin: str) -> None:
    client: FlaskClient = request.getfixturevalue(which)
    for answer in (client.get("/cds-services", headers={"Origin": origin}), client.options(SIGN, headers={**PREFLIGHT, "Origin": origin})):
        assert "Origin" in [name.strip() for name in answer.headers["Vary"].split(",")]
        assert answer.headers.get("Access-Control-Allow-Origin") == (HOME if origin == HOME else None)


def test_cors_5_no_vary_for_everybody(client: FlaskClient) -> None:
    assert "Origin" not in client.get("/cds-services", headers={"Origin": HOME}).headers.get("Vary", "")


@pytest.mark.parametrize("origin", [HOME, "https://evil.example", "null", "https://ehr.example.org.evil.example", "http://ehr.example.org"])
def test_cors_6_never_with_credentials(client: FlaskClient, listed: FlaskClient, origin: str) -> None:
    for one in (client, listed):
        answer = one.options(SIGN, headers={**PREFLIGHT, "Origin": origin})
        assert "Access-Control-Allow-Credentials" not in answer.headers
    allowed = listed.options(SIGN, headers={**PREFLIGHT, "Origin": origin}).headers.get("Access-Control-Allow-Origin")
    assert allowed == (HOME if origin == HOME else None)


def test_cors_9_no_origin_listed_means_none(closed: FlaskClient) -> None:
    answer = closed.options(SIGN, headers=PREFLIGHT)
    assert not [name for name, _ in answer.headers if name.casefold().startswith("access-control-")]
