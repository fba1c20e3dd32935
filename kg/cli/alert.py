"""``kg alert``: standing queries."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import credentials, options, talk
from kg.errors import UnknownName, UsageError
from kg.wording import counted
from kg.workflow import printable

if TYPE_CHECKING:
    from kg.alerts.register import Register
    from kg.alerts.webhooks import Sending, Webhooks
    from kg.config import Settings


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
    talk.say(f"alert {name}: added; {counted(len(alert.seen), 'row')} known")


@command.command(name="list")
@options.store
def list_(store: str | None) -> None:
    """List the standing queries and their webhooks."""
    register, place = _register(store)
    hooks = _webhooks(place, register).hooks()
    for alert in register.alerts().values():
        click.echo(f"{alert.name}\t{alert.count} items\t{' '.join(alert.query.split())}")
        if (hook := hooks.get(alert.name)) is not None and hook.created == alert.created:
            waiting = alert.count - hook.done
            trouble = f"; {hook.trouble}" if hook.trouble else ""
            click.echo(f"\twebhook {hook.url}: {hook.sent} sent, {waiting} wait, {hook.lost} lost{trouble}")


@command.command
@click.argument("name")
@options.store
def remove(name: str, store: str | None) -> None:
    """Delete a standing query, its items and its webhook."""
    register, place = _register(store)
    register.remove(name)
    with suppress(UnknownName):
        _webhooks(place, register).remove(name)
    talk.say(f"alert {name}: removed")


@command.command
@click.argument("names", nargs=-1, metavar="[NAME...]")
@options.store
def run(names: tuple[str, ...], store: str | None) -> None:
    """Run standing queries again; print and post rows that are new, changed or withdrawn."""
    from kg.alerts.feeds import as_lines
    from kg.store import reading

    register, place = _register(store)
    with reading(place) as opened:
        items = register.run(opened, datetime.now(UTC), names)
    click.echo(printable(as_lines(items)), nl=False)
    talk.say(f"{len(items):,} items")
    _deliver(place, register)


@command.command("hook")
@click.argument("name")
@click.argument("url", required=False)
@options.store
@click.option("--remove", "removing", is_flag=True, help="Post the items of this alert no more.")
def _hook(name: str, url: str | None, store: str | None, removing: bool) -> None:
    """Have the items of an alert posted to URL, from the next one on.

    The host must be in the setting webhook_hosts; KG_WEBHOOK_SECRET signs what is posted.
    """
    from kg import config

    if removing == (url is not None):
        raise UsageError("give a URL, or --remove")
    register, place = _register(store)
    webhooks = _webhooks(place, register)
    if url is None:
        webhooks.remove(name)
        talk.say(f"alert {name}: its items are posted no more")
        return
    settings, _ = config.load(flags={"store": store})
    credentials.webhook_secret()
    webhooks.add(name, url, settings.allowed_webhooks)
    talk.say(f"alert {name}: new items are posted to {url} by kg alert run, and by kg serve after each write")


@command.command
@click.argument("names", nargs=-1, metavar="[NAME...]")
@options.store
@click.option("--new", is_flag=True, help="Print only what no digest with --new has had; nothing where there is none.")
def digest(names: tuple[str, ...], store: str | None, new: bool) -> None:
    """Print the items of standing queries again, the earliest first, without running the queries."""
    from kg.alerts.feeds import as_lines

    register, _ = _register(store)
    if new:
        items, dropped = register.digest(names)
        click.echo(printable(as_lines(items)), nl=False)
        if dropped:
            click.echo(f"{dropped:,} earlier items are not kept any more")
        return
    for name in names or tuple(register.alerts()):
        click.echo(printable(as_lines(register.get(name).items)), nl=False)


def _webhooks(place: str, register: Register) -> Webhooks:
    from kg.alerts.webhooks import Webhooks

    return Webhooks(Path(place), register)


def _deliver(place: str, register: Register) -> None:
    """Send the waiting items to the webhooks, and report the items that a webhook did not accept."""
    from kg import config

    webhooks = _webhooks(place, register)
    if not webhooks.hooks():
        return
    settings, _ = config.load(flags={"store": place})
    before = {name: one.sent for name, one in webhooks.hooks().items()}
    webhooks.deliver(sending_of(settings))
    after = webhooks.hooks()
    sent = sum(one.sent - before.get(name, 0) for name, one in after.items())
    troubles = "".join(f"; {name}: {one.trouble}" for name, one in after.items() if one.trouble)
    talk.say(f"webhooks: {sent} sent{troubles}")


def sending_of(settings: Settings) -> Sending:
    """Return what posts items, as it is set.

    Raises:
        UsageError: There is no secret to sign with.
    """
    import time

    from kg.alerts.posting import Poster
    from kg.alerts.webhooks import Sending

    return Sending(
        secret=credentials.webhook_secret(),
        hosts=settings.allowed_webhooks,
        post=Poster(allow_private=settings.webhook_private),
        now=time.time,
    )


def _register(store: str | None) -> tuple[Register, str]:
    from kg import config
    from kg.alerts.register import Register

    settings, _ = config.load(flags={"store": store})
    if "://" in settings.store:
        raise UsageError("alerts are kept beside a store in a folder: name that folder with --store")
    return Register(Path(settings.store)), settings.store
