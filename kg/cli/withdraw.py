"""``kg withdraw``: a document version taken back."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import click

from kg.cli import options
from kg.errors import UsageError


@click.command
@click.argument("version", metavar="VERSION")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in a sentence: the page of the version shows it.")
@options.store
@options.base
def command(version: str, reason: str, store: str | None, base: str | None) -> None:
    """Take back everything that one version of an article brought into the store.

    VERSION is its IRI, or the 16 digits of its hash. What stays is that there was such a version, when it was
    withdrawn and why. Withdrawing it again changes the reason.
    """
    from kg import config
    from kg.bases import base_of
    from kg.store import open_store

    settings, _ = config.load(flags={"store": store, "base": base})
    if not reason.strip():
        raise UsageError("--reason is empty: say in a sentence why the version is taken back")
    with open_store(settings.store) as opened:
        by_hash = re.fullmatch("[0-9a-f]{16}", version)
        iri = f"{base_of(opened, settings.base)}doc/{version}" if by_hash else version
        opened.withdraw(iri, reason.strip(), datetime.now(UTC))
    click.echo(f"{iri}: withdrawn", err=True)
