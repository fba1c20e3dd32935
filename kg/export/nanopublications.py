"""Nanopublications: one for each statement, an index for each version, a retraction for a withdrawn version.

The assertion of a claim is that the speaker said it. The content is in stated terms, each node with ``cg:accordingTo``,
so that a store that merges all nanopublications gets no fact from it. The publisher signs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.export.collection import Collection
from kg.export.options import Options

_NP: Final = "http://www.nanopub.org/nschema#"
_NPX: Final = "http://purl.org/nanopub/x/"
_PROV: Final = vocab.PREFIXES["prov"]
_STATEMENTS: Final = (vocab.REPORTED_FACT, vocab.CLAIM)
_PARTS: Final = (vocab.DESCRIBES, vocab.WHEN, vocab.SAID_AT)
_FOLLOWED: Final = (vocab.CONTENT, vocab.STATED_CONTENT)
_Object: TypeAlias = ox.NamedNode | ox.Literal


def as_nanopublications(collection: Collection, store: QueryableStore, options: Options) -> bytes:  # noqa: ARG001
    """Return all nanopublications as TriG.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.
    """
    prefixes = {**vocab.PREFIXES, "np": _NP, "npx": _NPX}
    return ox.serialize(quads(collection), format=ox.RdfFormat.TRIG, prefixes=prefixes) or b""


def quads(collection: Collection) -> Iterator[ox.Quad]:
    """Yield the quads of all nanopublications: of statements, of versions, and retractions."""
    graph = _Graph(collection.quads)
    elements: dict[str, list[str]] = {}
    for row in collection.rows:
        if row.kind in ("fact", "claim"):
            name = address_of(row.statement, row.document)
            elements.setdefault(row.document, []).append(name)
            about = _provenance(graph, row.statement, row.document, row.spans, collection.article_of(row).web_address)
            yield from _nanopublication(name, graph.assertion(row.statement), about)
    for version, names in sorted(elements.items()):
        index = f"{version}/np"
        assertion = [_triple(index, _NPX + "includesElement", name) for name in names]
        derived = [(_PROV + "wasDerivedFrom", version)]
        yield from _nanopublication(index, assertion, derived, kinds=("NanopubIndex",))
    for gone in collection.withdrawn:
        assertion = [_triple(gone.version, _NPX + "retracts", f"{gone.version}/np")]
        if gone.reason:
            assertion.append(_literal(gone.version, vocab.REASON, gone.reason))
        if gone.at:
            assertion.append(_literal(gone.version, _PROV + "invalidatedAtTime", gone.at, vocab.XSD_DATE_TIME))
        yield from _nanopublication(
            f"{gone.version}/np/retraction", assertion, [(_PROV + "wasDerivedFrom", gone.version)]
        )


def address_of(statement: str, version: str) -> str:
    """Return the IRI of the nanopublication of a statement.

    Args:
        statement: The IRI of the statement.
        version: The IRI of the version of its article.
    """
    return f"{version}/np/{statement.removeprefix(f'{version}/')}"


class _Graph:
    """The graph by subject and by graph name."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._about: dict[str, list[ox.Triple]] = {}
        self._graphs: dict[str, list[ox.Triple]] = {}
        for quad in quads:
            if isinstance(quad.graph_name, ox.NamedNode):
                self._graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
            else:
                self._about.setdefault(str(getattr(quad.subject, "value", "")), []).append(quad.triple)

    def assertion(self, statement: str) -> list[ox.Triple]:
        """Return the triples of a statement, its events and times, and its content in stated terms."""
        found: dict[ox.Triple, None] = {}
        waiting = [statement]
        while waiting:
            for triple in self._about.get(waiting.pop(), ()):
                if triple in found:
                    continue
                found[triple] = None
                if isinstance(triple.object, ox.NamedNode):
                    if triple.predicate.value in _PARTS:
                        waiting.append(triple.object.value)
                    elif triple.predicate.value in _FOLLOWED:
                        found.update(dict.fromkeys(self._content(triple.object.value)))
        return list(found)

    def _content(self, graph: str) -> Iterator[ox.Triple]:
        for triple in self._graphs.get(graph, ()):
            yield triple
            if triple.predicate.value in _FOLLOWED and isinstance(triple.object, ox.NamedNode):
                yield from self._content(triple.object.value)

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Return the IRIs of a subject's property in the default graph."""
        return [
            triple.object.value
            for triple in self._about.get(subject, ())
            if triple.predicate.value == predicate and isinstance(triple.object, ox.NamedNode)
        ]


def _provenance(graph: _Graph, statement: str, version: str, spans: Iterable[str], url: str) -> list[tuple[str, str]]:
    found = [(_PROV + "wasDerivedFrom", version)]
    found += [(_PROV + "wasQuotedFrom", span) for span in sorted(spans)]
    found += [(_PROV + "wasGeneratedBy", run) for run in graph.objects(statement, vocab.PROV_WAS_GENERATED_BY)]
    if url and not set(url) & set(' <>"{}|\\^`'):
        found.append((_PROV + "hadPrimarySource", url))
    return found


def _nanopublication(
    name: str, assertion: Iterable[ox.Triple], provenance: Iterable[tuple[str, str]], *, kinds: Iterable[str] = ()
) -> Iterator[ox.Quad]:
    head, said, about, info = (f"{name}/{part}" for part in ("head", "assertion", "provenance", "pubinfo"))
    for predicate, value in (
        (vocab.RDF_TYPE, _NP + "Nanopublication"),
        (_NP + "hasAssertion", said),
        (_NP + "hasProvenance", about),
        (_NP + "hasPublicationInfo", info),
    ):
        yield _in(head, _triple(name, predicate, value))
    for triple in assertion:
        yield _in(said, triple)
    for predicate, value in provenance:
        yield _in(about, _triple(said, predicate, value))
    creator = ox.Literal("claimgraph: a program that reads articles, and errs")
    yield _in(info, ox.Triple(ox.NamedNode(name), ox.NamedNode(vocab.DCTERMS + "description"), creator))
    for kind in kinds:
        yield _in(info, _triple(name, vocab.RDF_TYPE, _NPX + kind))


def _in(graph: str, triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))


def _triple(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _literal(subject: str, predicate: str, value: str, datatype: str = vocab.XSD + "string") -> ox.Triple:
    literal = ox.Literal(value, datatype=ox.NamedNode(datatype))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)
