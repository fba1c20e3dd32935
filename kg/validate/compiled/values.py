"""Constraints on the type of a value: its class, kind, datatype, or membership in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.validate.compiled.errors import NotCoveredError
from kg.validate.compiled.graph import Graph
from kg.validate.compiled.literals import is_well_typed
from kg.validate.compiled.names import SHACL, SUB_CLASS_OF, TYPE
from kg.validate.compiled.shape import Check, Offence
from kg.validate.report import Term

Test = Callable[[Graph, Term], bool]


def each(test: Test) -> Check:
    """Make a check with an offence for each value that fails the test."""

    def check(graph: Graph, _: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        for value in values:
            if not test(graph, value):
                yield Offence(value)

    return check


def of_class(wanted: Term) -> Check:
    """Check ``sh:class``: the type of a node is the class or one of its subclasses in the data."""

    def test(graph: Graph, value: Term) -> bool:
        types = () if isinstance(value, Literal) else graph.objects(value, TYPE)
        return wanted in types or any(wanted in graph.upwards(kind, SUB_CLASS_OF) for kind in types)

    return each(test)


def of_kind(kind: Term) -> Check:
    """Check ``sh:nodeKind``.

    Raises:
        NotCoveredError: The kind is not one of SHACL's.
    """
    kinds = {
        SHACL + "IRI": (NamedNode,),
        SHACL + "BlankNode": (BlankNode,),
        SHACL + "Literal": (Literal,),
        SHACL + "BlankNodeOrIRI": (BlankNode, NamedNode),
        SHACL + "BlankNodeOrLiteral": (BlankNode, Literal),
        SHACL + "IRIOrLiteral": (NamedNode, Literal),
    }
    if not isinstance(kind, NamedNode) or kind.value not in kinds:
        raise NotCoveredError(f"{kind} is no sh:nodeKind")
    allowed = kinds[kind.value]
    return each(lambda _, value: isinstance(value, allowed))


def of_datatype(datatype: Term) -> Check:
    """Check ``sh:datatype``: a well-formed literal of the datatype.

    Raises:
        NotCoveredError: The datatype is not an IRI.
    """
    if not isinstance(datatype, NamedNode):
        raise NotCoveredError(f"{datatype} is no datatype")
    fits = cache(lambda value: isinstance(value, Literal) and value.datatype == datatype and is_well_typed(value))
    return each(lambda _, value: fits(value))


def one_of(members: list[Term]) -> Check:
    """Check ``sh:in``: the same term, not an equal value."""
    allowed = frozenset(members)
    return each(lambda _, value: value in allowed)


def having(wanted: Term) -> Check:
    """Check ``sh:hasValue``: the term is among the values."""

    def check(_: Graph, __: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        if wanted not in values:
            yield Offence(None)

    return check


def closed(allowed: frozenset[Term]) -> Check:
    """Check ``sh:closed``: only properties of the shape and ignored ones."""

    def check(graph: Graph, _: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
        for value in values:
            for predicate, other in graph.about(value):
                if predicate not in allowed and (predicate, other) != _RESOURCE:
                    yield Offence(other, path=predicate)

    return check


_RESOURCE = (TYPE, NamedNode("http://www.w3.org/2000/01/rdf-schema#Resource"))
