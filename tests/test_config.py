"""The configuration file: the example holds, and every fault is named with its place and remedy."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cards.model import Library
from cds import cli
from cds.config.model import Authentication, Mode, Profile, Replay, Settings, Store
from cds.config.read import SettingsFaults, from_environment
from cds.tenancy import sites

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "deploy" / "ldn-cds.example.toml"
OPEN = '[[tenants]]\nid = "a"\nauthentication = "none"\n'
SIGNED = '[[tenants]]\nid = "b"\nauthentication = "jwt"\nissuer = "https://ehr.example.org"\njwks_url = "https://ehr.example.org/jwks.json"\n'


def read(path: Path, text: str, **environment: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return from_environment(environment, file=path)


def test_the_example_of_deploy_holds(library: Library, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("general-hospital.profile.toml", str(ROOT / "deploy" / "site-profile.example.toml"))
    settings = read(tmp_path / "c.toml", text)
    (site,) = sites(settings, library).all
    tenant = site.tenant
    assert tenant.authentication is Authentication.JWT
    assert tenant.trust is not None
    assert tenant.trust.jwks_urls == ("https://ehr.example.org/.well-known/jwks.json",)
    assert (tenant.client_profile, tenant.mode, tenant.time_zone.key) == (Profile.EPIC, Mode.SILENT, "America/Chicago")
    assert settings.store == Store(url="sqlite:///var/ldn-cds.sqlite3")
    assert settings.open_tenants == ()
    assert site.library.policy.days("washout.short-acting") == 14
    assert "warfarin-inr" not in site.library.rules


def test_the_shape_of_a_sandbox(tmp_path: Path) -> None:
    text = OPEN + 'issuer = "https://ehr.example.org"\njwks_url = "https://ehr.example.org/jwks.json"\nallowed_origins = ["*"]\n'
    (tenant,) = read(tmp_path / "c.toml", text).tenants
    assert tenant.trust is None
    assert tenant.allowed_origins == ("*",)
    assert len(tenant.medication_sources) == 4


def test_several_tenants_several_keys(tmp_path: Path) -> None:
    text = OPEN + SIGNED + 'jwks_urls = ["https://ehr.example.org/2.json"]\nreplay = "allow"\nclock_skew_seconds = 5\n[[tenants]]\nid = "c"\n'
    text += 'authentication = "jwt"\nissuer = "https://c.example.org"\njwks_file = "keys.json"\n'
    _, signed, filed = read(tmp_path / "c.toml", text).tenants
    assert signed.trust is not None
    assert signed.trust.jwks_urls == ("https://ehr.example.org/jwks.json", "https://ehr.example.org/2.json")
    assert (signed.trust.replay, signed.trust.skew) == (Replay.ALLOW, 5)
    assert filed.trust is not None
    assert filed.trust.jwks_file == tmp_path / "keys.json"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "tenants: is missing"),
        ("tenants = []\n", "tenants"),
        (OPEN + "colour = 1\n", "tenants.a.colour: is no setting"),
        ("colour = 1\n" + OPEN, "colour: is no setting"),
        ('[[tenants]]\nid = "a"\n', "tenants.a.authentication: is missing"),
        ('[[tenants]]\nid = "a"\nauthentication = "basic"\n', "tenants.a.authentication"),
        ('[[tenants]]\nid = "A b"\nauthentication = "none"\n', "small letters"),
        ('[[tenants]]\nid = "a"\nauthentication = "jwt"\njwks_url = "https://x.org/k"\n', "issuer: is missing"),
        ('[[tenants]]\nid = "a"\nauthentication = "jwt"\nissuer = "https://x.org"\n', "jwks_url: is missing"),
        (SIGNED.replace("https://ehr.example.org/jwks", "http://ehr.example.org/jwks"), "https only"),
        (OPEN + 'fhir_servers = ["file:///etc/passwd"]\n', "no plain http or https address"),
        (OPEN + 'fhir_servers = ["https://u:p@ehr.example.org/"]\n', "no plain http or https address"),
        (OPEN + 'fhir_servers = ["https://ehr.example.org/a/../b"]\n', "no plain http or https address"),
        (OPEN + 'fhir_servers = ["https://ehr.example.org/a%2fb"]\n', "no plain http or https address"),
        (OPEN + 'fhir_servers = ["https://ehr.example.org//b"]\n', "no plain http or https address"),
        (SIGNED + 'fhir_servers = ["http://ehr.example.org/fhir"]\n', "fhir_servers: http://ehr.example.org/fhir: charts are read over https only"),
        (OPEN + 'allowed_origins = ["https://*.example.org"]\n', "is no origin"),
        (OPEN + 'time_zone = "Mars/Olympus"\n', "is no time zone"),
        (OPEN + 'time_zone = "../etc"\n', "is no time zone"),
        (OPEN + 'medication_sources = ["Medication"]\n', "medication_sources"),
        (OPEN + "medication_sources = []\n", "name at least one"),
        (OPEN + 'mode = "loud"\n', "tenants.a.mode"),
        (OPEN + OPEN.replace('"a"', '"b"'), "only one may have authentication"),
        (SIGNED + SIGNED, "given twice"),
        (SIGNED + SIGNED.replace('"b"', '"c"'), "same issuer"),
        (OPEN + '[store]\nurl = "mysql://x"\n', "store.url: begins with sqlite"),
        (OPEN + "[fhir_access]\nbudget_seconds = 0\n", "fhir_access.budget_seconds"),
        ("max_body_bytes = 1\n" + OPEN, "max_body_bytes: write 2097152"),
        ('public_base_url = "cds.example.org"\n' + OPEN, "public_base_url"),
        ("[[tenants]\n", "no valid TOML"),
    ],
)
def test_every_fault_names_its_place_and_a_remedy(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsFaults) as raised:
        read(tmp_path / "c.toml", text)
    assert words in str(raised.value)
    assert "c.toml" in str(raised.value)


@pytest.mark.parametrize(("text", "base"), [('public_base_url = "http://cds.example.org"\n', ""), ("", "http://cds.example.org")])
def test_signed_callers_are_answered_over_https_only(tmp_path: Path, text: str, base: str) -> None:
    with pytest.raises(SettingsFaults, match=r"public_base_url: http://cds.example.org: .*write https"):
        read(tmp_path / "c.toml", text + SIGNED, **({"LDN_CDS_PUBLIC_BASE_URL": base} if base else {}))
    assert read(tmp_path / "c.toml", 'public_base_url = "http://cds.example.org"\n' + OPEN).public_base_url == "http://cds.example.org"


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsFaults) as raised:
        read(tmp_path / "c.toml", OPEN + 'mode = "loud"\ncolour = 1\n', LDN_CDS_MAX_BODY_BYTES="x", LDN_CDS_TENANT="b")
    assert len(raised.value.faults) == 4


def test_the_environment_outranks_the_file(tmp_path: Path) -> None:
    environment = {"LDN_CDS_PUBLIC_BASE_URL": "https://x.example.org", "LDN_CDS_STORE_URL": "postgresql+psycopg://a/b"}
    settings = read(tmp_path / "c.toml", OPEN, **environment)
    assert (settings.public_base_url, settings.store.url) == ("https://x.example.org", "postgresql+psycopg://a/b")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsFaults, match="No such file"):
        from_environment({"LDN_CDS_CONFIG": str(tmp_path / "none.toml")})


def test_config_check_shows_what_holds_and_what_does_not(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(OPEN + 'mode = "silent"\n', encoding="utf-8")
    good = CliRunner().invoke(cli.main, ["config", "check", "--config", str(path)])
    assert good.exit_code == 0, good.output
    assert "silent" in good.output
    path.write_text(OPEN + 'mode = "loud"\nsite_profile = "none.toml"\n', encoding="utf-8")
    bad = CliRunner().invoke(cli.main, ["config", "check", "--config", str(path), "--json"])
    assert bad.exit_code == 1
    assert "tenants.a.mode" in bad.output
    path.write_text(OPEN + 'site_profile = "none.toml"\n', encoding="utf-8")
    unsigned = CliRunner().invoke(cli.main, ["config", "check", "--config", str(path)])
    assert unsigned.exit_code == 1
    assert "tenants.a.site_profile" in unsigned.output


@pytest.mark.parametrize(("text", "status"), [(OPEN, 1), (SIGNED, 0)])
def test_serving_the_network_needs_signed_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, status: int) -> None:
    path = tmp_path / "c.toml"
    path.write_text('public_base_url = "https://cds.example.org"\n' + text, encoding="utf-8")
    monkeypatch.setattr("cds.serve.run", lambda make, listen, settings: None)
    monkeypatch.setattr("cds.app.log_to_stdout", lambda: None)
    result = CliRunner().invoke(cli.main, ["serve", "--host", "0.0.0.0", "--config", str(path)])  # noqa: S104 - that it is refused is tested
    assert result.exit_code == status, result.output
    assert ("refusing to listen" in result.output) is bool(status)
