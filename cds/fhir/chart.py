"""Conditions, allergies, drug tests, liver enzymes and procedures to facts of the patient picture.

Statuses are judged here; what concerns no finding is left out, what cannot be read is named.
"""

from decimal import Decimal

from cards.model import Terminology
from cards.words import words
from cds.call import Json
from cds.fhir import codes, dates, views
from cds.fhir.references import name_of
from cds.patient import Allergy, Condition, Enzyme, Procedure, Screen
from cds.recognise import concepts, drugs
from cds.recognise.coded import Coded, plain
from cds.recognise.concepts import Result

Faults = tuple[str, ...]
_OVER = frozenset({"inactive", "remission", "resolved"})
_CLINICAL = _OVER | {"", "active", "recurrence", "relapse", "unknown"}
_VERIFICATION = frozenset({"", "confirmed", "provisional", "differential", "unconfirmed", "presumed", "refuted", "entered-in-error", "unknown"})
_REFUTED = frozenset({"refuted", "entered-in-error"})
_NO_RESULT = frozenset({"entered-in-error", "cancelled", "registered"})
_SAYS_NOTHING = "code: neither words nor a code of a known system"
_ENZYMES = ("alt", "ast")
_COMPARATORS = ("", "<", "<=", ">", ">=")
_FILLERS = frozenset(
    (
        "and",
        "or",
        "with",
        "mild",
        "moderate",
        "severe",
        "nos",
        "symptom",
        "finding",
        "disorder",
        "reaction",
        "side",
        "effect",
        "slight",
        "some",
        "only",
        "occasional",
    )
)


def _label(concept: Coded, terminology: Terminology) -> str:
    """What the chart calls it, safe to show; else what our list calls its code; else the code."""
    named = (*concept.texts, *concepts.listed_names(terminology, concept))
    return next((safe for text in named if (safe := plain(text))), "") or next((plain(c.code, 24) for c in concept.codings), "")


def _strange(clinical: str, verification: str) -> Faults:
    """Status words that FHIR does not have: they count as if nothing were said, and are named."""
    read = (("clinicalStatus", clinical, _CLINICAL), ("verificationStatus", verification, _VERIFICATION))
    return tuple(f"unknown {member}: {plain(word, 24)}" for member, word, known in read if word not in known)


def condition(raw: Json, terminology: Terminology) -> tuple[Condition | None, Faults]:
    """Which condition is this, and does it stand? None when it is none of those that findings ask for."""
    view, faults = views.read(views.ConditionView, raw)
    concept = codes.coded(view.code)
    meaning = concepts.condition(terminology, concept)
    clinical, verification = codes.status_word(view.clinicalStatus), codes.status_word(view.verificationStatus)
    faults = (*faults, *_strange(clinical, verification))
    if not meaning.concepts:
        silent = clinical not in _OVER and verification not in _REFUTED and not concepts.speaks(terminology, concept)
        return None, (*faults, _SAYS_NOTHING) if silent else faults
    abated = any((view.abatementDateTime, view.abatementPeriod, view.abatementBoolean, view.abatementString, view.abatementAge))
    stands = verification not in _REFUTED
    active = stands and clinical not in _OVER and not (abated and not clinical)
    onset = dates.first(dates.day(view.onsetDateTime), dates.start(view.onsetPeriod))
    recorded = dates.first(dates.day(view.recordedDate), dates.day(view.assertedDate))
    return (
        Condition(
            label=_label(concept, terminology),
            concepts=meaning.concepts,
            active=active and not meaning.historical,
            past=stands and (not active or meaning.historical),
            remission=clinical == "remission" or meaning.historical,
            reference=name_of(raw),
            recorded=recorded or onset,
            onset=onset or recorded,
        ),
        faults,
    )


