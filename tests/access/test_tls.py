"""TLS: the certificate is judged by the server's name, though the connection goes to the address that was looked up."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cards.model import Library
from cds.access.visit import FhirServers
from cds.call import Call, Grant, Lack, Secret
from cds.config.model import Access, Tenant
from tests.support.fhir_server import FhirServer


def certificate(folder: Path, name: str) -> Path:
    """A certificate for this name that nobody signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture
def server() -> Iterator[FhirServer]:
    one = FhirServer()
    yield one
    one.close()


def reading(server: FhirServer, library: Library, path: Path) -> Call:
    """The problem list, by a server that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.encrypt(context)
    base = server.base.replace("http://127.0.0.1", "https://localhost")
    call = Call(tenant="t", service="s", hook="order-sign", hook_instance="i", patient_id="p", grant=Grant(server=base, token=Secret("secret-token")))
    servers = FhirServers(Access(budget=20, connect=10))
    source = servers.begin(call, Tenant(fhir_servers=(base,)))
    assert source is not None
    got = source.lists(call, [library.data["conditions"]], lambda *_: False)
    servers.close()
    return got


def test_a_certificate_of_an_authority_that_is_trusted(server: FhirServer, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    assert reading(server, library, path).lacking == {}
    assert [one.headers["authorization"] for one in server.asked] == ["Bearer secret-token"]


def test_a_certificate_that_nobody_trusts(server: FhirServer, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    assert reading(server, library, certificate(tmp_path, "localhost")).lacking == {"conditions": Lack.UNTRUSTED}
    assert server.asked == []


def test_a_trusted_certificate_of_another_name(server: FhirServer, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path, "other.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    assert reading(server, library, path).lacking == {"conditions": Lack.UNTRUSTED}
    assert server.asked == []
