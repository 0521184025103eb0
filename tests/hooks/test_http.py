"""Methods, paths, headers and errors, as any HTTP client sees them (REQUIREMENTS: HTTP behaviour)."""

import json
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cards.model import Library
from tests.support.calls import valid, without

SIGN = "/cds-services/ldn-order-sign"
SECRET = "Zebrafinch"


def outcome(answer: Any, status: int) -> list[dict[str, Any]]:
    """The issues of an error answer: an OperationOutcome that leaks nothing (HTTP-11, HTTP-17)."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json"
    assert answer.json["resourceType"] == "OperationOutcome"
    for leak in ("Traceback", ".py", "<html", "werkzeug", "flask", SECRET):
        assert leak not in answer.text
    return list(answer.json["issue"])


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/cds-services/unknown"), ("POST", "/cds-services/unknown/feedback"), ("GET", "/nowhere"), ("POST", "/nowhere")]
)
def test_http_1_2_unknown_addresses(client: FlaskClient, method: str, path: str) -> None:
    assert outcome(client.open(path, method=method, json=valid()), 404)[0]["code"] == "not-found"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", [SIGN, SIGN + "/", "/cds-services//ldn-order-sign"])
def test_http_3_4_services_take_post_only(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    outcome(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_http_4_discovery_takes_get_only(client: FlaskClient, method: str) -> None:
    answer = client.open("/cds-services", method=method, json={})
    outcome(answer, 405)
    assert "GET" in answer.headers["Allow"].split(", ")


@pytest.mark.parametrize("path", ["/cds-services", "/cds-services/"])
def test_http_5_head_on_discovery(client: FlaskClient, path: str) -> None:
    answer = client.head(path)
    assert answer.status_code == 200
    assert answer.data == b""


@pytest.mark.parametrize("path", ["/cds-services", SIGN, "/cds-services//ldn-order-sign"])
def test_http_6_options(client: FlaskClient, path: str) -> None:
    assert client.options(path).status_code == 200


def test_http_7_too_large_by_its_declared_length(client: FlaskClient) -> None:
    declared = {"CONTENT_LENGTH": str(24 * 1024 * 1024)}
    answer = client.post(SIGN, data=b"{", content_type="application/json", environ_overrides=declared)
    assert outcome(answer, 413)[0]["code"] == "too-long"


@pytest.mark.parametrize(
    ("request_body", "status"),
    [(valid(), 200), (without(valid(), "hook"), 400), (without(valid(), "prefetch"), 412)],
    ids=["200", "400", "412"],
)
def test_http_10_12_headers_of_every_answer(client: FlaskClient, request_body: dict[str, Any], status: int) -> None:
    answer = client.post(SIGN, json=request_body)
    assert answer.status_code == status
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [SIGN + "/", "/cds-services//ldn-order-sign", "/cds-services//ldn-order-sign/"])
def test_http_13_18_every_spelling_of_the_address_answers_at_once(client: FlaskClient, path: str) -> None:
    answer = client.post(path, json=valid())
    assert answer.status_code == 200
    assert answer.data == client.post(SIGN, json=valid()).data


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("prefix", ["/", "/cds-services/", "/findings/", "/evidence/", "/static/"])
@pytest.mark.parametrize("odd", ["a%2Fb", "%00", "x" * 3000, "%ff%fe", "..%2f..%2fetc", "%E2%80%AE", "<script>", "{{7*7}}", "a;b", "?a=%ff", "."])
def test_http_14_odd_paths_never_crash(client: FlaskClient, method: str, prefix: str, odd: str) -> None:
    answer = client.open(prefix + odd, method=method, json=valid(), headers={"Accept": "text/html"})
    assert answer.status_code < 500
    assert not 300 <= answer.status_code < 400
    assert "<script>" not in answer.text
    assert "49" not in answer.headers.get("Location", "")


def test_http_19_missing_data_names_its_keys(client: FlaskClient, library: Library) -> None:
    issues = outcome(client.post(SIGN, json=without(valid(), "prefetch")), 412)
    assert {issue["code"] for issue in issues} == {"required"}
    wanted = {f"prefetch.{key.key}" for key in library.data.values() if key.need == "medications"}
    assert {name for issue in issues for name in issue["expression"]} == wanted


def test_http_19_a_fault_of_ours_is_a_bare_500(app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"{SECRET} takes oxycodone")

    monkeypatch.setattr("cds.evaluate.answer", fail)
    answer = app.test_client().post(SIGN, json=valid())
    issue = outcome(answer, 500)[0]
    assert issue["code"] == "exception"
    incidents = [record.incident for record in caplog.records if hasattr(record, "incident")]
    assert len(incidents) == 1
    assert incidents[0] in issue["diagnostics"]
    assert SECRET not in caplog.text


def test_error_words_never_repeat_what_was_sent(client: FlaskClient) -> None:
    broken = valid() | {"hook": SECRET, "hookInstance": SECRET, "fhirServer": f"ftp://{SECRET}", "prefetch": SECRET}
    broken["context"] = {"patientId": 7, "userId": [SECRET], "draftOrders": SECRET}
    issues = outcome(client.post(SIGN, json=broken), 400)
    named = {name for issue in issues for name in issue["expression"]}
    assert named == {"hook", "hookInstance", "fhirServer", "prefetch", "context.patientId", "context.userId", "context.draftOrders"}


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x.y.z", "Basic Zm9v", "Bearer " + "x" * 4000])
def test_jwt_38_a_token_is_ignored(client: FlaskClient, token: str) -> None:
    answer = client.post(SIGN, json=valid(), headers={"Authorization": token})
    assert answer.data == client.post(SIGN, json=valid()).data


def test_links_never_follow_the_host_header(client: FlaskClient) -> None:
    answer = client.post(SIGN, json=valid(), headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer.json["cards"]
    assert "evil.example" not in answer.text


def test_explain_adds_an_extension_and_changes_nothing_else(client: FlaskClient) -> None:
    plain, explained = client.post(SIGN, json=valid()).json, client.post(f"{SIGN}?explain=true", json=valid()).json
    extension = explained.pop("extension")
    assert explained == plain
    assert set(plain) == {"cards"}
    assert set(extension) == {"org.ldn-cds.explain", "org.ldn-cds.dose"}


@pytest.mark.parametrize("query", ["?explain=false", "?explain=", "?explain=1", "?other=true"])
def test_only_explain_true_explains(client: FlaskClient, query: str) -> None:
    assert "extension" not in client.post(SIGN + query, json=valid()).json


def test_rob_2_calls_of_several_patients_do_not_mix(app: Flask) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def ask(number: int) -> bool:
        request = json.loads(json.dumps(valid()).replace("pat-1", f"pat-{number}").replace("oxy-1", f"oxy-{number}"))
        request["hookInstance"] = str(uuid.UUID(int=number))
        text = app.test_client().post(SIGN, json=request).text
        return f"oxy-{number}" in text and not any(f'oxy-{other}"' in text for other in range(24) if other != number)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(24)))
