"""All graphs merged into one, and what stands in a content graph marked as standing there (docs/model.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from kg import vocab

_CONTENT = "/content"


def placed(quads: Iterable[Quad]) -> Iterator[Triple]:
    """The triples of all graphs, and for each subject of a content graph ``cg:inGraph`` that graph.

    A content graph is a named graph whose IRI ends in ``/content``. Triples that stand in several graphs come
    more than once.
    """
    in_graph = NamedNode(vocab.IN_GRAPH)
    seen = set()
    for quad in quads:
        yield quad.triple
        graph = quad.graph_name
        if isinstance(graph, DefaultGraph) or not graph.value.endswith(_CONTENT):
            continue
        place = (quad.subject, graph)
        if place not in seen:
            seen.add(place)
            yield Triple(quad.subject, in_graph, graph)
