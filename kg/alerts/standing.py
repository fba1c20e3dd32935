"""One standing query: its rows of the last time, compared with those of now.

A row is known by its statement (the variable ``?statement``), else by its first value. Each change is an item of its
own: rows that are as they were give none, however often they are asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
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
    """One thing to be told: ``kind`` is new, changed or withdrawn, ``row`` as it is, or was before it was withdrawn.

    ``statement``, ``span`` and ``words`` say where it stands, ``query`` which question it answers.
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
    """A standing query. ``seen`` are the rows of the last time by their keys, ``count`` how many items there were."""

    name: str
    query: str
    created: str
    seen: Mapping[str, Row]
    items: tuple[Item, ...] = ()
    count: int = 0


def read_rows(store: QueryableStore, query: str) -> dict[str, Row]:
    """Return the rows of a query by their keys.

    Args:
        store: The graph.
        query: A SELECT.

    Raises:
        UsageError: It is no SELECT.
        QueryError: The engine refuses it.
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
            key += "\n" + json.dumps(row, sort_keys=True)  # several rows of one statement
        found[key] = row
    return dict(sorted(found.items()))


def compare(before: Mapping[str, Row], now: Mapping[str, Row]) -> list[tuple[str, str, Row]]:
    """Return what has changed: kind, key and row, sorted by key.

    Args:
        before: The rows of the last time by their keys.
        now: Those of now.
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
    """Return the alert as it is after this time, and what there is to be told.

    Args:
        store: The graph.
        alert: The standing query, with its rows of the last time.
        at: When this is.
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
    after = Alert(
        name=alert.name,
        query=alert.query,
        created=alert.created,
        seen=rows,
        items=alert.items,
        count=alert.count + len(items),
    )
    return after, items


def _place(store: QueryableStore, statement: str) -> dict[str, str]:
    """The words of a statement and where they stand, where the graph has them."""
    if not statement.startswith(("http://", "https://", "urn:")):
        return {}
    iri = str(NamedNode(statement))[1:-1]
    return next(iter(records(store.query(_WORDS.replace("%s", iri)))), {})
