"""Options that several commands share, so that they read alike everywhere."""

from __future__ import annotations

from pathlib import Path

import click

paths = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True), metavar="PATH..."
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
