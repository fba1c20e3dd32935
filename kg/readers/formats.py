"""The formats of articles: which files are of which, by suffix and, where several share a suffix, by content.

A new format is a module ``kg/readers/NAME.py`` with ``read(source: Source) -> Iterator[Item]`` and a line in
``FORMATS``. Modules are imported when the first file of their format is read.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from kg.errors import InputError
from kg.readers.article import Item
from kg.readers.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format of articles.

    Attributes:
        name: How ``--format`` and messages name it.
        module: The module that reads it, below ``kg.readers``.
        suffixes: Endings of file names, in lower case.
        media_types: The types that a web server gives such files.
        sniff: Returns True for the first bytes of such a file; None if the suffix says it all.
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...] = ()
    sniff: Callable[[bytes], bool] | None = None

    def read(self, source: Source) -> Iterator[Item]:
        """Yield the articles of a file.

        Raises:
            InputError: The file, or one of its articles, cannot be used.
        """
        module = importlib.import_module(f"kg.readers.{self.module}")
        return cast("Iterator[Item]", module.read(source))


def _iptc7901(head: bytes) -> bool:
    return head.lstrip(b"\x16\0\r\n ")[:1] == b"\x01" and b"\x02" in head


def _mentions(*words: str) -> Callable[[bytes], bool]:
    """Return a test for any of these words, in any encoding of XML."""

    def sniff(head: bytes) -> bool:
        from kg.readers import encoding

        text = encoding.decode(head)
        return any(word in text for word in words)

    return sniff


_XML: Final = (".xml", ".nitf", ".newsml")
FORMATS: Final[tuple[Format, ...]] = (
    Format(
        name="newsml-g2",
        module="newsml_g2",
        suffixes=_XML,
        media_types=("application/vnd.iptc.g2.newsitem+xml", "application/vnd.iptc.g2.newsmessage+xml"),
        sniff=_mentions("iptc.org/std/nar/", "<newsMessage", "<newsItem", "<packageItem"),
    ),
    Format(name="newsml-1", module="newsml1", suffixes=_XML, sniff=_mentions("<NewsML")),
    Format(name="nitf", module="nitf", suffixes=_XML, sniff=_mentions("<nitf", ":nitf")),
    Format(
        name="feed",
        module="feed",
        suffixes=(".xml", ".rss", ".atom", ".rdf", ".json"),
        media_types=(
            "application/rss+xml",
            "application/atom+xml",
            "application/rdf+xml",
            "application/feed+json",
            "application/xml",
            "text/xml",
            "application/json",
        ),
        sniff=_mentions("<rss", "<feed", "<rdf:RDF", "jsonfeed.org/version"),
    ),
    Format(name="ninjs", module="ninjs", suffixes=(".json", ".ninjs"), sniff=_mentions('"uri"')),
    Format(name="iptc7901", module="iptc7901", suffixes=(".txt", ".iptc", ".7901"), sniff=_iptc7901),
    Format(name="pdf", module="pdf", suffixes=(".pdf",), media_types=("application/pdf",)),
    Format(
        name="docx",
        module="docx",
        suffixes=(".docx",),
        media_types=("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    ),
    Format(name="markdown", module="markdown", suffixes=(".md", ".markdown"), media_types=("text/markdown",)),
    Format(name="mail", module="mail", suffixes=(".eml", ".mbox"), media_types=("message/rfc822", "application/mbox")),
    Format(name="warc", module="warc", suffixes=(".warc", ".warc.gz", ".arc", ".arc.gz")),
    Format(name="csv", module="csvfile", suffixes=(".csv", ".tsv"), media_types=("text/csv",)),
    Format(name="text", module="text", suffixes=(".txt",), media_types=("text/plain",)),
    Format(
        name="html",
        module="html",
        suffixes=(".html", ".htm", ".xhtml", ".html.gz", ".htm.gz"),
        media_types=("text/html", "application/xhtml+xml"),
    ),
    Format(name="jsonl", module="jsonlines", suffixes=(".jsonl",), media_types=("application/jsonl",)),
)
"""In the order in which they are tried. A format with ``sniff`` comes before one of the same suffix without."""


_ANY_TYPE: Final = (None, "text/plain", "application/octet-stream", "binary/octet-stream")
"""What servers call files of which they know nothing."""


def _by_first_bytes(head: bytes) -> list[Format]:
    """Return the format that the first bytes of a file show, where it is one that begins in its own way."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    name = "html" if start.startswith((b"<!doctype html", b"<html")) else "pdf" if start.startswith(b"%pdf-") else None
    return [] if name is None else [named(name)]


def suffixes() -> tuple[str, ...]:
    """Return every suffix that some format has, sorted."""
    return tuple(sorted({suffix for one in FORMATS for suffix in one.suffixes}))


def has_known_suffix(filename: str) -> bool:
    """Return True for a name that ends as an article's file does."""
    return filename.lower().endswith(suffixes())


def names() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return tuple(sorted(one.name for one in FORMATS))


def named(name: str) -> Format:
    """Return the format of that name.

    Raises:
        InputError: There is none.
    """
    for one in FORMATS:
        if one.name == name:
            return one
    raise InputError(f"no format {name!r}; there are {', '.join(names())}")


def _candidates(source: Source) -> list[Format]:
    """Return the formats that a file may have by its suffix and media type, the likeliest first."""
    by_type = [one for one in FORMATS if source.media_type is not None and source.media_type in one.media_types]
    by_name = [one for one in FORMATS if source.filename.endswith(one.suffixes)]
    candidates = by_name or by_type
    if source.url is None:
        return candidates
    # An address may end in anything, so the media type of the answer comes first. But many servers call all files text.
    if by_type and source.media_type != "text/plain":
        candidates = [*by_type, *(one for one in by_name if one not in by_type)]
    if source.media_type in _ANY_TYPE:
        candidates = [*_by_first_bytes(source.head(1024)), *candidates]
    return candidates


def format_of(source: Source) -> Format:
    """Return the format of a file: the given one, else by suffix, media type and first bytes.

    Raises:
        InputError: No format fits, or the file cannot be opened.
    """
    if source.format_name is not None:
        return named(source.format_name)
    candidates = _candidates(source)
    for one in candidates:
        if one.sniff is None or one.sniff(source.head()):
            return one
    if candidates:
        names = " or ".join(one.name for one in candidates)
        raise InputError(f"{source.name}: is not {names}, as its name says")
    kind = "." + source.filename.rpartition(".")[2] if "." in source.filename else ""
    raise InputError(f"{source.name}: unknown kind of file {kind!r}; articles end in {', '.join(suffixes())}")
