"""Request validation: what is refused, with which status and words, and what is tolerated."""

import copy
import gzip
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.calls import changed, valid, without

URL = "/cds-services/ldn-order-sign"
HOOKS = ["order-select", "order-sign", "medication-refill", "patient-view", "appointment-book"]
ORDERS = {"order-select": "draftOrders", "order-sign": "draftOrders", "medication-refill": "medications", "appointment-book": "appointments"}


def refused(answer: Any, status: int, *names: str) -> None:
    """A refusal is an OperationOutcome that names the member, never cards."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json"
    assert answer.json["resourceType"] == "OperationOutcome"
    assert "cards" not in answer.json
    for issue in answer.json["issue"]:
        assert issue["severity"] == "error"
        assert issue["diagnostics"].strip()
    for name in names:
        assert name in answer.text


def serious(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [card["summary"] for card in answer.json["cards"] if card["indicator"] != "info"]


def test_req_1_a_complete_request(client: FlaskClient) -> None:
    cards = serious(client.post(URL, json=valid()))
    assert len(cards) == 1
    assert "oxycodone" in cards[0]


@pytest.mark.parametrize("member", ["hook", "hookInstance", "context"])
def test_req_2_to_4_a_missing_member_is_named(member: str, client: FlaskClient) -> None:
    refused(client.post(URL, json=without(valid(), member)), 400, member)


def test_req_5_another_hook(client: FlaskClient) -> None:
    refused(client.post(URL, json=valid("patient-view")), 400, "hook", "order-sign")


@pytest.mark.parametrize("value", ["x", "", "123", "6f9e4a3c-1c1e-4b7b-9f6e", "zzzzzzzz-1c1e-4b7b-9f6e-0a7a3c1b2d3e", 5, None, {}, []])
def test_req_6_no_uuid(value: Any, client: FlaskClient) -> None:
    refused(client.post(URL, json=changed(valid(), value, "hookInstance")), 400, "hookInstance")


@pytest.mark.parametrize(
    "value",
    [
        "a5c64a60-9e4b-11ec-8d3d-0242ac130003",
        "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "D1577C69-DFBE-44AD-BA6D-3E05E953B2EA",
    ],
)
def test_req_7_any_uuid(value: str, client: FlaskClient) -> None:
    assert serious(client.post(URL, json=changed(valid(), value, "hookInstance")))


@pytest.mark.parametrize(("path", "value"), [(("context",), []), (("context",), "x"), (("hook",), 5), (("prefetch",), []), (("prefetch",), "x")])
def test_req_8_wrong_types(path: tuple[str, ...], value: Any, client: FlaskClient) -> None:
    refused(client.post(URL, json=changed(valid(), value, *path)), 400, path[-1])


TOKEN = {"access_token": "s3cr3t-t0k3n", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read (odd) scope", "subject": "x"}


def test_req_9_to_11_the_access_block(client: FlaskClient) -> None:
    refused(client.post(URL, json={**valid(), "fhirAuthorization": TOKEN}), 400, "fhirServer")
    server = {**valid(), "fhirServer": "https://ehr.example.org/fhir"}
    refused(client.post(URL, json={**server, "fhirAuthorization": {**TOKEN, "access_token": " "}}), 400, "access_token")
    refused(client.post(URL, json={**server, "fhirAuthorization": {"token_type": "Bearer"}}), 400, "access_token")
    refused(client.post(URL, json={**server, "fhirAuthorization": {**TOKEN, "token_type": "MAC"}}), 400, "token_type")
    answer = client.post(URL, json={**server, "fhirAuthorization": {**TOKEN, "expires_in": "300"}})
    assert serious(answer)
    assert "s3cr3t" not in answer.text
    assert serious(client.post(URL, json={**server, "fhirAuthorization": without(TOKEN, "expires_in")}))


@pytest.mark.parametrize(
    "body",
    [b"", b"  ", b"{", b'{"a":1,}', b"{}{}", b"<xml/>", b"[]", b'"x"', b"5", b"null", b"\xff\xfe", b'{"hook":"\xff"}', b'{"a":NaN}',
     b'{"a":Infinity}', b'{"a":"\\ud800"}', b'{"a":"\x00"}', b"\xef\xbb\xbf{}", b'{"a":' + b"9" * 5000 + b"}", b"[" * 100_000, b'{"a":1e999}'],
)  # fmt: skip
def test_req_12_to_14_21_22_no_json(body: bytes, client: FlaskClient) -> None:
    refused(client.post(URL, data=body, content_type="application/json"), 400)
    assert serious(client.post(URL, json=valid()))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "application/json; charset=latin-1", ""])
def test_req_15_other_types(kind: str, client: FlaskClient) -> None:
    refused(client.post(URL, data=json.dumps(valid()), content_type=kind), 415)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON; Charset=UTF-8"])
def test_req_16_json_in_every_spelling(kind: str, client: FlaskClient) -> None:
    assert serious(client.post(URL, data=json.dumps(valid()), content_type=kind))


def packed(client: FlaskClient, data: bytes, packing: str = "gzip") -> Any:
    return client.post(URL, data=data, content_type="application/json", headers={"Content-Encoding": packing})


def test_a_packed_body_is_read_as_if_it_were_not(client: FlaskClient) -> None:
    text = json.dumps(valid()).encode()
    plain = client.post(URL, data=text, content_type="application/json")
    for data in (gzip.compress(text), gzip.compress(text[:100]) + gzip.compress(text[100:])):
        assert packed(client, data).data == plain.data
    assert packed(client, text, "identity").data == plain.data


def test_a_packed_body_that_is_not_whole(client: FlaskClient) -> None:
    whole = gzip.compress(json.dumps(valid()).encode())
    for data in (b"x", whole[:-9], whole + b"junk", json.dumps(valid()).encode()):
        refused(packed(client, data), 400)
    refused(packed(client, b""), 400)
    refused(packed(client, whole, "br"), 415)
    refused(packed(client, whole, "gzip, gzip"), 415)


def test_a_body_packed_in_many_small_parts_is_refused_before_they_are_read(client: FlaskClient) -> None:
    part = gzip.compress(b"")
    refused(packed(client, gzip.compress(json.dumps(valid()).encode()) + part * 300_000), 400)  # minutes of copying, if each were read


def test_http_7_a_packed_body_may_not_grow_beyond_the_limit(client: FlaskClient) -> None:
    refused(packed(client, gzip.compress(b" " * 64 * 1024 * 1024)), 413)


def test_req_18_unknown_members_change_nothing(client: FlaskClient) -> None:
    plain = client.post(URL, json=valid())
    more = {**valid(), "user": "Practitioner/1", "extension": {"com.epic.cdshooks.request": {}}, "x": [1]}
    more["context"] = {**more["context"], "extension": {}, "_userId": {"id": "x"}}
    assert client.post(URL, json=more).data == plain.data


def test_req_19_optional_nulls(client: FlaskClient) -> None:
    body = {**valid(), "fhirServer": None, "fhirAuthorization": None, "extension": None}
    body["context"] = {**body["context"], "encounterId": None}
    assert serious(client.post(URL, json=body))


@pytest.mark.parametrize(
    "server", ["file:///etc/passwd", "ftp://x/y", "http://[::1", "http://x:99999/", "x", "http://", "//x", "javascript:alert(1)"]
)
def test_req_20_no_usable_server(server: str, client: FlaskClient) -> None:
    refused(client.post(URL, json={**valid(), "fhirServer": server}), 400, "fhirServer")


def test_req_24_and_rob_3_the_same_request_the_same_bytes(client: FlaskClient) -> None:
    assert client.post(URL, json=valid()).data == client.post(URL, json=valid()).data


def test_card_20_another_instance_other_uuids(client: FlaskClient) -> None:
    first = client.post(URL, json=valid()).json["cards"][0]["uuid"]
    assert client.post(URL, json=changed(valid(), "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "hookInstance")).json["cards"][0]["uuid"] != first


def test_req_26_no_member_order(client: FlaskClient) -> None:
    body = valid()
    assert client.post(URL, json=dict(reversed(body.items()))).data == client.post(URL, json=body).data


@pytest.mark.parametrize("hook", HOOKS)
def test_contexts_required_members(hook: str, client: FlaskClient) -> None:
    url = f"/cds-services/ldn-{hook}"
    required = ["patientId"] + (["userId"] if hook != "medication-refill" else [])
    required += [ORDERS[hook]] if hook in ORDERS else []
    required += ["selections"] if hook == "order-select" else []
    for member in required:
        refused(client.post(url, json=without(valid(hook), "context", member)), 400, f"context.{member}")
        refused(client.post(url, json=changed(valid(hook), 5, "context", member)), 400, f"context.{member}")
        refused(client.post(url, json=changed(valid(hook), None, "context", member)), 400, f"context.{member}")
    if hook == "medication-refill":
        assert client.post(url, json=without(valid(hook), "context", "userId")).status_code == 200


@pytest.mark.parametrize("hook", HOOKS)
def test_contexts_optional_members_and_users(hook: str, client: FlaskClient) -> None:
    url = f"/cds-services/ldn-{hook}"
    for user in ("Practitioner/1", "PractitionerRole/1", "Patient/1", "RelatedPerson/1"):
        assert client.post(url, json=changed(valid(hook), user, "context", "userId")).status_code == 200
    assert client.post(url, json=changed(valid(hook), "Encounter/1", "context", "encounterId")).status_code == 200
    assert client.post(url, json=changed(valid(hook), "Patient/pat-1", "context", "patientId")).status_code == 200


ODD_BUNDLES: list[Any] = [
    {"resourceType": "Bundle"},
    {"resourceType": "Bundle", "entry": [None, 5, "x", [], {}]},
    {"resourceType": "Bundle", "entry": [{"resource": None}, {"resource": 5}, {"resource": {}}, {"resource": {"resourceType": 5}}]},
    {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "MedicationRequest"}}]},
    {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Strange", "id": "x"}}]},
    {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "MedicationOrder", "medicationCodeableConcept": {"text": "LDN"}}}]},
    {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "MedicationRequest", "id": f"{n}"}} for n in range(200)]},
    {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "MedicationRequest", "id": "<script>" + "x" * 5000}}]},
]


@pytest.mark.parametrize("odd", ODD_BUNDLES, ids=range(len(ODD_BUNDLES)))
@pytest.mark.parametrize("hook", list(ORDERS))
def test_contexts_odd_bundles_never_crash(hook: str, odd: Any, client: FlaskClient) -> None:
    answer = client.post(f"/cds-services/ldn-{hook}", json=changed(valid(hook), odd, "context", ORDERS[hook]))
    assert answer.status_code in (200, 412), answer.text


@pytest.mark.parametrize("selections", [[], ["x"], [None, 5, {}], ["MedicationRequest/none"] * 200])
def test_osel_5_odd_selections_mean_all_drafts(selections: list[Any], client: FlaskClient) -> None:
    assert serious(client.post("/cds-services/ldn-order-select", json=changed(valid("order-select"), selections, "context", "selections")))


def test_http_7_a_body_over_the_limit(client: FlaskClient) -> None:
    refused(client.post(URL, data=b" " * 24_000_000, content_type="application/json"), 413)


def test_http_9_a_real_record_is_served(client: FlaskClient) -> None:
    result = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Sodium"},
        "valueQuantity": {"value": 140, "unit": "mmol/L"},
        "note": "x" * 450,
    }
    body = valid(laboratory={"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {**result, "id": f"{n}"}} for n in range(2600)]})
    assert len(json.dumps(body)) > 1_500_000
    assert serious(client.post(URL, json=body))


def test_req_22_moderately_deep_json_is_judged(client: FlaskClient) -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = {"extension": [deep]}
    body = copy.deepcopy(valid())
    body["context"]["draftOrders"]["entry"][0]["resource"]["extension"] = [deep]
    raw = json.dumps(body)
    answer = client.post(f"{URL}?explain=true", data=raw, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json["cards"]
