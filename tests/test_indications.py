"""The evidence by condition: nothing invented, nothing passed over, and what speaks against LDN beside what speaks for it."""

import re
import shutil
from pathlib import Path

import pytest

from cards.conditions import DESIGNS
from cards.library import ROOT, LibraryFaults, load
from cards.model import ConditionEvidence, Library

# what the project was asked to cover; a concept is a file of codelists/conditions
CONCEPTS = {
    *("fibromyalgia", "crps", "neuropathic-pain", "chronic-pain", "diabetic-neuropathy", "me-cfs", "post-covid", "crohn"),
    *("ulcerative-colitis", "multiple-sclerosis", "depression", "pots", "mcas", "autoimmune-disease", "autoimmune-thyroid"),
    *("menopause-symptoms", "cancer", "sjogren", "lupus", "rheumatoid-arthritis", "psoriasis", "endometriosis"),
    *("ehlers-danlos", "migraine", "lyme", "hailey-hailey", "pruritus", "autism"),
}
# words by which the sources file what is no use of LDN: safety, handling, other products
NO_INDICATION = {
    *("general", "opioid-use", "perioperative", "hepatic", "renal", "pregnancy", "lactation", "interaction", "anticoagulation"),
    *("palliative-care", "paediatric", "sickle-cell"),
}
TAGGED = re.compile(r"observational|uncontrolled|not randomised", re.IGNORECASE)


def texts(condition: ConditionEvidence) -> list[str]:
    """Every text of a condition that a reader may meet by itself."""
    return [
        condition.headline,
        " ".join(condition.lines),
        condition.advice,
        condition.note or "",
        *(study.result for study in condition.studies),
        *(claim.says for claim in condition.documents_say),
        *(claim.corrected or "" for claim in condition.documents_say),
    ]


def test_every_condition_asked_for_has_its_evidence(library: Library) -> None:
    assert {concept for condition in library.conditions.values() for concept in condition.concepts} == CONCEPTS


def test_every_source_about_a_disease_is_filed_under_a_condition(library: Library) -> None:
    known = {word for condition in library.conditions.values() for word in condition.about}
    for source in library.sources.values():
        assert set(source.conditions) <= known | NO_INDICATION, source.id


def test_conditions_come_in_the_order_of_their_priority_the_general_ones_last(library: Library) -> None:
    order = list(library.conditions)
    assert order == sorted(order, key=lambda name: library.conditions[name].priority)
    assert order[0] == "fibromyalgia"
    assert order[-2:] == ["chronic-pain", "autoimmune-disease"]
    assert order.index("diabetic-neuropathy") < order.index("neuropathic-pain")


def test_studies_stand_strongest_and_newest_first(library: Library) -> None:
    for condition in library.conditions.values():
        sources = [library.sources[study.source] for study in condition.studies]
        standing = [(DESIGNS[source.type], -(source.year or 0)) for source in sources]
        assert standing == sorted(standing), condition.id


def test_fibromyalgia_names_the_larger_negative_trials_before_the_small_positive_one(library: Library) -> None:
    fibromyalgia = library.conditions["fibromyalgia"]
    lines = " ".join(fibromyalgia.lines)
    assert fibromyalgia.grade == "trials-negative"
    assert "INNOVA 2026 (n = 98)" in lines
    assert "FINAL 2024 (n = 99)" in lines
    assert lines.index("FINAL") < lines.index("2013 (n = 31)")
    assert fibromyalgia.studies[0].source == "innova-2026"
    directions = {study.source: study.direction for study in fibromyalgia.studies}
    assert directions["innova-2026"] == directions["due-bruun-2024-final"] == "against"
    assert directions["younger-2013"] == "for"


def test_the_bare_30_percent_in_60_percent_is_always_corrected(library: Library) -> None:
    repeated = [
        (condition, claim) for condition in library.conditions.values() for claim in condition.documents_say if re.search(r"30%.*60%", claim.says)
    ]
    assert repeated
    for condition, claim in repeated:
        assert {"due-bruun-2024-final", "innova-2026"} <= set(claim.by), condition.id
    for condition in library.conditions.values():
        shown = [condition.headline, *condition.lines, condition.note or "", *(study.result for study in condition.studies)]
        assert not any(re.search(r"30 ?%.*60 ?%", text) for text in shown), condition.id


@pytest.mark.parametrize("name", ["me-cfs", "post-covid"])
def test_fatigue_after_infection_is_called_observational_in_headline_and_lines(library: Library, name: str) -> None:
    condition = library.conditions[name]
    assert condition.grade == "observational"
    assert "observational only" in condition.headline
    assert condition.lines[0].startswith("Observational only")
    assert "No result of a randomised trial was found" in condition.lines[1]
    assert condition.ongoing


