"""Feeds (RSS, Atom, JSON Feed): their entries, and those that have their whole text as articles."""

from __future__ import annotations

import hashlib
import io
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kg.errors import InputError
from kg.readers import blocks, encoding
from kg.readers.article import Article, Cut, Item, Withdrawal
from kg.readers.html import days, words
from kg.readers.html.frame import frame_of
from kg.readers.source import Source
from kg.records import Document, Impossible

MAX_BYTES: Final = 32 << 20
MAX_ENTRIES: Final = 2000
"""Of one feed; more are not looked at."""
_WHOLE: Final = 500
"""Code points of a text that is no teaser."""
_TEASER_END: Final = re.compile(
    r"(?:\[…\]|\[\.\.\.\]|…|\.\.\.|(?:continue reading|read more|weiterlesen|lire la suite).{0,80})\s*\Z",
    re.IGNORECASE,
)
_APPEARED: Final = re.compile(
    r"(?:the post|l'article|der beitrag) .{3,300} "
    r"(?:appeared first on|est apparu en premier sur|erschien zuerst auf) .{2,80}",
    re.IGNORECASE,
)
_DELETED: Final = re.compile(r"""<(?:[\w-]+:)?deleted-entry\b[^<>]{0,500}?\bref\s*=\s*["']([^"'<>]{1,1000})["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed.

    Attributes:
        id: By which the feed tells it from others.
        url: Where its page is, None for an entry without one.
        content: Its text as HTML, as much of it as the feed has.
        is_summary: True if the feed itself calls the text a summary.
    """

    id: str
    url: str | None = None
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    content: str = ""
    is_summary: bool = True

    @property
    def digest(self) -> str:
        """Return a hash of all that the feed says of the entry: another one after a correction."""
        said = (self.url, self.title, self.published, self.updated, self.content)
        return hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: the name of what publishes it, its entries, and the ids of those that it says were deleted."""

    title: str | None
    entries: tuple[FeedEntry, ...]
    deleted: tuple[str, ...] = ()


def read(source: Source) -> Iterator[Item]:
    """Yield the entries of a feed that have their whole text; an error for each that has a teaser only.

    Raises:
        InputError: It is no feed.
    """
    feed = parse(source)
    for name in feed.deleted:
        yield Withdrawal(id=name, reason="The feed says that the entry was deleted.")
    for entry in feed.entries:
        found = article_of(entry, feed)
        if found is not None:
            yield replace(found, document=replace(found.document, retrieved=source.retrieved))
            continue
        where = entry.url or entry.id
        yield InputError(f"{source.name}: {where}: the feed has only a teaser of it; kg watch fetches the page")


def parse(source: Source) -> Feed:
    """Return what is in a feed.

    Raises:
        InputError: It is no feed, or empty.
    """
    data = source.read(MAX_BYTES, "a feed")
    if not data.strip():
        raise InputError(f"{source.name}: the file is empty")
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return _of_json(data, source) if start == b"{" else _of_xml(data, source)


def article_of(entry: FeedEntry, feed: Feed) -> Article | None:
    """Return the article that an entry contains, None if the entry has only a teaser.

    Args:
        entry: The entry.
        feed: Its feed, for the name of the outlet.

    Raises:
        InputError: The entry has a value that no document may have.
    """
    paragraphs, cut = _paragraphs(entry)
    text = "\n\n".join(paragraphs)
    is_whole = len(text) >= _WHOLE and (not entry.is_summary or len(paragraphs) > 2)
    if not is_whole or _TEASER_END.search(text):
        return None
    try:
        document = Document(
            id=entry.url or entry.id,
            text=text,
            title=entry.title,
            url=entry.url,
            publisher=feed.title,
            published=entry.published or entry.updated,
            language=entry.language,
            authors=entry.authors,
            frame=frame_of(text),
        )
    except Impossible as error:
        raise InputError(f"{entry.url or entry.id}: {error}") from error
    return Article(document=document, cut=cut)


def _paragraphs(entry: FeedEntry) -> tuple[list[str], tuple[Cut, ...]]:
    kept: list[str] = []
    cut: list[Cut] = []
    for block in blocks.of_html(entry.content):
        kind = words.kind_of_line(block.text, 0.0)
        if block.role in (None, "heading") and kind is None and not _APPEARED.fullmatch(block.text):
            kept.append(block.text)
        else:
            cut.append(Cut(text=block.text, kind=kind or ("caption" if block.role == "caption" else "chrome")))
    return kept, tuple(cut)


def _of_xml(data: bytes, source: Source) -> Feed:
    import feedparser

    headers = {"content-location": source.url} if source.url else {}
    if source.charset:
        headers["content-type"] = f"application/xml; charset={source.charset}"
    try:
        found = feedparser.parse(io.BytesIO(data), response_headers=headers)
    except Exception as error:  # of a library, on files of any kind
        raise InputError(f"{source.name}: is no feed that can be read: {_line(error)}") from error
    if not found.entries and (found.get("bozo") or not found.get("version")):
        problem = found.get("bozo_exception")
        raise InputError(f"{source.name}: is no feed{f': {_line(problem)}' if problem else ''}")
    channel = found.feed
    language = _language(channel.get("language"))
    entries = [_of_entry(one, language, source) for one in found.entries[:MAX_ENTRIES]]
    deleted = tuple(dict.fromkeys(_DELETED.findall(encoding.decode(data)))) if b"deleted-entry" in data else ()
    return Feed(title=_plain(channel.get("title")), entries=tuple(filter(None, entries)), deleted=deleted)


def _of_entry(one: Mapping[str, Any], language: str | None, source: Source) -> FeedEntry | None:
    content, is_summary = _content(one)
    url = _url(one.get("link"), source)
    name = str(one.get("id") or url or _plain(one.get("title")) or "").strip()
    if not name:
        return None
    return FeedEntry(
        id=name,
        url=url,
        title=_plain(one.get("title")),
        published=days.of_data(one.get("published") or one.get("created")),
        updated=days.of_data(one.get("updated") if "updated" in one else None),
        authors=tuple(filter(None, (_plain(author.get("name")) for author in one.get("authors") or () if author))),
        language=_language(next((each.get("language") for each in one.get("content") or ()), None)) or language,
        content=content,
        is_summary=is_summary,
    )


def _content(one: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the text of an entry, and True if it is only the summary."""
    content = max((str(each.get("value") or "") for each in one.get("content") or ()), key=len, default="")
    summary = str(one.get("summary") or "")
    is_summary = len(content) < len(summary) or not content
    return (summary if is_summary else content), is_summary


def _of_json(data: bytes, source: Source) -> Feed:
    try:
        found = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source.name}: is no JSON, cut off perhaps: {_line(error)}") from error
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(found.get("version")):
        raise InputError(f"{source.name}: is no JSON Feed: it has no version or no items")
    language = _language(found.get("language"))
    entries = [_of_item(one, language, source) for one in items[:MAX_ENTRIES] if isinstance(one, dict)]
    return Feed(title=_plain(found.get("title")), entries=tuple(filter(None, entries)))


