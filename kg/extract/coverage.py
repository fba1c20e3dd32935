"""Every word of a text in a fact, a claim, context or an unclear passage: what the others leave over is unclear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.records import Context, Span, Unclear, merged, without

_WORD = re.compile(r"\w+")
LEFT_OVER = "neither told in the article's own voice nor attributed by any rule"


def left_over(text: str, covered: Iterable[Span], reason: str = LEFT_OVER) -> Iterator[Unclear]:
    """Yield unclear passages for each word of ``text`` that is not completely covered.

    Neighboring words of one line make one passage. The time is linear in the text and the number of spans.
    """
    for span in merged_words(text, uncovered_words(text, covered)):
        yield Unclear(span=span, reason=reason)


def beside(text: str, context: Iterable[Context], covered: Iterable[Span]) -> Iterator[Context]:
    """Yield what of ``context`` stands in none of the ``covered`` spans and holds a word, in text order, each once.

    Args:
        text: The text of the document.
        context: Passages that state nothing; of two that overlap the one that begins first keeps the words.
        covered: The words of statements.
    """
    taken = merged(covered)
    reached = 0
    for one in sorted(context, key=lambda one: one.span):
        for rest in without(one.span, taken):
            start = max(rest.start, reached)
            piece = _stripped(text, Span(start, rest.end)) if start < rest.end else None
            reached = max(reached, rest.end)
            if piece is not None:
                yield Context(span=piece, kind=one.kind)


def _stripped(text: str, span: Span) -> Span | None:
    """Return the span without blanks at its ends; None if it has no word."""
    if _WORD.search(text, span.start, span.end) is None:
        return None
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))


def uncovered_words(text: str, covered: Iterable[Span]) -> Iterator[Span]:
    """Yield the words that no covered span, and no several adjacent ones, cover completely; in text order.

    Args:
        text: The text.
        covered: Spans of it.
    """
    spans = merged(covered)
    k = 0
    for match in _WORD.finditer(text):
        while k < len(spans) and spans[k].end <= match.start():
            k += 1
        if k == len(spans) or not (spans[k].start <= match.start() and match.end() <= spans[k].end):
            yield Span(match.start(), match.end())


def merged_words(text: str, words: Iterable[Span]) -> Iterator[Span]:
    """Passages of words between which no other word and no line break stands.

    Args:
        text: The text.
        words: Spans of words.
    """
    current: Span | None = None
    for word in words:
        if current is None:
            current = word
        elif _joins(text, current.end, word.start):
            current = Span(current.start, word.end)
        else:
            yield current
            current = word
    if current is not None:
        yield current


def _joins(text: str, start: int, end: int) -> bool:
    between = text[start:end]
    return "\n" not in between and not _WORD.search(between)
