"""SPARQL queries with the limits of the endpoint; values of facts and claims are marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

import pyoxigraph as ox

from kg.engine.queryable import Results
from kg.mcp.answers import CellAnswer, TableAnswer
from kg.mcp.graph_access import GraphAccess
from kg.session.column_types import Term, text_of
from kg.views.terms import literal_marks, mark_of

MOST: Final = 200
"""Number of rows in a result."""
LONGEST: Final = 2_000
"""Number of characters of a value."""


def ask(asked: GraphAccess, query: str) -> TableAnswer:
    """Return the first rows of a query's results.

    Args:
        asked: The graph.
        query: The query.

    Raises:
        QueryError: The query does not parse or fails.
        ServiceRefused: The query uses another server.
        QueryTimeout: The deadline has passed.
        QueryTooLarge: The results exceed a limit.
        EngineBusy: No worker was free in time.
    """
    results = asked.graph.query(query, most=MOST + 1)
    if isinstance(results, ox.QueryBoolean):
        return TableAnswer(columns=[], rows=[], answer=bool(results))
    columns = _columns(results)
    rows = list(islice((_terms(row) for row in results), MOST + 1))
    marks = literal_marks(asked.graph, (term for row in rows for term in row))
    shown = [
        {name: _cell(term, marks.get(text_of(term) or "", "")) for name, term in zip(columns, row, strict=True) if term}
        for row in rows[:MOST]
    ]
    cuts = []
    if len(rows) > MOST:
        cuts.append(f"Cut off: the first {MOST} rows, and there are more; page them with ORDER BY, LIMIT and OFFSET.")
    if any(len(text_of(term) or "") > LONGEST for row in rows for term in row):
        cuts.append(f"Values longer than {LONGEST} characters are cut at an ellipsis.")
    return TableAnswer(columns=columns, rows=shown, cut=" ".join(cuts))


def _columns(results: Results) -> list[str]:
    if isinstance(results, ox.QuerySolutions):
        return [variable.value for variable in results.variables]
    return ["subject", "predicate", "object"]


def _terms(row: ox.QuerySolution | ox.Triple) -> Sequence[Term | None]:
    return (row.subject, row.predicate, row.object) if isinstance(row, ox.Triple) else tuple(row)


def _cell(term: Term, mark: str) -> CellAnswer:
    text = text_of(term) or ""
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return CellAnswer(value=shown, mark=mark_of(text) if isinstance(term, ox.NamedNode) else mark)
