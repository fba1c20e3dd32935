"""The documents that tell the same story: alike in words and names, and not far apart in time."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from kg.link import terms

_LEAST_ALIKE: Final = 0.08
"""Cosine of two documents from which they are of one story; chosen on the train clusters."""
_NAME_WEIGHT: Final = 1.5
_BACKGROUND: Final = 100
"""Documents that the background frequencies count as, so that a small store does not make common words rare."""
_NEAR_DAYS: Final = 45
_FAR_SHARE: Final = 0.7
_RAREST_TERMS: Final = 30
_MOST_COMMON: Final = 400
_MOST_NEIGHBOURS: Final = 40
_NAME_MARK: Final = "@"


class StoryIndex:
    """Index of documents by their terms, for finding those that tell the story of one."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._days: dict[str, date | None] = {}
        self._postings: dict[str, list[str]] = defaultdict(list)
        self._vectors: dict[str, Mapping[str, float]] = {}

    def add(self, document: str, text: str, published: str, names: Iterable[str]) -> None:
        """Add a document.

        Args:
            document: Its id.
            text: Its text.
            published: The day of publication, as given.
            names: The canonical names of its entities.
        """
        counts = Counter(terms.content_terms(text))
        counts.update(_NAME_MARK + name for name in set(names))
        self._counts[document] = counts
        self._days[document] = _day(published)
        for term in counts:
            self._postings[term].append(document)
        self._vectors.clear()  # a further document changes all weights

    def neighbours(self, document: str) -> list[str]:
        """Return the other documents of a document's story, the most similar first."""
        own = self._counts[document]
        rarest = sorted(own, key=lambda t: (len(self._postings[t]), t))[:_RAREST_TERMS]
        near = Counter(
            other
            for term in rarest
            if len(self._postings[term]) <= _MOST_COMMON
            for other in self._postings[term]
            if other != document
        )
        scored = [(self.likeness(document, other), other) for other, _ in near.most_common(2 * _MOST_NEIGHBOURS)]
        return [other for score, other in sorted(scored, reverse=True) if score >= _LEAST_ALIKE][:_MOST_NEIGHBOURS]

    def likeness(self, one: str, other: str) -> float:
        """Return the similarity of two documents, from 0 to 1.

        Args:
            one: A document's id.
            other: Another's.
        """
        short, long = sorted([self._vector(one), self._vector(other)], key=len)
        cosine = sum(weight * long[term] for term, weight in short.items() if term in long)
        a, b = self._days[one], self._days[other]
        near = a is None or b is None or abs((a - b).days) < _NEAR_DAYS
        return cosine if near else _FAR_SHARE * cosine

    def _vector(self, document: str) -> Mapping[str, float]:
        found = self._vectors.get(document)
        if found is None:
            weights = {term: self._weight(term, count) for term, count in self._counts[document].items()}
            length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            found = self._vectors[document] = {term: weight / length for term, weight in weights.items()}
        return found

    def _weight(self, term: str, count: int) -> float:
        known = len(self._counts) + _BACKGROUND
        holding = len(self._postings[term]) + _BACKGROUND * terms.background_share(term)
        name = _NAME_WEIGHT if term.startswith(_NAME_MARK) else 1.0
        return name * (1 + math.log(count)) * math.log(known / holding + 1)


def _day(published: str) -> date | None:
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None
