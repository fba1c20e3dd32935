"""RDF 1.2: the content of statements as triple terms, with the statement as their reifier (Turtle 1.2).

The content of a claim is never asserted, and is in stated terms inside of its triple terms. A tool that asserts triple
terms on reading, as some did with RDF-star, therefore still creates no fact from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.export.collection import Collection
from kg.export.options import Options

_REIFIES: Final = ox.NamedNode(vocab.RDF + "reifies")
_CONTENT: Final = (vocab.CONTENT, vocab.STATED_CONTENT)
_Graphs: TypeAlias = Mapping[str, list[ox.Triple]]


def as_reified(collection: Collection, store: QueryableStore, options: Options) -> bytes:  # noqa: ARG001
    """Return the graph as Turtle 1.2.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.
    """
    written = ox.serialize(triples(collection.quads), format=ox.RdfFormat.TURTLE)
    return b'VERSION "1.2"\n' + (written or b"")


def triples(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """Yield the default graph, and each triple of a statement's content as a reified triple term.

    Args:
        quads: The whole graph. Graphs of entity descriptions are left out, because the default graph repeats them.
    """
    graphs: dict[str, list[ox.Triple]] = {}
    asserted: list[ox.Triple] = []
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
        else:
            asserted.append(quad.triple)
    about: dict[str, list[ox.Triple]] = {}
    for triple in asserted:
        about.setdefault(str(getattr(triple.subject, "value", "")), []).append(triple)
    for triple in asserted:
        yield triple
        if triple.predicate.value == vocab.DESCRIBES and isinstance(triple.object, ox.NamedNode):
            for said in about.get(triple.object.value, ()):
                yield ox.Triple(triple.subject, _REIFIES, said)
        elif triple.predicate.value in _CONTENT and isinstance(triple.object, ox.NamedNode):
            for said in _content(graphs, triple.object.value):
                yield ox.Triple(triple.subject, _REIFIES, said)


def _content(graphs: _Graphs, graph: str) -> Iterator[ox.Triple]:
    """Yield the content of a claim; a nested claim is a triple term that holds another one."""
    for triple in graphs.get(graph, ()):
        yield triple
        if triple.predicate.value in _CONTENT and isinstance(triple.object, ox.NamedNode):
            for said in _content(graphs, triple.object.value):
                yield ox.Triple(triple.subject, _REIFIES, said)
