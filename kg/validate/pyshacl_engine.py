"""The reference engine: pySHACL over plain rdflib graphs in memory.

Data and shapes both lie in rdflib's own memory store. With the data on another store (oxrdflib) plain strings and
``xsd:string`` are told apart and ``sh:in`` finds hundreds of violations that are none. SHACL-AF, JavaScript,
inference and ``owl:imports`` are off: the first two run code, the last two reach the network and the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import InputError
from kg.validate.report import Finding, Term, ValidationReport, in_order

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

_STRING = Literal("").datatype


def run(data: Iterable[Triple], shapes: Iterable[Triple]) -> ValidationReport:
    """Everything in ``data`` that breaks ``shapes``.

    Raises :class:`~kg.errors.InputError` where the shapes cannot be used: not well-formed, or a SPARQL constraint
    that does not parse or fails.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    from rdflib.plugins.sparql.sparql import SPARQLError

    try:
        _, results, text = pyshacl.validate(
            _with_cached_queries(_graph(data)),
            shacl_graph=_graph(shapes),
            advanced=False,
            js=False,
            inference="none",
            do_owl_imports=False,
            meta_shacl=False,
        )
    except (ReportableRuntimeError, SPARQLError) as error:
        raise InputError(f"the shapes cannot be used: {error}") from error
    if isinstance(results, ValidationFailure):
        raise InputError(f"the shapes cannot be used: {text}")
    return ValidationReport(
        findings=in_order(_findings(results)),
        triples=tuple(Triple(_from_rdflib(s), _from_rdflib(p), _from_rdflib(o)) for s, p, o in results),
    )


def _graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """The same triples in rdflib, literals exactly as written, plain strings without ``xsd:string``."""
    import rdflib

    @cache
    def node(term: Term) -> Node:
        return _to_rdflib(term)

    graph = rdflib.Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((node(triple.subject), node(triple.predicate), node(triple.object)))
    return graph


def _to_rdflib(term: Term) -> Node:
    import rdflib

    match term:
        case NamedNode():
            return rdflib.URIRef(term.value)
        case BlankNode():
            return rdflib.BNode(term.value)
        case Literal() if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        case Literal() if term.datatype == _STRING:
            return rdflib.Literal(term.value)
        case Literal():
            return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def _from_rdflib(node: Any) -> Any:
    import rdflib

    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else _STRING)
    return BlankNode(str(node)) if isinstance(node, rdflib.BNode) else NamedNode(str(node))


def _with_cached_queries(graph: rdflib.Graph) -> rdflib.Graph:
    """``graph``, parsing each query text once: pySHACL hands the same text over for every focus node.

    Over half of its time on ``sh:sparql`` is that parsing.
    """
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    prepared = cache(prepareQuery)

    class CachedQueries(rdflib.Graph):
        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(query_object, str):
                query_object = prepared(query_object)
            return super().query(query_object, *args, **kwargs)

    return CachedQueries(store=graph.store, identifier=graph.identifier, bind_namespaces="none")


def _findings(results: rdflib.Graph) -> Iterator[Finding]:
    from rdflib import SH
    from rdflib.namespace import RDF

    severities: dict[Any, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
    for result in results.subjects(RDF.type, SH.ValidationResult):
        path = results.value(result, SH.resultPath)
        value = results.value(result, SH.value)
        yield Finding(
            shape=_name(results.value(result, SH.sourceShape)),
            focus=_from_rdflib(results.value(result, SH.focusNode)),
            path=None if path is None else path_text(results, path),
            value=None if value is None else _from_rdflib(value),
            message=" ".join(sorted(str(message) for message in results.objects(result, SH.resultMessage))),
            # SHACL lets shapes invent severities: one that is not known is not waved through.
            severity=severities.get(results.value(result, SH.resultSeverity), "violation"),
            component=_name(results.value(result, SH.sourceConstraintComponent)),
        )


def _name(node: Any) -> str:
    import rdflib

    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)


def path_text(graph: rdflib.Graph, path: Any) -> str:
    """The SHACL property path at ``path`` as a SPARQL property path with full IRIs (SHACL, section 2.3.1)."""
    import rdflib
    from rdflib import SH
    from rdflib.namespace import RDF

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


def _step(graph: rdflib.Graph, path: Any) -> str:
    import rdflib

    text = path_text(graph, path)
    return text if isinstance(path, rdflib.URIRef) else f"({text})"
