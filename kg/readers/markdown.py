"""Markdown, with the front matter of site generators: the words as they are read, without the signs around them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from kg.extras import missing
from kg.limits import LONGEST_TEXT
from kg.readers import blocks, dates, encoding, framelines, news, xmltree
from kg.readers.article import Item
from kg.readers.source import Source

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT: Final = re.compile(
    r"\A(?P<fence>---|\+\+\+)[ \t]*\n(?P<head>.{0,20000}?)\n(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL
)
_ENTRY: Final = re.compile(r"([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)")
_LIST_ITEM: Final = re.compile(r"[ \t]*-[ \t]+(.+)")
_FIELDS: Final = {
    "title": "title", "headline": "title", "date": "published", "published": "published", "pubdate": "published",
    "publishdate": "published", "lang": "language", "language": "language", "locale": "language", "url": "url",
    "canonical": "url", "canonical_url": "url", "link": "url", "publisher": "publisher", "source": "publisher",
    "outlet": "publisher", "licence": "licence", "license": "licence", "id": "id", "guid": "id",
}  # fmt: skip
_AUTHORS: Final = frozenset({"author", "authors", "by", "byline"})


def read(source: Source) -> Iterator[Item]:
    """Yield the article of a Markdown file.

    Raises:
        InputError: It is empty, or has no text.
        MissingExtra: markdown-it-py is not installed.
    """
    data = source.read(LONGEST_TEXT, "an article")
    text = encoding.without_controls(encoding.decode(data, source.charset or "utf-8")).replace("\r\n", "\n")
    one = news.News(id=source.stem, retrieved=source.retrieved)
    front = _FRONT.match(text)
    if front:
        _about(one, front)
        text = text[front.end() :]
    one.blocks = _blocks(text)
    first = next((i for i, block in enumerate(one.blocks) if block.role == "headline"), None)
    if first is not None and one.title is None:
        one.title = one.blocks[first].text
    one.blocks = [
        blocks.Block(block.text, "heading") if block.role == "headline" and i != first else block
        for i, block in enumerate(one.blocks)
    ]
    for i, block in enumerate(one.blocks[:5]):
        day = dates.of_words(block.text)
        if day and block.role is None:
            one.published = one.published or day
            one.blocks[i] = blocks.Block(block.text, "dateline")
    yield news.item(one, source.name)


def _about(one: news.News, front: re.Match[str]) -> None:
    """Write the front matter into the article: TOML between ``+++``, simple YAML between ``---``."""
    for name, value in _entries(front).items():
        key = name.lower()
        if key in _AUTHORS:
            values = value if isinstance(value, list) else [value]
            one.authors += [who for v in values for who in framelines.authors(str(v)) or [str(v)]]
        elif key in _FIELDS and (text := _scalar(value)):
            field = _FIELDS[key]
            setattr(one, field, (dates.iso(text) or dates.of_words(text)) if field == "published" else text)


def _entries(front: re.Match[str]) -> dict[str, Any]:
    """Return the entries of the front matter, none if its TOML has a mistake."""
    if front["fence"] != "+++":
        return _yaml(front["head"])
    try:
        return tomllib.loads(front["head"])
    except (ValueError, RecursionError):
        return {}


def _scalar(value: Any) -> str:
    """Return the text of a string, a number or a date, and nothing for a list or a table."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _yaml(head: str) -> dict[str, Any]:
    """Return the YAML entries whose value is a word, a line or a list of lines. Other YAML is ignored."""
    out: dict[str, Any] = {}
    name: str | None = None
    for line in head.split("\n"):
        entry, item = _ENTRY.fullmatch(line), _LIST_ITEM.fullmatch(line)
        if entry:
            name = entry[1]
            value = entry[2].strip()
            if value.startswith("[") and value.endswith("]"):
                out[name] = [_unquoted(part) for part in value[1:-1].split(",") if part.strip()]
            else:
                out[name] = _unquoted(value)
        elif item and name:
            held = out.get(name)
            out[name] = [*(held if isinstance(held, list) else []), _unquoted(item[1])]
    return out


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _inline(token: Token, table: str | None, heading: str | None) -> Iterator[blocks.Block]:
    """Yield the lines of a paragraph: those of a table, a caption, a heading or the text."""
    children = token.children or []
    is_only_picture = [child.type for child in children] == ["image"]
    role = table or ("caption" if is_only_picture else heading)
    yield from (blocks.Block(part, role) for part in _words(children) if part)


def _blocks(text: str) -> list[blocks.Block]:
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise missing("Markdown needs markdown-it-py", "inputs") from error
    tokens = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table").parse(text)
    out: list[blocks.Block] = []
    heading: str | None = None
    tables = 0
    for token in tokens:
        match token.type:
            case "heading_open":
                heading = "headline" if token.tag == "h1" else "heading"
            case "heading_close":
                heading = None
            case "table_open" | "table_close":
                tables += token.nesting
            case "inline":
                out += _inline(token, "table" if tables else None, heading)
            case "html_block":
                out += blocks.of_html(token.content)
            case "fence" | "code_block":
                out.append(blocks.Block(token.content.strip(), "note"))
    return [block for block in out if block.text]


def _words(tokens: list[Token]) -> list[str]:
    parts: list[str] = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(token.content if len(tokens) == 1 else "")
    text = re.sub(r"[^\S\n]+", " ", "".join(parts))
    return ["\n".join(xmltree.squeezed(line) for line in text.split("\n") if line.strip())]
