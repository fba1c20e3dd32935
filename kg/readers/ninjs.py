"""ninjs 1, 2 and 3: one item, a list of items, and the texts associated with an item."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kg.errors import InputError
from kg.readers import blocks, dates, encoding, framelines, news, nitf, xmltree
from kg.readers.article import Cut, Item
from kg.readers.source import Source

_MEDIA: Final = frozenset({"picture", "image", "photo", "graphic", "audio", "video", "event", "planning", "component"})
_MAX_DEPTH: Final = 8
_BODY: Final = "body_"
_COMPLETE: Final = 0.7
"""A marked-up body is read rather than the plain one where it has at least that part of its words."""


def read(source: Source) -> Iterator[Item]:
    """Yield the articles and withdrawals of a file.

    Raises:
        InputError: The file is no JSON or ninjs, or has no article.
    """
    text = encoding.decode(source.read(xmltree.MAX_BYTES, "a file of news"), source.charset)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source.name}: not JSON, cut off perhaps: {error}") from error
    found = list(_outermost(data, 0))
    if not found:
        raise InputError(f"{source.name}: is not ninjs: an item has a uri and a headline or body")
    return news.limited(_items(found, source), source.name)


def is_item(data: object) -> bool:
    """Return True for a JSON value that has what every item of ninjs has."""
    return isinstance(data, dict) and isinstance(data.get("uri"), str)


def _outermost(data: object, depth: int) -> Iterator[Any]:
    """Yield the items in a value: itself, those of a list, or those in the envelope of an interface."""
    if is_item(data):
        yield data
    elif isinstance(data, list | dict) and depth < _MAX_DEPTH:
        for value in data.values() if isinstance(data, dict) else data:
            yield from _outermost(value, depth + 1)


def _items(found: list[Any], source: Source) -> Iterator[Item]:
    media: list[str] = []
    count = 0
    for data in _texts([one for one in found if isinstance(one, dict)], media, 0):
        count += 1
        yield news.item(_news(_lower(data), source), source.name)
    if not count:
        what = f": {media[0]}" if media else ""
        raise InputError(f"{source.name}: has no item with a text in it{what}")


def _texts(found: list[dict[str, Any]], media: list[str], depth: int) -> Iterator[dict[str, Any]]:
    """Yield the items that are texts, and those associated with them; name the others in ``media``."""
    for data in found:
        one = _lower(data)
        if _is_read(one):
            yield data
        else:
            media.append(f"{one.get('uri')} is {_string(one.get('type')) or 'without one'}")
        if depth < _MAX_DEPTH:
            yield from _texts(_associated(one), media, depth + 1)


def _is_read(one: Mapping[str, Any]) -> bool:
    """Return True for an item that is a text, or that withdraws one."""
    kind = _string(one.get("type")) or ""
    if kind == "text" or (kind in ("composite", "") and _has_text(one)):
        return True
    return news.is_killed(_string(one.get("pubstatus"))) and kind not in _MEDIA


def _associated(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the items with a text that an item is associated with."""
    inside = one.get("associations")
    values = list(inside.values()) if isinstance(inside, dict) else inside
    if not isinstance(values, list):
        return []
    return [other for other in values if isinstance(other, dict) and is_item(other) and _has_text(_lower(other))]


def _news(one: Mapping[str, Any], source: Source) -> news.News:
    uri = _string(one.get("uri")) or source.stem
    item = news.News(
        id=uri,
        title=_title(one),
        url=_string(one.get("url")) or (uri if uri.startswith(("http://", "https://")) else None),
        language=_string(one.get("language")),
        version=_string(one.get("version")) or "1",
        status=_string(one.get("pubstatus")),
        embargo=dates.iso(_string(one.get("embargoed"))),
        note=_string(one.get("ednote")),
        licence=_string(one.get("copyrightnotice")) or _string(one.get("usageterms")),
        published=next(
            filter(
                None, (dates.iso(_string(one.get(n))) for n in ("versioncreated", "contentcreated", "firstcreated"))
            ),
            None,
        ),
        retrieved=source.retrieved,
    )
    item.publisher = _publisher(one)
    _frame(item, one)
    _body(item, one)
    return item


def _publisher(one: Mapping[str, Any]) -> str | None:
    sources = one.get("infosources")
    for role in ("", "provider", "source"):
        for info in sources if isinstance(sources, list) else []:
            if isinstance(info, dict) and role in (_string(info.get("role")) or "") and role:
                return _string(info.get("name"))
    return _string(one.get("provider")) or _string(one.get("source")) or _string(one.get("copyrightholder"))


