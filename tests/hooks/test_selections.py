"""What cards offer: suggestions, actions, override reasons (REQUIREMENTS: Suggestions and actions; selectionBehavior, overrideReasons)."""

from collections import defaultdict
from typing import Any

from fhir.resources.R4B.medicationrequest import MedicationRequest
from fhir.resources.R4B.servicerequest import ServiceRequest
from flask.testing import FlaskClient

from tests.support.as_request import RXNORM, bundle
from tests.support.calls import naltrexone, oxycodone, valid
from tests.support.said import Said

SIGN = "/cds-services/ldn-order-sign"
MODELS = {"MedicationRequest": MedicationRequest, "ServiceRequest": ServiceRequest}
# what a suggestion may put anew as a whole: how to take it, how much to dispense, and the strength in the name of a compounded product
REWRITTEN = ("dosageInstruction", "dispenseRequest", "medicationCodeableConcept.text")


def lost(before: Any, after: Any, path: str = "") -> set[str]:
    """Every path of the one that the other does not have."""
    if isinstance(before, dict):
        inner = after if isinstance(after, dict) else {}
        return {p for key, part in before.items() for p in (lost(part, inner[key], f"{path}.{key}") if key in inner else {f"{path}.{key}"})}
    if isinstance(before, list):
        rest = after if isinstance(after, list) else []
        return {p for at, part in enumerate(before) for p in (lost(part, rest[at], f"{path}[{at}]") if at < len(rest) else {f"{path}[{at}]"})}
    return set()


def test_sug_1_4_suggestions_and_actions_say_what_they_do(said: list[Said]) -> None:
    for one in said:
        assert all("suggestions" not in card or card["suggestions"] for card in one.cards)
        assert all(suggestion["label"].strip() for suggestion in one.suggestions)
        assert all(action["description"].strip() for action in one.actions)


def test_sug_2_11_12_sys_1_2_what_is_not_used_is_not_there(said: list[Said]) -> None:
    for one in said:
        assert "systemActions" not in one.answer
        for card in one.cards:
            assert "actionSelectionBehavior" not in str(card)
            assert "systemActions" not in str(card)
            assert sum(suggestion.get("isRecommended", False) for suggestion in card.get("suggestions", ())) <= 1
            assert all(isinstance(suggestion.get("isRecommended", False), bool) for suggestion in card.get("suggestions", ()))


def test_sug_3_15_20_one_action_a_suggestion(said: list[Said]) -> None:
    for one in said:
        assert all(len(suggestion["actions"]) == 1 for suggestion in one.suggestions)
        assert {action["type"] for action in one.actions} <= {"create", "update", "delete"}


def test_sug_5_6_7_8_actions_carry_what_their_type_asks_for(said: list[Said]) -> None:
    for one in said:
        sent = one.sent
        for action in one.actions:
            if action["type"] == "delete":
                assert action["resourceId"] in sent, one.name
                assert "resource" not in action
                continue
            resource = action["resource"]
            assert "resourceId" not in action
            if action["type"] == "update":
                assert f"{resource['resourceType']}/{resource['id']}" in sent, one.name
            else:
                assert "id" not in resource


def test_sug_9_10_suggested_resources_are_whole_and_about_this_patient(said: list[Said]) -> None:
    kinds = set()
    for one in said:
        for action in one.actions:
            if action["type"] == "delete":
                continue
            resource = action["resource"]
            patient = one.request["context"]["patientId"]
            assert resource["subject"]["reference"].split("/")[-2:] == ["Patient", patient], one.name
            assert {"status", "intent"} <= set(resource)
            if not isinstance(resource.get("category"), dict):  # as Epic sends it: kept, although it is no R4
                MODELS[resource["resourceType"]].model_validate(resource)
            kinds.add((action["type"], resource["resourceType"]))
    assert kinds == {("update", "MedicationRequest"), ("create", "ServiceRequest")}


