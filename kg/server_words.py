"""Messages of other servers about refusals, extracted from any format."""

from __future__ import annotations

import html
import json
import re
from typing import Any, Final

LONGEST_REFUSAL: Final = 1 << 16
"""Bytes of such a response that are read."""
_SHOWN: Final = 500
_WORDS: Final = ("detail", "message", "error_description", "error", "errors", "title", "reason", "description", "msg")
"""Fields with the message: RFC 9457 first, then those of GraphDB, Fuseki, Stardog, Virtuoso and model servers."""
_DEEPEST: Final = 5
_UNSEEN: Final = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|head)\b.*?(?:</\1\s*>|\Z)|<[^<>]{0,1000}>", re.I | re.S)
_TITLE: Final = re.compile(r"<title\b[^>]*>([^<]*)", re.I)
_PAGE: Final = re.compile(r"\s*(?:<!doctype\s+html|<html|<\?xml|<!--)", re.I)


def words_of(data: bytes, otherwise: str) -> str:
    """Return the message for people in the body of a refusal, on one line.

    Args:
        data: The body, or its beginning.
        otherwise: The result for a body without a message, such as bare JSON or a page.
    """
    text = data.decode("utf-8", "replace").lstrip("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        text = _of_json(text)
    elif _PAGE.match(text):
        title = _TITLE.search(text)
        text = (title[1] if title is not None else "") or html.unescape(_UNSEEN.sub(" ", text))
    return " ".join(text.split())[:_SHOWN] or otherwise


def _of_json(text: str) -> str:
    try:
        return _found(json.loads(text), _DEEPEST)
    except (ValueError, RecursionError):
        return ""  # cut off or without a message


def _found(value: Any, levels: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and levels:
        return next((words for each in value if (words := _found(each, levels - 1))), "")
    if isinstance(value, dict) and levels:
        return next((words for name in _WORDS if name in value and (words := _found(value[name], levels - 1))), "")
    return ""
