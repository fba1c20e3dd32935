"""``kg extract``: articles to records."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import inputs, options, outputs, progress
from kg.errors import KgError


@click.command
@options.articles
@options.output
@options.force
@options.extractor
@options.any_language
@options.workers
def command(
    paths: tuple[inputs.Given, ...],
    format_name: str | None,
    columns: str | None,
    keep: Path | None,
    allow_private: bool,
    output: Path | None,
    force: bool,
    extractor: str | None,
    any_language: bool | None,
    workers: int | None,
) -> None:
    """Read articles and write one record a line (JSON Lines).

    A record has entities, facts, claims, unclear passages, and context (datelines, bylines, headings).

    PATH is a file or a folder of articles, or - (standard input) with --format; `kg read` shows their text. A file or
    document that cannot be read, such as one in another language, is reported on stderr. The others are written, and
    the exit code is 3.
    """
    from kg import config, pipeline, recordfile

    outputs.demand_free([output], inputs.paths_of(paths), force=force)
    settings, _ = config.load(flags={"extractor": extractor, "any_language": any_language, "workers": workers})
    refused: list[KgError] = []
    given = inputs.of(paths, format_name, columns, refused=refused, keep=keep, allow_private=allow_private)
    with outputs.opened(output) as out, progress.bar("reading") as step, progress.reading(settings) as reading:
        for outcome in pipeline.read_records(given, reading):
            step(outcome.path)
            refused += outcome.refused
            for record in outcome.records:
                out.write(recordfile.dumps(record).encode() + b"\n")
    progress.refuse([*refused, *inputs.unread(paths)])
