"""Feedback stands behind the same door as the services, and is open to the same browsers (REQUIREMENTS JWT-27, CORS-2)."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cards.model import Library
from cds.app import create_app
from cds.config.model import Authentication, Settings, Tenant, Trust
from tests.support.calls import valid
from tests.support.signing import ISSUER, JKU, NOW, claims, key_set, token

BASE, ORIGIN = "https://cds.example.org", "https://ehr.example.org"
SIGN = "/cds-services/ldn-order-sign"
FEEDBACK = f"{SIGN}/feedback"
PATHS = [FEEDBACK, f"{FEEDBACK}/", "/cds-services//ldn-order-sign/feedback"]
BODY = {"feedback": [{"card": "6a1b0000-0000-4000-8000-000000000000", "outcome": "overridden", "outcomeTimestamp": "2026-03-16T12:00:00Z"}]}


@pytest.fixture
def closed(library: Library, tmp_path: Path) -> FlaskClient:
    """A service that takes calls of one registered client only."""
    file = tmp_path / "jwks.json"
    file.write_bytes(key_set("ec384"))
    tenant = Tenant(
        id="north", authentication=Authentication.JWT, trust=Trust(issuer=ISSUER, jwks_file=file, jwks_urls=(JKU,)), allowed_origins=(ORIGIN,)
    )
    return create_app(Settings(public_base_url=BASE, tenants=(tenant,)), library, lambda: NOW).test_client()


def bearer(path: str, number: int = 0) -> dict[str, str]:
    return {"Authorization": "Bearer " + token(None, claims(aud=BASE + path, jti=f"{path}-{number}"), "ec384")}


def test_jwt_27_feedback_needs_a_token_for_its_own_address(closed: FlaskClient) -> None:
    assert closed.post(FEEDBACK, json=BODY, headers=bearer(FEEDBACK)).status_code == 200
    for other in (SIGN, "/cds-services", "/cds-services/ldn-order-select/feedback"):
        assert closed.post(FEEDBACK, json=BODY, headers=bearer(other)).status_code == 401
    assert closed.post(SIGN, json=valid(), headers=bearer(FEEDBACK, 1)).status_code == 401


def test_jwt_27_a_token_serves_feedback_once(closed: FlaskClient) -> None:
    headers = bearer(FEEDBACK, 2)
    assert [closed.post(FEEDBACK, json=BODY, headers=headers).status_code for _ in range(2)] == [200, 401]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic Zm9v"}], ids=str)
def test_jwt_27_28_no_token_no_feedback_whatever_the_body(closed: FlaskClient, path: str, headers: dict[str, str]) -> None:
    for body in (b"{", b'{"feedback": []}'):
        answer = closed.post(path, data=body, content_type="application/json", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json == closed.post(SIGN, json=valid()).json


def seen(answer: Any) -> dict[str, str]:
    """What a browser is told about other origins."""
    return {name: value for name, value in answer.headers if name.startswith("Access-Control-")}


@pytest.mark.parametrize("path", PATHS)
def test_cors_2_7_feedback_is_preflighted_like_its_service(closed: FlaskClient, path: str) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = closed.options(path, headers=asked)
    assert answer.status_code in (200, 204)
    assert seen(answer) == seen(closed.options(SIGN, headers=asked))
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert {"authorization", "content-type"} <= set(answer.headers["Access-Control-Allow-Headers"].casefold().split(", "))
    assert seen(closed.options(path, headers={**asked, "Origin": "https://evil.example"})) == {}


def test_cors_3_4_feedback_answers_carry_the_origin(closed: FlaskClient) -> None:
    for headers, status in ((bearer(FEEDBACK, 3), 200), ({}, 401)):
        answer = closed.post(FEEDBACK, json=BODY, headers={**headers, "Origin": ORIGIN})
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
