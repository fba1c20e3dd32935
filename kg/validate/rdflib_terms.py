"""Conversion between terms of pyoxigraph and rdflib.

Import it where it is used, because rdflib is slow to import.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import SH
from rdflib.namespace import OWL, RDF
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import Node

from kg.errors import InputError
from kg.validate.report import Term

_STRING = Literal("").datatype


def graph_of(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return the triples in rdflib.

    Literals stay exactly as written, and plain strings have no ``xsd:string``.
    """
    node = cache(node_of)
    graph = _CachedQueries(bind_namespaces="none")
    for triple in triples:
        graph.add((node(triple.subject), node(triple.predicate), node(triple.object)))
    return graph


def shapes_graph_of(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return the shapes in rdflib, with two changes that pySHACL makes only when it reads a file.

    Only the boolean ``true`` is true (``sh:uniqueLang "1"^^xsd:boolean`` has no effect). An ontology also has the
    prefixes that its imports declare (SHACL, 5.2.1).
    """
    from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch

    rdflib_bool_patch()  # type: ignore[no-untyped-call]
    try:
        graph = graph_of(triples)
    finally:
        rdflib_bool_unpatch()  # type: ignore[no-untyped-call]
    for ontology in set(graph.subjects(OWL.imports)):
        for imported in set(graph.transitive_objects(ontology, OWL.imports)):
            for declaration in set(graph.objects(imported, SH.declare)):
                graph.add((ontology, SH.declare, declaration))
    return graph


def node_of(term: Term) -> Node:
    """Convert a pyoxigraph term to rdflib, with a literal exactly as written."""
    match term:
        case NamedNode():
            return rdflib.URIRef(term.value)
        case BlankNode():
            return rdflib.BNode(term.value)
        case Literal() if term.language:
            return _Comparable(term.value, lang=term.language)
        case Literal() if term.datatype == _STRING:
            return _Comparable(term.value)
        case Literal():
            return _Comparable(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def term_of(node: Node | None) -> Term:
    """Convert an rdflib node to pyoxigraph."""
    match node:
        case rdflib.Literal() if node.language:
            return Literal(str(node), language=node.language)
        case rdflib.Literal():
            return Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else _STRING)
        case rdflib.BNode():
            return BlankNode(str(node))
        case _:
            return NamedNode(str(node))


@contextmanager
def quiet_literals() -> Iterator[None]:
    """Silence rdflib's log and warnings about ill-typed literals: ours are findings with a message."""
    logger = logging.getLogger("rdflib.term")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Parsing weird boolean", UserWarning)
            yield
    finally:
        logger.setLevel(before)


class _Comparable(rdflib.Literal):
    """A literal that is not less than an incomparable one, instead of raising an error.

    By SHACL (4.5.3) incomparable values, such as a day and a year, violate the constraint. pySHACL 0.40 passes rdflib's
    error on, so that one bad date fails the whole validation.
    """

    __slots__ = ()
    __hash__ = rdflib.Literal.__hash__

    def __lt__(self, other: Any) -> bool:
        return self._fits(other) and super().__lt__(other) is True

    def __le__(self, other: Any) -> bool:
        return self._fits(other) and super().__le__(other) is True

    def __gt__(self, other: Any) -> bool:
        return self._fits(other) and super().__gt__(other) is True

    def __ge__(self, other: Any) -> bool:
        return self._fits(other) and super().__ge__(other) is True

    def _fits(self, other: Any) -> bool:
        if not isinstance(other, rdflib.Literal):
            return True
        return self.datatype == other.datatype or (_is_number(self) and _is_number(other))


def _is_number(literal: rdflib.Literal) -> bool:
    return hasattr(literal.value, "__abs__") and hasattr(literal.value, "__float__")


class _CachedQueries(rdflib.Graph):
    """A graph that parses each query text once: pySHACL passes the same text for every focus node.

    Parsing takes most of the time of ``sh:sparql``: 20 to 50 ms for one of our constraints.
    """

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> rdflib.query.Result:
        query = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, *args, **kwargs)


@lru_cache(maxsize=256)
def _prepared(query: str) -> Query:
    try:
        return prepareQuery(query)
    except Exception as error:
        # For an undeclared prefix rdflib raises a plain Exception.
        if type(error) is not Exception:
            raise
        raise InputError(f"the shapes cannot be used: a SPARQL constraint: {error}") from error


def path_text(graph: rdflib.Graph, path: Node) -> str:
    """Return a SHACL property path as a SPARQL property path with full IRIs (SHACL, section 2.3.1).

    Args:
        graph: The graph with the path.
        path: The node of the path.

    Raises:
        InputError: The node is not a path.
    """
    if isinstance(path, rdflib.URIRef):
        return f"<{path}>"
    if graph.value(path, RDF.first) is not None:
        return "/".join(_step(graph, step) for step in graph.items(path))
    for kind, before, after in (
        (SH.inversePath, "^", ""),
        (SH.zeroOrMorePath, "", "*"),
        (SH.oneOrMorePath, "", "+"),
        (SH.zeroOrOnePath, "", "?"),
    ):
        inner = graph.value(path, kind)
        if inner is not None:
            return f"{before}{_step(graph, inner)}{after}"
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is None:
        raise InputError(f"the shapes cannot be used: {path} is not a property path")
    return "|".join(_step(graph, step) for step in graph.items(alternatives))


def _step(graph: rdflib.Graph, path: Node) -> str:
    text = path_text(graph, path)
    return text if isinstance(path, rdflib.URIRef) else f"({text})"
