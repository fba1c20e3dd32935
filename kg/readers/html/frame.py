"""Words in the text of a page's article that frame it and state nothing: its dateline, its bylines and credits."""

from __future__ import annotations

import re
from typing import Final

from kg.records import Context, Span

_CREDIT: Final = re.compile(
    r"[\W_]{0,3}(?:(?:additional |further )?(?:reporting|writing|editing|compiled|translat\w+|reportage|"
    r"berichterstattung)(?: and \w+)? (?:by|from|for|von|par|durch)\b"
    r"|with (?:reporting|files|information|contributions|additional reporting) (?:by|from)\b|"
    r".{2,80} contributed (?:to|reporting)\b"
    r"|(?:the )?associated press (?:writer|reporter|journalist)|source:\s|quelle:|fuente:|fonte:|bron:|"
    r"źródło:|источник:)",
    re.IGNORECASE,
)
_DATELINE: Final = re.compile(
    # KYIV, March 3 (Reuters) -    Berlin (dpa) -    SALEM, Ore. (AP) —
    r"(?:[A-ZÀ-Þ][\w.'’/-]*(?:[ ,]{1,2}[A-ZÀ-Þ\d][\w.'’/-]*){0,7},? ?\([A-Za-z][^()]{1,30}\)"
    # WASHINGTON —    PARIS, May 2 –
    r"|(?=[A-ZÀ-Þ]{3})[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]*(?:,? [A-Z][a-z]{1,8}\.?(?: \d{1,2})?){0,2}) ?(?:--?|[–—]|:) ?(?=\S)"
)
_EDGE: Final = 4
"""Paragraphs at the end in which credits stand."""
_MAX_LINE: Final = 400


def frame_of(text: str) -> tuple[Context, ...]:
    """Return what frames an article, in order.

    Args:
        text: Its paragraphs with blank lines between.
    """
    out: list[Context] = []
    spans: list[Span] = []
    at = 0
    for paragraph in text.split("\n\n"):
        if paragraph:
            spans.append(Span(at, at + len(paragraph)))
        at += len(paragraph) + 2
    found = _DATELINE.match(spans[0].of(text)[:120]) if spans else None
    length = len(found[0].rstrip()) if found else 0
    if length:
        out.append(Context(span=Span(spans[0].start, spans[0].start + length), kind="dateline"))
    for span in spans[1:][-_EDGE:]:
        words = span.of(text)
        if len(words) <= _MAX_LINE and _CREDIT.match(words):
            out.append(Context(span=span, kind="credit"))
    return tuple(out)
