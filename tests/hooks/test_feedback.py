"""Feedback of clients over HTTP: the specification's, Epic's and the sandbox's dialect (REQUIREMENTS FB-1 to FB-21)."""

import json
import logging
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from sqlalchemy import select

from cards.model import Library
from cds.app import create_app
from cds.config.model import Settings, Store
from cds.store.keeper import Keeper
from cds.store.tables import feedback
from tests.support.calls import valid
from tests.support.scenario import TODAY
from tests.support.walk import places, put

SIGN = "/cds-services/ldn-order-sign"
URL = SIGN + "/feedback"
CARD = "4e0a3a1e-3191-4b29-93f3-2d3f6a2d6f01"
OURS = "urn:ldn-cds:override-reason"


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    """A store of this module's own."""
    folder = tmp_path_factory.mktemp("feedback")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cds.store.keeper._PAUSE_S", 3_600.0)  # it drains when a test says so
        opened = Keeper(Store(url=f"sqlite:///{folder}/store.sqlite3", journal=folder / "journal"))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def service(library: Library, keeper: Keeper) -> Flask:
    """The service with that store."""
    return create_app(Settings(), library, clock=lambda: datetime.combine(TODAY, time(12), tzinfo=UTC), keeper=keeper)


@pytest.fixture
def client(service: Flask) -> FlaskClient:
    """A client of it."""
    return service.test_client()


def entry(**more: Any) -> dict[str, Any]:
    return {"card": CARD, "outcome": "overridden", "outcomeTimestamp": "2026-01-20T10:00:00Z", **more}


def accepted(**more: Any) -> dict[str, Any]:
    return entry(outcome="accepted", acceptedSuggestions=[{"id": "6a1b"}], **more)


def kept(keeper: Keeper, since: int) -> list[Any]:
    with keeper.database.reading() as connection:
        return list(connection.execute(select(feedback).where(feedback.c.number > since).order_by(feedback.c.number)))


@pytest.fixture
def since(keeper: Keeper) -> int:
    """The number of the last entry before this test."""
    found = kept(keeper, 0)
    return int(found[-1].number) if found else 0


def send(client: FlaskClient, *entries: Any, url: str = URL) -> Any:
    return client.post(url, json={"feedback": list(entries)})


def refused(answer: Any, status: int, where: str = "") -> None:
    assert answer.status_code == status, answer.text
    assert answer.json["resourceType"] == "OperationOutcome"
    issue = answer.json["issue"][0]
    assert issue.get("expression", [""]) == [where] if where else True
    assert CARD not in answer.text


def test_fb_1_a_suggestion_was_accepted(client: FlaskClient, keeper: Keeper, since: int) -> None:
    card = client.post(SIGN, json=valid()).json["cards"][0]
    keeper.drain()
    suggestion = card["suggestions"][0]["uuid"]
    answer = send(client, accepted(card=card["uuid"]) | {"acceptedSuggestions": [{"id": suggestion}]})
    assert (answer.status_code, answer.json) == (200, {})
    assert answer.content_type == "application/json"
    (found,) = kept(keeper, since)
    assert (found.card, found.card_known, found.outcome, found.accepted) == (card["uuid"], True, "accepted", [suggestion])
    assert (found.tenant, found.service) == ("sandbox", "ldn-order-sign")


def test_fb_2_21_overridden_without_a_reason_and_nothing_is_made_up(client: FlaskClient, keeper: Keeper, since: int) -> None:
    assert send(client, entry()).status_code == 200
    (found,) = kept(keeper, since)
    assert (found.reason, found.reason_system, found.comment, found.accepted) == (None, None, None, [])


def test_fb_3_overridden_with_reason_and_comment(client: FlaskClient, keeper: Keeper, since: int) -> None:
    reason = {"code": "washout-verified", "system": OURS, "display": "Opioid-free interval verified"}
    assert send(client, entry(overrideReason={"reason": reason, "userComment": "pharmacy confirms"})).status_code == 200
    (found,) = kept(keeper, since)
    assert (found.reason, found.reason_system, found.reason_display) == ("washout-verified", OURS, reason["display"])
    assert found.comment == "pharmacy confirms"


@pytest.mark.parametrize(
    "comment", ["x", "", " ", "<script>alert(1)</script>", "'; DROP TABLE feedback; --", "a\nb\t💊 \u202e", "l" * 300_000], ids=range(7)
)
def test_fb_4_a_comment_however_long_or_odd_is_kept_as_it_is(client: FlaskClient, keeper: Keeper, since: int, comment: str) -> None:
    assert send(client, entry(overrideReason={"userComment": comment})).status_code == 200
    assert [found.comment for found in kept(keeper, since)] == [comment]


