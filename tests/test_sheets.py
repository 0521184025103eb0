"""The integration sheets say what holds: every template, code and host of the service stands on them."""

import json
from pathlib import Path

import pytest

from cards.model import Library
from cds import evaluate, sheets
from cds.config.model import Profile, Settings, Tenant
from cds.tenancy import Site
from tests.support.calls import REQUESTS

ROOT = Path(__file__).parent.parent
SETTINGS = Settings(public_base_url="https://cds.example.org")


def made(client: Profile, library: Library) -> str:
    return sheets.sheet(client, Site(tenant=Tenant(), library=library), SETTINGS)


@pytest.mark.parametrize("client", list(Profile))
def test_the_sheet_of_deploy_is_the_one_that_is_made(client: Profile, library: Library) -> None:
    kept = (ROOT / "deploy" / "integration" / f"{client.value}.md").read_text(encoding="utf-8")
    assert kept == made(client, library), f"write it anew: ldn-cds integration-sheet {client.value}"


@pytest.mark.parametrize("client", [Profile.STANDARD, Profile.EPIC])
def test_every_template_code_and_topic_stands_on_it(client: Profile, library: Library) -> None:
    text = made(client, library)
    for service in library.services:
        assert f"https://cds.example.org/cds-services/{service.id}`" in text
        for key, template in evaluate.prefetch_of(service.hook, library).items():
            assert f"| `{key}` | `{template}` |" in text
    for rule in library.rules.values():
        assert f"| `{rule.topic}` |" in text
        assert all(f"| `{reason.code}` |" in text for reason in rule.override_reasons)


def test_every_link_of_whole_calls_leads_to_a_listed_host(library: Library) -> None:
    hosts = set(sheets.link_hosts(library, "http://127.0.0.1:8000"))
    answers = [json.loads(path.read_text(encoding="utf-8")) for path in REQUESTS.glob("*/response.json")]
    links = [link["url"] for answer in answers for card in answer.get("cards", ()) for link in card.get("links", ())]
    assert links
    assert {url.split("/")[2].split(":")[0] for url in links} <= hosts
