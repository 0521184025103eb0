"""The clinical scenarios that live outside the project, where their folder lies beside it: run over HTTP by their own tool."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from cards.model import Library
from cds.app import create_app
from cds.config.model import Settings

SHARED = Path(__file__).parent.parent.parent / "shared"
TOOL, CASES = SHARED / "tools" / "scenarios.py", SHARED / "scenarios"


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    """The service on a free port of this machine, with the real clock: the scenarios count their dates from today."""
    server = make_server("127.0.0.1", 0, create_app(Settings(), library), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def concerned(library: Library) -> dict[str, str]:
    """id -> group of the cases about findings that this version has, and of those in which nothing may fire."""
    cases: list[dict[str, Any]] = [json.loads(path.read_text("utf-8")) for path in sorted(CASES.glob("*.json"))]
    return {case["id"]: case["group"] for case in cases if case["group"] in {*library.rules, "clean"}}


@pytest.mark.skipif(not TOOL.is_file(), reason="no folder of shared scenarios beside the project")  # the contract lies there, not here
def test_explain_names_every_finding_of_the_contract(library: Library) -> None:
    contract = (SHARED / "knowledge" / "FINDINGS.md").read_text("utf-8")
    assert {*library.rules, *library.later} == set(re.findall(r"^\| `([a-z-]+)` \|", contract, re.MULTILINE))


# a checkout of the project alone does not have this folder: what it holds is covered by tests/scenarios as well
@pytest.mark.skipif(not TOOL.is_file(), reason="no folder of shared scenarios beside the project")
def test_every_case_of_this_versions_findings_passes(address: str, library: Library, tmp_path: Path) -> None:
    cases = concerned(library)
    assert len(cases) >= 13
    report = tmp_path / "report.json"
    only = [part for name in cases for part in ("--only", name)]
    command = [sys.executable, str(TOOL), "--base", address, "--dir", str(CASES), "--fhir-port", "0", "--json", str(report), *only]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own tool, our own arguments
    assert done.returncode == 0, done.stdout + done.stderr
    assert "false alarms: 0" in done.stdout
    assert "card contract: 0 problems" in done.stdout
    assert f"{len(cases)} passed, 0 failed" in done.stdout
