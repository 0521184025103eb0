"""Recognition of drugs: every code of our tables by machine, and the words of real lists by example."""

import csv

import pytest

from cards.library import ROOT
from cards.model import Library
from cds.recognise import drugs
from cds.recognise.coded import Coded, Coding
from cds.recognise.drugs import Drug

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
AGONISTS = {"opioid-full-agonist", "opioid-partial-or-mixed-agonist"}


def by(library: Library, *, text: str = "", **codes: str) -> Drug:
    systems = {"rxnorm": RXNORM, "ndc": "http://hl7.org/fhir/sid/ndc", "atc": "http://www.whocc.no/atc", "unii": "http://fdasis.nlm.nih.gov"}
    systems["snomed"] = "http://snomed.info/sct"
    codings = tuple(Coding(system=systems[name], code=code) for name, code in codes.items())
    return drugs.recognise(library.terminology, (Coded(codings=codings, text=text),))


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "codelists" / "drugs" / name).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_every_rxcui_of_an_agonist_is_an_opioid_and_no_other_is(library: Library) -> None:
    listed = rows("rxnorm.csv")
    assert len(listed) == 6003
    opioids = 0
    for row in listed:
        classes = set(row["classes"].split("|"))
        drug = by(library, rxnorm=row["code"])
        assert drug.is_opioid == bool(classes & AGONISTS), row
        assert drug.is_naltrexone == ("naltrexone" in classes and not classes & AGONISTS), row
        opioids += drug.is_opioid
    assert opioids == 2382


def test_every_ndc_means_what_its_rxcui_means(library: Library) -> None:
    listed = rows("ndc.csv")
    assert len(listed) == 25_762
    for row in listed:
        code = row["code"] if row["match"] == "11" else f"{row['code'][:5]}-{row['code'][5:]}-01"
        assert by(library, ndc=code).parts == by(library, rxnorm=row["rxcui"]).parts, row


OPIOIDS = [
    "OXYCODONE-ACETAMINOPHEN 5-325 MG PO TABS",
    "Tylenol #3",
    "Tylenol w/ codeine",
    "TYLENOL-CODEINE NO.3 300 MG-30 MG TABLET",
    "Co-codamol 30/500",
    "cocodamol 8/500",
    "fentanyl 25 mcg/hr TD patch",
    "Suboxone film",
    "HYDROmorphone (DILAUDID) injection 0.5 mg",
    "oxyCODONE IR 5mg",
    "MS Contin 15 mg 12 hr tablet",
    "Vicodin",
    "Norco 10-325",
    "Duragesic-25",
    "Butrans 10 mcg/h",
    "Belbuca 150 mcg",
    "Methadone 10mg/mL oral concentrate",
    "Oramorph 10mg/5ml oral solution",
    "Tramadol HCl ER 100 mg",
    "Nucynta",
    "promethazine-codeine syrup",
    "Hydrocodone-chlorpheniramine ER susp",
    "dihydrocodeine 30mg tablets",
    "meperidine (PF) 25 mg/mL",
    "kratom powder",
    "tianeptine sulfate",
    "7-hydroxymitragynine tablets",
    "Embeda 30-1.2 mg",
    "Percocet5-325",
    "codéine 20 mg",
    # as pharmacies cut names to length
    "ACETAMINOPHEN-COD #3 TABLET",
    "HYDROCODON-ACETAMINOPHEN 5-325",
    "BUPRENORP-NALOX 8-2 MG SL FILM",
    "PROMETHAZINE W/COD SYRUP",
    "BUTALB-CAFF-ACETAMINOPH-CODEIN",
    # elsewhere
    "Morfin 10 mg",
    "Metadon",
    "Oxicodona 10 mg",
    "Zomorph 10mg modified-release capsules",
    "BuTrans 5micrograms/hour transdermal patches",
    "Maxitram SR 100mg capsules",
    "Panadeine Forte",
    "Mersyndol",
    "Lamaline",
    # misspelt, marked, hidden
    "Percoset",
    "OxyContin™ 10 mg",
    "TYLENOL(R) #3",
    "oxy\u00adcodone 5 mg",
    "cod&eacute;ine",
    "x " * 1500 + "oxycodone",
    # numbers that are strengths
    "TYLENOL 3 TABLET",
    "Tylenol 3 300-30 mg",
    "Tylenol No. 4",
    "narcotic analgesic",
    "Failed morphine; oxycodone 5 mg",
    "cough syrup, no sugar, codeine 10 mg/5 mL",
    "acetaminophen no 3 with codeine",
    "isotonitazene",
]
NOT_OPIOIDS = [
    "Tylenol 3 g/day",
    "Tylenol 3-4 tabs daily",
    "Tylenol 3 every 6 hours",
    "Tylenol 2 tabs",
    "Narcan for opioid overdose",
    "LDN 4.5 mg capsule - stop oxycodone first",
    "naltrexone 50 mg tablet (no morphine)",
    "LDN 4.5 mg instead of tramadol",
    "naltrexone 4.5 mg capsule, do not take with tramadol or codeine",
    "ibuprofen 600 mg, instead of tramadol",
    "codeine-free cough syrup",
    "Fioricet 50-300-40 mg",
    "carisoprodol 350 mg",
    "Acupan",
    "poppy seeds",
    "ibuprofen 400 mg",
    "hydroxyzine 25 mg",
    "methotrexate 2.5 mg",
    "trazodone 50 mg",
    "naloxone 4 mg nasal spray",
    "Narcan",
    "methylnaltrexone 12 mg/0.6 mL",
    "Relistor",
    "dextromethorphan 15 mg/5 mL",
    "loperamide 2 mg",
    "Tylenol 3 tablets daily",
    "Tylenol 500 mg",
    "butalbital-acetaminophen-caffeine",
    "naltrexone 50 mg tablet",
    "Vivitrol 380 mg",
    "liothyronine T3 5 mcg",
    "apomorphine 10 mg/mL",
    "noscapine syrup",
    "insulin pump",
]
NALTREXONE = [
    "LDN 4.5",
    "ldn4.5mg",
    "Naltrexone 1.5 mg capsule (compounded)",
    "low-dose naltrexone 3mg",
    "naltrexone HCl powder",
    "NALTREXONE (REVIA) 50 MG PO TABS",
    "Vivitrol 380 mg IM ER suspension",
    "Contrave 8-90 mg",
    "naltrexon 50 mg",
    "ULDN 10 mcg",
    "LDN 4.5 mg capsule - stop oxycodone first",
    "Vivitrol™ 380 mg",
    "naltrexonhydrochlorid",
]
NOT_NALTREXONE = [
    "methylnaltrexone bromide",
    "N-methylnaltrexone",
    "methyl naltrexone 150 mg",
    "naloxone",
    "naloxegol 25 mg",
    "nalmefene 2.7 mg nasal",
    "6-beta-naltrexol",
    "LDN-193189",
    "LDN-57444",
    "naltrexone methobromide",
    "COMPOUNDED MEDICATION",
    "Embeda",
    "morphine sulfate and naltrexone 20-0.8 mg",
    "oxycodone and naltrexone",
    "goldenrod",
]


