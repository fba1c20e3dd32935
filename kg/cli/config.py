"""``kg config``: every setting, and where it was set."""

from __future__ import annotations

import click


@click.command
def command() -> None:
    """Show every setting, its value and where it came from: default < claimgraph.toml < KG_... < flag."""
    from kg import config

    _, origins = config.load()
    for setting in origins:
        click.echo(f"{setting.name}\t{setting.value}\t{setting.origin}")
