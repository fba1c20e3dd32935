"""How long a statement may be, everywhere: the engine's parsers read none of more than 16 MiB."""

from __future__ import annotations

import re
from typing import Final

LONGEST_STATEMENT: Final = 8 << 20
"""Bytes of one statement as it is written in N-Quads: half of what a parser takes, so that it can be read in any other
format as well.
"""
LONGEST_TEXT: Final = LONGEST_STATEMENT - (1 << 16)
"""Bytes of one text, such as an article's, as it is written there. The rest is room for the names around it."""
LIMIT: Final = f"{LONGEST_STATEMENT:,} bytes, counted as it is written in N-Quads"
"""The same in words."""

MOST_BYTES_EACH: Final = 6
"""Bytes that a character may take there."""
_DOUBLED: Final = re.compile('[\t\n\b\r\f"\\\\]')
_CONTROL: Final = re.compile("[\x00-\x07\x0b\x0e-\x1f\x7f\ufffe\uffff]")


def is_too_long(text: str) -> bool:
    """Return whether a text is longer than :data:`LONGEST_TEXT`."""
    return len(text) > LONGEST_TEXT // MOST_BYTES_EACH and written_length(text) > LONGEST_TEXT


def written_length(text: str) -> int:
    """Return the bytes of a text as the value of a literal in N-Quads."""
    escapes = len(_DOUBLED.findall(text)) + 5 * len(_CONTROL.findall(text))
    return len(text.encode("utf-8", "surrogatepass")) + escapes
