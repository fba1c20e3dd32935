"""Changing the graph on someone's behalf: tried in a worker, checked, then made; one change at a time.

No text from outside is parsed here. What an update does, or an RDF text holds, a worker finds out that may die of it;
what comes back is quads, and only those reach the writer.
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
    """A store that can be changed as a whole, and looked into."""

    def matching(self, patterns: Iterable[Pattern]) -> Iterator[Quad]:
        """The quads that match any of the patterns."""

    def has_graph(self, name: str) -> bool:
        """True for a named graph that is there, with quads or without."""

    def change(self, removed: Set[Quad], added: Set[Quad], *, created: Set[str] = ..., dropped: Set[str] = ...) -> None:
        """Take out and put in exactly these quads, and have these named graphs without a quad, or not at all."""


class Writer:
    """Makes changes for whoever has ``token``. ``check`` is shown each change before it is made and raises for one that
    is not to be; without it every change is made as it is. With it, blank nodes become IRIs under ``base``.
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
        """Make a SPARQL update; ``deadline`` (seconds) can only shorten the engine's own.

        Raises what :meth:`kg.engine.Engine.rehearse` raises, what the check raises, EngineBusy where others' changes
        take too long, and StoreError.
        """
        with self._alone():
            self._make(self._engine.rehearse(Update(text=text, base=base), deadline=deadline, gone=gone))

    def read(
        self, upload: Upload, gone: Callable[[], bool] | None, *, deadline: float | None = None
    ) -> frozenset[Quad]:
        """The quads of an RDF text. Raises InputError with the parser's message, and what :meth:`update` raises."""
        return frozenset(parse(self._engine.read(upload, deadline=deadline, gone=gone), RdfFormat.N_QUADS))

    def has(self, graph: str | None) -> bool:
        """True for a graph that is there; the default graph, None, always is."""
        return graph is None or self._store.has_graph(graph)

    def add(self, quads: frozenset[Quad], graph: str | None = None) -> bool:
        """Put quads in, and have the graph if there are none. Gives False where the graph is new."""
        with self._alone():
            was_there = self.has(graph)
            self._make(Effect(added=quads, created=_names(graph)))
            return was_there

    def put(self, quads: frozenset[Quad], graph: str | None) -> bool:
        """Have in the graph these quads and no others. Gives False where the graph is new."""
        with self._alone():
            was_there = self.has(graph)
            removed = frozenset(self._store.matching([(None, None, None, _node(graph))]))
            self._make(Effect(removed=removed - quads, added=quads, created=_names(graph)))
            return was_there

    def drop(self, graph: str | None) -> bool:
        """Have the graph no more; of the default graph, no quad. Gives False where it is not there."""
        with self._alone():
            if not self.has(graph):
                return False
            removed = frozenset(self._store.matching([(None, None, None, _node(graph))]))
            self._make(Effect(removed=removed, dropped=_names(graph)))
            return True

    def replace(self, graphs: Sequence[VersionGraph]) -> None:
        """Put whole document versions in force, as ``kg build`` does; on return they are on the disk.

        Raises:
            EngineBusy: Others' changes take too long.
            StoreError: It cannot be written.
        """
        with self._alone():
            self._store.change(*ownership.replacement(self._store, graphs))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """From the look at the graph to the change of it, nobody else changes it."""
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
