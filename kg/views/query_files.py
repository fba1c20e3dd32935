"""The SPARQL queries of this package, and their rows as plain texts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.engine.queryable import Results

_QUERIES: Final = Path(__file__).parent / "queries"


def own_query(name: str) -> str:
    """The text of a query that comes with this package."""
    return (_QUERIES / f"{name}.rq").read_text("utf-8")


def records(results: Results) -> list[dict[str, str]]:
    """The rows as plain texts by variable; unbound ones are left out."""
    if not isinstance(results, QuerySolutions):
        raise TypeError("only a SELECT has rows")
    names = [variable.value for variable in results.variables]
    return [
        {name: term.value for name, term in zip(names, row, strict=True) if isinstance(term, NamedNode | Literal)}
        for row in results
    ]
