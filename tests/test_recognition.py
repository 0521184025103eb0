"""Recognition of drugs: every code of our tables by machine, and the words of real lists by example."""

import csv
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from cards.library import ROOT
from cards.model import Library
from cds.fhir import chart, codes, medications, observations
from cds.fhir.references import Shelf
from cds.fhir.views import Quantity
from cds.recognise import concepts, drugs
from cds.recognise.coded import Coded, Coding
from cds.recognise.drugs import Drug
from tests.support.calls import naltrexone, valid
from tests.support.scenario import TODAY

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
    "Tylenol #3 at bedtime",
    "Tylenol No. 3 twice daily",
    "Tylenol 3 300-30 at bedtime",
    "Tylenol 3",
    "Tylenol 3 with codeine",
    "Tylenol with codeine daily",
    "acetaminophen with cod",
    "Norco 5-325",
    "Norco from Norco Pharmacy",
    "Twice 30 mg capsules",
    "fentanyl 25 mcg/hr patch; fentanyl test strips given",
    "oxycodone 5 mg before bed",
    "taper off oxycodone 5 mg",
    "before bed: oxycodone 5 mg",
    "no oxycodone, on morphine 15 mg",
    "LDN previously; now oxycodone 5 mg",
    "LDN 4.5 mg with oxycodone",
]
NOT_OPIOIDS = [
    "fentanyl test strips",
    "Vitamin D with cod liver oil",
    "omega-3 w/ cod liver oil",
    "Tylenol 2 at bedtime",
    "Tylenol 3 nightly",
    "Tylenol 4 daily",
    "Tylenol 3 as needed",
    "Tylenol 2 with food",
    "Tylenol 4 max",
    "Tylenol 2 twice a day",
    "Tylenol 2 in AM",
    "twice 30 mg",
    "take twice 30 mg",
    "Norco oxygen",
    "Norco Pharmacy",
    "off oxycodone",
    "before tramadol",
    "No kratom use",
    "(no kratom)",
    "LDN 4.5 mg, used to be on oxycodone",
    "naltrexone 4.5 mg, weaned from methadone",
    "LDN - previously took tramadol",
    "LDN 3 mg (interacts with opioids)",
    "LDN 4.5 mg, not currently on oxycodone",
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
    "naltraxone 4.5 mg",
    "Naltrexne 50 mg",
    "naltexone",
    "naltrexalone 3 mg",
    "L.D.N. 4.5 mg",
    "low dose naltraxone",
    "LDN 4.5 mg, used to be on oxycodone",
    "naltrexone 4.5 mg, weaned from methadone",
    "LDN - previously took tramadol",
    "LDN 3 mg (interacts with opioids)",
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
    "nalaxone",
    "naloxon 4 mg",
    "naltroxol",
    "methyl naltraxone",
    "methylnaltrexne 150 mg",
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


OUD, WITHDRAWAL, LONG_TERM, AGONIST = "oud-active", "opioid-withdrawal", "opioid-long-term-use", "opioid-agonist-treatment"
FAILURE, ACUTE = "hepatic-failure", "acute-hepatitis"
# what stands in a problem list and still is the patient's own, current trouble
CONDITIONS = [
    ("opioid use disorder", OUD),
    ("OUD screening positive", OUD),
    ("opioid use disorder, screening for hepatitis C done", OUD),
    ("opioid use disorder: high risk of overdose", OUD),
    ("opioid dependence risk of relapse", OUD),
    ("pregnant mother with opioid use disorder", OUD),
    ("single mother with opioid addiction", OUD),
    ("32 yo father with opioid use disorder", OUD),
    ("G2P1 mother with opioid dependence", OUD),
    ("patient is a mother with heroin use", OUD),
    ("mother reports opioid misuse", OUD),
    ("wife is worried about his opioid addiction", OUD),
    ("opioid misuse noted by family", OUD),
    ("opioid use disorder in the family medicine clinic", OUD),
    ("opioid addiction in pregnant mother", OUD),
    ("lives with mother. Opioid use disorder", OUD),
    ("no alcohol use; opioid use disorder", OUD),
    ("mother with opioid use disorder; heroin use", OUD),
    ("never treated opioid use disorder", OUD),
    ("never stopped heroin use", OUD),
    ("on and off heroin use", OUD),
    ("opioid use disorder s/p liver transplant", OUD),
    ("opioid use disorder previously treated with methadone", OUD),
    ("opioid withdrawal protocol", WITHDRAWAL),
    ("opioid withdrawal, medication not needed", WITHDRAWAL),
    ("concern for opioid withdrawal", WITHDRAWAL),
    ("liver failure", FAILURE),
    ("liver failure, awaiting liver transplant", FAILURE),
    ("ESLD s/p liver transplant evaluation", FAILURE),
    ("liver failure s/p liver transplant, rejection", FAILURE),
    ("acute hepatitis C", ACUTE),
    ("acute hepatitis B, chronic pain", ACUTE),
    ("chronic opioid therapy", LONG_TERM),
    ("chronic opioid therapy, not stopped", LONG_TERM),
    ("chronic opioid therapy. Stopped gabapentin", LONG_TERM),
    ("chronic opioid therapy stopped 2020, restarted 2024", LONG_TERM),
    ("not yet weaned off chronic opioid therapy", LONG_TERM),
    ("unable to be weaned off long term opioids", LONG_TERM),
    ("opioid agreement signed", LONG_TERM),
    ("on chronic opioids", LONG_TERM),
    ("on methadone", AGONIST),
    ("attends methadone clinic", AGONIST),
    ("methadone maintenance, partner supportive", AGONIST),
]
# denied, only spoken about, somebody else's, or over
NO_CONDITIONS = [
    ("OUD screening", OUD),
    ("opioid misuse education provided", OUD),
    ("opioid use disorder risk: low", OUD),
    ("heroin use disorder screening", OUD),
    ("opioid addiction in family", OUD),
    ("heroin use in spouse", OUD),
    ("heroin use in her ex-husband", OUD),
    ("family member with opioid use disorder", OUD),
    ("Mother with opioid addiction", OUD),
    ("mother opioid addiction", OUD),
    ("patient's mother has severe opioid use disorder", OUD),
    ("roommate with opioid use disorder", OUD),
    ("grandparent with opioid use disorder", OUD),
    ("child with opioid use disorder", OUD),
    ("father's heroin use", OUD),
    ("opioid risk counseling", OUD),
    ("fear of opioid withdrawal", WITHDRAWAL),
    ("opioid withdrawal protocol not needed", WITHDRAWAL),
    ("s/p liver transplant", FAILURE),
    ("liver failure s/p liver transplant", FAILURE),
    ("ESLD, s/p liver transplant 2019", FAILURE),
    ("acute hepatitis C, now chronic", ACUTE),
    ("chronic opioid therapy completed", LONG_TERM),
    ("chronic opioid therapy stopped", LONG_TERM),
    ("chronic opioid therapy, discontinued in March 2020", LONG_TERM),
    ("chronic opioid therapy ended due to side effects", LONG_TERM),
    ("previously on long term opioids", LONG_TERM),
    ("weaned off chronic opioids", LONG_TERM),
    ("weaned off chronic opioid therapy", LONG_TERM),
    ("opioid agreement declined", LONG_TERM),
    ("never on chronic opioids", LONG_TERM),
    ("works in methadone clinic", AGONIST),
    ("partner on methadone", AGONIST),
    ("previously on methadone", AGONIST),
]


def stands(library: Library, text: str, concept: str) -> bool:
    meaning = concepts.condition(library.terminology, Coded(text=text))
    return concept in meaning.concepts and not meaning.historical


@pytest.mark.parametrize(("text", "concept"), CONDITIONS)
def test_words_that_mean_a_condition_of_today(text: str, concept: str, library: Library) -> None:
    assert stands(library, text, concept)


@pytest.mark.parametrize(("text", "concept"), NO_CONDITIONS)
def test_words_that_mean_no_condition_of_today(text: str, concept: str, library: Library) -> None:
    assert not stands(library, text, concept)


def test_used_to_be_on_an_opioid_is_no_conflict_and_with_one_is(library: Library) -> None:
    assert not by(library, text="LDN 4.5 mg, used to be on oxycodone").conflict
    assert by(library, text="LDN 4.5 mg; was on oxycodone, now methadone").conflict
    assert by(library, text="L.D.N. 4.5 mg").low_dose_words


SIDE_EFFECTS = [
    "injection site reaction", "injection site pain", "low energy", "thirst", "depressed mood", "cramps", "vivid nightmares", "sleep problems",
    "poor sleep", "loss of sleep", "sleep disturbances", "sleepy", "jittery", "nervous", "N/V", "GI symptoms", "stomachache",
    "abdominal discomfort", "malaise", "night sweats", "brain fog", "mild nausea and headache",
]  # fmt: skip
ALLERGIES = ["hives", "rash", "swelling", "anaphylaxis", "hepatitis", "jaundice", "nausea and hives", "injection site swelling", "throat swelling"]


@pytest.mark.parametrize("text", [*SIDE_EFFECTS, *ALLERGIES])
def test_a_reaction_that_is_a_known_side_effect_and_one_that_is_not(text: str, library: Library) -> None:
    raw = {"resourceType": "AllergyIntolerance", "code": {"text": "naltrexone"}, "reaction": [{"manifestation": [{"text": text}]}]}
    found, _ = chart.allergy(raw, library.terminology)
    assert found is not None
    assert found.side_effects_only == (text in SIDE_EFFECTS)


@pytest.mark.parametrize(
    ("number", "unit", "days"), [(720, "h", 30), (30, "day(s)", 30), (30, "Day(s)", 30), (4, "week(s)", 28), (30, "furlong", None)]
)
def test_units_of_a_supply(number: int, unit: str, days: int | None, library: Library) -> None:
    assert codes.days(Quantity(value=Decimal(number), unit=unit), library.terminology) == days


def order(**members: Any) -> dict[str, Any]:
    return {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "medicationCodeableConcept": {"text": "LDN"}, **members}


@pytest.mark.parametrize(("code", "reasons"), [("F11.23", {"opioid-withdrawal"}), ("F11.20", {"oud-active"})])
def test_a_reason_that_names_withdrawal_is_withdrawal(code: str, reasons: set[str], library: Library) -> None:
    reason = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]}
    entry, _ = medications.medication(order(reasonCode=[reason]), "k", Shelf(), library.terminology)
    assert entry.reasons == reasons


