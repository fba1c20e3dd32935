"""Talk on stderr while a command works, and the list of what was refused at its end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import talk
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.config import Settings
    from kg.extract import Extractor
    from kg.extract.workers import Reading


@contextmanager
def bar(verb: str) -> Iterator[Callable[[Path], None]]:
    """A function to call with each file that is done; a counter line on a terminal, silence elsewhere."""
    done = 0
    terminal = sys.stderr.isatty()

    def step(path: Path) -> None:
        nonlocal done
        done += 1
        if terminal:
            click.echo(f"\r\033[K{verb}: {talk.counted(done, 'file')}, {path.name}", nl=False, err=True)

    try:
        yield step
    finally:
        if terminal:
            click.echo("\r\033[K", nl=False, err=True)


def extractor(settings: Settings) -> Callable[[], Extractor]:
    """Builds the extractor that is set when first called, once. Raises UsageError at once for a name nobody has."""
    from kg.extract import EXTRACTORS, load

    name = settings.extractor
    if name not in EXTRACTORS:
        from kg.errors import UsageError

        raise UsageError(f"no extractor {name!r}; there are {', '.join(EXTRACTORS)}")
    return cache(partial(load, settings))


@contextmanager
def reading(settings: Settings) -> Iterator[Reading]:
    """How articles are read: here, or by as many processes as are set. Raises UsageError for an unknown extractor."""
    from kg.extract.workers import InThisProcess, Workers

    source = extractor(settings)
    if settings.workers == 1:
        yield InThisProcess(source)
        return
    source()  # what is wrong with the settings is said once, here; nothing heavy is loaded yet
    with Workers(settings, settings.workers) as workers:
        yield workers


def refuse(refused: Sequence[KgError]) -> None:
    """Name what was refused, if anything, and end with the exit code of the worst: 3, or 1 where all are violations."""
    for error in refused:
        talk.say(f"kg: refused: {error}")
    if refused:
        raise click.exceptions.Exit(max(error.exit_code for error in refused))
