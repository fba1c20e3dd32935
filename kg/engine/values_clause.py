"""Conversion of another server's results to a VALUES clause, in a worker because the results are not trusted."""

from __future__ import annotations

from typing import Final, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from kg.engine.query import RemoteResults
from kg.errors import InputError, QueryTooLarge

_Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
_DEEPEST: Final = 30


def as_values(table: RemoteResults, most: int) -> str:
    """Return ``VALUES (?a ?b) { (...) ... }`` with every row; UNDEF for unbound variables.

    VALUES allows no blank nodes. Each becomes an IRI with the prefix ``table.names``, the same for the same node (RDF
    1.1 Concepts, 3.5). The engine checks and serializes the terms, so no term can end the clause.

    Args:
        table: The results.
        most: The largest number of rows.

    Raises:
        InputError: The text is no SPARQL JSON of rows.
        QueryTooLarge: There are too many rows.
    """
    try:
        results = parse_query_results(table.data, QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions):
            raise InputError("it answers true or false, and not with rows")
        variables = [str(variable) for variable in results.variables]
        rows: list[str] = []
        for row in results:
            if len(rows) == most:
                raise QueryTooLarge(f"it has more than {most:,} rows; ask for less of it")
            rows.append(f"({' '.join(written(row[i], table.names) for i in range(len(variables)))})")
    except MemoryError as error:
        raise QueryTooLarge("its answer needs more memory than a query may take; ask for less of it") from error
    except (SyntaxError, ValueError) as error:
        raise InputError(f"its answer is cut off or is no SPARQL JSON: {error}") from error
    return f"VALUES ({' '.join(variables)}) {{ {' '.join(rows)} }}"


def written(term: _Term | None, names: str, depth: int = 0) -> str:
    """Return a term in SPARQL syntax.

    Args:
        term: The term; None is UNDEF.
        names: Prefix of the IRI that replaces a blank node.
        depth: The number of triple terms around it.

    Raises:
        InputError: Triple terms are nested too deep.
    """
    if term is None:
        return "UNDEF"
    if isinstance(term, BlankNode):
        return f"<{names}{term.value}>"
    if not isinstance(term, Triple):
        return str(term)
    if depth == _DEEPEST:
        raise InputError(f"its answer has a triple term nested more than {_DEEPEST} deep")
    return f"<<( {' '.join(written(part, names, depth + 1) for part in term)} )>>"
