"""A query that a worker is at, for a thread to wait for: it takes longer than an event loop wants to look after."""

from __future__ import annotations

from collections.abc import Callable

from kg.engine.answer import Answer
from kg.engine.caller import Gone
from kg.engine.query import Query
from kg.engine.request_reply import Exchange


class Asked:
    """Made by :class:`kg.engine.pipelining.Lanes`. Call :meth:`answer`, once: until then a worker is held."""

    def __init__(
        self, query: Query, exchange: Exchange, finish: Callable[[Query, Callable[[Query], Answer]], Answer]
    ) -> None:
        self._query = query
        self._exchange = exchange
        self._finish = finish

    def answer(self, gone: Gone | None = None) -> Answer:
        """The answer, waited for within the query's deadline; ``gone`` and what is raised as of
        :meth:`kg.engine.Engine.answer`.
        """
        if gone is not None:
            self._exchange.caller.gone = gone
        return self._finish(self._query, self._exchange.answer)
