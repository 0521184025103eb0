"""The token is a secret of one origin, and of one patient (REQUIREMENTS FHIR-2, 3, 4, 5, 10, 11, 13, 15, 18)."""

import copy
import pickle
import socket
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds.call import Grant, Secret
from tests.access.conftest import TOKEN, incomplete, offer, told
from tests.support import fhir_server as fhir
from tests.support.as_request import PATIENT
from tests.support.calls import KEYS, naltrexone, oxycodone
from tests.support.fhir_server import FhirServer, says, searchset

SIGN = "/cds-services/ldn-order-sign"


def test_every_request_is_a_get_with_the_token_about_the_patient(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    assert told(client.post(SIGN, json=offer(server))) == {"opioid-active": "critical"}
    assert len(server.asked) == len([*KEYS, "patient"])
    for one in server.asked:
        assert one.method == "GET"
        assert one.headers["authorization"] == f"Bearer {TOKEN}"
        assert one.query.get("patient") == [PATIENT] or one.path == f"/fhir/Patient/{PATIENT}"
        assert "cookie" not in one.headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["stranger", "https", "metadata"])
def test_redirects_are_not_followed(client: FlaskClient, server: FhirServer, stranger: FhirServer, status: int, to: str) -> None:
    there = {"stranger": stranger.base, "https": server.base.replace("http:", "https:"), "metadata": "http://169.254.169.254/latest/meta-data"}[to]
    server.rules = {"*": fhir.redirects(there, status)}
    answer = client.post(SIGN, json=offer(server))
    assert answer.status_code == 412
    assert "sent us elsewhere, and that is not followed" in answer.text
    assert stranger.asked == []


@pytest.mark.parametrize("name", ["stranger", "metadata", "user", "scheme", "junk"])
def test_foreign_pages_are_not_followed_and_said(client: FlaskClient, server: FhirServer, stranger: FhirServer, name: str) -> None:
    link: Any = {
        "stranger": f"{stranger.base}/MedicationRequest?page=2",
        "metadata": "http://169.254.169.254/latest/meta-data",
        "user": stranger.base.replace("http://", f"http://{server.origin.removeprefix('http://')}@"),
        "scheme": f"{server.base.replace('http:', 'https:')}/MedicationRequest?page=2",
        "junk": 5,
    }[name]
    page = searchset([oxycodone()], link=[{"relation": "next", "url": link}])
    server.rules = {"MedicationRequest": says(page)}
    answer = client.post(SIGN, json=offer(server))
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert "read in part, the rest lies on another server, which is not asked" in incomplete(answer)
    assert stranger.asked == []


def test_a_foreign_page_in_prefetch_is_not_followed_either(client: FlaskClient, server: FhirServer, stranger: FhirServer) -> None:
    body = offer(server, *KEYS, "patient")
    body["prefetch"]["medicationRequests"]["link"] = [{"relation": "next", "url": f"{stranger.base}/MedicationRequest?page=2"}]
    answer = client.post(SIGN, json=body)
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert (server.asked, stranger.asked) == ([], [])


def test_a_medication_on_another_server_is_not_asked_for_and_said(client: FlaskClient, server: FhirServer, stranger: FhirServer) -> None:
    entry = oxycodone(medicationReference={"reference": f"{stranger.base}/Medication/m1"})
    del entry["medicationCodeableConcept"]
    server.rules = {"MedicationRequest": says(searchset([entry]))}
    answer = client.post(SIGN, json=offer(server))
    assert "The medicines that entries only point at: the rest lies on another server, which is not asked" in incomplete(answer)
    assert stranger.asked == []
    assert "Medication" not in server.kinds


@pytest.mark.parametrize("where", ["/fhir", "/fhir/", "/other", "/fhir/..", "/fhir?x", "/fhir#x", "//fhir", "/FHIR"])
def test_a_server_that_is_not_listed_is_not_asked(client: FlaskClient, server: FhirServer, stranger: FhirServer, where: str) -> None:
    for origin in (stranger.origin, server.origin):
        if origin == server.origin and where in ("/fhir", "/fhir/"):
            continue
        answer = client.post(SIGN, json=offer(origin + where))
        assert answer.status_code == 412
        assert "not sent (its FHIR server is not one that this service may ask)" in answer.text
    assert (server.asked, stranger.asked) == ([], [])


def test_an_offer_that_cannot_be_used_leaves_what_was_sent(client: FlaskClient, server: FhirServer, stranger: FhirServer) -> None:
    answer = client.post(SIGN, json=offer(stranger, *KEYS[:5], *KEYS[6:], "patient"))
    assert told(answer) == {"opioid-active": "critical", "check-incomplete": "warning"}
    assert "The allergy list: not sent, its FHIR server is not one that this service may ask" in incomplete(answer)


@pytest.mark.parametrize("value", [0, -1, "0", "-5", 0.0, "0.0", -1e300])
def test_a_token_that_has_expired_is_not_used(client: FlaskClient, server: FhirServer, value: Any) -> None:
    answer = client.post(SIGN, json=offer(server, expires_in=value))
    assert answer.status_code == 412
    assert "the access token had expired" in answer.text
    assert server.asked == []