def _of_item(one: Mapping[str, Any], language: str | None, source: Source) -> FeedEntry | None:
    url = _url(one.get("url") or one.get("external_url"), source)
    name = str(one.get("id") or url or "").strip()
    if not name:
        return None
    content, plain = one.get("content_html"), one.get("content_text")
    if not isinstance(content, str) and isinstance(plain, str):
        content = "".join(f"<p>{_escaped(part)}</p>" for part in re.split(r"\n\s*\n", plain))
    whole = isinstance(content, str)
    authors = one.get("authors") or [one.get("author")]
    return FeedEntry(
        id=name,
        url=url,
        title=_plain(one.get("title")),
        published=days.of_data(one.get("date_published")),
        updated=days.of_data(one.get("date_modified")),
        authors=_names(authors if isinstance(authors, list) else []),
        language=_language(one.get("language")) or language,
        content=content if isinstance(content, str) else str(one.get("summary") or ""),
        is_summary=not whole,
    )


def _names(authors: Sequence[object]) -> tuple[str, ...]:
    found = (_plain(author.get("name")) for author in authors if isinstance(author, dict))
    return tuple(filter(None, found))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _url(value: object, source: Source) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        found = urllib.parse.urljoin(source.url or "", value.strip())
        parts = urllib.parse.urlsplit(found)
    except ValueError:
        return None
    return urllib.parse.urldefrag(found).url if parts.scheme in ("http", "https") and parts.hostname else None


def _plain(value: object) -> str | None:
    from kg.readers.html.metadata import clean

    return encoding.without_controls(clean(value)) or None


def _language(value: object) -> str | None:
    found = re.match(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2})?\b", value) if isinstance(value, str) else None
    return found[0] if found else None


def _line(error: object) -> str:
    return " ".join(str(error).split())[:200]
