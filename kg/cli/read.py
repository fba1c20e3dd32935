"""``kg read``: what the readers make of files, without extraction."""

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
"""Kinds of words that frame an article, wherever they stand."""


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
    """Print what is read of files: one article a line (JSON Lines), as id, title, text, published, publisher, url,
    language, authors, context and cut.

    `context` is what frames the article, with its place [start, end) in the text, or null where it is not part of the
    text; `cut` is what was left out of the text. Of several versions of an article the newest is printed; one that its
    agency has killed is named on stderr instead. A file that cannot be read is named on stderr, and the exit code is 3.
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
    """Yield the articles that hold; note what cannot be read, and say what was withdrawn."""
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
