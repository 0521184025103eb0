"""The account of the founding documents: what became of each statement, and where the documents disagree.

May import marshmallow and this room. `account.csv` has one row a statement, several values in a cell parted by `|`;
`disagreements.toml` names the statements that stand against each other. No statement may go missing in silence.
"""

import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from marshmallow import Schema

from cards import schema
from cards.model import Disagreement, Disposition, Side, Statement

Fault = Callable[[str], None]
_LISTS = ("findings", "sources", "conditions")
_COLUMNS = ("id", "document", "topic", "says", "outcome", *_LISTS, "note")


def read(
    root: Path,
    document: Callable[[str, Schema | None], Any],
    judged: Callable[[str, Any, Schema], Any],
    later: Collection[str],
    fault: Fault,
) -> tuple[dict[str, Statement], dict[str, Disagreement]]:
    """What became of every statement, and where do the documents disagree? `document` reads a TOML file, `judged` holds data to a schema."""
    # names of files, not of what loaded: a file with a fault of its own is told once, not once a statement
    codes = {path.stem for path in (root / "rules").glob("*/*.toml")} | set(later)
    sources = {path.stem for path in (root / "evidence").glob("*.toml")}
    rows = _statements(root / "account.csv", judged, codes, sources, fault)
    conditions = {path.stem for path in (root / "conditions").glob("*.toml")}
    for row in rows.values():
        for name in row["conditions"]:
            if name not in conditions:
                fault(f"account.csv: {row['id']}: names the condition {name!r}, which cards/conditions does not have")
    raw = document("disagreements.toml", schema.DisagreementsSchema()) or {"disagreement": ()}
    disagreements: dict[str, Disagreement] = {}
    for entry in raw["disagreement"]:
        found = _disagreement(entry)
        where = f"disagreements.toml: {found.id}"
        if found.id in disagreements:
            fault(f"{where}: stands there twice; give each its own id")
        disagreements[found.id] = found
        _known(where, found.findings, found.sources, codes, sources, fault)
        named = [name for side in found.sides for name in side.statements]
        for name in named if rows else ():  # a missing or unreadable account is told once, not once a name
            if name not in rows:
                fault(f"{where}: names the statement {name!r}, which account.csv does not have")
        if not named:
            fault(f"{where}: no side names a statement of a founding document")
        if not all(side.statements for side in found.sides) and not found.sources:
            fault(f"{where}: a side without statements is the literature's; name its sources")
    sides = _sides(disagreements)
    statements = {
        row["id"]: Statement(**{**row, "outcome": Disposition(row["outcome"])}, disagreement=tuple(sides.get(row["id"], ()))) for row in rows.values()
    }
    return statements, disagreements


def _statements(
    path: Path, judged: Callable[[str, Any, Schema], Any], codes: Collection[str], sources: Collection[str], fault: Fault
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    documents: dict[str, str] = {}
    judge = schema.StatementSchema()
    for where, cells in _rows(path, fault):
        row = judged(where, {**cells, **{name: [part for part in cells[name].split("|") if part] for name in _LISTS}}, judge)
        if row is None:
            continue
        row |= {name: tuple(row[name]) for name in _LISTS}
        if row["id"] in found:
            fault(f"{where}: {row['id']} stands there twice; one row a statement")
        found[row["id"]] = row
        if documents.setdefault(row["id"].partition("-")[0], row["document"]) != row["document"]:
            fault(f"{where}: {row['document']} is another document than that of the rows above with the same kind of id")
        _known(where, row["findings"], (row["document"], *row["sources"]), codes, sources, fault)
        _outcome(where, row, fault)
    return found


def _outcome(where: str, row: Mapping[str, Any], fault: Fault) -> None:
    """Does the row give what its outcome promises?"""
    match Disposition(row["outcome"]):
        case Disposition.FINDING if not row["findings"]:
            fault(f"{where}: is a finding without a finding code; name the code, or choose another outcome")
        case Disposition.TEXT if not row["findings"] and not row["note"].strip():
            fault(f"{where}: is a text that is said nowhere; name the finding whose card says it, or the page in the note")
        case Disposition.EVIDENCE if not row["sources"]:
            fault(f"{where}: is evidence without a source; name the entry of cards/evidence")
        case Disposition.NOT_EXECUTED if not row["note"].strip():
            fault(f"{where}: is not executed without a reason; write it in the note")
        case Disposition.NOT_EXECUTED if row["findings"]:
            fault(f"{where}: is not executed, yet names a finding; choose another outcome")
        case _:
            pass


def _known(where: str, findings: tuple[str, ...], cited: tuple[str, ...], codes: Collection[str], sources: Collection[str], fault: Fault) -> None:
    for code in findings:
        if code not in codes:
            fault(f"{where}: names the finding {code!r}, which neither rules nor later.toml has")
    for name in cited:
        if name not in sources:
            fault(f"{where}: cites {name!r}, but cards/evidence has no such source")


def _disagreement(raw: Mapping[str, Any]) -> Disagreement:
    return Disagreement(
        id=raw["id"],
        point=raw["point"],
        sides=tuple(Side(side["text"], tuple(side["statements"])) for side in raw["side"]),
        handling=raw["handling"],
        findings=tuple(raw["findings"]),
        sources=tuple(raw["sources"]),
    )


def _sides(disagreements: Mapping[str, Disagreement]) -> dict[str, list[str]]:
    """In which disagreements does each statement take a side?"""
    found: dict[str, list[str]] = {}
    for disagreement in disagreements.values():
        for name in dict.fromkeys(name for side in disagreement.sides for name in side.statements):
            found.setdefault(name, []).append(disagreement.id)
    return found


def _rows(path: Path, fault: Fault) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row with its place; faulty ones are told and left out."""
    if not path.is_file():
        fault(f"{path.name}: is missing")
        return
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        try:
            if tuple(reader.fieldnames or ()) != _COLUMNS:
                fault(f"{path.name}: the first line must be {','.join(_COLUMNS)}")
                return
            for row in reader:
                where = f"{path.name}, line {reader.line_num}"
                if None in row or None in row.values():
                    fault(f"{where}: has another number of columns than the first line")
                else:
                    yield where, row
        except (csv.Error, UnicodeDecodeError) as error:
            fault(f"{path.name}: is no valid CSV: {error}")
