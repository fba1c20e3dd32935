"""Property paths (SHACL, section 2.3.1): from a node to the nodes at the end of the path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce

from pyoxigraph import BlankNode, NamedNode, Triple

from kg.validate.compiled.errors import NotCoveredError
from kg.validate.compiled.graph import Graph
from kg.validate.compiled.names import FIRST, REST, sh
from kg.validate.report import Term

Path = Callable[[Graph, Term], "list[Term] | set[Term]"]
"""Returns the value nodes of a focus node, each once."""

_REPEATED = ((sh("zeroOrMorePath"), True, True, "*"), (sh("oneOrMorePath"), False, True, "+"))
_OPTIONAL = (sh("zeroOrOnePath"), True, False, "?")
_INVERSE, _ALTERNATIVE = sh("inversePath"), sh("alternativePath")
_WELL_FORMED = (
    {FIRST, REST},
    *({kind} for kind in (_INVERSE, _ALTERNATIVE, _OPTIONAL[0], *(kind for kind, *_ in _REPEATED))),
)


def compiled(shapes: Graph, path: Term) -> Path:
    """Compile the path at a node of the shapes graph.

    Args:
        shapes: The shapes graph.
        path: The node.

    Raises:
        NotCoveredError: The node is not a path.
    """
    if isinstance(path, NamedNode):
        return _forwards(path)
    if {predicate for predicate, _ in shapes.about(path)} not in _WELL_FORMED:
        raise NotCoveredError(f"{path} is two paths in one, or none")
    if shapes.objects(path, FIRST):
        return _sequence([compiled(shapes, step) for step in members(shapes, path)])
    for kind, start, again, _ in (*_REPEATED, _OPTIONAL):
        inner = shapes.value(path, kind)
        if inner is not None:
            return _repeated(compiled(shapes, inner), with_start=start, again=again)
    inverse, alternative = shapes.value(path, _INVERSE), shapes.value(path, _ALTERNATIVE)
    if inverse is not None:
        return _inverse(shapes, inverse)
    if alternative is not None:
        return _any_of([compiled(shapes, step) for step in members(shapes, alternative)])
    raise NotCoveredError(f"{path} is not a property path")


def text(shapes: Graph, path: Term) -> str:
    """Return the path as a SPARQL property path with full IRIs.

    Args:
        shapes: The shapes graph.
        path: The node of the path.
    """
    if isinstance(path, NamedNode):
        return f"<{path.value}>"
    if shapes.objects(path, FIRST):
        return "/".join(_step(shapes, step) for step in members(shapes, path))
    for kind, _, _, sign in (*_REPEATED, _OPTIONAL):
        inner = shapes.value(path, kind)
        if inner is not None:
            return _step(shapes, inner) + sign
    inverse = shapes.value(path, _INVERSE)
    if inverse is not None:
        return "^" + _step(shapes, inverse)
    alternatives = members(shapes, shapes.value(path, _ALTERNATIVE) or path)
    return "|".join(_step(shapes, step) for step in alternatives)


def members(shapes: Graph, head: Term) -> list[Term]:
    """Return the members of a list in the shapes graph.

    Args:
        shapes: The shapes graph.
        head: The head of the list.

    Raises:
        NotCoveredError: The list is malformed or empty.
    """
    found = shapes.items(head)
    if not found:
        raise NotCoveredError(f"{head} is not a list of something")
    return found


def copied(shapes: Graph, path: Term) -> tuple[Term, Iterator[Triple]]:
    """Return a node for a copy of a path, and the triples of the copy.

    Args:
        shapes: The shapes graph.
        path: The node of the path.
    """
    if isinstance(path, NamedNode):
        return path, iter(())
    node = BlankNode()
    return node, _copied(shapes, path, node)


def _copied(shapes: Graph, path: Term, node: BlankNode) -> Iterator[Triple]:
    for predicate, value in shapes.about(path):
        other, more = copied(shapes, value) if isinstance(value, BlankNode) else (value, iter(()))
        yield Triple(node, predicate, other)
        yield from more


def _step(shapes: Graph, path: Term) -> str:
    inner = text(shapes, path)
    return inner if isinstance(path, NamedNode) else f"({inner})"


def _forwards(predicate: NamedNode) -> Path:
    return lambda graph, node: graph.objects(node, predicate)


def _inverse(shapes: Graph, inner: Term) -> Path:
    """Return the inverse of a path: a plain property by reverse lookup, a longer path step by step."""
    if isinstance(inner, NamedNode):
        return lambda graph, node: graph.subjects(inner, node)
    if shapes.objects(inner, FIRST):
        return _sequence([_inverse(shapes, step) for step in reversed(members(shapes, inner))])
    alternative = shapes.value(inner, _ALTERNATIVE)
    if alternative is not None:
        return _any_of([_inverse(shapes, step) for step in members(shapes, alternative)])
    twice = shapes.value(inner, _INVERSE)
    if twice is not None:
        return compiled(shapes, twice)
    for kind, start, again, _ in (*_REPEATED, _OPTIONAL):
        repeated = shapes.value(inner, kind)
        if repeated is not None:
            return _repeated(_inverse(shapes, repeated), with_start=start, again=again)
    raise NotCoveredError(f"{inner} is not a property path")


def _sequence(steps: list[Path]) -> Path:
    def path(graph: Graph, node: Term) -> set[Term]:
        start: set[Term] = {node}
        return reduce(lambda nodes, step: {end for n in nodes for end in step(graph, n)}, steps, start)

    return path


def _any_of(paths: list[Path]) -> Path:
    return lambda graph, node: {end for path in paths for end in path(graph, node)}


def _repeated(step: Path, *, with_start: bool, again: bool) -> Path:
    def path(graph: Graph, node: Term) -> set[Term]:
        reached = set(step(graph, node))
        waiting = list(reached) if again else []
        while waiting:
            for end in step(graph, waiting.pop()):
                if end not in reached:
                    reached.add(end)
                    waiting.append(end)
        return reached | {node} if with_start else reached

    return path
