"""``sh:sparql``: one query for all focus nodes of a shape, run by Oxigraph.

SHACL binds ``$this`` before the query runs, once for each focus node. One run that is joined with the focus nodes gives
the same result only under a condition: the outermost pattern binds ``$this``, and no other part can see it unbound.
This holds for a plain SELECT of triple patterns, paths, FILTERs and BINDs. Other queries are not covered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

from pyoxigraph import Literal, NamedNode, Store

from kg.validate.compiled.errors import NotCoveredError
from kg.validate.compiled.graph import Graph
from kg.validate.compiled.names import TYPE, sh
from kg.validate.compiled.query import ConstraintQuery, Pattern, rows
from kg.validate.compiled.shape import Constraint, Offence, Shape
from kg.validate.report import Term

_HEAD = re.compile(r"\s*SELECT\s+(?:DISTINCT\s+)?((?:[?$]\w+\s+)+)WHERE\s*\{", re.I)
_PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
}
_ONTOLOGY = NamedNode("http://www.w3.org/2002/07/owl#Ontology")
_IMPORTS = NamedNode("http://www.w3.org/2002/07/owl#imports")


class ShapesReader(Protocol):
    """Reads the properties of a node in the shapes graph."""

    @property
    def graph(self) -> Graph:
        """The shapes graph."""

    def only(self, node: Term, name: str) -> Term | None:
        """Return the value of ``sh:NAME``. Raises NotCoveredError for several.

        Args:
            node: The node.
            name: The local name.
        """

    def flag(self, node: Term, name: str) -> bool:
        """Return whether ``sh:NAME`` is true.

        Args:
            node: The node.
            name: The local name.
        """

    def messages(self, node: Term) -> tuple[Literal, ...]:
        """Return the texts of ``sh:message``."""


def constraints(reader: ShapesReader, shape: Shape, node: Term) -> Iterator[Constraint]:
    """Yield the constraint at a node of ``sh:sparql``, unless it is deactivated.

    Args:
        reader: The reader of shapes.
        shape: The shape.
        node: The node of the constraint.

    Raises:
        NotCoveredError: The query is not supported.
    """
    select = reader.only(node, "select")
    if not isinstance(select, Literal):
        raise NotCoveredError(f"{node}: sh:select")
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in _prefixes(reader.graph, node).items())
    query = ConstraintQuery(prologue, *_parts(select.value), _patterns(prologue + select.value))
    if reader.flag(node, "deactivated"):
        return

    def check(graph: Graph, focus_nodes: list[Term]) -> Iterator[tuple[Term, Offence]]:
        for row in rows(query, graph, focus_nodes):
            focus = row["this"]
            default = focus if shape.path is None else None
            value, path = row.get("value", default), row.get("path")
            if path is not None and not isinstance(path, NamedNode):
                raise NotCoveredError("a query whose ?path is no IRI")
            bindings = row | ({} if value is None else {"value": value})
            yield focus, Offence(value, path=path, bindings=tuple(bindings.items()))

    yield Constraint(component="SPARQL", node=node, messages=reader.messages(node), set_check=check)


def _parts(select: str) -> tuple[str, str]:
    """Split a query after its first brace. Raises NotCoveredError for an unusual head."""
    head = _HEAD.match(select)
    if head is None or not {"?this", "$this"} & set(head[1].split()):
        raise NotCoveredError("a query whose head is not SELECT $this ... WHERE")
    if re.search(r"[?$](PATH|currentShape|shapesGraph|failure)\b", select):
        raise NotCoveredError("a query with $PATH, $currentShape, $shapesGraph or ?failure")
    return select[: head.end()], select[head.end() :]


def _prefixes(shapes: Graph, node: Term) -> dict[str, str]:
    """Return the prefixes of ``sh:prefixes/owl:imports*/sh:declare`` (SHACL 5.2.1) and those of pySHACL.

    Raises NotCoveredError for a malformed or contradictory declaration.
    """
    found = dict(_PREFIXES)
    for declaration in _declarations(shapes, node):
        name, iri = shapes.value(declaration, sh("prefix")), shapes.value(declaration, sh("namespace"))
        if not isinstance(name, Literal) or not isinstance(iri, Literal):
            raise NotCoveredError(f"{declaration} is no declaration of a prefix")
        if found.setdefault(name.value, iri.value) != iri.value:
            raise NotCoveredError(f"the prefix {name.value} is declared twice")
    return found


def _declarations(shapes: Graph, node: Term) -> Iterator[Term]:
    """Yield the prefix declarations of a constraint.

    Like pySHACL, this includes those of all ontologies if the named one is not declared as an ontology.
    """
    for ontology in shapes.objects(node, sh("prefixes")):
        for imported in shapes.upwards(ontology, _IMPORTS):
            yield from shapes.objects(imported, sh("declare"))
        if _ONTOLOGY not in shapes.objects(ontology, TYPE):
            for other in shapes.subjects(TYPE, _ONTOLOGY):
                yield from shapes.objects(other, sh("declare"))


# -- is it safe to run it once? ----------------------------------------------------------------------------------------


def _patterns(query: str) -> tuple[Pattern, ...]:
    """Return the triple patterns of a query.

    Raises NotCoveredError if it cannot run for all focus nodes at once.
    """
    from pyparsing import ParseException
    from rdflib import Variable
    from rdflib.plugins.sparql import prepareQuery

    try:
        # Oxigraph parses first, because rdflib raises a bare Exception for an undeclared prefix.
        Store().query(query)
        algebra = prepareQuery(query).algebra
    except (SyntaxError, ParseException, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NotCoveredError(f"a query that does not parse: {error}") from error
    patterns = tuple(_safe_triples(algebra))
    if not any(Variable("this") in pattern for pattern in patterns):
        raise NotCoveredError("a query whose outermost pattern does not bind $this")
    return tuple(Pattern(s.n3(), p.n3(), o.n3(), _reads(p)) for s, p, o in patterns)


def _safe_triples(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the triple patterns of an algebra that has only patterns, FILTER and BIND."""
    from rdflib import Variable

    if node.name == "BGP":
        yield from node.triples
    elif node.name == "Join":
        yield from _safe_triples(node.p1)
        yield from _safe_triples(node.p2)
    elif node.name in _SAFE:
        inner = list(_safe_triples(node.p))
        if not any(Variable("this") in triple for triple in inner):
            raise NotCoveredError("a group that does not bind $this by itself")
        if node.name in ("Filter", "Extend") and _has_pattern(node.expr):
            raise NotCoveredError("a query with EXISTS")
        yield from inner
    else:
        raise NotCoveredError(f"a query with {node.name}")


_SAFE = frozenset({"SelectQuery", "Project", "Distinct", "Filter", "Extend"})


def _has_pattern(expression: Any) -> bool:
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(expression, CompValue):
        return expression.name.startswith(("Builtin_EXISTS", "Builtin_NOTEXISTS", "Aggregate")) or any(
            _has_pattern(value) for value in expression.values()
        )
    return isinstance(expression, list) and any(map(_has_pattern, expression))


def _reads(predicate: Any) -> frozenset[str] | None:
    """Return the predicates of a pattern; None for any."""
    from rdflib import URIRef, Variable
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    match predicate:
        case Variable():
            return None
        case URIRef():
            return frozenset({str(predicate)})
        case InvPath():
            return _reads(predicate.arg)
        case MulPath():
            return _reads(predicate.path)
        case AlternativePath() | SequencePath():
            return frozenset().union(*(_reads(step) or () for step in predicate.args))
    raise NotCoveredError(f"the path {predicate}")
