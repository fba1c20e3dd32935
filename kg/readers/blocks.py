"""Paragraphs and what frames them, from the markup of bodies: XHTML, HTML, NITF, and plain text of agencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from kg.readers import xmltree
from kg.readers.xmltree import Element

_SKIPPED: Final = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "nav",
        "template",
        "svg",
        "form",
        "button",
        "iframe",
        "noscript",
        "select",
        "textarea",
        "math",
        "audio",
        "video",
        "object",
        "embed",
        "media-metadata",
        "media-reference",
        "media-object",
        "StyleSheet",
    ]
)
_ROLES: Final = {
    "h1": "headline",
    "hl1": "headline",
    "hedline": "headline",
    "hl2": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "h5": "heading",
    "h6": "heading",
    "figcaption": "caption",
    "media-caption": "caption",
    "media": "caption",
    "figure": "caption",
    "caption": "caption",
    "media-producer": "credit",
    "byline": "byline",
    "dateline": "dateline",
    "distributor": "credit",
    "tagline": "credit",
    "copyrite": "boilerplate",
    "rights": "boilerplate",
    "abstract": "abstract",
    "note": "note",
    "bibliography": "note",
    "slugline": "slugline",
    "series": "slugline",
    "footer": "boilerplate",
    "aside": "related",
    "nitf-table": "table",
    "table": "table",
}
_CLASSES: Final = {
    "byline": "byline",
    "author": "byline",
    "dateline": "dateline",
    "dat": "dateline",
    "vignette": "dateline",
    "caption": "caption",
    "credit": "credit",
    "signature": "credit",
    "signoff": "credit",
    "copyright": "boilerplate",
    "disclaimer": "boilerplate",
    "ednote": "note",
    "editorsnote": "note",
    "correction": "note",
    "related": "related",
    "headline": "headline",
    "hidden": "note",
}
_INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "bdi",
        "bdo",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "lang",
        "mark",
        "q",
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
        "person",
        "org",
        "location",
        "event",
        "function",
        "money",
        "num",
        "chron",
        "copyrite-holder",
        "copyrite-year",
        "city",
        "country",
        "region",
        "state",
        "sublocation",
        "object.title",
        "virtloc",
        "postaddr",
        "pronounce",
        "alt-code",
        "classifier",
        "frac",
        "frac-num",
        "frac-sep",
        "frac-den",
        "inlineRef",
        "Origin",
        "story.date",
        "byttl",
        "name.given",
        "name.family",
        "correction",
    ]
)
_CELLS: Final = ("td", "th")
_MAX_OF_CLASS: Final = 400
"""The largest length in code points; longer paragraphs are text, regardless of their class."""
_BREAKS: Final = re.compile(r"[ \t\f\v\xa0\u2000-\u200b\u202f\u3000]*\n[ \t\f\v\xa0\u2000-\u200b\u202f\u3000]*")
_BLANKS: Final = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, and what it is where it is not plain text: heading, byline, caption and so on."""

    text: str
    role: str | None = None


def of_markup(root: Element) -> list[Block]:
    """Return the paragraphs of a body in order, white space squeezed.

    Args:
        root: The element that holds the body, in XHTML, HTML or NITF.
    """
    found = _BlockWalk().blocks(root)
    table = sum(len(block.text) for block in found if block.role == "table")
    if 2 * table > sum(len(block.text) for block in found if block.role in (None, "table")):
        # A table that holds the article is there for its looks.
        found = [Block(block.text, None if block.role == "table" else block.role) for block in found]
    return found


def of_html(text: str) -> list[Block]:
    """Return the paragraphs of HTML, well-formed or not."""
    root = xmltree.parse_html(text)
    return [] if root is None else of_markup(root)


