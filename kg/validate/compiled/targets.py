"""Targets of shapes (SHACL, section 2.1.3)."""

from __future__ import annotations

from collections.abc import Iterator

from kg.validate.compiled.graph import Graph
from kg.validate.compiled.names import CLASS, OWL_CLASS, SUB_CLASS_OF, TYPE, sh
from kg.validate.report import Term

_NODE, _CLASS = sh("targetNode"), sh("targetClass")
_SUBJECTS_OF, _OBJECTS_OF = sh("targetSubjectsOf"), sh("targetObjectsOf")
DECLARATIONS = (_NODE, _CLASS, _SUBJECTS_OF, _OBJECTS_OF)


def targeting(shapes: Graph) -> list[Term]:
    """Return the shapes with a target, in the order of the graph."""
    found = dict.fromkeys(node for kind in DECLARATIONS for node, _ in shapes.with_property(kind))
    found |= dict.fromkeys(node for node in _shapes(shapes) if _is_class(shapes, node))
    return list(found)


def focus_nodes(shapes: Graph, shape: Term, data: Graph) -> list[Term]:
    """Return the focus nodes of a shape in the data, each once.

    A ``sh:targetNode`` may be missing from the data.

    Args:
        shapes: The shapes graph.
        shape: The node of the shape.
        data: The data.
    """
    found = dict.fromkeys(shapes.objects(shape, _NODE))
    classes = [*shapes.objects(shape, _CLASS), *([shape] if _is_class(shapes, shape) else [])]
    for wanted in classes:
        for kind in data.downwards(wanted, SUB_CLASS_OF):
            found |= dict.fromkeys(data.subjects(TYPE, kind))
    for predicate in shapes.objects(shape, _SUBJECTS_OF):
        found |= dict.fromkeys(node for node, _ in data.with_property(predicate))
    for predicate in shapes.objects(shape, _OBJECTS_OF):
        found |= dict.fromkeys(value for _, values in data.with_property(predicate) for value in values)
    return list(found)


def implicit_class_types(shapes: Graph) -> set[Term]:
    """Return the types that make a shape also the class that it targets."""
    return {CLASS, OWL_CLASS, *shapes.subjects(SUB_CLASS_OF, CLASS)}


def _shapes(shapes: Graph) -> Iterator[Term]:
    for kind in (sh("NodeShape"), sh("PropertyShape")):
        yield from shapes.subjects(TYPE, kind)
    for parameter in (sh("property"), sh("node")):
        yield from (node for node, _ in shapes.with_property(parameter))


def _is_class(shapes: Graph, node: Term) -> bool:
    return not implicit_class_types(shapes).isdisjoint(shapes.objects(node, TYPE))
