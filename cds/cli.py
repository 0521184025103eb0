"""The command line: `ldn-cds serve`, `ldn-cds check` and `ldn-cds handbook`.

Errors are for the person at the terminal: what is wrong, where, what to do. Exit 1 for a faulty installation,
2 for a request that cannot be judged.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cards.library import LibraryFaults, load
from cards.model import Library
from cds import evaluate, handbook, serve
from cds.call import Answer, DataMissing
from cds.commands import feedback, store
from cds.config import model
from cds.hooks import envelope, errors, routes
from cds.settings import Settings, SettingsFaults, from_environment

_COLOURS = {"critical": "red", "warning": "yellow", "info": "green"}


@click.group()
@click.version_option(package_name="ldn-cds")
def main() -> None:
    """Clinical decision support for low-dose naltrexone over CDS Hooks."""


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Worker processes; /metrics counts per process.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256), help="Threads per worker.")
@click.option(
    "--allow-unauthenticated-network",
    is_flag=True,
    envvar="LDN_CDS_ALLOW_UNAUTHENTICATED_NETWORK",
    help="Listen beyond this machine although there is no authentication.",
)
def serve_command(host: str, port: int, workers: int, threads: int, allow_unauthenticated_network: bool) -> None:
    """Serve the hooks with gunicorn."""
    from cds.app import create_app, log_to_stdout

    listen = serve.Listen(host=host, port=port, workers=workers, threads=threads, open_network=allow_unauthenticated_network)
    try:
        serve.check(listen)
        settings = from_environment(default_base_url=f"http://{listen.bind}", host=host)
    except (serve.NotAllowed, SettingsFaults) as error:
        raise click.ClickException(str(error)) from None
    library = _library()
    click.secho("ldn-cds: local sandbox, NO AUTHENTICATION", bold=True, err=True)
    click.echo(f"  listening on   http://{listen.bind}", err=True)
    click.echo(f"  links lead to  {settings.public_base_url}", err=True)
    click.echo(f"  discovery      {settings.public_base_url}/cds-services", err=True)
    click.echo(f"  knowledge      {library.version} ({len(library.rules)} findings, {len(library.sources)} sources)", err=True)
    log_to_stdout()
    serve.run(lambda: create_app(settings, library), listen)


@main.command("check")
@click.argument("request", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the service would send it.")
@click.option("--explain", is_flag=True, help="Add the outcome of every finding and what was recognised.")
def check_command(request: Path, as_json: bool, explain: bool) -> None:
    """Judge a CDS Hooks request from a file (- for standard input), without a server."""
    library = _library()
    settings = _settings()
    try:
        body = sys.stdin.buffer.read() if str(request) == "-" else request.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{request}: {error.strerror}") from None
    try:
        answer = _answer(body, library, settings, explain)
    except errors.Refused as error:
        _stop([issue.words for issue in error.issues])
    except DataMissing as error:
        _stop([issue.words for issue in errors.missing(error)])
    whole = routes.body(answer)
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


def _answer(body: bytes, library: Library, settings: Settings, explain: bool) -> Answer:
    raw = envelope.decode(body)
    hook = raw.get("hook") if isinstance(raw, dict) else None
    service = next((one for one in library.services if one.hook == hook), library.services[0])
    call = envelope.call(body, service.id, service.hook, settings.tenant)
    return evaluate.answer(call, library, datetime.now(UTC), settings.public_base_url, explain=explain)


def _store_settings() -> model.Settings:
    return model.Settings()


main.add_command(feedback.group(_store_settings))
main.add_command(store.group(_store_settings))


def _library() -> Library:
    try:
        return load()
    except LibraryFaults as error:
        for fault in error.faults:
            click.secho(fault, fg="red", err=True)
        raise click.ClickException(f"{len(error.faults)} faults in the knowledge files; nothing was started") from None


def _settings() -> Settings:
    try:
        return from_environment()
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


if __name__ == "__main__":
    main()
