"""How well pages are read: the same figures for our reader and for trafilatura alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import InputError
from kg.readers import Article, Source, items
from tests.readers.html.articles import STORIES, Story
from tests.readers.html.templates import TEMPLATES, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a program makes of a page."""

    text: str
    title: str | None
    published: str | None
    publisher: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one page was read."""

    name: str
    f1: float
    lead_lost: bool
    foreign: bool
    title: bool
    day: bool
    publisher: bool


def pages() -> Iterator[tuple[str, Story, bytes]]:
    """Name, story and bytes of every page: each template with each story."""
    for template in TEMPLATES:
        for number, story in enumerate(STORIES):
            yield f"{template.__name__}-{number}", story, template(story).encode()


def ours(data: bytes) -> Read:
    """What our reader makes of it."""
    try:
        found = [item.document for item in items(Source(name="page.html", data=data)) if isinstance(item, Article)]
    except InputError:
        return Read(text="", title=None, published=None, publisher=None)
    first = found[0]
    text = "\n\n".join(document.text for document in found)
    return Read(text=text, title=first.title, published=first.published, publisher=first.publisher)


def trafilatura_alone(data: bytes) -> Read:
    """What trafilatura makes of it with its defaults."""
    from trafilatura import bare_extraction

    found = bare_extraction(data, with_metadata=True)
    return Read(
        text=getattr(found, "text", None) or "",
        title=getattr(found, "title", None),
        published=getattr(found, "date", None),
        publisher=getattr(found, "sitename", None),
    )


def score(name: str, story: Story, read: Read) -> Score:
    """The figures of one page."""
    gold = "\n\n".join(plain(story))
    whole, lead = _letters(gold), _letters(story.paragraphs[0])
    return Score(
        name=name,
        f1=f1(read.text, gold),
        lead_lost=lead not in _letters(read.text),
        foreign=any(_letters(line) not in whole for line in read.text.splitlines() if line.strip()),
        title=_letters(read.title or "") == _letters(story.title),
        day=(read.published or "")[:10] == story.day,
        publisher=_letters(read.publisher or "") == _letters(story.publisher),
    )


def f1(one: str, other: str) -> float:
    """Of the runs of four words that two texts have."""
    first, second = _runs(one), _runs(other)
    shared = sum((first & second).values())
    return 2 * shared / max(1, sum(first.values()) + sum(second.values()))


def _runs(text: str) -> Counter[tuple[str, ...]]:
    found = re.findall(r"\w+", text.casefold())
    return Counter(tuple(found[i : i + 4]) for i in range(max(0, len(found) - 3)))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
