"""The command line: `ldn-cds serve`, `check`, `config check` and `handbook`.

Errors are for the person at the terminal: what is wrong, where, what to do. Exit 1 for a faulty installation,
2 for a request that cannot be judged.
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cards.library import LibraryFaults, load
from cards.model import Library
from cds import evaluate, handbook, serve, sheets, tenancy
from cds.call import Answer, DataMissing
from cds.commands import feedback, store, token
from cds.config.model import Authentication, Mode, Profile, Settings, Tenant
from cds.config.read import SettingsFaults, from_environment
from cds.hooks import envelope, errors, routes
from cds.store.keeper import Keeper

_COLOURS = {"critical": "red", "warning": "yellow", "info": "green"}


_CONFIG = click.option(
    "--config",
    "config",
    envvar="LDN_CDS_CONFIG",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file (TOML); without one, a single local tenant without authentication.",
)


@click.group()
@click.version_option(package_name="ldn-cds")
def main() -> None:
    """Clinical decision support for low-dose naltrexone over CDS Hooks."""


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Worker processes; /metrics counts per process.")
@click.option("--threads", default=32, show_default=True, type=click.IntRange(1, 256), help="Threads per worker.")
@click.option(
    "--allow-unauthenticated-network",
    is_flag=True,
    envvar="LDN_CDS_ALLOW_UNAUTHENTICATED_NETWORK",
    help="Listen beyond this machine although there is no authentication.",
)
@_CONFIG
def serve_command(host: str, port: int, workers: int, threads: int, allow_unauthenticated_network: bool, config: Path | None) -> None:
    """Serve the hooks with gunicorn."""
    from cds.app import create_app, log_to_stdout

    listen = serve.Listen(host=host, port=port, workers=workers, threads=threads, open_network=allow_unauthenticated_network)
    settings = _settings(config, f"http://{listen.bind}", host)
    library = _library()
    try:
        serve.check(listen, settings)
        tenancy.sites(settings, library)
    except (serve.NotAllowed, SettingsFaults) as error:
        raise click.ClickException(str(error)) from None
    _judge_store(settings)
    for tenant in settings.tenants:
        _announce(tenant)
    click.echo(f"  listening on   http://{listen.bind}", err=True)
    click.echo(f"  links lead to  {settings.public_base_url}", err=True)
    click.echo(f"  discovery      {settings.public_base_url}/cds-services", err=True)
    click.echo(f"  knowledge      {library.version} ({len(library.rules)} findings, {len(library.sources)} sources)", err=True)
    log_to_stdout()
    serve.run(lambda: create_app(settings, library), listen, settings)


def _judge_store(settings: Settings) -> None:
    """Say what is wrong with the store. Calls are answered without it; only keys that were named and cannot be read stop the start."""
    faults = Keeper(settings.store).faults()
    for fault in faults:
        click.secho(fault, fg="red", err=True)
    if any(fault.startswith("store.key_file") for fault in faults):
        raise click.ClickException("the keys of identifiers cannot be read; rows could not be found again by patient, so nothing was started")


def _announce(tenant: Tenant) -> None:
    """Say loudly who may call as what."""
    free = tenant.authentication is Authentication.NONE
    what = "NO AUTHENTICATION" if free else f"tokens of {tenant.trust.issuer if tenant.trust else ''}"
    silent = ", SILENT: no card is returned" if tenant.mode is Mode.SILENT else ""
    click.secho(f"ldn-cds: tenant {tenant.id}, {what}{silent}", bold=True, fg="yellow" if free or silent else None, err=True)


@main.group("config")
def config_group() -> None:
    """The configuration file."""


@config_group.command("check")
@_CONFIG
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def config_check_command(config: Path | None, as_json: bool) -> None:
    """Name every fault of the configuration and of the site profiles, or show what holds."""
    library = _library()
    faults: tuple[str, ...] = ()
    found: list[dict[str, Any]] = []
    try:
        settings = from_environment(file=config)
        found = [described(site) for site in tenancy.sites(settings, library).all]
    except SettingsFaults as error:
        faults = error.faults
    if as_json:
        click.echo(json.dumps({"faults": list(faults), "tenants": found}, indent=2))
    else:
        for fault in faults:
            click.secho(fault, fg="red", err=True)
        for entry in found:
            click.secho(entry["id"], bold=True)
            for name, value in entry.items():
                click.echo(f"  {name:<20} {', '.join(value) if isinstance(value, list) else value}")
        click.secho(f"{len(faults)} faults" if faults else "The configuration is sound.", fg="red" if faults else "green", err=bool(faults))
    if faults:
        sys.exit(1)


def described(site: tenancy.Site) -> dict[str, Any]:
    """What holds for this tenant, in words that a person can compare with what was meant."""
    tenant, profile = site.tenant, site.library.site
    return {
        "id": tenant.id,
        "authentication": tenant.authentication.value,
        "issuer": tenant.trust.issuer if tenant.trust else "none",
        "fhir servers": list(tenant.fhir_servers) or "none: nothing is fetched",
        "allowed origins": list(tenant.allowed_origins) or "none: no browser may call",
        "client profile": tenant.client_profile.value,
        "time zone": tenant.time_zone.key,
        "site profile": f"{profile.name}, signed by {profile.signed_by} on {profile.signed_on}" if profile else "default",
        "medication sources": list(tenant.medication_sources) or "all",
        "local codes": len(tenant.local_codes),
        "mode": tenant.mode.value,
    }


@main.command("integration-sheet")
@click.argument("client", type=click.Choice([profile.value for profile in Profile]))
@_CONFIG
@click.option("--tenant", help="For this tenant; without it, for the first one.")
def sheet_command(client: str, config: Path | None, tenant: str | None) -> None:
    """Print what a site of this client and we have to type in, as Markdown."""
    settings = _settings(config)
    click.echo(sheets.sheet(Profile(client), _site(settings, _library(), tenant), settings), nl=False)


@main.command("check")
@click.argument("request", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the service would send it.")
@click.option("--explain", is_flag=True, help="Add the outcome of every finding and what was recognised.")
@_CONFIG
@click.option("--tenant", help="Judge as this tenant; without it, as the first one.")
def check_command(request: Path, as_json: bool, explain: bool, config: Path | None, tenant: str | None) -> None:
    """Judge a CDS Hooks request from a file (- for standard input), without a server."""
    library = _library()
    settings = _settings(config)
    site = _site(settings, library, tenant)
    try:
        body = sys.stdin.buffer.read() if str(request) == "-" else request.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{request}: {error.strerror}") from None
    try:
        answer = _answer(body, site, settings, explain)
    except errors.Refused as error:
        _stop([issue.words for issue in error.issues])
    except DataMissing as error:
        _stop([issue.words for issue in errors.missing(error)])
    whole = routes.whole(answer)
    if as_json:
        click.echo(json.dumps(json.loads(routes.encode(whole)), indent=2))
        return
    _show(whole, library)


@main.command("handbook")
@click.option(
    "--output",
    default="ldn-cds-handbook.html",
    show_default=True,
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="- for standard output.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def handbook_command(output: Path, as_json: bool) -> None:
    """Write all the knowledge as one HTML document to read, print and sign."""
    to_stdout = str(output) == "-"
    if to_stdout and as_json:
        raise click.UsageError("--json prints to standard output as well; give --output a file")
    click.echo("reading the knowledge", err=True)
    library = _library()
    click.echo(f"writing {len(library.rules)} findings, {len(library.sources)} sources, {len(library.statements)} statements", err=True)
    try:
        written = handbook.write(library)
        if to_stdout:
            click.echo(written.html)
        else:
            output.write_text(written.html, encoding="utf-8")
    except handbook.ScenarioFault as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from None
    if not written.counts["scenarios"]:
        click.echo("no scenarios here: they are in the source tree, under tests/scenarios", err=True)
    if as_json:
        size = len(written.html.encode())
        click.echo(json.dumps({"file": str(output), "bytes": size, "knowledgeVersion": library.version, "wrote": dict(written.counts)}, indent=2))
    elif not to_stdout:
        click.echo(f"wrote {output}", err=True)


def _stop(words: list[str]) -> None:
    for line in words:
        click.secho(f"not judged: {line}", fg="red", err=True)
    sys.exit(2)


def _site(settings: Settings, library: Library, tenant: str | None) -> tenancy.Site:
    try:
        found = tenancy.sites(settings, library)
    except SettingsFaults as error:
        raise click.ClickException(str(error)) from None
    if tenant is not None and tenant not in found.by_id:
        raise click.ClickException(f"--tenant {tenant}: is no tenant of the configuration; it has {', '.join(found.by_id)}")
    return found.by_id[tenant] if tenant is not None else found.all[0]


def _answer(body: bytes, site: tenancy.Site, settings: Settings, explain: bool) -> Answer:
    library = site.library
    raw = envelope.decode(body)
    hook = raw.get("hook") if isinstance(raw, dict) else None
    service = next((one for one in library.services if one.hook == hook), library.services[0])
    call = envelope.call(body, service.id, service.hook, site.tenant.id)
    return evaluate.answer(call, library, datetime.now(site.tenant.time_zone), settings.public_base_url, explain=explain)


main.add_command(feedback.group(lambda config: _settings(config)))
main.add_command(store.group(lambda config: _settings(config)))


def _library() -> Library:
    try:
        return load()
    except LibraryFaults as error:
        for fault in error.faults:
            click.secho(fault, fg="red", err=True)
        raise click.ClickException(f"{len(error.faults)} faults in the knowledge files; nothing was started") from None


def _settings(config: Path | None, default_base_url: str | None = None, host: str | None = None) -> Settings:
    try:
        return from_environment(file=config, default_base_url=default_base_url, host=host)
    except SettingsFaults as error:
        raise click.ClickException(str(error)) from None


def _show(answer: dict[str, Any], library: Library) -> None:
    """The cards as text."""
    if not answer["cards"]:
        click.secho("no cards: nothing to say about this request", fg="green")
    for card in answer["cards"]:
        click.secho(f"{card['indicator'].upper():<9}", fg=_COLOURS[card["indicator"]], bold=True, nl=False)
        click.secho(card["summary"], bold=True)
        for line in card["detail"].replace("**", "").splitlines():
            click.echo(f"         {line}" if line else "")
        for suggestion in card.get("suggestions", []):
            click.secho(f"         > {suggestion['label']}", fg="cyan")
        click.echo(f"         source: {card['source']['label']}")
        for link in card["links"]:
            click.echo(f"         {link['url']}")
        click.echo()
    explained = answer.get("extension", {}).get(routes.EXPLAIN_EXTENSION)
    if explained:
        click.secho("why", bold=True)
        for code, found in explained["findings"].items():
            if code not in library.later:
                click.echo(f"  {found['outcome']:<15} {code}: {found['reason']}")
        if library.later:
            click.echo(f"  {len(library.later)} more findings are planned and not asked for in this version")
        for name in ("missing", "gaps", "malformed", "draftsNotValidR4B"):
            if name in explained:
                click.echo(f"  {name}: {json.dumps(explained[name])}")
    click.echo(f"knowledge {library.version}", err=True)


main.add_command(token.group(lambda config: _settings(config)))

if __name__ == "__main__":
    main()
