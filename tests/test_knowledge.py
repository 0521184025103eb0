"""All rules judged at once: what holds for every finding, source, number and code list."""

import ast
import csv
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import simple_icd_10_cm

from cards import library as loading
from cards.library import ROOT, LibraryFaults, load
from cards.model import Indicator, Library
from cds.checks import CHECKS
from cds.checks.service import check_incomplete
from cds.evaluate import keys_of

OVERRIDES = {
    "opioid-active": ["not-taking", "start-deferred", "washout-verified", "specialist-ultra-low"],
    "opioid-exposure-suspected": ["not-taking", "start-deferred", "washout-verified", "specialist-ultra-low"],
    "opioid-order-on-ldn": ["ldn-stopped-72h", "ldn-held-now", "urgent-monitored", "comfort-care"],
    "opioid-recent": ["last-dose-earlier", "single-exposure", "opioid-free-tested", "start-deferred"],
    "opioid-withdrawal": ["resolved", "record-wrong", "addiction-specialist"],
    "opioid-use-disorder": ["resolved", "record-wrong", "addiction-specialist"],
    "opioid-screen-positive": ["confirmed-negative", "known-cross-reaction", "sample-not-current"],
    "naltrexone-allergy": ["side-effect-only", "tolerated-since", "record-wrong"],
    "acute-hepatitis-or-liver-failure": ["resolved", "repeat-normal", "non-hepatic", "hepatology-agreed"],
    "liver-disease": ["resolved", "repeat-normal", "non-hepatic", "hepatology-agreed"],
    "liver-enzymes-raised": ["resolved", "repeat-normal", "non-hepatic", "hepatology-agreed"],
    "duplicate-naltrexone": ["old-stopped", "split-strengths", "switching"],
    **{
        code: ["intended-dose", "corrected", "pharmacy-confirmed"]
        for code in (
            "dose-text-mismatch",
            "dose-error-suspected",
            "dose-unusual",
            "dose-above-usual",
            "dose-unreadable",
            "start-dose-high",
            "titration-too-fast",
            "titration-step-large",
            "side-effects-before-step",
            "not-once-daily",
            "formulation-mismatch",
        )
    },
    **{
        code: ["discussed-with-patient", "specialist-agreed", "record-wrong"]
        for code in (
            "check-incomplete",
            "kidney-disease",
            "pregnancy",
            "surgery-upcoming",
            "foreseeable-opioid-need",
            "paediatric-age",
            "depression-or-suicidality",
            "thioridazine",
            "opioid-antagonist-duplicate",
            "hepatotoxic-combination",
        )
    },
}
# the findings of the contract whose warning withholds every text that starts or raises a dose
WITHHOLDING = {
    "paediatric-age",
    "pregnancy",
    "liver-disease",
    "liver-enzymes-raised",
    "kidney-disease",
    "depression-or-suicidality",
    "surgery-upcoming",
    "check-incomplete",
}


def test_every_rule_has_its_check_and_every_check_its_rule(library: Library) -> None:
    assert set(library.rules) == {*CHECKS, check_incomplete.CODE}


def test_serious_findings_rest_on_a_verified_source_that_is_more_than_a_guide(library: Library) -> None:
    for rule in library.rules.values():
        if any(wording.indicator is not Indicator.INFO for wording in rule.variants.values()) and not rule.policy:
            assert any(library.sources[name].carries_warnings for name in rule.evidence), rule.code


def test_the_primary_source_of_a_finding_is_settled(library: Library) -> None:
    for rule in library.rules.values():
        for name, wording in rule.variants.items():
            primary = library.sources[wording.primary]
            # information may rest on what was seen as a record only: the card then says "not yet verified"
            informs = wording.indicator is Indicator.INFO and primary.settled and primary.verified != "not-found"
            # a warning may rest on a quotation when the card calls it policy
            said = rule.policy and "service policy" in wording.evidence.casefold()
            assert primary.is_verified or informs or (said and primary.settled), (rule.code, name)


def test_a_card_does_not_speak_of_ldn_where_the_product_may_be_another(library: Library) -> None:
    for rule in (rule for rule in library.rules.values() if rule.group in ("contraindications", "precautions", "interactions", "service")):
        for name, wording in rule.variants.items():
            for text in (wording.summary, wording.why, wording.do):
                assert "LDN" not in re.sub(r"an LDN trial", "", text), (rule.code, name, text)


