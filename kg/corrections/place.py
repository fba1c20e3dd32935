"""The place of words of one text in another version of it.

The search tries the exact words with the text around them, then long exact words that occur once, then the words
between the same neighbors. Of two matching places it takes none.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from kg.corrections.values import Passage, QuotedWords
from kg.records import Span, Spans

CONTEXT: Final = 32
"""The least context, in characters, that a correction keeps on either side of its words."""
MAX_CONTEXT: Final = 400
TELLING: Final = 24
"""The least length of words that are matched without neighbors, if they occur once."""
SHARE: Final = 0.7
"""The least share of words that an edited passage has in common with the corrected one."""
DOUBLE: Final = 0.75
"""The share of words from which two passages of a text are too similar to match without neighbors."""
_WORD: Final = re.compile(r"\w+")


class Lost(Exception):
    """The words are not found, or are found in several places. The message has the reason."""


def words_at(text: str, span: Span) -> QuotedWords:
    """Return the words of a span with enough context to find them again.

    Args:
        text: The text.
        span: A span of it.
    """
    quote = span.of(text)
    return QuotedWords(
        start=span.start,
        end=span.end,
        quote=quote,
        before=_before(text, span),
        after=_after(text, span),
        times=_count(text, quote),
    )


def passage_at(text: str, spans: Spans) -> Passage:
    """Return the words of each span.

    Args:
        text: The text.
        spans: Spans of it.
    """
    return tuple(words_at(text, span) for span in spans)


def located(words: QuotedWords, text: str, *, same_text: bool) -> Span:
    """Find the span of words in a text.

    Args:
        words: Words of this text or of an earlier version of it.
        text: The text.
        same_text: Whether the words were taken from this text.

    Raises:
        Lost: The words are missing, or several places fit equally well.
    """
    if same_text:
        if text[words.start : words.end] != words.quote:
            raise Lost(f"the text has other words at [{words.start}, {words.end}]")
        return words.span
    length = len(words.quote)
    exact = [Span(at, at + length) for at in _occurrences(text, words.quote)]
    if not exact:
        between = _between_neighbours(words, text)
        if between is None:
            raise Lost("the words are not in the text any more")
        return between
    return _one_of(exact, words, text)


def _one_of(exact: list[Span], words: QuotedWords, text: str) -> Span:
    """Choose the occurrence with the same neighbors.

    Raises:
        Lost: No occurrence has the neighbors, or several fit equally well.
    """
    whole = [span for span in exact if _sides(words, text, span) == len(("before", "after"))]
    if len(whole) == 1:
        return whole[0]
    if len(whole) > 1:
        raise Lost(f"the words occur in {len(whole)} places that fit alike")
    first, is_alone = exact[0], len(exact) == 1 and words.times == 1
    if not is_alone or not (_sides(words, text, first) or len(words.quote) >= TELLING):
        raise Lost("the words occur, but not in the place they had")
    if _has_double(words.quote, text, first):
        raise Lost("the words occur, and nearly the same words elsewhere: which of them are meant is not clear")
    return first


def passage_located(passage: Passage, text: str, *, same_text: bool) -> Spans:
    """Find the pieces of a passage, in text order.

    Args:
        passage: Words of this text or of an earlier version of it.
        text: The text.
        same_text: Whether the words were taken from this text.

    Raises:
        Lost: A piece is missing, or the order of the pieces differs.
    """
    spans = tuple(located(words, text, same_text=same_text) for words in passage)
    if any(left.end > right.start for left, right in itertools.pairwise(spans)):
        raise Lost("the order of the pieces has changed")
    return spans


def share(one: Spans, other: Spans) -> float:
    """Return the overlap of two passages: common code points divided by all code points of both.

    Args:
        one: A passage.
        other: Another passage of the same text.
    """
    both = sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in one for b in other)
    either = sum(a.end - a.start for a in one) + sum(b.end - b.start for b in other) - both
    return both / either if either else 0.0


def _sides(words: QuotedWords, text: str, span: Span) -> int:
    """Count the sides with unchanged neighbors. A short context extends to the edge of the text."""
    left = text[: span.start].endswith(words.before)
    right = text.startswith(words.after, span.end)
    left = left and (len(words.before) >= CONTEXT or span.start == len(words.before))
    right = right and (len(words.after) >= CONTEXT or span.end + len(words.after) == len(text))
    return left + right


def _has_double(quote: str, text: str, place: Span) -> bool:
    """Return True if a stretch of the text outside of a place has most words of the quote.

    The stretch may be the intended passage after an edit, and the place a copy of it.
    """
    wanted = Counter(_words(quote))
    number = wanted.total()
    words = [m for m in _WORD.finditer(text) if m.end() <= place.start or m.start() >= place.end]
    window: Counter[str] = Counter()
    for n, match in enumerate(words):
        window[match.group().casefold()] += 1
        if n >= number:
            window[words[n - number].group().casefold()] -= 1
        if n >= number - 1 and (window & wanted).total() >= DOUBLE * number:
            return True
    return False


def _between_neighbours(words: QuotedWords, text: str) -> Span | None:
    """Return the text between the same two neighbors, if most of its words are the same."""
    left, right = _unique_end(text, words.before), _unique_start(text, words.after)
    if left is None or right is None or left >= right:
        return None
    found = _trimmed(text, left, right)
    return found if found is not None and _likeness(words.quote, found.of(text)) >= SHARE else None


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, _words(one), _words(other), autojunk=False)
    return matcher.ratio()


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def _unique_end(text: str, before: str) -> int | None:
    if not before.strip():
        return None
    first = text.find(before)
    return None if first < 0 or text.find(before, first + 1) >= 0 else first + len(before)


def _unique_start(text: str, after: str) -> int | None:
    if not after.strip():
        return None
    first = text.find(after)
    return None if first < 0 or text.find(after, first + 1) >= 0 else first


def _occurrences(text: str, quote: str) -> Iterator[int]:
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def _count(text: str, quote: str) -> int:
    return sum(1 for _ in _occurrences(text, quote))


def _before(text: str, span: Span) -> str:
    """Return the text before the words, long enough to occur only once together with them."""
    length = min(CONTEXT, span.start)
    while length < min(span.start, MAX_CONTEXT) and _is_repeated(text, text[span.start - length : span.end]):
        length = min(2 * length, span.start, MAX_CONTEXT)
    return text[span.start - length : span.start]


def _after(text: str, span: Span) -> str:
    room = len(text) - span.end
    length = min(CONTEXT, room)
    while length < min(room, MAX_CONTEXT) and _is_repeated(text, text[span.start : span.end + length]):
        length = min(2 * length, room, MAX_CONTEXT)
    return text[span.end : span.end + length]


def _is_repeated(text: str, piece: str) -> bool:
    first = text.find(piece)
    return text.find(piece, first + 1) >= 0