class _BlockWalk:
    """One walk through a body. It does not recurse, so that nesting has no limit of Python's."""

    def __init__(self) -> None:
        self._out: list[Block] = []
        self._buffer: list[str] = []
        self._roles: list[str | None] = [None]
        self._kept = 0

    def blocks(self, root: Element) -> list[Block]:
        """Return the paragraphs below ``root``, for which a walk is made once."""
        skipped = 0
        for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
            name = xmltree.local(element)
            if event == "start":
                if skipped or name in _SKIPPED or _is_hidden(element):
                    skipped += 1
                else:
                    self._open(element, name)
                continue
            if skipped and event == "end":
                skipped -= 1
            elif event == "end":
                self._close(name)
            if not skipped and element is not root and element.tail:
                self._write(element.tail)
        self._flush()
        return self._out

    def _open(self, element: Element, name: str) -> None:
        if name == "br":
            self._buffer.append("\n")
        elif name in _CELLS:
            self._buffer.append(" ")
        role = _role(element, name)
        if role is not None or name not in (*_INLINE, *_CELLS, "br"):
            self._flush()
        above = self._roles[-1]
        # The byline of a picture is not the author's.
        self._roles.append(above if role is None else "credit" if above == "caption" and role == "byline" else role)
        self._kept += name == "pre"
        if element.text:
            self._write(element.text)

    def _close(self, name: str) -> None:
        if name not in (*_INLINE, *_CELLS, "br") or self._roles[-1] != self._roles[-2]:
            self._flush()
        self._roles.pop()
        self._kept -= name == "pre"

    def _write(self, text: str) -> None:
        self._buffer.append(text if self._kept else text.replace("\n", " ").replace("\r", " "))

    def _flush(self) -> None:
        text = "".join(self._buffer)
        self._buffer.clear()
        role = self._roles[-1]
        if self._kept:
            self._out += (Block(part, role) for part in of_plain(text))
            return
        for part in re.split(r"\n{2,}", _BREAKS.sub("\n", _BLANKS.sub(" ", text))):
            if part.strip():
                self._out.append(Block(part.strip(), role))


def _role(element: Element, name: str) -> str | None:
    if name in _ROLES:
        return _ROLES[name]
    for attribute in ("class", "role", "style-class"):
        for word in (element.get(attribute) or "").lower().split():
            if word in _CLASSES and len(xmltree.words(element)) <= _MAX_OF_CLASS:
                return _CLASSES[word]
    return None


def _is_hidden(element: Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style or element.get("hidden") is not None


_INDENTED: Final = re.compile(r"(?:\t| {2,})\S")
_WIDEST: Final = 120
"""Characters of a line that is wrapped."""
_BLANK_LINES: Final = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


def of_plain(text: str, *, wrapped: bool | None = None) -> list[str]:
    """Return the paragraphs of a plain text.

    Blank lines, indented lines, and lines that are not wrapped separate paragraphs.

    Args:
        text: The text with any line ends. Wrapped lines are joined.
        wrapped: Whether lines are wrapped; None to detect it by their lengths.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    out: list[str] = []
    chunks = [[line.rstrip() for line in chunk.split("\n") if line.strip()] for chunk in _BLANK_LINES.split(text)]
    if wrapped is None:
        wrapped = _is_wrapped(chunks)
    for lines in chunks:
        out += (xmltree.squeezed(paragraph) for paragraph in (_unwrapped(lines) if wrapped else lines))
    return [paragraph for paragraph in out if paragraph]


def _is_wrapped(chunks: list[list[str]]) -> bool:
    """Return True if most lines that another follows are about as long as the longest."""
    followed = [len(line) for lines in chunks for line in lines[:-1]]
    width = max((len(line) for lines in chunks for line in lines), default=0)
    if any(_INDENTED.match(line) for lines in chunks for line in lines[1:]) and width <= _WIDEST:
        return True
    return width <= _WIDEST and sum(length >= 0.75 * width for length in followed) >= 0.6 * len(followed)


def _unwrapped(lines: list[str]) -> Iterator[str]:
    """Yield the paragraphs of lines between which there is no blank one."""
    width = max(map(len, lines), default=0)
    if width > _WIDEST:  # a line is a paragraph
        yield from lines
        return
    paragraph: list[str] = []
    indented = any(map(_INDENTED.match, lines)) and not all(map(_INDENTED.match, lines))
    for line in lines:
        # The line before would have had room for the first word of this one: it was not broken for its length.
        is_free = bool(paragraph) and len(paragraph[-1]) + 1 + len(line.split(maxsplit=1)[0]) <= width - 8
        starts = bool(_INDENTED.match(line)) if indented else is_free and _ends(paragraph[-1])
        if paragraph and starts:
            yield " ".join(paragraph)
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield " ".join(paragraph)


def _ends(line: str) -> bool:
    """Return True if a sentence can end with the line."""
    return line.rstrip(" \"'”’»)")[-1:] in (".", "!", "?", ":", "…", "。")
