"""How deep the triple terms of an RDF text are nested: parsers and whatever drops such a term recurse for each level.

What opens and closes is counted outside of strings, IRIs and comments, in one pass over the bytes.
"""

from __future__ import annotations

import re
from typing import Final

DEEPEST_TERM: Final = 30
"""How deep triple terms may be nested, in files, uploads and updates alike. Ten thousand crash the engine's parser."""
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
        data: Turtle, or a relative of it such as SPARQL.
        most: How many may be open at once.
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
    """Return whether a query or an update would crash the engine's parser by its triple terms.

    More is allowed than in data: ``?a<<x:b>`` compares, and is nothing that opens.
    """
    return text.count("<<") > _DEEPEST_IN_QUERIES and is_deep(
        text.encode("utf-8", "surrogatepass"), _DEEPEST_IN_QUERIES
    )


def may_be_deep(data: bytes) -> bool:
    """Return False where there are too few openings for that; quick, and of a part of a text too."""
    return data.count(_OPENING) > DEEPEST_TERM
