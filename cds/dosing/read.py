"""How many milligrams a day does an order mean? Structure first, words by themselves, both kept; never a guess.

Pure: reads neutral dosage lines, knows no FHIR shape, no HTTP, no clock. A refusal carries its reason.
Definition of the daily dose: the clinical contract, "Daily dose".
"""

from dataclasses import replace
from decimal import Decimal

from cards.model import Policy
from cds.dosing import sig, structure
from cds.dosing.model import MOST_CHARACTERS, MOST_LINES, DosageLine, Dose, DoseClass, Step, Unread, plain, same
from cds.dosing.once import Once, once_of, strengths_of
from cds.dosing.schedule import worded
from cds.dosing.strength import Ratio, Strength, amounts, form_of, strength
from cds.dosing.words import by_words, told_to_the_patient


def read(
    lines: tuple[DosageLine, ...], product_texts: tuple[str, ...], order_text: str = "", *, ratios: tuple[Ratio, ...] = (), manner: str = ""
) -> Dose:
    """Which daily dose do these lines mean, with the strength that the product's name or its structure carries?

    `order_text` is the order's own wording, read where no line says anything; `ratios` are structured strengths, `manner` the words of
    route and form.
    """
    lines = tuple(told_to_the_patient(line) for line in lines)
    texts = tuple(line.text for line in lines if line.text)
    given = any(_says_something(line) for line in lines)
    if len(lines) > MOST_LINES:
        return Dose(why_not=f"more than {MOST_LINES} dosage lines", given=True)
    if any(len(text) > MOST_CHARACTERS for text in (*texts, *product_texts, order_text)):
        return Dose(why_not=f"a text of more than {MOST_CHARACTERS} characters is no dosage and no name", given=given)
    named = strength(product_texts, ratios, manner)
    product = _told_by_text(texts, named)
    all_amounts = _all_amounts(lines, texts, (*product_texts, order_text), product)
    steps, why_text, at, route = by_words(lines, product)
    base = Dose(
        amounts=all_amounts,
        given=given,
        words=" ; ".join(dict.fromkeys(texts)),
        stopped_at=at,
        text_why_not=why_text if texts else "",
        worded=steps,
        route=route,
        form=_form(product, texts, manner),
        # a tablet that the patient dissolves is still that tablet
        unit_mg=product.of_one("") or named.of_one("") or product.of_one("drop") or product.of_one("click"),
        mg_per_ml=product.of_ml(),
    )
    structured, whole, why = _by_structure(lines, product)
    if structured:
        told = steps or _told_otherwise(lines, product, structured)
        return _chosen(replace(base, structured=structured, worded=told), structured, told, whole)
    if steps:
        return replace(base, steps=steps, basis="text")
    if not given:
        return _by_name(base, (order_text, *product_texts), product)
    spoken_only = all(line.quantity is None and not line.amounts for line in lines)
    first, second = (why_text, why) if spoken_only else (why, why_text)
    return replace(base, why_not=first or second or "the amount or the frequency is missing or not readable")


def _says_something(line: DosageLine) -> bool:
    return bool(line.text or line.quantity is not None or line.amounts or line.per_day is not None)


def _by_name(base: Dose, texts: tuple[str, ...], product: Strength) -> Dose:
    """The dose of an order that gives no dosage but in its own words: "LDN 4.5 mg po qhs". A name with a strength alone is none."""
    found: dict[tuple[Step, ...], str] = {}
    for text in texts:
        try:
            found.setdefault(worded(text, Strength(form=product.form))[0], text)
        except Unread:
            continue
    if len(found) != 1:
        return replace(base, why_not="no dosage was given")
    steps, text = found.popitem()
    return replace(base, steps=steps, worded=steps, basis="text", words=text)


