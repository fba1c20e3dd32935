"""A standing query: its previous rows, compared with the current ones.

The key of a row is its statement (the variable ``?statement``), else its first value. Each change is an item; unchanged
rows give none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.errors import UsageError
from kg.views.query_files import records

NEW, CHANGED, WITHDRAWN = "new", "changed", "withdrawn"
_KEY: Final = "statement"
_WORDS: Final = (
    f"SELECT ?words ?span {{ {{ <%s> <{vocab.TEXT}> ?words OPTIONAL {{ <%s> <{vocab.ANCHOR}> ?span }} }} }} "
    "ORDER BY ?span LIMIT 1"
)
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One change: ``kind`` is new, changed or withdrawn, ``row`` the current row, or the last one if withdrawn.

    ``statement``, ``span`` and ``words`` give its place, ``query`` the question.
    """

    id: str
    alert: str
    kind: str
    at: str
    query: str
    row: Row
    statement: str = ""
    span: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A standing query.

    ``seen`` are the previous rows by their keys, ``count`` is the number of items so far, ``digested`` of those in a
    digest.
    """

    name: str
    query: str
    created: str
    seen: Mapping[str, Row]
    items: tuple[Item, ...] = ()
    count: int = 0
    digested: int = 0


def read_rows(store: QueryableStore, query: str) -> dict[str, Row]:
    """Return the rows of a query by their keys.

    Args:
        store: The graph.
        query: A SELECT.

    Raises:
        UsageError: The query is no SELECT.
        QueryError: The engine refuses the query.
    """
    results = store.query(query)
    if not isinstance(results, QuerySolutions):
        raise UsageError("a standing query is a SELECT: its rows are compared with those of the last time")
    names = [variable.value for variable in results.variables]
    found: dict[str, Row] = {}
    for solution in results:
        row = {
            name: term.value
            for name, term in zip(names, solution, strict=True)
            if isinstance(term, NamedNode | Literal)
        }
        key = row.get(_KEY) or next(iter(row.values()), "")
        while key in found and found[key] != row:
            key += "\n" + json.dumps(row, sort_keys=True)  # a statement can have several rows
        found[key] = row
    return dict(sorted(found.items()))


def compare(before: Mapping[str, Row], now: Mapping[str, Row]) -> list[tuple[str, str, Row]]:
    """Return the changes as kind, key and row, sorted by key.

    Args:
        before: The previous rows by their keys.
        now: The current rows by their keys.
    """
    found = []
    for key in sorted(before.keys() | now.keys()):
        if key not in before:
            found.append((NEW, key, now[key]))
        elif key not in now:
            found.append((WITHDRAWN, key, before[key]))
        elif dict(before[key]) != dict(now[key]):
            found.append((CHANGED, key, now[key]))
    return found


def evaluate(store: QueryableStore, alert: Alert, at: datetime) -> tuple[Alert, list[Item]]:
    """Return the updated alert and its new items.

    Args:
        store: The graph.
        alert: The standing query, with its previous rows.
        at: The current time.
    """
    rows = read_rows(store, alert.query)
    items = []
    for number, (kind, key, row) in enumerate(compare(alert.seen, rows), start=alert.count + 1):
        statement = row.get(_KEY, "")
        where = {} if kind == WITHDRAWN else _place(store, statement)
        text = json.dumps([alert.name, alert.created, number, kind, key, dict(row)], sort_keys=True)
        items.append(
            Item(
                id=hashlib.sha256(text.encode()).hexdigest()[:32],
                alert=alert.name,
                kind=kind,
                at=at.isoformat(timespec="seconds"),
                query=alert.query,
                row=row,
                statement=statement,
                span=where.get("span", ""),
                words=where.get("words", ""),
            )
        )
    after = replace(alert, seen=rows, count=alert.count + len(items))
    return after, items


def _place(store: QueryableStore, statement: str) -> dict[str, str]:
    """Return the words of a statement and their place, if the graph has them."""
    if not statement.startswith(("http://", "https://", "urn:")):
        return {}
    iri = str(NamedNode(statement))[1:-1]
    return next(iter(records(store.query(_WORDS.replace("%s", iri)))), {})
