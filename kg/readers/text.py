"""Plain text in UTF-8, kept exactly: the first line is the headline, blank lines separate paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kg import inputfile
from kg.errors import InputError
from kg.limits import LONGEST_TEXT
from kg.readers import sidecar
from kg.readers.article import Article
from kg.readers.source import Source
from kg.records import Document, Impossible

_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_MAX_ADDRESSES: Final = 1 << 20
_LONGEST_HEADLINE = 500
"""Code points: what is longer is a paragraph."""


def read(source: Source) -> Iterator[Article]:
    """Yield the one article of a text file, with what its sidecar or ``seeds.toml`` says of it.

    Line ends, byte-order mark and stray characters stay in ``text``, so that every offset is one into the file.

    Raises:
        InputError: The file is empty, blank, binary or not UTF-8.
    """
    text = decode(source)
    if is_addresses(text):
        raise InputError(f"{source.name}: has addresses and no text; name it {source.stem}.urls, and they are fetched")
    about = {} if source.path is None else sidecar.find(source.path)
    title = about.pop("title", None) or headline(text)
    expected = about.pop("sha256", None)
    try:
        document = Document(id=source.stem, text=text, title=title, **about)
    except Impossible as error:
        raise InputError(f"{source.name}: {error}") from error
    if expected not in (None, document.sha256):
        raise InputError(f"{source.name}: the text is not the one its entry describes: sha256 is {document.sha256}")
    yield Article(document=document)


def decode(source: Source) -> str:
    """Return the exact text of a UTF-8 file.

    Raises:
        InputError: The file is not UTF-8, is blank or has NUL bytes.
    """
    raw = source.read(LONGEST_TEXT, "an article")
    path = source.name
    if not raw:
        raise InputError(f"{path}: the file is empty")
    inputfile.demand_utf8(raw[:4], path)
    if b"\0" in raw:
        raise InputError(f"{path}: has a NUL byte at {raw.index(0)}: not a text file")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not UTF-8 at byte {error.start}; convert the file to UTF-8") from error
    if not text.strip("\ufeff \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029"):
        raise InputError(f"{path}: the file has only white space")
    return text


def is_addresses(text: str) -> bool:
    """Return True for a text that has only web addresses, one a line."""
    lines = [line for raw in text[:_MAX_ADDRESSES].split("\n") if (line := raw.strip("\ufeff \t\r"))]
    return bool(lines) and all(map(_ADDRESS.fullmatch, lines))


def headline(text: str) -> str | None:
    """Return the first line that is not blank, if it is a headline.

    White space and byte-order mark are removed. A text of a single line has no headline.
    """
    lines = (line.strip().lstrip("\ufeff").strip() for line in text.splitlines())
    first = next(filter(None, lines), None)
    return first if first is not None and len(first) <= _LONGEST_HEADLINE else None
