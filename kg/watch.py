"""Feeds: new, changed and withdrawn entries go into a store, and a file records the seen entries."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from kg import readers, wholefile
from kg.errors import InputError, KgError
from kg.fetch import Fetcher, Gone, Reply
from kg.fetch.kept import KeptFolder
from kg.readers import Article, Source, Withdrawal, feed

_MAX_REMEMBERED: Final = 20_000
"""Number of entries that are remembered for a feed."""
_MISSED_BEFORE_GONE: Final = 2
"""Number of 404 responses before an article is withdrawn; 410 withdraws it at once."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """The recorded state of an entry.

    Attributes:
        documents: The ids of its articles: one, or those of a live blog's posts.
        texts: The hashes of their texts.
        digest: A hash of the feed's entry.
        page: The address of its page; None if the feed has the whole text.
        etag: The tag of that page.
        modified: The page's date, as its server wrote it.
        checked: The time of the last fetch of the page, in seconds since 1970.
        missed: The number of consecutive 404 responses.
        gone: Whether it was withdrawn.
    """

    documents: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    digest: str = ""
    page: str | None = None
    etag: str | None = None
    modified: str | None = None
    checked: float = 0.0
    missed: int = 0
    gone: bool = False


@dataclass(slots=True, kw_only=True)
class Followed:
    """The recorded state of a feed: its tag and date, its entries, and the ids of the currently listed ones."""

    etag: str | None = None
    modified: str | None = None
    listed: list[str] = field(default_factory=list)
    entries: dict[str, Seen] = field(default_factory=dict)


@dataclass(slots=True)
class Memory:
    """The state of all feeds, in a file that is written atomically."""

    path: Path
    feeds: dict[str, Followed] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Memory:
        """Load the state from a file; return an empty state if the file is missing.

        Raises:
            InputError: The file is not such a state.
        """
        try:
            data = json.loads(path.read_text("utf-8"))
            return cls(path, {url: _followed(one) for url, one in data["feeds"].items()})
        except FileNotFoundError:
            return cls(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(
                f"{path}: is not what kg watch wrote ({error}); remove it, and the feeds are read as new"
            ) from error

    def save(self) -> None:
        """Write the file.

        Raises:
            InputError: The file cannot be written.
        """
        for one in self.feeds.values():
            for name in list(one.entries)[:-_MAX_REMEMBERED]:
                del one.entries[name]
        text = json.dumps({"feeds": {url: asdict(one) for url, one in self.feeds.items()}})
        try:
            wholefile.write(self.path, text.encode(), durable=True)
        except OSError as error:
            raise InputError(f"{self.path}: cannot be written: {error.strerror or error}") from error


def _followed(data: Mapping[str, Any]) -> Followed:
    entries = {str(name): Seen(**one) for name, one in data["entries"].items()}
    return Followed(**{**data, "entries": entries})


@dataclass(slots=True)
class Round:
    """The results of one look at a feed. Call ``apply`` when the store has them, to record them as seen."""

    items: list[Article | Withdrawal] = field(default_factory=list)
    refused: list[KgError] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    _notes: list[Callable[[], None]] = field(default_factory=list)

    def note(self, action: Callable[[], None]) -> None:
        """Register an action for ``apply``."""
        self._notes.append(action)

    def apply(self) -> None:
        """Record the results as seen."""
        for action in self._notes:
            action()
        self._notes.clear()

    def source(self, url: str) -> Source:
        """Return the source to build."""
        return Source(name=url, url=url, ready=tuple(self.items))


@dataclass(slots=True, kw_only=True)
class Watcher:
    """Watcher of feeds.

    Attributes:
        fetcher: Fetches feeds and pages.
        memory: The state of earlier looks.
        kept: The folder for pages, or None.
        recheck: Seconds after which a page is fetched again even if the feed reports no change.
        clock: Returns seconds since 1970.
    """

    fetcher: Fetcher
    memory: Memory
    kept: KeptFolder | None = None
    recheck: float = 3600.0
    clock: Callable[[], float] = time.time

    def look(self, url: str) -> Round:
        """Return the new, changed and withdrawn entries of a feed since the last look.

        Raises:
            InputError: The feed cannot be fetched or read; its state stays the same.
        """
        known = self.memory.feeds.setdefault(url, Followed())
        found = Round()
        reply = self.fetcher.get(url, etag=known.etag, modified=known.modified)
        if reply.status == 304:
            self._recheck(known, known.listed, frozenset(), found)
            return found
        read = feed.parse(_source(reply))
        entries = [entry for entry in read.entries if entry.id not in read.deleted]
        looked_at = {entry.id for entry in entries if self._entry(entry, read, known, found)}
        listed = [entry.id for entry in entries]
        there = _documents(known, listed, found)
        for name in read.deleted:
            self._withdraw(known.entries.get(name), found, "The feed says that the entry was deleted.", there)
        self._recheck(known, listed, looked_at, found)
        found.note(lambda: setattr(known, "listed", listed))
        if not found.refused:
            # With entries left over, the next look fetches the whole feed.
            found.note(lambda: _note_feed(known, reply))
        return found

    def _entry(self, entry: feed.FeedEntry, read: feed.Feed, known: Followed, found: Round) -> bool:
        """Read an entry that is new or changed in the feed. Returns whether it is."""
        seen = known.entries.get(entry.id)
        if seen is not None and seen.digest == entry.digest and not (seen.gone and seen.page is None):
            return False
        try:
            article = feed.article_of(entry, read)
            reply = self.fetcher.get(_page_of(entry)) if article is None else None
            articles = [article] if article is not None else self._articles(reply, entry)
        except Gone as error:
            self._missing(seen, error, found)
        except InputError as error:
            found.refused.append(error)
        else:
            self._take(entry.id, seen, articles, entry.digest, reply, known, found)
        return True

    def _recheck(self, known: Followed, names: Iterable[str], done: AbstractSet[str], found: Round) -> None:
        """Fetch pages again that were read a while ago, because they may have changed or disappeared."""
        for name in names:
            seen = known.entries.get(name)
            if name in done or seen is None or seen.page is None:
                continue
            if self.clock() - seen.checked >= self.recheck:
                self._again(name, seen, known, found)

    def _again(self, name: str, seen: Seen, known: Followed, found: Round) -> None:
        try:
            # A page that was gone is wanted whole: what it was before was withdrawn.
            known_tags = (None, None) if seen.gone else (seen.etag, seen.modified)
            reply = self.fetcher.get(seen.page or "", etag=known_tags[0], modified=known_tags[1])
            articles = self._articles(reply, None) if reply.status != 304 else []
        except Gone as error:
            self._missing(seen, error, found)
        except InputError as error:
            found.refused.append(error)
        else:
            if articles:
                self._take(name, seen, articles, seen.digest, reply, known, found)
            else:
                found.note(lambda: self._note_same(seen))

    def _note_same(self, seen: Seen) -> None:
        seen.checked, seen.missed = self.clock(), 0

    def _take(
        self,
        name: str,
        seen: Seen | None,
        articles: list[Article],
        digest: str,
        reply: Reply | None,
        known: Followed,
        found: Round,
    ) -> None:
        """Record the articles of an entry, if they have changed."""
        if seen is not None and len(seen.documents) == len(articles) == 1:
            # The article keeps its id even if its page has another address now.
            document = replace(articles[0].document, id=seen.documents[0])
            articles = [replace(articles[0], document=document)]
        texts = [article.document.sha256 for article in articles]
        is_same = seen is not None and seen.texts == texts and seen.digest == digest and not seen.gone
        if not is_same:
            found.items += articles
            found.new += seen is None
            found.changed += seen is not None
        later = Seen(
            documents=[article.document.id for article in articles],
            texts=texts,
            digest=digest,
            page=None if reply is None else reply.url,
            etag=None if reply is None else reply.headers.get("etag"),
            modified=None if reply is None else reply.headers.get("last-modified"),
            checked=self.clock(),
        )
        found.note(lambda: known.entries.update({name: later}))

    def _missing(self, seen: Seen | None, error: Gone, found: Round) -> None:
        """Withdraw the articles of a missing page; report a page that was never read."""
        if seen is None or not seen.documents:
            found.refused.append(error)
        elif error.status == 410 or seen.missed + 1 >= _MISSED_BEFORE_GONE:
            self._withdraw(seen, found, f"Its publisher took the page down (status {error.status}).")
        else:
            found.note(lambda: setattr(seen, "missed", seen.missed + 1))

    def _withdraw(self, seen: Seen | None, found: Round, reason: str, there: AbstractSet[str] = frozenset()) -> None:
        """Withdraw the articles of an entry, except those that are ``there`` under another entry."""
        if seen is None:
            return
        found.note(lambda: setattr(seen, "checked", self.clock()))
        if seen.gone:
            return
        gone = [Withdrawal(id=document, reason=reason) for document in seen.documents if document not in there]
        found.items += gone
        found.withdrawn += bool(gone)
        found.note(lambda: setattr(seen, "gone", True))

    def _articles(self, reply: Reply | None, entry: feed.FeedEntry | None) -> list[Article]:
        """Return the articles of a page, completed with the feed's data.

        Raises:
            InputError: The page has no article.
        """
        assert reply is not None
        if self.kept is not None:
            self.kept.keep(reply)
        articles = [item for item in readers.items(_source(reply)) if isinstance(item, Article)]
        if not articles:
            raise InputError(f"{reply.url}: there is no article on this page")
        return [_completed(article, entry) for article in articles] if entry is not None else articles


def _documents(known: Followed, listed: Iterable[str], found: Round) -> frozenset[str]:
    """Return the ids of the articles that a feed lists now, those that were read in this look too."""
    held = (document for name in listed if name in known.entries for document in known.entries[name].documents)
    return frozenset([*held, *(item.document.id for item in found.items if isinstance(item, Article))])


def _page_of(entry: feed.FeedEntry) -> str:
    if entry.url is None:
        raise InputError(f"{entry.id}: the feed has a teaser of it and no address of its page")
    return entry.url


def _completed(article: Article, entry: feed.FeedEntry) -> Article:
    document = article.document
    document = replace(
        document,
        title=document.title or entry.title,
        published=document.published or entry.published,
        language=document.language or entry.language,
        authors=document.authors or entry.authors,
    )
    return replace(article, document=document)


def _note_feed(known: Followed, reply: Reply) -> None:
    known.etag = reply.headers.get("etag")
    known.modified = reply.headers.get("last-modified")


def _source(reply: Reply) -> Source:
    return Source(
        name=reply.url,
        data=reply.data,
        url=reply.final_url,
        media_type=reply.media_type,
        charset=reply.charset,
        retrieved=reply.retrieved,
    )