def _frame(item: news.News, one: Mapping[str, Any]) -> None:
    for name in ("byline", "by"):
        words = _string(one.get(name))
        if words:
            item.cut.append(Cut(text=words, kind="byline"))
            item.authors += [who for who in framelines.authors(words) if who not in item.authors]
    item.dateline = _string(one.get("dateline"))
    for key, words in _described(one):
        item.cut.append(Cut(text=words, kind="caption" if "caption" in key else "abstract"))


def _described(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, text in one.items():
        if key.startswith("description") and isinstance(text, str):
            yield key, _plain(text)
    for role, text, _ in _roles(one.get("descriptions")):
        yield role, _plain(text)


def _title(one: Mapping[str, Any]) -> str | None:
    """Return the headline: the main one of several."""
    several = list(_roles(one.get("headlines")))
    main = [text for role, text, _ in several if role in ("main", "")] or [text for _, text, _ in several]
    named = [_string(one.get("headline")), *main, _string(one.get("headlines")), _string(one.get("title"))]
    found = next(filter(None, named), None)
    return _plain(found) if found else None


def _has_text(one: Mapping[str, Any]) -> bool:
    return any(text.strip() for _, text, _ in _bodies(one))


def _bodies(one: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield role, text and media type of each rendition of the body."""
    for key, text in one.items():
        if key.startswith(_BODY) and isinstance(text, str):
            yield key[len(_BODY) :], text, ""
    yield from _roles(one.get("bodies"))


def _roles(values: object) -> Iterator[tuple[str, str, str]]:
    """Yield role, value and media type of each entry of a list such as ``headlines`` and ``bodies``."""
    for value in values if isinstance(values, list) else []:
        if isinstance(value, dict):
            entry = _lower(value)
            text = _string(entry.get("value"))
            if text:
                yield (_string(entry.get("role")) or "").lower(), text, _string(entry.get("contenttype")) or ""


def _renditions(item: news.News, one: Mapping[str, Any]) -> tuple[list[list[blocks.Block]], list[blocks.Block]]:
    """Return the paragraphs of each rendition in markup, and those of the first one in plain text."""
    plain: list[blocks.Block] = []
    marked: list[list[blocks.Block]] = []
    for role, text, media_type in _bodies(one):
        names = f"{role} {media_type}"
        if "nitf" in role or "nitf" in media_type.lower():
            marked += filter(None, [_of_nitf(item, text)])
        elif "html" in names:
            marked.append(blocks.of_html(text))
        elif "xml" not in names or "<" not in text:
            plain = plain or [blocks.Block(paragraph) for paragraph in blocks.of_plain(text)]
    return marked, plain


def _body(item: news.News, one: Mapping[str, Any]) -> None:
    """Write the paragraphs of the best rendition: markup, unless much of the plain text is missing in it."""
    marked, plain = _renditions(item, one)
    longest = max(marked, key=_length, default=[])
    best = next((found for found in marked if _length(found) >= _COMPLETE * _length(longest)), [])
    item.blocks = best if best and _length(best) >= _COMPLETE * _length(plain) else plain
    if not item.blocks:
        # A short report has only its description.
        item.blocks = [
            blocks.Block(p)
            for key, text in _described(one)
            if key in ("text", "lead", "description_text")
            for p in blocks.of_plain(text)
        ]
        item.cut = [cut for cut in item.cut if cut.kind != "abstract"] if item.blocks else item.cut


def _of_nitf(item: news.News, text: str) -> list[blocks.Block]:
    """Return the paragraphs of NITF in a string; none where it is not well-formed."""
    try:
        root = xmltree.parse(text.encode(), item.id, "utf-8")
    except InputError:
        return []
    return next(map(nitf.body, xmltree.every(root, "nitf")), [])


def _length(found: list[blocks.Block]) -> int:
    return sum(len(block.text) for block in found if block.role in (None, "heading"))


def _plain(text: str) -> str:
    if "<" in text:
        text = " ".join(block.text for block in blocks.of_html(text)) or text
    return xmltree.squeezed(html.unescape(text))


def _string(value: object) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return encoding.without_controls(value).strip() or None if isinstance(value, str) else None


def _lower(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item with lower-case names, because ninjs 1 and 3 spell ``versioncreated`` differently."""
    return {str(key).lower(): value for key, value in data.items()}
