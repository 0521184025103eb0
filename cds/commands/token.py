"""`ldn-cds token`: keys and tokens for a sandbox, and why a token would not be taken."""

import json
import os
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from cds.config.model import Settings
from cds.trust import signing, tokens
from cds.trust.issuers import Issuers
from cds.trust.keys import Keys
from cds.trust.reasons import Reason, Unavailable, Untrusted
from cds.trust.replays import InMemory

ReadSettings = Callable[[Path | None], Settings]
_FILE = click.Path(dir_okay=False, path_type=Path)


def group(settings: ReadSettings) -> click.Group:
    """The group `token`."""

    @click.group("token")
    def token() -> None:
        """Tokens of clients: make some for a test, and see why one is not taken."""

    @token.command("keys")
    @click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
    @click.option("--algorithm", type=click.Choice(signing.ALGORITHMS), default="ES384", show_default=True)
    def keys_command(folder: Path, algorithm: str) -> None:
        """Make a key pair for tests: FOLDER/private.pem, and FOLDER/jwks.json for `jwks_file`."""
        pem = signing.make(algorithm)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(folder / "private.pem", pem, 0o600)
            _write(folder / "jwks.json", json.dumps({"keys": [signing.public(pem)]}, indent=2).encode() + b"\n", 0o644)
        except FileExistsError as error:
            raise click.ClickException(f"{error.filename} is there already; name another folder") from None
        except OSError as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None
        click.echo(f"wrote {folder / 'private.pem'} and {folder / 'jwks.json'}", err=True)

    @token.command("sign")
    @click.option("--key", type=_FILE, required=True, help="The private key, as `token keys` made it.")
    @click.option("--issuer", required=True, help="`iss`: what the tenant has as issuer.")
    @click.option("--audience", required=True, help="`aud`: the address that will be called, without query.")
    @click.option("--tenant", help="The `tenant` claim.")
    @click.option("--jku", help="The address of the key set, where the tenant lists one.")
    @click.option("--seconds", default=300, show_default=True, type=click.IntRange(1, 86_400), help="How long it is valid.")
    def sign_command(key: Path, issuer: str, audience: str, tenant: str | None, jku: str | None, seconds: int) -> None:
        """Print a new token for one call."""
        claims = {"iss": issuer, "aud": audience, "jti": str(uuid.uuid4()), **({"tenant": tenant} if tenant else {})}
        try:
            click.echo(signing.sign(key.read_bytes(), claims, datetime.now(UTC), seconds, jku))
        except OSError as error:
            raise click.ClickException(f"{key}: {error.strerror}") from None
        except signing.NotAKey:
            raise click.ClickException(f"{key}: holds no private key that can be used; `ldn-cds token keys FOLDER` makes one") from None

    @token.command("check")
    @click.option("--url", required=True, help="The address that is called, as the client knows it.")
    @click.option("--config", envvar="LDN_CDS_CONFIG", type=_FILE, help="Configuration file (TOML).")
    def check_command(url: str, config: Path | None) -> None:
        """Read a token from standard input: as which tenant would it be taken, or why not? Whether it was used is not asked."""
        holding = settings(config)
        text = sys.stdin.read(10 * tokens.LONGEST).strip()
        try:
            draft = tokens.read(text)
            found = Issuers(holding.tenants).whose(draft)
            if found is None:
                raise Untrusted(Reason.ISSUER)
            tenant, trust = found
            now = datetime.now(UTC)
            tokens.verify(draft, {url.partition("?")[0]}, trust, Keys(), InMemory(), now)
        except (Untrusted, Unavailable) as error:
            click.secho(f"not taken: {error} (deploy/README.md, Tokens, says what to look at)", fg="red", err=True)
            sys.exit(2)
        click.secho(f"taken as tenant {tenant.id}", fg="green")

    return token


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a new file; never over an old one."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
