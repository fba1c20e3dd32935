"""Options that several commands share, so that they read alike everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.cli.inputs import WebAddress

Command = TypeVar("Command", bound=Callable[..., Any])


class _Place(click.Path):
    """A path, or an address of the web, which is kept as it was written: a path would lose one of its slashes."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and value.lower().startswith(("http://", "https://")):
            return WebAddress(value)
        return super().convert(value, param, ctx)


paths = click.argument(
    "paths", nargs=-1, required=True, type=_Place(path_type=Path, allow_dash=True), metavar="PATH|URL..."
)
keep = click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Keep what is fetched here: each page, where it came from, when, its headers.  [default: nowhere]",
)
allow_private = click.option(
    "--allow-private", is_flag=True, help="Fetch from addresses of this machine and its networks too."
)
format_name = click.option(
    "--format",
    "format_name",
    metavar="NAME",
    help="Format of the files that are named, and of - (standard input).  [default: told by name and content]",
)
columns = click.option(
    "--columns", metavar="FIELD=COLUMN,...", help="Which column of a table is what, as in text=body,title=head."
)


def articles(command: Command) -> Command:
    """Give a command what all have that read articles: places, and how what stands there is read and fetched."""
    for option in (allow_private, keep, columns, format_name, paths):
        command = option(command)
    return command


output = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead of stdout."
)
force = click.option(
    "--force", is_flag=True, help="Replace files that are read, or that kg did not write (never a store's)."
)
store = click.option(
    "--store", metavar="PLACE", help="Folder of the store, or URL of a SPARQL endpoint.  [default: store]"
)
token_file = click.option(
    "--token-file",
    metavar="FILE",
    help="The token in this file goes with changes to a server.  [default: KG_TOKEN]",
)
base = click.option("--base", metavar="IRI", help="Base of the IRIs of data; ends in a slash.")
extractor = click.option("--extractor", metavar="NAME", help="Which extractor reads articles.  [default: model]")
any_language = click.option(
    "--any-language", is_flag=True, default=None, help="Read texts that are not in English too, as if they were."
)
workers = click.option("--workers", type=int, metavar="N", help="How many processes read articles.  [default: 1]")
