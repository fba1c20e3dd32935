"""A pair of statements: common terms, speakers and the time between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from kg.link import terms
from kg.link.statements import Count, Said
from kg.link.terms import Quantity


class Weights:
    """Weights of terms and of whole statements, computed once each."""

    def __init__(self, weigh: Callable[[str], float]) -> None:
        self._weigh = weigh
        self._terms: dict[str, float] = {}
        self._statements: dict[Said, float] = {}

    def of(self, found: frozenset[str]) -> float:
        """Return the sum of the weights of some terms."""
        total = 0.0
        for term in found:
            weight = self._terms.get(term)
            if weight is None:
                weight = self._terms[term] = self._weigh(term)
            total += weight
        return total

    def whole(self, said: Said) -> float:
        """Return the weight of all terms of a statement, at least that of a rare half word."""
        weight = self._statements.get(said)
        if weight is None:
            weight = self._statements[said] = max(_LEAST_WEIGHT, self.of(said.terms))
        return weight


_LEAST_WEIGHT: Final = 0.5


@dataclass(eq=False)
class ComparedPair:
    """Two statements: ``later`` reacts to or follows ``earlier``."""

    later: Said
    earlier: Said
    weights: Weights

    @cached_property
    def shared(self) -> frozenset[str]:
        """Names, concepts and words of both."""
        return (self.later.entities & self.earlier.entities) | (self.later.content & self.earlier.content)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The common terms that are shown to a reader."""
        names = self.later.entities & self.earlier.entities
        return (*sorted(names), *sorted(self.later.concepts & self.earlier.concepts))

    @cached_property
    def containment(self) -> float:
        """The share of the shorter statement's weight that the other covers."""
        return self._common / min(self.weights.whole(self.later), self.weights.whole(self.earlier))

    @cached_property
    def likeness(self) -> float:
        """The mean of the shares of both."""
        common = self._common
        return (common / self.weights.whole(self.later) + common / self.weights.whole(self.earlier)) / 2

    @cached_property
    def comparable(self) -> tuple[Quantity, Quantity] | None:
        """The first two numbers, one of each, that count the same thing."""
        return _comparable(self)

    @cached_property
    def rivals(self) -> tuple[Quantity, Quantity] | None:
        """Two different numbers of one thing which each article counts only once, such as barrels or votes."""
        for one in self.later.quantities:
            for other in self.earlier.quantities:
                if one.noun and one.noun == other.noun and one.scale == other.scale and one.value != other.value:
                    return (one, other) if self._only(one) else None
        return None

    def _only(self, quantity: Quantity) -> bool:
        """Return whether both articles have one number with a noun that is no person and no time."""
        if quantity.noun in terms.heads() or quantity.is_part:
            return False
        return all(len(said.article_numbers.get(quantity.noun, ())) == 1 for said in (self.later, self.earlier))

    @cached_property
    def is_background(self) -> bool:
        """Whether exactly one statement concerns earlier times."""
        return self.later.tells_of_earlier_times != self.earlier.tells_of_earlier_times

    @cached_property
    def same_words(self) -> bool:
        """Whether the words are the same except for a few."""
        one, other = self.later.plain, self.earlier.plain
        return one == other or (min(len(one), len(other)) > 20 and (one in other or other in one))

    @property
    def same_speaker(self) -> bool:
        """Whether both have the same speaker, or a speaker and the body that the speaker represents."""
        return bool(self.later.speakers & self.earlier.speakers) or bool(
            (self.later.sides & self.earlier.speakers) | (self.later.speakers & self.earlier.sides)
        )

    @property
    def is_about_later(self) -> bool:
        """Whether the earlier statement concerns the later one's speaker or side."""
        return bool((self.earlier.targets | self.earlier.entities) & self.later.sides)

    @property
    def same_document(self) -> bool:
        """Whether both are in one article."""
        return self.later.document == self.earlier.document

    @property
    def same_origin(self) -> bool:
        """Whether one is based on the other, or both are from one outlet."""
        one, other = self.later, self.earlier
        return one.origin == other.origin or (one.publisher.casefold() == other.publisher.casefold())

    @cached_property
    def days(self) -> float:
        """Days from the earlier article to the later."""
        one, other = _day(self.earlier.published), _day(self.later.published)
        return 0.0 if one is None or other is None else float((other - one).days)

    @property
    def is_later(self) -> bool:
        """Whether the later article was published after the other, as far as known."""
        return self.later.published[:10] > self.earlier.published[:10] or (
            len(self.later.published) > 10 < len(self.earlier.published)
            and self.later.published > self.earlier.published
        )

    @cached_property
    def _common(self) -> float:
        return self.weights.of(self.shared)


def _day(published: str) -> date | None:
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None


def _comparable(pair: ComparedPair) -> tuple[Quantity, Quantity] | None:
    """Return the first two numbers, one of each, that count the same thing."""
    for one in pair.later.counts:
        for other in pair.earlier.counts:
            if one.quantity.scale == other.quantity.scale and _count_the_same(pair, one, other):
                return one.quantity, other.quantity
    return None


def _count_the_same(pair: ComparedPair, one: Count, other: Count) -> bool:
    if one.counted or other.counted:
        return bool(one.counted & other.counted) and one.of_heads and other.of_heads
    if one.quantity.unit & other.quantity.unit:
        return pair.likeness >= 0.5
    return max(one.quantity.value, other.quantity.value) >= 1e6 and pair.containment >= 0.5
