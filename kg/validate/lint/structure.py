"""Faults in the structure of shapes: no target, no constraint, missing parts, and cycles."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode

from kg import vocab
from kg.validate.lint.shapes_graph import CLASSES, TARGETS, TO_SHAPE_LISTS, Node, ShapesGraph, Value

DEEPEST = 100
"""Largest nesting depth of shapes and of paths."""

_TO_LISTS = TO_SHAPE_LISTS | {vocab.SH + name for name in ("ignoredProperties", "in", "languageIn")}
_CONSTRAINTS = frozenset(
    vocab.SH + name
    for name in (
        *("class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive"),
        *("maxInclusive", "minLength", "maxLength", "pattern", "languageIn", "uniqueLang", "equals", "disjoint"),
        *("lessThan", "lessThanOrEquals", "not", "and", "or", "xone", "node", "property", "qualifiedValueShape"),
        *("closed", "hasValue", "in", "sparql"),
    )
)
# Parameters that need at least one of the others. Counts of values need a path.
_TOGETHER = (
    ("flags", ("pattern",)),
    ("qualifiedValueShape", ("qualifiedMinCount", "qualifiedMaxCount")),
    ("qualifiedMinCount", ("qualifiedValueShape",)),
    ("qualifiedMaxCount", ("qualifiedValueShape",)),
)
_PATHS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")


def untargeted(graph: ShapesGraph) -> Iterator[str]:
    """Yield shapes without a target that no other shape uses."""
    for shape in graph.shapes - graph.referenced:
        about = graph.of.get(shape, ())
        targeted = any(triple.predicate.value in TARGETS for triple in about)
        is_class = any(isinstance(t.object, NamedNode) and t.object.value in CLASSES for t in about)
        if not targeted and not is_class:
            yield f"{graph.name(shape)} looks at nothing: it has no target, and no other shape uses it"


def empty(graph: ShapesGraph) -> Iterator[str]:
    """Yield shapes with a target and without a constraint."""
    constraints = _CONSTRAINTS | graph.own_parameters()
    for shape in graph.shapes:
        said = {triple.predicate.value for triple in graph.of.get(shape, ())}
        if said & TARGETS and not said & constraints and vocab.SH + "deactivated" not in said:
            yield f"{graph.name(shape)} asks for nothing: it has a target and no constraint"


def dangling(graph: ShapesGraph) -> Iterator[str]:
    """Yield missing shapes, and malformed lists."""
    for shape in graph.referenced:
        if shape not in graph.of:
            yield f"{graph.name(shape)} is used as a shape and is not here: is its name misspelt, or its file missing?"
    for triple in graph.triples:
        if triple.predicate.value in _TO_LISTS:
            members, parameter = graph.members(triple.object), graph.name(triple.predicate)
            if members == []:
                yield f"{graph.name(triple.subject)} has an empty list in {parameter}: nothing can ever fit it"
            elif members is None:
                yield f"{graph.name(triple.subject)} has no list in {parameter}, or a broken one"


def incomplete(graph: ShapesGraph) -> Iterator[str]:
    """Yield incomplete parts of shapes.

    These are parameters that lack their partner, SPARQL constraints that lack a query, and property shapes that lack a
    path.
    """
    constraints = {triple.object for triple in graph.triples if triple.predicate.value == vocab.SH + "sparql"}
    for shape in graph.shapes:
        yield from _alone(graph, shape)
        if graph.values(shape, "select") and shape not in constraints:
            yield f"{graph.name(shape)} has a query of its own: it belongs in a node that sh:sparql names"
        for constraint in graph.values(shape, "sparql"):
            if not graph.values(constraint, "select"):
                yield f"{graph.name(shape)} has a sh:sparql without sh:select: there is nothing to ask"
        for inner in graph.values(shape, "property"):
            if inner in graph.of and not graph.values(inner, "path"):
                yield f"{graph.name(inner)} is used as a property shape and has no sh:path"


def _alone(graph: ShapesGraph, shape: Node) -> Iterator[str]:
    for name, partners in _TOGETHER:
        applies = name == "flags" or bool(graph.values(shape, "path"))
        if applies and graph.values(shape, name) and not any(graph.values(shape, partner) for partner in partners):
            yield f"{graph.name(shape)} has sh:{name} without sh:{' or sh:'.join(partners)}: alone it does nothing"


def circular(graph: ShapesGraph) -> Iterator[str]:
    """Yield shapes and paths that refer to themselves, or are nested too deep.

    SHACL does not define recursive shapes (3.4.3): an engine stops somewhere, and finds nothing.
    """
    for shape in graph.shapes:
        if (reached := _walked(shape, graph.used_by)) is not None:
            yield f"{graph.name(shape)} {reached}: SHACL does not say what that means; write the levels out"
        for path in graph.values(shape, "path"):
            if isinstance(path, Node) and (reached := _walked(path, lambda node: _steps(graph, node))) is not None:
                yield f"{graph.name(shape)} has a sh:path that {reached}"


def _walked(start: Node, onwards: Callable[[Node], Iterator[Node]]) -> str | None:
    """Search breadth first from ``start``, and return the fault: a cycle or an endless path."""
    seen: set[Node] = set()
    level = {start}
    for _ in range(DEEPEST):
        level = {node for here in level for node in onwards(here)} - seen
        if start in level:
            return "refers to itself"
        if not level:
            return None
        seen |= level
    return f"goes more than {DEEPEST} levels deep"


def _steps(graph: ShapesGraph, path: Node) -> Iterator[Node]:
    inner: list[Value] = [value for name in _PATHS for value in graph.values(path, name)]
    heads = [path, *inner]
    inner += [member for head in heads for member in graph.members(head) or ()]
    yield from (node for node in inner if isinstance(node, Node))


def not_imported(graph: ShapesGraph) -> Iterator[str]:
    """Yield imports of missing ontologies: nothing is fetched."""
    for triple in graph.triples:
        if triple.predicate.value == vocab.OWL + "imports" and triple.object not in graph.of:
            what = triple.object.value if isinstance(triple.object, NamedNode | Literal) else str(triple.object)
            yield f"owl:imports <{what}> is not followed: give its file with --shapes as well if it holds shapes"


def deactivated(graph: ShapesGraph) -> Iterator[str]:
    """Yield deactivated shapes."""
    for shape in graph.shapes:
        if any(isinstance(value, Literal) and value.value == "true" for value in graph.values(shape, "deactivated")):
            yield f"{graph.name(shape)} is deactivated: it checks nothing"
