"""The shapes graph of the checks: triples by subject, and the nodes that are shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg import vocab

Node = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal | Triple

TARGETS = frozenset(vocab.SH + name for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf"))
TO_SHAPES = frozenset(vocab.SH + name for name in ("node", "not", "property", "qualifiedValueShape"))
TO_SHAPE_LISTS = frozenset(vocab.SH + name for name in ("and", "or", "xone"))
CLASSES = frozenset({vocab.RDFS + "Class", vocab.OWL + "Class"})
_SHAPE_CLASSES = frozenset({vocab.SH + "NodeShape", vocab.SH + "PropertyShape"})


class ShapesGraph:
    """Triples by subject. ``shapes`` are the nodes that are shapes, ``referenced`` those that others use."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = list(triples)
        self.of: dict[Node, list[Triple]] = {}
        for triple in self.triples:
            if isinstance(triple.subject, Node):
                self.of.setdefault(triple.subject, []).append(triple)
        self.referenced = {other for node in self.of for other in self.used_by(node)}
        self.shapes = self.referenced | {node for node, about in self.of.items() if any(map(_makes_a_shape, about))}

    def values(self, node: Value, name: str) -> list[Value]:
        """Return the values of ``sh:name`` at a node.

        Args:
            node: The node.
            name: The local name.
        """
        return self.objects(node, vocab.SH + name)

    def objects(self, node: Value, predicate: str) -> list[Value]:
        """Return the values of a property at a node.

        Args:
            node: The node.
            predicate: The IRI of the property.
        """
        about = self.of.get(node, ()) if isinstance(node, Node) else ()
        return [triple.object for triple in about if triple.predicate.value == predicate]

    def members(self, head: object) -> list[Value] | None:
        """Return the members of an RDF list in order; None for a malformed list."""
        found: list[Value] = []
        seen = set()
        while isinstance(head, Node) and head not in seen:
            if head.value == vocab.RDF + "nil":
                return found
            seen.add(head)
            first, rest = self.objects(head, vocab.RDF + "first"), self.objects(head, vocab.RDF + "rest")
            if len(first) != 1 or len(rest) != 1:
                return None
            found.append(first[0])
            head = rest[0]
        return None

    def used_by(self, node: Node) -> Iterator[Node]:
        """Yield the shapes that a shape's constraints refer to."""
        for triple in self.of.get(node, ()):
            if triple.predicate.value in TO_SHAPES:
                yield from (value for value in (triple.object,) if isinstance(value, Node))
            elif triple.predicate.value in TO_SHAPE_LISTS:
                yield from (value for value in self.members(triple.object) or () if isinstance(value, Node))

    def own_parameters(self) -> set[str]:
        """Return the parameters of custom constraint components."""
        components = [t.subject for t in self.triples if t.predicate.value == vocab.SH + "parameter"]
        return {
            path.value
            for component in components
            for parameter in self.values(component, "parameter")
            for path in self.values(parameter, "path")
            if isinstance(path, NamedNode)
        }

    def name(self, node: object) -> str:
        """Return an IRI with its usual prefix; for a blank node, the IRI that it belongs to."""
        seen = set()
        while isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            above = next((t.subject for t in self._pointing.get(node, ())), node)
            if isinstance(above, NamedNode):
                return f"a blank node of {self.name(above)}"
            node = above
        if not isinstance(node, NamedNode):
            return str(node)
        for prefix, namespace in vocab.PREFIXES.items():
            if node.value.startswith(namespace):
                return f"{prefix}:{node.value.removeprefix(namespace)}"
        return str(node)

    @cached_property
    def _pointing(self) -> dict[BlankNode, list[Triple]]:
        found: dict[BlankNode, list[Triple]] = {}
        for triple in self.triples:
            if isinstance(triple.object, BlankNode):
                found.setdefault(triple.object, []).append(triple)
        return found


def _makes_a_shape(triple: Triple) -> bool:
    if triple.predicate.value == vocab.RDF_TYPE:
        return isinstance(triple.object, NamedNode) and triple.object.value in _SHAPE_CLASSES
    return triple.predicate.value in TARGETS
