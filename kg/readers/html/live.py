"""Live blogs: pages that are a column of posts, each with a time of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml.html import HtmlElement

from kg.readers.html import days, metadata, words
from kg.readers.html.page import Page

_MIN_POSTS: Final = 3
_MAX_POSTS: Final = 2000
_MIN_POST: Final = 20
"""Code points of a post's text."""
_POST: Final = re.compile(
    r"(?:^|[\s_-])(?:live-?(?:blog|post|update|event|entry|item|feed-?item)|lb-?(?:post|entry|item)|"
    r"block--?(?:live|content)|liveblog-?\w*|live-?blog-?(?:post|entry|item|block)\w*|update-?(?:item|"
    r"entry|block|post)|ticker-?(?:item|entry|event|post)|minute-?by-?minute\w*|"
    r"wp-block-.*liveblog.*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PARAGRAPHS: Final = re.compile(r"\s*(?:\r?\n\s*)+|\s*</p>\s*|\s*<br\s*/?>\s*(?:<br\s*/?>\s*)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post of a live blog."""

    paragraphs: tuple[str, ...]
    title: str | None = None
    published: str | None = None
    url: str | None = None
    anchor: str | None = None
    authors: tuple[str, ...] = ()


def posts_of(page: Page) -> list[Post]:
    """Return the posts of a live blog in the order of the page; none where the page is no live blog."""
    declared = list(_declared(page))
    shown = list(_shown(page.tree)) if _is_live(page) else []
    if len(shown) >= _MIN_POSTS and _length(shown) >= 0.8 * _length(declared):
        return shown
    return declared


def _length(posts: Sequence[Post]) -> int:
    return sum(len(paragraph) for post in posts for paragraph in post.paragraphs)


def _is_live(page: Page) -> bool:
    return any("liveblogposting" in metadata.types_of(one) for one in page.data) or any(
        "liveblogposting" in (element.get("itemtype") or "").lower() or _POST.search(element.get("class") or "")
        for element in page.tree.iter("article", "div", "section", "li")
    )


def _declared(page: Page) -> Iterator[Post]:
    """Yield the posts that the page's JSON-LD has, with their whole texts."""
    blogs = (one for one in page.data if "liveblogposting" in metadata.types_of(one))
    for blog in blogs:
        updates = blog.get("liveBlogUpdate")
        for one in (updates if isinstance(updates, list) else [updates])[:_MAX_POSTS]:
            post = _of_data(one) if isinstance(one, dict) else None
            if post is not None:
                yield post
        return


def _of_data(one: dict[str, Any]) -> Post | None:
    raw = one.get("articleBody")
    text = raw if isinstance(raw, str) else ""
    paragraphs = tuple(part for piece in _PARAGRAPHS.split(text) if (part := metadata.clean(piece)))
    if sum(map(len, paragraphs)) < _MIN_POST:
        return None
    url = one.get("url")
    return Post(
        paragraphs=paragraphs,
        title=metadata.clean(one.get("headline")) or None,
        published=days.of_data(one.get("datePublished")),
        url=url if isinstance(url, str) and url.startswith(("http://", "https://")) else None,
    )


def _shown(tree: HtmlElement) -> Iterator[Post]:
    """Yield the visible posts: at least three adjacent blocks of a kind, each with a time."""
    for group in _groups(tree):
        posts = [post for element in group[:_MAX_POSTS] if (post := _of_element(element)) is not None]
        if len(posts) >= _MIN_POSTS:
            yield from posts
            return


def _groups(tree: HtmlElement) -> list[list[HtmlElement]]:
    """Return the elements that stand beside each other and are called posts, the largest group first."""
    by_parent: dict[HtmlElement, list[HtmlElement]] = {}
    for element in tree.iter("article", "div", "section", "li"):
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        marked = element.get("itemprop") == "liveBlogUpdate" or _POST.search(names) is not None
        parent = element.getparent()
        if marked and parent is not None and next(element.iter("time"), None) is not None:
            by_parent.setdefault(parent, []).append(element)
    return sorted((group for group in by_parent.values() if len(group) >= _MIN_POSTS), key=len, reverse=True)


def _of_element(element: HtmlElement) -> Post | None:
    from kg.readers.html import blocks

    heading = next(element.iter("h2", "h3", "h4"), None)
    title = metadata.clean(heading.text_content()) if heading is not None else None
    found = blocks.of_tree(element).blocks
    paragraphs = tuple(
        block.text
        for block in found
        if block.kind is None
        and block.text != title
        and not words.is_byline(block.text)
        and not words.is_date(block.text)
        and words.kind_of_line(block.text, block.link_share) is None
        and (words.is_sentence(block.text) or len(block.text) > 60)
    )
    if sum(map(len, paragraphs)) < _MIN_POST:
        return None
    time = next(element.iter("time"), None)
    when = None if time is None else days.of_data(time.get("datetime")) or days.of_words(time.text_content())
    return Post(paragraphs=paragraphs, title=title or None, published=when, anchor=element.get("id"))
