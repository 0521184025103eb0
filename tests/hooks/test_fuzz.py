"""REQ-23: replacing any one value of a request never causes a 5xx, and never silences the opioid without a word."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.calls import naltrexone, valid
from tests.support.walk import places, put

VALUES: list[Any] = [None, "", 0, -1, True, [], {}, "x", [1], 1e308, {"a": 1}, "\u202e<b>", 10**30]
FULL = valid(
    orders=[naltrexone(reasonCode=[{"text": "pain"}], dispenseRequest={"expectedSupplyDuration": {"value": 30, "unit": "d"}})],
    conditions={
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 1,
        "entry": [
            {
                "resource": {
                    "resourceType": "Condition",
                    "id": "c1",
                    "subject": {"reference": "Patient/pat-1"},
                    "clinicalStatus": {"coding": [{"code": "active"}]},
                    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F11.20"}]},
                    "recordedDate": "2026-01-01",
                }
            }
        ],
    },
    laboratory={
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "self", "url": "x"}],
        "entry": [
            {
                "resource": {
                    "resourceType": "Observation",
                    "id": "o1",
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
                    "effectiveDateTime": "2026-01-01T08:00:00Z",
                    "valueQuantity": {"value": 22, "unit": "U/L", "comparator": "<"},
                    "referenceRange": [{"high": {"value": 40, "unit": "U/L"}}],
                }
            }
        ],
    },
)
PLACES = list(places(FULL))


def send(client: FlaskClient, body: Any, query: str = "") -> Any:
    return client.post(f"/cds-services/ldn-order-sign{query}", data=json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_any_one_value_replaced(value: Any, client: FlaskClient) -> None:
    for place in PLACES:
        answer = send(client, put(FULL, place, value))
        assert answer.status_code in (200, 400, 412), (place, answer.text)
        if answer.status_code == 200 and place[:1] == ("prefetch",):
            cards = answer.json["cards"]
            gone = place in (("prefetch",), ("prefetch", "medicationRequests")) and value in (None, {}, [])
            assert cards or gone, f"{place} replaced by {value!r} silenced everything"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["resourceType", "entry", "resource", "code", "coding", "id", "text"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), value=JSON)
def test_any_json_anywhere(place: tuple[str | int, ...], value: Any, client: FlaskClient) -> None:
    assert send(client, put(FULL, place, value), "?explain=true").status_code in (200, 400, 412)
