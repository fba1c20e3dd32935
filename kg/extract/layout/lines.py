"""The lines of a text as spans without the blanks around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.records import Span

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")


def lines(text: str) -> Iterator[Span]:
    """Yield the span of each line that is not blank, in text order."""
    for match in _LINE.finditer(text):
        line = match.group()
        if line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            yield Span(start, start + len(line.strip()))
