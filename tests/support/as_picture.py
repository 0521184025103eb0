"""A scenario straight as a patient picture: no FHIR, no HTTP."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from cards.model import Library
from cds import dose
from cds.dose import DosageLine
from cds.evaluate import keys_of
from cds.patient import (
    Allergy,
    Condition,
    Day,
    Enzyme,
    Gap,
    GapKind,
    Kind,
    Medication,
    Order,
    Picture,
    Procedure,
    Screen,
    State,
    Unknown,
)
from cds.recognise import concepts, drugs
from cds.recognise.coded import Coded, Coding
from tests.support.as_request import _LISTS, _SYSTEMS
from tests.support.scenario import TODAY, Scenario, day

_ENDED = ("completed", "stopped")
_VOID = ("entered-in-error", "cancelled", "not-taken", "not-done", "declined", "draft")


def picture(scenario: Scenario, library: Library) -> Picture:
    """The facts of the scenario."""
    lists = {key.key for key in keys_of(scenario.hook, library)}
    had = lists - set(scenario.not_sent)
    term = library.terminology
    gaps = tuple(
        Gap(need=key.need, key=key.key, kind=GapKind.NOT_SENT, words=key.words, by_hand=key.by_hand, required=key.required)
        for key in keys_of(scenario.hook, library)
        if key.key not in had
    )
    entries = [_medication(entry, number, term) for number, entry in enumerate(scenario.medications)]
    entries = [entry for entry in entries if _list_of(entry.kind) in had]
    medication_lists = [key.key for key in keys_of(scenario.hook, library) if key.need == "medications"]
    results = "laboratory" in had
    return Picture(
        hook=scenario.hook,
        patient="Patient/pat-1",
        asked=datetime.combine(TODAY, time(12), tzinfo=UTC),
        orders=tuple(order for number, entry in enumerate(scenario.orders) if (order := _order(entry, number, scenario, term))),
        medications=tuple(entries) if any(key in had for key in medication_lists) else Unknown(why="not sent"),
        conditions=_conditions(scenario, term) if "conditions" in had else Unknown(why="not sent"),
        allergies=_allergies(scenario, term) if "allergies" in had else Unknown(why="not sent"),
        screens=_screens(scenario, term) if results else Unknown(why="not sent"),
        enzymes=_enzymes(scenario, term) if results else Unknown(why="not sent"),
        procedures=_procedures(scenario, term) if "procedures" in had else Unknown(why="not sent"),
        gaps=gaps,
        malformed=(),
    )


def _list_of(kind: Kind) -> str:
    wanted = {
        Kind.REQUEST: "MedicationRequest",
        Kind.STATEMENT: "MedicationStatement",
        Kind.DISPENSE: "MedicationDispense",
        Kind.ADMINISTRATION: "MedicationAdministration",
    }[kind]
    return next(key for key, resource in _LISTS.items() if resource == wanted)


def coded(entry: dict[str, Any], text: str | None) -> Coded:
    codings = tuple(Coding(system=_SYSTEMS[name], code=entry[name]) for name in _SYSTEMS if name in entry)
    return Coded(codings=codings, text=text or "")


def _day(offset: int | None, clock: str | None = None) -> Day | None:
    if offset is None:
        return None
    exact = day(offset)
    moment = datetime.fromisoformat(f"{exact.isoformat()}T{clock}:00").replace(tzinfo=UTC) if clock else None
    return Day(earliest=exact, latest=exact, moment=moment)


def _order(entry: dict[str, Any], number: int, scenario: Scenario, term: Any) -> Order | None:
    over = () if scenario.hook == "medication-refill" else _ENDED
    if entry.get("do_not_perform") or entry.get("status") in (*_VOID[:-1], *over):
        return None
    drug = drugs.recognise(term, (coded(entry, entry.get("drug")),))
    lines = (DosageLine(text=entry["dose"]),) if "dose" in entry else ()
    medication = Medication(
        key=f"order:{number}",
        kind=Kind.DRAFT,
        drug=drug,
        state=State.ACTIVE,
        status="draft",
        reference=f"MedicationRequest/draft-{number}",
        written=_day(0),
        dose=dose.read(lines, drug.texts),
    )
    focus = scenario.hook != "order-select" or not scenario.selected or number in scenario.selected
    return Order(medication=medication, in_focus=focus, index=number)


def _medication(entry: dict[str, Any], number: int, term: Any) -> Medication:
    kind = Kind(entry.get("kind", "request"))
    status = entry.get("status", "active")
    void = status in _VOID or entry.get("do_not_perform") or entry.get("intent", "order") in ("proposal", "plan", "option")
    drug = drugs.recognise(term, (coded(entry, entry.get("drug")),), entry.get("route", ""))
    written, ended = _day(entry.get("written"), entry.get("at")), _day(entry.get("ended"))
    if kind is Kind.ADMINISTRATION:
        ended = written
    resource = {
        Kind.REQUEST: "MedicationRequest",
        Kind.STATEMENT: "MedicationStatement",
        Kind.DISPENSE: "MedicationDispense",
        Kind.ADMINISTRATION: "MedicationAdministration",
    }[kind]
    return Medication(
        key=f"chart:{number}",
        kind=kind,
        drug=drug,
        state=State.VOID if void else State.ENDED if status in _ENDED else State.ACTIVE,
        status=status,
        reference=f"{resource}/{entry.get('id', f'med-{number}')}",
        written=written,
        ended=ended,
        supply_days=entry.get("supply"),
        supply_from=written,
        orders=(f"MedicationRequest/{entry['of']}",) if "of" in entry else (),
        dose=dose.read((), drug.texts),
        route=entry.get("route", ""),
    )


def _conditions(scenario: Scenario, term: Any) -> tuple[Condition, ...]:
    found = []
    for number, entry in enumerate(scenario.conditions):
        meaning = concepts.condition(term, coded(entry, entry.get("text")))
        if not meaning.concepts:
            continue
        clinical = entry.get("clinical", "active")
        stands = entry.get("verification", "confirmed") not in ("refuted", "entered-in-error")
        active = stands and clinical in ("", "active", "recurrence", "relapse") and not meaning.historical
        found.append(
            Condition(
                label=entry.get("text", "condition"),
                concepts=meaning.concepts,
                active=active,
                past=stands and not active,
                remission=clinical == "remission" or meaning.historical,
                reference=f"Condition/cond-{number}",
                recorded=_day(entry.get("recorded")),
                onset=_day(entry.get("recorded")),
            )
        )
    return tuple(found)


def _allergies(scenario: Scenario, term: Any) -> tuple[Allergy, ...]:
    found = []
    for number, entry in enumerate(scenario.allergies):
        drug = drugs.recognise(term, (coded(entry, entry.get("text")),))
        out = entry.get("clinical", "active") in ("inactive", "resolved") or entry.get("verification") in ("refuted", "entered-in-error")
        if out or not drug.known or entry.get("text", "").casefold().startswith("no known"):
            continue
        reactions = tuple(entry.get("reactions", ()))
        mild = ("nausea", "headache", "vivid dreams", "insomnia")
        found.append(
            Allergy(
                label=drug.label,
                drug=drug,
                reactions=reactions,
                side_effects_only=bool(reactions) and all(reaction.casefold() in mild for reaction in reactions),
                intolerance=entry.get("type") == "intolerance",
                low_criticality=entry.get("criticality") == "low",
                verification=entry.get("verification", "confirmed"),
                reference=f"AllergyIntolerance/alg-{number}",
            )
        )
    return tuple(found)


def _screens(scenario: Scenario, term: Any) -> tuple[Screen, ...]:
    found = []
    for number, entry in enumerate(scenario.results):
        concept = coded(entry, entry.get("test"))
        meaning = concepts.test(term, concept)
        result = concepts.result(term, Coded(text=entry.get("result", "")))
        if result is None or not any(name.startswith("uds-") for name in meaning.concepts) or entry.get("status") == "entered-in-error":
            continue
        found.append(
            Screen(
                label=entry.get("test", "test"),
                concepts=meaning.concepts,
                substances=meaning.substances,
                group=meaning.group,
                confirmatory=meaning.confirmatory,
                result=result,
                taken=_day(entry.get("taken")),
                reference=f"Observation/obs-{number}",
            )
        )
    return tuple(found)


def _enzymes(scenario: Scenario, term: Any) -> tuple[Enzyme, ...]:
    found = []
    for number, entry in enumerate(scenario.results):
        meaning = concepts.test(term, coded(entry, entry.get("test")))
        for test in meaning.concepts & {"alt", "ast"}:
            found.append(
                Enzyme(
                    test=test,
                    value=Decimal(entry["value"]),
                    comparator="",
                    upper=Decimal(entry["upper"]) if "upper" in entry else None,
                    taken=_day(entry.get("taken")),
                    reference=f"Observation/obs-{number}",
                )
            )
    return tuple(found)


def _procedures(scenario: Scenario, term: Any) -> tuple[Procedure, ...]:
    found = []
    for number, entry in enumerate(scenario.procedures):
        text = entry.get("text", "")
        meaning = concepts.condition(term, coded(entry, text))
        removes = concepts.removed(term, text)
        if meaning.concepts or removes:
            found.append(
                Procedure(
                    label=text,
                    concepts=meaning.concepts,
                    removes=removes,
                    active=entry.get("status", "completed") in ("completed", "in-progress"),
                    done=_day(entry.get("done")),
                    reference=f"Procedure/proc-{number}",
                )
            )
    return tuple(found)
