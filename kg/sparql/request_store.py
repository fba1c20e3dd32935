"""The store of page requests: queries run in the engine, within its limits.

A page that takes too long ends in an error (503) and never shows an incomplete result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from flask import g, has_request_context, request

from kg.engine import Query
from kg.engine.answering import Answering
from kg.engine.queryable import Results
from kg.engine.results import read_results
from kg.errors import QueryTimeout
from kg.http.rate_limit import client_of
from kg.syntax import without_mark

__all__ = ["Asking", "client", "client_gone"]


class Asking:
    """A :class:`QueryableStore` over an engine. All queries of one request share one deadline."""

    def __init__(self, engine: Answering) -> None:
        self._engine = engine

    @property
    def revision(self) -> int:
        """Revision of the graph that new queries use."""
        return self._engine.revision

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
        most: int | None = None,
    ) -> Results:
        """Return the results of a query.

        Args:
            text: The query.
            default_graphs: The graphs of the default graph.
            named_graphs: The named graphs.
            base: The base of relative IRIs.
            most: The largest number of rows or triples to read.

        Raises:
            QueryError: The query does not parse.
            ServiceRefused: The query uses another server.
            QueryTimeout: The deadline of the request has passed.
            QueryTooLarge: The results exceed a limit.
            EngineBusy: No worker was free in time.
        """
        query = Query(
            text=without_mark(text),
            rows="tsv",
            graph="ntriples",
            default_graphs=tuple(default_graphs or ()),
            named_graphs=tuple(named_graphs or ()),
            base=base,
        )
        answer = self._engine.answer(query, deadline=self._time_left(), gone=client_gone(), client=client())
        return read_results(answer, most)

    def _time_left(self) -> float | None:
        """Return the remaining seconds of this request's deadline. Raises QueryTimeout if none are left."""
        if not has_request_context():
            return None
        if "until" not in g:
            g.until = time.monotonic() + self._engine.deadline
        left: float = g.until - time.monotonic()
        if left <= 0:
            raise QueryTimeout("the page took longer than it may; ask for less at once")
        return left


def client_gone() -> Callable[[], bool] | None:
    """Return a check whether the client of the current request has disconnected.

    None if the server cannot tell.
    """
    return request.environ.get("waitress.client_disconnected") if has_request_context() else None


def client() -> str:
    """Return the key of the current request's client for its share of the query workers."""
    return client_of(request.remote_addr or "") if has_request_context() else ""
