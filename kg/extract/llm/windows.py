"""A long article in passages that a language model reads one by one: whole paragraphs, the text without a gap."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 6000
"""Code points of a passage."""
SHORTEST: Final = 300
"""Below that a passage is not halved any more."""
_PARAGRAPH_END = re.compile(r"(?:\r\n|[\n\r\u2028\u2029])\s*")
_SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*\s+")
_BLANK = re.compile(r"\s+")


def windows(text: str, longest: int = LONGEST) -> list[tuple[int, int]]:
    """Start and end of each passage, in text order; none is longer than ``longest``."""
    found = []
    start = 0
    while len(text) - start > longest:
        end = _cut(text, start, start + longest)
        found.append((start, end))
        start = end
    return [*found, (start, len(text))]


def halved(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the passage in two halves; unchanged if it is short."""
    if end - start < SHORTEST:
        return [(start, end)]
    middle = _cut(text, start, start + (end - start) * 2 // 3)
    return [(start, middle), (middle, end)]


def _cut(text: str, start: int, limit: int) -> int:
    """Return the last paragraph end in the second half before ``limit``, else a sentence end, else a blank."""
    half = start + (limit - start) // 2
    for pattern in (_PARAGRAPH_END, _SENTENCE_END, _BLANK):
        ends = [match.end() for match in pattern.finditer(text, half, limit)]
        if ends:
            return ends[-1]
    return limit
