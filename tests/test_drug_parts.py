"""Parts that drugs play besides opioid and naltrexone: every code of our tables by machine, names of real lists by example."""

import pytest

from cards.model import Library
from cds.recognise import drugs
from cds.recognise.coded import Coded
from tests.test_recognition import by, rows

# the reading of the project's list of drug classes, spelt out once more
ANTIDEPRESSANT = {
    "antidepressant-ssri", "antidepressant-snri", "antidepressant-tca", "antidepressant-maoi", "antidepressant-other", "bupropion",
}  # fmt: skip
IMMUNOSUPPRESSANT = {
    "immunosuppressant-antimetabolite", "immunosuppressant-calcineurin", "immunosuppressant-mtor", "immunosuppressant-anti-tnf",
    "immunosuppressant-jak-inhibitor", "immunosuppressant-interleukin", "immunosuppressant-b-cell", "immunosuppressant-t-cell-costim",
    "immunosuppressant-integrin", "immunosuppressant-s1p", "immunosuppressant-complement-or-fcrn", "immunomodulator-conventional",
}  # fmt: skip
ALLERGY_AND_ASTHMA = {"omalizumab", "dupilumab", "tralokinumab", "lebrikizumab", "mepolizumab", "reslizumab", "benralizumab", "tezepelumab"}
LOCAL = {"topical", "ophthalmic"}


def wanted(row: dict[str, str]) -> set[str]:
    """The info-only parts that a row of rxnorm.csv stands for."""
    classes, ingredients = set(row["classes"].split("|")), set(row["ingredients"].split("|"))
    local = row["form"] in LOCAL
    found = set()
    if classes & ANTIDEPRESSANT and row["form"] != "topical":
        found.add("antidepressant")
    if classes & IMMUNOSUPPRESSANT and not local and not ingredients <= ALLERGY_AND_ASTHMA | {"sulfasalazine"}:
        found.add("immunosuppressant")
    found |= classes & {"thyroid-hormone", "antithyroid"}
    if ingredients & {"methotrexate", "leflunomide"} and not local:
        found.add("liver-toxic")
    return found


def test_every_rxcui_plays_the_parts_of_its_class_and_no_other(library: Library) -> None:
    info_only = {"antidepressant", "immunosuppressant", "thyroid-hormone", "antithyroid", "liver-toxic"}
    counted = dict.fromkeys(info_only, 0)
    for row in rows("rxnorm.csv"):
        parts = by(library, rxnorm=row["code"]).parts & info_only
        assert parts == wanted(row), row
        for part in parts:
            counted[part] += 1
    assert min(counted.values()) > 5, counted  # the smallest class has eight


def test_products_for_skin_and_eye_are_marked_with_their_form() -> None:
    for row in rows("rxnorm.csv"):
        if row["product"] == "non-systemic":
            assert row["form"] in LOCAL, row


def test_info_only_parts_do_not_make_a_draft_worth_a_check(library: Library) -> None:
    relevant = {part.name: part.relevant for part in library.terminology.parts}
    assert not any(relevant[name] for name in ("antidepressant", "immunosuppressant", "thyroid-hormone", "liver-toxic"))
    assert all(relevant[name] for name in ("vitamin-k-antagonist", "thioridazine", "disulfiram", "central-antagonist"))


CODES = [
    # ingredient, product, brand, brand product; ATC; UNII; NDC
    ("antidepressant", "rxnorm", "36437 251201 82728 208149 72625 596926 704 856762 8123 104836 15996 283406 42347"),
    ("antidepressant", "atc", "N06AB06 N06AX16 N06AX21 N06AA09 N06AF03 N06AG02 N06AX11 N06AX12"),
    ("antidepressant", "unii", "QUC7NX6WMB O408N561GF 01ZG3TPX31"),
    ("antidepressant", "ndc", "00002-3235-60 00052-0106-06 00071-0350-60 00115-5445-13"),
    ("immunosuppressant", "rxnorm", "1256 105610 42316 198377 35302 314230 327361 727703 1357536 1357547 1599788 1599797"),
    ("immunosuppressant", "rxnorm", "121191 1657864 614391 616015 1538097 1538142 1012892 1012899 591781 700387 5521 979094 3008 197553"),
    ("immunosuppressant", "atc", "L04AX01 L04AD02 L04AH01 L04AB04 L04AF01 L04AC10 L04AG05 L04AE01 L04AJ01 L04AK01 L04AX03 L01BA01"),
    ("immunosuppressant", "ndc", "00006-4305-01 00008-1030-04 00069-0238-01 00069-0274-30 00078-1189-20 64406-0008-01"),
    ("liver-toxic", "rxnorm", "6851 105585 284900 284592 27169 205284 215393 213377"),
    ("liver-toxic", "atc", "L01BA01 L04AX03 L04AK01 L04AA13"),
    ("liver-toxic", "unii", "YL5FZ2Y5U1 G162GK9U4W"),
    ("thyroid-hormone", "rxnorm", "10582 892246 217006 905453"),
    ("thyroid-hormone", "atc", "H03AA01 H03AA02 H03AA03 H03AA05"),
    ("thyroid-hormone", "unii", "Q51BO43MG4"),
    ("thyroid-hormone", "ndc", "00074-3727-19"),
    ("vitamin-k-antagonist", "rxnorm", "11289 855288 202421 855290"),
    ("vitamin-k-antagonist", "atc", "B01AA03 B01AA04 B01AA07 B01AA12 B01AA"),
    ("vitamin-k-antagonist", "unii", "5Q7ZVV76EI"),
    ("vitamin-k-antagonist", "ndc", "00093-1712-01"),
    ("thioridazine", "rxnorm", "10502 108878 313354"),
    ("thioridazine", "atc", "N05AC02"),
    ("thioridazine", "unii", "N3D6TG58NI"),
    ("thioridazine", "ndc", "00378-0612-01"),
    ("disulfiram", "rxnorm", "3554 197623 151358 210716"),
    ("disulfiram", "atc", "N07BB01"),
    ("disulfiram", "unii", "TR3MLJ1UAI"),
    ("disulfiram", "ndc", "00054-0356-13"),
    ("central-antagonist", "rxnorm", "2559612 2570392 2570393 2570398"),
    ("central-antagonist", "atc", "N07BB05 N05AH53"),
    ("central-antagonist", "unii", "7W2581Z5L8"),
]