def test_the_combination_gives_the_naltrexone_of_it_a_day(library: Library) -> None:
    line = {
        "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}],
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
    }
    text = {"text": "naltrexone 8 MG / bupropion 90 MG Extended Release Oral Tablet"}
    entry, _ = medications.medication(order(medicationCodeableConcept=text, dosageInstruction=[line]), "k", Shelf(), library.terminology)
    assert entry.dose.daily_mg == 32


def test_what_is_longer_than_what_is_read_is_named(library: Library) -> None:
    long = {"text": "x " * 4001 + "opioid dependence"}
    condition, faults = chart.condition({"resourceType": "Condition", "code": long}, library.terminology, TODAY)
    assert condition is None
    assert any(fault.startswith("code: more than 8000") for fault in faults)
    entry, faults = medications.medication(order(medicationCodeableConcept=long), "k", Shelf(), library.terminology)
    assert medications.critical(faults, entry.drug)
    panel = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "urine " * 90},
        "component": [{"code": {"text": "fentanyl"}, "valueString": "positive"}],
    }
    found, faults = observations.observation(panel, library.terminology)
    screens = found.screens
    assert [one.concepts for one in screens] == [{"uds-fentanyl"}]
    assert any("panel" in fault for fault in faults)


def test_a_reason_that_names_withdrawal_alerts_as_withdrawal(client: FlaskClient) -> None:
    def alerts(code: str) -> set[str]:
        reason = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]}
        body = valid(orders=[naltrexone(reasonCode=[reason])], medicationRequests=None)
        findings = client.post("/cds-services/ldn-order-sign?explain=true", json=body).json["extension"]["org.ldn-cds.explain"]["findings"]
        return {name for name in ("opioid-withdrawal", "opioid-use-disorder") if findings[name]["outcome"] == "alert"}

    assert alerts("F11.23") == {"opioid-withdrawal"}
    assert alerts("F11.20") == {"opioid-use-disorder"}
