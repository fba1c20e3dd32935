"""Constraints that refer to other shapes, and constraints that count."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.validate.compiled.graph import Graph
from kg.validate.compiled.shape import Check, Offence, Shape
from kg.validate.compiled.values import each
from kg.validate.report import Term


def node(shape: Shape) -> Check:
    """Check ``sh:node``: each value conforms to the shape."""
    return each(shape.accepts)


def negated(shape: Shape) -> Check:
    """Check ``sh:not``: no value conforms to the shape."""
    return each(lambda graph, value: not shape.accepts(graph, value))


def accepted_by(shapes: list[Shape], enough: Callable[[int], bool]) -> Check:
    """Check ``sh:and``, ``sh:or`` and ``sh:xone``: each value conforms to enough of the shapes.

    Args:
        shapes: The shapes.
        enough: Returns whether a number of shapes suffices.
    """
    return each(lambda graph, value: enough(sum(shape.accepts(graph, value) for shape in shapes)))


def counted(enough: Callable[[int], bool]) -> Check:
    """Check ``sh:minCount`` and ``sh:maxCount``: the number of values suffices."""

    def check(_: Graph, __: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        if not enough(len(values)):
            yield Offence(None)

    return check


def qualified(shape: Shape, siblings: list[Shape], enough: Callable[[int], bool]) -> Check:
    """Check ``sh:qualifiedValueShape``: enough values conform to the shape and to none of its siblings.

    Args:
        shape: The shape.
        siblings: The sibling shapes.
        enough: Returns whether a number of values suffices.
    """

    def check(graph: Graph, _: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        count = sum(
            shape.accepts(graph, value) and not any(other.accepts(graph, value) for other in siblings)
            for value in values
        )
        if not enough(count):
            yield Offence(None)

    return check
