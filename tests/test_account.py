"""The account of the founding documents is complete: no statement is lost, none is accounted for by an empty word."""

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from cards.__main__ import main
from cards.library import ROOT, LibraryFaults, load
from cards.model import Disposition, Library, Statement
from tests.test_knowledge import broken

SHARED = Path(__file__).parents[2] / "shared" / "knowledge" / "statements.csv"
DOCUMENTS = {
    "S000": ("cheung-2026-patient-guide", 149),
    "S001": ("ldnrt-prescriber-guide-2026", 117),
    "S002": ("droracle-2026", 48),
    "S003": ("rose-menopause-guide", 37),
}
SHORT_TITLES = {"LDN: A Patient Guide": "S000", "LDN 2026 Prescriber Guide": "S001", "Dr.Oracle article": "S002", "Menopause page": "S003"}
COUNTED = {"Two documents": 2, "Three documents": 3}
# no statement of what LDN must not be combined with, but a document's silence, and a reassurance
NO_CONTRAINDICATION = {"S001-117", "S003-37", "S001-23"}
# the subject of a statement, by its words, and the findings that may answer for it
SUBJECTS = (
    (r"\bopioids? (medicine|pain medicine|analges)|opioid-based|\btramadol\b", {"opioid-active", "opioid-order-on-ldn", "surgery-upcoming"}),
    (r"\bliver (function|test|enzyme|monitoring)", {"lft-baseline", "lft-due", "liver-enzymes-raised"}),
    (r"\bpregnan|miscarriage", {"pregnancy"}),
    (r"\bwarfarin\b", {"warfarin-inr"}),
    (r"\bthioridazine\b", {"thioridazine"}),
    (r"\bbupropion\b", {"duplicate-naltrexone"}),
    (r"\blactose\b", {"excipient-sensitivity"}),
    (r"\bbedtime\b|\bmorning\b", {"timing-advice"}),
    (r"\bhalve the dose\b|\bheadache\b|\bvivid dreams\b", {"side-effects-before-step"}),
)


def numbered(library: Library, series: str) -> list[Statement]:
    return [statement for name, statement in library.statements.items() if name.startswith(f"{series}-")]


@pytest.mark.parametrize(("series", "document", "count"), [(series, *entry) for series, entry in DOCUMENTS.items()])
def test_every_statement_of_a_document_is_accounted_for_in_order(library: Library, series: str, document: str, count: int) -> None:
    found = numbered(library, series)
    assert [statement.id for statement in found] == [f"{series}-{number:02}" for number in range(1, count + 1)]
    assert {statement.document for statement in found} == {document}
    assert document in library.sources


def test_no_other_statement_is_accounted_for(library: Library) -> None:
    assert len(library.statements) == sum(count for _, count in DOCUMENTS.values())


@pytest.mark.skipif(not SHARED.is_file(), reason="the list of statements lies outside this repository")
def test_the_account_is_that_of_the_list_of_statements(library: Library) -> None:
    with SHARED.open(encoding="utf-8") as handle:
        listed = {row["id"]: row for row in csv.DictReader(handle)}
    assert list(listed) == list(library.statements)
    for name, row in listed.items():
        statement = library.statements[name]
        assert statement.topic == row["topic"], name
        if not re.search(r"\bseed\b", row["statement"], re.IGNORECASE):
            assert statement.says == row["statement"], name


def test_every_outcome_gives_what_it_promises(library: Library) -> None:
    for statement in library.statements.values():
        match statement.outcome:
            case Disposition.FINDING:
                assert statement.findings, statement.id
            case Disposition.TEXT:
                assert statement.findings or statement.note, statement.id
            case Disposition.EVIDENCE:
                assert statement.sources, statement.id
            case Disposition.NOT_EXECUTED:
                assert statement.note, statement.id
                assert not statement.findings, statement.id
    assert {statement.outcome for statement in library.statements.values()} == set(Disposition)


