"""The interface of a store that can be queried. Any such store can be served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

Results: TypeAlias = QuerySolutions | QueryTriples | QueryBoolean


class QueryableStore(Protocol):
    """An opened store, read only. ``revision`` changes with every write."""

    @property
    def revision(self) -> int:
        """Identifies the state of the graph: equal revisions of one store have equal graphs."""

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
    ) -> Results:
        """Run a query and return the engine's results.

        Args:
            text: The query.
            default_graphs: The graphs of the default graph.
            named_graphs: The named graphs. If either list is given, the two are the whole dataset.
            base: Base for relative IRIs in the text.

        Raises:
            QueryError: The query does not parse.
        """
