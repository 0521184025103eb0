"""Whole calls, word for word: each request in tests/requests gets exactly the answer that lies beside it.

A changed answer is a clinical change: it needs its line in cards/CHANGES.md, and eyes on the difference.
"""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

FOLDERS = sorted(path for path in (Path(__file__).parent / "requests").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_answer_is_the_one_on_file(folder: Path, client: FlaskClient) -> None:
    body = (folder / "request.json").read_text("utf-8")
    wanted = json.loads((folder / "response.json").read_text("utf-8"))
    answer = client.post(f"/cds-services/ldn-{json.loads(body)['hook']}", data=body, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json == wanted


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_retried_call_gives_the_same_bytes_and_explain_changes_no_card(folder: Path, client: FlaskClient) -> None:
    body = (folder / "request.json").read_text("utf-8")
    url = f"/cds-services/ldn-{json.loads(body)['hook']}"
    first, again, explained = (client.post(f"{url}{query}", data=body, content_type="application/json") for query in ("", "", "?explain=true"))
    assert first.data == again.data
    assert explained.json["cards"] == first.json["cards"]
    assert "not-a-real-token" not in explained.text
