"""Exact quotes found again in the passage they were taken from.

A quote is found where the same words stand, whole, whatever white space is between them, and with any style of
quotation mark, apostrophe and dash, which models write as they like; what is given back are places in the text, and
the text there is the text's own. Where a quote stands several times, the places of one statement nearest to each other
are taken, and the same statement made again is the next one of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.records import Span, Spans, merged

_ALIKE: Final = str.maketrans("“”„‟«»‘’‚‛–—−‐‑\u00a0\u2009\u202f", '""""""\'\'\'\'-----   ')
_SENTENCE_END: Final = re.compile(r"[.!?][\"')\]]*\s|[\n\r]")
_MOST: Final = 200
"""Places of one quote that are looked at."""


Quotes = tuple[str, ...]


class NotThere(LookupError):
    """A statement whose words are not in the passage; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a claim stands."""

    source: Spans
    cue: Spans
    content: Spans


class Passage:
    """``text[start:end]``, in which quotes are found; offsets are those of the whole text."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text[start:end].translate(_ALIKE)
        self._start = start
        self._candidates: dict[tuple[Quotes, Quotes, Quotes], Iterator[Place]] = {}
        self._known: dict[str, list[Span]] = {}

    def places(self, quote: str) -> list[Span]:
        """Return the places of ``quote`` as whole words, in text order."""
        if quote not in self._known:
            self._known[quote] = self._places(quote)
        return self._known[quote]

    def _places(self, quote: str) -> list[Span]:
        words = quote.translate(_ALIKE).split()
        if not words:
            return []
        before = r"(?<!\w)" if re.match(r"\w", words[0]) else ""
        after = r"(?!\w)" if re.search(r"\w\Z", words[-1]) else ""
        pattern = before + r"\s+".join(map(re.escape, words)) + after
        found = []
        for match in re.finditer(pattern, self._text):
            found.append(Span(self._start + match.start(), self._start + match.end()))
            if len(found) == _MOST:
                break
        return found

    def claim(self, source: Sequence[str], cue: Sequence[str], content: Sequence[str]) -> Place:
        """Return the place of a claim.

        Raises:
            NotThere: The passage lacks a quote, or the content is empty.
        """
        key = tuple(source), tuple(cue), tuple(content)
        if key not in self._candidates:
            self._candidates[key] = iter(self._places_of_claim(*key))
        place = next(self._candidates[key], None)
        if place is None:
            raise NotThere("it is made more often than the passage makes it")
        return place

    def _places_of_claim(self, source: Quotes, cue: Quotes, content: Quotes) -> list[Place]:
        """Return the places of a claim, the most probable first: source and cue near the content."""
        candidates = []
        for whole in self._whole(content):
            by, with_ = self._near(source, whole), self._near(cue, whole)
            if by is not None and with_ is not None:
                candidates.append((by[1] + with_[1], whole, by[0], with_[0]))
        if not candidates:
            self._demand(*source, *cue)
            raise NotThere("its source or cue stands only inside of what it says")
        return [Place(source=by, cue=with_, content=whole) for _, whole, by, with_ in sorted(candidates)]

    def fact(self, anchor: Sequence[str]) -> list[Spans]:
        """Return the possible places of a fact, in text order.

        Raises:
            NotThere: The passage lacks the words.
        """
        return self._whole(anchor)

    def evidence(self, quotes: Sequence[str], statement: Spans) -> Spans:
        """Return the places of these words in the statement or nearest to it.

        Raises:
            NotThere: The passage lacks the words.
        """
        self._demand(*quotes)
        near = {
            min(self.places(quote), key=lambda place: (self._distance(place, statement), place)) for quote in quotes
        }
        return tuple(merged(near))

    def _whole(self, quotes: Sequence[str]) -> list[Spans]:
        """Return each place of the first quote with the nearest following places of the others."""
        if not any(quote.strip() for quote in quotes):
            raise NotThere("it says nothing")
        self._demand(*quotes)
        found = [spans for first in self.places(quotes[0]) if (spans := self._following(first, quotes[1:])) is not None]
        if not found:
            raise NotThere("its pieces do not follow each other in the passage")
        return found

    def _following(self, first: Span, quotes: Sequence[str]) -> Spans | None:
        spans = [first]
        for quote in quotes:
            later = next((span for span in self.places(quote) if span.start >= spans[-1].end), None)
            if later is None:
                return None
            spans.append(later)
        return tuple(spans)

    def _near(self, quotes: Sequence[str], content: Spans) -> tuple[Spans, int] | None:
        """Return the places of the quotes nearest to the content and outside of it, with their distance."""
        spans: list[Span] = []
        distance = 0
        for quote in quotes:
            outside = [p for p in self.places(quote) if not any(p.overlaps(s) for s in (*content, *spans))]
            if not outside:
                return None
            far, nearest = min((self._distance(p, content), p) for p in outside)
            distance += far
            spans.append(nearest)
        return tuple(sorted(spans)), distance

    def _distance(self, place: Span, content: Spans) -> int:
        """Code points between, and far more where a sentence ends there."""
        return min(self._gap(place, span) for span in content)

    def _gap(self, one: Span, other: Span) -> int:
        start, end = min(one.end, other.end), max(one.start, other.start)
        between = self._text[start - self._start : end - self._start] if start < end else ""
        return len(between) + (len(self._text) if _SENTENCE_END.search(between) else 0)

    def _demand(self, *quotes: str) -> None:
        for quote in quotes:
            if not self.places(quote):
                raise NotThere("it quotes words that are not in the passage")


def names_in(passage: Passage, quotes: Sequence[str]) -> Iterator[Span]:
    """Yield the places of names, without those inside a longer name."""
    found = sorted({p for quote in quotes for p in passage.places(quote)}, key=lambda p: (p.start, -p.end))
    end = -1
    for place in found:
        if place.start >= end:
            yield place
            end = place.end
