"""The reference engine: pySHACL over plain rdflib graphs in memory.

Data and shapes are in rdflib's own memory store. On another store (oxrdflib) plain strings and ``xsd:string`` differ,
and ``sh:in`` finds hundreds of false violations. SHACL-AF, JavaScript, inference and ``owl:imports`` are off: the first
two run code, the last two use the network and the disk.
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

# Errors that rdflib's SPARQL functions raise for values of unexpected kinds.
_PYTHON_OWN = (ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError)


def run(data: Iterable[Triple], shapes: Iterable[Triple]) -> ValidationReport:
    """Return the violations of ``shapes`` in ``data``.

    Args:
        data: The triples of the data.
        shapes: The triples of the shapes.

    Raises:
        InputError: The shapes are malformed, or a SPARQL constraint does not parse or fails.
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
    """Return the rdflib graph of shapes. It is cached, because the same shapes run on many documents."""
    from kg.validate.rdflib_terms import shapes_graph_of

    return shapes_graph_of(shapes)


def _findings(results: rdflib.Graph) -> Iterator[Finding]:
    from rdflib import SH, URIRef

    from kg.validate.rdflib_terms import path_text, term_of

    severities: dict[Node | None, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
    # Only the results themselves: a result below one (sh:detail) only explains a failed sh:node.
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
            # SHACL allows custom severities: an unknown one counts as a violation.
            severity=severities.get(results.value(result, SH.resultSeverity), "violation"),
            component=_name(results.value(result, SH.sourceConstraintComponent)),
        )


def _name(node: Node | None) -> str:
    import rdflib

    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)
