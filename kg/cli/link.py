"""``kg link``: relations between the statements of different articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.cli import credentials, options, talk
from kg.cli.withdraw import version_of
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.store import AnyStore


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
@click.option(
    "--article",
    "articles",
    multiple=True,
    metavar="VERSION",
    help="Link this article alone (the IRI of its version, or the first digits of its hash), and keep other links.",
)
@click.option(
    "--unmerge",
    "apart",
    nargs=2,
    metavar="ENTITY ENTITY",
    help="Undo the merge of two entities (their IRIs), for all runs to come; with --remove take that back.",
)
def command(
    store: str | None,
    token_file: str | None,
    base: str | None,
    remove: bool,
    unsure: bool,
    articles: tuple[str, ...],
    apart: tuple[str, str] | None,
) -> None:
    """Find copies, names of one person, and links between statements of all articles in a store.

    The links are: denies, contradicts, corroborates, repeats, updates, answers, corrects. Each link has a reason, both
    spans and its rule, and makes no claim a fact. The results of an earlier run are replaced in one transaction.
    """
    from kg import config, pipeline
    from kg.bases import base_of
    from kg.store import open_store

    if remove and (articles or unsure):
        raise UsageError("--remove takes everything back; give it without --article and --unsure")
    settings, _ = config.load(flags={"store": store, "base": base})
    with open_store(settings.store, token=credentials.token_of(settings, token_file)) as opened:
        named = base_of(opened, settings.base)
        if apart:
            _unmerge(opened, named, apart, remove=remove)
            return
        if remove:
            talk.say(f"{settings.store}: {pipeline.unlink_store(opened, named):,} quads of links are gone")
            return
        if articles:
            _link_articles(opened, settings.store, named, articles, unsure=unsure)
            return
        found = pipeline.link_store(opened, named, unsure=unsure)
    unchanged = "" if found.changed else "; nothing has changed"
    talk.say(
        f"{settings.store}: {found.documents:,} articles: {found.links:,} links between statements, {found.copies:,} "
        f"copies, {found.merges:,} names of the same, {found.chains:,} events told more than once{unchanged}"
    )


def _unmerge(store: AnyStore, base: str, apart: tuple[str, str], *, remove: bool) -> None:
    from kg import pipeline

    if remove:
        pipeline.merge_again(store, base, *apart)
        talk.say(f"{apart[0]} and {apart[1]}: the next kg link may join them again")
        return
    pipeline.unmerge(store, base, *apart)
    talk.say(f"{apart[0]} and {apart[1]}: two from now on; kg link again looks at their statements anew")


def _link_articles(store: AnyStore, name: str, base: str, articles: tuple[str, ...], *, unsure: bool) -> None:
    from kg import pipeline
    from kg.store import ownership

    versions = ownership.versions(store)
    for asked in articles:
        version = version_of(asked, versions)
        found = pipeline.link_article(store, base, version, unsure=unsure)
        talk.say(
            f"{name}: {version}: compared with {found.documents - 1:,} articles: {found.links:,} links, "
            f"{found.copies:,} copies, {found.merges:,} names{'' if found.changed else '; nothing has changed'}"
        )
