"""The tokens of a SPARQL text, told apart in linear time.

What begins like a string and is never closed is none: the engine then reads ``\"\"\"`` as an empty string and what
follows it. So the search for an end can be in vain again and again, and must not begin anew each time.
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
"""All but strings. Of the digits after ``\\u`` one is enough to tell it from other backslashes: to count them too would
allow them to be read in many ways, each of which is tried where no ``>`` follows.
"""
_QUOTES: Final = frozenset({'"', "'"})
_INSIDE: Final = {
    '"""': re.compile(r'[^"\\]+|\\.|"(?!"")', re.DOTALL),
    "'''": re.compile(r"[^'\\]+|\\.|'(?!'')", re.DOTALL),
    '"': re.compile(r'[^"\\\n\r]+|\\.', re.DOTALL),
    "'": re.compile(r"[^'\\\n\r]+|\\.", re.DOTALL),
}
"""The next piece of a string, by the mark that it is between."""


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the kind of each token, its text, and where it begins. All tokens together are the text."""
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
    """Where the strings of a text end. Places from which no end was found are known again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._endless: defaultdict[str, set[int]] = defaultdict(set)

    def end(self, at: int) -> int | None:
        """Return where the string ends that begins at this quotation mark; None where none does."""
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
