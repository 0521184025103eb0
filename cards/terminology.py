"""Code lists and word lists: CSV and TOML files to one Terminology, or every fault in them.

May import marshmallow and this room. Column names are the first line of each CSV file.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cards.model import DrugCode, Part, Terminology, Words
from cards.words import words

Fault = Callable[[str], None]
_YES_NO = {"yes": True, "no": False}


def read(root: Path, document: Mapping[str, Any], fault: Fault) -> Terminology:
    """What do the files under `codelists/` say? `document` is words.toml, already judged by its schema."""
    systems = {row["url"]: row["name"] for row in _rows(root / "systems.csv", ("url", "name"), fault)}
    drugs: dict[tuple[str, str], DrugCode] = {}
    prefixes: dict[tuple[str, str], DrugCode] = {}
    for system in ("rxnorm", "unii", "snomed", "atc"):
        for row in _rows(root / "drugs" / f"{system}.csv", ("code", "classes", "ingredients", "verified"), fault):
            target = prefixes if row.get("match") == "prefix" else drugs
            if (system, row["code"]) in target:
                fault(f"codelists/drugs/{system}.csv: {row['code']} stands there twice; keep one row")
            target[system, row["code"]] = _drug(row)
    for row in _rows(root / "drugs" / "ndc.csv", ("code", "match", "rxcui"), fault):
        known = drugs.get(("rxnorm", row["rxcui"]))
        if known is None:
            fault(f"codelists/drugs/ndc.csv: {row['code']} names RxCUI {row['rxcui']}, which rxnorm.csv does not have")
        elif not re.fullmatch(r"\d{11}" if row["match"] == "11" else r"\d{9}", row["code"]):
            fault(f"codelists/drugs/ndc.csv: {row['code']} does not have {row['match']} digits")
        else:
            drugs["ndc", row["code"]] = known
    names, numbered, whole = _names(root, fault)
    codes, code_prefixes, displays = _concepts(root, systems, fault)
    manners = {
        (systems.get(row["system"], row["system"]), row["code"].casefold()): row["words"]
        for row in _rows(root / "routes-and-forms.csv", ("system", "code", "words", "verified"), fault)
    }
    classes = {name for drug in (*drugs.values(), *prefixes.values(), *names.values()) for name in drug.classes}
    parts = tuple(
        Part(
            name=part["name"],
            classes=frozenset(part["classes"]),
            relevant=part["relevant"],
            ingredients=frozenset(part["ingredients"]),
            not_forms=frozenset(part["not_forms"]),
        )
        for part in document["part"]
    )
    for part in parts:
        for name in sorted(part.classes - classes):
            fault(f"codelists/words.toml: part {part.name} names the class {name}, which no drug has")
    return Terminology(
        systems=systems,
        drugs=drugs,
        drug_prefixes=prefixes,
        drug_names=names,
        drug_name_starts=_starts(names),
        numbered_names=numbered,
        whole_names=whole,
        parts=parts,
        codes=codes,
        code_prefixes=code_prefixes,
        displays=displays,
        manners=manners,
        phrases=_sequences("phrases", document["phrases"], fault),
        analytes=_sequences("analytes", document["analytes"], fault),
        words=_sequences("words", document["words"], fault),
        results=dict(document["results"]),
        strengths=dict(document["strengths"]),
        outranks={name: tuple(weaker) for name, weaker in document["outranks"].items()},
        units=dict(document["units"]),
    )


def _rows(path: Path, needed: Iterable[str], fault: Fault) -> Iterator[dict[str, str]]:
    where = f"codelists/{path.parent.name}/{path.name}" if path.parent.name != "codelists" else f"codelists/{path.name}"
    if not path.is_file():
        fault(f"{where}: is missing")
        return
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        lacking = set(needed) - set(reader.fieldnames or ())
        if lacking:
            fault(f"{where}: lacks the column {', '.join(sorted(lacking))}")
            return
        for number, row in enumerate(reader, start=2):
            if None in row or None in row.values():
                fault(f"{where}, line {number}: has another number of columns than the first line")
            elif "verified" in row and row["verified"] not in _YES_NO:
                fault(f"{where}, line {number}: verified is {row['verified']!r}; write yes or no")
            elif any(not row[name].strip() for name in needed if name not in ("ingredients", "display")):
                fault(f"{where}, line {number}: a needed column is empty")
            else:
                yield row


def _drug(row: Mapping[str, str]) -> DrugCode:
    return DrugCode(
        classes=frozenset(row["classes"].split("|")),
        ingredients=tuple(name for name in row["ingredients"].split("|") if name),
        form=row.get("form", ""),
        product=row.get("product", ""),
        verified=_YES_NO[row["verified"]],
    )


def _names(root: Path, fault: Fault) -> tuple[dict[Words, DrugCode], frozenset[Words], dict[Words, DrugCode]]:
    """All names; those that end in a number which must not be a count; those that count only when nothing else is written."""
    names: dict[Words, DrugCode] = {}
    numbered: set[Words] = set()
    whole: dict[Words, DrugCode] = {}
    for row in _rows(root / "drugs" / "names.csv", ("name", "classes", "ingredients", "kind", "verified"), fault):
        key = words(row["name"])
        if not key:
            fault(f"codelists/drugs/names.csv: {row['name']!r} holds no word")
            continue
        known = names.get(key)
        drug = _drug(row)
        if row["kind"] == "whole":
            whole[key] = drug
            continue
        if row["kind"] == "numbered":
            numbered.add(key)
        if known is not None and known.classes != drug.classes:
            fault(f"codelists/drugs/names.csv: {row['name']!r} is spelt like another name of another class")
        names[key] = drug if known is None or not known.form else known
    return names, frozenset(numbered), whole


def _starts(names: Iterable[Words]) -> dict[str, tuple[Words, ...]]:
    starts: dict[str, list[Words]] = defaultdict(list)
    for name in names:
        starts[name[0]].append(name)
    return {first: tuple(sorted(found, key=lambda name: (-len(name), name))) for first, found in starts.items()}


def _concepts(
    root: Path, systems: Mapping[str, str], fault: Fault
) -> tuple[dict[tuple[str, str], frozenset[str]], dict[tuple[str, str], frozenset[str]], dict[tuple[str, str], str]]:
    exact: dict[tuple[str, str], set[str]] = defaultdict(set)
    below: dict[tuple[str, str], set[str]] = defaultdict(set)
    displays: dict[tuple[str, str], str] = {}
    for folder in ("conditions", "observations"):
        for path in sorted((root / folder).glob("*.csv")):
            for row in _rows(path, ("system", "code", "match", "display", "verified"), fault):
                system = systems.get(row["system"])
                if system is None:
                    fault(f"codelists/{folder}/{path.name}: the system {row['system']} is not in systems.csv")
                    continue
                key = (system, row["code"].replace(".", "") if system.startswith("icd") else row["code"])
                (below if row["match"] == "prefix" else exact)[key].add(path.stem)
                displays[key] = row["display"]
    freeze = {key: frozenset(found) for key, found in exact.items()}
    return freeze, {key: frozenset(found) for key, found in below.items()}, displays


def _sequences(where: str, lists: Mapping[str, list[str]], fault: Fault) -> dict[str, tuple[Words, ...]]:
    out: dict[str, tuple[Words, ...]] = {}
    for name, entries in lists.items():
        cut = [words(entry) for entry in entries]
        if not all(cut):
            fault(f"codelists/words.toml: {where}.{name} has an entry without a word")
        out[name] = tuple(sorted({entry for entry in cut if entry}, key=lambda entry: (-len(entry), entry)))
    return out
