"""``kg store``: maintenance of a store on disk."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import talk


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Maintain a store in a folder."""


@command.command
@click.argument("store", required=False, metavar="[STORE]")
@click.option("--accept", is_flag=True, help="Accept what is left of a damaged store as complete, permanently.")
def check(store: str | None, accept: bool) -> None:
    """Read every quad of a store, and compare the result with the store's record.

    The record has the revision and the number of quads. Exit codes: 0 no data is lost, 3 the store is damaged.

    Nothing changes without --accept. With it, commands open the store again, and `kg dump` writes what is left.
    """
    from kg import config
    from kg.errors import StoreDamaged, StoreError, UsageError
    from kg.store import integrity

    settings, _ = config.load(flags={"store": store})
    path = Path(settings.store)
    if "://" in settings.store:
        raise UsageError(f"{path}: only a store in a folder can be checked")
    if not path.is_dir():
        raise StoreError(f"{path}: no store here; make one with: kg build PATH... --store {path}")
    found = integrity.check(path)
    if found.problem and accept and found.quads is not None:
        quads = integrity.accept(path)
        talk.say(f"{path}: {quads:,} quads are left, and are all of the store now")
    elif found.problem:
        left = "" if found.quads is None else f". What is left can be kept: kg store check {path} --accept"
        raise StoreDamaged(f"{found.problem}{left}")
    elif found.known is None or found.known.is_old:
        talk.say(f"{path}: {found.quads:,} quads; the store does not know yet how many it had")
    else:
        talk.say(f"{path}: revision {found.known.state.revision:,}, {found.quads:,} quads; nothing is lost")
