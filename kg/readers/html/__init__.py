"""Pages of HTML: saved or fetched, one article each, or one for each dated block of a live blog."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kg.errors import InputError
from kg.readers import sidecar
from kg.readers.article import Article
from kg.readers.html import blocks, body, live, metadata, page
from kg.readers.html.blocks import PageBlock
from kg.readers.html.frame import frame_of
from kg.readers.html.metadata import Metadata
from kg.readers.source import Source
from kg.records import Document, Impossible

_MIN_TEXT: Final = 40
"""Code points: what is shorter is no article."""
_RAW_PARAGRAPHS: Final = re.compile(r"\s*(?:\r?\n\s*)+|\s*</p>\s*|\s*<br\s*/?>\s*(?:<br\s*/?>\s*)+")


def read(source: Source) -> Iterator[Article]:
    """Yield the article of a page; for a live blog one for each of its dated blocks, the page's first.

    Raises:
        InputError: It is no page, or there is no article on it.
    """
    loaded = page.load(source)
    about = metadata.of_page(loaded)
    posts = live.posts_of(loaded)
    if posts:
        yield from _live(source, about, posts)
        return
    found = blocks.of_tree(loaded.tree)
    chosen = body.choose(loaded.tree, found, title=about.title, declared=about.declared_text)
    paragraphs = _or_declared(chosen.paragraphs, about)
    if sum(map(len, paragraphs)) < _MIN_TEXT:
        raise InputError(f"{source.name}: no article was found on this page; save the article's text in a .txt file")
    yield Article(document=_document(source, about, paragraphs), cut=chosen.cut)


def _or_declared(chosen: Sequence[PageBlock], about: Metadata) -> list[str]:
    """Return the paragraphs; those of the page's own data where the page shows less than half of them."""
    shown = [block.text for block in chosen]
    declared = [text for part in _RAW_PARAGRAPHS.split(about.declared_text or "") if (text := metadata.clean(part))]
    if sum(map(len, shown)) * 2 < sum(map(len, declared)):
        return declared
    return shown


def _document(source: Source, about: Metadata, paragraphs: Sequence[str], name: str | None = None) -> Document:
    """Return the document of an article; ``name`` is its id where the page has no address."""
    text = "\n\n".join(paragraphs)
    said = {} if source.path is None else sidecar.find(source.path)
    expected = said.pop("sha256", None)
    fields = {
        "title": about.title,
        "url": about.url,
        "publisher": about.publisher,
        "published": about.published,
        "language": about.language,
        "retrieved": source.retrieved,
        **said,
    }
    try:
        document = Document(
            id=fields["url"] or name or source.stem, text=text, authors=about.authors, frame=frame_of(text), **fields
        )
    except Impossible as error:
        raise InputError(f"{source.name}: {error}") from error
    if expected not in (None, document.sha256):
        raise InputError(f"{source.name}: the text is not the one its entry describes: sha256 is {document.sha256}")
    return document


def _live(source: Source, about: Metadata, posts: Sequence[live.Post]) -> Iterator[Article]:
    for number, post in enumerate(posts, start=1):
        own = Metadata(
            title=post.title or about.title,
            published=post.published or about.published,
            publisher=about.publisher,
            language=about.language,
            url=post.url or (f"{about.url}#{post.anchor or f'post-{number}'}" if about.url else None),
            authors=post.authors or about.authors,
        )
        yield Article(document=_document(source, own, post.paragraphs, f"{source.stem}-{number}"))
