"""A page of HTML as a tree, with the data about it that its scripts hold (JSON-LD)."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from kg.errors import InputError
from kg.readers.source import Source

MAX_BYTES: Final = 32 << 20
"""Bytes of one page, unpacked."""
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED: Final = re.compile(rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
_XML_DECLARED: Final = re.compile(rb"""<\?xml[^>]{1,200}encoding\s*=\s*["']([A-Za-z0-9._:-]{2,40})["']""")
_CONTROLS: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_IN_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")
_MAX_DEPTH: Final = 12
_MAX_NODES: Final = 5000

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its tree, and every object of its JSON-LD, those in arrays and graphs too, in order."""

    tree: HtmlElement
    data: tuple[Json, ...]
    url: str | None


def load(source: Source) -> Page:
    """Return a page of HTML.

    Raises:
        InputError: It is empty, too long, damaged, or holds nothing.
    """
    data = _unpacked(source.read(MAX_BYTES, "a page"), source.name)
    if not data.strip():
        raise InputError(f"{source.name}: the file is empty")
    if data.startswith((b"%PDF-", b"\x89PNG")) or (b"\0" in data[:1024] and not _is_wide(data)):
        raise InputError(f"{source.name}: is not HTML; it begins like a binary file")
    text = _CONTROLS.sub("", decode(data, source.charset))
    return Page(*_parsed(text, source.name), source.url)


def decode(data: bytes, charset: str | None) -> str:
    """Return the characters of a page.

    Args:
        data: Its bytes. A byte-order mark wins; then the declared encodings that the bytes fit; then UTF-8; then
            Windows-1252, which every byte fits.
        charset: What the sender said.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    declared = [
        found[1].decode("ascii") for found in (_DECLARED.search(data[:8192]), _XML_DECLARED.match(data)) if found
    ]
    for said in ("utf-8", charset, *declared):
        text = _strict(data, said)
        if text is not None:
            return text
    # One broken byte does not make a page of UTF-8 another one's.
    if "utf-8" in {_canonical(name) for name in (charset, *declared)}:
        return data.decode("utf-8", "replace")
    return data.decode("cp1252", "replace")


def _strict(data: bytes, name: str | None) -> str | None:
    known = _canonical(name)
    if known is None or known.startswith(("utf-7", "utf-16", "utf-32")):
        return None
    try:
        return str(data, known)
    except ValueError:
        return None


def _canonical(name: str | None) -> str | None:
    """Return Python's name of an encoding; browsers read Latin-1 as Windows-1252, and so do pages mean it."""
    try:
        known = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return None
    if not getattr(codecs.lookup(known), "_is_text_encoding", True):
        return None
    return {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}.get(known, known)


def _is_wide(data: bytes) -> bool:
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _unpacked(data: bytes, name: str) -> bytes:
    """Return the bytes, unpacked if they are gzip.

    Raises:
        InputError: The bytes are damaged, or too long when unpacked.
    """
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        out = unpacker.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise InputError(f"{name}: is damaged gzip: {error}") from error
    if len(out) > MAX_BYTES:
        raise InputError(f"{name}: unpacks to more than {MAX_BYTES:,} bytes, the most that a page may have")
    if not unpacker.eof:
        raise InputError(f"{name}: is gzip that was cut off")
    return out


def _parsed(text: str, name: str) -> tuple[HtmlElement, tuple[Json, ...]]:
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(text.encode("utf-8"), parser=parser, ensure_head_body=True)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise InputError(f"{name}: there is no HTML in it") from error
    return tree, tuple(_json_ld(tree))


def _json_ld(tree: HtmlElement) -> Iterator[Json]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            value = _lenient(script.text)
            if value is not None:
                yield from _objects(value)


def _lenient(text: str) -> object | None:
    """Parse the JSON of a page despite raw line breaks, comments of CDATA, or surplus commas."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = re.sub(r"^(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>$", "", text).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            value: object = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return value
    return _fields(text)


_FIELD: Final = re.compile(
    r'"(headline|datePublished|dateModified|articleBody|inLanguage|@type)"\s*:\s*("(?:[^"\\]|\\.)*")', re.DOTALL
)


def _fields(text: str) -> Json | None:
    """Return the plain fields found in broken JSON, the first of each; None without any."""
    out: Json = {}
    for name, value in _FIELD.findall(text[: 1 << 20]):
        try:
            out.setdefault(name, json.loads(value, strict=False))
        except ValueError:
            continue
    return out or None


def _objects(value: object) -> Iterator[Json]:
    """Yield every object, the outer before the inner ones."""
    waiting: list[tuple[object, int]] = [(value, 0)]
    seen = 0
    while waiting and seen < _MAX_NODES:
        one, depth = waiting.pop(0)
        seen += 1
        if isinstance(one, dict):
            yield one
            if depth < _MAX_DEPTH:
                waiting += ((each, depth + 1) for each in one.values() if isinstance(each, dict | list))
        elif isinstance(one, list) and depth < _MAX_DEPTH:
            waiting += ((each, depth + 1) for each in one)
