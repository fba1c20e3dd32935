"""What an agency's item says of itself, and the article, withdrawal or refusal that it comes to."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from kg.errors import InputError
from kg.readers import dates, framelines, xmltree
from kg.readers.article import Article, Cut, Item, Withdrawal
from kg.readers.blocks import Block
from kg.records import Context, Document, Impossible, Span

_KILLED: Final = frozenset(
    ["canceled", "cancelled", "withdrawn", "killed", "kill", "mandatorykill", "retracted", "recalled", "removed"]
)
_HELD: Final = frozenset(["withheld", "embargoed", "held"])
_KILL_NOTE: Final = re.compile(
    r"\W*(?:(?:mandatory|bulletin|advisory|photo|story|urgent|attention|editors?|note|all|media)\W+){0,4}"
    r"(?:kill(?:ed|s)?|withdraw(?:n|al|s)?|retract(?:ed|ion|s)?|annul(?:l?ation|l?ed)|eliminat(?:ed|ion))\b",
    re.IGNORECASE,
)
_IN_TEXT: Final = frozenset({None, "heading"})
"""Roles of paragraphs that are in the text of the article; the others are cut."""
MAX_ITEMS: Final = 100_000
"""Of one file."""


@dataclass(slots=True, kw_only=True)
class News:
    """One item of an agency, as its reader fills it in.

    Attributes:
        id: The same for every version of the item.
        blocks: Its paragraphs and what frames them.
        status: As the format names it, a last part of a code: usable, canceled, withheld, embargoed.
        embargo: Until when it must not be used, ISO 8601.
        version: A number, or what sorts like one.
        note: A word to editors.
    """

    id: str
    title: str | None = None
    blocks: list[Block] = field(default_factory=list)
    published: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    licence: str | None = None
    authors: list[str] = field(default_factory=list)
    dateline: str | None = None
    cut: list[Cut] = field(default_factory=list)
    status: str | None = None
    embargo: str | None = None
    version: str | None = None
    note: str | None = None
    retrieved: str | None = None


def item(news: News, where: str, now: datetime.datetime | None = None) -> Item:
    """Return what an item comes to.

    Args:
        news: The item.
        where: How messages name it.
        now: What embargoes are compared with; None for the clock.

    Returns:
        A withdrawal where it was killed; an error, not raised, where there is no article in it that may be read; the
        article otherwise.
    """
    status = (news.status or "").lower()
    if is_killed(status) or is_kill(news.note):
        reason = news.note or f"withdrawn by its publisher (status {status})"
        return Withdrawal(id=news.id, reason=xmltree.squeezed(reason), at=news.published, version=news.version)
    until = dates.moment(news.embargo)
    if until is not None and until > (now or datetime.datetime.now(datetime.UTC)):
        return InputError(f"{where}: {news.id}: embargoed until {news.embargo}; read it again after that")
    if status in _HELD and until is None:
        return InputError(f"{where}: {news.id}: is not for publication (status {status}), and no end of that is named")
    text, frame, cut = laid_out(news)
    if not text:
        return InputError(f"{where}: {news.id}: has no text, so there is no article in it to read")
    try:
        document = Document(
            id=news.id,
            text=text,
            title=news.title or None,
            url=news.url,
            publisher=news.publisher,
            published=news.published,
            retrieved=news.retrieved,
            language=news.language,
            licence=news.licence,
            authors=tuple(dict.fromkeys(news.authors)),
            frame=frame,
        )
    except Impossible as error:
        return InputError(f"{where}: {news.id}: {error}")
    return Article(document=document, cut=cut, version=news.version)


def is_killed(status: str | None) -> bool:
    """Return True for a status that takes the item back."""
    return (status or "").lower() in _KILLED


def is_kill(note: str | None) -> bool:
    """Return True if a note to editors withdraws the story: it begins with KILL, WITHDRAWN or similar."""
    return note is not None and _KILL_NOTE.match(note) is not None


def laid_out(news: News) -> tuple[str, tuple[Context, ...], tuple[Cut, ...]]:
    """Return the text of an article, its frame by position, and the words that were left out.

    The headline, author and dateline come from the body if the item names none.
    """
    paragraphs: list[Block] = []
    cut = list(news.cut)
    for block in framelines.marked(news.blocks, news.title):
        _note(news, block)
        if block.role in _IN_TEXT:
            paragraphs.append(block)
        else:
            cut.append(Cut(text=block.text, kind=block.role or "boilerplate"))
    if news.dateline and all(one.text != news.dateline for one in cut):
        cut.append(Cut(text=news.dateline, kind="dateline"))
    if news.note:
        cut.append(Cut(text=news.note, kind="note"))
    text, frame = _joined(paragraphs)
    return text, frame, tuple(one for one in cut if one.text.strip())


def _note(news: News, block: Block) -> None:
    """Take the headline, the authors or the dateline from a paragraph that is one."""
    if block.role == "headline":
        news.title = news.title or block.text
    elif block.role == "byline":
        news.authors += [name for name in framelines.authors(block.text) if name not in news.authors]
    elif block.role == "dateline":
        news.dateline = news.dateline or block.text


def _joined(paragraphs: Sequence[Block]) -> tuple[str, tuple[Context, ...]]:
    frame: list[Context] = []
    at, is_first = 0, True
    for block in paragraphs:
        if block.role == "heading":
            frame.append(Context(span=Span(at, at + len(block.text)), kind="heading"))
        elif is_first:
            length = framelines.dateline_length(block.text)
            if length:
                frame.append(Context(span=Span(at, at + length), kind="dateline"))
            is_first = False
        at += len(block.text) + 2
    return "\n\n".join(block.text for block in paragraphs), tuple(frame)


def limited(items: Iterable[Item], where: str) -> Iterator[Item]:
    """Yield the items of a file.

    Args:
        items: The items of the file.
        where: The name of the file, for messages.

    Raises:
        InputError: There are more than any file of news has, or none.
    """
    count = 0
    for one in items:
        count += 1
        if count > MAX_ITEMS:
            raise InputError(f"{where}: has more than {MAX_ITEMS:,} items; split it")
        yield one
    if not count:
        raise InputError(f"{where}: there is no article in it")
