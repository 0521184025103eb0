"""What the README promises is what the service does: findings, prefetch templates, dependencies."""

import json
import re
import tomllib
from pathlib import Path

from cards.model import Library
from cds import evaluate

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    below = TEXT.split(f"\n{heading}\n", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert table is not None
    return [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in table[0].splitlines()[2:]]


def test_the_prefetch_table_is_that_of_discovery(library: Library) -> None:
    written = {key.strip("`"): template.strip("`") for key, template, _ in rows("## Services and prefetch")}
    asked = {key: template for service in library.services for key, template in evaluate.prefetch_of(service.hook, library).items()}
    assert written == asked


def test_the_first_call_gets_the_answer_that_is_shown() -> None:
    shown = json.loads(re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)[0])["cards"][0]
    card = json.loads((ROOT / "tests" / "requests" / "opioid-active" / "response.json").read_text("utf-8"))["cards"][0]
    for member in ("uuid", "summary", "indicator", "source", "selectionBehavior"):
        assert (
            {key: card[member][key] for key in shown[member]} == shown[member] if isinstance(shown[member], dict) else card[member] == shown[member]
        )
    assert card["detail"].startswith(shown["detail"].removesuffix("…").rstrip())
    assert card["links"][0].items() >= shown["links"][0].items()
    assert card["suggestions"][0]["actions"][0].items() >= shown["suggestions"][0]["actions"][0].items()
    assert shown["overrideReasons"][0] in card["overrideReasons"]


def test_every_finding_is_listed(library: Library) -> None:
    assert {cells[0].strip("`") for cells in rows("## What it checks")} == set(library.rules)


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[><=]", name)[0] for name in [*project["dependencies"], *project["optional-dependencies"]["dev"]]}
    reasons = {name.strip() for cells in rows("## Decisions") for name in cells[0].split(",")}
    assert needed == reasons
