"""Discovery, as a client reads it at registration (REQUIREMENTS: Discovery)."""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient

from cards.model import Library
from tests.support.calls import valid
from tests.support.walk import blanks

MEMBERS = {"hook", "title", "description", "id", "prefetch", "usageRequirements", "version", "hookVersion", "extension"}
HOOKS = {"order-select", "order-sign", "medication-refill", "patient-view", "appointment-book"}
# what every FHIR server can search by; no includes, no chains, no encounter (DISC-12, DISC-26)
USUAL = {"patient", "subject", "category", "code", "status", "date", "_count", "_sort"}


@pytest.fixture
def services(client: FlaskClient) -> list[dict[str, Any]]:
    """The entries of discovery."""
    return list(client.get("/cds-services").json["services"])


@pytest.mark.parametrize("path", ["/cds-services", "/cds-services/"])
def test_disc_1_2_20_it_is_there_with_and_without_a_slash(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert isinstance(answer.json["services"], list)


def test_disc_3_4_15_16_every_entry_says_what_it_is(services: list[dict[str, Any]]) -> None:
    for service in services:
        for name in ("hook", "description", "id", "title", "usageRequirements", "version"):
            assert isinstance(service[name], str)
        assert re.fullmatch(r"\d+\.\d+\.\d+", service["version"])


def test_disc_5_6_7_19_21_one_plain_id_a_hook(services: list[dict[str, Any]]) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9._~-]+", service["id"]) for service in services)
    assert len({service["id"] for service in services}) == len(services) == len(HOOKS)
    assert {service["hook"] for service in services} == HOOKS


def test_disc_8_18_nothing_blank_and_nothing_unknown(client: FlaskClient, services: list[dict[str, Any]]) -> None:
    assert blanks(client.get("/cds-services").json) == []
    assert all(set(service) <= MEMBERS for service in services)


def test_disc_9_to_14_the_templates_are_simple_searches_about_one_patient(services: list[dict[str, Any]]) -> None:
    templates = [template for service in services for template in service.get("prefetch", {}).values()]
    assert templates
    for template in templates:
        assert set(re.findall(r"\{\{.*?\}\}", template)) == {"{{context.patientId}}"}
        kind, _, query = template.partition("?")
        assert re.fullmatch(r"[A-Z][A-Za-z]+" if query else r"[A-Z][A-Za-z]+/\{\{context\.patientId\}\}", kind)
        names = [name for name, _ in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))]
        assert set(names) <= USUAL
        assert len(set(names)) == len(names), "the sandbox merges a parameter given twice"


def test_disc_17_two_calls_agree(client: FlaskClient) -> None:
    assert client.get("/cds-services").data == client.get("/cds-services").data


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_disc_22_26_every_service_answers_and_none_needs_an_encounter(client: FlaskClient, hook: str) -> None:
    request = valid(hook)
    assert "encounterId" not in request["context"]
    assert client.post(f"/cds-services/ldn-{hook}", json=request).status_code == 200


@pytest.mark.parametrize("path", ["/cds-services", "/healthz", "/readyz", "/findings", "/evidence"])
def test_the_knowledge_version_is_named(client: FlaskClient, library: Library, path: str) -> None:
    assert client.get(path).headers["LDN-CDS-Knowledge-Version"] == library.version


def test_the_answers_of_a_service_name_the_knowledge_version(client: FlaskClient, library: Library) -> None:
    answer = client.post("/cds-services/ldn-order-sign", json=valid())
    assert answer.headers["LDN-CDS-Knowledge-Version"] == library.version
