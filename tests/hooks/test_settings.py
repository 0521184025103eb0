"""The environment: defaults, and every fault at once with its remedy."""

from dataclasses import replace

import pytest

from cds.config.model import Settings
from cds.config.read import SettingsFaults, from_environment


def test_nothing_set_is_a_local_sandbox() -> None:
    found = from_environment({})
    assert [tenant.id for tenant in found.open_tenants] == ["sandbox"]
    assert replace(found, tenants=Settings().tenants) == Settings()
    assert Settings().public_base_url == "http://127.0.0.1:8000"
    assert Settings().max_body_bytes == 10 * 1024 * 1024


def test_everything_set() -> None:
    environment = {
        "LDN_CDS_PUBLIC_BASE_URL": "https://cds.example.org/ldn/",
        "LDN_CDS_ALLOWED_ORIGINS": " https://ehr.example.org , http://localhost:3000,",
        "LDN_CDS_MAX_BODY_BYTES": "4194304",
        "LDN_CDS_TENANT": "ward-7",
    }
    found = from_environment(environment)
    assert found.public_base_url == "https://cds.example.org/ldn"
    assert found.allowed_origins == ("https://ehr.example.org", "http://localhost:3000")
    assert found.max_body_bytes == 4_194_304
    assert [tenant.id for tenant in found.tenants] == ["ward-7"]


def test_an_empty_list_of_origins_means_none() -> None:
    assert from_environment({"LDN_CDS_ALLOWED_ORIGINS": ""}).allowed_origins == ()


def test_cors_9_beyond_this_machine_no_browser_is_let_in_by_default() -> None:
    assert from_environment({}).allowed_origins == ("*",)
    assert from_environment({}, host="::1").allowed_origins == ("*",)
    assert from_environment({}, host="0.0.0.0").allowed_origins == ()  # noqa: S104 - only named, nothing listens here
    assert from_environment({"LDN_CDS_HOST": "10.0.0.7"}).allowed_origins == ()
    assert from_environment({"LDN_CDS_ALLOWED_ORIGINS": "https://ehr.example.org"}, host="10.0.0.7").allowed_origins == ("https://ehr.example.org",)


def test_the_address_follows_the_port_unless_it_is_set() -> None:
    assert from_environment({}, "http://127.0.0.1:9000").public_base_url == "http://127.0.0.1:9000"
    said = {"LDN_CDS_PUBLIC_BASE_URL": "https://cds.example.org"}
    assert from_environment(said, "http://127.0.0.1:9000").public_base_url == "https://cds.example.org"


@pytest.mark.parametrize("base", ["", "cds.example.org", "ftp://x", "http://[::1", "http://x:0", "http://x:99999", "http://x/?a=1", "http://x/#a"])
def test_no_usable_address(base: str) -> None:
    with pytest.raises(SettingsFaults, match=r"LDN_CDS_PUBLIC_BASE_URL.*for example"):
        from_environment({"LDN_CDS_PUBLIC_BASE_URL": base})


# the last ones would be read as regular expressions, which match more than their author meant
@pytest.mark.parametrize("origin", ["ehr.example.org", "null", "https://x/path", "https://a@x", "https://*.example.org", "https://ehr.example.org$"])
def test_no_origin(origin: str) -> None:
    with pytest.raises(SettingsFaults, match="LDN_CDS_ALLOWED_ORIGINS"):
        from_environment({"LDN_CDS_ALLOWED_ORIGINS": origin})


@pytest.mark.parametrize("origin", ["https://ehr.example.org", "http://localhost:3000", "http://[::1]:8080", "*"])
def test_origins(origin: str) -> None:
    assert from_environment({"LDN_CDS_ALLOWED_ORIGINS": origin}).allowed_origins == (origin,)


@pytest.mark.parametrize("size", ["", "x", "-1", "1e6", "100", "1048576", "99999999999"])
def test_no_sensible_limit(size: str) -> None:
    with pytest.raises(SettingsFaults, match="LDN_CDS_MAX_BODY_BYTES"):
        from_environment({"LDN_CDS_MAX_BODY_BYTES": size})


def test_all_faults_come_at_once() -> None:
    wrong = {"LDN_CDS_PUBLIC_BASE_URL": "x", "LDN_CDS_ALLOWED_ORIGINS": "x,y", "LDN_CDS_MAX_BODY_BYTES": "x", "LDN_CDS_TENANT": " "}
    with pytest.raises(SettingsFaults) as raised:
        from_environment(wrong)
    assert sorted(fault.split(":")[0] for fault in raised.value.faults) == [
        "LDN_CDS_ALLOWED_ORIGINS",
        "LDN_CDS_ALLOWED_ORIGINS",
        "LDN_CDS_MAX_BODY_BYTES",
        "LDN_CDS_PUBLIC_BASE_URL",
        "LDN_CDS_TENANT",
    ]