@pytest.mark.parametrize("text", OPIOIDS)
def test_words_that_mean_an_opioid(text: str, library: Library) -> None:
    assert by(library, text=text).is_opioid


@pytest.mark.parametrize("text", NOT_OPIOIDS)
def test_words_that_mean_no_opioid(text: str, library: Library) -> None:
    assert not by(library, text=text).is_opioid


@pytest.mark.parametrize("text", NALTREXONE)
def test_words_that_mean_naltrexone(text: str, library: Library) -> None:
    drug = by(library, text=text)
    assert drug.is_naltrexone
    assert not drug.is_opioid


@pytest.mark.parametrize("text", NOT_NALTREXONE)
def test_words_that_do_not_mean_naltrexone(text: str, library: Library) -> None:
    assert not by(library, text=text).is_naltrexone


@pytest.mark.parametrize(
    "text",
    ["fentanyl 25 mcg/hr TD patch", "OxyContin 10 mg", "tramadol ER 100 mg", "methadone 5 mg", "Belbuca", "levorphanol 2 mg", "morphine MR 10 mg",
     "MORPHINE SULFATE 15 MG PO TBCR", "OXYCODONE 10 MG PO T12A", "Morfin depotplåster", "morphine LP 10 mg",
     "Xtampza", "oxycodone 12 hr 10 mg", "illicit fentanyl", "Zomorph 10mg modified-release"],
)  # fmt: skip
def test_long_acting_opioids(text: str, library: Library) -> None:
    assert by(library, text=text).long_acting


@pytest.mark.parametrize(
    "text",
    [
        "morphine 10 mg suppository PR",
        "oxycodone 5 mg tablet",
        "tramadol 50 mg",
        "morphine 4 mg injection",
        "fentanyl 50 mcg/mL injection",
        "codeine 15 mg",
    ],
)
def test_short_acting_opioids(text: str, library: Library) -> None:
    assert not by(library, text=text).long_acting


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("Sublocade 300 mg/1.5 mL", "depot-injection"),
        ("buprenorphine ER injection 100 mg monthly", "depot-injection"),
        ("buprenorphine 20 mcg/hr patch", ""),
        ("Probuphine implant", "implant"),
        ("hydromorphone intrathecal pump", "pump"),
        ("hydromorphone PCA pump", ""),
        ("naltrexone 380 mg injection", "depot-injection"),
        ("Vivitrol", "depot-injection"),
        ("naltrexone implant", "implant"),
        ("naltrexone-bupropion 8-90 mg ER tablet", "combination"),
        ("naltrexone 4.5 mg capsule", ""),
        ("naltrexone 4.5 mg capsule, monthly supply", ""),
        ("naltrexone extended release capsule 4.5 mg (compounded)", ""),
        ("naltrexone extended-release", "depot-injection"),
        ("0.5 ML buprenorphine 200 MG/ML Prefilled Syringe", "depot-injection"),
        ("butorphanol nasal spray pump 10 mg/mL", ""),
        ("hydromorphone infusion via IV pump", ""),
        ("pain pump", "pump"),
    ],
)
def test_special_products(text: str, product: str, library: Library) -> None:
    assert by(library, text=text).product == product


