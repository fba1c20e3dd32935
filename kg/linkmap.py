"""A linking run as quads: in the default graph, and again in a graph of its own, so that it can be removed as a whole.

Links connect statements and assert nothing about their content. A run writes no event, fact or class of a statement.
Ids in the run's values are IRIs (:mod:`kg.graphrecords`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg import iri, vocab
from kg.linking import Copy, EventChain, Linking, Merge, StatementLink, StatementRef
from kg.version import __version__

_DEFAULT: Final = DefaultGraph()
_EXTRACTOR: Final = "kg link"
DIFFERENT_FROM: Final = "http://www.w3.org/2002/07/owl#differentFrom"
Term = NamedNode | Literal


def run_graph(base: str) -> str:
    """Return the graph with the results of the linking run.

    Args:
        base: The base of the store's IRIs.
    """
    return f"{base}linking/run"


def apart_graph(base: str) -> str:
    """Return the graph of the pairs of entities that a person keeps apart.

    Args:
        base: The base of the store's IRIs.
    """
    return f"{base}linking/apart"


def apart_quads(one: str, other: str, base: str) -> set[Quad]:
    """Return the quads which say that two entities are two.

    Args:
        one: An entity's IRI.
        other: Another's.
        base: The base of the store's IRIs.
    """
    first, second = sorted([one, other])
    triple = NamedNode(first), NamedNode(DIFFERENT_FROM), NamedNode(second)
    return {Quad(*triple, NamedNode(apart_graph(base))), Quad(*triple, _DEFAULT)}


def map_linking(linking: Linking, base: str) -> set[Quad]:
    """Return the quads of a run.

    Args:
        linking: The results; documents and statements are IRIs.
        base: The base of the store's IRIs.
    """
    graph = NamedNode(run_graph(base))
    run = graph.value
    quads: set[Quad] = set()
    for subject, predicate, value in _triples(linking, run):
        node, name = NamedNode(subject), NamedNode(predicate)
        quads.add(Quad(node, name, value, _DEFAULT))
        quads.add(Quad(node, name, value, graph))
    return quads


def _triples(linking: Linking, run: str) -> Iterator[tuple[str, str, Term]]:
    yield run, vocab.RDF_TYPE, NamedNode(vocab.LINKING_RUN)
    yield run, vocab.EXTRACTOR, Literal(_EXTRACTOR)
    yield run, vocab.EXTRACTOR_VERSION, Literal(__version__)
    for link in linking.links:
        yield from _link(link, run)
    for copy in linking.copies:
        yield from _copy(copy, run)
    for merge in linking.merges:
        yield from _merge(merge, run)
    for chain in linking.chains:
        yield from _chain(chain, run)


def _link(link: StatementLink, run: str) -> Iterator[tuple[str, str, Term]]:
    version = link.source.document
    node = f"{version}/link/x{_digest(link.kind, link.source.statement, link.target.statement)}"
    yield node, vocab.RDF_TYPE, NamedNode(vocab.STATEMENT_LINK)
    yield node, vocab.RDF_TYPE, NamedNode(vocab.CROSS_LINK)
    yield node, vocab.FROM, NamedNode(link.source.statement)
    yield node, vocab.TO, NamedNode(link.target.statement)
    yield node, vocab.LINK_TYPE, NamedNode(vocab.REL + link.kind)
    for predicate, ref in ((vocab.FROM_SPAN, link.source), (vocab.TO_SPAN, link.target)):
        for span in _spans(ref):
            yield node, predicate, NamedNode(span)
    yield node, vocab.FROM_ORIGIN, NamedNode(link.source_origin)
    yield node, vocab.TO_ORIGIN, NamedNode(link.target_origin)
    for key in link.keys:
        yield node, vocab.SHARED_KEY, Literal(key)
    yield node, vocab.REASON, Literal(link.reason)
    yield from _found(node, version, run, link.method, link.confidence)


def _spans(ref: StatementRef) -> Iterator[str]:
    for span in ref.spans:
        yield iri.span(ref.document, span)


def _copy(copy: Copy, run: str) -> Iterator[tuple[str, str, Term]]:
    node = f"{copy.document}/copy/x{_digest(copy.document, copy.original)}"
    yield copy.document, vocab.COPY_OF, NamedNode(copy.original)
    yield node, vocab.RDF_TYPE, NamedNode(vocab.DOCUMENT_COPY)
    yield node, vocab.COPY, NamedNode(copy.document)
    yield node, vocab.ORIGINAL, NamedNode(copy.original)
    yield node, vocab.SHARED_PART, _decimal(copy.share)
    yield from _found(node, copy.document, run, copy.method, min(1.0, copy.share))


def _merge(merge: Merge, run: str) -> Iterator[tuple[str, str, Term]]:
    if merge.one.entity == merge.other.entity:
        return  # both documents use one name: already one node
    version = merge.one.document
    other = iri.parse(merge.other.entity)
    if other is not None and other.version and other.version != version:
        return  # an unnamed source belongs to one document
    node = f"{version}/merge/x{_digest(merge.one.entity, merge.other.entity)}"
    yield node, vocab.RDF_TYPE, NamedNode(vocab.ENTITY_MERGE)
    yield node, vocab.MERGED, NamedNode(merge.one.entity)
    yield node, vocab.MERGED_INTO, NamedNode(merge.other.entity)
    yield node, vocab.REASON, Literal(merge.reason)
    yield from _found(node, version, run, merge.method, merge.confidence)


def _chain(chain: EventChain, run: str) -> Iterator[tuple[str, str, Term]]:
    first = chain.statements[0]
    node = f"{first.document}/chain/x{_digest(first.statement)}"
    yield node, vocab.RDF_TYPE, NamedNode(vocab.EVENT_CHAIN)
    yield node, vocab.IN_VERSION, NamedNode(first.document)
    yield node, vocab.PROV_WAS_GENERATED_BY, NamedNode(run)
    for ref in chain.statements:
        yield node, vocab.MEMBER, NamedNode(ref.statement)


def _found(node: str, version: str, run: str, rule: str, confidence: float) -> Iterator[tuple[str, str, Term]]:
    yield node, vocab.IN_VERSION, NamedNode(version)
    yield node, vocab.RULE, Literal(rule)
    yield node, vocab.CONFIDENCE, _decimal(confidence)
    yield node, vocab.PROV_WAS_GENERATED_BY, NamedNode(run)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _decimal(value: float) -> Literal:
    return Literal(f"{value:.4f}".rstrip("0").rstrip("."), datatype=NamedNode(vocab.XSD_DECIMAL))
