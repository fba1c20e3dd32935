"""Faults of terms: unknown, misleading and unsupported ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pyoxigraph import NamedNode

from kg import vocab
from kg.validate.lint.shapes_graph import ShapesGraph

# SHACL-AF and SHACL-JS are off, because they run code and use the network. These terms would have no effect.
_OFF = frozenset(
    vocab.SH + name
    for name in (
        *("expression", "js", "jsLibrary", "jsLibraryURL", "jsFunctionName", "rule", "target", "values", "construct"),
        "entailment",
    )
)
_CLASSES_OFF = frozenset(
    vocab.SH + name
    for name in (
        *("JSConstraint", "JSExecutable", "JSFunction", "JSLibrary", "JSRule", "JSTarget", "JSTargetType"),
        *("JSValidator", "Rule", "SPARQLFunction", "SPARQLRule", "SPARQLTarget", "SPARQLTargetType", "Target"),
        *("TargetType", "TripleRule"),
    )
)
_LOOKS_LIKE_SHACL = re.compile(r"https?://(www\.)?w3\.org/ns/shacl(?![\w-])", re.IGNORECASE)
_OURS = {vocab.ACT: vocab.SPEECH_ACTS, vocab.EVT: vocab.EVENT_TYPES, vocab.REL: vocab.LINK_TYPES}


def unknown(graph: ShapesGraph) -> Iterator[str]:
    """Yield unknown terms in SHACL's namespace."""
    # A target node that is no shape itself is data.
    targets = {t.object for t in graph.triples if t.predicate.value == vocab.SH + "targetNode"} - graph.shapes
    for triple in graph.triples:
        if triple.subject in targets:
            continue
        for term in (triple.predicate, triple.object):
            if isinstance(term, NamedNode) and term.value.startswith(vocab.SH) and not _is_shacl(term.value):
                who, what = graph.name(triple.subject), graph.name(term)
                yield f"{who} uses {what}, which SHACL does not have: is it misspelt?"


def _is_shacl(iri: str) -> bool:
    from rdflib import SH

    return iri.removeprefix(vocab.SH) in SH


def look_alikes(graph: ShapesGraph) -> Iterator[str]:
    """Yield terms in a namespace that resembles SHACL's."""
    for triple in graph.triples:
        for term in (triple.predicate, triple.object):
            if not isinstance(term, NamedNode) or term.value.startswith(vocab.SH):
                continue
            if _LOOKS_LIKE_SHACL.match(term.value) and term.value.rstrip("/#") != vocab.SH.rstrip("#"):
                yield f"{graph.name(triple.subject)} uses {term}: the namespace of SHACL is <{vocab.SH}>"


def switched_off(graph: ShapesGraph) -> Iterator[str]:
    """Yield rules, functions, JavaScript and similar terms."""
    for triple in graph.triples:
        used = triple.object if triple.predicate.value == vocab.RDF_TYPE else triple.predicate
        if isinstance(used, NamedNode) and used.value in _OFF | _CLASSES_OFF:
            yield f"{graph.name(triple.subject)} uses {graph.name(used)}, which is not run here: say it in SHACL core"


def not_ours(graph: ShapesGraph) -> Iterator[str]:
    """Yield terms in our namespaces that the ontology lacks."""
    for triple in graph.triples:
        if isinstance(triple.object, NamedNode) and not is_defined(triple.object.value):
            yield f"{graph.name(triple.subject)} uses {graph.name(triple.object)}, which the ontology does not have"


def is_defined(iri: str) -> bool:
    """Return False for an IRI in one of our namespaces that the ontology lacks."""
    for namespace, tags in _OURS.items():
        if iri.startswith(namespace):
            return iri.removeprefix(namespace) in tags
    return not iri.startswith((vocab.CG, vocab.MOD)) or iri in _constants()


@cache
def _constants() -> frozenset[str]:
    return frozenset(value for value in vars(vocab).values() if isinstance(value, str))