def allergy(raw: Json, terminology: Terminology) -> tuple[Allergy | None, Faults]:
    """Is this an allergy to a drug we know that counts? Inactive, resolved and refuted ones do not."""
    view, faults = views.read(views.AllergyView, raw)
    clinical, verification = codes.status_word(view.clinicalStatus), codes.status_word(view.verificationStatus)
    faults = (*faults, *_strange(clinical, verification))
    if clinical in ("inactive", "resolved") or verification in _REFUTED:
        return None, faults
    concept = codes.coded(view.code or view.substance)
    substances = [codes.coded(reaction.substance) for reaction in view.reaction or () if reaction.substance]
    listed = [concept, *substances]
    if any(_denies(text, terminology) for part in listed for text in part.texts):
        return None, faults
    drug = drugs.recognise(terminology, tuple(part for part in listed if part.codings or part.text))
    if not drug.known:
        return None, faults if any(concepts.speaks(terminology, part) for part in listed) else (*faults, _SAYS_NOTHING)
    signs = [codes.coded(sign) for reaction in view.reaction or () for sign in reaction.manifestation or ()]
    signs += [Coded(text=reaction.description) for reaction in view.reaction or () if reaction.description]
    reactions = tuple(dict.fromkeys(shown for sign in signs if (shown := _label(sign, terminology))))
    return (
        Allergy(
            label=drug.label,
            drug=drug,
            reactions=reactions,
            side_effects_only=bool(reactions) and all(_side_effect(sign, terminology) for sign in signs),
            intolerance=codes.status_word(view.type) == "intolerance",
            low_criticality=(view.criticality or "").strip().casefold() == "low",
            verification=plain(verification or ("unconfirmed" if clinical == "" else ""), 24),
            reference=name_of(raw),
            recorded=dates.first(dates.day(view.recordedDate), dates.day(view.onsetDateTime)),
        ),
        faults,
    )


def _denies(text: str, terminology: Terminology) -> bool:
    return words(text)[:2] == ("no", "known")


def _side_effect(sign: Coded, terminology: Terminology) -> bool:
    """Is this reaction nothing but known side effects, by its code or in every word? "Nausea and hives" is not."""
    if not sign.texts:
        return "naltrexone-side-effect" in concepts.condition(terminology, sign).concepts
    left = [word for text in sign.texts for word in words(text)]
    for phrase in terminology.words["side_effects"]:
        for at in range(len(left) - len(phrase), -1, -1):
            if tuple(left[at : at + len(phrase)]) == phrase:
                left[at : at + len(phrase)] = []
    return not [word for word in left if word not in _FILLERS]


def observation(raw: Json, terminology: Terminology) -> tuple[tuple[Screen, ...], tuple[Enzyme, ...], Faults]:
    """Which drug tests and liver enzymes does this result hold? A panel holds one per component."""
    view, faults = views.read(views.ObservationView, raw)
    if (view.status or "").strip().casefold() in _NO_RESULT:
        return (), (), faults
    taken = dates.first(
        dates.day(view.effectiveDateTime),
        dates.end(view.effectivePeriod),
        dates.start(view.effectivePeriod),
        dates.day(view.effectiveInstant),
        dates.day(view.issued),
    )
    screens: list[Screen] = []
    enzymes: list[Enzyme] = []
    panel = codes.coded(view.code)
    if not any(concepts.speaks(terminology, codes.coded(part.code)) for part in (view, *(view.component or ()))):
        faults = (*faults, _SAYS_NOTHING)
    for part in (view, *(view.component or ())):
        concept = codes.coded(part.code)
        meaning = concepts.test(terminology, concept if part is view else _within(panel, concept))
        for enzyme in meaning.concepts & frozenset(_ENZYMES):
            value = codes.quantity(part.valueQuantity, terminology)
            comparator = (part.valueQuantity.comparator or "") if part.valueQuantity else ""
            if value is not None and value[1] == "U/L" and comparator in _COMPARATORS:
                enzymes.append(
                    Enzyme(test=enzyme, value=value[0], comparator=comparator, upper=_upper(part, terminology), taken=taken, reference=name_of(raw))
                )
        substances = frozenset(name for name in meaning.concepts if name.startswith("uds-"))
        outcome = _outcome(part, terminology) if substances else None
        if substances and outcome is None and _has_value(part):
            if _has_words(part):
                outcome = Result.OPEN  # a result, in words that say neither positive nor negative
            else:
                faults = (*faults, "value: neither words, codes nor an amount that can be read")
        if outcome is not None:
            screens.append(
                Screen(
                    label=_label(concept, terminology),
                    concepts=substances,
                    substances=meaning.substances,
                    group=meaning.group,
                    confirmatory=meaning.confirmatory,
                    result=outcome,
                    taken=taken,
                    reference=name_of(raw),
                )
            )
    return tuple(screens), tuple(enzymes), faults


def _has_words(part: views.Component) -> bool:
    return bool((part.valueString or "").strip() or codes.coded(part.valueCodeableConcept).texts)


