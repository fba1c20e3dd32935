"""What an engine is to those that ask it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kg.engine.answer import Answer
from kg.engine.pipelining import Lanes, Loop
from kg.engine.query import Query, RemoteResults


class Answering(Protocol):
    """An engine: :class:`kg.engine.Engine`, or :class:`kg.engine.InProcess` where there is none."""

    @property
    def revision(self) -> int:
        """Of the graph that is asked now."""

    @property
    def deadline(self) -> float:
        """How many seconds a query may take."""

    def trouble(self) -> str | None:
        """Return why queries have to wait, without waiting for one; None while they have not."""

    def counts(self) -> dict[str, int]:
        """How many queries ended how."""

    def lanes(self, loop: Loop) -> Lanes | None:
        """What :meth:`kg.engine.Engine.lanes` gives; None where nobody can be asked but by who waits."""

    def answer(
        self,
        query: Query,
        *,
        deadline: float | None = None,
        gone: Callable[[], bool] | None = None,
        client: str = "",
    ) -> Answer:
        """The results, written. Raises what :meth:`kg.engine.Engine.answer` raises."""

    def values(
        self, table: RemoteResults, *, deadline: float | None = None, gone: Callable[[], bool] | None = None
    ) -> str:
        """Another server's results as a VALUES clause. Raises what :meth:`kg.engine.Engine.values` raises."""
