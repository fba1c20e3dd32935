"""``kg build``: articles or records into a store."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import options, progress


@click.command
@options.paths
@options.store
@options.base
@options.extractor
def command(paths: tuple[Path, ...], store: str | None, base: str | None, extractor: str | None) -> None:
    """Put articles (or records that `kg extract` wrote) into a store, making it where there is none.

    Everything goes in in one transaction; a document that is there already is replaced, an earlier version of it is
    superseded. Building the same twice changes nothing. A file that cannot be used is named on stderr and left out, the
    others go in, and the exit code is 3; a document that breaks the shapes likewise, with exit code 1.
    """
    from kg import config, pipeline
    from kg.store import open_store

    settings, _ = config.load(flags={"store": store, "base": base, "extractor": extractor})
    source = progress.extractor(settings)
    with (
        open_store(settings.store, create=True) as opened,
        progress.bar("building") as step,
    ):
        report = pipeline.build(paths, opened, extractor=source, base=settings.base, progress=step)
    click.echo(
        f"{settings.store}: {report.documents} documents, {report.facts} facts, {report.claims} claims, "
        f"{report.quads} quads",
        err=True,
    )
    progress.refuse(report.refused)