@pytest.mark.parametrize(("part", "system", "code"), [(part, system, code) for part, system, codes in CODES for code in codes.split()])
def test_codes_at_every_level(part: str, system: str, code: str, library: Library) -> None:
    assert part in by(library, **{system: code}).parts


NOT_CODES = [
    # nalmefene for rescue by nose and by injection, naloxone, buprenorphine/naloxone
    ("central-antagonist", "rxnorm", "2639721 2639722 2639727 2720808 199059 2592953 2672926 2720806 2720812 7242 351266"),
    ("central-antagonist", "atc", "V03AB15 A06AH04 N07BB04"),
    # corticosteroids, sulfasalazine, antibodies for asthma and allergy, cyclosporine for the eye, tacrolimus for the skin
    (
        "immunosuppressant",
        "rxnorm",
        "8640 198144 9524 198232 302379 1657212 1876376 1876406 1720601 2587803 351291 402092 352951 313189 284520 284848",
    ),
    ("immunosuppressant", "atc", "H02AB07 D11AH01 D11AH02 S01XA18"),
    ("liver-toxic", "rxnorm", "1310520 1310525 1256 197623"),
    ("liver-toxic", "atc", "L04AX01 L04AK02"),
    ("antidepressant", "rxnorm", "1000091 9801 10502"),
    ("vitamin-k-antagonist", "atc", "B01AB05 B01AF02"),
]


@pytest.mark.parametrize(("part", "system", "code"), [(part, system, code) for part, system, codes in NOT_CODES for code in codes.split()])
def test_codes_that_do_not_play_the_part(part: str, system: str, code: str, library: Library) -> None:
    drug = by(library, **{system: code})
    assert part not in drug.parts


