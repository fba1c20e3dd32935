"""Which mentions of events are of one event: the same concept, told in texts of one story."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

from kg.link import terms

_LEAST_ALIKE: Final = 0.15
"""Cosine of two texts from which they are one story; chosen on the train part of ECB+."""


def event_keys(texts: Mapping[str, str], mentions: Sequence[tuple[str, str]]) -> list[Hashable]:
    """Return for each mention the event that it is of: mentions of one event have equal keys.

    Args:
        texts: The text of each document, by its id.
        mentions: For each mention the document's id and the mention's words.

    Returns:
        A key for each mention, in their order.
    """
    stories = _stories({name: Counter(terms.content_terms(text)) for name, text in texts.items()})
    return [(stories[document], _concept(words)) for document, words in mentions]


def _concept(words: str) -> str:
    found = sorted(terms.content_terms(words))
    return found[-1] if len(found) == 1 else next((t for t in found if t in terms.deeds()), " ".join(found) or words)


def _stories(words: Mapping[str, Counter[str]]) -> dict[str, str]:
    """Return the story of each document: the first document of a group in which all are alike on average."""
    known = Counter(term for found in words.values() for term in found)
    vectors = {name: _vector(found, known, len(words)) for name, found in words.items()}
    groups: list[list[str]] = []
    for name in sorted(words):
        best = max(groups, key=lambda group: _likeness(name, group, vectors), default=None)
        if best is not None and _likeness(name, best, vectors) >= _LEAST_ALIKE:
            best.append(name)
        else:
            groups.append([name])
    return {name: group[0] for group in groups for name in group}


def _vector(found: Counter[str], known: Counter[str], documents: int) -> dict[str, float]:
    weights = {term: (1 + math.log(count)) * math.log(documents / known[term] + 1) for term, count in found.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def _likeness(name: str, group: Sequence[str], vectors: Mapping[str, Mapping[str, float]]) -> float:
    own = vectors[name]
    return sum(sum(own[t] * w for t, w in vectors[other].items() if t in own) for other in group) / len(group)
