"""Hits among the predicted and the gold, and the resulting rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """``hit`` of ``predicted`` and of ``gold``; fractions if several annotators are averaged.

    For a plain share, such as laundered sentences, ``gold`` is the whole and ``predicted`` is unused.
    """

    hit: float = 0.0
    predicted: float = 0.0
    gold: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hit + other.hit, self.predicted + other.predicted, self.gold + other.gold)

    def over(self, parts: int) -> Counts:
        """Return the counts divided by ``parts``."""
        return Counts(self.hit / parts, self.predicted / parts, self.gold / parts)

    @property
    def precision(self) -> float:
        """Hits among the predicted, 0 to 1; 0 without predictions."""
        return self.hit / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Hits among the gold, 0 to 1; 0 without gold. For a share, the share."""
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 to 1."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def summed(parts: Iterable[Mapping[str, Counts]]) -> dict[str, Counts]:
    """Add the counts of each measure over documents."""
    total: dict[str, Counts] = {}
    for part in parts:
        for measure, counts in part.items():
            total[measure] = total.get(measure, Counts()) + counts
    return total
