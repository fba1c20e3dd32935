"""Counts of the graph's content, cached by revision, and its newest articles."""

from __future__ import annotations

from typing import Final

from kg.engine.queryable import QueryableStore
from kg.views.query_files import own_query, records

NEWEST: Final = 8
"""Number of articles on the start page."""


class Holdings:
    """The numbers of articles, events, claims, unclear passages, speakers and places, and the newest articles."""

    def __init__(self, store: QueryableStore) -> None:
        self._store = store
        self._counted: tuple[int, dict[str, int]] | None = None

    def counts(self) -> dict[str, int]:
        """Return the numbers by name: ``articles``, ``events``, ``claims``, ``unclear`` and more.

        ``events`` are those in an article's own voice, without ``offices``. ``facts`` are all statements in an
        article's own voice, also without an event. ``origins`` are the articles that copy none.
        """
        revision = self._store.revision
        if self._counted is None or self._counted[0] != revision:
            (record,) = records(self._store.query(own_query("holdings")))
            self._counted = revision, {name: int(value) for name, value in record.items()}
        return self._counted[1]

    def newest_articles(self) -> list[dict[str, str]]:
        """Return the known data of the newest articles: version, headline, publisher, day, address."""
        return records(self._store.query(newest_query()))


def newest_query() -> str:
    """Return the query for the articles on the start page."""
    return own_query("articles").replace("LIMIT 20", f"LIMIT {NEWEST}")
