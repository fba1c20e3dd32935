"""Ownership of quads by document versions, so that replacing or withdrawing a version removes exactly its quads.

A version owns every node with an IRI under its own (``V/...``, ``V#...``) and every graph with such a name. Entities
are shared. Of their triples in the default graph, a version owns those that its ``V/entities`` graph states and no
other version's does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pyoxigraph import DefaultGraph, NamedNode, Quad
from pyoxigraph import Literal as RdfLiteral

from kg import iri, vocab
from kg.errors import StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from kg.graph import VersionGraph

_DEFAULT = DefaultGraph()
_IN_VERSION = NamedNode(vocab.IN_VERSION)
_SPECIALIZATION_OF = NamedNode(vocab.PROV_SPECIALIZATION_OF)
_WAS_REVISION_OF = NamedNode(vocab.PROV_WAS_REVISION_OF)
_INVALIDATED_AT = NamedNode(vocab.PROV_INVALIDATED_AT_TIME)
_REASON = NamedNode(vocab.REASON)
_DATE_TIME = NamedNode(vocab.XSD_DATE_TIME)
_STATUS = NamedNode(vocab.STATUS)
_TYPE = NamedNode(vocab.RDF_TYPE)
_SHA256 = NamedNode(vocab.SCHEMA_SHA256)
_CURRENT = NamedNode(vocab.MOD + "current")
_LEADING = tuple(NamedNode(iri) for iri in (vocab.TO, vocab.ORIGINAL, vocab.MERGED_INTO))
_NAMING = tuple(NamedNode(iri) for iri in (vocab.MEMBER, vocab.COPY_OF))
_RUN = "/linking/run"
_OF_LINKS = frozenset({vocab.FROM, vocab.TO, vocab.MEMBER, vocab.COPY, vocab.ORIGINAL, vocab.MERGED, vocab.MERGED_INTO})

Node: TypeAlias = NamedNode
Term: TypeAlias = NamedNode | RdfLiteral
Pattern: TypeAlias = tuple[Node | None, Node | None, Term | None, Node | DefaultGraph | None]
"""Subject, predicate, object and graph; None matches any."""


class Matcher(Protocol):
    """A store that can be searched for quads."""

    def matching(self, patterns: Iterable[Pattern]) -> Iterator[Quad]:
        """Yield the quads that match any of the patterns."""


def replacement(store: Matcher, graphs: Sequence[VersionGraph]) -> tuple[set[Quad], set[Quad]]:
    """Return the quads to remove and to add when versions are put in force.

    Exactly the earlier statements of the same version are removed. An earlier version of the same article is
    superseded: its statements are removed, and a tombstone remains. A quad in both sets stays.

    Args:
        store: The store.
        graphs: The versions.
    """
    removed: set[Quad] = set()
    added: set[Quad] = set()
    for graph in graphs:
        added.update(graph.quads)
    leaving = {graph.version for graph in graphs}
    for graph in graphs:
        superseded = _superseded(store, graph, removed)
        leaving |= superseded
        for version in superseded:
            added |= _tombstone(store, version, "superseded")
            added.add(Quad(NamedNode(graph.version), _WAS_REVISION_OF, NamedNode(version), _DEFAULT))
        removed.update(_found(store, (NamedNode(graph.article), None, None, _DEFAULT)))
        added |= _kept(store, graph)
    removed |= _all_of(store, leaving)
    removed -= _links_that_hold(removed, added, {graph.version for graph in graphs})
    return removed, {quad for quad in added if not _is_revision_of(quad, {graph.version for graph in graphs})}


def _links_that_hold(removed: set[Quad], added: set[Quad], again: set[str]) -> set[Quad]:
    """Return the links between statements that are put in force again.

    A build of the same texts keeps these links.
    """
    links = {quad for quad in removed if _is_of_links(quad)}
    if not links:
        return set()
    gone = _named_subjects(removed) - _named_subjects(added)
    ends = {(_iri(q.subject), _iri(q.object)) for q in links if q.predicate.value in _OF_LINKS}
    broken = {node for node, end in ends if end in gone}
    held = {q for q in links if _iri(q.subject) not in broken and _version(_iri(q.subject)) in again}
    return held | {Quad(q.subject, q.predicate, q.object, _DEFAULT) for q in held}


def _is_of_links(quad: Quad) -> bool:
    return isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.endswith(_RUN)


def _named_subjects(quads: set[Quad]) -> set[str]:
    return {_iri(quad.subject) for quad in quads if isinstance(quad.subject, NamedNode)}


def _version(name: str) -> str:
    return iri.version_of(name) or name


def replaced(store: Matcher, graphs: Sequence[VersionGraph]) -> dict[str, set[Quad]]:
    """Return each version that these versions supersede, with the quads that it owns.

    Args:
        store: The store.
        graphs: The versions.
    """
    gone = {version for graph in graphs for version in _superseded(store, graph, set())}
    return {version: _all_of(store, {version}) for version in sorted(gone)}


def withdrawal(store: Matcher, version: str, reason: str, at: datetime | None) -> tuple[set[Quad], set[Quad]]:
    """Return the quads to remove and to add when a version is withdrawn.

    Args:
        store: The store.
        version: The IRI of the version.
        reason: The reason for the tombstone, if any.
        at: The time of the withdrawal, with its zone, if known.

    Raises:
        StoreError: The store has no such version.
    """
    if not _articles_of(store, version):
        raise StoreError(f"{version}: no such document version in the store")
    stone = _tombstone(store, version, "withdrawn")
    if reason:
        stone.add(Quad(NamedNode(version), _REASON, RdfLiteral(reason), _DEFAULT))
    if at is not None:
        when = RdfLiteral(at.isoformat(timespec="seconds"), datatype=_DATE_TIME)
        stone.add(Quad(NamedNode(version), _INVALIDATED_AT, when, _DEFAULT))
    return _all_of(store, {version}), stone


def versions(store: Matcher) -> dict[str, str]:
    """Return every document version in the store with its status (for example ``current``)."""
    names = sorted({_iri(quad.subject) for quad in _found(store, (None, _SPECIALIZATION_OF, None, _DEFAULT))})
    status = {_iri(quad.subject): _iri(quad.object) for quad in _found(store, (None, _STATUS, None, _DEFAULT))}
    return {name: status.get(name, "").removeprefix(vocab.MOD) for name in names}


def _superseded(store: Matcher, graph: VersionGraph, removed: set[Quad]) -> set[str]:
    """Return the versions that this one supersedes. A version of two articles only loses this article."""
    gone: set[str] = set()
    for version in current_versions(store, graph.article):
        if version == graph.version:
            continue
        if _articles_of(store, version) == {graph.article}:
            gone.add(version)
        else:
            removed.add(Quad(NamedNode(version), _SPECIALIZATION_OF, NamedNode(graph.article), _DEFAULT))
    return gone


def _kept(store: Matcher, graph: VersionGraph) -> set[Quad]:
    """Return the other articles and the predecessors of a version that is put in force again."""
    version = NamedNode(graph.version)
    kept = set(_found(store, (version, _WAS_REVISION_OF, None, _DEFAULT)))
    for article in _articles_of(store, graph.version) - {graph.article}:
        kept.add(Quad(version, _SPECIALIZATION_OF, NamedNode(article), _DEFAULT))
    return kept


def _is_revision_of(quad: Quad, versions: set[str]) -> bool:
    """Return whether a quad makes a current version the predecessor of another.

    A text that returns must not become its own ancestor.
    """
    return quad.predicate == _WAS_REVISION_OF and getattr(quad.object, "value", "") in versions


def _all_of(store: Matcher, versions: set[str]) -> set[Quad]:
    removed = _only_described_by(store, versions)
    for version in versions:
        removed |= _owned(store, version) | _described(store, version)
    return removed


def _owned(store: Matcher, version: str) -> set[Quad]:
    """Return the quads under a version's own IRIs in all graphs, without its share of entity descriptions.

    Other versions' links to this version belong to it, because without it they would lead nowhere.
    """
    found: set[Quad] = set()
    seen: set[str] = set()
    waiting = {version, *(_iri(q.subject) for q in _found(store, (None, _IN_VERSION, NamedNode(version), None)))}
    while waiting:
        seen |= waiting
        about = set(store.matching([*_as_subject(waiting), *_as_graph(waiting)]))
        found |= about
        objects = {quad.object.value for quad in about if isinstance(quad.object, NamedNode)}
        waiting = {name for name in objects if _under(name, version)} - seen
    return found | _leading_to(store, seen)


def _leading_to(store: Matcher, names: set[str]) -> set[Quad]:
    """Return the quads of links, copies and merges that refer to nodes.

    The quads by which a chain or a copy names the nodes are included.
    """
    nodes = [NamedNode(name) for name in names]
    leading = {
        _iri(quad.subject)
        for quad in store.matching((None, predicate, node, None) for node in nodes for predicate in _LEADING)
        if _iri(quad.subject) not in names
    }
    naming = set(store.matching((None, predicate, node, None) for node in nodes for predicate in _NAMING))
    return naming | set(store.matching(_as_subject(leading)))


def _described(store: Matcher, version: str) -> set[Quad]:
    """Return the quads of a version's graph of entity descriptions."""
    return set(_found(store, (None, None, None, _entities_graph(version))))


