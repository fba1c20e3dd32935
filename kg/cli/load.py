"""``kg load``: RDF files into a store."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import options


@click.command
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@options.store
@options.base
def command(files: tuple[Path, ...], store: str | None, base: str | None) -> None:
    """Add RDF files (.ttl, .trig, .nq, .nt, .jsonld, .rdf) to a store, making it where there is none.

    Each file goes in whole or not at all. Blank nodes become IRIs. `kg validate --store DIR` checks what came in.
    """
    from kg import config, rdffiles
    from kg.store import open_store

    settings, _ = config.load(flags={"store": store, "base": base})
    formats = [(file, rdffiles.format_of(file)) for file in files]
    with open_store(settings.store, create=True) as opened:
        for file, rdf_format in formats:
            count = opened.load(file, rdf_format, settings.base)
            click.echo(f"{file}: {count} quads", err=True)
