"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.cli.inputs import WebAddress
from kg.errors import UsageError
from kg.wording import slip_in_address

Command = TypeVar("Command", bound=Callable[..., Any])


class _Place(click.Path):
    """A path or a web address. An address stays as written, because a path would lose one of its slashes."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and value.lower().startswith(("http://", "https://")):
            return WebAddress(value)
        slip = slip_in_address(value) if isinstance(value, str) else None
        if slip is not None and not os.path.lexists(value):
            raise UsageError(f"{value[:200]}: {slip}")
        return super().convert(value, param, ctx)


paths = click.argument(
    "paths", nargs=-1, required=True, type=_Place(path_type=Path, allow_dash=True), metavar="PATH|URL..."
)
keep = click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Save each fetched page here with its address, time and headers.  [default: not saved]",
)
allow_private = click.option(
    "--allow-private", is_flag=True, help="Fetch from addresses of this machine and its networks too."
)
format_name = click.option(
    "--format",
    "format_name",
    metavar="NAME",
    help="Format of named files and of - (standard input).  [default: detected by name and content]",
)
columns = click.option(
    "--columns", metavar="FIELD=COLUMN,...", help="Columns of a table for the fields, as in text=body,title=head."
)


def articles(command: Command) -> Command:
    """Add the options that all commands with articles have."""
    for option in (allow_private, keep, columns, format_name, paths):
        command = option(command)
    return command


output = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead of stdout."
)
force = click.option(
    "--force", is_flag=True, help="Replace input files and files that kg did not write (never a store's)."
)
store = click.option(
    "--store", metavar="PLACE", help="Folder of the store, or URL of a SPARQL endpoint.  [default: store]"
)
token_file = click.option(
    "--token-file",
    metavar="FILE",
    help="File with the token for changes to a server.  [default: KG_TOKEN]",
)
base = click.option("--base", metavar="IRI", help="Base of the IRIs of data; ends in a slash.")
extractor = click.option("--extractor", metavar="NAME", help="Extractor for articles.  [default: model]")
any_language = click.option(
    "--any-language", is_flag=True, default=None, help="Read texts in other languages too, as if they were English."
)
workers = click.option("--workers", type=int, metavar="N", help="Number of processes that read articles.  [default: 1]")
