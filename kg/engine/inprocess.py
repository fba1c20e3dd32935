"""Engine for systems without ``fork``: queries run in the server itself, one thread each.

No setting restores what is lost. A query cannot be stopped, so the limits of time and memory have no effect. A text
that crashes the parser ends the server, so the caller must refuse deep nesting. SERVICE is refused, and rows and bytes
are limited, as in a worker. Use this engine only for a store without other users.
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
    """Engine that queries the store directly.

    ``check`` is called with each text and its base before the engine parses it. It raises an error for texts that might
    crash the parser.
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
        """Revision of the graph."""
        return self._store.revision

    @property
    def deadline(self) -> float:
        """Seconds that a query should take. A longer query cannot be stopped here."""
        return self._limits.deadline

    def trouble(self) -> str | None:
        """Return the reason why the store does not answer, or None."""
        try:
            self._store.query("ASK {}")
        except KgError as error:
            return str(error)
        return None

    def counts(self) -> dict[str, int]:
        """Return no counters, because there are no workers."""
        return {}

    def close(self) -> None:
        """Do nothing: the store belongs to the caller."""

    def lanes(self, loop: Loop) -> None:
        """Return None: this engine only answers blocking callers."""

    def answer(
        self,
        query: Query,
        *,
        deadline: float | None = None,  # noqa: ARG002  # noqa: ARG002  # not supported here
        gone: Callable[[], bool] | None = None,  # noqa: ARG002
        client: str = "",  # noqa: ARG002
    ) -> Answer:
        """Return the complete answer to a query.

        Args:
            query: The query.
            deadline: Ignored.
            gone: Ignored.
            client: Ignored.

        Raises:
            QueryError: The query does not parse or fails.
            ServiceRefused: The query uses another server.
            QueryTooLarge: The results exceed a limit.
        """
        self._check(query.text, query.base)
        refuse_service(query, offline=False)
        revision = self._store.revision
        collected = _Collected()
        failure = self._collect(query, collected)
        if failure is not None:
            raise failure
        return Answer(
            kind=collected.kind,
            format=collected.format,
            revision=revision,
            body=b"".join(collected.pieces),
            encoding=query.encoding,
        )

    def _collect(self, query: Query, collected: _Collected) -> KgError | None:
        """Collect the results of a query. Return the error, if there is one.

        The traceback of an error that is raised here would keep the results alive, perhaps for another thread to free;
        pyoxigraph's results belong to the thread that asked for them.
        """
        results = self._store.query(
            query.text, default_graphs=query.default_graphs, named_graphs=query.named_graphs, base=query.base
        )
        try:
            write(results, query, collected, max_rows=self._limits.rows, max_bytes=self._limits.size)
        except LimitReached as error:
            return QueryTooLarge(str(error))
        except (OSError, RuntimeError) as error:
            return QueryError(f"the query failed: {error}")
        return None

    def values(
        self,
        table: RemoteResults,
        *,
        deadline: float | None = None,  # noqa: ARG002  # noqa: ARG002  # not supported here
        gone: Callable[[], bool] | None = None,  # noqa: ARG002
    ) -> str:
        """Convert another server's results to a VALUES clause. Raises InputError and QueryTooLarge.

        Args:
            table: The results.
            deadline: Ignored.
            gone: Ignored.
        """
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
