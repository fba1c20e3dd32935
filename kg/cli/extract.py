"""``kg extract``: articles to records."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import options, progress, write


@click.command
@options.paths
@options.output
@options.extractor
def command(paths: tuple[Path, ...], output: Path | None, extractor: str | None) -> None:
    """Read articles and write one record a line (JSON Lines): entities, facts, claims, and what is unclear.

    PATH is a file or a folder of articles (.txt: first line the headline, blank lines between paragraphs; .jsonl: one
    article a line). A file that cannot be read is named on stderr, the others are written, and the exit code is 3.
    """
    from kg import config, pipeline, recordfile

    settings, _ = config.load(flags={"extractor": extractor})
    refused = []
    with write.opened(output) as out, progress.bar("reading") as step:
        for outcome in pipeline.read_records(paths, progress.extractor(settings)):
            step(outcome.path)
            if outcome.error is not None:
                refused.append(outcome.error)
            for record in outcome.records:
                out.write(recordfile.dumps(record).encode() + b"\n")
    progress.refuse(refused)
