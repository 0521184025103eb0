"""Each answered call leaves one row before its answer, with nothing in it that tells who the patient is."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from flask import Response
from flask.testing import FlaskClient

from cards.model import Library
from cds.app import create_app
from cds.call import Answer, Call
from cds.config.model import Mode, Settings, Store, Tenant
from cds.hooks import audit
from cds.store import journal
from cds.store.keeper import Keeper
from cds.store.rows import CallRow
from tests.hooks.test_log import PRIVATE, request
from tests.support.calls import valid, without
from tests.support.scenario import TODAY

SIGN = "/cds-services/ldn-order-sign"
NOW = datetime.combine(TODAY, time(12), tzinfo=UTC)


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    """A store that drains only when it is told to."""
    monkeypatch.setattr("cds.store.keeper._PAUSE_S", 3_600.0)
    opened = Keeper(Store(url=f"sqlite:///{tmp_path}/s.sqlite3", journal=tmp_path / "journal"))
    yield opened
    opened.close()


@pytest.fixture
def client(library: Library, keeper: Keeper) -> FlaskClient:
    """A client of a service with that store."""
    return create_app(Settings(), library, clock=lambda: NOW, keeper=keeper).test_client()


def noted(keeper: Keeper) -> list[CallRow]:
    return [row for file in journal.waiting(keeper.settings.journal) for row in journal.read(file).rows]


def test_the_row_tells_the_findings_and_cards_of_the_answer(client: FlaskClient, keeper: Keeper, library: Library) -> None:
    answer = client.post(SIGN, json=valid()).json
    (row,) = noted(keeper)
    assert (row.at, row.tenant, row.service, row.hook, row.status, row.mode) == (NOW, "sandbox", "ldn-order-sign", "order-sign", 200, "live")
    assert row.knowledge == library.version
    assert {code for codes in row.outcomes.values() for code in codes} == set(library.rules)
    assert "opioid-active" in row.outcomes["alert"]
    assert row.timings["total"] > 0
    assert [card.uuid for card in row.cards] == [card["uuid"] for card in answer["cards"]]
    assert row.cards[0].findings == ("opioid-active",)
    assert row.cards[0].indicator == "critical"
    assert row.cards[0].suggestions == tuple(one["uuid"] for one in answer["cards"][0]["suggestions"])


def test_identifiers_are_keyed_hashes_and_nothing_else_of_the_patient_is_there(client: FlaskClient, keeper: Keeper) -> None:
    client.post(SIGN, json=request())
    (row,) = noted(keeper)
    assert row.patient == keeper.hash("patient", "sandbox", "pat-1")
    assert row.user == keeper.hash("user", "sandbox", "Practitioner/1")
    assert row.hook_instance == keeper.hash("hookInstance", "sandbox", request()["hookInstance"])
    (file,) = journal.waiting(keeper.settings.journal)
    assert not any(word in file.read_text() for word in PRIVATE)
    keeper.drain()
    assert not any(word.encode() in Path(str(keeper.database.url.database)).read_bytes() for word in PRIVATE)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        (without(valid(), "hook"), "application/json", 400),
        (without(valid(), "prefetch"), "application/json", 412),
        ("{}", "text/plain", 415),
    ],
)
def test_what_was_refused_leaves_a_row_without_cards(client: FlaskClient, keeper: Keeper, body: Any, kind: str, status: int) -> None:
    answer = client.post(SIGN, json=body) if isinstance(body, dict) else client.post(SIGN, data=body, content_type=kind)
    assert answer.status_code == status
    (row,) = noted(keeper)
    assert (row.status, row.cards, row.outcomes) == (status, (), {})
    assert (row.patient is not None) == (status == 412)


def test_a_fault_of_ours_leaves_a_row(client: FlaskClient, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds.evaluate.answer", lambda *_, **__: (_ for _ in ()).throw(KeyError("pat-1")))
    assert client.post(SIGN, json=valid()).status_code == 500
    assert [row.status for row in noted(keeper)] == [500]


def test_what_is_no_call_of_a_service_leaves_none(client: FlaskClient, keeper: Keeper) -> None:
    for path in ("/cds-services", "/cds-services/unknown", "/healthz", "/nowhere", SIGN):
        client.get(path)
    client.post("/cds-services/unknown", json=valid())
    assert noted(keeper) == []


def test_the_row_is_there_before_the_answer_leaves(library: Library, keeper: Keeper) -> None:
    service = create_app(Settings(), library, clock=lambda: NOW, keeper=keeper)
    seen = []

    @service.after_request
    def look(answer: Response) -> Response:
        seen.append(len(noted(keeper)))
        return answer

    service.test_client().post(SIGN, json=valid())
    assert seen == [1]


def test_the_same_request_has_the_same_answer_whatever_becomes_of_the_row(
    client: FlaskClient, keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = client.post(SIGN, json=valid()).data
    before = client.get("/metrics").text
    for fault in (OSError("no space: pat-1"), RuntimeError("pat-1")):
        with monkeypatch.context() as patch:
            patch.setattr(journal.Journal, "append", lambda *_, fault=fault: (_ for _ in ()).throw(fault))
            assert client.post(SIGN, json=valid()).data == first
    assert client.post(SIGN, json=valid()).data == first
    assert unwritten(client.get("/metrics").text) - unwritten(before) == 2
    assert "pat-1" not in caplog.text
    assert [record.levelno for record in caplog.records].count(logging.ERROR) == 2
    assert len({card.uuid for row in noted(keeper) for card in row.cards}) == len(noted(keeper)[0].cards)


def unwritten(text: str) -> float:
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("ldn_cds_audit_unwritten_total "))


def test_silent_mode_is_in_the_row(keeper: Keeper) -> None:
    call = Call(tenant="t", service="s", hook="order-sign", hook_instance="h", patient_id="p")
    answer = Answer(cards=(), explain=None, doses=(), outcomes={"opioid-active": "alert"})
    audit.note(
        keeper,
        at=NOW,
        tenant=Tenant(id="t", mode=Mode.SILENT),
        service="s",
        hook="order-sign",
        status=200,
        knowledge="k",
        timings={"total": 1.23456, "fetch": 0.5},
        call=call,
        answer=answer,
    )
    (row,) = noted(keeper)
    assert (row.mode, row.outcomes, row.timings) == ("silent", {"alert": ("opioid-active",)}, {"total": 1.23, "fetch": 0.5})
