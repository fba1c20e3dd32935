"""``kg alert``: standing queries."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import options, talk
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.alerts.register import Register


@click.group
def command() -> None:
    """Repeat queries on a store, and report rows that are new, changed or withdrawn since the last time."""


@command.command
@click.argument("name")
@click.argument("sparql")
@options.store
def add(name: str, sparql: str, store: str | None) -> None:
    """Add a standing query: a SELECT, preferably with the variable ?statement.

    Its current rows are recorded and not reported.
    """
    from kg.store import reading

    register, place = _register(store)
    with reading(place) as opened:
        alert = register.add(name, sparql, opened, datetime.now(UTC))
    talk.say(f"alert {name}: added; {len(alert.seen):,} rows are known")


@command.command(name="list")
@options.store
def list_(store: str | None) -> None:
    """List the standing queries."""
    register, _ = _register(store)
    for alert in register.alerts().values():
        click.echo(f"{alert.name}\t{alert.count} items\t{' '.join(alert.query.split())}")


@command.command
@click.argument("name")
@options.store
def remove(name: str, store: str | None) -> None:
    """Delete a standing query and its items."""
    register, _ = _register(store)
    register.remove(name)
    talk.say(f"alert {name}: removed")


@command.command
@click.argument("names", nargs=-1, metavar="[NAME...]")
@options.store
def run(names: tuple[str, ...], store: str | None) -> None:
    """Run standing queries again, and print rows that are new, changed or withdrawn."""
    from kg.alerts.feeds import as_lines
    from kg.store import reading

    register, place = _register(store)
    with reading(place) as opened:
        items = register.run(opened, datetime.now(UTC), names)
    click.echo(as_lines(items), nl=False)
    talk.say(f"{len(items):,} items")


@command.command
@click.argument("names", nargs=-1, metavar="[NAME...]")
@options.store
def digest(names: tuple[str, ...], store: str | None) -> None:
    """Print the items of standing queries again, the earliest first, without running the queries."""
    from kg.alerts.feeds import as_lines

    register, _ = _register(store)
    for name in names or tuple(register.alerts()):
        click.echo(as_lines(register.get(name).items), nl=False)


def _register(store: str | None) -> tuple[Register, str]:
    from kg import config
    from kg.alerts.register import Register

    settings, _ = config.load(flags={"store": store})
    if "://" in settings.store:
        raise UsageError("alerts are kept beside a store in a folder: name that folder with --store")
    return Register(Path(settings.store)), settings.store
