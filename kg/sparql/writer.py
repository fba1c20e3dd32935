"""Writer of the graph: tries each change in a worker, checks it and makes it, one change at a time.

The server parses no outside text. A worker, which may die, turns an update or an RDF text into quads, and only these
reach the writer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from kg.engine import Effect, Update, Upload
from kg.errors import EngineBusy
from kg.store import ownership
from kg.store.bulk_load import skolemised

if TYPE_CHECKING:
    from collections.abc import Set

    from kg.engine import Engine
    from kg.graph import VersionGraph
    from kg.sparql.auth import BearerToken
    from kg.store.ownership import Pattern

_DEFAULT: Final = DefaultGraph()


class WritableStore(Protocol):
    """A store that can be searched and changed atomically."""

    def matching(self, patterns: Iterable[Pattern]) -> Iterator[Quad]:
        """Yield the quads that match any of the patterns."""

    def has_graph(self, name: str) -> bool:
        """Return whether a named graph exists, with quads or without."""

    def change(self, removed: Set[Quad], added: Set[Quad], *, created: Set[str] = ..., dropped: Set[str] = ...) -> None:
        """Remove and add quads, and create and drop graphs.

        Args:
            removed: The quads to remove.
            added: The quads to add.
            created: The named graphs that must exist, even without quads.
            dropped: The named graphs to drop.
        """


class Writer:
    """Makes changes for clients with the ``token``.

    ``check`` receives each change before it is made, and raises an error to refuse it. With a check, blank nodes become
    IRIs under ``base``. Without one, each change is made unchanged.
    """

    def __init__(
        self,
        store: WritableStore,
        engine: Engine,
        token: BearerToken,
        base: str,
        check: Callable[[WritableStore, Effect], None] | None = None,
    ) -> None:
        self.token = token
        self._store = store
        self._engine = engine
        self._base = base
        self._check = check
        self._turn = threading.Lock()

    def update(self, text: str, base: str, gone: Callable[[], bool] | None, *, deadline: float | None = None) -> None:
        """Execute a SPARQL update.

        Args:
            text: The update.
            base: The base of relative IRIs.
            gone: Returns whether the client has disconnected.
            deadline: Seconds; it can only shorten the engine's own deadline.

        Raises:
            EngineBusy: Other changes take too long.
            StoreError: The store cannot be written. Errors of :meth:`kg.engine.Engine.rehearse` and of the check are
                possible too.
        """
        with self._alone():
            self._make(self._engine.rehearse(Update(text=text, base=base), deadline=deadline, gone=gone))

    def read(
        self, upload: Upload, gone: Callable[[], bool] | None, *, deadline: float | None = None
    ) -> frozenset[Quad]:
        """Parse an RDF text and return its quads.

        Args:
            upload: The text and its format.
            gone: Returns whether the client has disconnected.
            deadline: Seconds; it can only shorten the engine's own deadline.

        Raises:
            InputError: The text does not parse. Errors of :meth:`update` are possible too.
        """
        return frozenset(parse(self._engine.read(upload, deadline=deadline, gone=gone), RdfFormat.N_QUADS))

    def has(self, graph: str | None) -> bool:
        """Return whether a graph exists; the default graph (None) always does."""
        return graph is None or self._store.has_graph(graph)

    def add(self, quads: frozenset[Quad], graph: str | None = None) -> bool:
        """Add quads to a graph, and create it if necessary.

        Args:
            quads: The quads.
            graph: The graph; None for the default graph.

        Returns:
            Whether the graph existed before.
        """
        with self._alone():
            was_there = self.has(graph)
            self._make(Effect(added=quads, created=_names(graph)))
            return was_there

    def put(self, quads: frozenset[Quad], graph: str | None) -> bool:
        """Replace the content of a graph.

        Args:
            quads: The new content.
            graph: The graph; None for the default graph.

        Returns:
            Whether the graph existed before.
        """
        with self._alone():
            was_there = self.has(graph)
            removed = frozenset(self._store.matching([(None, None, None, _node(graph))]))
            self._make(Effect(removed=removed - quads, added=quads, created=_names(graph)))
            return was_there

    def drop(self, graph: str | None) -> bool:
        """Drop a graph, or clear the default graph. Return False if the graph does not exist."""
        with self._alone():
            if not self.has(graph):
                return False
            removed = frozenset(self._store.matching([(None, None, None, _node(graph))]))
            self._make(Effect(removed=removed, dropped=_names(graph)))
            return True

    def replace(self, graphs: Sequence[VersionGraph]) -> None:
        """Put document versions in force, as ``kg build`` does; on return they are on disk.

        Raises:
            EngineBusy: Other changes take too long.
            StoreError: The store cannot be written.
        """
        with self._alone():
            self._store.change(*ownership.replacement(self._store, graphs))

    def put_versions(self, graphs: Sequence[VersionGraph]) -> list[str]:
        """Put document versions in force and say what each did.

        Returns:
            For each graph ``added``, ``replaced`` (another version of the article was in force) or ``unchanged``.

        Raises:
            EngineBusy: Others' changes take too long.
            StoreError: It cannot be written.
        """
        with self._alone():
            before = [ownership.current_versions(self._store, graph.article) for graph in graphs]
            self._store.change(*ownership.replacement(self._store, graphs))
        return [
            "unchanged" if graph.version in held else "replaced" if held else "added"
            for graph, held in zip(graphs, before, strict=True)
        ]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock on writes from the read of the graph to its change."""
        if not self._turn.acquire(timeout=self._engine.deadline):
            raise EngineBusy("others are writing; try again in a moment")
        try:
            yield
        finally:
            self._turn.release()

    def _make(self, effect: Effect) -> None:
        if self._check is not None:
            named = frozenset(skolemised(quad, self._base) for quad in effect.added)
            effect = Effect(removed=effect.removed, added=named, created=effect.created, dropped=effect.dropped)
            self._check(self._store, effect)
        self._store.change(effect.removed, effect.added, created=effect.created, dropped=effect.dropped)


def _node(graph: str | None) -> NamedNode | DefaultGraph:
    return _DEFAULT if graph is None else NamedNode(graph)


def _names(graph: str | None) -> frozenset[str]:
    return frozenset() if graph is None else frozenset({graph})
