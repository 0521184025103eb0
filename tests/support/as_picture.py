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
    Gap,
    GapKind,
    Kind,
    Lab,
    Medication,
    Order,
    Picture,
    Planned,
    Procedure,
    Screen,
    Sign,
    Source,
    State,
    Symptom,
    Unknown,
)
from cds.recognise import concepts, drugs, effects, excipients, procedures
from cds.recognise.coded import Coded, Coding
from cds.recognise.concepts import Result
from tests.support.as_request import _LISTS, _SYSTEMS
from tests.support.scenario import TODAY, Scenario, birthday, day, dosage, moment

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
        labs=_labs(scenario, term) if results else Unknown(why="not sent"),
        signs=_signs(scenario, term) if "pregnancyStatus" in had else Unknown(why="not sent"),
        symptoms=_symptoms(scenario, term) if "symptoms" in had else Unknown(why="not sent"),
        procedures=_procedures(scenario, term) if "procedures" in had else Unknown(why="not sent"),
        planned=_planned(scenario, term, had),
        born=_born(scenario, had),
        by_patient=scenario.user.startswith(("Patient/", "RelatedPerson/")),
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


def _lines(entry: dict[str, Any]) -> tuple[DosageLine, ...]:
    steps = dosage(entry)
    return tuple(
        DosageLine(
            sequence=number if len(steps) > 1 else None,
            text=step.get("dose", ""),
            quantity=Decimal(step["mg"]) if "mg" in step else None,
            unit="mg" if "mg" in step else "",
            per_day=Decimal(1) if "mg" in step else None,
            days=step.get("days"),
            as_needed=step["as_needed"],
        )
        for number, step in enumerate(steps, start=1)
    )


def _order(entry: dict[str, Any], number: int, scenario: Scenario, term: Any) -> Order | None:
    over = () if scenario.hook == "medication-refill" else _ENDED
    if entry.get("do_not_perform") or entry.get("status") in (*_VOID[:-1], *over):
        return None
    drug = drugs.recognise(term, (coded(entry, entry.get("drug")),))
    lines = _lines(entry)
    medication = Medication(
        key=f"order:{number}",
        kind=Kind.DRAFT,
        drug=drug,
        state=State.ACTIVE,
        status="draft",
        reference=f"MedicationRequest/draft-{number}",
        written=_day(0),
        dose=dose.read(lines, drug.texts),
        reasons=concepts.condition(term, Coded(text=entry["reason"])).concepts if "reason" in entry else frozenset(),
        replaces=f"MedicationRequest/{entry['replaces']}" if "replaces" in entry else None,
        has_reason="reason" in entry,
        as_needed=entry.get("as_needed", False) or "as needed" in entry.get("dose", ""),
        fill_days=entry.get("fill"),
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
        began=written if kind is Kind.STATEMENT else None,
        supply_days=entry.get("supply"),
        supply_from=written,
        orders=(f"MedicationRequest/{entry['of']}",) if "of" in entry else (),
        dose=dose.read(_lines(entry), drug.texts),
        ineffective="because" in entry and status in _ENDED and entry["because"] in ("no effect", "Lack of effect"),
        effects=effects.effects(term, Coded(text=entry.get("because", ""))) if status in _ENDED else frozenset(),
        ended_for=entry.get("because", "") if status in _ENDED else "",
        route=entry.get("route", ""),
    )


def _conditions(scenario: Scenario, term: Any) -> tuple[Condition, ...]:
    found = []
    for number, entry in enumerate(scenario.conditions):
        meaning = concepts.condition(term, coded(entry, entry.get("text")))
        felt = effects.effects(term, coded(entry, entry.get("text")))
        if not meaning.concepts and not felt:
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
                weeks=concepts.weeks_of_gestation(term, coded(entry, entry.get("text"))),
                effects=felt,
            )
        )
    return tuple(found)


