"""Articles as JSON Lines: one object a line with ``id``, ``text`` and, where known, where it came from.

What ``kg read`` prints is read back: authors and the places of what frames the article are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kg.errors import InputError
from kg.readers.article import Article
from kg.readers.source import Source
from kg.readers.text import headline
from kg.recordfile import numbered
from kg.records import Context, Document, Impossible, Span

_FIELDS = frozenset({"id", "text", "title", "url", "publisher", "published", "retrieved", "language", "licence"})


def read(source: Source) -> Iterator[Article | InputError]:
    """Yield one article a line, or why the object on it is none; the others are read.

    Raises:
        InputError: A line is not JSON, or the file is empty; the message names file and line.
    """
    empty = True
    with source.opened() as file:
        for where, line in numbered(file, source.name):
            empty = False
            data = _parsed(line, where)
            try:
                item: Article | InputError = Article(document=_document(data, where))
            except InputError as error:
                item = error
            yield item
    if empty:
        raise InputError(f"{source.name}: the file is empty")


def _parsed(line: str, where: str) -> Any:
    """Return what a line holds. Raises InputError where it is not JSON: the file may be cut off."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON, cut off perhaps: {error}") from error


def _document(data: Any, where: str) -> Document:
    if not isinstance(data, dict):
        raise InputError(f"{where}: not a JSON object")
    authors, frame = _frame(data, where)
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
        known = {"title": headline(data["text"]), **{k: v for k, v in data.items() if v is not None}}
        document = Document(**known, authors=authors, frame=frame)
    except Impossible as error:
        raise InputError(f"{where}: {error}") from error
    return document


def _frame(data: dict[str, Any], where: str) -> tuple[tuple[str, ...], tuple[Context, ...]]:
    """Take authors, context and cut words out of a line of ``kg read``; return the first two.

    Raises:
        InputError: They are not as ``kg read`` prints them.
    """
    authors, context = data.pop("authors", ()) or (), data.pop("context", ()) or ()
    data.pop("cut", None)
    try:
        spans = ((one["span"], one["kind"]) for one in context if one["span"] is not None)
        frame = tuple(Context(span=Span(*map(int, span)), kind=kind) for span, kind in spans)
        names = tuple(authors)
    except (TypeError, KeyError, ValueError) as error:
        raise InputError(f"{where}: field 'context' is not as kg read prints it: {error}") from error
    if not all(isinstance(name, str) for name in names):
        raise InputError(f"{where}: field 'authors' is no list of names")
    return names, frame
