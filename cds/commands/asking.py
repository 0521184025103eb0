"""What the command groups share: the store of the settings, faults in plain words, lines to watch while something takes long.

Everything that is no result goes to standard error.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TypeVar

import click

from cds.config.model import Settings, Store
from cds.store.engine import StoreDown
from cds.store.hashes import KeyFault
from cds.store.keeper import Keeper

ReadSettings = Callable[[Path | None], Settings]
CONFIG = click.option(
    "--config",
    envvar="LDN_CDS_CONFIG",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file (TOML); without one, the store of the local service.",
)
_Step = TypeVar("_Step")


@contextmanager
def opened(settings: Store) -> Iterator[Keeper]:
    """The store, closed at the end. A store that is down, or a faulty key file, ends the command with exit 1 and the reason."""
    keeper = None
    try:
        keeper = Keeper(settings)
        yield keeper
    except StoreDown as error:
        raise click.ClickException(f"store: {error.why}") from None
    except KeyFault as error:
        raise click.ClickException(str(error)) from None
    finally:
        if keeper is not None:
            keeper.close()


def counted(steps: Iterable[int], words: str, total: int | None = None) -> int:
    """The sum of all steps, told while they come: in place at a terminal, each tenth otherwise."""
    done = number = 0
    live = sys.stderr.isatty()
    for number, step in enumerate(steps, 1):
        done += step
        if live or number % 10 == 0:
            click.echo(f"{words}: {done}{f' of {total}' if total else ''}", err=True, nl=not live)
            if live:
                click.echo("\r", err=True, nl=False)
    if live and number:
        click.echo("", err=True)
    return done


def watched(steps: Iterable[_Step], words: str, total: int) -> Iterator[_Step]:
    """The steps as they come, with a line at a terminal that tells how far it is."""
    live = sys.stderr.isatty() and total > 1
    for number, step in enumerate(steps, 1):
        if live:
            click.echo(f"{words} {number} of {total}\r", err=True, nl=number == total)
        yield step


class Day(click.ParamType[datetime]):
    """A day as year-month-day, or a year and month; its first moment in UTC."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, or a usage error that says how to write one."""
        if isinstance(value, datetime):
            return value
        text = str(value)
        try:
            day = date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
        except ValueError:
            self.fail(f"{text!r} is no day; write for example 2026-01-20", param, ctx)
        return datetime.combine(day, time(), tzinfo=UTC)
