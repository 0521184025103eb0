"""What holds for every card that the service gives, whatever it is about (REQUIREMENTS: Cards, Links)."""

import re
import uuid
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from cds.hooks.answers import AnswerSchema
from tests.support.as_request import bundle
from tests.support.calls import REQUESTS, changed, naltrexone, oxycodone, sample, valid
from tests.support.said import Said
from tests.support.walk import blanks

SIGN = "/cds-services/ldn-order-sign"
# the members of CDS Hooks 2.0, written out here a second time: a fault in our own schemas shows
CARD = {"uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior", "overrideReasons", "links", "extension"}
MEMBERS = {
    "source": {"label", "url", "icon", "topic"},
    "suggestions": {"label", "uuid", "isRecommended", "actions"},
    "links": {"label", "url", "type", "appContext"},
    "overrideReasons": {"code", "system", "display"},
    "actions": {"type", "description", "resource", "resourceId"},
    "topic": {"code", "system", "display"},
}
# markup that a client would render: tags, images, links to elsewhere, scripts, handlers, embedded data
MARKUP = re.compile(r"<\s*[A-Za-z/!?]|!\[|\]\(|\]\[|^\s*\[[^\]]*\]:|javascript:|vbscript:|data:|\bon\w+\s*=", re.IGNORECASE | re.MULTILINE)
LINK = re.compile(r"\]\(([^)]*)\)|(?<!\()\b((?:https?|ftp)://\S+)|\bwww\.\S+")
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.example/p.png)",
    "[click](http://evil.example)",
    "[click][evil]\n\n[evil]: http://evil.example",
    "<http://evil.example>",
    "see http://evil.example now",
    "see www.evil.example now",
    "me@evil.example",
    "javascript:alert(1)",
    "# Heading",
    "\n\n| a | b |\n| --- | --- |\n| c | d |",
    "```\ncode",
    "`code` **bold** __bold__ ~~gone~~",
    "line\r\nline\u2028line\u0085line\x0b",
    "\u202etxt.exe\u200b\ufeff",
    "&lt;b&gt; &#60;b&#62;",
    "\\<b>\\[x](y)",
]


def of(client: FlaskClient, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post(SIGN, json=body)
    assert answer.status_code == 200, answer.text
    return list(answer.json["cards"])


def cards(said: list[Said]) -> list[dict[str, Any]]:
    return [card for one in said for card in one.cards]


def test_card_1_2_3_answers_hold_cards_and_nothing_blank(said: list[Said]) -> None:
    for one in said:
        assert set(one.answer) <= {"cards", "extension"}
        assert isinstance(one.answer["cards"], list)
        assert blanks(one.answer) == [], one.name
    assert any(one.answer == {"cards": []} for one in said)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in REQUESTS.glob("*/request.json")))
def test_card_2_3_24_an_explanation_keeps_to_the_shape(client: FlaskClient, name: str) -> None:
    body = sample(name)
    answer = client.post(f"/cds-services/ldn-{body['hook']}?explain=true", json=body).json
    assert set(answer) == {"cards", "extension"}
    assert isinstance(answer["extension"], dict)
    assert blanks(answer) == []


def test_card_4_link_7_sug_16_only_the_members_of_the_specification(said: list[Said]) -> None:
    for card in cards(said):
        assert set(card) <= CARD
        assert set(card["source"]) <= MEMBERS["source"]
        assert set(card["source"]["topic"]) <= MEMBERS["topic"]
        for name in ("suggestions", "links", "overrideReasons"):
            assert all(set(part) <= MEMBERS[name] for part in card.get(name, ()))
    assert all(set(action) <= MEMBERS["actions"] for one in said for action in one.actions)


def test_card_25_every_answer_fits_the_schema(said: list[Said]) -> None:
    schema = AnswerSchema()
    for one in said:
        assert schema.validate(one.answer) == {}, one.name


