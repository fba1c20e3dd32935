"""NewsML 1.0 to 1.2: any number of news items, each a tree of components with texts, pictures and translations."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Final

from kg.errors import InputError
from kg.readers import blocks, dates, encoding, framelines, news, nitf, xmltree
from kg.readers.article import Cut, Item
from kg.readers.source import Source
from kg.readers.xmltree import Element

_MARKUP: Final = re.compile(r"<(?:p|div|br|body|html|section|h\d|ul|ol|blockquote|nitf)\b[^<>]*>", re.I)
_OTHER_ROLES: Final = {
    "stylesheet": None,
    "logo": None,
    "headline": "headline",
    "subheadline": "headline",
    "contact": "note",
    "caption": "caption",
    "photo caption": "caption",
    "photocaption": "caption",
    "abstract": "abstract",
    "summary": "abstract",
    "byline": "byline",
    "dateline": "dateline",
    "keywords": None,
    "copyright": "boilerplate",
    "disclaimer": "boilerplate",
    "tagline": "credit",
    "credit": "credit",
}
"""What a component with that role is; None for what has no words of the article. Others are text."""
_LINES: Final = {"byline": "byline", "dateline": "dateline", "creditline": "credit", "advisoryline": "note"}


def read(source: Source) -> Iterator[Item]:
    """Yield the articles and withdrawals of a file.

    Raises:
        InputError: It is not well-formed, or there is no news item in it.
    """
    root = xmltree.parse(source.read(xmltree.MAX_BYTES, "a file of news"), source.name, source.charset)
    return news.limited(_items(root, source), source.name)


def _items(root: Element, source: Source) -> Iterator[Item]:
    sent = dates.iso(xmltree.first_words(root, "NewsEnvelope/DateAndTime"))
    sender = _party(xmltree.first(root, "NewsEnvelope/SentFrom"))
    others = 0
    for element in xmltree.every(root, "NewsItem"):
        found = [one for one, has_text in _all_news(element, source, sender) if has_text or news.is_killed(one.status)]
        others += not found
        for one in found:
            one.published = one.published or sent
            yield news.item(one, source.name)
    if others and others == sum(1 for _ in xmltree.every(root, "NewsItem")):
        raise InputError(f"{source.name}: has no news item with a text in it, only pictures and other media")


def _all_news(element: Element, source: Source, sender: str | None) -> Iterator[tuple[news.News, bool]]:
    """Yield the stories of a news item, mostly one, and whether each has a text.

    Components with headlines of their own are stories of their own: sidebars, or the same in other languages.
    """
    stories = _stories(element)
    for number, story in enumerate(stories if len(stories) > 1 else [element]):
        one = _news(element, source)
        if number:
            one.id += f"#{xmltree.value(story, 'Duid') or number + 1}"
        has_text = _component(one, story, None if story is not element else sender)
        if story is not element:
            _lines(one, element, sender)
            one.language = one.language or _language(element)
        yield one, has_text


def _stories(element: Element) -> list[Element]:
    """Return the innermost components that have a headline and a text."""
    found: list[Element] = []
    for content in xmltree.every(element, "ContentItem"):
        role = _role(content)
        if _is_media(content) or role in _OTHER_ROLES or next(xmltree.every(content, "DataContent"), None) is None:
            continue
        above = (
            one
            for one in content.iterancestors()
            if xmltree.local(one) == "NewsComponent" and xmltree.first_words(one, "NewsLines/HeadLine")
        )
        story = next(above, None)
        if story is not None and all(story is not other for other in found):
            found.append(story)
    return found


def _news(element: Element, source: Source) -> news.News:
    identifier = xmltree.first(element, "Identification/NewsIdentifier")
    management = xmltree.first(element, "NewsManagement")
    one = news.News(
        id=_id(identifier) or source.stem,
        version=xmltree.first_words(identifier, "RevisionId") or "1",
        retrieved=source.retrieved,
    )
    one.published = next(
        filter(
            None,
            (
                dates.iso(xmltree.first_words(management, name))
                for name in ("ThisRevisionCreated", "FirstCreated", "StoryDate")
            ),
        ),
        None,
    )
    one.status = _formal(xmltree.first(management, "Status"))
    for instruction in xmltree.at(management, "Instruction"):
        if news.is_killed(_formal(instruction)):
            one.status = "killed"
    change = xmltree.first(management, "StatusWillChange")
    if one.status in ("embargoed", "withheld") and _formal(xmltree.first(change, "FutureStatus")) == "usable":
        one.embargo = dates.iso(xmltree.first_words(change, "DateAndTime"))
    one.url = one.id if one.id.startswith(("http://", "https://")) else one.url
    return one


def _component(one: news.News, element: Element, sender: str | None) -> bool:
    """Write the components of a news item into it; return False if none of them is a text."""
    _lines(one, element, sender)
    one.language = one.language or _language(element)
    texts, has_media = _contents(one, element)
    for role, found in texts:
        kind = _OTHER_ROLES.get(role or "")
        if kind == "headline" and role == "headline" and not one.title and found:
            one.title = found[0].text
        elif kind is not None:
            one.cut += (Cut(text=block.text, kind=kind) for block in found)
    one.blocks += _without_copies(_bodies(texts))
    return bool(one.blocks) or not has_media


def _bodies(texts: list[tuple[str | None, list[blocks.Block]]]) -> list[list[blocks.Block]]:
    """Return the contents with the role of a body, else those without a role of something else."""
    named = [found for role, found in texts if role in ("body", "main", "maintext", "text")]
    return named or [found for role, found in texts if role not in _OTHER_ROLES]


def _contents(one: news.News, element: Element) -> tuple[list[tuple[str | None, list[blocks.Block]]], bool]:
    """Return the paragraphs of each content with its role, and True if a content has no data of its own."""
    texts: list[tuple[str | None, list[blocks.Block]]] = []
    has_media = False
    for content in xmltree.every(element, "ContentItem"):
        data = next(xmltree.every(content, "DataContent"), None)
        role = _role(content)
        is_left_out = (role in _OTHER_ROLES and _OTHER_ROLES[role] is None) or _is_media(content)
        if data is not None and not is_left_out:
            texts.append((role, _data(one, data, content)))
        has_media = has_media or data is None
    return texts, has_media


def _without_copies(bodies: list[list[blocks.Block]]) -> list[blocks.Block]:
    """Return the paragraphs of all bodies, without a second rendition of the same text."""
    out: list[blocks.Block] = []
    seen: set[str] = set()
    for found in bodies:
        words = "".join(re.findall(r"\w+", " ".join(block.text for block in found)))[:400]
        if words and words not in seen:
            seen.add(words)
            out += found
    return out


def _data(one: news.News, data: Element, content: Element) -> list[blocks.Block]:
    documents = list(xmltree.every(data, "nitf"))
    if documents:
        before = one.blocks
        one.blocks = []
        nitf.fill(one, documents[0])
        found, one.blocks = one.blocks, before
        return found
    if len(data):
        return blocks.of_markup(data)
    text = data.text or ""
    if (xmltree.value(xmltree.first(content, "Encoding"), "Notation") or "").lower() == "base64":
        try:
            text = encoding.decode(base64.b64decode("".join(text.split()), validate=True))
        except ValueError:
            return []
    kind = (_formal(xmltree.first(content, "Format")) or "") + (_formal(xmltree.first(content, "MimeType")) or "")
    if "html" in kind or _MARKUP.search(text):
        return blocks.of_html(text)
    return [blocks.Block(paragraph) for paragraph in blocks.of_plain(text)]


def _lines(one: news.News, element: Element, sender: str | None) -> None:
    """Write headline, byline, dateline and other lines of the components, the outermost first."""
    for lines in xmltree.every(element, "NewsLines"):
        for line in xmltree.children(lines):
            name, words = xmltree.local(line).lower(), xmltree.words(line)
            if name == "newsline":
                name = _formal(xmltree.first(line, "NewsLineType")) or ""
                words = xmltree.first_words(line, "NewsLineText") or ""
            if words:
                _add_line(one, name, words)
    administrative = next(xmltree.every(element, "AdministrativeMetadata"), None)
    one.publisher = one.publisher or _party(xmltree.first(administrative, "Provider")) or sender
    one.publisher = one.publisher or _party(xmltree.first(administrative, "Source"))
    creator = _party(xmltree.first(administrative, "Creator"))
    if creator and not one.authors:
        one.authors = framelines.authors(creator) or [creator]


def _add_line(one: news.News, name: str, words: str) -> None:
    """Write one line into the article by its name; the first headline, rights and dateline count."""
    if name == "headline":
        one.title = one.title or words
    elif name == "copyrightline":
        one.licence = one.licence or words
    elif name == "dateline":
        one.dateline = one.dateline or words
    elif name in _LINES and all(words != cut.text for cut in one.cut):
        one.cut.append(Cut(text=words, kind=_LINES[name]))
        if name == "byline" and not one.authors:
            one.authors = framelines.authors(words)
        if name == "advisoryline" and news.is_kill(words):
            one.note = words


def _language(element: Element) -> str | None:
    for found in xmltree.every(element, "Language"):
        code = xmltree.value(found, "FormalName")
        if code:
            return code
    return xmltree.value(element, "lang") or next(
        (
            code
            for code in (xmltree.value(e, "lang") for e in xmltree.every(element, "HeadLine", "DataContent"))
            if code
        ),
        None,
    )


def _role(content: Element) -> str | None:
    """Return the role of the component in which a content item stands, in lower case."""
    parent = content.getparent()
    while parent is not None and xmltree.local(parent) != "NewsItem":
        found = _formal(xmltree.first(parent, "Role"))
        if found is not None:
            return found
        parent = parent.getparent()
    return None


def _is_media(content: Element) -> bool:
    kinds = (_formal(xmltree.first(content, name)) or "" for name in ("MediaType", "MimeType"))
    return any(kind.startswith(("photo", "image", "video", "audio", "graphic", "text/css")) for kind in kinds)


def _party(element: Element | None) -> str | None:
    party = xmltree.first(element, "Party")
    for topic in xmltree.at(party, "Property"):
        if (xmltree.value(topic, "FormalName") or "").lower() in ("name", "fullname"):
            return xmltree.value(topic, "Value")
    name = xmltree.value(party, "FormalName")
    return xmltree.squeezed(name) if name else None


def _formal(element: Element | None) -> str | None:
    name = xmltree.value(element, "FormalName")
    return name.lower() if name else None


def _id(identifier: Element | None) -> str | None:
    """Return the common part of the public identifiers of an item's revisions: provider, day and item."""
    names = ("ProviderId", "DateId", "NewsItemId")
    parts = [xmltree.first_words(identifier, name) for name in names]
    if all(parts):
        return "urn:newsml:" + ":".join(map(str, parts))
    public = xmltree.first_words(identifier, "PublicIdentifier")
    revision = xmltree.first_words(identifier, "RevisionId")
    return public.removesuffix(f":{revision}") if public else parts[2]
