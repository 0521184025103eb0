"""What a FHIR server can do wrong, seen from outside: a card or a 412 that says what and why, never a 5xx (REQUIREMENTS FHIR-7, FHIR-9)."""

import json
import logging
import socket
import threading

import pytest
from flask.testing import FlaskClient

from cds.config.model import Access
from tests.access.conftest import TOKEN, Make, incomplete, offer, told
from tests.support import fhir_server as fhir
from tests.support.calls import KEYS, oxycodone
from tests.support.fhir_server import FhirServer, Handle, says, searchset

SIGN = "/cds-services/ldn-order-sign"
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout", "diagnostics": "SECRET of the server"}]}
DEEP = b'{"resourceType":"Bundle","entry":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
FAULTS: dict[str, tuple[Handle, str]] = {
    "401": (says(OUTCOME, 401), "did not accept the access token (401)"),
    "403": (says(OUTCOME, 403), "refused the request (403)"),
    "404": (says(OUTCOME, 404), "does not have it (404)"),
    "410": (says(OUTCOME, 410), "does not have it (404)"),
    "429": (says(OUTCOME, 429), "was asked too often (429)"),
    "400": (says(OUTCOME, 400), "did not take the request"),
    "499": (says(OUTCOME, 499), "did not take the request"),
    "500": (says(OUTCOME, 500), "the FHIR server failed"),
    "503": (says(OUTCOME, 503), "the FHIR server failed"),
    "599": (says(OUTCOME, 599), "the FHIR server failed"),
    "204": (fhir.raw(b"", 204), "did not take the request"),
    "outcome": (says(OUTCOME), "answered with an error"),
    "html": (fhir.raw(b"<html>Please log in, SECRET</html>", Content_Type="text/html"), "cannot be read"),
    "empty": (fhir.raw(b""), "cannot be read"),
    "cut JSON": (fhir.raw(b'{"resourceType": "Bundle", "entry": [{"reso'), "cannot be read"),
    "no UTF-8": (fhir.raw(b'{"resourceType": "\xff"}'), "cannot be read"),
    "deep JSON": (fhir.raw(DEEP), "cannot be read"),
    "a list": (says([]), "cannot be read"),
    "null": (says(None), "cannot be read"),
    "a number": (says(5), "cannot be read"),
    "another resource": (says({"resourceType": "Practitioner", "id": "1"}), "cannot be read"),
    "no resource": (says({"entry": []}), "cannot be read"),
    "entry is no list": (says({"resourceType": "Bundle", "entry": "x"}), "cannot be read"),
    "broken gzip": (fhir.raw(b"\x1f\x8b no gzip", Content_Encoding="gzip"), "cannot be read"),
    "unknown packing": (fhir.raw(b"x", Content_Encoding="br"), "cannot be read"),
    "reset": (fhir.resets, "broke off its answer"),
    "cut body": (fhir.breaks_off, "broke off its answer"),
    "no HTTP": (lambda handler: (handler.wfile.write(b"SSH-2.0-x\r\n\r\n"), fhir.resets(handler))[1], "broke off its answer"),
    "redirect to itself": (fhir.redirects("/fhir/Condition"), "not followed"),
}


@pytest.mark.parametrize(("handle", "words"), FAULTS.values(), ids=FAULTS)
def test_one_list_that_fails_is_said_and_the_rest_is_used(client: FlaskClient, server: FhirServer, handle: Handle, words: str) -> None:
    server.rules = {"AllergyIntolerance": handle, "MedicationRequest": says(searchset([oxycodone()]))}
    answer = client.post(SIGN, json=offer(server))
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert "allergy list unavailable" in incomplete(answer)
    assert words in incomplete(answer)
    assert "SECRET" not in answer.text
    assert TOKEN not in answer.text


@pytest.mark.parametrize(("handle", "words"), FAULTS.values(), ids=FAULTS)
def test_no_medication_list_at_all_is_412_and_says_why(client: FlaskClient, server: FhirServer, handle: Handle, words: str) -> None:
    server.rules = {"*": handle}
    answer = client.post(SIGN, json=offer(server))
    assert answer.status_code == 412, answer.text
    assert words in answer.json["issue"][0]["diagnostics"]
    assert {issue["expression"][0] for issue in answer.json["issue"]} == {f"prefetch.{key}" for key in KEYS[:4]}
    assert "SECRET" not in answer.text
    assert TOKEN not in answer.text


@pytest.mark.parametrize("how", ["never answers", "headers for ever", "body for ever"])
def test_a_server_that_does_not_come_to_an_end_is_left(hasty: FlaskClient, server: FhirServer, how: str) -> None:
    server.rules = {
        "*": {"never answers": fhir.never(server), "headers for ever": fhir.trickles(server, headers=True)}.get(how, fhir.trickles(server))
    }
    answer = hasty.post(SIGN, json=offer(server))
    assert answer.status_code == 412
    assert "did not answer in time" in answer.json["issue"][0]["diagnostics"]
    assert not server.over.is_set()  # it was still at it


def test_what_came_in_time_is_used(hasty: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()])), "Condition": fhir.never(server)}
    answer = hasty.post(SIGN, json=offer(server, *KEYS[1:4], *KEYS[5:], "patient"))
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert "The problem list: the FHIR server did not answer in time" in incomplete(answer)


def test_the_threads_of_a_server_that_hangs_are_free_again(make: Make, server: FhirServer) -> None:
    narrow = make(Access(budget=0.8, threads=2))
    server.rules = {"*": fhir.trickles(server, headers=True)}
    assert narrow.post(SIGN, json=offer(server)).status_code == 412
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    again = [narrow.post(SIGN, json=offer(server, *KEYS[1:], "patient")) for _ in range(5)]
    assert "opioid-active" in told(again[-1])