def is_headline(text: str) -> bool:
    """One plain line that fits: counted as JavaScript counts."""
    short = bool(text.strip()) and len(text.encode("utf-16-le")) // 2 <= 139
    return short and text.isprintable() and not re.search(r"[<>`*_\[\]|]|://", text)


def test_card_5_6_7_every_summary_is_one_short_plain_line(said: list[Said]) -> None:
    assert [card["summary"] for card in cards(said) if not is_headline(card["summary"])] == []


@pytest.mark.parametrize(
    "name", ["Oxycodone " + "very long name " * 40, "Oxycodone " + "x" * 3000, "Oxycodone " + "\U0001f48a" * 200, "Oxycodone\r\n\x00\x1btab\t"]
)
def test_card_5_6_a_long_or_odd_drug_name_still_gives_a_short_line(client: FlaskClient, name: str) -> None:
    body = valid(medicationRequests=bundle([oxycodone(medicationCodeableConcept={"text": name})]))
    found = of(client, body)
    assert "opioid-active" in str(found)
    assert all(is_headline(card["summary"]) for card in found)


def test_card_5_merged_information_counts_as_javascript_counts(client: FlaskClient) -> None:
    letters = "\U0001d431\U0001d431 " * 30  # letters that count twice there
    chart = naltrexone(id="chart-1", status="active", authoredOn="2026-01-01")
    condition = {"resourceType": "Condition", "id": "c", "code": {"text": f"Insomnia {letters}"}}
    lactose = {"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "Lactose"}}
    (card,) = of(client, valid(medicationRequests=bundle([chart]), conditions=bundle([condition]), allergies=bundle([lactose])))
    assert card["summary"].endswith("more)")
    assert is_headline(card["summary"]), card["summary"]


def test_card_8_28_indicators_are_known_and_the_serious_come_first(said: list[Said]) -> None:
    rank = {"critical": 0, "warning": 1, "info": 2}
    for one in said:
        order = [rank[card["indicator"]] for card in one.cards]
        assert order == sorted(order), one.name


def is_web(address: str) -> bool:
    """An absolute http(s) address; plain http to this machine only."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "127.0.0.1"))


def test_card_9_10_11_every_source_has_a_label_and_an_address(said: list[Said]) -> None:
    for card in cards(said):
        assert card["source"]["label"].strip()
        assert is_web(card["source"]["url"])
        assert "icon" not in card["source"]


def test_card_12_23_27_topics_are_stable_letters_and_digits(said: list[Said]) -> None:
    topics = defaultdict(set)
    for card in cards(said):
        topic = card["source"]["topic"]
        assert topic["system"] == "urn:ldn-cds:finding"
        assert topic["display"].strip()
        assert re.fullmatch(r"[A-Za-z0-9]{1,100}", topic["code"])
        codes = [found["code"] for found in card["extension"]["org.ldn-cds.findings"]]
        if card["indicator"] != "info":
            (code,) = codes
            topics[code].add(topic["code"])
        else:
            assert topic["code"] == "ldnguidance"
    assert topics
    assert all(names == {code.replace("-", "")} for code, names in topics.items())


def test_card_13_14_15_16_details_are_markdown_without_markup_of_others(said: list[Said]) -> None:
    for card in cards(said):
        detail = card["detail"]
        assert detail.strip()
        assert not MARKUP.search(detail), detail
        assert not LINK.search(detail), "links stand in links, where clients can judge them"
        assert "```" not in detail
        assert not re.search(r"^\s*\|", detail, re.MULTILINE), "no tables"


def test_card_17_18_19_sug_2_14_every_card_and_suggestion_has_a_uuid_of_its_own(said: list[Said]) -> None:
    for one in said:
        names = [part["uuid"] for part in (*one.cards, *one.suggestions)]
        assert len(set(names)) == len(names), one.name
        assert all(str(uuid.UUID(name)) == name and uuid.UUID(name).variant == uuid.RFC_4122 for name in names)


def test_card_20_another_instance_gives_every_uuid_anew(client: FlaskClient) -> None:
    def names(body: dict[str, Any]) -> set[str]:
        return {part["uuid"] for card in of(client, body) for part in (card, *card.get("suggestions", ()))}

    first, second = names(valid()), names(changed(valid(), "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "hookInstance"))
    assert len(first) == len(second) > 1
    assert not first & second


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_card_21_words_of_the_request_are_never_markup(client: FlaskClient, words: str) -> None:
    draft = naltrexone(
        medicationCodeableConcept={"text": f"Naltrexone 1.5 mg {words}"},
        reasonCode=[{"text": f"fibromyalgia {words}"}],
        dosageInstruction=[{"text": f"1.5 mg nightly {words}"}],
    )
    opioid = oxycodone(medicationCodeableConcept={"text": f"Oxycodone 5 mg {words}"})
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "code": {"text": f"naltrexone {words}"},
        "reaction": [{"manifestation": [{"text": words}]}],
    }
    condition = {"resourceType": "Condition", "id": "c", "code": {"text": f"Opioid withdrawal {words}"}}
    patient = {"resourceType": "Patient", "id": "pat-1", "birthDate": "1979-03-02", "name": [{"text": words}]}
    lists = {"allergies": bundle([allergy]), "conditions": bundle([condition]), "patient": patient}
    serious = of(client, valid(orders=[draft], medicationRequests=bundle([opioid]), **lists))
    calm = of(client, valid(orders=[draft], medicationRequests=bundle([]), patient=patient))
    assert {"critical", "info"} <= {card["indicator"] for card in (*serious, *calm)}
    for card in (*serious, *calm):
        assert is_headline(card["summary"]), card["summary"]
        assert not MARKUP.search(card["detail"]), card["detail"]
        assert not LINK.search(card["detail"]), card["detail"]
        assert not re.search(r"[`|~\\]|&#?\w+;|__|^#|@\w", card["detail"], re.MULTILINE), card["detail"]
        assert card["detail"].replace("\n", "").isprintable()
        assert all(is_web(link["url"]) and "evil" not in link["url"] for link in card["links"])


def test_card_22_no_name_of_the_patient_stands_in_a_card(client: FlaskClient) -> None:
    name = {"text": "Zebrafinch Quillon", "family": "Quillon", "given": ["Zebrafinch"]}
    subject = {"reference": "Patient/pat-1", "display": "Zebrafinch Quillon"}
    body = valid(
        orders=[naltrexone(subject=subject)],
        medicationRequests=bundle([oxycodone(subject=subject)]),
        patient={"resourceType": "Patient", "id": "pat-1", "birthDate": "2015-03-02", "name": [name]},
    )
    found = of(client, body)
    assert found
    for card in found:
        assert not re.search("zebrafinch|quillon", card["summary"] + card["detail"], re.IGNORECASE)


def test_card_29_each_answer_stands_alone(client: FlaskClient) -> None:
    alone = of(client, valid())
    of(client, changed(valid(), bundle([]), "prefetch", "medicationRequests"))
    assert of(client, valid()) == alone


def test_link_1_to_6_8_10_links_are_absolute_labelled_and_safe(said: list[Said]) -> None:
    for one in said:
        assert all(link["type"] == "absolute" and link["label"].strip() and is_web(link["url"]) for link in one.links)
        assert all("links" not in card or card["links"] for card in one.cards)


def test_ext_2_4_own_extensions_have_names_of_our_domain(said: list[Said]) -> None:
    names = {name for card in cards(said) for name in card["extension"]}
    assert names == {"org.ldn-cds.findings", "org.ldn-cds.dose"}
    # what an extension lists stands on the card in words as well: a finding without its text would be advice for machines alone
    assert all(card["detail"].strip() and card["links"] for card in cards(said))
