"""Conditions, allergies, procedures and the patient's own entry to facts of the patient picture.

Statuses are judged here; what concerns no finding is left out, what cannot be read is named.
"""

from datetime import date

from cards.model import Terminology
from cards.words import words
from cds.call import Json
from cds.fhir import codes, dates, views
from cds.fhir.references import name_of
from cds.patient import Allergy, Condition, Day, Procedure
from cds.recognise import concepts, drugs, effects, excipients, listed
from cds.recognise.coded import Coded, plain

Faults = tuple[str, ...]
_OVER = frozenset({"inactive", "remission", "resolved"})
_CLINICAL = _OVER | {"", "active", "recurrence", "relapse", "unknown"}
_VERIFICATION = frozenset({"", "confirmed", "provisional", "differential", "unconfirmed", "presumed", "refuted", "entered-in-error", "unknown"})
_REFUTED = frozenset({"refuted", "entered-in-error"})
SAYS_NOTHING = "code: neither words nor a code of a known system"
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


def label(concept: Coded, terminology: Terminology) -> str:
    """What the chart calls it, safe to show; else what our list calls its code; else the code."""
    named = (*concept.texts, *concepts.listed_names(terminology, concept))
    return next((safe for text in named if (safe := plain(text))), "") or next((plain(c.code, 24) for c in concept.codings), "")


def _strange(clinical: str, verification: str) -> Faults:
    """Status words that FHIR does not have: they count as if nothing were said, and are named."""
    read = (("clinicalStatus", clinical, _CLINICAL), ("verificationStatus", verification, _VERIFICATION))
    return tuple(f"unknown {member}: {plain(word, 24)}" for member, word, known in read if word not in known)


def condition(raw: Json, terminology: Terminology, today: date) -> tuple[Condition | None, Faults]:
    """Which condition is this, and does it stand? None when it is none of those that findings ask for.

    An end that lies ahead, such as an expected delivery, is no end yet.
    """
    view, faults = views.read(views.ConditionView, raw)
    concept = codes.coded(view.code)
    faults = (*faults, *codes.too_long("code", concept))
    meaning = concepts.condition(terminology, concept)
    clinical, verification = codes.status_word(view.clinicalStatus), codes.status_word(view.verificationStatus)
    faults = (*faults, *_strange(clinical, verification))
    felt = effects.effects(terminology, concept)
    if not meaning.concepts and not felt:
        silent = clinical not in _OVER and verification not in _REFUTED and not concepts.speaks(terminology, concept)
        return None, (*faults, SAYS_NOTHING) if silent else faults
    ends = dates.first(dates.day(view.abatementDateTime), dates.end(view.abatementPeriod))
    abated = any((view.abatementDateTime, view.abatementPeriod, view.abatementBoolean, view.abatementString, view.abatementAge))
    abated = abated and not (ends is not None and ends.earliest > today)
    stands = verification not in _REFUTED
    active = stands and clinical not in _OVER and not (abated and not clinical)
    onset = dates.first(dates.day(view.onsetDateTime), dates.start(view.onsetPeriod))
    recorded = dates.first(dates.day(view.recordedDate), dates.day(view.assertedDate))
    return (
        Condition(
            label=label(concept, terminology),
            concepts=meaning.concepts,
            active=active and not meaning.historical,
            past=stands and (not active or meaning.historical),
            remission=clinical == "remission" or meaning.historical,
            reference=name_of(raw),
            recorded=recorded or onset,
            onset=onset or recorded,
            ends=ends,
            weeks=concepts.weeks_of_gestation(terminology, concept),
            effects=felt,
        ),
        faults,
    )


