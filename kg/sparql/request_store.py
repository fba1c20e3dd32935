"""How the application asks its graph: text in, rows or triples out, by the engine and within its limits.

A page that takes too long so ends in an error, which is a 503, and never shows less than there is.
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

__all__ = ["Asking", "client", "client_gone"]


class Asking:
    """A :class:`QueryableStore` for pages, over an engine. All queries of one request share one deadline."""

    def __init__(self, engine: Answering) -> None:
        self._engine = engine

    @property
    def revision(self) -> int:
        """Of the graph that is asked now."""
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
        """The results; with ``most``, no more than so many rows or triples are fetched.

        Raises QueryError with the parser's message, ServiceRefused, QueryTimeout, QueryTooLarge, EngineBusy.
        """
        query = Query(
            text=text,
            rows="tsv",
            graph="ntriples",
            default_graphs=tuple(default_graphs or ()),
            named_graphs=tuple(named_graphs or ()),
            base=base,
        )
        answer = self._engine.answer(query, deadline=self._time_left(), gone=client_gone(), client=client())
        return read_results(answer, most)

    def _time_left(self) -> float | None:
        """Seconds that are left of this request's deadline. Raises QueryTimeout when none are."""
        if not has_request_context():
            return None
        if "until" not in g:
            g.until = time.monotonic() + self._engine.deadline
        left: float = g.until - time.monotonic()
        if left <= 0:
            raise QueryTimeout("the page took longer than it may; ask for less at once")
        return left


def client_gone() -> Callable[[], bool] | None:
    """What says whether the client of the present request has hung up; None where the server cannot tell."""
    return request.environ.get("waitress.client_disconnected") if has_request_context() else None


def client() -> str:
    """Return what stands for the client of the present request, whose share of the query workers it has."""
    return client_of(request.remote_addr or "") if has_request_context() else ""
