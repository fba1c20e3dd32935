"""Word documents (.docx): the paragraphs of the main text, and title, authors, language and day from its properties.

A ``.docx`` is a ZIP archive of XML. Two members are read, each bounded when unpacked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from kg.errors import InputError
from kg.readers import blocks, dates, framelines, news, xmltree
from kg.readers.article import Item
from kg.readers.source import Source
from kg.readers.xmltree import Element

MAX_BYTES: Final = 64 << 20
_STYLES: Final = {
    "title": "headline",
    "subtitle": "abstract",
    "caption": "caption",
    "byline": "byline",
    "author": "byline",
}
_TEXT, _PROPERTIES, _SETTINGS = "word/document.xml", "docProps/core.xml", "word/styles.xml"


def read(source: Source) -> Iterator[Item]:
    """Yield the article of a Word document.

    Raises:
        InputError: It is broken, encrypted, no Word document, or too large when unpacked.
    """
    data = source.read(MAX_BYTES, "a Word document")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = _member(archive, _TEXT, source)
            properties = _member(archive, _PROPERTIES, source)
            styles = _member(archive, _SETTINGS, source)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise InputError(f"{source.name}: is no Word document that can be read: {error}") from error
    if text is None:
        raise InputError(f"{source.name}: is no Word document: there is no {_TEXT} in it")
    one = news.News(id=source.stem, retrieved=source.retrieved)
    _about(one, properties, styles)
    one.blocks = list(_paragraphs(text))
    headline = next((block.text for block in one.blocks if block.role == "headline"), None)
    if headline:
        one.title = headline
    _date(one)
    yield news.item(one, source.name)


def _member(archive: zipfile.ZipFile, name: str, source: Source) -> Element | None:
    """Return the root of one member, or None if it is missing.

    Raises:
        InputError: It is too large when unpacked, or not well-formed.
    """
    if name not in archive.namelist():
        return None
    with archive.open(name) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"{source.name}: is larger than {MAX_BYTES:,} bytes when unpacked")
    return xmltree.parse(data, f"{source.name}: {name}")


def _about(one: news.News, properties: Element | None, styles: Element | None) -> None:
    one.title = xmltree.first_words(properties, "title")
    author = xmltree.first_words(properties, "creator")
    one.authors = framelines.authors(author) if author else []
    one.language = xmltree.first_words(properties, "language")
    if one.language is None and styles is not None:
        one.language = next(filter(None, (xmltree.value(e, "val") for e in xmltree.every(styles, "lang"))), None)


def _paragraphs(root: Element) -> Iterator[blocks.Block]:
    for paragraph in xmltree.every(root, "p"):
        text = xmltree.squeezed("".join(_runs(paragraph)))
        if not text:
            continue
        inside = {xmltree.local(above) for above in paragraph.iterancestors()}
        style = (xmltree.value(xmltree.first(paragraph, "pPr/pStyle"), "val") or "").lower()
        if inside & {"tbl"}:
            yield blocks.Block(text, "table")
        elif not inside & {"txbxContent", "del"}:
            yield blocks.Block(text, "heading" if style.startswith(("heading", "berschrift")) else _STYLES.get(style))


def _runs(paragraph: Element) -> Iterator[str]:
    """Yield the words of a paragraph: without what was deleted, field codes and text boxes."""
    for element in paragraph.iter():
        name = xmltree.local(element)
        if name == "t":
            above = {xmltree.local(one) for one in element.iterancestors()}
            if (
                next(one for one in element.iterancestors() if xmltree.local(one) == "p") is paragraph
                and "del" not in above
            ):
                yield element.text or ""
        elif name in ("br", "cr", "tab", "noBreakHyphen"):
            yield "-" if name == "noBreakHyphen" else " "


def _date(one: news.News) -> None:
    """Take the day from a paragraph near the top that names a day and nothing else."""
    for i, block in enumerate(one.blocks[:5]):
        day = dates.of_words(block.text)
        if day:
            one.published = day
            one.blocks[i] = blocks.Block(block.text, "dateline")
            return
