"""A graph as text: the same graph always gives the same bytes.

Where the format has no graphs (Turtle, N-Triples, RDF/XML) all graphs are merged. That is safe: what was said is
written in stated terms, each node of it naming the claim, so a claim in a flat dump is still not a fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize

from kg import vocab

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(vocab.RDF_TYPE)
_REPORTED_FACT = NamedNode(vocab.REPORTED_FACT)
_WITH_PREFIXES = (RdfFormat.TURTLE, RdfFormat.TRIG)
_FULL_TEXT = NamedNode(vocab.FULL_TEXT)


def dump(quads: Iterable[Quad], rdf_format: RdfFormat) -> bytes:
    """The quads in that format, UTF-8, in one order whatever order they come in."""
    if not rdf_format.supports_datasets:
        quads = {Quad(q.subject, q.predicate, q.object, _DEFAULT) for q in quads}
    ordered = sorted(quads, key=_order)
    statements: Iterable[Quad] | Iterable[Triple] = ordered
    if not rdf_format.supports_datasets:
        statements = [quad.triple for quad in ordered]
    prefixes = dict(vocab.PREFIXES) if rdf_format in _WITH_PREFIXES else None
    data = serialize(statements, format=rdf_format, prefixes=prefixes)
    assert data is not None  # serialize gives bytes back where it is given no file
    return _prefixes_in_order(data) if prefixes else data


def _prefixes_in_order(data: bytes) -> bytes:
    """The engine writes the prefixes first, one a line, in the order of a hash map that differs from run to run."""
    lines = data.split(b"\n")
    count = sum(1 for _ in takewhile(lambda line: line.startswith(b"@prefix "), lines))
    return b"\n".join(sorted(lines[:count]) + lines[count:])


def facts_only(quads: Iterable[Quad]) -> list[Quad]:
    """What documents say in their own voice, with what that rests on: no claim, no content, no article text.

    Kept is what can be reached from a reported fact by following its objects through the default graph.
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
