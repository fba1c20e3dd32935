"""The interface of an engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kg.engine.answer import Answer
from kg.engine.pipelining import Lanes, Loop
from kg.engine.query import Query, RemoteResults


class Answering(Protocol):
    """An engine: :class:`kg.engine.Engine`, or :class:`kg.engine.InProcess` on systems without ``fork``."""

    @property
    def revision(self) -> int:
        """Revision of the graph that new queries use."""

    @property
    def deadline(self) -> float:
        """Seconds that a query may take."""

    def trouble(self) -> str | None:
        """Return the reason why queries must wait, or None. Does not block."""

    def counts(self) -> dict[str, int]:
        """Return the number of queries by outcome."""

    def lanes(self, loop: Loop) -> Lanes | None:
        """Return a pipelining client for an event loop, or None if the engine only answers blocking callers."""

    def answer(
        self,
        query: Query,
        *,
        deadline: float | None = None,
        gone: Callable[[], bool] | None = None,
        client: str = "",
    ) -> Answer:
        """Return the serialized results.

        Args:
            query: The query, with its dataset and formats.
            deadline: Seconds; it can only shorten the engine's own deadline.
            gone: Returns whether the client has disconnected.
            client: Identifies the client for its share of the workers.

        Raises:
            KgError: All errors of :meth:`kg.engine.Engine.answer`.
        """

    def values(
        self, table: RemoteResults, *, deadline: float | None = None, gone: Callable[[], bool] | None = None
    ) -> str:
        """Convert another server's results to a VALUES clause.

        Args:
            table: The results.
            deadline: Seconds; it can only shorten the engine's own deadline.
            gone: Returns whether the client has disconnected.

        Raises:
            KgError: All errors of :meth:`kg.engine.Engine.values`.
        """