def test_whatever_is_named_is_there_once(library: Library) -> None:
    codes = {*library.rules, *library.later}
    for statement in library.statements.values():
        assert set(statement.findings) <= codes, statement.id
        assert set(statement.sources) <= set(library.sources), statement.id
        assert statement.document not in statement.sources, statement.id
        for names in (statement.findings, statement.sources, statement.conditions, statement.disagreement):
            assert len(set(names)) == len(names), statement.id


def test_reasons_for_not_executing_are_their_own(library: Library) -> None:
    notes = Counter(statement.note for statement in library.statements.values() if statement.outcome is Disposition.NOT_EXECUTED)
    assert max(notes.values()) <= 3, notes.most_common(3)
    assert all(len(note.split()) >= 5 for note in notes)


def test_a_contraindication_ends_in_a_finding_or_a_text(library: Library) -> None:
    found = {statement.id: statement for statement in library.statements.values() if statement.topic == "contraindication"}
    assert set(found) >= NO_CONTRAINDICATION
    for name, statement in found.items():
        if name not in NO_CONTRAINDICATION:
            assert statement.outcome in (Disposition.FINDING, Disposition.TEXT), name
            assert any(library.rules[code].group == "contraindications" for code in statement.findings if code in library.rules), name


def test_doses_steps_and_rules_to_stop_are_never_left_to_the_literature(library: Library) -> None:
    for statement in library.statements.values():
        if statement.topic in {"dosing-start", "dosing-step", "dosing-target", "dosing-ceiling", "stop-rule", "timing"}:
            assert statement.outcome in (Disposition.FINDING, Disposition.TEXT), statement.id


@pytest.mark.parametrize(("words", "codes"), SUBJECTS, ids=[words for words, _ in SUBJECTS])
def test_a_finding_that_answers_for_a_statement_is_about_its_subject(library: Library, words: str, codes: set[str]) -> None:
    about = [
        statement
        for statement in library.statements.values()
        if re.search(words, statement.says, re.IGNORECASE) and statement.outcome is Disposition.FINDING and statement.topic != "mechanism"
    ]
    assert about
    for statement in about:
        assert codes & set(statement.findings), (statement.id, statement.says)


def test_every_finding_that_the_documents_give_rise_to_has_its_statements(library: Library) -> None:
    answered = {code for statement in library.statements.values() for code in statement.findings}
    # these rest on labels, case reports and this service's policy alone; no document speaks of them
    without = {
        "opioid-screen-positive",
        "opioid-peripheral",
        "opioid-antagonist-duplicate",
        "hepatotoxic-combination",
        "dose-text-mismatch",
        "restart-after-gap",
    }
    assert {*library.rules, *library.later} - answered == without


def test_a_disagreement_has_sides_and_is_known_to_its_statements(library: Library) -> None:
    assert library.disagreements
    for disagreement in library.disagreements.values():
        assert len(disagreement.sides) >= 2, disagreement.id
        for side in disagreement.sides:
            assert side.statements or disagreement.sources, disagreement.id
            for name in side.statements:
                assert disagreement.id in library.statements[name].disagreement, (disagreement.id, name)
    for statement in library.statements.values():
        for name in statement.disagreement:
            assert any(statement.id in side.statements for side in library.disagreements[name].sides), statement.id


def test_a_side_that_names_its_document_holds_statements_of_that_document_only(library: Library) -> None:
    checked = 0
    for disagreement in library.disagreements.values():
        for text, statements in disagreement.sides:
            series = {name.partition("-")[0] for name in statements}
            for title, wanted in SHORT_TITLES.items():
                if text.startswith(title):
                    assert series == {wanted}, (disagreement.id, text)
                    checked += 1
            for words, number in COUNTED.items():
                if text.startswith(words):
                    assert len(series) == number, (disagreement.id, text)
                    checked += 1
    assert checked > 50


def test_the_service_names_the_documents_by_their_own_titles(library: Library) -> None:
    texts = [text for statement in library.statements.values() for text in (statement.says, statement.note)]
    texts += [disagreement.point + disagreement.handling for disagreement in library.disagreements.values()]
    texts += [side.text for disagreement in library.disagreements.values() for side in disagreement.sides]
    assert not [text for text in texts if re.search(r"\bseeds?\b|<|\.txt\b", text, re.IGNORECASE)]


