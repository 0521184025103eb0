"""References in every spelling that EHRs send, and whose a resource is."""

from typing import Any

import pytest

from cds.fhir.references import Shelf, last_two, name_of, subject_of

LONG = "e" + "x" * 200


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("Medication/1", "Medication/1"),
        ("https://ehr.example.org/fhir/R4/Medication/1", "Medication/1"),
        ("Medication/1/_history/3", "Medication/1"),
        ("Medication/1?x=y", "Medication/1"),
        ("Medication/1|2.0", "Medication/1"),
        (f"MedicationRequest/{LONG}", f"MedicationRequest/{LONG}"),
        ("#med", "#med"),
        ("urn:uuid:6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e", "urn:uuid:6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e"),
        ("1", "1"),
        ("", ""),
    ],
)
def test_references_are_compared_by_their_last_two_segments(reference: str, name: str) -> None:
    assert last_two(reference) == name


@pytest.mark.parametrize(
    ("raw", "whose"),
    [
        ({"resourceType": "Condition", "subject": {"reference": "Patient/p1"}}, "p1"),
        ({"resourceType": "Condition", "subject": {"reference": "https://x.example.org/fhir/Patient/p1"}}, "p1"),
        ({"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p1"}}, "p1"),
        ({"resourceType": "Patient", "id": "p1"}, "p1"),
        ({"resourceType": "Condition", "subject": {"display": "somebody"}}, None),
        ({"resourceType": "Condition", "subject": {"reference": "#p"}}, None),
        ({"resourceType": "Condition", "subject": {"reference": "urn:uuid:1"}}, None),
        ({"resourceType": "Condition", "subject": "Patient/p1"}, None),
        ({"resourceType": "Condition", "subject": {"reference": "Group/g"}}, "Group/g"),
        ({"resourceType": "Condition"}, None),
    ],
)
def test_whose_is_it(raw: dict[str, Any], whose: str | None) -> None:
    assert subject_of(raw) == whose


@pytest.mark.parametrize("raw", [{}, {"resourceType": "X"}, {"resourceType": "X", "id": 5}, {"resourceType": "X", "id": " "}, {"id": "1"}])
def test_without_a_usable_id_there_is_no_name(raw: dict[str, Any]) -> None:
    assert name_of(raw) is None


def test_the_shelf_keeps_each_resource_once_and_finds_it_by_all_its_names() -> None:
    shelf = Shelf()
    first = {"resourceType": "Medication", "id": "1"}
    shelf.add(first, "urn:uuid:abc")
    shelf.add({"resourceType": "Medication", "id": "1", "meta": {"versionId": "2"}})
    shelf.add({"resourceType": "Medication"})
    assert shelf.clashes == []
    assert shelf.by_type["Medication"] == [first, {"resourceType": "Medication"}]
    assert shelf.find("https://ehr.example.org/Medication/1") is first
    assert shelf.find("urn:uuid:abc") is first
    assert shelf.find("Medication/2") is None


def test_two_resources_of_one_name_both_count_and_the_clash_is_kept() -> None:
    shelf = Shelf()
    both = [{"resourceType": "MedicationRequest", "id": "1", "status": status} for status in ("stopped", "active")]
    for one in (*both, *both):
        shelf.add(one)
    assert shelf.by_type["MedicationRequest"] == both
    assert shelf.clashes == ["MedicationRequest/1"]


def test_a_contained_resource_is_found_in_its_own_parent_only() -> None:
    inside = {"contained": [5, {"id": "m", "resourceType": "Medication"}]}
    assert Shelf().find("#m", inside) == {"id": "m", "resourceType": "Medication"}
    assert Shelf().find("#n", inside) is None
    assert Shelf().find("#m", {"contained": "x"}) is None
    assert Shelf().find("#m", None) is None