def _allergies(scenario: Scenario, term: Any) -> tuple[Allergy, ...]:
    found = []
    for number, entry in enumerate(scenario.allergies):
        drug = drugs.recognise(term, (coded(entry, entry.get("text")),))
        inert = excipients.excipients(term, coded(entry, entry.get("text")))
        out = entry.get("clinical", "active") in ("inactive", "resolved") or entry.get("verification") in ("refuted", "entered-in-error")
        if out or not (drug.known or inert) or entry.get("text", "").casefold().startswith("no known"):
            continue
        reactions = tuple(entry.get("reactions", ()))
        mild = ("nausea", "headache", "vivid dreams", "insomnia")
        found.append(
            Allergy(
                label=drug.label,
                drug=drug,
                excipients=inert,
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


def _labs(scenario: Scenario, term: Any) -> tuple[Lab, ...]:
    found = []
    for number, entry in enumerate(scenario.results):
        for test in concepts.laboratory(term, coded(entry, entry.get("test"))) & term.measures.keys():
            if "value" not in entry:
                continue
            measure, unit = term.measures[test], term.units.get(entry.get("unit", "U/L"), "")
            factor = measure.factors.get(unit, Decimal(1))
            found.append(
                Lab(
                    test=test,
                    value=Decimal(str(entry["value"])) * factor,
                    comparator=entry.get("comparator", ""),
                    unit=measure.unit,
                    upper=Decimal(str(entry["upper"])) * factor if "upper" in entry else None,
                    taken=_day(entry.get("taken")),
                    reference=f"Observation/obs-{number}",
                )
            )
    return tuple(found)


def _signs(scenario: Scenario, term: Any) -> tuple[Sign, ...]:
    found = []
    for number, entry in enumerate(scenario.signs):
        (concept,) = concepts.laboratory(term, Coded(codings=(Coding(system=_SYSTEMS["loinc"], code=entry["loinc"]),)))
        says = {"Pregnant": Result.POSITIVE, "Breastfeeding": Result.POSITIVE, "Not pregnant": Result.NEGATIVE, "Not breastfeeding": Result.NEGATIVE}
        found.append(
            Sign(
                concept=concept,
                says=says[entry["says"]] if "says" in entry else None,
                taken=_day(entry.get("taken", 0)),
                due=day(entry["due"]) if "due" in entry else None,
                weeks=Decimal(entry["weeks"]) if "weeks" in entry else None,
                reference=f"Observation/sign-{number}",
            )
        )
    return tuple(found)


def _symptoms(scenario: Scenario, term: Any) -> tuple[Symptom, ...]:
    return tuple(
        Symptom(label=entry["text"], effects=found, taken=_day(entry.get("taken")), reference=f"Observation/symptom-{number}")
        for number, entry in enumerate(scenario.symptoms)
        if entry.get("says", "Present") != "Absent" and (found := effects.effects(term, Coded(text=entry["text"])))
    )


def _planned(scenario: Scenario, term: Any, had: set[str]) -> tuple[Planned, ...] | Unknown:
    ordered = [_plan(entry, f"plan-draft-{number}", term, in_call=True, hook=scenario.hook) for number, entry in enumerate(scenario.plans_ordered)]
    lists = {"appointment": "appointments", "request": "serviceRequests", "procedure": "procedures"}
    listed = [
        _plan(entry, f"plan-{number}", term, in_call=False, hook=scenario.hook)
        for number, entry in enumerate(scenario.plans)
        if lists[entry.get("kind", "appointment")] in had
    ]
    found = tuple(one for one in (*ordered, *listed) if one is not None)
    return found if found or had & {"appointments", "serviceRequests"} else Unknown(why="not sent")


def _plan(entry: dict[str, Any], name: str, term: Any, *, in_call: bool, hook: str) -> Planned | None:
    if entry.get("status") in ("cancelled", "revoked", "noshow", "fulfilled", "completed", "entered-in-error"):
        return None
    operation = procedures.operation(term, (Coded(text=entry["text"]),))
    if operation is None:
        return None
    kind = entry.get("kind", "appointment" if hook == "appointment-book" or not in_call else "request")
    when = None
    if (written := moment(entry)) is not None:
        if "clock" in entry:
            local = datetime.fromisoformat(written.replace("Z", "+00:00"))
            in_utc = local.astimezone(UTC)
            when = Day(earliest=in_utc.date(), latest=in_utc.date(), moment=in_utc, local=local)
        else:
            when = _day(entry["day"])
    source = {"appointment": Source.APPOINTMENT, "request": Source.REQUEST, "procedure": Source.PROCEDURE}[kind]
    resource = {"appointment": "Appointment", "request": "ServiceRequest", "procedure": "Procedure"}[kind]
    return Planned(key=name, source=source, label=operation.label, when=when, in_call=in_call, in_focus=in_call, reference=f"{resource}/{name}")


def _born(scenario: Scenario, had: set[str]) -> Day | Unknown:
    if "patient" not in had or scenario.born is None:
        return Unknown(why="no birth date")
    exact = birthday(scenario.born)
    return Day(earliest=exact, latest=exact)


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
