"""HTML left in a text, blanked out: the same number of code points, so that every offset stays what it was.

A tag becomes blanks (a line break first where the tag ends a line of the page), comments, scripts and styles likewise
with all that is in them, and a character reference becomes its character and blanks. A text that has no such thing
comes back as it is. In time proportional to the text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kg.records import Span

_BLOCKS: Final = (
    "address|article|aside|blockquote|body|br|caption|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|"
    "header|hr|html|li|main|nav|ol|option|p|pre|section|select|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
_INLINE: Final = (
    "a|abbr|b|base|big|button|center|cite|code|del|em|font|i|iframe|img|input|ins|label|link|mark|meta|noscript|q|s|"
    "script|small|source|span|strike|strong|style|sub|sup|svg|time|tt|u|video|wbr"
)
_FOUND: Final = re.compile(
    rf"<!--|<!doctype\b[^<>]*>|</?(?:(?P<block>{_BLOCKS})|(?P<inline>{_INLINE}))(?=[\s/>])[^<>]*>"
    r"|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,24});",
    re.IGNORECASE,
)
_OPENING: Final = '([{—–-"“‘'
_CLOSES: Final = MappingProxyType(
    {
        "-->": re.compile("-->"),
        "</script": re.compile(r"</script[^<>]*>", re.IGNORECASE),
        "</style": re.compile(r"</style[^<>]*>", re.IGNORECASE),
    }
)
"""What ends a comment, a script and a style."""


@dataclass(frozen=True, slots=True)
class Unmarked:
    """``text`` as long as the marked one, where in it the tags stood, and where the character references."""

    text: str
    tags: tuple[Span, ...] = ()
    references: tuple[Span, ...] = ()


def without_markup(text: str) -> Unmarked:
    """Return the visible text of a page, at the same offsets."""
    out: list[str] = []
    tags: list[Span] = []
    references: list[Span] = []
    closes = _Closes(text)
    at = 0
    while match := _FOUND.search(text, at):
        start = match.start()
        before = text[start - 1] if start > at else (out[-1][-1] if out else " ")
        end = closes.end(match)
        instead = _instead(match, end - start, before)
        if instead is not None:
            (tags if text[start] == "<" else references).append(Span(start, end))
            out += (text[at:start], instead)
        else:
            out.append(text[at:end])
        at = end
    return (
        Unmarked("".join((*out, text[at:])), tuple(tags), tuple(references)) if tags or references else Unmarked(text)
    )


def _instead(match: re.Match[str], length: int, before: str) -> str | None:
    """What is read instead, as long; None if the reference is none.

    A character that follows a word stands next to what follows it (Ministers' is said by ``&rsquo;`` too), any other
    where the reference begins: so a quotation has the whole of both its marks.
    """
    if match.group().startswith("&"):
        character = html.unescape(match.group())
        if len(character) != 1 or not (character.isprintable() or character.isspace()):
            return None
        blanks = " " * (length - 1)
        return character + blanks if before.isspace() or before in _OPENING else blanks + character
    return ("\n" if match["block"] else " ") + " " * (length - 1)


class _Closes:
    """Where comments, scripts and styles end. What nothing closes is a tag alone: no text is lost to it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._never: set[str] = set()

    def end(self, match: re.Match[str]) -> int:
        """Return the end of the markup that begins with ``match``, contents included."""
        opened = match.group().lower()
        close = "-->" if opened == "<!--" else f"</{(match['inline'] or '').lower()}"
        if close not in _CLOSES or opened.startswith("</") or close in self._never:
            return match.end()
        found = _CLOSES[close].search(self._text, match.end())
        if found is None:
            self._never.add(close)
            return match.end()
        return found.end()
