"""``kg dump``: a store as RDF text."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import options, outputs


@click.command
@options.store
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["trig", "turtle", "nquads", "ntriples", "jsonld", "rdfxml"]),
    default="trig",
    show_default=True,
    help="turtle, ntriples and rdfxml have no graphs: all are merged, and a claim is still not a fact.",
)
@click.option("--facts-only", is_flag=True, help="Only what documents say in their own voice.")
@options.output
@options.force
def command(store: str | None, format_name: str, facts_only: bool, output: Path | None, force: bool) -> None:
    """Write the whole graph as RDF. The same graph gives the same bytes."""
    from kg import config, dump, rdffiles
    from kg.store import reading

    outputs.demand_free([output], force=force)
    settings, _ = config.load(flags={"store": store})
    with reading(settings.store, old=True) as opened:
        quads = list(opened.quads())
    if facts_only:
        quads = dump.facts_only(quads)
    data = dump.dump(quads, rdffiles.FORMATS[format_name])
    with outputs.opened(output) as out:
        out.write(data)
