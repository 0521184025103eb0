"""The same call in other words: what differs only in form changes no finding, in any call that the tests know."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient

from tests.support.said import Said

FAR = "https://ehr.example.org/api/FHIR/R4/"
NO_RESULTS = {
    "resourceType": "Bundle",
    "type": "searchset",
    "total": 0,
    "entry": [
        {
            "fullUrl": "urn:uuid:00000000-0000-0000-0000-000000000001",
            "search": {"mode": "outcome"},
            "resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "processing", "diagnostics": "no results"}]},
        }
    ],
}


def bundles(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    values = (*request["context"].values(), *(request.get("prefetch") or {}).values())
    return (value for value in values if isinstance(value, dict) and value.get("resourceType") == "Bundle")


def otherwise(value: Any) -> Any:
    """References absolute, and in every resource what nobody agreed upon: extensions, primitive extensions, a narrative, new members."""
    if isinstance(value, list):
        return [otherwise(part) for part in value]
    if not isinstance(value, dict):
        return value
    out = {key: otherwise(part) for key, part in value.items()}
    if isinstance(value.get("reference"), str) and "/" in value["reference"] and "://" not in value["reference"]:
        out["reference"] = FAR + value["reference"]
    if "resourceType" in value:
        out |= {
            "extension": [{"url": "urn:x", "valueString": "oxycodone"}],
            "_id": {"extension": [{"url": "urn:y", "valueCode": "methadone"}]},
            "meta": {"versionId": "7", "lastUpdated": "2020-01-01T00:00:00Z"},
            "text": {"status": "generated", "div": "<div>Opioid withdrawal</div>"},
            "somethingNew": [{"deep": [None]}],
        }
    return out


def in_a_dialect(request: dict[str, Any]) -> dict[str, Any]:
    """The call with bundles reversed and without type, categories as objects, "no results" as Epic says it, and all of `otherwise`."""
    out = copy.deepcopy(request)
    drafts = [id(value) for value in out["context"].values()]
    for bundle in bundles(out):
        bundle.pop("type", None)
        entries = bundle.get("entry", [])
        if id(bundle) not in drafts:
            entries.reverse()
        for entry in entries:
            if str(entry["resource"]["resourceType"]).startswith("Medication"):
                entry["resource"]["category"] = {"coding": [{"code": "community"}], "text": "Community"}
    out = otherwise(out)
    lists = out.get("prefetch") or {}
    out["prefetch"] = {key: NO_RESULTS if isinstance(value, dict) and value.get("entry") == [] else value for key, value in lists.items()}
    return out


def findings(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((found["code"], found["indicator"]) for card in answer["cards"] for found in card["extension"]["org.ldn-cds.findings"])


def test_pre_9_16_17_ext_1_ehr_7_the_form_of_a_call_changes_no_finding(client: FlaskClient, said: list[Said]) -> None:
    for one in said:
        body = in_a_dialect(one.request)
        answer = client.post(f"/cds-services/ldn-{body['hook']}", data=json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, (one.name, answer.text)
        assert findings(answer.json) == findings(one.answer), one.name