def test_74_percent_and_5_04_never_stand_without_their_tag(library: Library) -> None:
    found = [text for condition in library.conditions.values() for text in texts(condition) if re.search(r"\b74 ?%|73\.9|5\.04|five times", text)]
    assert len(found) >= 4
    for text in found:
        assert TAGGED.search(text), text


@pytest.mark.parametrize("name", ["cancer", "menopause", "infertility"])
def test_no_efficacy_is_claimed_for_cancer_menopause_or_fertility(library: Library, name: str) -> None:
    condition = library.conditions[name]
    assert not condition.claims_allowed
    assert {study.direction for study in condition.studies} <= {"none"}
    quoted = " ".join((condition.headline, *condition.lines, condition.advice)).lower()
    assert not re.search(r"improv|reliev|reduc|effective|promis(es|ing)|may help|responded", quoted)


def test_mechanism_is_no_evidence(library: Library) -> None:
    for condition in library.conditions.values():
        for study in condition.studies:
            assert library.sources[study.source].type != "mechanistic" or condition.id == "cancer", (condition.id, study.source)


def test_a_positive_study_has_its_contrary_evidence_beside_it_in_the_lines(library: Library) -> None:
    doubt = re.compile(r"\bno\b|not |without|insufficient|cannot|disagree|stopped|never|nothing|alone", re.IGNORECASE)
    for condition in library.conditions.values():
        assert doubt.search(" ".join(condition.lines)), condition.id


def test_an_unsettled_study_is_marked_and_never_alone(library: Library) -> None:
    marked = 0
    for condition in library.conditions.values():
        verified = [library.sources[study.source].is_verified for study in condition.studies]
        assert any(verified) or not verified, condition.id
        for study in condition.studies:
            if not library.sources[study.source].is_verified:
                assert "not yet verified" in study.result.lower(), study.source
                marked += 1
    assert marked == 2  # the post-COVID ratio and the POTS series


def test_where_no_source_has_a_study_that_is_said_and_no_figure_given(library: Library) -> None:
    bare = [condition for condition in library.conditions.values() if not condition.studies]
    assert {"menopause", "lupus", "autism"} <= {condition.id for condition in bare}
    for condition in bare:
        assert condition.grade in {"no-studies", "anecdote"}
        assert not re.search(r"\d", condition.headline + " ".join(condition.lines)), condition.id


def test_claims_of_the_founding_documents_name_the_document(library: Library) -> None:
    documents = {claim.document for condition in library.conditions.values() for claim in condition.documents_say}
    assert documents == {"cheung-2026-patient-guide", "ldnrt-prescriber-guide-2026", "droracle-2026", "rose-menopause-guide"}


def broken(tmp_path: Path, file: str, *changes: tuple[str, str]) -> tuple[str, ...]:
    """The faults of the knowledge after changes to one file."""
    root = tmp_path / "cards"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryFaults) as caught:
        load(root)
    return caught.value.faults


