"""The paragraphs of a page in order, each with its share of links and its part of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from kg.readers.html import foreign

_SKIPPED: Final = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "select",
        "option",
        "textarea",
        "audio",
        "video",
        "object",
        "embed",
        "canvas",
        "map",
        "math",
        "head",
        "title",
        "input",
        "datalist",
        "progress",
        "meter",
        "source",
        "track",
        "picture",
        "img",
        "amp-ad",
        "amp-embed",
        "amp-iframe",
        "amp-img",
        "amp-video",
        "amp-analytics",
        "amp-state",
        "amp-auto-ads",
    ]
)
_INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "blink",
        "center-inline",
        "amp-link",
    ]
)
_CONTAINERS: Final = frozenset({"div", "section", "article", "td", "body", "main"})
_NEVER_NAMED: Final = frozenset({"a", "b", "i", "em", "strong", "html", "article", "main"})
"""Elements whose class and id say nothing about the paragraphs in them."""
_HIDDEN_NAMES: Final = re.compile(
    r"\b(?:sr-only|visually-hidden|visuallyhidden|screen-reader-text|screen-reader|u-hidden|hidden-text)\b",
    re.IGNORECASE,
)
_SPACE: Final = re.compile(r"[\s\u200b\ufeff\u00ad]+")
_SHARE_OF_ARTICLE: Final = 0.4
"""An element with a larger share of a page's paragraphs is the article, regardless of its name."""
_MIN_PARAGRAPH: Final = 60
_MIN_COLUMN: Final = 1200
"""Least number of characters of running text in the column of an article, regardless of its name."""
_NEVER_COLUMN: Final = re.compile(
    r"comment|kommentar|coment|disqus|repl(?:y|ies)|footer|side-?bar|related|cookie|consent|modal|newsletter|teaser|"
    r"author|bio\b|widget",
    re.IGNORECASE,
)
_COMMENTS: Final = re.compile(
    r"(?:^|\s)(?:comments?|comment-?list|comments?[-_]?(?:area|section|list|wrap\w*|container)|kommentare|comentarios|"
    r"commentaires|disqus_thread)(?:\s|$)",
    re.IGNORECASE,
)
_MIN_REST: Final = 250
_MAX_FORM_BOX: Final = 600
"""Characters of a box with a form that appeals to readers, as for a newsletter."""
_BREAKS: Final = re.compile(r"\s*\n\s*\n\s*")


@dataclass(frozen=True, slots=True, eq=False)
class PageBlock:
    """A paragraph of a page.

    Attributes:
        text: Its words with single blanks.
        tag: The name of its element.
        element: Its element.
        link_share: The share of its characters that are links.
        kind: The kind of its foreign part (:data:`kg.readers.article.CUT_KINDS`), or None.
        parent: The parent of the element; for direct text of a container, the container. The reference keeps the
            element alive, because lxml otherwise returns another object for it.
    """

    text: str
    tag: str
    element: HtmlElement
    link_share: float
    kind: str | None
    parent: HtmlElement | None


@dataclass(slots=True)
class Blocks:
    """All paragraphs of a page, and the outermost elements that are foreign to its article."""

    blocks: list[PageBlock]
    foreign: list[HtmlElement]


def of_tree(tree: HtmlElement) -> Blocks:
    """Return the paragraphs of a page in order."""
    body = tree.find("body")
    root = tree if body is None else body
    kinds = _foreign_parts(root)
    return Blocks(
        list(_Walk(kinds).blocks(root)), [e for e in kinds if not any(up in kinds for up in e.iterancestors())]
    )


def _foreign_parts(root: HtmlElement) -> dict[HtmlElement, str]:
    """Return the elements that are not of the article by what they are or are called, with their kinds."""
    named = _named_parts(root)
    for form in root.iter("form"):
        box = form.getparent()
        if box is not None and box is not root and box not in named and len(box.text_content()) < _MAX_FORM_BOX:
            named[box] = "newsletter"
    if not named:
        return named
    lengths = _paragraph_lengths(root)
    whole = lengths.get(root, 0)
    column = _column(root)

    def is_foreign(element: HtmlElement) -> bool:
        length = lengths.get(element, 0)
        if _is_of_readers(element, whole - length):
            return True
        return length <= whole * _SHARE_OF_ARTICLE and not (element in column and _may_be_column(element))

    return {element: kind for element, kind in named.items() if is_foreign(element)}


def _named_parts(root: HtmlElement) -> dict[HtmlElement, str]:
    """Return the elements that are foreign by tag, role, name or hiding, with their kinds."""
    named: dict[HtmlElement, str] = {}
    known: dict[str, str | None] = {}
    for element in root.iter(etree.Element):
        if element is root:
            continue
        kind = foreign.kind_of_element(element.tag, element.get("role"))
        if kind is None and element.tag not in _NEVER_NAMED:
            names = _names(element)
            if names not in known:
                known[names] = foreign.kind_of_names(names)
            kind = known[names]
        if kind is None and _is_hidden(element):
            kind = "chrome"
        if kind is not None:
            named[element] = kind
    return named


