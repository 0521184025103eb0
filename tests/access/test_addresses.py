"""Which servers and addresses may be asked (REQUIREMENTS FHIR-5, FHIR-16)."""

import pytest

from cds.access.addresses import AddressRefused, canonical, following, judge, listed

LISTED = ("https://ehr.example.org/fhir/r4", "http://127.0.0.1:18099/fhir/")


@pytest.mark.parametrize(
    ("server", "base"),
    [
        ("https://ehr.example.org/fhir/r4", LISTED[0]),
        ("https://ehr.example.org/fhir/r4/", LISTED[0]),
        ("HTTPS://EHR.Example.ORG:443/fhir/r4", LISTED[0]),
        ("http://127.0.0.1:18099/fhir", "http://127.0.0.1:18099/fhir"),
    ],
)
def test_a_listed_server_is_asked_in_the_tenants_spelling(server: str, base: str) -> None:
    assert listed(server, LISTED) == base


@pytest.mark.parametrize(
    "server",
    [
        "http://ehr.example.org/fhir/r4",
        "https://ehr.example.org",
        "https://ehr.example.org/fhir",
        "https://ehr.example.org/fhir/r4/extra",
        "https://ehr.example.org/FHIR/r4",
        "https://ehr.example.org:8443/fhir/r4",
        "https://ehr.example.org:0/fhir/r4",
        "https://ehr.example.org:99999/fhir/r4",
        "https://ehr.example.org.evil.example/fhir/r4",
        "https://evil.example/fhir/r4",
        "https://evil.example/?https://ehr.example.org/fhir/r4",
        "https://ehr.example.org@evil.example/fhir/r4",
        "https://user:secret@ehr.example.org/fhir/r4",
        "https://evil.example#@ehr.example.org/fhir/r4",
        "https://evil.example\\@ehr.example.org/fhir/r4",
        "https://ehr.example.org/fhir/r4?x=1",
        "https://ehr.example.org/fhir/r4#x",
        "https://ehr.example.org/x/../fhir/r4",
        "https://ehr.example.org/./fhir/r4",
        "https://ehr.example.org/fhir//r4",
        "https://ehr.example.org//fhir/r4",
        "https://ehr.example.org/x/%2e%2e/fhir/r4",
        "https://ehr.example.org/fhir/%72%34",
        "https://ehr.example.org /fhir/r4",
        "https://ehr.example.org/fhir/r4\n",
        "\thttps://ehr.example.org/fhir/r4",
        "https://ehr。example.org/fhir/r4",
        "https://ehr.exаmple.org/fhir/r4",
        "https://[ehr.example.org]/fhir/r4",
        "//ehr.example.org/fhir/r4",
        "file:///etc/passwd",
        "ftp://ehr.example.org/fhir/r4",
        "gopher://127.0.0.1:18099/fhir",
        "http://localhost:18099/fhir",
        "http://127.1:18099/fhir",
        "http://2130706433:18099/fhir",
        "http://[::ffff:127.0.0.1]:18099/fhir",
        "http://169.254.169.254/latest/meta-data",
        "",
    ],
)
def test_any_other_server_is_not(server: str) -> None:
    assert listed(server, LISTED) is None


def test_nothing_is_listed_where_the_list_is_empty_or_holds_no_address() -> None:
    assert listed(LISTED[0], ()) is None
    assert listed("", ("",)) is None
    assert canonical("") is None


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "febf::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "0.0.0.0",  # noqa: S104 - to be refused
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "ff02::1",
        "240.0.0.1",
        "255.255.255.255",
        "::ffff:169.254.169.254",
        "::ffff:0.0.0.0",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "not an address",
    ],
)
def test_an_address_that_is_never_asked(address: str) -> None:
    with pytest.raises(AddressRefused):
        judge("ehr.example.org", [address])
    with pytest.raises(AddressRefused):  # one of several is enough
        judge("ehr.example.org", ["93.184.216.34", address])
    with pytest.raises(AddressRefused):  # nor under its own name
        judge(address, [address])


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_a_far_name_that_means_this_machine_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        judge("ehr.example.org", [address])
    with pytest.raises(AddressRefused):
        judge("localhost.example.org", [address])
    assert judge("localhost", [address]) == (address,)
    assert judge("127.0.0.1", [address]) == (address,)


@pytest.mark.parametrize("address", ["93.184.216.34", "10.1.2.3", "192.168.1.1", "172.16.0.1", "2606:2800:220:1::1", "fd12:3456::1"])
def test_public_and_private_addresses_of_a_listed_name_are_asked(address: str) -> None:
    assert judge("ehr.example.org", [address, address]) == (address,)


PAGE = "https://ehr.example.org/fhir/r4/Condition?patient=1"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://ehr.example.org/fhir/r4?_getpages=1", "https://ehr.example.org/fhir/r4?_getpages=1"),
        ("https://EHR.example.org:443/fhir/r4?_getpages=1#x", "https://EHR.example.org:443/fhir/r4?_getpages=1"),
        ("Condition?page=2", "https://ehr.example.org/fhir/r4/Condition?page=2"),
        ("?page=2", "https://ehr.example.org/fhir/r4/Condition?page=2"),
        ("/fhir/r4/Condition?page=2", "https://ehr.example.org/fhir/r4/Condition?page=2"),
    ],
)
def test_a_page_of_the_same_origin_is_followed(link: str, target: str) -> None:
    assert following(link, PAGE) == target


@pytest.mark.parametrize(
    "link",
    [
        "http://ehr.example.org/fhir/r4?page=2",
        "https://ehr.example.org:8443/fhir/r4?page=2",
        "https://evil.example/fhir/r4?page=2",
        "//evil.example/fhir/r4?page=2",
        "https://ehr.example.org@evil.example/fhir/r4",
        "https://user@ehr.example.org/fhir/r4",
        "https://ehr.example.org\\@evil.example/",
        "\\\\evil.example\\x",
        "https://ehr.example.org:port/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "urn:uuid:6f9e4a3c-1c1e-4b7b-9f6e-0a7a3c1b2d3e",
        "https://ehr.example.org/ x",
        "https://[::1",
        "",
    ],
)
def test_any_other_page_is_not(link: str) -> None:
    assert following(link, PAGE) is None
