"""Which quads belong to a document version, so that replacing or withdrawing it takes back exactly those.

A version owns every node whose IRI lies under its own (``V/...``, ``V#...``) and every graph named so. Entities are
shared: of their triples in the default graph a version owns those that its ``V/entities`` graph states and no other
version's does.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from kg import vocab

_DEFAULT = DefaultGraph()
_IN_VERSION = NamedNode(vocab.IN_VERSION)
_SPECIALIZATION_OF = NamedNode(vocab.PROV_SPECIALIZATION_OF)
_STATUS = NamedNode(vocab.STATUS)
_TYPE = NamedNode(vocab.RDF_TYPE)
_SHA256 = NamedNode(vocab.SCHEMA_SHA256)
_CURRENT = NamedNode(vocab.MOD + "current")


def owned(store: Store, version: str) -> set[Quad]:
    """The quads under the version's own IRIs, in every graph; its share of entity descriptions is not among them."""
    found: set[Quad] = set()
    seen: set[str] = set()
    waiting = [
        version,
        *(_iri(q.subject) for q in store.quads_for_pattern(None, _IN_VERSION, NamedNode(version), None)),
    ]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for quad in _about(store, name):
            found.add(quad)
            if isinstance(quad.object, NamedNode) and _under(quad.object.value, version):
                waiting.append(quad.object.value)
    return found


def described(store: Store, version: str) -> set[Quad]:
    """The quads of the version's graph of entity descriptions."""
    return set(store.quads_for_pattern(None, None, None, entities_graph(version)))


def only_described_by(store: Store, versions: set[str]) -> set[Quad]:
    """The entity triples of the default graph that no version outside of ``versions`` states."""
    leaving = {entities_graph(version) for version in versions}
    found: set[Quad] = set()
    for version in versions:
        for quad in described(store, version):
            graphs = {q.graph_name for q in store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)}
            if graphs <= leaving | {_DEFAULT}:
                found.add(Quad(quad.subject, quad.predicate, quad.object, _DEFAULT))
    return found


def current_versions(store: Store, article: str) -> list[str]:
    """The versions of an article that are in force."""
    return [v for v in versions_of(store, article) if Quad(NamedNode(v), _STATUS, _CURRENT, _DEFAULT) in store]


def versions_of(store: Store, article: str) -> list[str]:
    """Every version of an article the store knows of, sorted."""
    pattern = store.quads_for_pattern(None, _SPECIALIZATION_OF, NamedNode(article), _DEFAULT)
    return sorted(_iri(quad.subject) for quad in pattern)


def articles_of(store: Store, version: str) -> set[str]:
    """The articles a version is a version of: several, where two have the very same text."""
    return {_iri(q.object) for q in store.quads_for_pattern(NamedNode(version), _SPECIALIZATION_OF, None, _DEFAULT)}


def tombstone(store: Store, version: str, status: str) -> set[Quad]:
    """What stays of a version that is no longer in force: that it was, of which article, and what became of it."""
    node = NamedNode(version)
    kept = {
        quad
        for predicate in (_TYPE, _SPECIALIZATION_OF, _SHA256, NamedNode(vocab.PROV_WAS_REVISION_OF))
        for quad in store.quads_for_pattern(node, predicate, None, _DEFAULT)
    }
    return kept | {Quad(node, _STATUS, NamedNode(vocab.MOD + status), _DEFAULT)}


def entities_graph(version: str) -> NamedNode:
    """The graph that holds what this version says of the entities it names."""
    return NamedNode(f"{version}/entities")


def _about(store: Store, name: str) -> Iterator[Quad]:
    yield from store.quads_for_pattern(NamedNode(name), None, None, None)
    yield from store.quads_for_pattern(None, None, None, NamedNode(name))


def _under(name: str, version: str) -> bool:
    return name.startswith((f"{version}/", f"{version}#"))


def _iri(term: object) -> str:
    assert isinstance(term, NamedNode)
    return term.value
