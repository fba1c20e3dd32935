"""Hits among what was predicted and what is gold, and the rates that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """``hit`` of ``predicted`` and of ``gold``; fractions where several annotators are averaged.

    For a plain share, such as how many sentences are laundered, ``gold`` is the whole and ``predicted`` is not used.
    """

    hit: float = 0.0
    predicted: float = 0.0
    gold: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hit + other.hit, self.predicted + other.predicted, self.gold + other.gold)

    def over(self, parts: int) -> Counts:
        """The same counts divided by ``parts``."""
        return Counts(self.hit / parts, self.predicted / parts, self.gold / parts)

    @property
    def precision(self) -> float:
        """Hits among the predicted, 0 to 1; 0 where nothing was predicted."""
        return self.hit / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Hits among the gold, 0 to 1; 0 where there is no gold. Of a share, the share."""
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 to 1."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def summed(parts: Iterable[Mapping[str, Counts]]) -> dict[str, Counts]:
    """The counts of each measure, added up over documents."""
    total: dict[str, Counts] = {}
    for part in parts:
        for measure, counts in part.items():
            total[measure] = total.get(measure, Counts()) + counts
    return total
