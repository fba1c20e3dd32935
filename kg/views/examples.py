"""One fact and one claim of the graph as examples for a newcomer."""

from __future__ import annotations

from kg.engine.queryable import QueryableStore
from kg.views.query_files import own_query, records
from kg.views.statement_card import Card, card_of
from kg.views.statement_rows import names_of, read_rows, rows_query


def example_cards(store: QueryableStore, base: str) -> tuple[Card, ...]:
    """Return a fact and a claim of the graph, if it has them.

    Args:
        store: The graph.
        base: The base of our own IRIs.
    """
    scopes = {}
    for kind in ("fact", "claim"):
        if found := records(store.query(own_query(f"example-{kind}"))):
            scopes[kind] = f"VALUES ?statement {{ <{found[0]['statement']}> }}"
    if not scopes:
        return ()
    rows = read_rows(store, rows_query(scopes))
    names = names_of(store, rows)
    return tuple(card_of(row, base, names) for row in sorted(rows, key=lambda row: row.kind != "fact"))