def test_what_is_service_policy_says_so_on_the_card(library: Library) -> None:
    of_the_service = {
        ("opioid-active", "stale"),
        ("opioid-active", "stale-on-chart"),
        ("opioid-order-on-ldn", "on-implant"),
        ("opioid-order-on-ldn", "implant-not-over"),
        ("opioid-recent", "hospital"),
        ("opioid-recent", "unknown-last-dose"),
        ("opioid-recent", "depot"),
        ("opioid-recent", "depot-advice"),
        ("naltrexone-allergy", "side-effect"),
        ("opioid-peripheral", "kappa"),
    }
    for code, name in of_the_service:
        assert "service policy" in library.rules[code].variants[name].evidence.casefold(), (code, name)
    for code in ("opioid-active", "opioid-order-on-ldn", "opioid-recent"):
        for name in ("evidence-long-acting", "evidence-depot", "evidence-implant"):
            assert "service policy" in library.rules[code].more.get(name, "service policy")


def test_what_no_source_says_stands_on_no_card(library: Library) -> None:
    wordings = [wording for rule in library.rules.values() for wording in rule.variants.values()]
    said = " ".join(text for wording in wordings for text in (wording.why, wording.do, wording.evidence))
    for unsupported in ("within minutes", "most of a year", "product information", "dose-related", "1 to 6 mg", "worse than the first"):
        assert unsupported not in said.casefold(), unsupported


def test_a_rule_and_its_check_stand_in_the_same_group(library: Library) -> None:
    for code, rule in library.rules.items():
        assert (Path(ROOT).parent / "cds" / "checks" / rule.group / f"{code.replace('-', '_')}.py").is_file(), code


def test_override_reasons_are_those_of_the_contract(library: Library) -> None:
    for code, wanted in OVERRIDES.items():
        assert [reason.code for reason in library.rules[code].override_reasons] == [*wanted, "other"]


def test_every_finding_that_warns_has_override_reasons_of_the_contract(library: Library) -> None:
    for rule in library.rules.values():
        serious = any(wording.indicator is not Indicator.INFO for wording in rule.variants.values())
        assert serious == (rule.code in OVERRIDES), rule.code


def test_what_withholds_a_dose_is_what_the_contract_names(library: Library) -> None:
    assert {rule.code for rule in library.rules.values() if rule.withholds} == WITHHOLDING


def test_what_starts_or_raises_a_dose_is_judged_last(library: Library) -> None:
    assert {"titration-plan", "titration-step-due"} <= {rule.code for rule in library.rules.values() if rule.raises}
    assert not any(rule.raises and rule.withholds for rule in library.rules.values())


def test_icd_10_cm_codes_of_side_effects_exist(library: Library) -> None:
    codes = [code for system, code in library.terminology.effects.codes if system == "icd10cm"]
    assert codes
    for code in codes:
        dotted = f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
        assert simple_icd_10_cm.is_valid_item(dotted), dotted


def test_topics_are_letters_and_digits(library: Library) -> None:
    for rule in library.rules.values():
        assert re.fullmatch(r"[a-z0-9]{1,100}", rule.topic)


def test_links_lead_to_canonical_places(library: Library) -> None:
    allowed = re.compile(
        r"https?://(doi\.org|hdl\.handle\.net|([a-z0-9-]+\.)*(nih\.gov|fda\.gov|clinicaltrials\.gov|anzctr\.org\.au)|[a-z0-9.-]+)/?", re.IGNORECASE
    )
    for source in library.sources.values():
        if source.link:
            assert allowed.match(source.link), source.id
            assert "webmail." not in source.link
            assert "togows" not in source.link


def test_every_number_that_a_check_asks_for_is_declared_by_its_rule(library: Library) -> None:
    used = {name for rule in library.rules.values() for name in rule.uses}
    used |= {key.lookback for key in library.data.values() if key.lookback}
    elsewhere = {"dose.low-dose-up-to"}  # the dose class, asked by every finding that names the product
    assert set(library.policy.numbers) == used | elsewhere


def test_no_clinical_number_stands_in_the_checks() -> None:
    harmless = {0, 1, 2, 3, 4, 8, 44, 50, 56, 60, 80}  # positions, numbers of lines and buttons, lengths of texts
    for path in sorted((Path(ROOT).parent / "cds" / "checks").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        numbers = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in harmless
        }
        assert not numbers, f"{path.name}: {numbers}"


def test_dates_of_comparison_are_sane(library: Library) -> None:
    for rule in library.rules.values():
        assert date(2026, 1, 1) <= date.fromisoformat(rule.compared) <= date(2030, 1, 1)


def test_one_key_means_one_template_and_asks_for_this_patient_only(library: Library) -> None:
    for key in library.data.values():
        assert key.template.count("{{context.patientId}}") == 1
        names = re.findall(r"[?&]([^=]+)=", key.template)
        assert len(names) == len(set(names))
        assert not set(names) & {"_include", "_revinclude", "encounter"}


def test_the_signs_are_asked_for_by_the_codes_of_their_lists(library: Library) -> None:
    asked = set(library.data["pregnancyStatus"].template.split("code=")[1].split("&")[0].split(","))
    signs = {"pregnancy-status", "delivery-date", "gestational-age", "breastfeeding-status"}
    listed = {code for (system, code), concepts in library.terminology.codes.items() if system == "loinc" and concepts & signs}
    assert asked == listed


