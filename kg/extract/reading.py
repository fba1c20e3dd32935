"""A parsed text with its quotations at hand, and the step from tokens to clean spans that every rule shares."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.cues import Cues, load_cues
from kg.records import Span, Spans, merged

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token
    from kg.extract.quotes import Quote

_WORD = re.compile(r"\w")
_EDGE = frozenset(" \t\r\n\u00a0\u2028\u2029\u200b\ufeff,;:—–-.!?…·•*|/")
_OPENING = frozenset("“„«‹‘‚\"'([{`")

Range = tuple[int, int]
"""Token numbers, end exclusive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``doc`` with its outermost quotations; ``within`` gives for each token the number of its quotation or -1."""

    doc: Doc
    text: str
    quotes: tuple[Quote, ...]
    within: tuple[int, ...]
    starts: tuple[int, ...]
    cues: Cues

    def quoted(self, token: Token) -> bool:
        """Return True for a word inside a quotation."""
        return self.within[token.i] >= 0

    def token_at(self, offset: int) -> int:
        """Number of the first token that begins at or after the code point ``offset``."""
        return bisect_left(self.starts, offset)

    def spans(self, ranges: Iterable[Range]) -> Spans:
        """Return the code points of token ``ranges``, without blanks and punctuation at the edges; marks stay."""
        out = []
        for first, end in ranges:
            span = self._span(first, end)
            if span is not None:
                out.append(span)
        return tuple(merged(out))

    def _span(self, first: int, end: int) -> Span | None:
        if first >= end:
            return None
        start, stop = self.starts[first], self.starts[end - 1] + len(self.doc[end - 1])
        return self.clean(start, stop)

    def clean(self, start: int, end: int) -> Span | None:
        """``[start, end)`` without blanks and stops at the edges, marks in pairs; None if no word is left."""
        text = self.text
        while True:
            before = (start, end)
            while start < end and text[start] in _EDGE:
                start += 1
            while start < end and text[end - 1] in _EDGE and not self._ends_quote(end) and not self._abbreviates(end):
                end -= 1
            start, end = self._paired(start, end)
            if (start, end) == before:
                break
        return Span(start, end) if start < end and _WORD.search(text, start, end) else None

    def inside(self, start: int, end: int) -> Span | None:
        """``[start, end)`` without blanks and stops at the edges, never larger; None if no word is left."""
        while start < end and self.text[start] in _EDGE:
            start += 1
        while start < end and self.text[end - 1] in _EDGE:
            end -= 1
        return Span(start, end) if start < end and _WORD.search(self.text, start, end) else None

    def _abbreviates(self, end: int) -> bool:
        """Return True for the stop that belongs to a word: U.S."""
        if self.text[end - 1] != ".":
            return False
        word = self.doc[bisect_right(self.starts, end - 1) - 1]
        return word.idx < end - 1 and not word.is_punct

    def _ends_quote(self, end: int) -> bool:
        i = self._quote_before(end)
        return i is not None and self.quotes[i].end == end

    def _quote_before(self, end: int) -> int | None:
        """Return the last quotation that begins before ``end``."""
        i = bisect_left(self.quotes, end, key=lambda quote: quote.start) - 1
        return i if i >= 0 else None

    def _paired(self, start: int, end: int) -> Range:
        """Return the stretch without the marks of quotations that are only partly in it."""
        i = self._quote_before(max(start, end))
        if i is None or start >= end:
            return start, end
        last = self.quotes[i]
        if start < last.end and last.start < end < last.end and not _WORD.search(self.text, end, last.end):
            end = last.end if start <= last.inner().start else end
        if start < last.start and last.inner().start < end < last.end:
            end = last.end  # the words lead into the quotation: they go on to its end
        if end > start and last.start == end - last.mark_length and last.end > end:
            return start, last.start  # an opening mark at the very end
        first = self.quotes[max(0, bisect_right(self.quotes, start, key=lambda quote: quote.start) - 1)]
        if first.start < start < first.end:
            if end >= first.end and not _WORD.search(self.text, first.start, start):
                return first.start, end
            if end >= first.end and not _WORD.search(self.text, start, first.end):
                return first.end, end
        elif end - 1 >= start and self.text[end - 1] in _OPENING and not self._ends_quote(end):
            return start, end - 1
        return start, end


def read(doc: Doc, quotes: Iterable[Quote]) -> Reading:
    """``doc`` made ready for the rules; ``quotes`` are those of its text."""
    outer = tuple(sorted(quote for quote in quotes if quote.depth == 0))
    starts = tuple(token.idx for token in doc)
    within = [-1] * len(starts)
    for number, quote in enumerate(outer):
        for i in range(bisect_left(starts, quote.start), bisect_left(starts, quote.end)):
            within[i] = number
    return Reading(doc=doc, text=doc.text, quotes=outer, within=tuple(within), starts=starts, cues=load_cues())
