"""``kg schema``: the JSON Schemas of records and of corrections."""

from __future__ import annotations

import json

import click


@click.command
@click.argument("what", type=click.Choice(["records", "corrections"]), default="records")
def command(what: str) -> None:
    """Print the JSON Schema (2020-12) of one line of a records file, or of a corrections file."""
    from kg import recordfile
    from kg.corrections import lines

    schema = recordfile.SCHEMA if what == "records" else lines.SCHEMA
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))
