"""Excipients of compounded products in allergy lists: words by example, every code of the list by machine."""

import csv

import pytest
import simple_icd_10_cm

from cards.library import ROOT
from cards.model import Library
from cds.recognise.coded import Coded, Coding
from cds.recognise.excipients import excipients

YES = {
    "lactose": """
        lactose; LACTOSE; Lactose intolerance; lactose intolerant; Intolerance to lactose; lactose monohydrate; milk sugar; milk
        intolerance; Laktoseintoleranz; Hx of lactose intolerance""",
    "dye": """
        dye; dyes; food dye; Red dye; red dye 40; FD&C Yellow No. 5; FD&amp;C Red 40; FD&C dyes; D&C Red No. 33; tartrazine;
        Tartrazine (yellow dye); Yellow 5; Yellow #5; Red 40; red food coloring; food coloring; food colouring; azo dyes;
        artificial colors; colorants; carmine; brilliant blue; blue dye""",
    "gluten": "gluten; Gluten intolerance; gluten sensitivity; celiac disease; coeliac",
    "cellulose": "microcrystalline cellulose; Avicel; cellulose; hypromellose; methylcellulose",
    "gelatin": "gelatin; gelatine; pork gelatin; gelatin capsules; alpha-gal syndrome",
    "starch": "corn starch; cornstarch; maltodextrin",
    "sugar": "sucrose; fructose intolerance",
    "sugar-alcohol": "sorbitol; mannitol; xylitol",
    "sweetener": "aspartame; saccharin; artificial sweeteners",
    "glycol": "polyethylene glycol; PEG 3350; PEG; propylene glycol; Miralax; macrogol",
    "glycerol": "glycerin; glycerol",
    "preservative": "parabens; methylparaben; sodium benzoate; benzyl alcohol; sulfites; sodium metabisulfite",
    "povidone": "povidone; PVP",
    "stearate": "magnesium stearate",
    "titanium-dioxide": "titanium dioxide",
    "silica": "silicon dioxide",
    "soy": "soy lecithin; soybean oil",
    "oil": "peanut oil; sesame oil",
    "any": "excipients; capsule filler; inactive ingredients",
}
NONE = """
contrast dye; CONTRAST DYE; iodinated dye; IV dye; IVP dye; IV contrast; iodine dye; x-ray dye; CT dye; MRI dye (gadolinium); radiology dye;
dye for cardiac cath; hair dye; hair colour; hair color; dark hair dye (PPD); disperse blue dye textile; tattoo dye; fluorescein dye;
isosulfan blue dye; milk; Milk protein; cow's milk protein; dairy; dairy products; casein; whey; peanut; soy; wheat; corn; eggs; shellfish;
penicillin; sulfa; sulfate; lactulose; galactose; latex; povidone-iodine; Povidone Iodine (Betadine); lactose-free diet; gluten free; no
lactose intolerance; denies lactose intolerance; negative for lactose intolerance; lactose tolerance test; peginterferon; pegfilgrastim; PEG
tube; dermal filler; no known allergies; NKDA; mother has celiac disease; family history of celiac disease; colour blindness; red hair; blue
cheese; unknown; codeine; naltrexone; rash; alcohol; iodine; rule out celiac disease"""


def named(text: str, library: Library) -> frozenset[str]:
    return excipients(library.terminology, Coded(text=text))


def listed() -> list[tuple[str, str]]:
    pairs = [
        (group, name.replace("&amp", "&amp;").strip())
        for group, names in YES.items()
        for name in " ".join(names.split()).replace("&amp;", "&amp").split("; ")
    ]
    return [(group, name.rstrip(";")) for group, name in pairs]


@pytest.mark.parametrize(("group", "text"), listed())
def test_an_excipient_by_its_name(group: str, text: str, library: Library) -> None:
    assert group in named(text, library)


@pytest.mark.parametrize("text", " ".join(NONE.split()).split("; "))
def test_no_excipient(text: str, library: Library) -> None:
    assert named(text, library) == frozenset()


def test_several_groups_in_one_entry(library: Library) -> None:
    assert named("Lactose, gluten and red dye", library) == {"lactose", "gluten", "dye"}
    assert named("IV contrast dye; lactose", library) == {"lactose"}
    assert named("contrast dye, tartrazine", library) == {"dye"}
    assert named("no gluten problem, but lactose intolerant", library) == {"lactose"}
    assert excipients(library.terminology, Coded()) == frozenset()


def rows() -> list[dict[str, str]]:
    with (ROOT / "codelists" / "excipients.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_every_code_of_the_list_and_its_name_mean_its_group(library: Library) -> None:
    for row in rows():
        coding = Coding(system=row["system"], code=row["code"])
        assert excipients(library.terminology, Coded(codings=(coding,))) == {row["group"]}, row
        assert row["group"] in named(row["display"], library), row
        if "icd-10-cm" in row["system"]:
            assert simple_icd_10_cm.is_valid_item(row["code"]), row


def test_codes_below_a_group_and_codes_of_other_systems(library: Library) -> None:
    def coded(system: str, code: str) -> frozenset[str]:
        return excipients(library.terminology, Coded(codings=(Coding(system=system, code=code),)))

    assert coded("http://hl7.org/fhir/sid/icd-10-cm", "E73.9") == {"lactose"}
    assert coded("http://hl7.org/fhir/sid/icd-10-cm", "e739") == {"lactose"}
    assert coded("http://hl7.org/fhir/sid/icd-10-cm", "K90.49") == frozenset()
    assert coded("urn:oid:2.16.840.1.113883.6.96", "47703008") == {"lactose"}
    assert coded("http://example.org", "47703008") == frozenset()
