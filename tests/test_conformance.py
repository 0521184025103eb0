"""The conformance table says what holds: every requirement once, every test that it names is there, and README counts the same."""

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
LEVELS = {"SHALL", "SHALL NOT", "SHOULD", "MAY"}
MET = {"yes", "not served", "no"}
# how many requirements each group has: a row that gets lost shows
SIZES = {
    "DISC": 26, "REQ": 26, "PRE": 19, "FHIR": 18, "CARD": 29, "SUG": 20, "SEL": 4, "OVR": 4, "SYS": 2, "LINK": 11, "FB": 21, "JWT": 40, "CORS": 9,
    "HTTP": 20, "EXT": 4, "PV": 6, "OSEL": 7, "OSIGN": 7, "ODISP": 6, "APPT": 6, "REFILL": 6, "ESTART": 5, "EDIS": 5, "MPRES": 7, "EHR": 17, "ROB": 6,
    "CLIN": 3,
}  # fmt: skip
NOT_SERVED = {"ODISP", "ESTART", "EDIS", "MPRES"}


@cache
def table() -> list[dict[str, str]]:
    with (ROOT / "deploy" / "conformance.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def group(row: dict[str, str]) -> str:
    return row["id"].rsplit("-", 1)[0]


def places(row: dict[str, str]) -> list[str]:
    """What a row points at: tests as file::function, or where to look."""
    return [place.strip() for place in row["test"].split(";")]


@cache
def functions(file: str) -> frozenset[str]:
    """The tests of a file, without running it."""
    path = ROOT / file
    assert path.is_file(), f"there is no {file}"
    return frozenset(node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef))


def anchors(path: Path) -> set[str]:
    """The headings of a Markdown file as links to them are written."""
    return {
        re.sub(r"[^\w\- ]", "", words).strip().lower().replace(" ", "-") for words in re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    }


def test_every_requirement_stands_there_once_and_in_order() -> None:
    assert [row["id"] for row in table()] == [f"{name}-{number}" for name, size in SIZES.items() for number in range(1, size + 1)]


def test_every_row_is_whole() -> None:
    for row in table():
        assert set(row) == {"id", "level", "met", "how", "test"}
        assert row["level"] in LEVELS, row["id"]
        assert row["met"] in MET, row["id"]
        assert row["how"].strip(), f"{row['id']} does not say how it is met, or why not"
        assert len(row["how"]) <= 200, row["id"]
        assert row["test"].strip(), f"{row['id']} has neither a test nor a place to look at"


def test_whatever_has_to_be_is() -> None:
    for row in table():
        if row["met"] == "not served":
            assert group(row) in NOT_SERVED, row["id"]
            assert row["how"].startswith("404 for the id, 400 for the hook"), row["id"]
        elif row["met"] == "no":
            assert row["level"] in ("SHOULD", "MAY"), f"{row['id']} has to be met"


@pytest.mark.parametrize("row", table(), ids=lambda row: row["id"])
def test_every_place_that_a_row_names_is_there(row: dict[str, str]) -> None:
    for place in places(row):
        if place.startswith("review: "):
            path, _, anchor = place.removeprefix("review: ").partition("#")
            assert (ROOT / path).exists(), place
            assert not anchor or anchor in anchors(ROOT / path), place
            continue
        assert re.fullmatch(r"tests/[\w/]+\.py::test_\w+", place), f"{row['id']}: {place!r} is neither file::test nor a review"
        file, _, name = place.partition("::")
        assert name in functions(file), f"{row['id']}: {file} has no {name}"


def test_no_row_names_a_place_twice() -> None:
    for row in table():
        assert len(set(places(row))) == len(places(row)), row["id"]


NAMED = re.compile(rf"(?<![a-z])({'|'.join(name.lower() for name in SIZES)})((?:_(?:to_|and_)?\d+)+)(?![a-z\d])")


def named(function: str) -> set[str]:
    """The requirements that the name of a test carries: test_card_5_6_… carries CARD-5 and CARD-6."""
    return {f"{name.upper()}-{number}" for name, numbers in NAMED.findall(function.replace("test_", "", 1)) for number in re.findall(r"\d+", numbers)}


def test_the_name_of_a_test_is_read_as_it_is_meant() -> None:
    assert named("test_card_4_link_7_sug_16_only_the_members") == {"CARD-4", "LINK-7", "SUG-16"}
    assert named("test_req_12_to_14_21_22_no_json") == {"REQ-12", "REQ-14", "REQ-21", "REQ-22"}
    assert named("test_a_call_of_2_pages") == set()


def test_a_test_that_names_a_requirement_is_about_one_that_is_met_and_there() -> None:
    met = {row["id"]: row["met"] for row in table()}
    found = {(path.name, name): named(name) for path in (ROOT / "tests").rglob("test_*.py") for name in functions(str(path.relative_to(ROOT)))}
    assert any(found.values())
    for where, names in found.items():
        assert names <= set(met), f"{where} names {names - set(met)}"


def rows_of_readme() -> list[list[str]]:
    section = README.split("\n## Conformance\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in section.splitlines() if line.startswith("| ")][2:]


def test_readme_counts_the_same() -> None:
    counts = Counter((group(row), row["met"]) for row in table())
    *groups, total = rows_of_readme()
    seen = []
    for name, ids, *numbers in groups:
        members = [part.strip("` ") for part in ids.split(",")]
        seen += members
        assert [int(number) for number in numbers] == [sum(counts[one, met] for one in members) for met in ("yes", "not served", "no")], name
    assert seen == list(SIZES)
    assert [int(number) for number in total[2:]] == [sum(row["met"] == met for row in table()) for met in ("yes", "not served", "no")]


def test_readme_tells_every_requirement_that_is_not_met_with_its_reason() -> None:
    section = README.split("\n## Conformance\n", 1)[1].split("\n## ", 1)[0]
    told = dict(re.findall(r"^\* `([A-Z]+-\d+)` \((?:SHOULD|MAY)\): (.*)$", section, re.MULTILINE))
    assert told == {row["id"]: row["how"] for row in table() if row["met"] == "no"}


def test_the_documents_lead_to_the_table() -> None:
    assert "(deploy/conformance.csv)" in README
    assert "(conformance.csv)" in (ROOT / "deploy" / "README.md").read_text("utf-8")
