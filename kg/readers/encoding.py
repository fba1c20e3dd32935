"""Bytes of unknown encoding to characters: byte-order mark, declaration, UTF-8, and Windows-1252 for the rest."""

from __future__ import annotations

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT_MARK: Final = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
_DECLARED: Final = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_WESTERN: Final = frozenset({"iso8859-1", "ascii", "cp1252"})
"""Declared for texts that have the quotation marks and dashes of Windows-1252."""
_CONTROLS: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What XML has no place for, and no article means."""


def decode(data: bytes, charset: str | None = None) -> str:
    """Return the characters of a text.

    Args:
        data: The bytes. A declaration (``encoding="..."``) is looked for in the first 200.
        charset: What the sender said, believed where the bytes fit it and have no byte-order mark.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    for start, name in _WITHOUT_MARK:
        if data.startswith(start):
            return data.decode(name, "replace")
    declared = _DECLARED.search(data[:200])
    for encoding in (charset, declared[1].decode("ascii") if declared else None, "utf-8"):
        text = _strict(data, encoding) if encoding else None
        if text is not None:
            return text
    return data.decode("cp1252", "replace")


def without_controls(text: str) -> str:
    """Return the text without control characters (line ends and tabs stay) and half characters."""
    return _CONTROLS.sub("", text)


def _strict(data: bytes, name: str) -> str | None:
    """Decode strictly; None if the bytes do not fit or the encoding is unknown."""
    try:
        known = codecs.lookup(name).name
        return None if known in _WESTERN or known.startswith("utf-7") else str(data, known)
    except (LookupError, ValueError):
        return None