def _told_otherwise(lines: tuple[DosageLine, ...], product: Strength, structured: tuple[Step, ...]) -> tuple[Step, ...]:
    """The dose by words that give only an amount, only a rhythm, or another strength than the product's, where it differs from the structure.

    "Take 45 mg" beside 4.5 mg at bedtime, "twice daily" beside once: what the words leave out is taken from the structure.
    """
    line = lines[0]
    if len(lines) > 1 or not line.text or len(structured) > 1:
        return ()
    for daily in (_daily_alone(line, product, structured[0]), _daily_in_part(line, product, structured[0])):
        if daily is not None and not same(daily, structured[0].daily_mg):
            return (Step(daily_mg=daily),)
    return ()


def _daily_alone(line: DosageLine, product: Strength, structured: Step) -> Decimal | None:
    """The daily dose by the words' own strength, the product's left aside: "1.5 mL (15 mg) nightly"."""
    try:
        steps, _ = worded(line.text, Strength(form=product.form))
    except Unread:
        return None
    return steps[0].daily_mg if len(steps) == 1 else None


def _daily_in_part(line: DosageLine, product: Strength, structured: Step) -> Decimal | None:
    """The daily dose by an amount without a rhythm, or a rhythm without an amount."""
    phases = _words_of(line)
    if phases is None or len(phases[0].parts) != 1 or structured.once_mg is None or structured.times is None:
        return None
    part = phases[0].part
    if phases[0].change or phases[0].cap is not None or (part.amount is None) != part.timed():
        return None
    try:
        if part.amount is None:
            return plain(structured.once_mg * sig.times(part))
        return plain(once_of(part, strengths_of(sig.parse(line.text), product)).mg * structured.times)
    except Unread:
        return None


def _chosen(base: Dose, structured: tuple[Step, ...], worded_steps: tuple[Step, ...], whole: bool) -> Dose:
    """The steps of an order whose structure can be read: filled up by its words where both agree."""
    if not worded_steps:
        return replace(base, steps=structured, basis="structured" if whole else "both")
    if len(structured) == len(worded_steps) and all(same(one.daily_mg, other.daily_mg) for one, other in zip(structured, worded_steps, strict=True)):
        return replace(base, steps=tuple(_filled(one, other) for one, other in zip(structured, worded_steps, strict=True)), basis="both")
    if len(structured) == 1 and len(worded_steps) > 1 and same(structured[0].daily_mg, worded_steps[0].daily_mg):
        # the structure holds the first step only, the words the whole schedule
        return replace(base, steps=worded_steps, basis="both")
    return replace(base, steps=structured, basis="structured")


def _filled(one: Step, other: Step) -> Step:
    return Step(
        daily_mg=one.daily_mg,
        days=one.days if one.days is not None else other.days,
        once_mg=one.once_mg if one.once_mg is not None else other.once_mg,
        times=one.times if one.times is not None else other.times,
        count=one.count if one.count is not None else other.count,
        volume_ml=one.volume_ml if one.volume_ml is not None else other.volume_ml,
        moments=one.moments or other.moments,
        as_needed=one.as_needed or other.as_needed,
    )


def _by_structure(lines: tuple[DosageLine, ...], product: Strength) -> tuple[tuple[Step, ...], bool, str]:
    """The steps by structure; whether it needed no words; and why there are none."""
    if not lines:
        return (), False, ""
    whole = True
    try:
        out = []
        structured = any(line.quantity is not None or line.amounts for line in lines)
        for group in structure.arrange(lines):
            steps = []
            for line in group:
                dose, per_day, said = _line(line, product, structured)
                whole = whole and said is None
                timed = replace(line, moments=line.moments or said) if said else line
                steps.append(structure.step(timed, dose, per_day, product))
            out.append(structure.combined(steps))
        return tuple(out), whole, ""
    except Unread as unread:
        return (), False, unread.why


