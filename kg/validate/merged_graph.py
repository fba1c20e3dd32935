"""All graphs merged into one, with the information of the graphs as properties (docs/model.md).

Shapes see triples without their graphs. Three properties, which no stored graph has, provide the rest: ``cg:inGraph``,
``cg:onlyIn`` and ``cg:anchorText``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from kg import vocab

PIECES: Final = " … "
"""Separator between the pieces of a statement with several anchors."""
OUTSIDE: Final = NamedNode("urn:x-arq:DefaultGraph")
"""Name of the default graph where a triple's graph is named."""
_CONTENT = "/content"
_ENTITIES = "/entities"
_VERSION = "/doc/"
_DEFAULT = DefaultGraph()
_IN_GRAPH = NamedNode(vocab.IN_GRAPH)
_ONLY_IN = NamedNode(vocab.ONLY_IN)
_ANCHOR_TEXT = NamedNode(vocab.ANCHOR_TEXT)
_ANCHORS = frozenset({vocab.ANCHOR, vocab.STATED_ANCHOR})
_DERIVED = frozenset({vocab.IN_GRAPH, vocab.ONLY_IN, vocab.ANCHOR_TEXT})


def placed(quads: Iterable[Quad]) -> Iterator[Triple]:
    """Yield the triples of all graphs, then the properties derived from the graphs.

    - ``cg:inGraph``: each graph with a triple about a node of a content graph (a named graph whose IRI ends in
      ``/content``). A correct node has one.

    - ``cg:onlyIn``: for a node of ours, each other named graph with a triple that the default graph lacks. Queries of
      the default graph do not find that triple.

    - ``cg:anchorText``: the words of a statement's anchors.

    Triples in several graphs are repeated. Data with one of these properties is marked as being in the default graph,
    so that data cannot forge them.
    """
    quads = quads if isinstance(quads, list | tuple | set | frozenset) else list(quads)
    yield from (quad.triple for quad in quads)
    yield from dict.fromkeys(_in_graphs(quads))
    yield from dict.fromkeys(_only_in(quads))
    yield from _anchor_texts(quads)


def is_content_graph(graph: object) -> bool:
    """Return whether a graph is the content graph of a claim."""
    return isinstance(graph, NamedNode) and graph.value.endswith(_CONTENT)


def _in_graphs(quads: Iterable[Quad]) -> Iterator[Triple]:
    inside = {quad.subject for quad in quads if is_content_graph(quad.graph_name)}
    for quad in quads:
        if quad.subject in inside:
            yield Triple(quad.subject, _IN_GRAPH, _name(quad.graph_name))
        if quad.predicate.value in _DERIVED:
            yield Triple(quad.subject, _IN_GRAPH, OUTSIDE)


def _only_in(quads: Iterable[Quad]) -> Iterator[Triple]:
    apart = [quad for quad in quads if isinstance(quad.graph_name, NamedNode) and not is_content_graph(quad.graph_name)]
    if not apart:
        return
    sought = {quad.triple for quad in apart}
    found = {quad.triple for quad in quads if quad.graph_name == _DEFAULT and quad.triple in sought}
    for quad in apart:
        if quad.triple not in found and _is_ours(quad):
            yield Triple(quad.subject, _ONLY_IN, _name(quad.graph_name))


def _is_ours(quad: Quad) -> bool:
    """Return whether a quad uses our terms, is about a version's node, or is in a graph of descriptions."""
    terms = (quad.predicate, quad.object if quad.predicate.value == vocab.RDF_TYPE else None)
    return (
        any(isinstance(term, NamedNode) and term.value.startswith(vocab.CG) for term in terms)
        or (isinstance(quad.subject, NamedNode) and _VERSION in quad.subject.value)
        or _name(quad.graph_name).value.endswith(_ENTITIES)
    )


def _anchor_texts(quads: Iterable[Quad]) -> Iterator[Triple]:
    """Yield the words of each statement's anchors.

    A statement with an incomplete anchor is skipped, because other shapes report it.
    """
    anchors: dict[NamedNode, list[object]] = {}
    starts: dict[object, int] = {}
    words: dict[object, str] = {}
    for quad in quads:
        name = quad.predicate.value
        if name in _ANCHORS and isinstance(quad.subject, NamedNode):
            anchors.setdefault(quad.subject, []).append(quad.object)
        elif name == vocab.START and isinstance(quad.object, Literal) and quad.object.value.isdecimal():
            starts[quad.subject] = int(quad.object.value)
        elif name == vocab.EXACT and isinstance(quad.object, Literal):
            words[quad.subject] = quad.object.value
    for statement, spans in anchors.items():
        text = _joined(set(spans), starts, words)
        if text is not None:
            yield Triple(statement, _ANCHOR_TEXT, Literal(text))


def _joined(spans: set[object], starts: Mapping[object, int], words: Mapping[object, str]) -> str | None:
    if not all(span in starts and span in words for span in spans):
        return None
    return PIECES.join(words[span] for span in sorted(spans, key=lambda span: starts[span]))


def _name(graph: object) -> NamedNode:
    return graph if isinstance(graph, NamedNode) else OUTSIDE
