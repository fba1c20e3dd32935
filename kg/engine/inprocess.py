"""The engine's contract where no worker can be forked: queries run in the server itself, one thread each.

What is lost, and no setting brings it back: a query cannot be stopped, so it has no deadline and no memory limit; and
a text that crashes the parser ends the server, so the caller must refuse what is nested deep. SERVICE is refused, rows
and bytes are limited, as in a worker. Use it for a store that nobody else asks.
"""

from __future__ import annotations

from collections.abc import Callable

from kg.engine.answer import Answer
from kg.engine.evaluate import Kind, LimitReached, refuse_service, write
from kg.engine.limits import EngineLimits
from kg.engine.pipelining import Loop
from kg.engine.query import Query, RemoteResults
from kg.engine.queryable import QueryableStore
from kg.engine.values_clause import as_values
from kg.errors import KgError, QueryError, QueryTooLarge


class InProcess:
    """Answers from the store itself. ``check`` is called with each text and its base before the engine sees it, and
    raises for what the engine's parser might not survive.
    """

    def __init__(
        self,
        store: QueryableStore,
        limits: EngineLimits | None = None,
        *,
        check: Callable[[str, str | None], None] = lambda _text, _base: None,
    ) -> None:
        self._store = store
        self._limits = limits or EngineLimits()
        self._check = check

    @property
    def revision(self) -> int:
        """Of the graph that is asked now."""
        return self._store.revision

    @property
    def deadline(self) -> float:
        """How many seconds a query should take: one that takes more cannot be stopped here."""
        return self._limits.deadline

    def trouble(self) -> str | None:
        """Return why the store does not answer; None where it does."""
        try:
            self._store.query("ASK {}")
        except KgError as error:
            return str(error)
        return None

    def counts(self) -> dict[str, int]:
        """Nothing: an answer given here has no worker and no end of its own."""
        return {}

    def close(self) -> None:
        """Nothing is to be ended: the store is the caller's."""

    def lanes(self, loop: Loop) -> None:
        """Nothing is asked before somebody can wait for it: here the whole work is done by who asks."""

    def answer(
        self,
        query: Query,
        *,
        deadline: float | None = None,  # noqa: ARG002  # cannot be kept here
        gone: Callable[[], bool] | None = None,  # noqa: ARG002
        client: str = "",  # noqa: ARG002
    ) -> Answer:
        """The whole answer. Raises QueryError, ServiceRefused, QueryTooLarge, and what ``check`` raises."""
        self._check(query.text, query.base)
        refuse_service(query, offline=False)
        revision = self._store.revision
        collected = _Collected()
        results = self._store.query(
            query.text, default_graphs=query.default_graphs, named_graphs=query.named_graphs, base=query.base
        )
        try:
            write(results, query, collected, max_rows=self._limits.rows, max_bytes=self._limits.size)
        except LimitReached as error:
            raise QueryTooLarge(str(error)) from error
        except (OSError, RuntimeError) as error:
            raise QueryError(f"the query failed: {error}") from error
        return Answer(
            kind=collected.kind,
            format=collected.format,
            revision=revision,
            body=b"".join(collected.pieces),
            encoding=query.encoding,
        )

    def values(
        self,
        table: RemoteResults,
        *,
        deadline: float | None = None,  # noqa: ARG002  # cannot be kept here
        gone: Callable[[], bool] | None = None,  # noqa: ARG002
    ) -> str:
        """Another server's results as a VALUES clause. Raises InputError, QueryTooLarge."""
        return as_values(table, self._limits.rows)


class _Collected:
    def __init__(self) -> None:
        self.kind: Kind = "rows"
        self.format: str | None = None
        self.pieces: list[bytes] = []

    def begin(self, kind: Kind, format_name: str | None) -> None:
        self.kind, self.format = kind, format_name

    def piece(self, data: bytes) -> None:
        self.pieces.append(data)