def test_pages_that_came_before_the_time_was_up_are_used(hasty: FlaskClient, server: FhirServer) -> None:
    def pages(handler: fhir.Handler) -> None:
        if "page" in handler.path:
            fhir.never(server)(handler)
        else:
            says(searchset([oxycodone()], link=[{"relation": "next", "url": f"{server.base}/MedicationRequest?page=2"}]))(handler)

    server.rules = {"MedicationRequest": pages}
    answer = hasty.post(SIGN, json=offer(server))
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert "medication orders read in part" in incomplete(answer)
    assert "read in part, the FHIR server did not answer in time" in incomplete(answer)


def test_nobody_listens(client: FlaskClient, make: Make) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{free.getsockname()[1]}/fhir"
    answer = client.post(SIGN, json=offer(gone))
    assert answer.status_code == 412
    assert "is not one that this service may ask" in answer.text


@pytest.mark.parametrize("size", [200_000, 80_000_000])
def test_a_small_packed_answer_that_grows_is_not_read_to_its_end(make: Make, server: FhirServer, size: int) -> None:
    small = make(Access(budget=20, connect=10, size=100_000))
    server.rules = {"MedicationRequest": says(searchset([oxycodone()])), "Condition": fhir.bomb(size)}
    answer = small.post(SIGN, json=offer(server, *KEYS[1:4], *KEYS[5:], "patient"))
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert "The problem list: the FHIR server sent more than is read" in incomplete(answer)


def test_all_answers_of_a_call_together_are_bounded(make: Make, server: FhirServer) -> None:
    small = make(Access(budget=20, connect=10, size=100_000, concurrent=1))
    page = searchset([], text="x" * 45_000)
    server.rules = {"MedicationRequest": says(searchset([oxycodone()])), "*": says(page), "Patient": fhir.empty}
    answer = small.post(SIGN, json=offer(server))
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert "the FHIR server sent more than is read" in incomplete(answer)
    assert "reported by the patient" not in incomplete(answer)  # what was read first is used


def test_a_packed_answer_is_read(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": fhir.packed(searchset([oxycodone()]))}
    assert told(client.post(SIGN, json=offer(server))) == {"opioid-active": "critical"}


def test_a_byte_order_mark_is_no_fault(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": fhir.raw(b"\xef\xbb\xbf" + json.dumps(searchset([oxycodone()])).encode())}
    assert told(client.post(SIGN, json=offer(server))) == {"opioid-active": "critical"}


def test_another_patients_data_is_not_used_and_said(client: FlaskClient, server: FhirServer) -> None:
    foreign = oxycodone(subject={"reference": f"{server.base}/Patient/somebody"})
    patient = {"resourceType": "Patient", "id": "somebody", "birthDate": "2020-01-01"}
    server.rules = {"MedicationRequest": says(searchset([foreign])), "Patient": says(patient)}
    answer = client.post(SIGN, json=offer(server))
    assert {code for code, indicator in told(answer).items() if indicator != "info"} == {"check-incomplete"}
    assert "another patient's data, not used" in incomplete(answer)


def test_a_kept_connection_that_the_server_closed_is_made_anew(client: FlaskClient, server: FhirServer) -> None:
    def once(handler: fhir.Handler) -> None:
        says(searchset([oxycodone()]))(handler)
        handler.close_connection = True  # without having said so

    server.rules = {"*": once, "Patient": fhir.empty}
    for _ in range(4):
        assert "opioid-active" in told(client.post(SIGN, json=offer(server, *KEYS[1:], "patient")))


def test_neither_token_nor_address_is_logged(client: FlaskClient, server: FhirServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        server.rules = {"Condition": fhir.resets, "AllergyIntolerance": says(OUTCOME, 403)}
        client.post(SIGN, json=offer(server))
    lines = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "conditions broken-off" in lines
    assert "allergies forbidden" in lines
    for secret in (TOKEN, "pat-1", server.base, "SECRET"):
        assert secret not in lines


def test_many_calls_at_once_do_not_mix(client: FlaskClient, server: FhirServer) -> None:
    def by_patient(handler: fhir.Handler) -> None:
        patient = parse(handler)
        drug = [oxycodone(subject={"reference": f"Patient/{patient}"})] if patient.endswith("1") else []
        says(searchset(drug))(handler)

    server.rules = {"MedicationRequest": by_patient}
    found: dict[str, dict[str, str]] = {}

    def call(patient: str) -> None:
        body = offer(server, patient=patient)
        body["context"]["patientId"] = patient
        for entry in body["context"]["draftOrders"]["entry"]:
            entry["resource"]["subject"] = {"reference": f"Patient/{patient}"}
        found[patient] = told(client.application.test_client().post(SIGN, json=body))

    threads = [threading.Thread(target=call, args=(f"pat-{number}{number % 2}",)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert all(("opioid-active" in codes) == patient.endswith("1") for patient, codes in found.items())


def parse(handler: fhir.Handler) -> str:
    """The patient that this very request asks for; `asked` is the last one of all."""
    return handler.path.split("patient=")[1].split("&")[0]


def test_what_could_not_be_read_is_counted_and_logged_for_412_too(client: FlaskClient, server: FhirServer, caplog: pytest.LogCaptureFixture) -> None:
    server.rules = {"*": says(OUTCOME, 401)}
    with caplog.at_level(logging.INFO, "ldn_cds"):
        assert client.post(SIGN, json=offer(server)).status_code == 412
    (line,) = (record for record in caplog.records if record.getMessage() == "call")
    assert "medicationRequests unauthorised" in line.__dict__["lacking"]
    assert 'ldn_cds_not_read_total{list="medicationRequests",reason="unauthorised"}' in client.get("/metrics").text
