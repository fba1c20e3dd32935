"""Execution of SPARQL constraints: Oxigraph for all focus nodes at once, rdflib for those that Oxigraph may misread.

Oxigraph's store keeps values and not their notation (``2.50`` becomes ``2.5``), and it reads ill-typed or very long
numbers differently from rdflib. Focus nodes with such a literal in a possible solution are queried one by one in
rdflib, as in pySHACL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from kg.validate.compiled.errors import NotCoveredError
from kg.validate.compiled.graph import Graph
from kg.validate.report import Term

Row = dict[str, Term]
_MARK = "urn:x-kg:focus"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern as text; ``reads`` are its predicates, None for any."""

    subject: str
    predicate: str
    value: str
    reads: frozenset[str] | None

    @property
    def literals_of(self) -> frozenset[str] | None:
        """The predicates whose literals may be in a solution: none if the value is ``$this`` or no variable."""
        return self.reads if self.value.startswith("?") and self.value != "?this" else frozenset()

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.value} ."


@dataclass(frozen=True, slots=True)
class ConstraintQuery:
    """A query in three parts (prologue, head up to the first brace, rest) with its triple patterns."""

    prologue: str
    head: str
    rest: str
    patterns: tuple[Pattern, ...]

    @property
    def text(self) -> str:
        """The complete query."""
        return f"{self.prologue}{self.head}{self.rest}"


def rows(query: ConstraintQuery, graph: Graph, focus_nodes: list[Term]) -> Iterator[Row]:
    """Yield the distinct solutions for the focus nodes.

    Args:
        query: The query.
        graph: The data.
        focus_nodes: The focus nodes.

    Raises:
        NotCoveredError: A focus node is a literal.
    """
    foci = [node for node in focus_nodes if not isinstance(node, Literal)]
    if len(foci) < len(focus_nodes):
        raise NotCoveredError("a literal as the focus of a query")
    if not foci:
        return
    _load(query, graph, foci)
    marked = _marked(graph, foci)
    misread = _misread(query, graph, marked) if graph.odd_predicates else set()
    seen = set()
    for row in _asked(graph.store, f"{query.prologue}{query.head} {marked} {query.rest}"):
        key = frozenset(row.items())
        if key not in seen and row["this"] not in misread:
            seen.add(key)
            yield row
    if misread:
        yield from _one_by_one(query, graph, [node for node in foci if node in misread])


def _load(query: ConstraintQuery, graph: Graph, foci: list[NamedNode | BlankNode]) -> None:
    """Load the data that the patterns can match.

    For a pattern with any property of ``$this``, its triples.
    """
    free = [pattern for pattern in query.patterns if pattern.reads is None]
    to_this = all(pattern.value == "?this" for pattern in free)
    named = {NamedNode(name) for pattern in query.patterns for name in pattern.reads or ()}
    graph.load(named if to_this else None, set(foci) if free and to_this else set())


def _marked(graph: Graph, nodes: Iterable[NamedNode | BlankNode], variable: str = "?this") -> str:
    """Return a pattern that matches only these nodes, which are stored in a graph of their own."""
    number = sum(1 for _ in graph.store.named_graphs())
    name = NamedNode(f"{_MARK}:{number}")
    graph.store.bulk_extend(Quad(node, name, node, name) for node in nodes)
    return f"GRAPH {name} {{ {variable} {name} ?mark{number} }}"


def _asked(store: Store, text: str) -> Iterator[Row]:
    try:
        solutions = store.query(text)
    except (SyntaxError, ValueError) as error:
        raise NotCoveredError(f"a query that Oxigraph does not read: {error}") from error
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: term for name, term in zip(names, solution, strict=True) if term is not None}


def _misread(query: ConstraintQuery, graph: Graph, marked: str) -> set[Term]:
    """Return the focus nodes for which an odd literal is the value of a pattern in some solution."""
    found: set[Term] = set()
    bare = " ".join(map(str, query.patterns))
    for pattern in query.patterns:
        literals = pattern.literals_of
        predicates = graph.odd_predicates.keys() & (graph.odd_predicates if literals is None else literals)
        subjects = {node for name in predicates for node in graph.odd_predicates[name]}
        if not subjects:
            continue
        # Along a path, the subject of the odd literal is hidden: repeat all focus nodes with a solution.
        is_path = not pattern.predicate.startswith(("<", "?"))
        odd = "" if is_path or pattern.subject[0] != "?" else _marked(graph, subjects, pattern.subject)
        found |= {row["this"] for row in _asked(graph.store, f"SELECT DISTINCT ?this {{ {marked} {bare} {odd} }}")}
    return found


def _one_by_one(query: ConstraintQuery, graph: Graph, foci: list[NamedNode | BlankNode]) -> Iterator[Row]:
    """Yield the solutions as pySHACL does: one focus node at a time, with ``$this`` bound in advance."""
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.query import ResultRow
    from rdflib.term import Identifier

    from kg.validate.rdflib_terms import node_of, term_of

    prepared = prepareQuery(query.text)
    for focus in foci:
        seen, bound = set(), node_of(focus)
        assert isinstance(bound, Identifier)
        for answer in graph.in_rdflib.query(prepared, initBindings={"this": bound}):
            assert isinstance(answer, ResultRow)
            row = {str(name): term_of(node) for name, node in answer.asdict().items()}
            key = frozenset(row.items())
            if key not in seen:
                seen.add(key)
                yield {**row, "this": focus}
