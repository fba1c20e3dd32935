"""``kg read``: articles without extraction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kg.cli import inputs, options, outputs, progress, talk
from kg.errors import KgError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.readers import Article, Source

_FRAME: Final = frozenset({"byline", "caption", "credit", "dateline"})
"""Kinds of words that frame an article, at any position."""


@click.command
@options.articles
@options.output
@options.force
def command(
    paths: tuple[inputs.Given, ...],
    format_name: str | None,
    columns: str | None,
    keep: Path | None,
    allow_private: bool,
    output: Path | None,
    force: bool,
) -> None:
    """Print the text of articles: one article a line (JSON Lines).

    The fields are id, title, text, published, publisher, url, language, authors, context and cut. `context` are the
    words that frame the article, with their place [start, end) in the text, or null outside of it. `cut` are the parts
    that were left out of the text.

    Of several versions of an article the newest is printed. An article killed by its agency is reported on stderr
    instead. A file that cannot be read is reported on stderr, and the exit code is 3.
    """
    from kg import readers

    outputs.demand_free([output], inputs.paths_of(paths), force=force)
    refused: list[KgError] = []
    found = readers.sources(
        inputs.of(paths, format_name, columns, refused=refused, keep=keep, allow_private=allow_private)
    )
    with outputs.opened(output) as out:
        for article in _articles(found, refused):
            out.write(json.dumps(as_json(article), ensure_ascii=False).encode() + b"\n")
    progress.refuse([*refused, *inputs.unread(paths)])


def as_json(article: Article) -> dict[str, Any]:
    """Return an article as `kg read` prints it."""
    document = article.document
    inside = [
        {"kind": one.kind, "text": one.span.of(document.text), "span": [one.span.start, one.span.end]}
        for one in document.frame
    ]
    beside = [{"kind": one.kind, "text": one.text, "span": None} for one in article.cut if one.kind in _FRAME]
    return {
        "id": document.id,
        "title": document.title,
        "text": document.text,
        "published": document.published,
        "publisher": document.publisher,
        "url": document.url,
        "language": document.language,
        "authors": list(document.authors),
        "context": [*beside, *inside],
        "cut": [{"kind": one.kind, "text": one.text} for one in article.cut],
    }


def _articles(sources: list[Source], refused: list[KgError]) -> Iterator[Article]:
    """Yield the current articles; collect errors, and report withdrawals."""
    from kg import readers
    from kg.errors import InputError, MissingExtra
    from kg.readers.versions import InForce

    held = InForce.of(sources)
    for source in sources:
        try:
            for item in readers.items(source):
                if isinstance(item, InputError):
                    refused.append(item)
                elif isinstance(item, readers.Withdrawal):
                    talk.say(f"kg: withdrawn: {item.id}: {item.reason}")
                elif held.holds(item):
                    yield item
        except (InputError, MissingExtra) as error:
            refused.append(error)
