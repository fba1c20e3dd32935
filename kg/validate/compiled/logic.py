"""Constraints that ask other shapes, and those that count."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.validate.compiled.graph import Graph
from kg.validate.compiled.shape import Check, Offence, Shape
from kg.validate.compiled.values import each
from kg.validate.report import Term


def node(shape: Shape) -> Check:
    """``sh:node``: each value conforms to the shape."""
    return each(shape.accepts)


def negated(shape: Shape) -> Check:
    """``sh:not``: no value conforms to the shape."""
    return each(lambda graph, value: not shape.accepts(graph, value))


def accepted_by(shapes: list[Shape], enough: Callable[[int], bool]) -> Check:
    """``sh:and``, ``sh:or``, ``sh:xone``: each value conforms to as many of the shapes as is enough."""
    return each(lambda graph, value: enough(sum(shape.accepts(graph, value) for shape in shapes)))


def counted(enough: Callable[[int], bool]) -> Check:
    """``sh:minCount``, ``sh:maxCount``: as many values as is enough."""

    def check(_: Graph, __: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        if not enough(len(values)):
            yield Offence(None)

    return check


def qualified(shape: Shape, siblings: list[Shape], enough: Callable[[int], bool]) -> Check:
    """``sh:qualifiedValueShape``: as many values as is enough conform to the shape, and to none of its siblings."""

    def check(graph: Graph, _: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        count = sum(
            shape.accepts(graph, value) and not any(other.accepts(graph, value) for other in siblings)
            for value in values
        )
        if not enough(count):
            yield Offence(None)

    return check
