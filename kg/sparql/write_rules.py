"""Rules that refuse a write independently of the shapes.

Shapes see a graph and not the intention of its writer. These rules close the ways by which words of a claim become a
fact in a conforming graph: axioms on the vocabulary, references into a claim's content, parts of an article's version,
and names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from kg import vocab
from kg.validate.merged_graph import is_content_graph

if TYPE_CHECKING:
    from kg.engine import Effect
    from kg.sparql.writer import WritableStore

Versions: TypeAlias = Callable[[object], set[str]]
"""Returns the document version of a node, if any."""
_DEFAULT: Final = DefaultGraph()
_TYPE: Final = NamedNode(vocab.RDF_TYPE)
_FULL_TEXT: Final = NamedNode(vocab.FULL_TEXT)
_CONTENT: Final = re.compile(r"/doc/[0-9a-f]{16}/.*/content(?:/|$)", re.S)
_ALIGNED: Final = (
    "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "http://www.w3.org/2006/time#",
    "http://www.w3.org/ns/oa#",
)
_TERMS: Final = (*(iri for iri in vocab.PREFIXES.values() if iri not in (vocab.WD, vocab.XSD)), *_ALIGNED)
"""Namespaces of all terms in our ontology and its alignments."""
_SCHEMA: Final = (vocab.RDF, vocab.RDFS, vocab.OWL)
_HARMLESS: Final = frozenset({vocab.OWL + "Thing", vocab.RDFS + "Resource", vocab.RDFS + "Literal"})
_DECLARED: Final = frozenset(
    vocab.OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)
"""Declarations of terms, which have no consequences: dumps contain them."""
_INTO_CONTENT: Final = frozenset({vocab.CONTENT, vocab.STATED_CONTENT, vocab.FROM, vocab.TO})
_CORRECTIONS: Final = frozenset(
    {vocab.STATUS, vocab.CONFIDENCE, vocab.REASON, vocab.PROV_INVALIDATED_AT_TIME, vocab.PROV_SPECIALIZATION_OF}
)
"""Properties of a version's nodes that may change separately, because none of them holds words."""
_NAMES: Final = frozenset({vocab.SKOS_PREF_LABEL, vocab.SKOS_ALT_LABEL, vocab.SCHEMA_HEADLINE})


def axioms(effect: Effect) -> Iterator[str]:
    """Yield each triple about a term of the ontology, in any graph."""
    for quad in effect.added:
        if quad.predicate == _TYPE and _value(quad.object) in _DECLARED:
            continue
        if _is_term(quad.subject) or (_is_axiom(quad) and _is_term(quad.object)):
            yield str(quad.triple)


def ties(store: WritableStore, effect: Effect) -> Iterator[str]:
    """Yield each triple outside of content graphs that refers to a node or triple of one.

    Args:
        store: The store.
        effect: The change.
    """
    for quad in effect.added:
        if is_content_graph(quad.graph_name):
            continue
        if quad.predicate.value not in _INTO_CONTENT and is_content(store, quad.object):
            yield str(quad.triple)
        if any(_is_said(store, triple) for triple in _inner(quad.triple)):
            yield str(quad.triple)


def parts(store: WritableStore, effect: Effect, versions_of: Versions) -> Iterator[str]:
    """Yield each document version that would stay in force and change in part.

    Args:
        store: The store.
        effect: The change.
        versions_of: Returns the version of a node.
    """
    touched: set[str] = set()
    for quad in (*effect.removed, *effect.added):
        if quad.predicate.value not in _CORRECTIONS:
            touched |= versions_of(quad.subject) | versions_of(quad.graph_name)
    for version in sorted(touched):
        texts = set(store.matching([(NamedNode(version), _FULL_TEXT, None, _DEFAULT)]))
        if texts and not texts <= effect.removed:
            yield version


def renamings(store: WritableStore, effect: Effect, versions_of: Versions) -> Iterator[str]:
    """Yield each new name of a known node that no version of an article contributes.

    Args:
        store: The store.
        effect: The change.
        versions_of: Returns the version of a node.
    """
    coming = {quad.subject for quad in effect.added if quad.predicate == _FULL_TEXT}
    stated = {quad.triple for quad in effect.added if not versions_of(quad.graph_name).isdisjoint(map(_value, coming))}
    articles = {
        quad.object
        for quad in effect.added
        if quad.predicate.value == vocab.PROV_SPECIALIZATION_OF and quad.subject in coming
    }
    for quad in effect.added:
        is_name = quad.predicate.value in _NAMES and quad.graph_name == _DEFAULT and not versions_of(quad.subject)
        if is_name and quad.triple not in stated and quad.subject not in articles and _is_known(store, quad):
            yield str(quad.triple)


def is_content(store: WritableStore, node: object) -> bool:
    """Return whether a node belongs to a claim's content, by its IRI or because it names its claim.

    Args:
        store: The store.
        node: The node.
    """
    if not isinstance(node, NamedNode):
        return False
    said = store.matching([(node, NamedNode(vocab.ACCORDING_TO), None, None)])
    return _CONTENT.search(node.value) is not None or next(said, None) is not None


def _is_known(store: WritableStore, quad: Quad) -> bool:
    """Return whether the subject is known and no version contributes this name."""
    subject = quad.subject
    assert isinstance(subject, NamedNode)
    if next(store.matching([(subject, _TYPE, None, _DEFAULT)]), None) is None:
        return False
    said = store.matching([(subject, quad.predicate, quad.object, None)])  # type: ignore[list-item]
    return not any(_value(other.graph_name).endswith("/entities") for other in said)


def _is_axiom(quad: Quad) -> bool:
    return quad.predicate.value.startswith(_SCHEMA) and quad.predicate != _TYPE


def _is_term(node: object) -> bool:
    return isinstance(node, NamedNode) and node.value.startswith(_TERMS) and node.value not in _HARMLESS


def _inner(triple: Triple) -> Iterator[Triple]:
    """Yield the triples inside a triple, at any depth."""
    waiting = [triple.subject, triple.object]
    while waiting:
        term = waiting.pop()
        if isinstance(term, Triple):
            yield term
            waiting += [term.subject, term.object]


def _is_said(store: WritableStore, triple: Triple) -> bool:
    if is_content(store, triple.subject) or is_content(store, triple.object):
        return True
    if isinstance(triple.subject, Triple) or isinstance(triple.object, Triple):
        return False
    found = store.matching([(triple.subject, triple.predicate, triple.object, None)])  # type: ignore[list-item]
    return any(is_content_graph(quad.graph_name) for quad in found)


def _value(node: object) -> str:
    return getattr(node, "value", "")
