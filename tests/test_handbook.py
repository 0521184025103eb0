"""The handbook holds everything once, loads nothing, and invents no signature."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cards.model import Library
from cds import handbook
from cds.handbook import Handbook, ScenarioFault
from cds.markup import amount
from tests.support.page import Page, plain
from tests.support.scenario import load_all


@pytest.fixture(scope="module")
def written(library: Library) -> Handbook:
    return handbook.write(library)


@pytest.fixture(scope="module")
def page(written: Handbook) -> Page:
    return Page(written.html)


class Sections(HTMLParser):
    """The text of every element that has an anchor."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: dict[str, str] = {}
        self._open: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "br"}:
            self._open.append(dict(attributes).get("id"))
        self.handle_data(" " if tag != "var" else "")

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for name in self._open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data


def test_everything_has_exactly_one_anchor(library: Library, page: Page) -> None:
    wanted = [
        *(f"finding-{code}" for code in library.rules),
        *(f"number-{name}" for name in library.policy.numbers),
        *(f"source-{name}" for name in library.sources),
        *(f"condition-{name}" for name in library.conditions),
        *library.statements,
        *(f"disagreement-{name}" for name in library.disagreements),
    ]
    assert [name for name in wanted if page.anchors.count(name) != 1] == []


def test_it_is_one_well_made_document_that_loads_nothing(page: Page, written: Handbook) -> None:
    assert page.faults() == []
    assert page.loads == []
    assert page.scripts == 0
    assert "url(" not in written.html
    assert "@import" not in written.html


def test_every_link_stays_inside_or_leads_to_an_original(page: Page, library: Library) -> None:
    originals = {source.link for source in library.sources.values()}
    for link in page.links:
        assert link in originals or (link[0] == "#" and link[1:] in page.ids), link


def test_under_its_anchor_stands_the_thing_itself(written: Handbook, library: Library) -> None:
    texts = {name: " ".join(text.split()) for name, text in Sections(written.html).texts.items()}
    for rule in library.rules.values():
        for words in (rule.title, rule.question, *rule.fires, *rule.silent, *(reason.display for reason in rule.override_reasons), rule.compared):
            assert words in texts[f"finding-{rule.code}"], words
        for name in rule.uses:
            assert amount(library.policy.numbers[name]) in texts[f"finding-{rule.code}"]
    for number in library.policy.numbers.values():
        for words in (amount(number), number.meaning, number.policy or "", *number.evidence):
            assert words in texts[f"number-{number.name}"], words
    for source in library.sources.values():
        for words in (source.title, source.says, source.correction or "", source.verified):
            assert words in texts[f"source-{source.id}"], words
    for condition in library.conditions.values():
        for words in (
            condition.headline,
            condition.strength,
            condition.advice,
            *(study.result for study in condition.studies),
            *condition.left_out.values(),
        ):
            assert words in texts[f"condition-{condition.id}"], words
    for statement in library.statements.values():
        for words in (statement.says, " ".join(statement.note.split())):
            assert words in texts[statement.id], words


def test_every_scenario_stands_there(written: Handbook) -> None:
    text = plain(written.html)
    scenarios = load_all()
    assert written.counts["scenarios"] == len(scenarios) > 100
    for scenario in scenarios:
        assert plain(scenario.says) in text


def test_without_a_checkout_it_says_where_the_scenarios_are(library: Library, tmp_path: Path) -> None:
    written = handbook.write(library, scenarios=tmp_path / "none")
    assert written.counts["scenarios"] == 0
    assert "This installation has no scenarios with it; they stand in the source tree, under tests/scenarios." in plain(written.html)


def test_a_scenario_file_that_cannot_be_read_is_named(library: Library, tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text('[[scenario]]\nsays = "no expectation"\n', encoding="utf-8")
    with pytest.raises(ScenarioFault, match=r"odd\.toml"):
        handbook.write(library, scenarios=tmp_path)


def test_each_finding_has_an_empty_box_and_nobody_has_signed(written: Handbook, library: Library) -> None:
    boxes = re.findall(r'<div class="sign".*?</dl>', written.html, re.DOTALL)
    assert len(boxes) == len(library.rules) + 1
    for box in boxes:
        assert box.count("<dd></dd>") == box.count("<dd>") == 4
        assert library.version in box
    text = plain(written.html)
    assert "Nobody has signed it." in text
    assert f"Date of the knowledge {library.version[:10]}" in text


def test_code_lists_stand_there_by_name_and_count(written: Handbook) -> None:
    text = plain(written.html)
    path = handbook.ROOT / "codelists" / "conditions" / "opioid-withdrawal.csv"
    assert f"conditions/opioid-withdrawal {len(path.read_text(encoding='utf-8').splitlines()) - 1}" in text
    assert written.counts["codeLists"] == len(list((handbook.ROOT / "codelists").glob("**/*.csv")))


def test_the_same_knowledge_gives_the_same_document(written: Handbook, library: Library) -> None:
    assert handbook.write(library).html == written.html


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/findings/opioid-active", "#finding-opioid-active"),
        ("/evidence/innova-2026", "#source-innova-2026"),
        ("/conditions/crohn", "#condition-crohn"),
        ("/account#S000-01", "#S000-01"),
        ("https://example.org/evidence/x", "https://example.org/evidence/x"),
    ],
)
def test_paths_of_the_service_lead_inside(path: str, place: str) -> None:
    assert handbook.inside(path) == place
