"""``kg load``: RDF files into a store."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import credentials, options, talk


@click.command
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@options.store
@options.token_file
@options.base
def command(files: tuple[Path, ...], store: str | None, token_file: str | None, base: str | None) -> None:
    """Add RDF files to a store. A missing store is created.

    The formats are .ttl, .trig, .nq, .nt, .jsonld, .rdf and .n3, also compressed (.gz, .zst).

    Each file is loaded completely or not at all. Blank nodes become IRIs. A dump in the terms of an earlier release is
    converted to the current ones. `kg validate --store DIR` checks the result.
    """
    from kg import config, oldterms, rdffiles, rdfinput
    from kg.bases import base_of
    from kg.store import open_store

    settings, _ = config.load(flags={"store": store, "base": base})
    formats = [(file, rdffiles.format_of(file)) for file in files]
    with open_store(settings.store, create=True, token=credentials.token_of(settings, token_file)) as opened:
        for file, rdf_format in formats:
            with (
                rdfinput.plain(file) as plain,
                oldterms.mapped(plain, rdf_format, base_of(opened, settings.base)) as (current, kind, changed),
            ):
                count = opened.load(current, kind, base_of(opened, settings.base))
            if changed:
                were = f"{talk.counted(changed, 'quad')} in the terms of an earlier release"
                click.echo(f"kg: note: {file}: mapped {were}", err=True)
            talk.say(f"{file}: {talk.counted(count, 'quad')}")
