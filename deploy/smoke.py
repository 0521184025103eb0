"""Is a running service up and able to judge? `python deploy/smoke.py http://127.0.0.1:8000` exits 0 or says why not.

Standard library only, so that it runs in the container and on any machine.
"""

import json
import sys
import urllib.error
import urllib.request
import uuid

_ORDER = {
    "resourceType": "MedicationRequest",
    "id": "smoke",
    "status": "draft",
    "intent": "order",
    "subject": {"reference": "Patient/smoke"},
    "medicationCodeableConcept": {"text": "Naltrexone 1.5 mg capsule"},
    "dosageInstruction": [{"text": "1.5 mg by mouth at bedtime"}],
}
_OPIOID = {
    "resourceType": "MedicationRequest",
    "id": "opioid",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/smoke"},
    "medicationCodeableConcept": {"text": "oxycodone 5 mg tablet"},
}


def call(url: str, body: object = None) -> dict:
    """The JSON that the address answers."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})  # noqa: S310 - the operator's own address
    with urllib.request.urlopen(request, timeout=3) as answer:  # noqa: S310 - see above
        return json.loads(answer.read())


def main(base: str) -> int:
    """Discovery lists five services, and a naltrexone order that meets an opioid gets its critical card.

    Where every caller needs a token, only that it is ready. The call leaves an audit row: this is no health check to repeat.
    """
    try:
        services = call(f"{base}/cds-services")["services"]
    except urllib.error.HTTPError as error:
        if error.code != 401:
            raise
        knowledge = call(f"{base}/readyz")
        print(f"up, and takes calls with a token only, so none was made: {json.dumps(knowledge)}")
        return 0
    keys = next(one for one in services if one["id"] == "ldn-order-sign")["prefetch"]
    prefetch = dict.fromkeys(keys)
    prefetch["medicationRequests"] = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": _OPIOID}]}
    orders = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": _ORDER}]}
    context = {"userId": "Practitioner/smoke", "patientId": "smoke", "draftOrders": orders}
    body = {"hook": "order-sign", "hookInstance": str(uuid.uuid4()), "context": context, "prefetch": prefetch}
    cards = call(f"{base}/cds-services/ldn-order-sign", body)["cards"]
    if len(services) != 5 or [card["indicator"] for card in cards] != ["critical"]:
        print(f"unexpected: {len(services)} services, cards {[card['summary'] for card in cards]}", file=sys.stderr)
        return 1
    print(f"up: {cards[0]['summary']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