FAULTS = {
    "unknown key": ("fibromyalgia", "headline =", "headlne =", "fibromyalgia.toml: headlne"),
    "other file name": ("crps", 'id = "crps"', 'id = "crp"', "id is 'crp'; the file name must be the id"),
    "unknown grade": ("crps", '"case-reports"', '"case-report"', "grade 'case-report' is not in grades.toml"),
    "unknown study": ("crps", '"soin-2021"', '"soin-2012"', "crps.toml: cites 'soin-2012'"),
    "unknown document": ("crps", '"droracle-2026"', '"droracle-2062"', "crps.toml: cites 'droracle-2062'"),
    "against its source": ("crohn", 'direction = "for"', 'direction = "against"', "direction is 'against', but its source says 'supports'"),
    "unknown direction": ("crohn", 'direction = "for"', 'direction = "pro"', "crohn.toml: study.1.direction"),
    "long headline": ("crps", "CRPS: case", "CRPS: " + "very " * 20 + "case", "headline: must be 1 to 99 characters"),
    "long lines": ("crps", "For CRPS itself", "For CRPS itself " + "and so on " * 10, "a card has room for 45"),
    "number without study": ("lupus", "studied LDN in lupus.", "studied LDN in 12 people.", "lines: quotes a number without any study"),
    "invented number in lines": ("crps", "(n = 70,", "(n = 170,", "lines: says 170, which no source"),
    "invented number in headline": ("depression", "in 12 people", "in 21 people", "headline: says 21"),
    "invented number in result": ("fibromyalgia", ", p=0.27)", ", p=0.027)", "result says 0.027"),
    "turned sign": ("diabetic-neuropathy", "(1.64,", "(-1.64,", "result says -1.64"),
    "invented number in claim": ("fibromyalgia", "in about 60% of", "in about 66% of", "document cheung-2026-patient-guide: says 66"),
    "invented number in advice": ("crohn", "at 12 weeks", "at 13 weeks", "advice: says 13"),
    "guide as study": (
        "crps",
        'source = "soin-2021"\ndirection = "mixed"',
        'source = "droracle-2026"\ndirection = "none"',
        "is a guide and no study",
    ),
    "protocol as study": (
        "crps",
        'source = "soin-2021"\ndirection = "mixed"',
        'source = "nct06306157-crps"\ndirection = "none"',
        "is a protocol and no study",
    ),
    "mechanism as study": (
        "me-cfs",
        'source = "gouda-2026"\ndirection = "mixed"',
        'source = "cabanas-2021"\ndirection = "none"',
        "mechanism is no evidence",
    ),
    "study as ongoing": ("crps", '["nct06306157-crps"]', '["soin-2021"]', "ongoing soin-2021: is a systematic-review and no protocol"),
    "oldest first": ("fibromyalgia", '"innova-2026"\n', '"younger-2013"\n', "must stand before"),
    "source passed over": ("me-cfs", 'lim-2020 = "Prevalence of ME/CFS: no result of LDN."\n', "", "source lim-2020 is about ME/CFS and is neither"),
    "left out and listed": ("crps", "[left_out]", '[left_out]\nsoin-2021 = "Old."', "left_out soin-2021: is listed as well"),
    "untagged cohort": ("post-covid", "Uncontrolled chart review", "Chart review", "study bonilla-2023: speaks for LDN without a comparison"),
    "unmarked unsettled study": ("post-covid", "Not yet verified (known as quoted). ", "", "study tamariz-2024: is not settled"),
    "unmarked unsettled reason": (
        "multiple-sclerosis",
        "Review that was not seen; not yet verified.",
        "Review.",
        "left_out gilhooly-2009: is not settled",
    ),
    "claim where none is allowed": ("fibromyalgia", "claims_allowed = true", "claims_allowed = false", "this condition allows no efficacy claim"),
    "grade too good": ("me-cfs", 'grade = "observational"', 'grade = "small-trials"', "grade 'small-trials' does not follow"),
    "grade too negative": ("crohn", 'grade = "small-trials"', 'grade = "trials-negative"', "grade 'trials-negative' does not follow"),
    "study claimed to be absent": ("crps", 'grade = "case-reports"', 'grade = "no-studies"', "grade 'no-studies' does not follow"),
    "correction without source": ("crps", 'by = ["mckenzie-brown-2023"]', "by = []", "a correction and the sources that correct it belong together"),
    "correction by the unsettled": (
        "multiple-sclerosis",
        'by = ["cree-2010", "gironi-2008", "raknes-ms-register"]',
        'by = ["rahn-2011"]',
        "unsettled",
    ),
    "claim of no guide": ("crps", 'document = "droracle-2026"', 'document = "soin-2021"', "none of the founding documents"),
    "priority taken": ("crps", "priority = 40", "priority = 10", "priority 10 is that of crps too"),
    "concept taken": ("crps", 'concepts = ["crps"]', 'concepts = ["fibromyalgia"]', "concept 'fibromyalgia' already belongs to crps"),
    "date in quotes": ("crps", "compared = 2026-11-25", 'compared = "2026-11-25"', "compared: write a date without quotes"),
    "HTML": ("crps", "Review of", "<b>Review</b> of", "study soin-2021: holds HTML"),
}


@pytest.mark.parametrize(("name", "old", "new", "says"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_named_with_its_file(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    faults = broken(tmp_path, f"conditions/{name}.toml", (old, new))
    assert any(fault.startswith("conditions/") and says in fault for fault in faults), faults


def test_unsettled_sources_alone_are_a_fault(tmp_path: Path) -> None:
    text = (ROOT / "conditions" / "pots.toml").read_text(encoding="utf-8")
    settled = text[text.index('[[study]]\nsource = "weinstock') : text.index("[[document]]")]
    faults = broken(tmp_path, "conditions/pots.toml", (settled, ""), ("[left_out]", '[left_out]\nweinstock-2018 = "x"'))
    assert any("pots.toml: rests on unsettled sources alone" in fault for fault in faults), faults


def test_no_condition_at_all_is_a_fault(tmp_path: Path) -> None:
    root = tmp_path / "cards"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__", "conditions"))
    (root / "codelists" / "conditions").mkdir()
    with pytest.raises(LibraryFaults) as caught:
        load(root)
    assert "conditions: holds no condition" in caught.value.faults
