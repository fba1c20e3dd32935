"""Results as a table for people: a limited number of rows, each term a marked cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pyoxigraph as ox

from kg.engine.queryable import QueryableStore, Results
from kg.views.row_provenance import origin, stays_in_the_default_graph
from kg.views.terms import Cell, CellMaker, Term, literal_marks

ROW_LIMIT: Final = 1_000
"""Number of rows on a page; the linked data has every row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    ``answer`` is set for yes-or-no results, which have no rows; ``cut`` if there are more rows.

    ``origins`` are the graphs of each row; empty if they were not requested.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    origins: tuple[tuple[Cell, ...], ...] = ()
    cut: bool = False
    answer: bool | None = None
    is_graph: bool = False

    @property
    def marks(self) -> frozenset[str]:
        """The marks in the table, for the legend."""
        return frozenset(cell.mark for row in self.rows for cell in row if cell.mark)


def table_of(
    store: QueryableStore,
    base: str,
    results: Results,
    limit: int = ROW_LIMIT,
    *,
    query: str | None = None,
    has_own_dataset: bool = False,
) -> Table:
    """Return results as a table.

    Args:
        store: The graph, for the marks of literals.
        base: The base of our own IRIs.
        results: The results of a query.
        limit: The largest number of rows.
        query: The text of that query; with it each row of a SELECT has its graphs.
        has_own_dataset: Whether the request named the graphs to query.
    """
    if isinstance(results, ox.QueryBoolean):
        return Table(answer=bool(results))
    if isinstance(results, ox.QueryTriples):
        columns: tuple[str, ...] = ("subject", "predicate", "object")
    else:
        columns = tuple(variable.value for variable in results.variables)
    rows = list(islice(_rows(results), limit + 1))
    shown = rows[:limit]
    maker = CellMaker(base, literal_marks(store, (term for row in shown for term in row)))
    origins: tuple[tuple[Cell, ...], ...] = ()
    if query and not isinstance(results, ox.QueryTriples):
        is_default = stays_in_the_default_graph(query, has_own_dataset=has_own_dataset)
        origins = tuple(origin(row, base, is_default=is_default) for row in shown)
    return Table(
        columns=columns,
        rows=tuple(tuple(map(maker.cell, row)) for row in shown),
        origins=origins,
        cut=len(rows) > limit,
        is_graph=isinstance(results, ox.QueryTriples),
    )


def _rows(results: ox.QuerySolutions | ox.QueryTriples) -> Iterator[tuple[Term | None, ...]]:
    for row in results:
        yield (row.subject, row.predicate, row.object) if isinstance(row, ox.Triple) else tuple(row)
