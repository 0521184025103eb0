"""The whole knowledge as one document that a clinical committee can read, print and sign.

Renders the same parts as the pages, with links inside the document. Reads the scenarios of a source checkout where
there is one; knows no HTTP, no clock and no patient, so that the same knowledge always gives the same document.
"""

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from cards.library import ROOT
from cards.model import Library
from cds import markup

SCENARIOS = Path(__file__).parent.parent / "tests" / "scenarios"
_STYLE = Path(__file__).parent / "hooks" / "static" / "page.css"
_PREFIXES = {"findings": "finding", "evidence": "source", "conditions": "condition"}
_CHART = ("orders", "medications", "conditions", "allergies", "results", "procedures")


class ScenarioFault(Exception):
    """A scenario file cannot be read; the words name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One case in words: what is on the chart, and which findings must come out, with their severity."""

    says: str
    chart: str
    expect: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A code list by name, and how many rows it has."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handbook:
    """The document, and what stands in it."""

    html: str
    counts: Mapping[str, int]


def write(library: Library, scenarios: Path = SCENARIOS, codelists: Path = ROOT / "codelists") -> Handbook:
    """The handbook of this knowledge. Raises ScenarioFault for a scenario file that cannot be read."""
    cases = _scenarios(scenarios)
    lists = _lists(codelists)
    drugs = Counter(name for drug in library.terminology.drugs.values() for name in drug.classes)
    template = markup.environment(library, inside).get_template("handbook.html")
    html = template.render(
        style=Markup(_STYLE.read_text(encoding="utf-8")),  # noqa: S704 - our own file, inside <style>
        cases=cases,
        further={name: found for name, found in cases.items() if name not in library.rules},
        lists=lists,
        drugs=dict(sorted(drugs.items())),
        reasons={reason.code: reason.display for rule in library.rules.values() for reason in rule.override_reasons},
    )
    counts = {
        "findings": len(library.rules),
        "planned": len(library.later),
        "numbers": len(library.policy.numbers),
        "sources": len(library.sources),
        "conditions": len(library.conditions),
        "statements": len(library.statements),
        "disagreements": len(library.disagreements),
        "scenarios": sum(len(found) for found in cases.values()),
        "codeLists": len(lists),
    }
    return Handbook(html=html, counts=counts)


def inside(path: str) -> str:
    """Where does a path of the service lead within the one document? Other addresses stay as they are."""
    if path.startswith("/account#"):
        return path.removeprefix("/account")
    room, _, name = path.removeprefix("/").partition("/")
    return f"#{_PREFIXES[room]}-{name}" if path.startswith("/") and room in _PREFIXES and name else path


def _scenarios(folder: Path) -> dict[str, list[Scenario]]:
    """The scenarios by the name of their file, which is that of the finding where it is about one; none without a checkout."""
    found: dict[str, list[Scenario]] = {}
    for path in sorted(folder.glob("**/*.toml")):
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))["scenario"]
            cases = [Scenario(says=one["says"], chart="; ".join(_chart(one)), expect=one["expect"]) for one in raw]
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
            raise ScenarioFault(f"{path}: is no scenario file ({type(error).__name__})") from None
        found.setdefault(path.stem, []).extend(cases)
    return found


def _chart(raw: Mapping[str, Any]) -> Iterator[str]:
    """What the chart of a scenario holds, list by list."""
    if "hook" in raw:
        yield f"on {raw['hook']}"
    for name in _CHART:
        if raw.get(name):
            yield f"{name}: " + ", ".join(_entry(entry) for entry in raw[name])
    for name, value in raw.items():
        if name not in {*_CHART, "says", "expect", "hook", "selected"} and value:
            yield f"{name.replace('_', ' ')}: {_plain(value)}"


def _entry(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    name = next((str(entry[key]) for key in ("drug", "text", "test") if key in entry), "")
    rest = ", ".join(f"{key} {_plain(value)}" for key, value in entry.items() if key not in ("drug", "text", "test"))
    return f"{name} ({rest})" if name and rest else name or rest


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(part)}" for key, part in value.items())
    return ", ".join(_entry(part) for part in value) if isinstance(value, list) else str(value)


def _lists(folder: Path) -> list[CodeList]:
    """Every code list, by name and number of rows."""
    found = []
    for path in sorted(folder.glob("**/*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            rows = sum(1 for row in csv.reader(handle) if row) - 1
        found.append(CodeList(name=path.relative_to(folder).with_suffix("").as_posix(), rows=rows))
    return found
