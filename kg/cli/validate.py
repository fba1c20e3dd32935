"""``kg validate``: a graph against the shapes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import options, progress, write
from kg.errors import UsageError

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.config import Settings


@click.command
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@options.store
@options.base
@options.extractor
@click.option("--format", "format_name", default="human", show_default=True, metavar="NAME", help="How to report.")
@options.output
def command(
    paths: tuple[Path, ...],
    store: str | None,
    base: str | None,
    extractor: str | None,
    format_name: str,
    output: Path | None,
) -> None:
    """Check a store (--store), RDF files, records or articles against the shapes.

    Articles and records are mapped first, as `kg build` would. Without PATH and --store the default store is checked.
    Exit codes: 0 conforms, 1 violations, 2 wrong usage, 3 input or engine failure.
    """
    from kg import config
    from kg.validate import validate
    from kg.validate.reports import REPORTS

    if paths and store is not None:
        raise UsageError("give PATHs or --store, one of the two")
    if format_name not in REPORTS:
        raise UsageError(f"no report format {format_name!r}; there are {', '.join(REPORTS)}")
    settings, _ = config.load(flags={"store": store, "base": base, "extractor": extractor})
    report = validate(_of_paths(paths, settings) if paths else _of_store(settings))
    with write.opened(output) as out:
        out.write(REPORTS[format_name](report).encode())
    if report.at_least("violation"):
        raise click.exceptions.Exit(1)


def _of_store(settings: Settings) -> list[Quad]:
    from kg.store import EmbeddedStore

    with EmbeddedStore.open(options.store_folder(settings.store)) as opened:
        return list(opened.quads())


def _of_paths(paths: tuple[Path, ...], settings: Settings) -> list[Quad]:
    """The quads of RDF files as they are, and of articles and records as they are mapped."""
    from kg import rdffiles
    from kg.validate.files import read_quads

    rdf = [path for path in paths if path.suffix.lower() in rdffiles.SUFFIXES]
    others = [path for path in paths if path not in rdf]
    quads = [quad for path in rdf for quad in read_quads(path)]
    return quads + list(_mapped(others, settings))


def _mapped(paths: list[Path], settings: Settings) -> Iterator[Quad]:
    from kg import mapper, pipeline

    if not paths:
        return
    source = progress.extractor(settings.extractor)
    refused = []
    for outcome in pipeline.read_records(paths, source):
        if outcome.error is not None:
            refused.append(outcome.error)
        for record in outcome.records:
            yield from mapper.map_record(record, settings.base).quads
    progress.refuse(refused)
