"""How the application asks its graph: text in, rows or triples out, by the engine and within its limits.

A page that takes too long so ends in an error, which is a 503, and never shows less than there is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from flask import g, has_request_context, request
from pyoxigraph import QueryResultsFormat, Store, parse_query_results

from kg import nquads
from kg.engine import Answer, Lanes, Loop, Query, Table
from kg.engine.queryable import QueryableStore, Results
from kg.errors import QueryTimeout, QueryTooLarge

__all__ = ["Answering", "Asking", "QueryableStore", "Results", "client_gone", "read_results"]

_MOST_BYTES: Final = 64 << 20
"""Of one query's results that a page reads."""


class Answering(Protocol):
    """An engine: :class:`kg.engine.Engine`, or :class:`kg.engine.InProcess` where there is none."""

    @property
    def revision(self) -> int:
        """Of the graph that is asked now."""

    @property
    def deadline(self) -> float:
        """How many seconds a query may take."""

    def counts(self) -> dict[str, int]:
        """How many queries ended how."""

    def lanes(self, loop: Loop) -> Lanes | None:
        """What :meth:`kg.engine.Engine.lanes` gives; None where nobody can be asked but by who waits."""

    def answer(self, query: Query, *, deadline: float | None = None, gone: Callable[[], bool] | None = None) -> Answer:
        """The results, written. Raises what :meth:`kg.engine.Engine.answer` raises."""

    def values(self, table: Table, *, deadline: float | None = None, gone: Callable[[], bool] | None = None) -> str:
        """Another server's results as a VALUES clause. Raises what :meth:`kg.engine.Engine.values` raises."""


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
        return read_results(self._engine.answer(query, deadline=self._time_left(), gone=client_gone()), most)

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


def read_results(answer: Answer, most: int | None = None) -> Results:
    """Rows written as TSV, triples as N-Triples, as terms again: both have one line for each.

    Raises QueryTooLarge for more than a page can hold, and what the answer's body raises.
    """
    heading = answer.kind != "graph"
    body = _lines(answer, None if most is None else most + heading)
    if heading:
        try:
            return parse_query_results(body, QueryResultsFormat.TSV)
        except MemoryError as error:
            raise _too_long() from error
    # Only a store makes the triples of a query out of triples.
    triples = Store()
    triples.bulk_extend(nquads.read(body))
    return triples.query("CONSTRUCT WHERE { ?s ?p ?o }")


def _lines(answer: Answer, most: int | None) -> bytes:
    """The first ``most`` lines; the worker need not write the rest."""
    if isinstance(answer.body, bytes):
        taken = bytearray(answer.body)
    else:
        taken = bytearray()
        for piece in answer.body:
            taken += piece
            if len(taken) > _MOST_BYTES or (most is not None and taken.count(b"\n") >= most):
                answer.body.close()
                break
    lines = taken.split(b"\n", most) if most is not None else []
    if most is not None and len(lines) > most:
        del taken[len(taken) - len(lines[-1]) :]
    if len(taken) > _MOST_BYTES:
        raise _too_long()
    return bytes(taken)


def _too_long() -> QueryTooLarge:
    return QueryTooLarge("the results are longer than a page can hold; ask for less at once, or take them as data")