@pytest.mark.parametrize("value", [..., None, 300, "300", 1.5, "", "soon", [], {}, True, False, "NaN", "Infinity", "9" * 400])
def test_any_other_expiry_is_tolerated(client: FlaskClient, server: FhirServer, value: Any) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    assert told(client.post(SIGN, json=offer(server, expires_in=value))) == {"opioid-active": "critical"}


@pytest.mark.parametrize("value", ["other", "Patient/other", f"{PATIENT}x", PATIENT.upper(), 5, [], {}, True, [PATIENT]])
def test_a_token_for_another_patient_is_not_used(client: FlaskClient, server: FhirServer, value: Any) -> None:
    answer = client.post(SIGN, json=offer(server, patient=value))
    assert answer.status_code == 412
    assert "the access token is for another patient" in answer.text
    assert server.asked == []


@pytest.mark.parametrize("value", [..., None, "", " ", PATIENT, f"Patient/{PATIENT}", f" {PATIENT} "])
def test_a_token_for_this_patient_or_for_nobody_said_is(client: FlaskClient, server: FhirServer, value: Any) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    assert told(client.post(SIGN, json=offer(server, patient=value))) == {"opioid-active": "critical"}


@pytest.mark.parametrize("value", ["a b", "a\r\nX-Evil: 1", "a\nb", "é", "\x00"])
def test_a_token_that_is_no_token_is_not_sent(client: FlaskClient, server: FhirServer, value: str) -> None:
    answer = client.post(SIGN, json=offer(server, access_token=value))
    assert answer.status_code == 412
    assert "the access token cannot be used" in answer.text
    assert server.asked == []


@pytest.mark.parametrize("scope", [..., None, "", "patient/*.rs launch", "Read (Medications - Signed) (R4) $x", 5, []])
def test_scope_is_opaque(client: FlaskClient, server: FhirServer, scope: Any) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    assert told(client.post(SIGN, json=offer(server, scope=scope))) == {"opioid-active": "critical"}


def test_an_open_server_is_asked_without_a_token(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    body = offer(server)
    del body["fhirAuthorization"]
    assert told(client.post(SIGN, json=body)) == {"opioid-active": "critical"}
    assert not any("authorization" in one.headers for one in server.asked)


@pytest.mark.parametrize(
    "patient", ["a,b", "..", ".", "a/b", "../Patient/x", "a?x=1", "a&_count=1", "a b", "a%2Fb", "a|b", "a\nb", "a#b", "é", "a" * 129, "{{x}}", "-"]
)
def test_a_patients_id_that_could_ask_for_more_is_not_asked_for(client: FlaskClient, server: FhirServer, patient: str) -> None:
    body = offer(server, patient=...)
    body["context"]["patientId"] = patient
    body["context"]["draftOrders"]["entry"] = [{"resource": naltrexone(subject={"reference": f"Patient/{patient}"})}]
    answer = client.post(SIGN, json=body)
    assert answer.status_code in (200, 412)
    assert "the patient's id cannot be asked for" in answer.text or "another patient" in answer.text
    assert server.asked == []


@pytest.mark.parametrize("patient", ["e.q-081_VQ~3", "a" * 128, "7"])
def test_ids_as_ehrs_have_them_are_asked_for(client: FlaskClient, server: FhirServer, patient: str) -> None:
    body = offer(server, patient=...)
    body["context"]["patientId"] = patient
    body["context"]["draftOrders"]["entry"] = [{"resource": naltrexone(subject={"reference": f"Patient/{patient}"})}]
    told(client.post(SIGN, json=body))
    assert {one.query["patient"][0] for one in server.asked if one.query} == {patient}


def test_a_listed_name_that_leads_to_a_metadata_address_is_not_asked(
    client: FlaskClient, server: FhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host == "127.0.0.1" and more.get("type") == socket.SOCK_STREAM and not rest:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", port))]
        return real(host, port, *rest, **more)

    client.application.extensions["ldn_cds.fhir_servers"].close()
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    answer = client.post(SIGN, json=offer(server))
    assert answer.status_code == 412
    assert "leads to an address that is not asked" in answer.text
    assert asked
    assert server.asked == []


def test_no_proxy_of_the_environment_is_used(client: FlaskClient, server: FhirServer, stranger: FhirServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, stranger.origin)
    monkeypatch.delenv("NO_PROXY", raising=False)
    client.application.extensions["ldn_cds.fhir_servers"].close()
    server.rules = {"MedicationRequest": says(searchset([oxycodone()]))}
    assert told(client.post(SIGN, json=offer(server))) == {"opioid-active": "critical"}
    assert stranger.asked == []


def test_no_cookie_is_kept(client: FlaskClient, server: FhirServer) -> None:
    server.rules = {"*": fhir.raw(b'{"resourceType": "Bundle"}', Set_Cookie="session=1; Path=/")}
    for _ in range(2):
        client.post(SIGN, json=offer(server))
    assert not any("cookie" in one.headers for one in server.asked)


def test_a_secret_is_shown_nowhere() -> None:
    secret = Secret(TOKEN)
    grant = Grant(server="x", token=secret)
    assert TOKEN not in f"{secret} {secret!r} {grant} {grant!r} {[grant]} %s" % secret
    assert secret.reveal() == TOKEN
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(secret)