FIRST = "S000-04,cheung-2026-patient-guide,other"
RACEMATE = "S001-17,ldnrt-prescriber-guide-2026,mechanism"


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        ("account.csv", ",text,off-label-compounded,", ",text,off-label-compuonded,", "names the finding 'off-label-compuonded'"),
        ("account.csv", "naumann-2023-pow", "naumann-2032-pow", "cites 'naumann-2032-pow'"),
        ("account.csv", FIRST, "S000-03,cheung-2026-patient-guide,other", "S000-03 stands there twice"),
        ("account.csv", FIRST, "S000-4,cheung-2026-patient-guide,other", "id: is no statement id"),
        ("account.csv", FIRST, "S000-04,droracle-2026,other", "another document than that of the rows above"),
        ("account.csv", ",finding,lft-due,", ",finding,,", "is a finding without a finding code"),
        ("account.csv", ",evidence,,polo-2019|bolton-2020,", ",evidence,,,", "is evidence without a source"),
        ("account.csv", ',not-executed,,,,"An editorial slip', ',finished,,,,"An editorial slip', "outcome: Must be one of"),
        ("account.csv", ',not-executed,,,,"An editorial slip', ',not-executed,timing-advice,,,"An editorial slip', "yet names a finding"),
        ("account.csv", "id,document,", "id,paper,", "the first line must be id,document,"),
        ("account.csv", ",,me-cfs,", ",,ME CFS,", "conditions"),
        ("account.csv", "S002-46,", "S002-46,more,", "another number of columns"),
        ("account.csv", ',"An editorial slip', ',"An "editorial slip', "is no valid CSV"),
        ("disagreements.toml", '"S001-81"', '"S001-811"', "names the statement 'S001-811'"),
        ("disagreements.toml", '"opioid-order-on-ldn"]', '"opioid-on-ldn"]', "names the finding 'opioid-on-ldn'"),
        ("disagreements.toml", 'id = "tramadol"', 'id = "opioids"', "opioids: stands there twice"),
        ("disagreements.toml", "handling = ", "handeling = ", "disagreements.toml: disagreement.0.handling"),
        ("disagreements.toml", 'sources = ["wang-2016"]\n', "", "nf-kb: a side without statements is the literature's"),
    ],
)
def test_a_faulty_account_stops_the_start_and_is_named(tmp_path: Path, file: str, old: str, new: str, names: str) -> None:
    faults = broken(tmp_path, file, old, new)
    assert any(names in fault and fault.startswith(("account.csv", "disagreements.toml")) for fault in faults), faults


@pytest.mark.parametrize(("outcome", "fault"), [("not-executed", "is not executed without a reason"), ("text", "is a text that is said nowhere")])
def test_a_row_without_a_word_on_what_became_of_it_is_a_fault(tmp_path: Path, outcome: str, fault: str) -> None:
    row = next(line for line in (ROOT / "account.csv").read_text(encoding="utf-8").splitlines() if line.startswith("S000-18,"))
    bare = row.split(",not-executed,")[0] + f",{outcome},,,,"
    assert any(fault in told for told in broken(tmp_path, "account.csv", row, bare))


def test_an_unreadable_account_is_told_once(tmp_path: Path) -> None:
    root = tmp_path / "cards"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (root / "account.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(LibraryFaults) as caught:
        load(root)
    (fault,) = caught.value.faults
    assert fault.startswith("account.csv: is no valid CSV")
    (root / "account.csv").unlink()
    with pytest.raises(LibraryFaults) as caught:
        load(root)
    assert caught.value.faults == ("account.csv: is missing",)


def test_the_check_prints_the_counts_by_outcome(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    told = capsys.readouterr().out
    counts = Counter(statement.outcome for statement in library.statements.values())
    for outcome in Disposition:
        assert re.search(rf"statements: {outcome}\s+{counts[outcome]}\n", told)
    assert re.search(r"statements\s+351\n", told)