def test_fb_4_what_no_database_takes_is_replaced(client: FlaskClient, keeper: Keeper, since: int) -> None:
    assert send(client, entry(overrideReason={"userComment": "a\0b"})).status_code == 200
    assert [found.comment for found in kept(keeper, since)] == ["a\ufffdb"]


def test_fb_5_several_entries_and_the_same_one_again_in_their_order(client: FlaskClient, keeper: Keeper, since: int) -> None:
    sent = [entry(), accepted(), entry(), entry(card="another")]
    assert send(client, *sent).status_code == 200
    assert send(client, *sent).status_code == 200
    assert [(found.card, found.outcome) for found in kept(keeper, since)] == [(one["card"], one["outcome"]) for one in sent * 2]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"feedback"', "1", "{}}", b"\xff"])
def test_fb_6_no_json_object(client: FlaskClient, body: Any) -> None:
    refused(client.post(URL, data=body, content_type="application/json"), 400)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "feedback"),
        ({"feedback": None}, "feedback"),
        ({"feedback": {}}, "feedback"),
        ({"feedback": "x"}, "feedback"),
        ({"feedback": [1]}, "feedback.0"),
    ],
)
def test_fb_7_no_array_of_objects(client: FlaskClient, body: dict[str, Any], where: str) -> None:
    refused(client.post(URL, json=body), 400, where)


@pytest.mark.parametrize("card", ["absent", None, "", "  ", 7, [], {}])
def test_fb_8_an_entry_without_its_card(client: FlaskClient, card: Any) -> None:
    sent = entry(card=card)
    if card == "absent":
        del sent["card"]
    refused(send(client, accepted(), sent), 400, "feedback.1.card")


@pytest.mark.parametrize("outcome", ["ignored", "Accepted", "", None, 1, ["accepted"]])
def test_fb_9_another_outcome(client: FlaskClient, keeper: Keeper, since: int, outcome: Any) -> None:
    refused(send(client, accepted(), entry(outcome=outcome)), 400, "feedback.1.outcome")
    assert kept(keeper, since) == []  # a body is kept whole or not at all


@pytest.mark.parametrize(
    ("suggestions", "where"),
    [
        ("absent", "feedback.0.acceptedSuggestions"),
        (None, "feedback.0.acceptedSuggestions"),
        ([], "feedback.0.acceptedSuggestions"),
        ([{}], "feedback.0.acceptedSuggestions.0.id"),
        ([{"id": ""}], "feedback.0.acceptedSuggestions.0.id"),
        ([{"id": 1}], "feedback.0.acceptedSuggestions.0.id"),
        ("6a1b", "feedback.0.acceptedSuggestions"),
    ],
)
def test_fb_10_accepted_without_what_was_accepted(client: FlaskClient, suggestions: Any, where: str) -> None:
    sent = accepted() | {"acceptedSuggestions": suggestions}
    if suggestions == "absent":
        del sent["acceptedSuggestions"]
    refused(send(client, sent), 400, where)


@pytest.mark.parametrize(
    "moment",
    [
        *("absent", None, "", 1768903200, "2026-01-20", "2026-01-20T10:00:00", "20.01.2026 10:00", "2026-01-20T10:00Z"),
        *("2026-13-01T10:00:00Z", "2026-02-30T10:00:00Z", "2026-01-20T25:00:00Z", "2026-01-20T10:00:00+0100"),
        *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "٢٠٢٦-01-20T10:00:00Z"),
    ],
)
def test_fb_11_no_instant(client: FlaskClient, moment: Any) -> None:
    sent = entry(outcomeTimestamp=moment)
    if moment == "absent":
        del sent["outcomeTimestamp"]
    refused(send(client, sent), 400, "feedback.0.outcomeTimestamp")