def allergy(raw: Json, terminology: Terminology) -> tuple[Allergy | None, Faults]:
    """Is this an allergy to a drug or an excipient we know, that counts? Inactive, resolved and refuted ones do not."""
    view, faults = views.read(views.AllergyView, raw)
    clinical, verification = codes.status_word(view.clinicalStatus), codes.status_word(view.verificationStatus)
    faults = (*faults, *_strange(clinical, verification))
    if clinical in ("inactive", "resolved") or verification in _REFUTED:
        return None, faults
    substances = [codes.coded(reaction.substance) for reaction in view.reaction or () if reaction.substance]
    named = [codes.coded(view.code), codes.coded(view.substance), *substances]
    faults = (*faults, *codes.too_long("code", *named))
    if any(_denies(text, terminology) for part in named for text in part.texts):
        return None, faults
    drug = drugs.recognise(terminology, tuple(part for part in named if part.codings or part.text))
    inert = frozenset(group for part in named for group in excipients.excipients(terminology, part))
    if not drug.known and not inert:
        return None, faults if any(concepts.speaks(terminology, part) for part in named) else (*faults, SAYS_NOTHING)
    signs = [codes.coded(sign) for reaction in view.reaction or () for sign in reaction.manifestation or ()]
    signs += [Coded(text=reaction.description) for reaction in view.reaction or () if reaction.description]
    reactions = tuple(dict.fromkeys(shown for sign in signs if (shown := label(sign, terminology))))
    return (
        Allergy(
            label=drug.label,
            drug=drug,
            excipients=inert,
            reactions=reactions,
            side_effects_only=bool(reactions) and all(_side_effect(sign, terminology) for sign in signs),
            intolerance=codes.status_word(view.type) == "intolerance",
            low_criticality=(view.criticality or "").strip().casefold() == "low",
            verification=plain(verification or ("unconfirmed" if clinical == "" else ""), 24),
            reference=name_of(raw),
            recorded=dates.first(dates.day(view.recordedDate), dates.day(view.onsetDateTime)),
            effects=frozenset(group for sign in signs for group in effects.effects(terminology, sign)),
        ),
        faults,
    )


def _denies(text: str, terminology: Terminology) -> bool:
    return words(text)[:2] == ("no", "known")


def _side_effect(sign: Coded, terminology: Terminology) -> bool:
    """Is this reaction nothing but known side effects, by its code or in every word? "Nausea and hives" is not."""
    if not sign.texts:
        return "naltrexone-side-effect" in concepts.condition(terminology, sign).concepts
    known = listed.of(terminology, "side_effects")
    for text in sign.texts:
        sequence, at = words(text), 0
        while at < len(sequence):
            size = known.begin(sequence, at) or (sequence[at] in _FILLERS)
            if not size:
                return False
            at += size
    return True


def procedure(raw: Json, terminology: Terminology) -> tuple[Procedure | None, Faults]:
    """Does this procedure concern opioids: agonist treatment, or the removal of an implant or pump?"""
    view, faults = views.read(views.ProcedureView, raw)
    status = (view.status or "").strip().casefold()
    if status in ("entered-in-error", "not-done", "aborted") or view.notDone:
        return None, faults
    concept = codes.coded(view.code)
    faults = (*faults, *codes.too_long("code", concept))
    meaning = concepts.condition(terminology, concept)
    removes = frozenset(kind for text in concept.texts for kind in concepts.removed(terminology, text))
    if not meaning.concepts and not removes:
        return None, faults
    done = dates.first(dates.end(view.performedPeriod), dates.day(view.performedDateTime), dates.start(view.performedPeriod))
    return (
        Procedure(
            label=label(concept, terminology),
            concepts=meaning.concepts,
            removes=removes if status not in ("preparation", "suspended", "stopped") else frozenset(),
            active=status in ("", "in-progress", "completed", "unknown", "on-hold"),
            done=done,
            reference=name_of(raw),
        ),
        faults,
    )


def born(raw: Json) -> tuple[Day | None, Faults]:
    """When was this patient born?"""
    view, faults = views.read(views.PatientView, raw)
    return dates.day(view.birthDate), faults
