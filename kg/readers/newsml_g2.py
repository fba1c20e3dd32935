"""NewsML-G2: single news items, packages, and messages with any number of them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from kg.errors import InputError
from kg.readers import blocks, dates, framelines, news, nitf, xmltree
from kg.readers.article import Cut, Item
from kg.readers.source import Source
from kg.readers.xmltree import Element

_TEXTS: Final = frozenset({"text", "composite", ""})
_MARKUP: Final = re.compile(
    r"<(?:p|div|br|body|html|section|article|h\d|ul|ol|blockquote|span|strong|em|a)\b[^<>]*>", re.I
)
_PROSE: Final = ("p", "div", "body", "section", "article", "block", "pre", "span")
_KILLS: Final = frozenset({"kill", "cancel", "canceled", "mandatorykill", "withdraw", "withdrawal", "retraction"})


def read(source: Source) -> Iterator[Item]:
    """Yield the articles and withdrawals of a file.

    Raises:
        InputError: It is not well-formed, or there is no news item with a text in it.
    """
    root = xmltree.parse(source.read(xmltree.MAX_BYTES, "a file of news"), source.name, source.charset)
    return news.limited(_items(root, source), source.name)


def _items(root: Element, source: Source) -> Iterator[Item]:
    sent, sender = (xmltree.first_words(xmltree.first(root, "header"), name) for name in ("sent", "sender"))
    others: list[str] = []
    texts = 0
    for element in xmltree.every(root, "newsItem"):
        one, kind = _news(element, source)
        one.published = one.published or dates.iso(sent)
        one.publisher = one.publisher or sender
        if kind not in _TEXTS and not news.is_killed(one.status):
            others.append(f"{one.id} is {kind}")
            continue
        if not one.blocks and not one.status and xmltree.first(element, "itemMeta") is None:
            others.append(f"{one.id} is empty")
            continue
        texts += 1
        yield news.item(one, source.name)
    if not texts:
        what = f": {others[0]}" if others else ""
        raise InputError(f"{source.name}: has no news item with a text in it{what}")


def _news(element: Element, source: Source) -> tuple[news.News, str]:
    """Return an item and its class: text, picture, video and so on."""
    about, content = xmltree.first(element, "itemMeta"), xmltree.first(element, "contentMeta")
    one = news.News(
        id=xmltree.value(element, "guid") or source.stem,
        version=xmltree.value(element, "version") or "1",
        retrieved=source.retrieved,
    )
    kind = _code(xmltree.first(about, "itemClass"))
    one.language = xmltree.value(xmltree.first(content, "language"), "tag") or xmltree.value(element, "lang")
    one.title = _headline(content, one.language) or xmltree.first_words(about, "title")
    one.published = next(filter(None, map(dates.iso, _dates(about, content))), None)
    one.publisher = _publisher(element, about)
    one.url = _url(one.id, about)
    one.licence = xmltree.first_words(element, "rightsInfo/copyrightNotice")
    one.status = _code(xmltree.first(about, "pubStatus"))
    embargo = xmltree.first(about, "embargoed")
    one.embargo = dates.iso(xmltree.words(embargo))
    if embargo is not None and one.embargo is None and one.status == "usable":
        one.status = "embargoed"  # without a date, it holds until further notice
    one.note = " ".join(filter(None, map(xmltree.words, xmltree.at(about, "edNote")))) or None
    if any(_code(signal) in _KILLS for signal in xmltree.at(about, "signal")):
        one.status = "killed"
    _frame(one, content)
    _content(one, element)
    return one, kind


def _dates(about: Element | None, content: Element | None) -> Iterator[str | None]:
    """Yield the dates of an item, the one of this version first."""
    for parent, name in (
        (about, "versionCreated"),
        (content, "contentModified"),
        (content, "contentCreated"),
        (about, "firstCreated"),
    ):
        yield xmltree.first_words(parent, name)


def _publisher(element: Element, about: Element | None) -> str | None:
    provider = xmltree.first(about, "provider")
    named = xmltree.first_words(about, "provider/name") or xmltree.value(provider, "literal")
    code = xmltree.value(provider, "qcode")
    return (
        named
        or (code.rpartition(":")[2] if code else None)
        or xmltree.first_words(element, "rightsInfo/copyrightHolder/name")
    )


def _url(guid: str, about: Element | None) -> str | None:
    for link in xmltree.at(about, "link"):
        target = xmltree.value(link, "href") or ""
        if target.startswith(("http://", "https://")) and _code(link, "rel") in ("canonical", "sameas", "permalink"):
            return target
    return guid if guid.startswith(("http://", "https://")) else None


def _frame(one: news.News, content: Element | None) -> None:
    one.dateline = xmltree.first_words(content, "dateline")
    for byline in xmltree.at(content, "by"):
        words = xmltree.words(byline)
        one.cut.append(Cut(text=words, kind="byline"))
        one.authors += framelines.authors(words)
    for creator in xmltree.at(content, "creator"):
        name = xmltree.first_words(creator, "name")
        if name and not one.authors:
            one.authors.append(name)
    for line in xmltree.at(content, "creditline"):
        one.cut.append(Cut(text=xmltree.words(line), kind="credit"))
    for description in xmltree.at(content, "description"):
        kind = "caption" if _code(description, "role") == "caption" else "abstract"
        one.cut.append(Cut(text=xmltree.words(description), kind=kind))


def _content(one: news.News, element: Element) -> None:
    """Write the paragraphs of the best rendition of the text; alternatives say the same words again."""
    renditions = [
        found for found in xmltree.at(element, "contentSet/inlineXML") if len(found) or (found.text or "").strip()
    ]
    # Of translations beside each other the one in the language of the item.
    found_in = sorted(
        renditions or xmltree.at(element, "contentSet/inlineData"),
        key=lambda one_of: (xmltree.value(one_of, "lang") or one.language) != one.language,
    )
    for inline in found_in:
        found = _inline(one, inline)
        if found:
            one.blocks = found
            return


def _inline(one: news.News, inline: Element) -> list[blocks.Block]:
    documents = list(xmltree.every(inline, "nitf"))
    if documents:
        before = one.blocks
        one.blocks = []
        nitf.fill(one, documents[0])
        found, one.blocks = one.blocks, before
        return found
    if xmltree.local(inline) == "inlineXML":
        # Events, results and other data have no paragraphs: they are no article.
        is_prose = not len(inline) or next(xmltree.every(inline, *_PROSE), None) is not None
        return blocks.of_markup(inline) if is_prose else []
    text = "".join(part for part in inline.itertext() if isinstance(part, str))
    encoding = (xmltree.value(inline, "encoding") or "").rpartition("/")[2].lower()
    if encoding.endswith("base64"):
        try:
            text = base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return []
    kind = (xmltree.value(inline, "contenttype") or "").lower()
    if "html" in kind or "xml" in kind or _MARKUP.search(text):
        return blocks.of_html(text)
    return [blocks.Block(paragraph) for paragraph in blocks.of_plain(text)]


def _code(element: Element | None, name: str = "qcode") -> str:
    """Return the last part of a code in lower case: ``text`` of ``ninat:text``; "" where there is none."""
    code = xmltree.value(element, name) or (xmltree.value(element, "uri") if name == "qcode" else None) or ""
    return code.replace("/", ":").rpartition(":")[2].lower()


def _headline(content: Element | None, language: str | None) -> str | None:
    """Return the headline: no subtitle, and of several the one in the language of the item."""
    found = [one for one in xmltree.at(content, "headline") if xmltree.words(one) and not _is_minor(one)]
    own = [one for one in found if (xmltree.value(one, "lang") or language) == language]
    return next(map(xmltree.words, own or found), None)


def _is_minor(headline: Element) -> bool:
    return _code(headline, "role") in ("subtitle", "subheadline", "short", "seo", "kicker")
