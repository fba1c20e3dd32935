"""Tokens of a SPARQL text, separated in linear time.

A quotation mark without an end is no string: the engine then reads ``\"\"\"`` as an empty string and further text.
Failed searches for an end can therefore repeat, and must not start from the beginning each time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

TOKEN: Final = re.compile(
    r"""
      (?P<blank>\s+|\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f])*>)
    | (?P<name>[?$]\w+|@[A-Za-z][A-Za-z0-9-]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[\w:](?:[\w:%.-]|\\.)*)
    | (?P<bracket><<|>>|[(){}\[\]])
    | (?P<step>\|\||&&|(?<!\^)\^(?!\^)|!(?!=)|[|+\-*/])
    | (?P<other>\^\^|!=|[<>]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""Matches all tokens but strings.

One digit after ``\\u`` distinguishes it from other backslashes. Counting all digits would allow many readings, each of
which is tried if no ``>`` follows.
"""
_QUOTES: Final = frozenset({'"', "'"})
_INSIDE: Final = {
    '"""': re.compile(r'[^"\\]+|\\.|"(?!"")', re.DOTALL),
    "'''": re.compile(r"[^'\\]+|\\.|'(?!'')", re.DOTALL),
    '"': re.compile(r'[^"\\\n\r]+|\\.', re.DOTALL),
    "'": re.compile(r"[^'\\\n\r]+|\\.", re.DOTALL),
}
"""The next piece of a string, by its quotation mark."""


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the kind, the text and the position of each token.

    The tokens together are the text.

    Raises:
        TypeError: No token begins at a character, which cannot be.
    """
    strings = _Strings(text)
    at = 0
    while at < len(text):
        end = strings.end(at) if text[at] in _QUOTES else None
        if end is not None:
            kind = "string"
        else:
            match = TOKEN.match(text, at)
            if match is None:
                raise TypeError("any character is a token")
            kind, end = match.lastgroup or "other", match.end()
        yield kind, text[at:end], at
        at = end


class _Strings:
    """The ends of the strings in a text. Positions without an end are cached."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._endless: defaultdict[str, set[int]] = defaultdict(set)

    def end(self, at: int) -> int | None:
        """Return the end of the string that begins at this quotation mark, or None."""
        mark = self._text[at]
        if self._text.startswith(3 * mark, at):
            end = self._closed(3 * mark, at + 3)
            if end is not None:
                return end
        return self._closed(mark, at + 1)

    def _closed(self, mark: str, at: int) -> int | None:
        endless, inside, passed = self._endless[mark], _INSIDE[mark], []
        while at not in endless:
            if self._text.startswith(mark, at):
                return at + len(mark)
            passed.append(at)
            piece = inside.match(self._text, at)
            if piece is None:
                break
            at = piece.end()
        endless.update(passed)
        return None
