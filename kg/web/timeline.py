"""Statements by the day they name: from earliest to latest, and apart those that no date can be given for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.web.cards import Card, card_of
from kg.web.holdings import records
from kg.web.queryable import QueryableStore
from kg.web.rows import graph_query, names_of, prefixes_of, read_rows, rows_query

SHOWN: Final = 50
"""How many statements one page shows, and how many of the undated."""
_TOLD: Final = "{ ?event dfc:when ?time . ?statement dfc:describes ?event } UNION { ?statement dfc:saidAt ?time }"
_DATED: Final = f"?time dfc:earliest|dfc:latest ?day . {_TOLD}"
_UNDATED: Final = (
    "?time a dfc:TimeExpression FILTER NOT EXISTS { ?time dfc:earliest ?day } "
    f"FILTER NOT EXISTS {{ ?time dfc:latest ?last }} {_TOLD}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """``days`` are the statements from the ``first`` on, by day; ``next_first`` where the following page begins."""

    days: tuple[tuple[str, tuple[Card, ...]], ...]
    count: int
    first: int
    next_first: int | None
    undated: tuple[Card, ...]
    undated_count: int
    query: str
    graph: str


def read_timeline(store: QueryableStore, base: str, first: int = 0) -> Timeline:
    """One page of the timeline. Nothing is placed by guess."""
    dated = _page(store, base, _DATED, "MIN(?day)", first)
    undated = _page(store, base, _UNDATED, "?statement", 0)
    days: dict[str, list[Card]] = {}
    for card in sorted(dated, key=lambda card: (card.row.day_earliest or card.row.day_latest, card.row.statement)):
        days.setdefault(card.days, []).append(card)
    count, undated_count = (_count(store, scope) for scope in (_DATED, _UNDATED))
    whole = f"{{ {_DATED} }} UNION {{ {_UNDATED} }}"
    scopes = {"fact": whole, "claim": whole}
    return Timeline(
        days=tuple((day, tuple(cards)) for day, cards in days.items()),
        count=count,
        first=first,
        next_first=first + SHOWN if first + SHOWN < count else None,
        undated=undated,
        undated_count=undated_count,
        query=rows_query(scopes, order="?day_earliest ?day_latest ?statement"),
        graph=graph_query({"fact": whole}),
    )


def _page(store: QueryableStore, base: str, scope: str, order: str, first: int) -> tuple[Card, ...]:
    choosing = (
        f"SELECT ?statement {{ {scope} }} GROUP BY ?statement ORDER BY {order} ?statement LIMIT {SHOWN} OFFSET {first}"
    )
    chosen = [record["statement"] for record in records(store.query(prefixes_of(choosing) + choosing))]
    if not chosen:
        return ()
    values = f"VALUES ?statement {{ {' '.join(f'<{iri}>' for iri in chosen)} }}"
    rows = read_rows(store, rows_query({"fact": values, "claim": values}))
    names = names_of(store, rows)
    return tuple(card_of(row, base, names) for row in rows)


def _count(store: QueryableStore, scope: str) -> int:
    counting = f"SELECT (COUNT(DISTINCT ?statement) AS ?n) {{ {scope} }}"
    return int(records(store.query(prefixes_of(counting) + counting))[0]["n"])