def _only_described_by(store: Matcher, versions: set[str]) -> set[Quad]:
    """Return the entity triples of the default graph that no version outside of ``versions`` states."""
    leaving = {_entities_graph(version) for version in versions} | {_DEFAULT}
    described = {quad.triple for version in versions for quad in _described(store, version)}
    stated_elsewhere = {
        quad.triple
        for quad in store.matching((t.subject, t.predicate, t.object, None) for t in described)  # type: ignore[misc]
        if quad.graph_name not in leaving
    }
    return {Quad(t.subject, t.predicate, t.object, _DEFAULT) for t in described - stated_elsewhere}


def current_versions(store: Matcher, article: str) -> list[str]:
    """Return the current versions of an article, sorted.

    Args:
        store: The store.
        article: The IRI of the article.
    """
    found = _found(store, (None, _SPECIALIZATION_OF, NamedNode(article), _DEFAULT))
    versions = sorted(_iri(quad.subject) for quad in found)
    current = store.matching((NamedNode(version), _STATUS, _CURRENT, _DEFAULT) for version in versions)
    return sorted(_iri(quad.subject) for quad in current)


def _articles_of(store: Matcher, version: str) -> set[str]:
    """Return the articles of a version: several, if they have the same text."""
    return {_iri(q.object) for q in _found(store, (NamedNode(version), _SPECIALIZATION_OF, None, _DEFAULT))}


def _tombstone(store: Matcher, version: str, status: str) -> set[Quad]:
    """Return the tombstone of a version: that it existed, its article, and its status."""
    node = NamedNode(version)
    predicates = (_TYPE, _SPECIALIZATION_OF, _SHA256, _WAS_REVISION_OF)
    kept = set(store.matching((node, predicate, None, _DEFAULT) for predicate in predicates))
    return kept | {Quad(node, _STATUS, NamedNode(vocab.MOD + status), _DEFAULT)}


def _entities_graph(version: str) -> NamedNode:
    """Return the graph of a version's entity descriptions."""
    return NamedNode(f"{version}/entities")


def _found(store: Matcher, pattern: Pattern) -> Iterator[Quad]:
    return store.matching([pattern])


def _as_subject(names: Iterable[str]) -> Iterator[Pattern]:
    return ((NamedNode(name), None, None, None) for name in names)


def _as_graph(names: Iterable[str]) -> Iterator[Pattern]:
    return ((None, None, None, NamedNode(name)) for name in names)


def _under(name: str, version: str) -> bool:
    return name.startswith((f"{version}/", f"{version}#"))


def _iri(term: object) -> str:
    assert isinstance(term, NamedNode)
    return term.value
