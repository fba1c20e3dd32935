"""``kg config``: the settings and their origins."""

from __future__ import annotations

import json
from dataclasses import asdict

import click


@click.command
@click.option("--json", "as_json", is_flag=True, help="As JSON: a list of objects with name, value and origin.")
def command(as_json: bool) -> None:
    """Print every setting with its value and origin: default < claimgraph.toml < KG_... < flag."""
    from kg import config

    _, origins = config.load()
    if as_json:
        click.echo(json.dumps([asdict(setting) for setting in origins], indent=1))
        return
    for setting in origins:
        click.echo(f"{setting.name}\t{setting.value}\t{setting.origin}")
