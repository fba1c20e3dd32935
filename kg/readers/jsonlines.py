"""Articles as JSON Lines: one object a line with ``id``, ``text`` and, where known, where it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kg.errors import InputError
from kg.readers.article import Article
from kg.readers.source import Source
from kg.readers.text import headline
from kg.recordfile import numbered
from kg.records import Document, Impossible

_FIELDS = frozenset({"id", "text", "title", "url", "publisher", "published", "retrieved", "language", "licence"})


def read(source: Source) -> Iterator[Article]:
    """Yield one article a line.

    Raises:
        InputError: A line is not such an object; the message names file and line.
    """
    empty = True
    with source.opened() as file:
        for where, line in numbered(file, source.name):
            empty = False
            yield Article(document=_document(line, where))
    if empty:
        raise InputError(f"{source.name}: the file is empty")


def _document(line: str, where: str) -> Document:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON, cut off perhaps: {error}") from error
    if not isinstance(data, dict):
        raise InputError(f"{where}: not a JSON object")
    unknown = sorted(set(data) - _FIELDS)
    if unknown:
        raise InputError(f"{where}: unknown field {unknown[0]!r}; an article has {', '.join(sorted(_FIELDS))}")
    for name in ("id", "text"):
        if name not in data:
            raise InputError(f"{where}: no field {name!r}")
    for name, value in data.items():
        if not (isinstance(value, str) or (value is None and name not in ("id", "text"))):
            raise InputError(f"{where}: field {name!r} is not a string")
    if "\0" in data["text"]:
        raise InputError(f"{where}: the text has a NUL character at {data['text'].index(chr(0))}: not a text")
    try:
        document = Document(**{"title": headline(data["text"]), **{k: v for k, v in data.items() if v is not None}})
    except Impossible as error:
        raise InputError(f"{where}: {error}") from error
    return document
