"""CSV and TSV: one article a row. ``--columns text=body,title=head`` says which column is what."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from kg.errors import InputError, UsageError
from kg.readers import blocks, dates, encoding, framelines, news
from kg.readers.article import Item
from kg.readers.source import Source

MAX_BYTES: Final = 1 << 30
FIELDS: Final = frozenset(["id", "text", "title", "url", "publisher", "published", "language", "licence", "authors"])
_ALSO: Final = {
    "text": ("body", "content", "article", "maintext", "fulltext", "article_text", "story"),
    "title": ("headline", "head"),
    "published": ("date", "pubdate", "publish_date", "date_published", "published_at", "timestamp"),
    "publisher": ("source", "outlet", "publication", "newspaper"),
    "authors": ("author", "byline"),
    "language": ("lang",),
    "url": ("link", "uri"),
    "licence": ("license",),
    "id": ("guid", "doc_id", "article_id"),
}
"""Names of columns that are understood without being told."""
_MAX_FIELD: Final = 16 << 20


def columns_of(option: str) -> dict[str, str]:
    """Return field and column of ``text=body,title=head``.

    Raises:
        UsageError: An entry is not of that form, or names a field that no article has.
    """
    out: dict[str, str] = {}
    for entry in option.split(","):
        name, equals, column = (part.strip() for part in entry.partition("="))
        if not (equals and name and column):
            raise UsageError(f"--columns: {entry!r} is not FIELD=COLUMN, as in text=body,title=head")
        if name not in FIELDS:
            raise UsageError(f"--columns: an article has no field {name!r}; it has {', '.join(sorted(FIELDS))}")
        out[name] = column
    return out


def read(source: Source) -> Iterator[Item]:
    """Yield an article for each row.

    Raises:
        InputError: It has no header, or no column with the text.
    """
    text = encoding.decode(source.read(MAX_BYTES, "a table"), source.charset).replace("\0", "")
    if not text.strip():
        raise InputError(f"{source.name}: the file is empty")
    csv.field_size_limit(_MAX_FIELD)
    head = text[: text.find("\n") if "\n" in text else None]
    delimiter = max("\t;,|", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter if delimiter in head else ",")
    return news.limited(_rows(rows, source), source.name)


def _rows(rows: Iterator[list[str]], source: Source) -> Iterator[Item]:
    try:
        header = [name.strip() for name in next(rows, [])]
        places = _places(header, source)
        for number, row in enumerate(rows, 2):
            if any(cell.strip() for cell in row):
                if len(row) > len(header):
                    yield InputError(f"{source.name}: row {number}: has {len(row)} cells, the header {len(header)}")
                    continue
                cells = {name: row[at].strip() for name, at in places.items() if at < len(row)}
                yield _item(cells, number, source)
    except csv.Error as error:
        raise InputError(f"{source.name}: not CSV: {error}") from error


def _places(header: list[str], source: Source) -> dict[str, int]:
    """Return the column index of each field.

    Raises:
        InputError: A named column is missing, or no column has the text.
    """
    named: Mapping[str, str] = dict(source.columns)
    lower = {name.lower(): i for i, name in reversed(list(enumerate(header)))}
    out: dict[str, int] = {}
    for field in sorted(FIELDS):
        if field in named:
            if named[field].lower() not in lower:
                raise InputError(f"{source.name}: no column {named[field]!r}; there are {', '.join(header)[:300]}")
            out[field] = lower[named[field].lower()]
            continue
        found = next((lower[name] for name in (field, *_ALSO.get(field, ())) if name in lower), None)
        if found is not None:
            out[field] = found
    if "text" not in out:
        raise InputError(
            f"{source.name}: no column with the text; say which it is with --columns text=COLUMN; "
            f"there are {', '.join(header)[:300]}"
        )
    return out


def _item(cells: Mapping[str, str], number: int, source: Source) -> Item:
    where = f"{source.name}: row {number}"
    date = cells.get("published")
    one = news.News(
        id=cells.get("id") or cells.get("url") or f"{source.stem}-{number - 1}",
        title=cells.get("title") or None,
        url=cells.get("url") or None,
        publisher=cells.get("publisher") or None,
        published=(dates.iso(date) or dates.of_words(date)) if date else None,
        language=cells.get("language") or None,
        licence=cells.get("licence") or None,
        retrieved=source.retrieved,
    )
    author = cells.get("authors")
    one.authors = (framelines.authors(author) or [author]) if author else []
    text = encoding.without_controls(cells.get("text", ""))
    one.blocks = [blocks.Block(paragraph) for paragraph in blocks.of_plain(text)]
    return news.item(one, where)