@pytest.mark.parametrize(
    ("manner", "dosage", "long_acting", "neuraxial", "product"),
    [
        ("transdermal", "", True, False, ""),
        ("", "Apply 1 patch every 72 hours", True, False, ""),
        ("", "take 1 PR as needed", False, False, ""),
        ("epidural", "", False, True, ""),
        ("", "epidural infusion for labour", False, True, ""),
        ("intrathecal", "by implanted pump", True, True, "pump"),
        ("extended release oral tablet", "", True, False, ""),
    ],
)
def test_route_form_and_use_tell_how_long_it_acts(
    manner: str, dosage: str, long_acting: bool, neuraxial: bool, product: str, library: Library
) -> None:
    drug = drugs.recognise(library.terminology, (Coded(text="fentanyl"),), manner, dosage)
    assert (drug.long_acting, drug.neuraxial, drug.product) == (long_acting, neuraxial, product)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("oxycodone 5 mg tablet", "oxycodone 5 mg tablet"),
        ("CODEINE SULFATE 15 MG PO TABS", "codeine sulfate 15 mg PO tabs"),
        ("12 HR Oxycodone Hydrochloride 10 MG Extended Release Oral Tablet [OxyContin]", "oxycodone ER"),
        ("Suboxone 2 MG / 0.5 MG Sublingual Film", "buprenorphine and naloxone"),
        ("LDN 4.5 MG", "LDN 4.5 MG (naltrexone)"),
        ("A preparation without any known name and with many words in it", "A preparation without any known name and…"),
    ],
)
def test_a_headline_says_the_ingredient_that_matters(text: str, short: str, library: Library) -> None:
    assert by(library, text=text).short == short


def test_an_opioid_named_beside_naltrexone_without_being_its_half_is_said(library: Library) -> None:
    drug = by(library, text="LDN 4.5 mg capsule with oxycodone")
    assert drug.conflict
    assert drug.is_naltrexone


def test_codes_of_every_system(library: Library) -> None:
    assert by(library, rxnorm="1049502").is_opioid  # retired oxycodone 12-hour tablet
    assert by(library, rxnorm="1049502").long_acting
    assert by(library, rxnorm="7243").is_naltrexone
    assert by(library, atc="N07BB04").is_naltrexone
    assert by(library, atc="N02AX02").is_opioid
    assert by(library, atc="N02AA56").is_opioid
    assert not by(library, atc="N02AA56").is_naltrexone
    assert not by(library, atc="R05DA09").is_opioid  # dextromethorphan
    assert by(library, unii="5S6W795CQM").is_naltrexone
    assert by(library, unii="5s6w795cqm").is_naltrexone
    assert by(library, atc="R05DA20").is_opioid
    assert by(library, snomed="373546002").is_naltrexone
    assert by(library, ndc="51927-0370-01").is_naltrexone  # bulk powder, any package


def test_rxnorm_under_its_oid(library: Library) -> None:
    coding = Coding(system="urn:oid:2.16.840.1.113883.6.88", code="1049621")
    assert drugs.recognise(library.terminology, (Coded(codings=(coding,)),)).is_opioid


def test_a_code_of_another_system_means_nothing(library: Library) -> None:
    coding = Coding(system="urn:oid:1.2.3.4", code="7243")
    drug = drugs.recognise(library.terminology, (Coded(codings=(coding,)),))
    assert not drug.is_naltrexone
    assert not drug.recognised


def test_nothing_readable_is_not_recognised(library: Library) -> None:
    assert not by(library, rxnorm="999999999").recognised
    assert not by(library).recognised
    assert not by(library, text="Unknown").recognised
    assert by(library, text="Zyxovar 20 mg").recognised  # a readable name in no class


def test_code_and_name_of_different_drugs_count_both_and_are_said(library: Library) -> None:
    drug = by(library, text="naltrexone 50 mg", rxnorm="835603")  # the code is tramadol's
    assert drug.is_opioid
    assert drug.is_naltrexone
    assert drug.conflict


@pytest.mark.parametrize(
    ("written", "digits"),
    [("0406-0512-01", "00406051201"), ("51927-370-01", "51927037001"), ("51927-0370-1", "51927037001"), ("00406051201", "00406051201")],
)
def test_ndc_spellings(written: str, digits: str) -> None:
    assert digits in drugs.ndc_forms(written)


def test_ten_bare_digits_mean_every_possible_split() -> None:
    assert {"00406051201", "04060051201", "04060512001"} <= set(drugs.ndc_forms("0406051201"))
    assert drugs.ndc_forms("no digits") == ()
