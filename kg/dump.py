"""Serialization of a graph; the same graph always gives the same bytes.

Formats without graphs (Turtle, N-Triples, RDF/XML) merge all graphs. That is safe: claim content is in stated terms,
and each of its nodes names the claim, so a claim in a flat dump is still not a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from kg import vocab

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(vocab.RDF_TYPE)
_REPORTED_FACT = NamedNode(vocab.REPORTED_FACT)
_WITH_PREFIXES = (RdfFormat.TURTLE, RdfFormat.TRIG)
_BUILT_IN = (vocab.RDF, vocab.RDFS, vocab.OWL, vocab.XSD)
_ANNOTATIONS = frozenset({vocab.SKOS_PREF_LABEL, vocab.SKOS_ALT_LABEL})
_FULL_TEXT = NamedNode(vocab.FULL_TEXT)


def dump(quads: Iterable[Quad], rdf_format: RdfFormat) -> bytes:
    """Serialize quads as UTF-8 in a fixed order, with declarations in formats without graphs.

    Args:
        quads: The quads in any order.
        rdf_format: The format.
    """
    if not rdf_format.supports_datasets:
        declared = Declarations()
        quads = {Quad(q.subject, q.predicate, q.object, _DEFAULT) for q in declared.seen(quads)}
        quads |= {Quad(t.subject, t.predicate, t.object, _DEFAULT) for t in declared.triples()}
    ordered = sorted(quads, key=_order)
    statements: Iterable[Quad] | Iterable[Triple] = ordered
    if not rdf_format.supports_datasets:
        statements = [quad.triple for quad in ordered]
    prefixes = dict(vocab.PREFIXES) if rdf_format in _WITH_PREFIXES else None
    data = serialize(statements, format=rdf_format, prefixes=prefixes)
    assert data is not None  # serialize returns bytes if it has no file
    return _prefixes_in_order(data) if prefixes else data


class Declarations:
    """Declarations of the classes and properties in a dump, which OWL tools need.

    A tool that reads Turtle (Protégé, the OWL API) looks no term up. It ignores undeclared properties.
    """

    def __init__(self) -> None:
        self._classes: set[NamedNode] = set()
        self._to_things: set[NamedNode] = set()
        self._to_literals: set[NamedNode] = set()

    def seen(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """Yield the quads, and record their terms."""
        for quad in quads:
            if quad.predicate == _TYPE:
                if isinstance(quad.object, NamedNode):
                    self._classes.add(quad.object)
            elif isinstance(quad.object, Literal):
                self._to_literals.add(quad.predicate)
            else:
                self._to_things.add(quad.predicate)
            yield quad

    def triples(self) -> Iterator[Triple]:
        """Yield a declaration of each recorded term, except OWL's own."""
        for term in sorted(self._classes | self._to_things | self._to_literals, key=str):
            if not term.value.startswith(_BUILT_IN):
                yield Triple(term, _TYPE, NamedNode(vocab.OWL + self._kind(term)))

    def _kind(self, term: NamedNode) -> str:
        if term in self._classes:
            return "Class"
        is_mixed = term in self._to_things and term in self._to_literals
        if is_mixed or term.value in _ANNOTATIONS or term.value.startswith(vocab.DCTERMS):
            return "AnnotationProperty"
        return "ObjectProperty" if term in self._to_things else "DatatypeProperty"


def _prefixes_in_order(data: bytes) -> bytes:
    """Sort the prefixes, which the engine writes in the random order of a hash map."""
    lines = data.split(b"\n")
    count = sum(1 for _ in takewhile(lambda line: line.startswith(b"@prefix "), lines))
    return b"\n".join(sorted(lines[:count]) + lines[count:])


def facts_only(quads: Iterable[Quad]) -> list[Quad]:
    """Return the facts and their supporting triples, without claims, contents and article texts.

    These are the triples that a reported fact reaches through its objects in the default graph.
    """
    by_subject: dict[str, list[Quad]] = {}
    waiting: list[str] = []
    for quad in quads:
        if quad.graph_name == _DEFAULT and isinstance(quad.subject, NamedNode) and quad.predicate != _FULL_TEXT:
            by_subject.setdefault(quad.subject.value, []).append(quad)
            if quad.predicate == _TYPE and quad.object == _REPORTED_FACT:
                waiting.append(quad.subject.value)
    kept: list[Quad] = []
    while waiting:
        about = by_subject.pop(waiting.pop(), [])
        kept += about
        waiting += [quad.object.value for quad in about if isinstance(quad.object, NamedNode)]
    return kept


def _order(quad: Quad) -> tuple[str, str, bool, str, str]:
    graph = "" if quad.graph_name == _DEFAULT else str(quad.graph_name)
    return graph, str(quad.subject), quad.predicate != _TYPE, str(quad.predicate), str(quad.object)