def _line(line: DosageLine, product: Strength, beside: bool) -> tuple[Once, Decimal, frozenset[str] | None]:
    """Dose and rhythm of one line, and the moments that the words added, where they were needed at all.

    The words may fill what the structure leaves out, never what it says in a way that cannot be read; a whole line only where
    other lines stand `beside` it that have a structure.
    """
    dose = structure.once(line, product)
    if line.rhythm_fault:
        raise Unread(line.rhythm_fault)
    if dose is not None and line.per_day is not None:
        return dose, line.per_day, None
    phases = _words_of(line)
    if dose is None and line.per_day is None:
        if not beside or phases is None:
            raise Unread("the structure holds no dose")
        # one of several lines that is in words alone
        part = phases[0].part
        if len(phases[0].parts) > 1 or phases[0].change or phases[0].cap is not None or phases[0].days is not None or part.divided:
            raise Unread("the structure holds no dose")
        return once_of(part, strengths_of(sig.parse(line.text), product)), sig.times(part), frozenset(part.moments)
    if dose is not None and not line.text and (often := structure.as_often_as_allowed(line, dose, product)) is not None:
        return dose, often, None
    if dose is None:
        if phases is None or phases[0].part.amount is None or phases[0].parts[1:]:
            raise Unread("the amount is missing")
        known = strengths_of(sig.parse(line.text), product) if line.text else None
        if known is None or line.per_day is None or (phases[0].part.timed() and not same(sig.times(phases[0].part), line.per_day)):
            raise Unread("the amount is missing")
        return once_of(phases[0].part, known), line.per_day, frozenset(phases[0].part.moments)
    if phases is None:
        raise Unread("the frequency is missing")
    part = phases[0].part
    if len(phases[0].parts) > 1 or not part.timed():
        raise Unread("the frequency is missing")
    return dose, sig.times(part), frozenset(part.moments)


def _words_of(line: DosageLine) -> list[sig.Phase] | None:
    if not line.text:
        return None
    try:
        phases = sig.parse(line.text).phases
    except Unread:
        said = sig.rhythm(line.text)
        return (
            [sig.Phase(parts=[sig.Part(rates=[said[0]], moments=sorted(said[1]) if said[0] == len(said[1]) else [])])] if said is not None else None
        )
    return phases if len(phases) == 1 else None


def _told_by_text(texts: tuple[str, ...], product: Strength) -> Strength:
    """The product's strength, or where it has none that of the words: 1 capsule (1.5 mg)."""
    if product.masses and product.per_ml:
        return product
    for text in texts:
        try:
            known = strengths_of(sig.parse(text), product)
        except Unread:
            continue
        masses = frozenset((form, mg) for form, mg in known.each.items() if mg > 0)
        if not product.masses and masses:
            product = replace(product, masses=masses)
        if not product.per_ml and known.per_ml is not None:
            product = replace(product, per_ml=frozenset({known.per_ml}))
    return product


def _all_amounts(lines: tuple[DosageLine, ...], texts: tuple[str, ...], names: tuple[str, ...], product: Strength) -> tuple[Decimal, ...]:
    out: list[Decimal] = []
    for line in lines:
        try:
            dose = structure.once(line, product)
        except Unread:
            continue
        if dose is not None:
            out.append(dose.mg)
    return (*out, *(mg for text in (*texts, *names) for mg in amounts(text)))


def _form(product: Strength, texts: tuple[str, ...], manner: str) -> str:
    return product.form or form_of((*texts, manner))


def dose_class(dose: Dose, product: str, says_low: bool, policy: Policy) -> DoseClass:
    """Low, between or standard? By the highest step; by product for depots and combinations; else by what the words say."""
    if product in ("depot-injection", "implant", "combination"):
        return DoseClass.STANDARD
    low, standard = policy.quantity("dose.low-dose-up-to"), policy.quantity("dose.standard-from")
    highest = dose.highest_mg
    if highest is None:
        if says_low or (dose.amounts and max(dose.amounts) <= low):
            return DoseClass.LOW
        return DoseClass.UNKNOWN
    if highest <= low:
        return DoseClass.LOW
    return DoseClass.STANDARD if highest >= standard else DoseClass.BETWEEN
