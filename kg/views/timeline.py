"""Statements by the day they name, and separately those without a known date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kg.engine.queryable import QueryableStore
from kg.views.query_files import terms
from kg.views.search.index import WordIndex
from kg.views.statement_card import Card, card_of
from kg.views.statement_rows import graph_query, names_of, read_rows, rows_query

SHOWN: Final = 50
"""Number of dated statements on one page, and of undated ones."""
_BY_ARTICLE: Final = "kind = 'claim' AND coalesce(told, '') = '' AND day > ''"
_OF_ARTICLE: Final = (
    "?statement a cg:Claim ; cg:inVersion ?version . ?version prov:specializationOf ?article ; cg:status mod:current . "
    "?article schema:datePublished ?published "
    "FILTER NOT EXISTS { ?statement cg:saidAt ?time . ?time cg:earliest|cg:latest ?day }"
)
_TOLD: Final = "{ ?event cg:when ?time . ?statement cg:describes ?event } UNION { ?statement cg:saidAt ?time }"
_DATED: Final = f"?time cg:earliest|cg:latest ?day . {_TOLD}"
_UNDATED: Final = (
    "?time a cg:TimeExpression FILTER NOT EXISTS { ?time cg:earliest ?day } "
    f"FILTER NOT EXISTS {{ ?time cg:latest ?last }} {_TOLD}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A page of the timeline.

    ``days`` are the statements from number ``first`` on, by day; ``next_first`` begins the following page. ``bars``
    show a range of possible days: its offset from ``begin`` and its length in days. ``untimed_count`` is the number of
    claims that only have the day of their article. ``begin`` and ``end`` are the first and the last day on the page,
    ``length`` the number of days.
    """

    days: tuple[tuple[str, tuple[Card, ...]], ...]
    bars: Mapping[str, tuple[int, int]]
    begin: str
    end: str
    length: int
    count: int
    first: int
    next_first: int | None
    undated: tuple[Card, ...]
    undated_count: int
    untimed_count: int
    query: str
    graph: str


def read_timeline(
    store: QueryableStore, base: str, index: WordIndex, first: int = 0, *, by_article: bool = False
) -> Timeline:
    """Return one page of the timeline, without guessed dates. The index selects the statements.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        index: The index of the graph, which knows the days.
        first: The number of statements to skip.
        by_article: Whether to show the claims without a day, by the day of their article.
    """
    if by_article:
        return _by_article(store, base, index, first)
    with index.opened() as connection:
        untimed_count = _count(connection, _BY_ARTICLE)
        dated, count = _page(connection, "told > ''", first)
        undated, undated_count = _page(connection, "told = ''", 0)
    cards = _cards(store, base, (*dated, *undated))
    days: dict[str, list[Card]] = {}
    shown = [cards[iri] for iri in dated if iri in cards]
    for card in sorted(shown, key=lambda card: (card.row.day_earliest or card.row.day_latest, card.row.statement)):
        days.setdefault(card.days, []).append(card)
    known = _known(shown)
    begin, end = min(map(min, known.values()), default=date.min), max(map(max, known.values()), default=date.min)
    whole = f"{{ {_DATED} }} UNION {{ {_UNDATED} }}"
    scopes = {"fact": whole, "claim": whole}
    return Timeline(
        days=tuple((day, tuple(cards)) for day, cards in days.items()),
        bars={day: ((a - begin).days, (b - a).days + 1) for day, (a, b) in known.items() if a < b},
        begin=begin.isoformat(),
        end=end.isoformat(),
        length=(end - begin).days + 1,
        count=count,
        first=first,
        next_first=first + SHOWN if first + SHOWN < count else None,
        undated=tuple(cards[iri] for iri in undated if iri in cards),
        undated_count=undated_count,
        untimed_count=untimed_count,
        query=rows_query(scopes, order="?day_earliest ?day_latest ?statement"),
        graph=graph_query({"fact": whole}),
    )


def _known(cards: Iterable[Card]) -> dict[str, tuple[date, date]]:
    """Return the first and the last day by their label, if both are calendar days."""
    known = {}
    for card in cards:
        try:
            first, last = date.fromisoformat(card.row.day_earliest), date.fromisoformat(card.row.day_latest)
        except ValueError:
            continue  # only one end is known, or it is no calendar day: the label shows it
        known[card.days] = (min(first, last), max(first, last))
    return known


def _page(connection: sqlite3.Connection, which: str, first: int) -> tuple[list[str], int]:
    """Return the statements of one page by their first day, and their number on all pages."""
    count = _count(connection, which)
    rows = connection.execute(
        f"SELECT iri FROM entry WHERE {which} ORDER BY told, iri LIMIT ? OFFSET ?", (SHOWN, min(first, count))
    )
    return [iri for (iri,) in rows], count


def _count(connection: sqlite3.Connection, which: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM entry WHERE {which}").fetchone()
    return int(count)


def _by_article(store: QueryableStore, base: str, index: WordIndex, first: int) -> Timeline:
    """Return one page of the claims without a day, by the day of their article."""
    with index.opened() as connection:
        count = _count(connection, _BY_ARTICLE)
        dated = dict(
            connection.execute(
                f"SELECT iri, substr(day, 1, 10) FROM entry WHERE {_BY_ARTICLE} ORDER BY day, iri LIMIT ? OFFSET ?",
                (SHOWN, min(first, count)),
            ).fetchall()
        )
    cards = _cards(store, base, tuple(dated))
    days: dict[str, list[Card]] = {}
    for iri, day in dated.items():
        if iri in cards:
            days.setdefault(day, []).append(cards[iri])
    return Timeline(
        days=tuple((day, tuple(cards)) for day, cards in days.items()),
        bars={},
        begin=min(days, default=""),
        end=max(days, default=""),
        length=0,
        count=count,
        first=first,
        next_first=first + SHOWN if first + SHOWN < count else None,
        undated=(),
        undated_count=0,
        untimed_count=count,
        query=rows_query({"claim": _OF_ARTICLE}),
        graph=graph_query({"claim": _OF_ARTICLE}),
    )


def _cards(store: QueryableStore, base: str, statements: Sequence[str]) -> dict[str, Card]:
    """Read the cards of statements."""
    if not statements:
        return {}
    values = f"VALUES ?statement {{ {terms(statements)} }}"
    rows = read_rows(store, rows_query({"fact": values, "claim": values}))
    names = names_of(store, rows)
    return {row.statement: card_of(row, base, names) for row in rows}
