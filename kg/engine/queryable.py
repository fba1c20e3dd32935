"""What is asked: any store that can do this can be served, and pages need no more than this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

Results: TypeAlias = QuerySolutions | QueryTriples | QueryBoolean


class QueryableStore(Protocol):
    """An opened store, read only. ``revision`` changes with every write."""

    @property
    def revision(self) -> int:
        """Two equal revisions of one store are the same graph."""

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
    ) -> Results:
        """The engine's results; where either list is given, the two together are the whole dataset.

        Relative IRIs in the text are resolved against ``base``.

        Raises :class:`kg.errors.QueryError` with the parser's message.
        """
