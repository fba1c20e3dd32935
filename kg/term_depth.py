"""Nesting depth of triple terms in RDF texts: parsers and destructors recurse for each level.

Openings and closings are counted outside of strings, IRIs and comments, in one pass over the bytes.
"""

from __future__ import annotations

import re
from typing import Final

DEEPEST_TERM: Final = 30
"""Largest nesting depth of triple terms in files, uploads and updates.

Ten thousand crash the engine's parser.
"""
TOO_DEEP: Final = f"triple terms are nested more than {DEEPEST_TERM} deep"

_DEEPEST_IN_QUERIES: Final = 1_000
_OPENING: Final = b"<<"
_TOKEN: Final = re.compile(
    rb"""
      \"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"
    | '''(?:[^'\\]|\\.|'(?!''))*+'''
    | "(?:[^"\\\n\r]|\\.)*+"
    | '(?:[^'\\\n\r]|\\.)*+'
    | \#[^\n\r]*+
    | \\.
    | (?P<open><<)
    | <[^<>"\x00-\x20]*+>
    | (?P<close>>>)
    """,
    re.VERBOSE | re.DOTALL,
)


def is_deep(data: bytes, most: int = DEEPEST_TERM) -> bool:
    """Return whether triple terms are nested too deep.

    Args:
        data: Turtle, or a related syntax such as SPARQL.
        most: The largest number of open terms.
    """
    depth = 0
    for token in _TOKEN.finditer(data):
        if token.lastgroup == "open":
            depth += 1
            if depth > most:
                return True
        elif token.lastgroup == "close":
            depth = max(depth - 1, 0)
    return False


def is_deep_query(text: str) -> bool:
    """Return whether triple terms in a query or update would crash the engine's parser.

    The limit is higher than in data, because ``?a<<x:b>`` is a comparison and not an opening.
    """
    return text.count("<<") > _DEEPEST_IN_QUERIES and is_deep(
        text.encode("utf-8", "surrogatepass"), _DEEPEST_IN_QUERIES
    )


def may_be_deep(data: bytes) -> bool:
    """Return False for a text, or a part of one, that has too few openings. This check is quick."""
    return data.count(_OPENING) > DEEPEST_TERM
