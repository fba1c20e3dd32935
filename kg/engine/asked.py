"""A question that a worker has already, for whoever waits for many at once: an event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from kg.engine.answer import Answer
from kg.engine.exchange import Exchange
from kg.engine.query import Query
from kg.engine.wire import DONE, REFUSED

Gone: TypeAlias = Callable[[], bool]
_SHORT: Final = 1 << 18


class Asked:
    """Made by :meth:`kg.engine.Engine.begin`. Ask :meth:`look` whenever the file ``number`` can be read, then call
    :meth:`answer`, once: until then a worker is held.
    """

    def __init__(
        self, query: Query, exchange: Exchange, finish: Callable[[Query, Callable[[Query], Answer]], Answer]
    ) -> None:
        self._query = query
        self._exchange = exchange
        self._finish = finish
        self.number = exchange.channel.number

    def look(self) -> bool | None:
        """True when :meth:`answer` has all it needs; False when more is to come; None when that is better waited for
        in a thread: the answer is long, or an error, or the worker has died. Never waits.
        """
        channel = self._exchange.channel
        try:
            is_whole = channel.has_come(DONE)
        except (EOFError, OSError):
            return None
        is_other = channel.waiting.startswith(REFUSED) or len(channel.waiting) > _SHORT
        return None if is_other else is_whole

    def short_answer(self) -> Answer:
        """The answer when :meth:`look` has said True."""
        return self._finish(self._query, self._exchange.short_answer)

    def answer(self, gone: Gone | None = None) -> Answer:
        """The answer, waited for within the query's deadline; ``gone`` and what is raised as of
        :meth:`kg.engine.Engine.answer`.
        """
        self._exchange.gone = gone
        return self._finish(self._query, self._exchange.answer)
