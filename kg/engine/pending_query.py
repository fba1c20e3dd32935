"""A query in progress that a thread waits for, because it takes too long for an event loop."""

from __future__ import annotations

from collections.abc import Callable

from kg.engine.answer import Answer
from kg.engine.caller import Gone
from kg.engine.query import Query
from kg.engine.request_reply import Exchange


class Asked:
    """A running query, created by :class:`kg.engine.pipelining.Lanes`.

    Call :meth:`answer` once to release the worker.
    """

    def __init__(
        self, query: Query, exchange: Exchange, finish: Callable[[Query, Callable[[Query], Answer]], Answer]
    ) -> None:
        self._query = query
        self._exchange = exchange
        self._finish = finish

    def answer(self, gone: Gone | None = None) -> Answer:
        """Wait for the answer within the query's deadline.

        Args:
            gone: Returns whether the client has disconnected.

        Raises:
            KgError: All errors of :meth:`kg.engine.Engine.answer`.
        """
        if gone is not None:
            self._exchange.caller.gone = gone
        return self._finish(self._query, self._exchange.answer)
