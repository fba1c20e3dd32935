"""The graph of a result row, as far as the row and the query reveal it.

Each IRI of claim content names its graph (docs/model.md, "IRIs"), so a row with one comes from that graph. All rows of
a query within the default graph come from there. For other rows nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from kg.iri import content_graph
from kg.views.terms import Cell, Term

_LEAVES_THE_DEFAULT_GRAPH: Final = re.compile(r"\b(?:GRAPH|FROM)\b|\\[uU]", re.IGNORECASE)
_DEFAULT: Final = "default graph"
_NOT_SAID: Final = "default graph, or what was said: SELECT the graph to see which"


def stays_in_the_default_graph(query: str, *, has_own_dataset: bool) -> bool:
    """Return whether every row of a query certainly comes from the default graph.

    An escaped letter could spell a keyword, so a query with one is never certain.

    Args:
        query: The text of the query.
        has_own_dataset: Whether the request named the graphs to query.
    """
    return not has_own_dataset and not _LEAVES_THE_DEFAULT_GRAPH.search(query)


def origin(row: Iterable[Term | None], base: str, *, is_default: bool) -> tuple[Cell, ...]:
    """Return the graphs of a row.

    These are the content graphs that its IRIs name, or the default graph if that is certain.

    Args:
        row: The terms of the row.
        base: The base of our own IRIs.
        is_default: Whether the query stays in the default graph.
    """
    iris = (term.value for term in row if isinstance(term, ox.NamedNode))
    graphs = dict.fromkeys(graph for graph in map(content_graph, iris) if graph is not None)
    if graphs:
        return tuple(_claimed(graph, base) for graph in graphs)
    return (Cell(text=_DEFAULT),) if is_default else (Cell(note=_NOT_SAID),)


def _claimed(graph: str, base: str) -> Cell:
    short = graph.removeprefix(base)
    return Cell(text=short, full=graph, href="/" + short if short != graph else "", mark="claim")
