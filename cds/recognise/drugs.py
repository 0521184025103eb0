"""Which drug is this? Codes at every level, then whole words, then an honest 'not recognised'.

Source of the order: the project's terminology notes (system and code together, excludes first, whole
words only). Knows no FHIR resource, no HTTP, no clock.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from cards.model import DrugCode, Part, Terminology, Words
from cards.words import holds, words
from cds.recognise import listed
from cds.recognise.coded import Coded, Coding, calm, cut, plain

OPIOID = "opioid"
NALTREXONE = "naltrexone"
_HEADLINE, _FEW, _NEAR, _A_NAME, _REMEMBERED = 44, 2, 8, 5, 600
_KINDS = {"depot-injection": " depot injection", "implant": " implant", "pump": " pump", "patch": " patch", "extended-release": " ER"}
# naltrexone inside these is sequestered: the product is an opioid and nothing else (terminology notes, 3)
_SEQUESTERING = frozenset({"morphine", "oxycodone"})
_AGONISTS = frozenset({"opioid-full-agonist", "opioid-partial-or-mixed-agonist", "opioid-acting-nonprescription"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """What is known of one medication.

    `label` is what the chart calls it, safe to show; `short` says it in a headline. `telling` are the ingredients that
    make it play a part. `named` says that it has a readable name, `known` that a
    code or a name is in our lists. `conflict`: its codes and words name both naltrexone and an opioid.
    `product` is a special product (depot-injection, implant, pump, combination, tablet-50) or empty. `slow_release`: its words say so.
    """

    label: str
    named: bool
    known: bool
    classes: frozenset[str]
    parts: frozenset[str]
    ingredients: tuple[str, ...]
    telling: tuple[str, ...] = ()
    form: str = ""
    product: str = ""
    long_acting: bool = False
    neuraxial: bool = False
    low_dose_words: bool = False
    slow_release: bool = False
    conflict: bool = False
    texts: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """Its name for a headline or a button: what the chart calls it, or the ingredient that matters where that is long."""
        if len(self.label) <= _HEADLINE or not self.telling:
            return cut(self.label, _HEADLINE)
        kind = _KINDS.get(self.product) or _KINDS.get(self.form, "")
        others = [name for name in self.ingredients if name not in self.telling]
        if len(self.ingredients) <= _FEW:
            return " and ".join((*self.telling, *others)) + kind
        return f"{' and '.join(self.telling[:_FEW])}{' combination' if others else ''}{kind}"

    @property
    def recognised(self) -> bool:
        """Can anything be said of it? False is a reason for check-incomplete."""
        return self.named or self.known

    @property
    def is_opioid(self) -> bool:
        """Is it an opioid agonist or partial agonist that acts in the brain?"""
        return OPIOID in self.parts

    @property
    def is_naltrexone(self) -> bool:
        """Is it naltrexone, alone or with bupropion?"""
        return NALTREXONE in self.parts


def recognise(terminology: Terminology, concepts: tuple[Coded, ...], manner: str = "", dosage: str = "") -> Drug:
    """Which drug do these concepts name? Several concepts are one drug: its code, its ingredients, its reference's display.

    `manner` is the wording of route and dose form, `dosage` that of its use; they can tell a patch, a pump or an epidural.
    """
    if terminology.local:
        concepts = tuple(_with_local_name(terminology, concept) for concept in concepts)
    length = len(manner) + len(dosage) + sum(len(text) for concept in concepts for text in concept.texts)
    return _remembered(terminology, concepts, manner, dosage) if length <= _REMEMBERED else _recognise(terminology, concepts, manner, dosage)


def _with_local_name(terminology: Terminology, concept: Coded) -> Coded:
    """The concept with the name that the site gave to its own code, where it did."""
    names = (
        terminology.local.get(f"{coding.system.strip()}|{coding.code.strip()}") or terminology.local.get(coding.code.strip())
        for coding in concept.codings
        if coding.code.strip()
    )
    added = tuple(Coding(display=name) for name in dict.fromkeys(names) if name)
    return replace(concept, codings=concept.codings + added) if added else concept


def _recognise(terminology: Terminology, concepts: tuple[Coded, ...], manner: str, dosage: str) -> Drug:
    texts = tuple(dict.fromkeys(text for concept in concepts for text in concept.texts))
    coded = [hit for concept in concepts for coding in concept.codings if (hit := by_code(terminology, coding)) is not None]
    spoken = [hit for text in texts for hit in by_words(terminology, text)]
    hits = coded + spoken
    classes = frozenset(name for hit in hits for name in hit.classes)
    ingredients = tuple(dict.fromkeys(name for hit in hits for name in hit.ingredients))
    combined = any(NALTREXONE in hit.classes and hit.classes & _AGONISTS for hit in hits)
    conflict = False
    if NALTREXONE in classes and classes & _AGONISTS:
        sequestered = combined or (not coded and set(ingredients) & _SEQUESTERING and all(_is_one_product(terminology, text) for text in texts))
        if sequestered:
            classes -= {NALTREXONE}
            ingredients = tuple(name for name in ingredients if name != NALTREXONE)
        else:
            conflict = True
    form = next((hit.form for hit in hits if hit.form), "")
    product = next((hit.product for hit in hits if hit.product), "")
    forms = frozenset({form}) if form else _spoken_forms(terminology, (*texts, manner))
    drug = Drug(
        label=_label(concepts, texts, ingredients),
        named=_named(terminology, texts),
        known=bool(hits),
        classes=classes,
        parts=frozenset(part.name for part in terminology.parts if _plays(part, classes, ingredients, forms)),
        ingredients=ingredients,
        telling=_telling(terminology, ingredients),
        form=form,
        product=product,
        conflict=conflict,
        texts=texts,
    )
    return _with_duration(terminology, drug, tuple(words(text) for text in (*texts, manner)), words(dosage))


_remembered = lru_cache(maxsize=16_384)(_recognise)


def _telling(terminology: Terminology, ingredients: tuple[str, ...]) -> tuple[str, ...]:
    """Which ingredients make it play a part? Those whose part makes a draft worth a check come first."""
    weight = {}
    for name in ingredients:
        hit = terminology.drug_names.get(words(name))
        played = [part for part in terminology.parts if hit is not None and _plays(part, hit.classes, hit.ingredients, frozenset())]
        if played:
            weight[name] = not any(part.relevant for part in played)
    return tuple(sorted(weight, key=lambda name: weight[name]))


def _spoken_forms(terminology: Terminology, texts: tuple[str, ...]) -> frozenset[str]:
    """Which dose forms do the words tell, where neither code nor name does?"""
    said = [words(text) for text in texts if text]
    return frozenset(name for name, phrases in terminology.forms.items() if any(holds(text, phrase) for text in said for phrase in phrases))


def _plays(part: Part, classes: frozenset[str], ingredients: tuple[str, ...], forms: frozenset[str]) -> bool:
    if not part.classes & classes or forms & part.not_forms:
        return False
    if ingredients and set(ingredients) <= part.not_ingredients:
        return False
    return not part.ingredients or bool(part.ingredients & set(ingredients))


def _named(terminology: Terminology, texts: tuple[str, ...]) -> bool:
    nameless = terminology.words["no_name"]
    return any(any(word.isalpha() for word in words(text)) and words(text) not in nameless for text in texts)


def _label(concepts: tuple[Coded, ...], texts: tuple[str, ...], ingredients: tuple[str, ...]) -> str:
    shown = calm(next((safe for text in texts if (safe := plain(text))), ""))
    known = [name for name in ingredients if name]
    if shown and known and not any(name.casefold() in shown.casefold() for name in known):
        return f"{shown} ({plain(' and '.join(known[:2]))})"
    if shown:
        return shown
    if known:
        return plain(" and ".join(known[:3]))
    code = next((coding.code for concept in concepts for coding in concept.codings if coding.code), "")
    return f"code {plain(code, 24)}" if plain(code, 24) else "a medication without a name"


def by_code(terminology: Terminology, coding: Coding) -> DrugCode | None:
    """What does this one code say? RxNorm (retired codes too), NDC, ATC, UNII and SNOMED CT; None when unknown."""
    system = terminology.systems.get(coding.system.strip().rstrip("/")) or terminology.systems.get(coding.system.strip())
    code = coding.code.strip()
    if system is None or not code:
        return None
    if system == "ndc":
        hits = [hit for form in ndc_forms(code) if (hit := terminology.drugs.get(("ndc", form))) is not None]
        return next((hit for hit in hits if hit.classes & _AGONISTS), hits[0] if hits else None)
    if system == "unii":
        code = code.upper()
    if system == "atc":
        code = code.upper()
        exact = terminology.drugs.get(("atc", code))
        groups = (terminology.drug_prefixes.get(("atc", code[:size])) for size in range(len(code), 2, -1))
        return exact or next((group for group in groups if group is not None), None)
    return terminology.drugs.get((system, code))


def ndc_forms(code: str) -> tuple[str, ...]:
    """Which 11-digit and 9-digit look-up keys may this NDC mean? Dashes tell 5-4-2; bare ten digits are ambiguous."""
    parts = code.split("-")
    digits = "".join(parts)
    if not digits.isascii() or not digits.isdigit():
        return ()
    if len(parts) == 3:
        eleven = [parts[0].zfill(5) + parts[1].zfill(4) + parts[2].zfill(2)]
    elif len(parts) == 2:
        return (parts[0].zfill(5) + parts[1].zfill(4),)
    elif len(digits) == 10:
        eleven = ["0" + digits, digits[:5] + "0" + digits[5:], digits[:9] + "0" + digits[9:]]
    else:
        eleven = [digits]
    return tuple(form for whole in eleven if len(whole) in (9, 11) for form in dict.fromkeys((whole, whole[:9])))


def by_words(terminology: Terminology, text: str) -> tuple[DrugCode, ...]:
    """Which drugs does this text name? Whole words, the longest name first, excludes before all.

    A drug that is only mentioned behind another ("stop oxycodone first") is not named.
    """
    sequence = words(text)
    whole = terminology.whole_names.get(sequence)
    if whole is not None:
        return (whole,)
    return tuple(hit for _, _, hit in _named_at(terminology, sequence))


def _named_at(terminology: Terminology, sequence: Words) -> list[tuple[int, int, DrugCode]]:
    """The drugs that these words name, each with the place where its name begins and ends."""
    found: list[tuple[int, int, DrugCode]] = []
    at = 0
    while at < len(sequence):
        names = terminology.drug_name_starts.get(sequence[at])
        name = next((n for n in names if sequence[at : at + len(n)] == n), None) if names else None
        if name is not None and name in terminology.numbered_names and _counts(terminology, sequence[at + len(name) :]):
            name = next((n for n in terminology.drug_name_starts[sequence[at]] if len(n) < len(name) and sequence[at : at + len(n)] == n), None)
        if name is None:
            at += 1
            continue
        if not _is_mentioned(terminology, sequence, at, found[-1][1] if found else None) and sequence[at + len(name) : at + len(name) + 1] != (
            "free",
        ):
            found.append((at, at + len(name), terminology.drug_names[name]))
        at += len(name)
    return found


def _is_mentioned(terminology: Terminology, sequence: Words, at: int, behind: int | None) -> bool:
    """Is the drug named here only mentioned? `behind` is where the last drug we know ended.

    Behind a drug we know any word of mention will do, unless the text goes on to say that it is taken now; without one only
    words right before it ("no kratom"), and behind one that we do not know only words that can mean nothing else.
    """
    before = sequence[max(behind or 0, at - _NEAR) : at]
    if behind is not None:
        ends = [place + len(phrase) for place, phrase in listed.of(terminology, "mention").places(before)]
        taken_again = bool(ends) and listed.of(terminology, "taken_now").stand_in(before[max(ends) :])
        return before[-1:] == ("no",) or (bool(ends) and not taken_again)
    if before in terminology.words["mention_first"] or listed.of(terminology, "mention_alone").end(before):
        return True
    places = [place for place, _ in listed.of(terminology, "mention_sure").places(before)]
    return any(len(word) >= _A_NAME for place in places for word in before[:place])


def _counts(terminology: Terminology, behind: Words) -> bool:
    """Does what follows a number make it a count? "3 tabs", "3-4 tabs", "3 every 6 hours"; not "3 300-30 mg"."""
    return bool(behind) and (behind[:1] in terminology.words["count"] or (behind[0].isdigit() and len(behind[0]) == 1))


def _is_one_product(terminology: Terminology, text: str) -> bool:
    """Are naltrexone and the opioid in this text the two halves of one product, with nothing but salts and strengths between?"""
    sequence = words(text)
    hits = [hit for hit in _named_at(terminology, sequence) if NALTREXONE in hit[2].classes or hit[2].classes & _AGONISTS]
    between = [word for (_, end, _), (start, _, _) in pairwise(hits) for word in sequence[end:start]]
    joined = {phrase[0] for phrase in terminology.words["joined"]}
    return all(word in joined or word[0].isdigit() for word in between) and not any(holds(sequence, p) for p in terminology.words["low_dose"])


def _with_duration(terminology: Terminology, drug: Drug, texts: tuple[Words, ...], dosage: Words) -> Drug:
    """How long does it act? Depots, implants and pumps by product, form or words; then long-acting forms."""

    product = drug.product
    if not drug.is_opioid and not drug.is_naltrexone:
        return drug
    lists = terminology.words
    said = frozenset(name for text in texts for name in listed.standing_in(terminology, text))
    said_of_use = listed.standing_in(terminology, dosage)

    def says(name: str) -> bool:
        return name in said

    def used(name: str) -> bool:
        return name in said or name in said_of_use

    if says("implant"):
        product = "implant"
    elif drug.is_opioid and (used("implanted_pump") or (used("pump") and used("intrathecal")) or (says("pump") and not used("not_a_pump"))):
        product = "pump"
    elif drug.is_opioid and "buprenorphine" in drug.ingredients and not product:
        # a patch or film is never a depot; an injection that lasts is
        injected = drug.form == "injection" or says("injection")
        product = "depot-injection" if injected and says("depot") else ""
    elif drug.is_naltrexone and not product and "bupropion" in drug.ingredients:
        product = "combination"
    elif drug.is_naltrexone and not product and says("naltrexone_depot"):
        product = "depot-injection"
    if drug.is_naltrexone and product == "depot-injection" and says("oral_form") and not says("injection"):
        product = ""
    lasting = {phrase[0] for phrase in lists["long_acting_ingredients"]}
    illicit = says("illicit") and bool({phrase[0] for phrase in lists["illicit_long_acting"]} & set(drug.ingredients))
    long_acting = drug.is_opioid and (
        drug.form in ("extended-release", "patch", "implant")
        or product in ("depot-injection", "implant", "pump")
        or bool(lasting & set(drug.ingredients))
        or illicit
        or says("long_acting")
        or (says("long_acting_unless_rectal") and not used("rectal"))
        or used("long_acting_dosage")
    )
    return replace(
        drug,
        product=product,
        long_acting=long_acting,
        neuraxial=used("neuraxial"),
        low_dose_words=says("low_dose"),
        slow_release=drug.is_naltrexone and says("long_acting"),
    )
