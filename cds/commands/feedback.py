"""`ldn-cds feedback report`: how often was each finding shown, accepted, overridden, and why?"""

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from cds.commands.asking import CONFIG, Day, ReadSettings, opened, watched
from cds.store import report as reports
from cds.store.report import Every, Line, Rate, Report, Unknown

_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\U0010ffff]")
_COLUMNS = ("tenant", "period", "finding", "shown", "silent", "answered", "accepted", "overridden", "overrideRate", "low", "high", "reasons")


def group(settings: ReadSettings) -> click.Group:
    """The group `feedback`."""

    @click.group("feedback")
    def feedback() -> None:
        """What clinicians did with the cards."""

    @feedback.command("report")
    @click.option("--tenant", help="One tenant only.")
    @click.option("--from", "start", type=Day(), help="First day (UTC), for example 2026-01-20 or 2026-01. Default: the first row.")
    @click.option("--to", "last", type=Day(), help="Last day, included. Default: the last row.")
    @click.option("--every", type=click.Choice([one.value for one in Every]), default=Every.ALL.value, show_default=True, help="Cut into periods.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.option("--csv", "as_csv", is_flag=True, help="Print CSV, one line per tenant, period and finding.")
    @CONFIG
    def report_command(
        tenant: str | None, start: datetime | None, last: datetime | None, every: str, as_json: bool, as_csv: bool, config: Path | None
    ) -> None:
        """Per finding: shown, accepted, overridden, override rate with its 95 % interval, reasons.

        A card counts once however often its call was retried, and in the period in which it was shown. The rate is the overridden share
        of the cards that a client told something about: ignored cards are not reported, so silence is neither.
        """
        if as_json and as_csv:
            raise click.UsageError("choose --json or --csv")
        if start and last and last < start:
            raise click.UsageError("--to lies before --from")
        with opened(settings(config).store) as keeper, keeper.database.reading(patient=True) as connection:
            span = reports.span(connection)
            end = last + timedelta(days=1) if last else (span[1] if span else datetime.now(UTC))
            begin = start or min(span[0] if span else end, end)
            over = list(reports.periods(begin, end, Every(every))) if begin < end else []
            found = list(watched(reports.report(connection, over, tenant), "counting period", len(over)))
        if as_json:
            click.echo(json.dumps(as_object(found, tenant, begin, end), indent=2, ensure_ascii=False))
        elif as_csv:
            click.echo(as_table(found), nl=False)
        else:
            show(found)

    return feedback


def as_object(found: Sequence[Report], tenant: str | None, begin: datetime, end: datetime) -> dict[str, Any]:
    """The report for machines."""
    return {
        "tenant": tenant,
        "from": begin.isoformat(),
        "until": end.isoformat(),
        "findings": [_line(line) for report in found for line in report.lines],
        "unknownCards": [_unknown(one) for report in found for one in report.unknown],
    }


def _line(line: Line) -> dict[str, Any]:
    rate = line.override_rate
    return {
        "tenant": line.tenant,
        "period": line.period,
        "finding": line.finding,
        "shown": line.shown,
        "silent": line.silent,
        "answered": line.answered,
        "accepted": line.accepted,
        "overridden": line.overridden,
        "overrideRate": None if rate.value is None else {"value": _short(rate.value), "low95": _short(rate.low), "high95": _short(rate.high)},
        "reasons": dict(line.reasons),
    }


def _unknown(one: Unknown) -> dict[str, Any]:
    return {"tenant": one.tenant, "period": one.period, "outcome": one.outcome, "entries": one.entries}


def as_table(found: Sequence[Report]) -> str:
    """The report as CSV. A cell that a spreadsheet would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for report in found:
        for line in report.lines:
            rate = line.override_rate
            counts = (line.shown, line.silent, line.answered, line.accepted, line.overridden)
            shares = ("" if share is None else _short(share) for share in (rate.value, rate.low, rate.high))
            reasons = "; ".join(f"{reason}: {count}" for reason, count in line.reasons.items())
            writer.writerow([_cell(line.tenant), line.period, _cell(line.finding), *counts, *shares, _cell(reasons)])
        for one in report.unknown:
            counted = [one.entries if one.outcome == outcome else 0 for outcome in ("accepted", "overridden")]
            writer.writerow([_cell(one.tenant), one.period, "(unknown card)", 0, 0, one.entries, *counted, "", "", "", ""])
    return out.getvalue()


def show(found: Sequence[Report]) -> None:
    """The report for a person."""
    if not any(report.lines or report.unknown for report in found):
        click.echo("no cards and no feedback in this time", err=True)
        return
    heading: tuple[str, str] | None = None
    for report in found:
        for line in report.lines:
            if heading != (line.tenant, line.period):
                heading = (line.tenant, line.period)
                click.secho(f"\n{plain(line.tenant)}  {line.period}", bold=True)
                click.echo(f"{'finding':<34}{'shown':>7}{'silent':>8}{'accepted':>10}{'overridden':>12}   override rate (95 % interval)")
            click.echo(
                f"{plain(line.finding):<34}{line.shown:>7}{line.silent:>8}{line.accepted:>10}{line.overridden:>12}   {_spoken(line.override_rate)}"
            )
            for reason, count in line.reasons.items():
                click.echo(f"{count:>71}   {plain(reason)}")
        for one in report.unknown:
            click.secho(f"{plain(one.tenant)}  {one.period}: {one.entries} entries ({one.outcome}) on cards that are not in the store", fg="yellow")
    click.echo("\nThe rate is of the cards that were answered; cards without feedback are neither accepted nor overridden.", err=True)


def _spoken(rate: Rate) -> str:
    if rate.value is None or rate.low is None or rate.high is None:
        return "-"
    return f"{rate.value:.0%} ({rate.low:.0%} to {rate.high:.0%})"


def _short(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def plain(text: str) -> str:
    """A client's words without what would steer a terminal, and not without end."""
    cleaned = _UNPRINTABLE.sub("?", text)
    return cleaned if len(cleaned) <= 100 else cleaned[:99] + "…"


def _cell(text: str) -> str:
    cleaned = _UNPRINTABLE.sub("?", text)
    return f"'{cleaned}" if cleaned.lstrip()[:1] in ("=", "+", "-", "@") else cleaned