def _has_value(part: views.Component) -> bool:
    return any(value is not None for value in (part.valueCodeableConcept, part.valueQuantity, part.valueString))


def is_asked_for(raw: Json, terminology: Terminology) -> bool:
    """Is this result one of the tests that findings ask for, or does nobody know which test it is?"""
    view, _ = views.read(views.ObservationView, raw)
    listed = [codes.coded(part.code) for part in (view, *(view.component or ()))]
    return any(concepts.test(terminology, concept).concepts for concept in listed) or not any(concepts.speaks(terminology, c) for c in listed)


def _within(panel: Coded, part: Coded) -> Coded:
    """A component's own codes; its words gain those of the panel, which may say that it is urine."""
    return Coded(codings=part.codings, text=f"{panel.text or ''} {part.text or ''}".strip())


def _upper(part: views.Component, terminology: Terminology) -> Decimal | None:
    """The upper limit of normal of this very result, in U/L. Ranges of another type (therapeutic …) do not count."""
    for span in part.referenceRange or ():
        found = codes.quantity(span.high, terminology)
        kind = codes.status_word(span.type)
        if found is not None and found[1] in ("U/L", "") and kind in ("", "normal"):
            return found[0]
    return None


def _outcome(part: views.Component, terminology: Terminology) -> Result | None:
    """Positive or negative? By the value's words, then a truth value, then the laboratory's interpretation, then an amount.

    What is open in one of them is asked of the next; it stays open when none of them decides.
    """
    listed = part.interpretation if isinstance(part.interpretation, list) else [part.interpretation]
    said = [concepts.result(terminology, codes.coded(part.valueCodeableConcept)), concepts.result(terminology, Coded(text=part.valueString or ""))]
    if part.valueBoolean is not None:
        said.append(Result.POSITIVE if part.valueBoolean else Result.NEGATIVE)
    said += [concepts.result(terminology, codes.coded(concept)) for concept in listed]
    said.append(_by_amount(part, terminology))
    decided = [found for found in said if found in (Result.POSITIVE, Result.NEGATIVE)]
    return next(iter(decided), Result.OPEN if Result.OPEN in said else None)


def _by_amount(part: views.Component, terminology: Terminology) -> Result | None:
    """An amount is positive unless it is below the cut-off, or said to be below what can be measured."""
    comparator, number = "", None
    if part.valueQuantity is not None and (amount := codes.quantity(part.valueQuantity, terminology)) is not None:
        comparator, number = part.valueQuantity.comparator or "", amount[0]
    elif part.valueString:
        comparator, number = codes.written_amount(part.valueString)
    if number is None:
        return None
    cutoff = _cutoff(part)
    if comparator in ("<", "<=") or number <= 0:
        return Result.NEGATIVE
    return Result.NEGATIVE if cutoff is not None and number < cutoff else Result.POSITIVE


def _cutoff(part: views.Component) -> Decimal | None:
    """The amount from which this result is positive: the range's high end, in figures or in words such as <300 ng/mL."""
    for span in part.referenceRange or ():
        if span.high is not None and (number := codes.sane(span.high.value)) is not None:
            return number
        comparator, number = codes.written_amount(span.text or "")
        if comparator in ("<", "<=") and number is not None:
            return number
    return None


def procedure(raw: Json, terminology: Terminology) -> tuple[Procedure | None, Faults]:
    """Does this procedure concern opioids: agonist treatment, or the removal of an implant or pump?"""
    view, faults = views.read(views.ProcedureView, raw)
    status = (view.status or "").strip().casefold()
    if status in ("entered-in-error", "not-done", "aborted") or view.notDone:
        return None, faults
    concept = codes.coded(view.code)
    meaning = concepts.condition(terminology, concept)
    removes = frozenset(kind for text in concept.texts for kind in concepts.removed(terminology, text))
    if not meaning.concepts and not removes:
        return None, faults
    done = dates.first(dates.end(view.performedPeriod), dates.day(view.performedDateTime), dates.start(view.performedPeriod))
    return (
        Procedure(
            label=_label(concept, terminology),
            concepts=meaning.concepts,
            removes=removes if status not in ("preparation", "suspended", "stopped") else frozenset(),
            active=status in ("", "in-progress", "completed", "unknown", "on-hold"),
            done=done,
            reference=name_of(raw),
        ),
        faults,
    )
