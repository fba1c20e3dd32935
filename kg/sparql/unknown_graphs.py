"""Reports missing graphs of a request, because by the protocol such a query silently finds nothing."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from pyoxigraph import QuerySolutions

from kg.engine import ClientDisconnected, Query
from kg.engine.answering import Answering
from kg.engine.results import read_results
from kg.errors import KgError

HEADER: Final = "Claimgraph-Notice"
_MOST: Final = 20
"""Number of graphs of one request that are checked."""
_SHOWN: Final = 3
_LONGEST: Final = 300


def notice(engine: Answering, graphs: tuple[str, ...]) -> str | None:
    """Return the value of :data:`HEADER` for a request; None if all its graphs exist.

    Args:
        engine: The engine of the request.
        graphs: The graphs that its parameters name.
    """
    wanted = tuple(dict.fromkeys(graphs))[:_MOST]
    if not wanted:
        return None
    values = " ".join(f"<{graph}>" for graph in wanted)
    text = f"SELECT ?g {{ VALUES ?g {{ {values} }} FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
    try:
        rows = read_results(engine.answer(Query(text=text, rows="tsv", graph="ntriples")), _MOST + 1)
    except (KgError, ClientDisconnected):
        return None  # the answer itself matters more
    missing = sorted(row["g"].value for row in rows) if isinstance(rows, QuerySolutions) else []
    if not missing:
        return None
    shown = ", ".join(f"<{quote(graph[:_LONGEST], safe=':/?#[]@!$&()*+,;=%')}>" for graph in missing[:_SHOWN])
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    return f"no such graph: {shown}{more}; leave the parameter out to query the default graph"
