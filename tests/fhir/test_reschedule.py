"""Every suggested dose is the client's own order with only the named paths changed, and reads back as what its button claims."""

import copy
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.medicationrequest import MedicationRequest
from flask.testing import FlaskClient

from cards.finding import Change, Form, Proposal
from cards.model import Library
from cds.call import Json
from cds.fhir.medications import medication
from cds.fhir.references import Shelf
from cds.fhir.suggestions import action
from tests.support import as_request
from tests.support.calls import naltrexone
from tests.support.scenario import Scenario, load_all
from tests.support.walk import places, put

MAY_CHANGE = {"dosageInstruction", "dispenseRequest", "medicationCodeableConcept"}
NIGHTLY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["HS"]}}


def ml(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "mL", "system": "http://unitsofmeasure.org", "code": "mL"}


def line(text: str, quantity: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    rates = {"doseAndRate": [{"type": {"text": "ordered"}, "doseQuantity": quantity}]} if quantity else {}
    return {
        "sequence": 1,
        "text": text,
        "timing": NIGHTLY,
        "route": {"text": "oral"},
        "extension": [{"url": "urn:x", "valueCode": "kept"}],
        **rates,
        **more,
    }


MG = {"value": 4.5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
SUPPLY = {"expectedSupplyDuration": {"value": 30, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}}
KEPT: dict[str, Any] = {"extension": [{"url": "urn:y", "valueString": "kept"}], "note": [{"text": "Call when ready."}]}
# each gives 4.5 mg a day
DRAFTS: dict[str, tuple[dict[str, Any], Form]] = {
    "mass": (
        naltrexone(
            medicationCodeableConcept={"text": "LDN, compounded"},
            dosageInstruction=[line("Take 4.5 mg by mouth at bedtime", MG)],
            dispenseRequest=SUPPLY,
            **KEPT,
        ),
        Form(),
    ),
    "one capsule": (
        naltrexone(
            medicationCodeableConcept={"text": "Naltrexone 4.5 mg capsule"},
            dosageInstruction=[line("Take 1 capsule (4.5 mg) by mouth at bedtime", {"value": 1, "unit": "capsule"})],
            dispenseRequest={**SUPPLY, "quantity": {"value": 30, "unit": "capsule"}},
            **KEPT,
        ),
        Form(name="capsule", unit_mg=Decimal("4.5")),
    ),
    "one capsule, with the code of the substance": (
        naltrexone(
            medicationCodeableConcept={
                "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "7243", "display": "naltrexone"}],
                "text": "naltrexone 4.5 mg oral capsule (compound)",
            },
            dosageInstruction=[line("Take 1 capsule (4.5 mg) by mouth at bedtime", {"value": 1, "unit": "capsule"})],
            dispenseRequest={**SUPPLY, "quantity": {"value": 30, "unit": "capsule"}},
            **KEPT,
        ),
        Form(name="capsule", unit_mg=Decimal("4.5")),
    ),
    "three capsules": (
        naltrexone(
            medicationCodeableConcept={"text": "Naltrexone 1.5 mg capsule"},
            dosageInstruction=[line("Take 3 capsules by mouth at bedtime", {"value": 3, "unit": "capsule"})],
            dispenseRequest={**SUPPLY, "quantity": {"value": 90, "unit": "capsule"}},
            **KEPT,
        ),
        Form(name="capsule", unit_mg=Decimal("1.5")),
    ),
    "liquid": (
        naltrexone(
            medicationCodeableConcept={"text": "Naltrexone 1 mg/mL oral solution"},
            dosageInstruction=[line("Take 4.5 mL (4.5 mg) by mouth at bedtime", ml(4.5))],
            dispenseRequest={**SUPPLY, "quantity": ml(135)},
            **KEPT,
        ),
        Form(name="solution", mg_per_ml=Decimal(1)),
    ),
    "words": (
        naltrexone(medicationCodeableConcept={"text": "LDN"}, dosageInstruction=[{"text": "4.5 mg nightly"}], **KEPT),
        Form(),
    ),
    "STU3": (
        naltrexone(
            medicationCodeableConcept={"text": "LDN"},
            dosageInstruction=[{"text": "4.5 mg at bedtime", "timing": NIGHTLY, "doseQuantity": MG}],
            **KEPT,
        ),
        Form(),
    ),
}
D = Decimal
CLAIMS: dict[str, dict[str, Any]] = {
    "1.5 mg": {"change": Change.SET_DOSE, "daily_mg": D("1.5")},
    "0.5 mg": {"change": Change.SET_DOSE, "daily_mg": D("0.5")},
    "the schedule": {"change": Change.SCHEDULE, "schedule": ((D("1.5"), 14), (D(3), 14), (D("4.5"), None))},
    "half for a week": {"change": Change.SCHEDULE, "schedule": ((D("0.75"), 7), (D("1.5"), None))},
    "the morning": {"change": Change.MORNING, "daily_mg": D("4.5")},
    "less, in the morning": {"change": Change.MORNING, "daily_mg": D("1.5")},
    "a capsule": {"change": Change.COMPOUND, "daily_mg": D("4.5")},
}


def offered(name: str, claim: str, library: Library) -> tuple[dict[str, Any], Json | None, Proposal]:
    draft, form = DRAFTS[name]
    proposal = Proposal(label="x", order="k", now_mg=D("4.5"), form=form, **CLAIMS[claim])
    # as the service reads JSON: numbers are exact
    raw = json.loads(json.dumps(draft), parse_float=Decimal)
    before = copy.deepcopy(raw)
    found = action(proposal, raw, "Do it", Shelf(), library.terminology)
    assert raw == before
    return raw, found, proposal


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("name", DRAFTS)
def test_a_suggested_dose_reads_back_as_what_it_claims(name: str, claim: str, library: Library) -> None:
    raw, found, proposal = offered(name, claim, library)
    assert found is not None, f"{claim} is not offered for {name}"
    changed = found["resource"]
    dose = medication(changed, "k", Shelf(), library.terminology, draft=True)[0].dose
    wanted = proposal.schedule or ((proposal.daily_mg, None),)
    assert [step.daily_mg for step in dose.steps] == [mg for mg, _ in wanted]
    assert [step.days for step in dose.steps[:-1]] == [days for _, days in wanted[:-1]]
    assert {key for key in raw.keys() | changed.keys() if raw.get(key) != changed.get(key)} <= MAY_CHANGE
    for written in changed["dosageInstruction"]:
        assert written.get("extension") == raw["dosageInstruction"][0].get("extension")
        assert written.get("route") == raw["dosageInstruction"][0].get("route")
    if name != "STU3":  # which R4B does not know
        MedicationRequest.model_validate(json.loads(json.dumps(changed, default=float)))


def contained(**product: Any) -> dict[str, Any]:
    out = naltrexone(
        contained=[
            {"resourceType": "Medication", "id": "m", "code": {"text": "Naltrexone 4.5 mg capsule"}, **product},
            {"resourceType": "Basic", "id": "b", "code": {"text": "kept"}},
        ],
        medicationReference={"reference": "#m"},
        dosageInstruction=[line("Take 1 capsule by mouth at bedtime", {"value": 1, "unit": "capsule"})],
        supportingInformation=[{"reference": "#b"}],
        **KEPT,
    )
    del out["medicationCodeableConcept"]
    return out


def changed(draft: dict[str, Any], claim: str, library: Library) -> Json | None:
    proposal = Proposal(label="x", order="k", now_mg=D("4.5"), form=Form(name="capsule", unit_mg=D("4.5")), **CLAIMS[claim])
    found = action(proposal, json.loads(json.dumps(draft), parse_float=Decimal), "Do it", Shelf(), library.terminology)
    return found["resource"] if found is not None else None


def test_the_words_of_a_contained_product_change_with_the_dose(library: Library) -> None:
    made = changed(contained(), "1.5 mg", library)
    assert made is not None
    assert made["contained"][0]["code"] == {"text": "Naltrexone 1.5 mg capsule"}
    assert made["contained"][1] == contained()["contained"][1]
    MedicationRequest.model_validate(json.loads(json.dumps(made, default=float)))


def test_a_strength_that_the_contained_product_states_in_structure_stays(library: Library) -> None:
    strength = {"numerator": {"value": 4.5, "unit": "mg", "code": "mg"}, "denominator": {"value": 1, "unit": "capsule"}}
    stated = contained(ingredient=[{"itemCodeableConcept": {"text": "naltrexone"}, "strength": strength}])
    assert changed(stated, "1.5 mg", library) is None


def test_a_product_that_is_pointed_at_is_replaced_by_words(library: Library) -> None:
    made = changed(contained(), "a capsule", library)
    assert made is not None
    assert made["medicationCodeableConcept"] == {"text": "Naltrexone 4.5 mg capsule, compounded"}
    assert "medicationReference" not in made
    assert [one["id"] for one in made["contained"]] == ["b"]
    MedicationRequest.model_validate(json.loads(json.dumps(made, default=float)))


def test_the_code_of_a_tablet_is_not_contradicted_by_words(library: Library) -> None:
    draft = copy.deepcopy(DRAFTS["one capsule"][0])
    draft["medicationCodeableConcept"]["coding"] = [
        {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1483744", "display": "naltrexone"}
    ]
    assert changed(draft, "1.5 mg", library) is None


def test_it_goes_where_the_client_said(library: Library) -> None:
    for said, expected in (
        ("Place 4.5 mL under the tongue at bedtime", " under the tongue "),
        ("Apply 4.5 mL to the skin at bedtime", " to the skin "),
    ):
        draft = naltrexone(
            medicationCodeableConcept={"text": "Naltrexone 1 mg/mL"}, dosageInstruction=[{**line(said, ml(4.5)), "route": {"text": "other"}}]
        )
        proposal = Proposal(label="x", order="k", now_mg=D("4.5"), form=Form(name="solution", mg_per_ml=D(1)), **CLAIMS["the schedule"])
        found = action(proposal, json.loads(json.dumps(draft), parse_float=Decimal), "Do it", Shelf(), library.terminology)
        assert found is not None
        assert all(expected in one["text"] for one in found["resource"]["dosageInstruction"])


def test_a_schedule_has_order_words_timing_length_and_amount(library: Library) -> None:
    _, found, _ = offered("three capsules", "the schedule", library)
    assert found is not None
    lines = found["resource"]["dosageInstruction"]
    assert [one["sequence"] for one in lines] == [1, 2, 3]
    assert lines[1]["text"] == "Take 3 mg (2 capsules) by mouth once daily at bedtime for 14 days"
    assert lines[1]["timing"]["repeat"]["boundsDuration"]["value"] == 14
    assert "boundsDuration" not in lines[2]["timing"]["repeat"]
    assert [one["doseAndRate"][0]["doseQuantity"]["value"] for one in lines] == [1, 2, 3]
    assert lines[0]["doseAndRate"][0]["type"] == {"text": "ordered"}
    assert found["resource"]["dispenseRequest"]["quantity"]["value"] == 14 + 2 * 14 + 3 * 2


def test_a_strength_that_cannot_give_the_steps_becomes_one_that_can(library: Library) -> None:
    _, found, _ = offered("one capsule", "the schedule", library)
    assert found is not None
    assert found["resource"]["medicationCodeableConcept"]["text"] == "Naltrexone 1.5 mg capsule"


def test_a_strength_that_a_code_fixes_stays_and_nothing_is_offered(library: Library) -> None:
    draft = copy.deepcopy(DRAFTS["one capsule"][0])
    draft["medicationCodeableConcept"]["coding"] = [{"system": "urn:local", "code": "1"}]
    proposal = Proposal(label="x", order="k", now_mg=D("4.5"), form=DRAFTS["one capsule"][1], **CLAIMS["1.5 mg"])
    assert action(proposal, json.loads(json.dumps(draft), parse_float=Decimal), "Do it", Shelf(), library.terminology) is None


def test_a_quantity_that_cannot_be_made_to_fit_is_said(library: Library) -> None:
    draft = copy.deepcopy(DRAFTS["three capsules"][0])
    del draft["dispenseRequest"]["expectedSupplyDuration"]
    proposal = Proposal(label="x", order="k", now_mg=D("4.5"), form=DRAFTS["three capsules"][1], **CLAIMS["the schedule"])
    found = action(proposal, json.loads(json.dumps(draft), parse_float=Decimal), "Do it", Shelf(), library.terminology)
    assert found is not None
    assert "check it" in found["description"]


def test_the_morning_leaves_no_word_of_the_night(library: Library) -> None:
    for name in DRAFTS:
        _, found, _ = offered(name, "the morning", library)
        assert found is not None
        assert not re.search(r"bed|night|HS", json.dumps(found["resource"], default=float)), name


@pytest.mark.parametrize("junk", [None, 7, 10**30, "45 mg", [], {}, [1], True, -1, "x", 0])
def test_junk_in_an_order_is_no_crash(junk: Any, library: Library) -> None:
    for name, (draft, form) in DRAFTS.items():
        for place in places(draft):
            if not place:
                continue
            for claim in ("1.5 mg", "the schedule", "the morning", "a capsule"):
                raw = json.loads(json.dumps(put(draft, place, junk)), parse_float=Decimal)
                proposal = Proposal(label="x", order=name, now_mg=D("4.5"), form=form, **CLAIMS[claim])
                action(proposal, raw, "Do it", Shelf(), library.terminology)


def _updates(scenario: Scenario, library: Library, client: FlaskClient) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    body = as_request.request(scenario, library)
    sent = {one["id"]: one for one in [as_request.order(entry, number) for number, entry in enumerate(scenario.orders)]}
    sent |= {one["id"]: one for one in as_request.resources(scenario) if one["resourceType"] == "MedicationRequest"}
    cards = client.post(f"/cds-services/ldn-{scenario.hook}", json=body).json["cards"]
    offers = [offer for card in cards for offer in card.get("suggestions", ()) if offer["actions"][0]["type"] == "update"]
    return [(offer, sent[offer["actions"][0]["resource"]["id"]]) for offer in offers]


@pytest.mark.parametrize("scenario", [one for one in load_all() if one.file in ("error", "usual", "steps", "product", "plan")], ids=str)
def test_every_button_of_the_dose_scenarios_keeps_its_promise(scenario: Scenario, library: Library, client: FlaskClient) -> None:
    for offer, before in _updates(scenario, library, client):
        changed = offer["actions"][0]["resource"]
        MedicationRequest.model_validate(changed)
        assert {key for key in before.keys() | changed.keys() if before.get(key) != changed.get(key)} <= MAY_CHANGE
        claimed = [Decimal(number) for number in re.findall(r"(\d+(?:\.\d+)?) mg", offer["label"])]
        raw = json.loads(json.dumps(changed), parse_float=Decimal)
        dose = medication(raw, "k", Shelf(), library.terminology, draft=True)[0].dose
        if claimed:
            assert [step.daily_mg for step in dose.steps] == claimed, offer["label"]


def test_a_note_that_names_the_old_dose_is_said(library: Library) -> None:
    draft = {**DRAFTS["mass"][0], "note": [{"text": "Patient asked for 4.5 mg."}]}
    proposal = Proposal(label="x", order="k", now_mg=D("4.5"), form=Form(), **CLAIMS["1.5 mg"])
    found = action(proposal, json.loads(json.dumps(draft), parse_float=Decimal), "Do it", Shelf(), library.terminology)
    assert found is not None
    assert found["description"] == "Do it. Words on the order still name 4.5 mg: check them."
    assert found["resource"]["note"] == draft["note"]


def test_the_time_of_day_of_a_timing_code_is_kept(library: Library) -> None:
    draft = naltrexone(
        medicationCodeableConcept={"text": "LDN"},
        dosageInstruction=[{"timing": {"code": {"coding": [{"code": "QHS"}]}}, "doseAndRate": [{"doseQuantity": MG}]}],
    )
    proposal = Proposal(label="x", order="k", now_mg=D("4.5"), form=Form(), **CLAIMS["the schedule"])
    found = action(proposal, json.loads(json.dumps(draft), parse_float=Decimal), "Do it", Shelf(), library.terminology)
    assert found is not None
    assert all("at bedtime" in one["text"] for one in found["resource"]["dosageInstruction"])


def test_two_ways_to_write_one_order_anew_exclude_each_other(library: Library, client: FlaskClient) -> None:
    scenario = next(one for one in load_all() if one.says == "Insomnia and a dose at bedtime")
    (card,) = client.post(f"/cds-services/ldn-{scenario.hook}", json=as_request.request(scenario, library)).json["cards"]
    updates = [one for one in card["suggestions"] if one["actions"][0]["type"] == "update"]
    assert len(updates) == 2
    assert card["selectionBehavior"] == "at-most-one"


@pytest.mark.parametrize("junk", [None, 7, "45 mg", [], {}, [1], True, ""])
def test_junk_in_a_contained_product_is_no_crash(junk: Any, library: Library) -> None:
    draft = contained()
    for place in places(draft):
        if place:
            for claim in ("1.5 mg", "the schedule", "a capsule"):
                changed(put(draft, place, junk), claim, library)