NAMES = {
    "antidepressant": """
        sertraline HCl 50 mg tablet; Zoloft; ESCITALOPRAM 10 MG PO TABS; Cipralex; duloxetine 30 mg; Cymbalta; venlafaxine XR;
        Effexor; Savella; amitriptyline 10 mg; Elavil; nortriptyline; doxepin 10 mg capsule; Silenor; phenelzine; Nardil;
        selegiline patch; moclobemide; trazodone; mirtazapine 15 mg; Trintellix; Spravato; bupropion XL 150 mg; Wellbutrin;
        Auvelity; Zyban; fluoxetine/olanzapine; Seroxat; dosulepin""",
    "immunosuppressant": """
        azathioprine 50 mg; Imuran; mycophenolate mofetil; CellCept; methotrexate 2.5 mg tablets; MTX 15 mg weekly; leflunomide;
        teriflunomide; Aubagio; cyclophosphamide; tacrolimus 1 mg capsule; Prograf; cyclosporine modified 100 mg capsule;
        ciclosporin; Neoral soft gel capsules; sirolimus; everolimus; Humira; adalimumab-adaz; Enbrel; infliximab; Remicade;
        Cimzia; tofacitinib; Xeljanz XR; Rinvoq; Olumiant; Jakafi; Stelara; Cosentyx; Skyrizi; Actemra; Kineret; rituximab;
        Ocrevus; Benlysta; Orencia; Lemtrada; natalizumab; Entyvio; fingolimod; Zeposia; Soliris; Ultomiris; Vyvgart; Saphnelo;
        Tavneos; hydroxychloroquine; Plaquenil; Avonex; glatiramer; Tecfidera; Otezla; Revlimid; Nemluvio""",
    "liver-toxic": """
        methotrexate 2.5 mg tablet; Trexall; Otrexup auto-injector 15 mg; MTX; leflunomide 20 mg; Arava; methotrexate sodium
        injection""",
    "thyroid-hormone": """
        levothyroxine 75 mcg; Synthroid; L-thyroxine 50 mcg; thyroxine; Euthyrox; Tirosint; liothyronine 5 mcg; Cytomel; Armour
        Thyroid; NP Thyroid 60; Nature-Throid; desiccated thyroid; thyroid 60 mg tablet; Thyroid (pork) 30 mg; liotrix; thyroid""",
    "vitamin-k-antagonist": """
        warfarin 5 mg; Coumadin; Jantoven 2.5 mg; warfarin sodium; acenocoumarol; Sintrom 4 mg; Sinthrome; phenprocoumon;
        Marcumar; Marcoumar; fluindione; Previscan; Marevan""",
    "thioridazine": """
        thioridazine 25 mg; Mellaril; Melleril""",
    "disulfiram": """
        disulfiram 250 mg tablet; Antabuse; Antabus""",
    "central-antagonist": """
        Lybalvi 10-10 mg; olanzapine/samidorphan; OLANZAPINE-SAMIDORPHAN 5 MG-10 MG TABLET; samidorphan; Selincro; nalmefene 18 mg
        tablet; nalmefene tablets""",
}
NOT_NAMES = {
    "antidepressant": """
        quetiapine; lithium; buspirone; doxepin 5% cream; Zonalon; Prudoxin topical; hydroxyzine; tianeptine; St. John;
        dextromethorphan; thioridazine""",
    "immunosuppressant": """
        prednisone 10 mg; dexamethasone; methylprednisolone; sulfasalazine; Azulfidine; mesalamine; Restasis; Cequa; cyclosporine
        0.05% ophthalmic emulsion; ciclosporin eye drops; cyclosporine 0.1 % eye emulsion; tacrolimus 0.1% ointment; Protopic;
        Elidel; pimecrolimus 1% cream; Opzelura cream; ruxolitinib 1.5% cream; Hyftor; methotrexate topical gel; Xolair; Dupixent;
        Nucala; Fasenra; Cinqair; Tezspire; Adbry; Ebglyss; denosumab; insulin; colchicine""",
    "liver-toxic": """
        azathioprine; teriflunomide; Aubagio; acetaminophen; disulfiram; methotrexate 0.1% topical cream""",
    "thyroid-hormone": """
        methimazole; propylthiouracil; thyrotropin; iodine; dextromethorphan""",
    "vitamin-k-antagonist": """
        apixaban; Xarelto; enoxaparin; dabigatran; phytonadione; vitamin K; clopidogrel""",
    "thioridazine": """
        chlorpromazine; mesoridazine; Mellow tea""",
    "disulfiram": """
        acamprosate; Campral; metronidazole""",
    "central-antagonist": """
        naloxone 4 mg nasal spray; Narcan; Suboxone film; buprenorphine-naloxone 8-2 mg; Zubsolv; Opvee; nalmefene 2.7 mg nasal
        spray; nalmefene hydrochloride injection 1 mg/mL; Zurnai; Zurnai 1.5 mg auto-injector; Revex; nalmefene vial; olanzapine
        10 mg; methylnaltrexone; oxycodone/naloxone; Kloxxado""",
}


def listed(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(part, " ".join(name.split())) for part, names in table.items() for name in names.split(";")]


@pytest.mark.parametrize(("part", "name"), listed(NAMES))
def test_names_that_play_the_part(part: str, name: str, library: Library) -> None:
    assert part in by(library, text=name).parts


@pytest.mark.parametrize(("part", "name"), listed(NOT_NAMES))
def test_names_that_do_not_play_the_part(part: str, name: str, library: Library) -> None:
    assert part not in by(library, text=name).parts


@pytest.mark.parametrize(
    ("name", "manner", "part", "plays"),
    [
        ("tacrolimus 0.1 %", "topical", "immunosuppressant", False),
        ("tacrolimus 1 mg", "oral", "immunosuppressant", True),
        ("cyclosporine 0.05 %", "ophthalmic", "immunosuppressant", False),
        ("nalmefene", "nasal", "central-antagonist", False),
        ("nalmefene", "intravenous", "central-antagonist", False),
        ("nalmefene", "oral tablet", "central-antagonist", True),
    ],
)
def test_route_and_form_tell_where_the_name_does_not(name: str, manner: str, part: str, plays: bool, library: Library) -> None:
    drug = drugs.recognise(library.terminology, (Coded(text=name),), manner)
    assert (part in drug.parts) == plays


def test_the_code_of_a_capsule_wins_over_a_word_that_sounds_like_a_form(library: Library) -> None:
    assert "immunosuppressant" in by(library, rxnorm="198377", text="tacrolimus 1 mg capsule, not the ointment").parts


def test_a_product_with_naltrexone_plays_naltrexone_whatever_else_it_plays(library: Library) -> None:
    for drug in (by(library, text="Contrave 8-90 mg"), by(library, rxnorm="1551468"), by(library, atc="A08AA62")):
        assert drug.is_naltrexone
        assert drug.telling[:1] == ("naltrexone",)


def test_an_opioid_that_acts_on_mood_is_no_antidepressant(library: Library) -> None:
    drug = by(library, atc="N06AX14")
    assert drug.is_opioid
    assert "antidepressant" not in drug.parts
