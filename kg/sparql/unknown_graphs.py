"""Reports missing graphs of a request or a query, which by the protocol silently finds nothing in them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urljoin

from pyoxigraph import QuerySolutions

from kg.engine import ClientDisconnected, Query
from kg.engine.answering import Answering
from kg.engine.results import read_results
from kg.errors import KgError
from kg.tokenizer import tokens

HEADER: Final = "Claimgraph-Notice"
_MOST: Final = 20
"""Number of graphs of one request that are checked."""
_SHOWN: Final = 3
_LONGEST: Final = 300
_FROM: Final = re.compile(r"(?<![\w:?$@])FROM(?!\w*:)(?!\w)", re.IGNORECASE)
_MOST_READ: Final = 1 << 16
"""Number of characters at the start of a query that are searched for its dataset."""


def may_name_graphs(text: str) -> bool:
    """Return whether a query may have the keyword FROM, perhaps only in a comment or a string."""
    return _FROM.search(text) is not None


def named_in(text: str, base: str) -> tuple[str, ...]:
    """Return the graphs that FROM and FROM NAMED name in a query.

    Args:
        text: A query that the engine has accepted.
        base: Base for relative IRIs if the query has no BASE.

    Returns:
        Absolute IRIs, without those that are written with an escape.
    """
    if not may_name_graphs(text):
        return ()
    words = ((kind, token) for kind, token, _ in tokens(text[:_MOST_READ]) if kind in ("word", "iri"))
    out: list[str] = []
    prefixes: dict[str, str] = {}
    before = earlier = ""
    for kind, token in words:
        keyword, iri = before.upper(), _resolved(kind, token, prefixes, base)
        if iri is not None and (keyword == "FROM" or (keyword == "NAMED" and earlier.upper() == "FROM")):
            out.append(iri)
        elif iri is not None and keyword == "BASE":
            base = iri
        elif iri is not None and earlier.upper() == "PREFIX":
            prefixes[before] = iri
        earlier, before = before, token
    return tuple(out)


def _resolved(kind: str, token: str, prefixes: dict[str, str], base: str) -> str | None:
    """Return the IRI of a token; None if it has none, or is written with an escape."""
    if "\\" in token:
        return None
    if kind == "iri":
        return urljoin(base, token[1:-1])
    name, colon, rest = token.partition(":")
    namespace = prefixes.get(name + colon)
    return namespace + rest if colon and namespace is not None else None


def notice(engine: Answering, graphs: tuple[str, ...]) -> str | None:
    """Return the value of :data:`HEADER` for a request; None if all its graphs exist.

    Args:
        engine: What answers the request.
        graphs: The graphs that its parameters name, or the query itself (:func:`named_in`).
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
    return f"no such graph: {shown}{more}; leave the parameter out, or FROM, to query the default graph"
