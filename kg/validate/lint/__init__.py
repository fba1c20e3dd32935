"""Faults of shapes that a SHACL engine ignores silently.

With a misspelt ``sh:minCounts``, a shape without a target or an unknown name, an engine finds no violation and reports
that the graph conforms. Each such fault is an error here. Each module covers one kind of fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Triple

from kg.errors import InputError
from kg.validate.lint import queries, structure, terms, values
from kg.validate.lint.shapes_graph import ShapesGraph

__all__ = ["demand_sound", "notes", "problems"]

_CHECKS = (
    terms.unknown,
    terms.look_alikes,
    terms.switched_off,
    structure.untargeted,
    structure.empty,
    structure.dangling,
    structure.incomplete,
    structure.circular,
    values.bad,
    queries.bad,
    terms.not_ours,
    queries.not_ours,
)


def demand_sound(shapes: Iterable[Triple], source: str = "the shapes") -> None:
    """Check that :func:`problems` finds no fault.

    Args:
        shapes: The triples of the shapes.
        source: The name of the shapes in the message.

    Raises:
        InputError: The message lists all faults.
    """
    found = list(problems(shapes))
    if found:
        raise InputError(f"{source}: " + "".join(f"\n  {problem}" for problem in found))


def problems(shapes: Iterable[Triple]) -> Iterator[str]:
    """Yield a sentence for each fault of ``shapes``, with the shape and the way out."""
    graph = ShapesGraph(shapes)
    if not graph.shapes:
        yield "there are no shapes here: a shape is a sh:NodeShape or sh:PropertyShape, or has a target"
        yield from sorted(set(terms.look_alikes(graph)))
        return
    for check in _CHECKS:
        yield from sorted(set(check(graph)))


def notes(shapes: Iterable[Triple]) -> Iterator[str]:
    """Yield a sentence for each suspicious part of ``shapes`` that is not a fault."""
    graph = ShapesGraph(shapes)
    for check in (structure.not_imported, structure.deactivated):
        yield from sorted(set(check(graph)))
