"""Code lists and word lists: CSV and TOML files to one Terminology, or every fault in them.

May import marshmallow and this room. Column names are the first line of each CSV file.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cards.model import DrugCode, Effects, Excipients, Measure, Part, Procedures, Terminology, Words
from cards.words import words

Fault = Callable[[str], None]
_YES_NO = {"yes": True, "no": False}


def read(root: Path, documents: Mapping[str, Mapping[str, Any]], measures: Mapping[str, Any], fault: Fault) -> Terminology:
    """What do the files under `codelists/` say? `documents` are its TOML files by name, `measures` laboratory.toml, already judged."""
    document, more = documents["words"], documents["phrases"]
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
    ingredients = {name for drug in (*drugs.values(), *prefixes.values(), *names.values()) for name in drug.ingredients}
    parts = tuple(
        Part(
            name=part["name"],
            classes=frozenset(part["classes"]),
            relevant=part["relevant"],
            ingredients=frozenset(part["ingredients"]),
            not_forms=frozenset(part["not_forms"]),
            not_ingredients=frozenset(part["not_ingredients"]),
        )
        for part in document["part"]
    )
    for part in parts:
        for name in sorted(part.classes - classes):
            fault(f"codelists/words.toml: part {part.name} names the class {name}, which no drug has")
        for name in sorted((part.ingredients | part.not_ingredients) - ingredients):
            fault(f"codelists/words.toml: part {part.name} names the ingredient {name}, which no drug has")
    phrases = _sequences("phrases", _both("phrases", document, more, fault), fault, "words.toml or phrases.toml")
    laboratory = _sequences("analytes_lab", more["analytes_lab"], fault, "phrases.toml")
    for section, owners in (("mentions", phrases), ("not_lab", laboratory)):
        for name in sorted(set(more[section]) - set(owners)):
            fault(f"codelists/phrases.toml: {section}.{name} belongs to nothing that is recognised by words")
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
        phrases=phrases,
        mentions=_sequences("mentions", more["mentions"], fault),
        laboratory=laboratory,
        not_laboratory=_sequences("not_lab", more["not_lab"], fault),
        gestation=_gestation(root, systems, fault),
        analytes=_sequences("analytes", document["analytes"], fault),
        words=_sequences("words", {**_both("words", document, more, fault), **documents["effects"]["words"]}, fault),
        results=dict(document["results"]),
        strengths=dict(document["strengths"]),
        outranks={name: tuple(weaker) for name, weaker in document["outranks"].items()},
        measures={name: Measure(**entry) for name, entry in measures.items()},
        units=_both("units", document, more, fault),
        forms=_sequences("forms", documents["forms"]["forms"], fault, "forms.toml"),
        procedures=_procedures(root, systems, documents["procedures"], fault),
        excipients=_excipients(root, systems, documents["excipients"], fault),
        effects=_effects(systems, documents["effects"], fault),
    )


def _both(section: str, document: Mapping[str, Any], more: Mapping[str, Any], fault: Fault) -> dict[str, Any]:
    """One section of both files; a name may stand in one of them only."""
    for name in sorted(set(document[section]) & set(more[section])):
        fault(f"codelists/phrases.toml: {section}.{name} stands in words.toml too; keep one of them")
    return {**document[section], **more[section]}


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


def _gestation(root: Path, systems: Mapping[str, str], fault: Fault) -> dict[tuple[str, str], int]:
    weeks: dict[tuple[str, str], int] = {}
    for row in _rows(root / "gestation.csv", ("system", "code", "weeks", "verified"), fault):
        if row["system"] not in systems or not row["weeks"].isdigit():
            fault(f"codelists/gestation.csv: {row['code']} needs a system of systems.csv and a whole number of weeks")
            continue
        weeks[_key(systems[row["system"]], row["code"])] = int(row["weeks"])
    return weeks


def _key(system: str, code: str) -> tuple[str, str]:
    return system, code.replace(".", "") if system.startswith("icd") else code


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
                key = _key(system, row["code"])
                (below if row["match"] == "prefix" else exact)[key].add(path.stem)
                displays[key] = row["display"]
    freeze = {key: frozenset(found) for key, found in exact.items()}
    return freeze, {key: frozenset(found) for key, found in below.items()}, displays


def _procedures(root: Path, systems: Mapping[str, str], document: Mapping[str, Any], fault: Fault) -> Procedures:
    codes: dict[tuple[str, str], str] = {}
    displays: dict[tuple[str, str], str] = {}
    for row in _rows(root / "procedures.csv", ("system", "code", "kind", "display", "verified"), fault):
        key = (systems.get(row["system"], ""), row["code"])
        if not key[0]:
            fault(f"codelists/procedures.csv: the system {row['system']} is not in systems.csv")
        if row["kind"] not in ("operation", "sedation", "bare"):
            fault(f"codelists/procedures.csv: {row['code']}: kind is {row['kind']!r}; write operation, sedation or bare")
        if key in codes:
            fault(f"codelists/procedures.csv: {row['code']} stands there twice; keep one row")
        codes[key], displays[key] = row["kind"], row["display"]
    return Procedures(
        codes=codes,
        displays=displays,
        words=_sequences("words", document["words"], fault, "procedures.toml"),
        endings={name: tuple(entries) for name, entries in document["endings"].items()},
        spelled={name: tuple(entries) for name, entries in document["spelled"].items()},
    )


def _excipients(root: Path, systems: Mapping[str, str], document: Mapping[str, Any], fault: Fault) -> Excipients:
    exact: dict[tuple[str, str], str] = {}
    below: dict[tuple[str, str], str] = {}
    for row in _rows(root / "excipients.csv", ("system", "code", "match", "group", "display", "verified"), fault):
        system = systems.get(row["system"], "")
        if not system:
            fault(f"codelists/excipients.csv: the system {row['system']} is not in systems.csv")
        if row["group"] not in document["names"]:
            fault(f"codelists/excipients.csv: {row['code']}: the group {row['group']} is not in excipients.toml")
        code = row["code"].replace(".", "") if system.startswith("icd") else row["code"]
        (below if row["match"] == "prefix" else exact)[system, code] = row["group"]
    return Excipients(
        names=_sequences("names", document["names"], fault, "excipients.toml"),
        whole=_sequences("whole", document["whole"], fault, "excipients.toml"),
        words=_sequences("words", document["words"], fault, "excipients.toml"),
        codes=exact,
        code_prefixes=below,
    )


def _effects(systems: Mapping[str, str], document: Mapping[str, Any], fault: Fault) -> Effects:
    codes: dict[tuple[str, str], str] = {}
    for system, groups in document["codes"].items():
        if system not in systems.values():
            fault(f"codelists/effects.toml: codes.{system} is no system of systems.csv")
        for group, listed in groups.items():
            if group not in document["names"]:
                fault(f"codelists/effects.toml: codes.{system}.{group} is no group of names")
            codes |= {_key(system, code): group for code in listed}
    return Effects(
        names=_sequences("names", document["names"], fault, "effects.toml"),
        mentions=_sequences("mentions", document["mentions"], fault, "effects.toml")["words"],
        codes=codes,
    )


def _sequences(where: str, lists: Mapping[str, list[str]], fault: Fault, file: str = "words.toml") -> dict[str, tuple[Words, ...]]:
    out: dict[str, tuple[Words, ...]] = {}
    for name, entries in lists.items():
        cut = [words(entry) for entry in entries]
        if not all(cut):
            fault(f"codelists/{file}: {where}.{name} has an entry without a word")
        out[name] = tuple(sorted({entry for entry in cut if entry}, key=lambda entry: (-len(entry), entry)))
    return out
