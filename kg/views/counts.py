"""What the graph holds, counted once for each revision of the store, and its newest articles."""

from __future__ import annotations

from typing import Final

from kg.engine.queryable import QueryableStore
from kg.views.query_files import own_query, records

NEWEST: Final = 8
"""How many articles the start page shows."""


class Holdings:
    """How many articles, events, claims, unclear passages, speakers and places there are; and the newest articles."""

    def __init__(self, store: QueryableStore) -> None:
        self._store = store
        self._counted: tuple[int, dict[str, int]] | None = None

    def counts(self) -> dict[str, int]:
        """The numbers by name: ``articles``, ``events``, ``claims``, ``unclear``, ``speakers``, ``places`` and more.

        ``events`` are those that articles report themselves, without ``offices`` held; ``facts`` are all statements in
        an article's own voice, also those that describe no event.
        """
        revision = self._store.revision
        if self._counted is None or self._counted[0] != revision:
            (record,) = records(self._store.query(own_query("holdings")))
            self._counted = revision, {name: int(value) for name, value in record.items()}
        return self._counted[1]

    def newest_articles(self) -> list[dict[str, str]]:
        """Version, headline, publisher, day and address of the newest; what is not known is left out."""
        return records(self._store.query(newest_query()))


def newest_query() -> str:
    """Return the query for the articles that the start page shows."""
    return own_query("articles").replace("LIMIT 20", f"LIMIT {NEWEST}")