@pytest.mark.parametrize("url", ["/cds-services/unknown/feedback", "/cds-services//unknown/feedback/"])
def test_fb_12_an_unknown_service(client: FlaskClient, url: str) -> None:
    refused(send(client, entry(), url=url), 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("url", [URL, URL + "/"])
def test_fb_13_feedback_is_posted(client: FlaskClient, method: str, url: str) -> None:
    answer = client.open(url, method=method)
    refused(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"overrideReasons": {"reason": {"code": "4", "system": "urn:oid:1.2.3", "display": "Will monitor"}}},
            ("urn:oid:1.2.3", "4", "Will monitor"),
        ),
        ({"overrideReasons": {"extension": {"org.example.reason": {"code": "9", "display": "See comment"}}}}, (None, "9", "See comment")),
        ({"overrideReasons": {"extension": {"org.example.reasons": [{"code": "9"}]}}}, (None, "9", None)),
        ({"extension": {"org.example": {"reason": {"system": "s", "code": "9"}}}}, ("s", "9", None)),
        ({"overrideReason": {"extension": {"org.example": "words"}}}, (None, None, None)),
    ],
)
def test_fb_14_epic_says_it_otherwise(client: FlaskClient, keeper: Keeper, since: int, more: dict[str, Any], reason: tuple[Any, ...]) -> None:
    late = "2026-01-20T02:30:00.123-06:00"
    assert send(client, entry(card="card-without-uuid-1", outcomeTimestamp=late, **more)).status_code == 200
    (found,) = kept(keeper, since)
    assert (found.reason_system, found.reason, found.reason_display) == reason
    assert (found.card, found.card_known) == ("card-without-uuid-1", False)


def test_fb_15_the_sandbox_leaves_things_out(client: FlaskClient, keeper: Keeper, since: int) -> None:
    sent = entry(overrideReason={"reason": {"code": "other"}, "userComment": "why not"}, outcomeTimestamp="2026-01-20T10:00:00.123Z")
    assert send(client, sent).status_code == 200
    (found,) = kept(keeper, since)
    assert (found.reason, found.reason_system, found.comment) == ("other", None, "why not")
    assert found.outcome_at == datetime(2026, 1, 20, 10, 0, 0, 123_000, tzinfo=UTC)


WHOLE = {
    "feedback": [
        accepted(
            overrideReason={"reason": {"code": "other", "system": OURS, "display": "Other"}, "userComment": "x"}, extension={"a": {"code": "b"}}
        ),
        entry(overrideReasons={"reason": {"code": "4", "system": "s", "display": "d"}, "extension": {"c": [{"code": "d"}]}}),
    ]
}


@pytest.mark.parametrize(
    "value", [None, "", 0, -1, True, [], {}, "x", [1], 1e308, {"a": 1}, "\u202e<b>", 10**30, "\0", "x" * 3_000, [[]], [{}], {"code": "x"}], ids=repr
)
def test_fb_16_no_replaced_value_causes_a_fault_of_ours(client: FlaskClient, value: Any) -> None:
    for place in places(WHOLE):
        answer = client.post(URL, data=json.dumps(put(WHOLE, place, value)), content_type="application/json")
        assert answer.status_code in (200, 400), (place, answer.text)


def test_fb_16_half_a_surrogate_pair(client: FlaskClient) -> None:
    body = json.dumps({"feedback": [entry(overrideReason={"userComment": "MARK"}, card="MARK")]}).replace("MARK", "\\ud800")
    assert client.post(URL, data=body, content_type="application/json").status_code in (200, 400)


@pytest.mark.parametrize("card", ["6f0c8b2e-3f0e-4a4e-9d52-0d8a5a3f7c11", "x" * 10_000, "Ärger", "a\0b", "💊"])
def test_fb_17_a_card_that_is_not_remembered_is_kept_and_marked(client: FlaskClient, keeper: Keeper, since: int, card: str) -> None:
    assert send(client, entry(card=card)).status_code == 200
    (found,) = kept(keeper, since)
    assert found.card_known is False
    assert found.card == card.replace("\0", "\ufffd")[:255]


def test_fb_17_a_card_is_known_in_whatever_case_its_uuid_comes(client: FlaskClient, keeper: Keeper, since: int) -> None:
    card = client.post(SIGN, json=valid() | {"hookInstance": str(uuid.uuid4())}).json["cards"][0]["uuid"]
    assert send(client, entry(card=card.upper())).status_code == 200
    assert [found.card_known for found in kept(keeper, since)] == [False]  # its row is in the journal
    keeper.drain()
    assert [found.card_known for found in kept(keeper, since)] == [True]


@pytest.mark.parametrize("reason", [{}, {"reason": None}, {"reason": {}}, {"reason": {"code": ""}}, {"extension": {}}, {"userComment": None}])
@pytest.mark.parametrize("name", ["overrideReason", "overrideReasons"])
def test_fb_18_a_reason_that_says_nothing(client: FlaskClient, reason: dict[str, Any], name: str) -> None:
    refused(send(client, entry(**{name: reason})), 400, f"feedback.0.{name}")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin-1"])
