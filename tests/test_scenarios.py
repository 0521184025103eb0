"""Every scenario twice: straight on the picture, and as FHIR over HTTP. The two must agree."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from cards.finding import Outcome
from cards.model import Library
from cds.evaluate import judge
from tests.support import as_picture, as_request
from tests.support.scenario import TODAY, USUAL, Scenario, load_all

SCENARIOS = load_all()


def shown(cards: list[dict[str, Any]]) -> dict[str, str]:
    """code -> indicator of every finding on the cards."""
    return {found["code"]: found["indicator"] for card in cards for found in card["extension"]["org.ldn-cds.findings"]}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_over_http_the_cards_are_those_expected(scenario: Scenario, library: Library, client: FlaskClient) -> None:
    body = as_request.request(scenario, library)
    answer = client.post(f"/cds-services/ldn-{scenario.hook}", json=body)
    assert answer.status_code == 200, answer.text
    found = shown(answer.json["cards"])
    assert not set(scenario.silent) & set(found)
    assert {code: indicator for code, indicator in found.items() if code not in USUAL or code in scenario.expect} == scenario.expect


@pytest.mark.parametrize("scenario", [one for one in SCENARIOS if one.expect], ids=str)
def test_the_card_reads_as_it_should_and_is_short(scenario: Scenario, library: Library, client: FlaskClient) -> None:
    cards = client.post(f"/cds-services/ldn-{scenario.hook}", json=as_request.request(scenario, library)).json["cards"]
    text = {found["code"]: f"{card['summary']}\n{card['detail']}" for card in cards for found in card["extension"]["org.ldn-cds.findings"]}
    for code, wanted in scenario.reads.items():
        for words in wanted:
            assert words in text[code], f"{words!r} is missing in: {text[code]}"
    for code, unwanted in scenario.reads_not.items():
        for words in unwanted:
            assert words not in text[code], f"{words!r} stands in: {text[code]}"
    for card in cards:
        assert len(card["summary"]) < 140
        items = card["detail"].count("\n- ")
        typical = items <= 2 and len(card["extension"]["org.ldn-cds.findings"]) == 1
        assert len(card["detail"].split()) <= 120 or not typical, f"{len(card['detail'].split())} words: {card['detail']}"
        assert "  " not in card["detail"]
        assert card["summary"][0] == card["summary"][0].upper()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_picture_alone_gives_the_same_outcomes(scenario: Scenario, library: Library, client: FlaskClient) -> None:
    _, findings, _ = judge(as_picture.picture(scenario, library), library, TODAY)
    straight = {finding.code: finding.outcome.value for finding in findings}
    answer = client.post(f"/cds-services/ldn-{scenario.hook}?explain=true", json=as_request.request(scenario, library))
    told = {code: found["outcome"] for code, found in answer.json["extension"]["org.ldn-cds.explain"]["findings"].items()}
    assert straight | dict.fromkeys(library.later, "not-assessed") == told
    serious = {f.code: library.rules[f.code].variants[f.variant].indicator.value for f in findings if f.outcome is Outcome.ALERT}
    assert scenario.expect.items() <= serious.items()


def test_every_finding_has_scenarios_in_which_it_fires_and_in_which_it_does_not(library: Library) -> None:
    fired = {code for scenario in SCENARIOS for code in scenario.expect}
    assert set(library.rules) == fired
    variants = {(code, indicator) for scenario in SCENARIOS for code, indicator in scenario.expect.items()}
    wanted = {(rule.code, wording.indicator.value) for rule in library.rules.values() for wording in rule.variants.values()}
    assert wanted == variants
    assert sum(not scenario.expect for scenario in SCENARIOS) > len(SCENARIOS) // 4
