"""The command line: judging a file, and refusing to start half."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cards.library import LibraryFaults
from cards.model import Library
from cds import cli, serve
from tests.support.calls import valid, without


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "PUBLIC_BASE_URL", "ALLOWED_ORIGINS", "MAX_BODY_BYTES", "TENANT", "ALLOW_UNAUTHENTICATED_NETWORK"):
        monkeypatch.delenv(f"LDN_CDS_{name}", raising=False)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[serve.Listen]:
    """Where the command would have listened."""
    found: list[serve.Listen] = []
    monkeypatch.setattr(serve, "run", lambda make, listen, settings: found.append(listen))
    monkeypatch.setattr("cds.app.log_to_stdout", lambda: None)
    return found


def run(*arguments: str, **more: Any) -> Result:
    return CliRunner().invoke(cli.main, list(arguments), **more)


def written(path: Path, request: Any) -> str:
    path.write_text(json.dumps(request), encoding="utf-8")
    return str(path)


def test_check_shows_the_cards(tmp_path: Path) -> None:
    result = run("check", written(tmp_path / "request.json", valid()))
    assert result.exit_code == 0, result.output
    assert "CRITICAL" in result.output
    assert "oxycodone" in result.output
    assert "http://127.0.0.1:8000/findings/opioid-active" in result.output


def test_check_reads_standard_input() -> None:
    result = run("check", "-", input=json.dumps(valid()))
    assert result.exit_code == 0, result.output
    assert "CRITICAL" in result.output


def test_check_as_json_is_what_the_service_would_send(tmp_path: Path) -> None:
    result = run("check", "--json", "--explain", written(tmp_path / "request.json", valid()))
    answer = json.loads(result.stdout)
    assert answer["cards"]
    assert set(answer["extension"]) == {"org.ldn-cds.explain", "org.ldn-cds.dose"}


def test_check_explains_in_words(tmp_path: Path) -> None:
    result = run("check", "--explain", written(tmp_path / "request.json", valid()))
    assert "not-applicable" in result.output
    assert "naltrexone-allergy" in result.output


def test_check_says_when_there_is_nothing_to_say(tmp_path: Path) -> None:
    request = valid(orders=[])
    result = run("check", written(tmp_path / "request.json", request))
    assert result.exit_code == 0
    assert "no cards" in result.output


@pytest.mark.parametrize(
    ("request_body", "words"),
    [
        (without(valid(), "hook"), "hook"),
        (without(valid(), "context", "patientId"), "context.patientId"),
        (without(valid(), "prefetch"), "medicationRequests"),
        ([], "JSON object"),
    ],
)
def test_check_stops_with_the_words_of_the_service(tmp_path: Path, request_body: Any, words: str) -> None:
    result = run("check", written(tmp_path / "request.json", request_body))
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output


def test_check_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run("check", str(tmp_path / "none.json"))
    assert result.exit_code in (1, 2)
    assert "none.json" in result.output


def test_serve_says_loudly_what_it_is(served: list[serve.Listen]) -> None:
    result = run("serve", "--port", "8123")
    assert result.exit_code == 0, result.output
    assert "NO AUTHENTICATION" in result.output
    assert "http://127.0.0.1:8123/cds-services" in result.output
    assert [listen.bind for listen in served] == ["127.0.0.1:8123"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "cds.example.org", "127.0.0.1.example.org"])  # noqa: S104 - refused
def test_serve_refuses_the_network(served: list[serve.Listen], host: str) -> None:
    result = run("serve", "--host", host)
    assert result.exit_code == 1
    assert "--allow-unauthenticated-network" in result.output
    assert served == []


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--allow-unauthenticated-network"], {}), ([], {"LDN_CDS_ALLOW_UNAUTHENTICATED_NETWORK": "1"})],
)
def test_serve_takes_an_explicit_word(served: list[serve.Listen], arguments: list[str], environment: dict[str, str]) -> None:
    result = run("serve", "--host", "0.0.0.0", *arguments, env=environment)  # noqa: S104 - that this is allowed is what is tested
    assert result.exit_code == 0, result.output
    assert len(served) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_serve_on_this_machine_needs_no_word(served: list[serve.Listen], host: str) -> None:
    assert run("serve", "--host", host).exit_code == 0
    assert len(served) == 1


@pytest.mark.parametrize("command", [["serve"], ["check", "-"]])
def test_a_faulty_library_starts_nothing_and_names_every_fault(
    served: list[serve.Listen], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    def load() -> None:
        raise LibraryFaults(("rules/a.toml: limit: unknown field", "rules/b.toml: title: is missing"))

    monkeypatch.setattr(cli, "load", load)
    result = run(*command, input="{}")
    assert result.exit_code == 1
    assert "rules/a.toml" in result.output
    assert "rules/b.toml" in result.output
    assert served == []


@pytest.mark.parametrize("command", [["serve"], ["check", "-"]])
def test_faulty_settings_start_nothing(served: list[serve.Listen], command: list[str]) -> None:
    result = run(*command, env={"LDN_CDS_MAX_BODY_BYTES": "x", "LDN_CDS_TENANT": " "}, input=json.dumps(valid()))
    assert result.exit_code == 1
    assert "LDN_CDS_MAX_BODY_BYTES" in result.output
    assert "LDN_CDS_TENANT" in result.output
    assert served == []


def test_handbook_writes_one_file_and_says_what_is_in_it(tmp_path: Path, library: Library) -> None:
    target = tmp_path / "handbook.html"
    result = run("handbook", "--output", str(target), "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary["file"] == str(target)
    assert summary["bytes"] == target.stat().st_size
    assert summary["knowledgeVersion"] == library.version
    assert (summary["wrote"]["findings"], summary["wrote"]["statements"]) == (len(library.rules), len(library.statements))
    assert "reading the knowledge" in result.stderr
    assert target.read_text(encoding="utf-8").lstrip().startswith("<!doctype html>")


def test_handbook_goes_to_standard_output_without_chatter() -> None:
    result = run("handbook", "--output", "-")
    assert result.exit_code == 0, result.output
    assert result.stdout.lstrip().startswith("<!doctype html>")
    assert result.stdout.rstrip().endswith("</html>")
    assert run("handbook", "--output", "-", "--json").exit_code == 2


def test_handbook_says_where_it_could_not_write(tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "handbook.html"
    result = run("handbook", "--output", str(target))
    assert result.exit_code == 1
    assert f"{target}: No such file or directory" in result.output
