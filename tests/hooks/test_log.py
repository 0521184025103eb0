"""One JSON line per call: what happened, never to whom (ROB-6, FHIR-17)."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from cards.model import Library
from cds.app import JsonLines, log_to_stdout
from tests.support.calls import valid, without
from tests.support.scenario import USUAL

SIGN = "/cds-services/ldn-order-sign"
PRIVATE = ("pat-1", "Practitioner", "draft-1", "oxy-1", "oxycodone", "Naltrexone", "secret-token", "6f9e4a3c", "ehr.example.org")


LOGGER = logging.getLogger("ldn_cds")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The logger is one for the whole process: leave it as it was."""
    handlers, level, propagate = LOGGER.handlers[:], LOGGER.level, LOGGER.propagate
    yield
    LOGGER.handlers[:], LOGGER.propagate = handlers, propagate
    LOGGER.setLevel(level)


@pytest.fixture
def lines() -> io.StringIO:
    """What the service would write to standard output."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    return written


def parsed(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def request() -> dict[str, Any]:
    access = {"access_token": "secret-token", "token_type": "Bearer"}
    return valid() | {"fhirServer": "https://ehr.example.org/fhir", "fhirAuthorization": access}


@pytest.mark.parametrize(
    ("body", "status"),
    [(request(), 200), (without(request(), "hook"), 400), (without(request(), "prefetch"), 412), ("{", 400)],
    ids=["200", "400", "412", "broken"],
)
def test_one_line_a_call_and_no_patient_in_it(client: FlaskClient, library: Library, lines: io.StringIO, body: Any, status: int) -> None:
    data = body if isinstance(body, str) else json.dumps(body)
    assert client.post(SIGN, data=data, content_type="application/json").status_code == status
    (line,) = parsed(lines)
    assert line["service"] == "ldn-order-sign"
    assert line["status"] == status
    assert line["ms"] >= 0
    assert line["knowledge"] == library.version
    assert set(line["alerts"]) - USUAL == ({"opioid-active"} if status == 200 else set())
    assert not any(word in lines.getvalue() for word in PRIVATE)


def test_a_fault_of_ours_is_logged_by_type_and_incident_only(client: FlaskClient, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("oxycodone of pat-1")

    monkeypatch.setattr("cds.evaluate.answer", fail)
    answer = client.post(SIGN, json=request())
    by_status, fault = sorted(parsed(lines), key=lambda line: line["message"])
    assert by_status["status"] == 500
    assert fault["error"] == "KeyError"
    assert fault["incident"] in answer.text
    assert not any(word in lines.getvalue() + answer.text for word in PRIVATE)


def test_the_log_goes_to_standard_output_once(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stdout()
    log_to_stdout()
    LOGGER.info("call", extra={"service": "ldn-order-sign", "patient": "pat-1"})
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["service"] == "ldn-order-sign"
    assert "pat-1" not in line


def test_a_body_over_the_limit_is_counted_as_such(client: FlaskClient, lines: io.StringIO) -> None:
    declared = {"CONTENT_LENGTH": str(24 * 1024 * 1024)}
    assert client.post(SIGN, data=b"{", content_type="application/json", environ_overrides=declared).status_code == 413
    (line,) = parsed(lines)
    assert line["status"] == 413
