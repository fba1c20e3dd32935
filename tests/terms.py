"""RDF terms and results whose kind a test knows and the type checker does not."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, QuerySolutions

from kg.engine.queryable import Results


def value_of(term: object) -> str:
    """Return the IRI, the label or the lexical form of a term that is no triple."""
    assert isinstance(term, NamedNode | BlankNode | Literal), term
    return term.value


def datatype_of(term: object) -> str:
    """Return the IRI of a literal's datatype."""
    assert isinstance(term, Literal), term
    return term.datatype.value


def rows_of(results: Results) -> list[QuerySolution]:
    """Return the rows of an answer that has rows."""
    assert isinstance(results, QuerySolutions)
    return list(results)
