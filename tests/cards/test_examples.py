"""Every finding shows its card on an invented patient, and the card is whole."""

import shutil
from pathlib import Path

import pytest

from cards import examples
from cards.library import ROOT, LibraryFaults, load
from cards.model import Library
from tests.test_knowledge import broken

ACTIVE = "examples/opioid-active.toml"


def test_every_finding_has_a_whole_example_card(library: Library) -> None:
    assert set(library.examples) == set(library.rules)
    for code, rule in library.rules.items():
        made = examples.card(code, library, "https://cds.example")
        assert made["indicator"] == rule.variants[library.examples[code].finding.variant].indicator.value
        assert made["links"][0]["url"] == f"https://cds.example/findings/{code}"
        assert made["extension"]["org.ldn-cds.findings"][0]["code"] == code
        texts = [made["summary"], made["detail"], *(offer["label"] for offer in made.get("suggestions", ()))]
        assert all(text.strip() and not {"{", "}"} & set(text) for text in texts), code


def test_an_example_shows_the_buttons_that_its_rule_can_offer(library: Library) -> None:
    made = examples.card("opioid-order-on-ldn", library, "")
    assert [offer["label"] for offer in made["suggestions"]] == ["Put Naltrexone 3 mg capsule on hold", "Remove the oxycodone 5 mg tablet order"]
    assert made["selectionBehavior"] == library.rules["opioid-order-on-ldn"].variants["on-naltrexone"].selection_behavior


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        (ACTIVE, 'variant = "active"', 'variant = "aktive"', "variant 'aktive' is none of the rule's"),
        (ACTIVE, "verb ", "word ", "gives word, which the rule's facts do not list"),
        (ACTIVE, "verb ", "word ", "facts lack verb"),
        (ACTIVE, "washout-short-acting", "washout-short", "phrase 'washout-short' is not in the rule's [phrases]"),
        (ACTIVE, "remove = {", "remov = {", "offer 'remov' is not in the rule's [suggestions]"),
        (ACTIVE, '{ product = "LDN" }', "{}", "facts lack product"),
        (ACTIVE, 'phrase = "washout-short-acting"', "phrase = 1", "write text, or { phrase"),
        (ACTIVE, "variant =", 'more = ["do-pumps"]\nvariant =', "more 'do-pumps' is not in the rule's [more]"),
        (ACTIVE, "says ", "sais ", "sais: Unknown field"),
        ("examples/acute-hepatitis-or-liver-failure.toml", ", results = ", ", verb = ", "facts lack results"),
        ("rules/contraindications/opioid-active.toml", 'code     = "opioid-active"', 'code     = "opioid-activ"', "code and group must be"),
    ],
)
def test_a_faulty_example_is_named(tmp_path: Path, file: str, old: str, new: str, names: str) -> None:
    assert any(names in fault for fault in broken(tmp_path, file, old, new))


def test_a_finding_without_example_and_an_example_without_finding_are_faults(tmp_path: Path) -> None:
    root = tmp_path / "cards"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (root / "examples" / "opioid-active.toml").rename(root / "examples" / "opioid-aktive.toml")
    with pytest.raises(LibraryFaults) as caught:
        load(root)
    assert "examples/opioid-aktive.toml: there is no finding of this name in rules or later.toml" in caught.value.faults
    assert [fault for fault in caught.value.faults if fault.startswith("examples/opioid-active.toml: is missing")]
