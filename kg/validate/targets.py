"""Whether the shapes have anything to look at."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple

from kg import vocab

_SUBCLASS_OF = vocab.RDFS + "subClassOf"
_OF_PREDICATES = frozenset({vocab.SH + "targetSubjectsOf", vocab.SH + "targetObjectsOf"})
_CLASSES = frozenset({vocab.RDFS + "Class", vocab.OWL + "Class"})


def anything_targeted(shapes: Iterable[Triple], data: Iterable[Triple]) -> bool:
    """True when at least one shape has a focus node in ``data`` (SHACL 2.1.3)."""
    classes: set[object] = set()
    predicates: set[object] = set()
    for triple in data:
        predicates.add(triple.predicate)
        # A superclass of a class that is there may be the target: whether anything is of it, the engine sees.
        if triple.predicate.value in (vocab.RDF_TYPE, _SUBCLASS_OF):
            classes.add(triple.object)
    return any(_finds(triple, classes, predicates) for triple in shapes)


def _finds(triple: Triple, classes: set[object], predicates: set[object]) -> bool:
    name = triple.predicate.value
    if name == vocab.SH + "targetNode":
        return True
    if name == vocab.SH + "targetClass":
        return triple.object in classes
    if name == vocab.RDF_TYPE and isinstance(triple.object, NamedNode) and triple.object.value in _CLASSES:
        return triple.subject in classes
    return name in _OF_PREDICATES and triple.object in predicates
