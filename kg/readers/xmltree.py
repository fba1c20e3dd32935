"""Outside XML as a tree: without entity declarations and access to files or hosts, within limits of depth and size."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from kg.errors import InputError
from kg.readers import encoding

Element = Any
"""An ``lxml.etree._Element``: lxml has no types of its own."""

MAX_BYTES: Final = 64 << 20
_NAMED: Final = re.compile("&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_SPACE: Final = re.compile(r"\s+")


def parse(data: bytes, name: str, charset: str | None = None) -> Element:
    """Return the root element.

    Named characters of HTML (``&nbsp;``) are understood although no DTD is read.

    Args:
        data: The file.
        name: How messages name it.
        charset: What the sender said of its encoding.

    Raises:
        InputError: It is not well-formed, declares entities, or is nested too deep.
    """
    text = encoding.without_controls(encoding.decode(data, charset))
    text = _NAMED.sub(_character, text[_end_of_prolog(text, name) :])
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_pis=True
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"{name}:{line}" if line else name
        raise InputError(f"{where}: not well-formed XML, cut off perhaps: {error}") from error


def parse_html(text: str) -> Element | None:
    """Return the root element of HTML, well-formed or not; None if there is nothing in it."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True)
    try:
        return etree.fromstring(f"<html><body>{encoding.without_controls(text)}</body></html>".encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def local(element: Element) -> str:
    """Return the name of an element without its namespace; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the child elements of these names, in any namespace; all of them where no name is given."""
    return (child for child in element if isinstance(child.tag, str) and (not names or local(child) in names))


def every(element: Element, *names: str) -> Iterator[Element]:
    """Yield the element itself and the elements below it that have these names, in document order."""
    return (found for found in element.iter() if isinstance(found.tag, str) and local(found) in names)


def at(element: Element | None, path: str) -> Iterator[Element]:
    """Yield the elements at a path of local names.

    Args:
        element: The element above; None yields nothing.
        path: Local names with slashes, as ``itemMeta/pubStatus``.
    """
    found = [element] if element is not None else []
    for name in path.split("/"):
        found = [child for one in found for child in children(one, name)]
    return iter(found)


def first(element: Element | None, *paths: str) -> Element | None:
    """Return the first element that is at one of these paths, None if none is."""
    for path in paths:
        for found in at(element, path):
            return found
    return None


def words(element: Element | None) -> str:
    """Return all characters of an element and those below it, with single blanks for white space."""
    if element is None:
        return ""
    return squeezed("".join(text for text in element.itertext() if isinstance(text, str)))


def first_words(element: Element | None, *paths: str) -> str | None:
    """Return the words of the first element at these paths that has some, None if none has."""
    for path in paths:
        for found in at(element, path):
            text = words(found)
            if text:
                return text
    return None


def value(element: Element | None, name: str) -> str | None:
    """Return the value of an attribute without blanks around it, None if it is empty or missing.

    Args:
        element: The element, if there is one.
        name: The local name of the attribute.
    """
    if element is None:
        return None
    for key, text in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(text).strip() or None
    return None


def squeezed(text: str) -> str:
    """Return the text with single blanks for white space and none at its ends."""
    return _SPACE.sub(" ", text).strip()


def _character(found: re.Match[str]) -> str:
    name = found[1]
    character = None if name in _OWN else html.entities.html5.get(f"{name};")
    return found[0] if character is None else character


def _end_of_prolog(text: str, name: str) -> int:
    """Return where the XML declaration, comments and document type at the beginning end.

    Raises:
        InputError: The document type declares entities.
    """
    at = 0
    while True:
        while text[at : at + 1].isspace():
            at += 1
        for start, end in (("<?", "?>"), ("<!--", "-->")):
            if text.startswith(start, at):
                close = text.find(end, at)
                if close < 0:
                    return at
                at = close + len(end)
                break
        else:
            if text[at : at + 9].upper() != "<!DOCTYPE":
                return at
            at = _end_of_type(text, at, name)


def _end_of_type(text: str, at: int, name: str) -> int:
    close, bracket = text.find(">", at), text.find("[", at)
    if 0 <= bracket < close:
        end = text.find("]", bracket)
        if "<!ENTITY" in text[bracket : end if end >= 0 else None]:
            raise InputError(f"{name}: declares entities of its own, which are not read; save it without its DTD")
        close = text.find(">", max(end, bracket))
    return len(text) if close < 0 else close + 1
