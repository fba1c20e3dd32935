"""Progress messages on stderr, and the final list of refused inputs."""

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
    from kg.extract.workers import RecordReader


@contextmanager
def bar(verb: str) -> Iterator[Callable[[Path], None]]:
    """Yield a function to call with each finished file.

    It shows a counter on a terminal, and nothing elsewhere.
    """
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
    """Return a function that builds the extractor on its first call.

    Raises:
        UsageError: There is no such extractor.
    """
    from kg.extract import EXTRACTORS, load

    name = settings.extractor
    if name not in EXTRACTORS:
        from kg.errors import UsageError

        raise UsageError(f"no extractor {name!r}; there are {', '.join(EXTRACTORS)}")
    return cache(partial(load, settings))


@contextmanager
def reading(settings: Settings) -> Iterator[RecordReader]:
    """Yield the reading of articles, in this process or in several.

    Raises:
        UsageError: There is no such extractor.
    """
    from kg.extract.workers import InThisProcess, Workers

    source = extractor(settings)
    if settings.workers == 1:
        yield InThisProcess(source)
        return
    source()  # report faulty settings once, here; nothing heavy is loaded yet
    with Workers(settings, settings.workers) as workers:
        yield workers


def refuse(refused: Sequence[KgError]) -> None:
    """Report refused inputs, and exit with the code of the worst: 3, or 1 if all are violations.

    Raises:
        Exit: There are refused inputs.
    """
    for error in refused:
        talk.say(f"kg: refused: {error}")
    if refused:
        raise click.exceptions.Exit(max(error.exit_code for error in refused))
