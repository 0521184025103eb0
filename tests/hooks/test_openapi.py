"""The interface description is valid OpenAPI 3.1, tells every address, and holds for what the service really says."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from cds.hooks.answers import AnswerSchema, DiscoverySchema, OutcomeSchema
from tests.support.calls import REQUESTS, valid

CALLS = sorted(path.name for path in REQUESTS.iterdir() if (path / "request.json").exists())


@pytest.fixture(scope="module")
def document(app: Any) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    return found


def by_schema(document: dict[str, Any], path: str, what: str) -> Draft202012Validator:
    """A JSON Schema validator of one request or answer, with the document's components."""
    operation = document["paths"][path]["post"]
    content = operation["requestBody"] if what == "request" else operation["responses"][what]
    return Draft202012Validator({**content["content"]["application/json"]["schema"], "components": document["components"]})


def test_it_is_a_valid_description(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert not list(OpenAPIV31SpecValidator(document).iter_errors())


def test_it_tells_every_service(document: dict[str, Any], client: FlaskClient) -> None:
    services = client.get("/cds-services").get_json()["services"]
    assert {f"/cds-services/{service['id']}" for service in services} <= set(document["paths"])
    assert not DiscoverySchema().validate({"services": services})


@pytest.mark.parametrize("name", CALLS)
def test_whole_calls_hold_to_it(document: dict[str, Any], name: str) -> None:
    folder: Path = REQUESTS / name
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    answer = json.loads((folder / "response.json").read_text(encoding="utf-8"))
    path = f"/cds-services/ldn-{request['hook']}"
    assert not list(by_schema(document, path, "request").iter_errors(request))
    status = "200" if "cards" in answer else "412"
    assert not list(by_schema(document, path, status).iter_errors(answer))
    judge = AnswerSchema() if "cards" in answer else OutcomeSchema()
    assert not judge.validate(answer)


def test_a_broken_request_does_not_hold_to_it(document: dict[str, Any]) -> None:
    request = valid()
    del request["hookInstance"]
    assert list(by_schema(document, "/cds-services/ldn-order-sign", "request").iter_errors(request))


def test_refusals_hold_to_it(client: FlaskClient) -> None:
    for answer in (client.post("/cds-services/ldn-order-sign", json={}), client.get("/nowhere"), client.get("/cds-services/ldn-order-sign")):
        assert not OutcomeSchema().validate(answer.get_json())