def test_fb_19_not_declared_as_json(client: FlaskClient, kind: str) -> None:
    refused(client.post(URL, data='{"feedback": []}', content_type=kind), 415)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-20T10:00:00+01:00", datetime(2026, 1, 20, 9, tzinfo=UTC)),
        ("2026-01-20T10:00:00-05:30", datetime(2026, 1, 20, 15, 30, tzinfo=UTC)),
        ("2026-01-20t10:00:00.5z", datetime(2026, 1, 20, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-20T10:00:00.123456789Z", datetime(2026, 1, 20, 10, 0, 0, 123_456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-01-20T10:00:00-00:00", datetime(2026, 1, 20, 10, tzinfo=UTC)),
    ],
)
def test_fb_20_offsets_and_fractions(client: FlaskClient, keeper: Keeper, since: int, written: str, meant: datetime) -> None:
    assert send(client, entry(outcomeTimestamp=written)).status_code == 200
    (found,) = kept(keeper, since)
    assert found.outcome_at - meant == timedelta(0)


@pytest.mark.parametrize("url", [URL, URL + "/", "/cds-services//ldn-order-sign/feedback", "/cds-services//ldn-order-sign/feedback/"])
def test_the_address_is_as_forgiving_as_that_of_the_service(client: FlaskClient, url: str) -> None:
    assert send(client, entry(), url=url).status_code == 200
    assert client.options(url, headers={"Origin": "https://x.example.org", "Access-Control-Request-Method": "POST"}).status_code == 200


def test_the_description_of_the_interface_holds_for_feedback(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    schema = document["paths"][URL]["post"]["requestBody"]["content"]["application/json"]["schema"]
    judge = Draft202012Validator({**schema, "components": document["components"]})
    assert not list(judge.iter_errors(WHOLE))
    for broken in ({}, {"feedback": [entry(outcome="ignored")]}, {"feedback": [{"outcome": "accepted"}]}):
        assert list(judge.iter_errors(broken))


def test_a_batch_without_entries_is_nothing_to_keep(client: FlaskClient, keeper: Keeper, since: int) -> None:
    assert client.post(URL, json={"feedback": []}).status_code == 200
    assert kept(keeper, since) == []


def test_a_batch_has_a_limit_and_may_reach_it(client: FlaskClient, keeper: Keeper, since: int) -> None:
    refused(send(client, *[1] * 5_001), 413, "feedback")
    assert send(client, *[entry()] * 5_000).status_code == 200
    assert len(kept(keeper, since)) == 5_000


def test_a_body_over_the_limit(client: FlaskClient) -> None:
    declared = {"CONTENT_LENGTH": str(24 * 1024 * 1024)}
    refused(client.post(URL, data=b"{", content_type="application/json", environ_overrides=declared), 413)


def test_a_store_that_is_down_asks_to_send_it_again_and_answers_do_not_depend_on_it(
    library: Library, client: FlaskClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    down = Keeper(Store(url="postgresql://nobody:hidden-word@127.0.0.1:1/none", journal=tmp_path / "journal"))
    service = create_app(Settings(), library, clock=lambda: datetime.combine(TODAY, time(12), tzinfo=UTC), keeper=down).test_client()
    with caplog.at_level(logging.DEBUG, "ldn_cds"):
        answer = send(service, entry(overrideReason={"userComment": "Mrs Smith"}))
    refused(answer, 503)
    assert answer.headers["Retry-After"] == "30"
    assert answer.json["issue"][0]["code"] == "transient"
    assert service.post(SIGN, json=valid()).data == client.post(SIGN, json=valid()).data
    down.close()
    for secret in ("Mrs Smith", CARD, "hidden-word"):
        assert secret not in caplog.text
        assert secret not in answer.text


def test_a_comment_is_never_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        send(client, entry(overrideReason={"userComment": "Mrs Smith"}))
        send(client, entry(overrideReason={"userComment": "Mrs Smith"}, outcome="Mrs Smith"))
    assert "Mrs Smith" not in caplog.text


def test_feedback_is_counted(client: FlaskClient) -> None:
    send(client, entry())
    assert 'ldn_cds_feedback_total{outcome="overridden",service="ldn-order-sign"}' in client.get("/metrics").text
