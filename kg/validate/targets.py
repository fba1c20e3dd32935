"""Check that the shapes have targets in the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from kg import vocab
from kg.errors import InputError
from kg.validate.lint.shapes_graph import ShapesGraph

_SUBCLASS_OF = vocab.RDFS + "subClassOf"
_OF_PREDICATES = frozenset({vocab.SH + "targetSubjectsOf", vocab.SH + "targetObjectsOf"})
_CLASSES = frozenset({vocab.RDFS + "Class", vocab.OWL + "Class"})


# Vocabularies with known names: a missing one is no sign of a misspelling.
_KNOWN = (vocab.SH, vocab.RDF, vocab.RDFS, vocab.OWL, vocab.CG)


def demand_looked_at(shapes: Iterable[Triple], data: Iterable[Triple]) -> None:
    """Check that every shape with a target finds it in the data; ``sh:targetNode`` always counts.

    Args:
        shapes: The triples of the shapes.
        data: The triples of the data.

    Raises:
        InputError: The message lists the shapes without one: a misspelt class finds no violation either.
    """
    idle = sorted(_idle(list(shapes), *_occurring(data)))
    if idle:
        raise InputError("nothing was checked by some of the shapes: " + "".join(f"\n  {one}" for one in idle))


def _idle(shapes: list[Triple], classes: set[object], predicates: set[object]) -> Iterator[str]:
    targets: dict[object, list[Triple]] = {}
    are_shapes = ShapesGraph(shapes).shapes
    for triple in shapes:
        if triple.subject in are_shapes and _is_target(triple):
            targets.setdefault(triple.subject, []).append(triple)
    off = {t.subject for t in shapes if t.predicate.value == vocab.SH + "deactivated"}
    for shape in targets.keys() - off:
        wanted = [t.subject if t.predicate.value == vocab.RDF_TYPE else t.object for t in targets[shape]]
        known = any(isinstance(node, NamedNode) and node.value.startswith(_KNOWN) for node in wanted)
        if not known and not any(_finds(triple, classes, predicates) for triple in targets[shape]):
            what = " nor ".join(sorted(map(str, wanted)))
            yield f"{shape} looks at nothing: the data has no {what}; if that is meant, say --allow-idle"


def notes(shapes: Iterable[Triple], data: Iterable[Triple]) -> Iterator[str]:
    """Yield a sentence for each target or path that the data lacks, which is not necessarily a fault.

    Args:
        shapes: The triples of the shapes.
        data: The triples of the data.
    """
    data = list(data)
    nodes = {node for triple in data for node in (triple.subject, triple.object)}
    _, predicates = _occurring(data)
    for triple in shapes:
        if not isinstance(triple.object, NamedNode) or triple.object.value.startswith(_KNOWN):
            continue
        if triple.predicate.value == vocab.SH + "targetNode" and triple.object not in nodes:
            yield f"{triple.subject} looks at {triple.object}, which is not in the data"
        elif triple.predicate.value == vocab.SH + "path" and triple.object not in predicates:
            yield f"nothing in the data has {triple.object}, which a sh:path names"


def _is_target(triple: Triple) -> bool:
    return _finds(triple, {triple.object, triple.subject}, {triple.object})


def anything_targeted(shapes: Iterable[Triple], data: Iterable[Triple]) -> bool:
    """Return whether at least one shape has a focus node in ``data`` (SHACL 2.1.3).

    Args:
        shapes: The triples of the shapes.
        data: The triples of the data.
    """
    occurring = _occurring(data)
    return any(_finds(triple, *occurring) for triple in shapes)


def _occurring(data: Iterable[Triple]) -> tuple[set[object], set[object]]:
    """Return the classes and the properties of the data."""
    classes: set[object] = set()
    predicates: set[object] = set()
    for triple in data:
        predicates.add(triple.predicate)
        # The target may be a superclass of a class in the data: the engine finds its instances.
        if triple.predicate.value in (vocab.RDF_TYPE, _SUBCLASS_OF):
            classes.add(triple.object)
    return classes, predicates


def _finds(triple: Triple, classes: set[object], predicates: set[object]) -> bool:
    name = triple.predicate.value
    if name == vocab.SH + "targetNode":
        return True
    if name == vocab.SH + "targetClass":
        return triple.object in classes
    if name == vocab.RDF_TYPE and isinstance(triple.object, NamedNode) and triple.object.value in _CLASSES:
        return triple.subject in classes
    return name in _OF_PREDICATES and triple.object in predicates
