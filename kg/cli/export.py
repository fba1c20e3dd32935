"""``kg export``: a store in a format of others."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import options, outputs

_FORMATS = (
    *("csv", "excel", "network", "events", "nanopub", "schema-org", "annotations", "rdf12", "followthemoney"),
    *("parquet", "dataset"),
)


@click.command
@click.argument("format_name", metavar="FORMAT", type=click.Choice(_FORMATS))
@options.store
@click.option(
    "--list",
    "list_name",
    type=click.Choice(["statements", "articles", "speakers", "places", "events"]),
    help="csv, excel: this list alone. csv without it is a ZIP archive of all.",
)
@click.option("--bom", is_flag=True, help="Begin CSV with a byte-order mark, by which Excel knows UTF-8.")
@click.option("--claimed", is_flag=True, help="events: also what speakers only say, with voice=claimed.")
@options.base
@options.output
@options.force
def command(
    format_name: str,
    store: str | None,
    list_name: str | None,
    bom: bool,
    claimed: bool,
    base: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Write the whole graph in a format of others: a claim is told apart from a fact in each.

    FORMAT is csv, excel, network (nodes.csv and edges.csv), events (CAMEO and PLOVER codes), nanopub, schema-org,
    annotations, rdf12, followthemoney, parquet or dataset (Parquet with a card).
    """
    from kg import config, export
    from kg.store import reading

    outputs.demand_free([output], force=force)
    settings, _ = config.load(flags={"store": store, "base": base})
    chosen = export.Options(list_name=list_name or "", bom=bom, claimed=claimed)
    with reading(settings.store) as opened:
        data = export.write(format_name, opened, chosen, settings.base)
    with outputs.opened(output) as out:
        out.write(data)
