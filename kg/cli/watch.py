"""``kg watch``: feeds into a store, as they change."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kg.cli import credentials, options, progress, talk
from kg.errors import KgError, UsageError

if TYPE_CHECKING:
    from types import FrameType

    from kg.config import Settings
    from kg.extract.workers import RecordReader
    from kg.watch import Round, Watcher

_SHORTEST: Final = 1.0


@click.command
@click.argument("feeds", nargs=-1, required=True, metavar="FEED...")
@options.store
@options.token_file
@options.base
@options.extractor
@options.any_language
@options.workers
@options.keep
@options.allow_private
@click.option("--every", type=float, default=300.0, metavar="SECONDS", help="Time between two looks.  [default: 300]")
@click.option(
    "--recheck",
    type=float,
    default=60.0,
    metavar="MINUTES",
    help="Fetch the pages of listed entries again after this time.  [default: 60]",
)
@click.option("--once", is_flag=True, help="Look once and end.")
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="State file with the seen entries.  [default: STORE.watch.json beside the store]",
)
def command(
    feeds: tuple[str, ...],
    store: str | None,
    token_file: str | None,
    base: str | None,
    extractor: str | None,
    any_language: bool | None,
    workers: int | None,
    keep: Path | None,
    allow_private: bool,
    every: float,
    recheck: float,
    once: bool,
    state: Path | None,
) -> None:
    """Follow feeds (RSS, Atom, JSON Feed): put new and changed entries into a store, until Ctrl-C.

    For an entry with only a teaser the page is fetched, politely and by the rules of robots.txt. A changed entry or
    page becomes a new version of its article. A deleted one (410, twice 404, or deleted in the feed) is withdrawn.

    A state file records the seen entries, so that a later run continues where this one ended. The store and the file
    agree at any stop. A feed that cannot be read is reported and tried again at the next look.
    """
    from kg import config, watch
    from kg.fetch import Fetcher
    from kg.fetch.address import checked_url
    from kg.fetch.kept import KeptFolder

    flags = {"store": store, "base": base, "extractor": extractor, "any_language": any_language, "workers": workers}
    settings, _ = config.load(flags=flags)
    if every < _SHORTEST:
        raise UsageError(f"--every: {every:g} is less than {_SHORTEST:g} second")
    for url in feeds:
        checked_url(url)  # one that is no address never becomes a feed
    token = credentials.token_of(settings, token_file)
    memory = watch.Memory.load(state or _state_beside(settings.store))
    with _stoppable(), Fetcher(allow_private=allow_private) as fetcher, progress.reading(settings) as reading:
        kept = None if keep is None else KeptFolder(keep)
        watcher = watch.Watcher(fetcher=fetcher, memory=memory, kept=kept, recheck=recheck * 60)
        while True:
            started = time.monotonic()
            refused = [error for url in dict.fromkeys(feeds) for error in _look(watcher, url, settings, token, reading)]
            if once:
                progress.refuse(refused)
                return
            for error in refused:
                talk.say(f"kg: refused: {error}")
            time.sleep(max(0.0, started + every - time.monotonic()))


def _state_beside(store: str) -> Path:
    if "://" in store:
        raise UsageError("--state: say where to keep what was seen; the store is not a folder of this machine")
    path = Path(store)
    return path.with_name(path.name + ".watch.json")


@contextmanager
def _stoppable() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C: the store's transaction is completed or undone.

    Ctrl-C is set too, because a shell that starts a command in the background ignores it.
    """

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _look(watcher: Watcher, url: str, settings: Settings, token: str | None, reading: RecordReader) -> list[KgError]:
    """Check one feed and put its changes into the store. Returns the errors of unreadable entries."""
    try:
        found = watcher.look(url)
        refused = [*found.refused, *(_build(found, url, settings, token, reading) if found.items else ())]
    except UsageError:
        raise
    except KgError as error:
        return [error]
    found.apply()
    watcher.memory.save()
    if found.items:
        talk.say(f"{url}: {found.new} new, {found.changed} changed, {found.withdrawn} withdrawn")
    return refused


def _build(found: Round, url: str, settings: Settings, token: str | None, reading: RecordReader) -> tuple[KgError, ...]:
    """Put entries into the store in one transaction.

    Returns the entries that the extractor or the shapes refused.
    """
    from kg import pipeline
    from kg.bases import base_for_building
    from kg.store import open_store

    with open_store(settings.store, create=True, token=token) as opened:
        base = base_for_building(opened, settings.base, bundled=False)
        return pipeline.build([found.source(url)], opened, reading=reading, base=base).refused
