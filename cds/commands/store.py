"""`ldn-cds store`: the tables, what waits in the journal, retention, deletion, keys."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from cds.commands.asking import CONFIG, Day, ReadSettings, counted, opened
from cds.store import drain, journal, retention, schema, status
from cds.store.keeper import Keeper

_PATIENCE_S = 20


def group(settings: ReadSettings) -> click.Group:
    """The group `store`."""

    @click.group("store")
    def store() -> None:
        """Where audit rows and feedback are kept."""

    @store.command("upgrade")
    @CONFIG
    def upgrade_command(config: Path | None) -> None:
        """Bring the tables to this version. Waits for another process that is doing so."""
        with opened(settings(config).store) as keeper:
            click.echo(f"upgrading {keeper.database.shown}", err=True)
            changed = keeper.database.upgrade()
            click.echo(f"revision {schema.head()}: {'upgraded' if changed else 'nothing to do'}")

    @store.command("status")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @CONFIG
    def status_command(as_json: bool, config: Path | None) -> None:
        """What is in the store, and what still waits in the journal of this host."""
        with opened(settings(config).store) as keeper:
            found = status.status(keeper)
        if as_json:
            click.echo(json.dumps(found, indent=2))
            return
        for name, value in found.items():
            click.echo(f"{name:<22}{value}")

    @store.command("drain")
    @CONFIG
    def drain_command(config: Path | None) -> None:
        """Bring journal files that no running process writes to into the database."""
        with opened(settings(config).store) as keeper:
            rows = counted(drain.drain(keeper.database, keeper.settings.journal), "rows")
            left = len(journal.waiting(keeper.settings.journal))
        click.echo(f"drained {rows} rows" + (f"; {left} files belong to running processes, which drain them" if left else ""))

    @store.command("prune")
    @click.option("--older-than-days", type=click.IntRange(min=1), help="Delete what is older than so many days.")
    @click.option("--before", type=Day(), help="Delete what came before this day (UTC).")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @CONFIG
    def prune_command(older_than_days: int | None, before: datetime | None, yes: bool, config: Path | None) -> None:
        """Delete audit rows and feedback by age."""
        if (older_than_days is None) == (before is None):
            raise click.UsageError("give --older-than-days or --before")
        moment = before or datetime.now(UTC) - timedelta(days=older_than_days or 0)
        with opened(settings(config).store) as keeper:
            found = retention.older(keeper.database, moment)
            click.echo(f"before {moment:%Y-%m-%d %H:%M} UTC: {found['calls']} calls, {found['feedback']} entries of feedback", err=True)
            _confirm(yes)
            done = counted(retention.prune(keeper.database, moment), "deleted", sum(found.values()))
        click.echo(f"deleted {done} rows")

    @store.command("delete-patient")
    @click.option("--tenant", required=True, help="The tenant whose patient it is.")
    @click.option("--patient", prompt="Patient id (as the EHR sends it)", help="Without it, it is asked for: a command line is seen by others.")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @CONFIG
    def delete_patient_command(tenant: str, patient: str, yes: bool, config: Path | None) -> None:
        """Delete all calls about one patient, their cards and the feedback on them, under all keys."""
        with opened(settings(config).store) as keeper:
            hashes = keeper.keys.hashes("patient", tenant, patient.strip().removeprefix("Patient/"))
            waiting = _settle(keeper)
            found = retention.of_patient(keeper.database, hashes)
            click.echo(f"{found['calls']} calls, {found['feedback']} entries of feedback", err=True)
            if not found["calls"]:
                there = ", ".join(retention.tenants(keeper.database)) or "none"
                click.echo(f"nothing of this patient under tenant {tenant}; look at both spellings (tenants in the store: {there})", err=True)
            _confirm(yes)
            done = counted(retention.delete_patient(keeper.database, hashes), "deleted", sum(found.values()))
        click.echo(f"deleted {done} rows")
        if waiting:
            raise click.ClickException(f"{waiting} journal files could not be drained yet and may hold rows of this patient; repeat this soon")

    @store.command("rotate-key")
    @CONFIG
    def rotate_key_command(config: Path | None) -> None:
        """Add a new key for identifier hashes; the old ones stay, so that older rows can be found."""
        with opened(settings(config).store) as keeper:
            name = keeper.keys.rotate()
            click.echo(f"{keeper.keys.file}: new key {name}; running processes take it up within a minute")

    return store


def _confirm(yes: bool) -> None:
    if not yes:
        click.confirm("Delete for good?", abort=True, err=True)


def _settle(keeper: Keeper) -> int:
    """Wait until the rows that are in the journal now are in the database; how many files are still left."""
    folder = keeper.settings.journal
    before = {path.name for path in journal.waiting(folder)}
    until = time.monotonic() + _PATIENCE_S
    while before:
        for _ in drain.drain(keeper.database, folder):
            pass
        before &= {path.name for path in journal.waiting(folder)}
        if not before or time.monotonic() > until:
            break
        click.echo(f"waiting for {len(before)} journal files of running processes", err=True)
        time.sleep(1)
    return len(before) + len(drain.set_aside(folder))
