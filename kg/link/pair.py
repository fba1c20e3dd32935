"""A pair of statements: common terms, speakers and the time between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kg.link import terms
from kg.link.statements import Said
from kg.link.terms import Quantity

Weigh = Callable[[str], float]


@dataclass(eq=False)
class ComparedPair:
    """Two statements: ``later`` reacts to or follows ``earlier``."""

    later: Said
    earlier: Said
    weigh: Weigh

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
        return self._weight(self.shared) / max(
            0.5, min(self._weight(_all(self.later)), self._weight(_all(self.earlier)))
        )

    @cached_property
    def likeness(self) -> float:
        """The mean of the shares of both."""
        shared = self._weight(self.shared)
        both = [self._weight(_all(said)) for said in (self.later, self.earlier)]
        return sum(shared / max(0.5, weight) for weight in both) / 2

    @cached_property
    def comparable(self) -> tuple[Quantity, Quantity] | None:
        """The first two numbers, one of each, that count the same thing."""
        return _comparable(self)

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

    def _weight(self, found: frozenset[str]) -> float:
        return sum(self.weigh(term) for term in found)


def _all(said: Said) -> frozenset[str]:
    return said.entities | said.content


def _day(published: str) -> date | None:
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None


def _comparable(pair: ComparedPair) -> tuple[Quantity, Quantity] | None:
    """Return the first two numbers, one of each, that count the same thing."""
    for one in pair.later.quantities:
        for other in pair.earlier.quantities:
            if one.scale == other.scale and _count_the_same(pair, one, other):
                return one, other
    return None


def _count_the_same(pair: ComparedPair, one: Quantity, other: Quantity) -> bool:
    counted = _counted(one, pair.later), _counted(other, pair.earlier)
    if counted[0] or counted[1]:
        return bool(counted[0] & counted[1]) and _heads(one) and _heads(other)
    if one.unit & other.unit:
        return pair.likeness >= 0.5
    return max(one.value, other.value) >= 1e6 and pair.containment >= 0.5


def _counted(quantity: Quantity, said: Said) -> frozenset[str]:
    """Return the counted thing, such as the dead, from the next words, else from the statement's."""
    return quantity.unit & terms.counting() or said.concepts & terms.counting()


def _heads(quantity: Quantity) -> bool:
    return not quantity.unit or bool(quantity.unit & terms.heads())
