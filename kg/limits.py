"""Size limits of statements: the engine's parsers read at most 16 MiB."""

from __future__ import annotations

import re
from typing import Final

LONGEST_STATEMENT: Final = 8 << 20
"""Largest statement in bytes of N-Quads: half of a parser's limit, so that it fits in every other format too."""
LONGEST_TEXT: Final = LONGEST_STATEMENT - (1 << 16)
"""Largest text, such as an article's, in bytes of N-Quads. The rest is for the terms around it."""
LIMIT: Final = f"{LONGEST_STATEMENT:,} bytes (as N-Quads)"
"""The limit in words."""

MOST_BYTES_EACH: Final = 6
"""Largest number of bytes for a character in N-Quads."""
_DOUBLED: Final = re.compile('[\t\n\b\r\f"\\\\]')
_CONTROL: Final = re.compile("[\x00-\x07\x0b\x0e-\x1f\x7f\ufffe\uffff]")


def is_too_long(text: str) -> bool:
    """Return whether a text is longer than :data:`LONGEST_TEXT`."""
    return len(text) > LONGEST_TEXT // MOST_BYTES_EACH and written_length(text) > LONGEST_TEXT


def written_length(text: str) -> int:
    """Return the size of a text as a literal in N-Quads, in bytes."""
    escapes = len(_DOUBLED.findall(text)) + 5 * len(_CONTROL.findall(text))
    return len(text.encode("utf-8", "surrogatepass")) + escapes
