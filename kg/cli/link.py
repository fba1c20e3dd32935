"""``kg link``: relations between the statements of different articles."""

from __future__ import annotations

import click

from kg.cli import credentials, options, talk


@click.command
@options.store
@options.token_file
@options.base
@click.option("--remove", is_flag=True, help="Remove all results of linking, and link nothing.")
@click.option(
    "--unsure",
    is_flag=True,
    help="Also write the contradictions and corroborations of which about one in two is right.",
)
def command(store: str | None, token_file: str | None, base: str | None, remove: bool, unsure: bool) -> None:
    """Find copies, names of one person, and links between statements of all articles in a store.

    The links are: denies, contradicts, corroborates, repeats, updates, answers, corrects. Each link has a reason, both
    spans and its rule, and makes no claim a fact. The results of an earlier run are replaced in one transaction.
    """
    from kg import config, pipeline
    from kg.bases import base_of
    from kg.store import open_store

    settings, _ = config.load(flags={"store": store, "base": base})
    with open_store(settings.store, token=credentials.token_of(settings, token_file)) as opened:
        named = base_of(opened, settings.base)
        if remove:
            talk.say(f"{settings.store}: {pipeline.unlink_store(opened, named):,} quads of links are gone")
            return
        found = pipeline.link_store(opened, named, unsure=unsure)
    unchanged = "" if found.changed else "; nothing has changed"
    talk.say(
        f"{settings.store}: {found.documents:,} articles: {found.links:,} links between statements, {found.copies:,} "
        f"copies, {found.merges:,} names of the same, {found.chains:,} events told more than once{unchanged}"
    )
