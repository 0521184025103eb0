"""`ldn-cds token`: keys and tokens that the service takes, and the reason when it does not."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cds.cli import main
from cds.trust import jwks, signing

URL = "https://cds.example.org/cds-services/ldn-order-sign"
CONFIG = """
public_base_url = "https://cds.example.org"
[[tenants]]
id = "north"
authentication = "jwt"
issuer = "https://ehr.example.org"
jwks_file = "keys/jwks.json"
tenant_claims = ["a"]
"""


def run(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(main, ["token", *words], input=given)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with keys and a configuration that names them."""
    (tmp_path / "cds.toml").write_text(CONFIG, "utf-8")
    assert run("keys", str(tmp_path / "keys")).exit_code == 0
    return tmp_path


def sign(folder: Path, *more: str) -> str:
    key = str(folder / "keys" / "private.pem")
    result = run("sign", "--key", key, "--issuer", "https://ehr.example.org", "--audience", URL, "--tenant", "a", *more)
    assert result.exit_code == 0, result.output
    return result.stdout


def check(folder: Path, text: str, url: str = URL) -> Result:
    return run("check", "--config", str(folder / "cds.toml"), "--url", url, given=text)


@pytest.mark.parametrize("algorithm", signing.ALGORITHMS)
def test_keys_are_such_as_the_service_takes(tmp_path: Path, algorithm: str) -> None:
    assert run("keys", str(tmp_path), "--algorithm", algorithm).exit_code == 0
    kid = json.loads((tmp_path / "jwks.json").read_bytes())["keys"][0]["kid"]
    found = jwks.read((tmp_path / "jwks.json").read_bytes())
    assert found.find(kid, algorithm) is not None
    assert (found.left_out, found.private) == (0, 0)
    assert stat.S_IMODE((tmp_path / "private.pem").stat().st_mode) == 0o600


def test_keys_are_never_written_over(made: Path) -> None:
    before = (made / "keys" / "private.pem").read_bytes()
    again = run("keys", str(made / "keys"))
    assert (again.exit_code, (made / "keys" / "private.pem").read_bytes()) == (1, before)
    assert "name another folder" in again.stderr


def test_a_token_is_taken(made: Path) -> None:
    result = check(made, sign(made), URL + "?explain=true")
    assert (result.exit_code, result.stdout) == (0, "taken as tenant north\n")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (("--audience", "https://cds.example.org"), "audience"),
        (("--issuer", "https://other.example"), "issuer"),
        (("--tenant", "b"), "tenant"),
        (("--jku", "https://ehr.example.org/jwks"), "key-set-address"),
        (("--seconds", "86400"), "lifetime"),
    ],
)
def test_the_reason_is_told_to_the_operator(made: Path, more: tuple[str, str], reason: str) -> None:
    result = check(made, sign(made, *more))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"not taken: {reason} ")


def test_what_is_no_token(made: Path) -> None:
    assert "not taken: malformed" in check(made, "x").stderr
    assert "not taken: too-long" in check(made, "x" * 50_000).stderr


def test_what_is_no_key(made: Path) -> None:
    for name in ("cds.toml", "nothing"):
        result = run("sign", "--key", str(made / name), "--issuer", "x", "--audience", URL)
        assert result.exit_code == 1
        assert name in result.stderr