def test_sug_13_buttons_of_a_card_read_differently(said: list[Said]) -> None:
    for one in said:
        for card in one.cards:
            labels = [suggestion["label"] for suggestion in card.get("suggestions", ())]
            assert len(set(labels)) == len(labels), (one.name, labels)


def test_sug_17_an_update_loses_nothing_but_what_it_says_anew(said: list[Said]) -> None:
    updates = 0
    for one in said:
        sent = one.sent
        for action in one.actions:
            if action["type"] == "update":
                updates += 1
                resource = action["resource"]
                gone = lost(sent[f"MedicationRequest/{resource['id']}"], resource)
                assert not {path for path in gone if not path.lstrip(".").startswith(REWRITTEN)}, one.name
    assert updates > 100


def test_sug_17_what_we_do_not_know_comes_back_as_it_was(client: FlaskClient) -> None:
    strange = {
        "extension": [{"url": "urn:x", "valueString": "kept"}],
        "_status": {"id": "y"},
        "somethingNew": [{"deep": [1]}],
        "note": [{"text": "n"}],
    }
    chart = naltrexone(id="chart-1", status="active", authoredOn="2026-02-01", **strange)
    draft = oxycodone(id="draft-1", status="draft")
    answer = client.post(SIGN, json=valid(orders=[draft], medicationRequests=bundle([chart])))
    updates = [a["resource"] for card in answer.json["cards"] for s in card.get("suggestions", ()) for a in s["actions"] if a["type"] == "update"]
    assert updates
    for resource in updates:
        assert {name: resource[name] for name in strange} == strange


def test_sug_18_a_code_stays_with_its_product_and_leaves_with_it(client: FlaskClient) -> None:
    coded = {"text": "Naltrexone 50 mg tablet", "coding": [{"system": RXNORM, "code": "1483744"}]}
    opioid = oxycodone(status="stopped", authoredOn="2026-03-10", dispenseRequest={"expectedSupplyDuration": {"value": 3, "code": "d"}})
    answer = client.post(SIGN, json=valid(orders=[naltrexone(medicationCodeableConcept=coded)], medicationRequests=bundle([opioid])))
    updates = [a["resource"] for card in answer.json["cards"] for s in card.get("suggestions", ()) for a in s["actions"] if a["type"] == "update"]
    drugs = [resource["medicationCodeableConcept"] for resource in updates]
    assert coded in drugs
    # a compounded form in the place of a 50 mg tablet has no product code, and none is made up
    assert all(drug == coded or "coding" not in drug for drug in drugs)


def test_sug_19_only_tests_are_created_and_their_words_say_all(said: list[Said]) -> None:
    created = [action for one in said for action in one.actions if action["type"] == "create"]
    assert created
    for action in created:
        assert action["resource"]["resourceType"] == "ServiceRequest"
        assert action["resource"]["status"] == "draft"
        assert action["resource"]["code"]["coding"][0]["code"]
        assert action["description"].strip()


def test_sel_1_2_3_selection_behaviour_stands_beside_suggestions_only(said: list[Said]) -> None:
    for one in said:
        for card in one.cards:
            assert ("suggestions" in card) == ("selectionBehavior" in card)
            assert card.get("selectionBehavior", "any") in ("any", "at-most-one")


def test_ovr_1_2_3_reasons_are_codings_and_each_code_has_few_words(said: list[Said]) -> None:
    words = defaultdict(set)
    for one in said:
        for card in one.cards:
            reasons = card.get("overrideReasons", [])
            assert "overrideReasons" not in card or reasons
            assert bool(reasons) == (card["indicator"] != "info")
            codes = [reason["code"] for reason in reasons]
            assert len(set(codes)) == len(codes)
            for reason in reasons:
                assert reason["system"] == "urn:ldn-cds:override-reason"
                assert reason["display"].strip()
                words[reason["code"]].add(reason["display"])
            assert len(codes) <= 6
    assert words
    assert {code: found for code, found in words.items() if len(found) > 1} == {}
