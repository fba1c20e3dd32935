"""``kg export``: a store in other formats."""

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
    help="csv, excel: only this list. Without it csv is a ZIP archive of all lists.",
)
@click.option("--bom", is_flag=True, help="Begin CSV with a byte-order mark, so that Excel detects UTF-8.")
@click.option("--claimed", is_flag=True, help="events: include events of claims, with voice=claimed.")
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
    """Write the whole graph in another format. Each format distinguishes claims from facts.

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
