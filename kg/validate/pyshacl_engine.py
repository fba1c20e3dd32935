"""The reference engine: pySHACL over plain rdflib graphs in memory.

Data and shapes both lie in rdflib's own memory store. With the data on another store (oxrdflib) plain strings and
``xsd:string`` are told apart and ``sh:in`` finds hundreds of violations that are none. SHACL-AF, JavaScript,
inference and ``owl:imports`` are off: the first two run code, the last two reach the network and the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import Triple

from kg.errors import InputError
from kg.validate.report import Finding, ValidationReport, in_order

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

# rdflib's SPARQL functions let these out where a value is of a kind that they did not think of.
_PYTHON_OWN = (ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError)


def run(data: Iterable[Triple], shapes: Iterable[Triple]) -> ValidationReport:
    """Everything in ``data`` that breaks ``shapes``.

    Raises :class:`~kg.errors.InputError` where the shapes cannot be used: not well-formed, or a SPARQL constraint
    that does not parse or fails.
    """
    import pyshacl
    from pyparsing import ParseException
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    from rdflib.plugins.sparql.sparql import SPARQLError

    from kg.validate.rdflib_terms import graph_of, quiet_literals, term_of

    try:
        with quiet_literals():
            _, results, text = pyshacl.validate(
                graph_of(data),
                shacl_graph=_shapes_graph(tuple(shapes)),
                advanced=False,
                js=False,
                inference="none",
                do_owl_imports=False,
                meta_shacl=False,
            )
    except (ReportableRuntimeError, SPARQLError, ParseException, *_PYTHON_OWN) as error:
        raise InputError(f"the shapes cannot be used: {type(error).__name__}: {error}") from error
    if isinstance(results, ValidationFailure):
        raise InputError(f"the shapes cannot be used: {text}")
    return ValidationReport(
        findings=in_order(_findings(results)),
        triples=tuple(Triple(term_of(s), term_of(p), term_of(o)) for s, p, o in results),  # type: ignore[arg-type]
    )


@lru_cache(maxsize=8)
def _shapes_graph(shapes: tuple[Triple, ...]) -> rdflib.Graph:
    """Kept, since the same shapes are run on document after document."""
    from kg.validate.rdflib_terms import shapes_graph_of

    return shapes_graph_of(shapes)


def _findings(results: rdflib.Graph) -> Iterator[Finding]:
    from rdflib import SH, URIRef

    from kg.validate.rdflib_terms import path_text, term_of

    severities: dict[Node | None, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
    # Only the results themselves: what made a sh:node fail is a further result, hung below it as sh:detail.
    for result in results.objects(None, SH.result):
        path = results.value(result, SH.resultPath)
        value = results.value(result, SH.value)
        constraint = results.value(result, SH.sourceConstraint)
        yield Finding(
            shape=_name(constraint if isinstance(constraint, URIRef) else results.value(result, SH.sourceShape)),
            focus=term_of(results.value(result, SH.focusNode)),
            path=None if path is None else path_text(results, path),
            value=None if value is None else term_of(value),
            message=" ".join(sorted(str(message) for message in results.objects(result, SH.resultMessage))),
            # SHACL lets shapes invent severities: one that is not known is not waved through.
            severity=severities.get(results.value(result, SH.resultSeverity), "violation"),
            component=_name(results.value(result, SH.sourceConstraintComponent)),
        )


def _name(node: Node | None) -> str:
    import rdflib

    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)
