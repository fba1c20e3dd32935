"""What is wrong with shapes before they are run: all that a SHACL engine passes over in silence.

A misspelt ``sh:minCounts``, a shape without a target, a name that stands for nothing: the engine finds no violation,
and says that the graph conforms. Each is an error here. One file a kind of mistake.
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
    """Returns where :func:`problems` finds none; raises :class:`~kg.errors.InputError` naming all of them."""
    found = list(problems(shapes))
    if found:
        raise InputError(f"{source}: " + "".join(f"\n  {problem}" for problem in found))


def problems(shapes: Iterable[Triple]) -> Iterator[str]:
    """All that is wrong with ``shapes``, each in a sentence that names the shape and the way out."""
    graph = ShapesGraph(shapes)
    if not graph.shapes:
        yield "there are no shapes here: a shape is a sh:NodeShape or sh:PropertyShape, or has a target"
        yield from sorted(set(terms.look_alikes(graph)))
        return
    for check in _CHECKS:
        yield from sorted(set(check(graph)))


def notes(shapes: Iterable[Triple]) -> Iterator[str]:
    """What is no mistake, and may still not be what was meant."""
    graph = ShapesGraph(shapes)
    for check in (structure.not_imported, structure.deactivated):
        yield from sorted(set(check(graph)))
