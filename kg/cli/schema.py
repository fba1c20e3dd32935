"""``kg schema``: the JSON Schema of records."""

from __future__ import annotations

import json

import click


@click.command
def command() -> None:
    """Write the JSON Schema (2020-12) of one line of a records file."""
    from kg import recordfile

    click.echo(json.dumps(recordfile.SCHEMA, indent=2, ensure_ascii=False))