@pytest.mark.parametrize("hook", ["order-select", "order-sign", "medication-refill", "patient-view", "appointment-book"])
def test_a_service_asks_only_for_what_its_findings_need(hook: str, library: Library) -> None:
    needs = {need for rule in library.rules.values() if hook in rule.hooks for need in rule.needs_of(hook)}
    assert {key.need for key in keys_of(hook, library)} == needs


def test_every_text_fits_with_short_facts(library: Library) -> None:
    for rule in library.rules.values():
        for name, wording in rule.variants.items():
            facts: dict[str, Any] = dict.fromkeys(rule.facts, "x") | {"number": library.policy.words}
            assert len(wording.summary.format_map(facts)) < 120, (rule.code, name)
            words = " ".join((wording.found, wording.why, wording.do, wording.evidence)).split()
            assert len(words) < 125, (rule.code, name, len(words))


def test_icd_10_cm_codes_exist() -> None:
    unknown = []
    for path in sorted((ROOT / "codelists" / "conditions").glob("*.csv")):
        with path.open(encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                if row["system"] == "http://hl7.org/fhir/sid/icd-10-cm" and not simple_icd_10_cm.is_valid_item(row["code"]):
                    unknown.append((path.stem, row["code"]))
    assert not unknown


def broken(tmp_path: Path, change: str, old: str, new: str) -> tuple[str, ...]:
    """The faults of the knowledge after one change to one file."""
    root = tmp_path / "cards"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / change
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LibraryFaults) as caught:
        load(root)
    return caught.value.faults


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        ("policy.toml", "value = 10\n", 'value = "ten"\n', "washout.short-acting: value: write a number without quotes"),
        ("policy.toml", "value = 10\n", "value = 3\n", "washout.short-acting: 3 is outside its own bounds"),
        ("rules/contraindications/opioid-active.toml", "title ", "titel ", "opioid-active.toml: titel"),
        ("rules/contraindications/opioid-active.toml", '"naumann-2023-pow"', '"naumann-2032-pow"', "cites 'naumann-2032-pow'"),
        ("rules/contraindications/opioid-active.toml", "{first}.", "{frist}.", "asks for frist"),
        ("rules/contraindications/opioid-active.toml", '"not-taking", ', '"nottaking", ', "override 'nottaking'"),
        ("rules/contraindications/opioid-active.toml", "2026-11-25", '"2026-11-25"', "write a date without quotes"),
        ("codelists/conditions/opioid-withdrawal.csv", ",yes", ",perhaps", "verified is 'perhaps'"),
        ("codelists/drugs/ndc.csv", ",11,", ",12,", "digits"),
        ("codelists/procedures.csv", ",operation,", ",surgery,", "write operation, sedation or bare"),
        ("codelists/procedures.toml", "behind_next = ", "behind_nxt = ", "procedures.toml: words.behind_n"),
        ("codelists/excipients.csv", ",lactose,", ",lactoes,", "the group lactoes is not in excipients.toml"),
        ("codelists/forms.toml", "topical ", "Topical ", "forms.toml: forms.Topical"),
        ("codelists/words.toml", '"leflunomide"]', '"leflunamide"]', "part liver-toxic names the ingredient leflunamide"),
        ("data.toml", "_sort=-authoredon", "_include=MedicationRequest:medication", "ask by the patient in context"),
        ("services.toml", 'id = "ldn-order-sign"', 'id = "ldn-order-select"', "ids and hooks must differ"),
    ],
)
def test_a_faulty_file_stops_the_start_and_is_named(tmp_path: Path, file: str, old: str, new: str, names: str) -> None:
    faults = broken(tmp_path, file, old, new)
    assert any(names in fault for fault in faults), faults
    assert all(fault.split(":")[0] for fault in faults)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    root = tmp_path / "cards"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name in ("policy.toml", "data.toml"):
        (root / name).write_text("this is = = no TOML", encoding="utf-8")
    (root / "evidence" / "naumann-2023-pow.toml").unlink()
    with pytest.raises(LibraryFaults) as caught:
        load(root)
    told = "\n".join(caught.value.faults)
    assert "policy.toml: is no valid TOML" in told
    assert "data.toml: is no valid TOML" in told
    assert "naumann-2023-pow" in told


def test_the_version_names_exactly_this_content(tmp_path: Path, library: Library) -> None:
    root = tmp_path / "cards"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert load(root).version == library.version
    path = root / "overrides.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# one more line\n", encoding="utf-8")
    assert load(root).version != library.version
    assert loading.placeholders("{a} and {b}") == {"a", "b"}
