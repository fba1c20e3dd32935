"""Constraints that compare values with a bound or with the values of another property."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time
from functools import cache
from types import MappingProxyType
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.validate.compiled.errors import NotCoveredError
from kg.validate.compiled.graph import Graph
from kg.validate.compiled.literals import judged
from kg.validate.compiled.shape import Check, Offence
from kg.validate.compiled.values import each
from kg.validate.report import Term

Holds = Callable[[Any, Any], bool]

BOUNDS: Mapping[str, Holds] = MappingProxyType(
    {
        "minInclusive": operator.ge,
        "maxInclusive": operator.le,
        "minExclusive": operator.gt,
        "maxExclusive": operator.lt,
    }
)


def bounded(name: str, bound: Term) -> Check:
    """Check ``sh:minInclusive`` and similar bounds. A value that cannot be compared violates the bound.

    Args:
        name: The local name of the parameter.
        bound: The bound.

    Raises:
        NotCoveredError: The bound is not a literal.
    """
    if not isinstance(bound, Literal):
        raise NotCoveredError(f"sh:{name} {bound}")
    holds = BOUNDS[name]
    within = cache(lambda value: isinstance(value, Literal) and _within(value, bound, holds))
    return each(lambda _, value: within(value))


def _within(value: Literal, bound: Literal, holds: Holds) -> bool:
    one, other = judged(value), judged(bound)
    if isinstance(one.value, str) != isinstance(other.value, str):
        return False
    try:
        return holds(_compared(one, other), 0)
    except (TypeError, NotImplementedError):
        return False


def _compared(one: Any, other: Any) -> int:
    """Compare two literals. Return a negative number, 0 or a positive number.

    Raises TypeError if they cannot be compared. Times are compared as Python's, because rdflib's order of times is not
    chronological.
    """
    if one.eq(other):
        return 0
    if isinstance(one.value, datetime | time):
        return 1 if one.value > other.value else -1
    return 1 if one > other else -1


def smaller_than(other: Term, *, or_equal: bool) -> Check:
    """Check ``sh:lessThan`` and ``sh:lessThanOrEquals``.

    Each value must be less than all values of the other property.

    Args:
        other: The other property.
        or_equal: Whether equal values are allowed.
    """
    holds = operator.le if or_equal else operator.lt

    def check(graph: Graph, focus: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        bounds = graph.objects(focus, other)
        for value in values:
            for bound in bounds:
                if not _smaller(value, bound, holds):
                    yield Offence(value)

    return check


def _smaller(value: Term, bound: Term, holds: Holds) -> bool:
    one, other = _comparable(value), _comparable(bound)
    return type(one) is type(other) and holds(one, other)


def _comparable(term: Term) -> object:
    """Return a comparable value: texts compare with texts, other values as in rdflib.

    Raises NotCoveredError.
    """
    if isinstance(term, BlankNode):
        raise NotCoveredError("a blank node is compared")
    if isinstance(term, NamedNode):
        return term.value
    literal = judged(term)
    return literal.value if isinstance(literal.value, str) else literal


def equal_to(other: Term) -> Check:
    """Check ``sh:equals``: an offence for each value that only one of the properties has."""

    def check(graph: Graph, focus: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        for value in set(values) ^ set(graph.objects(focus, other)):
            yield Offence(value)

    return check


def apart_from(other: Term) -> Check:
    """Check ``sh:disjoint``: an offence for each value that both properties have."""

    def check(graph: Graph, focus: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        for value in set(values) & set(graph.objects(focus, other)):
            yield Offence(value)

    return check