def _is_of_readers(element: HtmlElement, rest: int) -> bool:
    """Return True for the comments below an article, however much longer than it they are.

    Args:
        element: A part that is foreign by its name.
        rest: Characters of paragraphs on the page besides it.
    """
    return rest >= _MIN_REST and _COMMENTS.search(_names(element)) is not None


def _column(root: HtmlElement) -> frozenset[HtmlElement]:
    """Return the element with most running text in its own paragraphs, and its ancestors; empty for none."""
    totals: dict[HtmlElement, int] = {}
    for paragraph in root.iter("p"):
        parent, length = paragraph.getparent(), _own_length(paragraph)
        if parent is not None and length >= _MIN_PARAGRAPH:
            totals[parent] = totals.get(parent, 0) + length
    if not totals:
        return frozenset()
    best = max(totals, key=totals.__getitem__)
    return frozenset([best, *best.iterancestors()]) if totals[best] >= _MIN_COLUMN else frozenset()


def _may_be_column(element: HtmlElement) -> bool:
    """Return True for an element whose name may be that of an article's column by chance."""
    return element.tag in _CONTAINERS and not _NEVER_COLUMN.search(_names(element)) and not _is_hidden(element)


def _names(element: HtmlElement) -> str:
    return " ".join(
        value for name in ("class", "id", "data-component", "data-testid", "data-type") if (value := element.get(name))
    )


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    if style is not None:
        style = style.replace(" ", "").lower()
        if "display:none" in style or "visibility:hidden" in style:
            return True
    return element.get("hidden") is not None or element.get("aria-hidden") == "true"


def _paragraph_lengths(root: HtmlElement) -> dict[HtmlElement, int]:
    """Return for every element how many characters of long, mostly unlinked paragraphs it holds."""
    lengths: dict[HtmlElement, int] = {}
    for element in root.iter("p", "div", "td", "blockquote", "section", "article", "span", "li", "font"):
        length = _own_length(element)
        if length < _MIN_PARAGRAPH:
            continue
        lengths[element] = lengths.get(element, 0) + length
        for up in element.iterancestors():
            lengths[up] = lengths.get(up, 0) + length
            if up is root:
                break
    return lengths


def _own_length(element: HtmlElement) -> int:
    """Return the length of the text of the element and its inline elements, without links."""
    if element.tag in ("span", "font"):
        parent = element.getparent()
        if parent is not None and parent.tag in ("p", "span", "font", "li", "a", "h1", "h2", "h3", "blockquote"):
            return 0  # counted there
    length = len((element.text or "").strip())
    for child in element:
        length += len((child.tail or "").strip())
        if child.tag in _INLINE and child.tag != "a":
            length += len("".join(child.itertext()).strip())
    return length


class _Walk:
    """One walk through a page, without recursion."""

    def __init__(self, kinds: dict[HtmlElement, str]) -> None:
        self._kinds = kinds
        self._text: list[str] = []
        self._linked = 0
        self._links = 0
        self._holders: list[tuple[HtmlElement, str | None]] = []

    def blocks(self, root: HtmlElement) -> Iterator[PageBlock]:
        """Yield the paragraphs below ``root``, for which a walk is made once."""
        skipped = 0
        self._holders = [(root, None)]
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                if skipped or element.tag in _SKIPPED or (element.tag in _INLINE and _is_unread(element)):
                    skipped += 1
                else:
                    yield from self._enter(element)
            else:
                if not skipped:
                    yield from self._leave(element)
                skipped = max(0, skipped - 1)
                if not skipped and element is not root:
                    self._write(element.tail)
        yield from self._flush(root, None)

    def _enter(self, element: HtmlElement) -> Iterator[PageBlock]:
        if element.tag == "br":
            self._text.append("\n")
        elif self._is_holder(element):
            yield from self._flush(*self._holders[-1])
            self._holders.append((element, self._kinds.get(element) or self._holders[-1][1]))
        self._links += element.tag == "a"
        self._write(element.text)

    def _leave(self, element: HtmlElement) -> Iterator[PageBlock]:
        self._links -= element.tag == "a"
        if self._is_holder(element):
            yield from self._flush(*self._holders.pop())

    def _is_holder(self, element: HtmlElement) -> bool:
        """Return True for an element with paragraphs of its own, below the root."""
        return element.tag not in _INLINE and element.tag != "br" and element is not self._holders[0][0]

    def _write(self, text: str | None) -> None:
        if text:
            text = _SPACE.sub(" ", text)
            self._text.append(text)
            if self._links > 0:
                self._linked += len(text.strip())

    def _flush(self, element: HtmlElement, kind: str | None) -> Iterator[PageBlock]:
        if not self._text:
            return
        raw, linked = "".join(self._text), self._linked
        self._text.clear()
        self._linked = 0
        parts = [text for part in _BREAKS.split(raw) if (text := _SPACE.sub(" ", part).strip())]
        total = sum(map(len, parts))
        parent = element if element.tag in _CONTAINERS else element.getparent()
        for text in parts:
            share = min(1.0, linked / total) if total else 0.0
            yield PageBlock(text, element.tag, element, share, kind, parent)


def _is_unread(element: HtmlElement) -> bool:
    return bool(_HIDDEN_NAMES.search(element.get("class") or "")) or (
        element.get("style") is not None and _is_hidden(element)
    )
