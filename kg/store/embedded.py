"""The embedded store: Oxigraph on disk, through pyoxigraph."""

from __future__ import annotations

import contextlib
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from kg.errors import InputError, QueryError, StoreError, StoreLocked
from kg.graph import Change
from kg.store import bulk_load, fsync, integrity, journal, leftovers, ownership, room, statefile
from kg.syntax import explained, without_mark

if TYPE_CHECKING:
    from datetime import datetime

    from rdflib import Dataset

    from kg.graph import VersionGraph

_DEFAULT = DefaultGraph()
_ROCKSDB_FILE = "CURRENT"
Results = QuerySolutions | QueryTriples | QueryBoolean


class EmbeddedStore:
    """An opened store. One process at a time can hold a folder; closing the store releases it.

    ``revision`` counts the writes to this folder: equal revisions of one folder have equal graphs.
    """

    def __init__(
        self, store: Store, path: Path | None, *, revision: int = 0, known: statefile.StateFile | None = None
    ) -> None:
        self._opened: Store | None = store
        self._is_broken = False
        self._writing = threading.Lock()
        self._path = path
        self._known = known
        self._listeners: list[Callable[[Change], None]] = []
        self.revision = revision if known is None else known.state.revision

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> EmbeddedStore:
        """Open the store in a folder.

        Args:
            path: The folder.
            create: Whether to create an empty store if there is none.

        Raises:
            StoreLocked: Another process holds the store.
            StoreDamaged: The store has lost data.
            StoreError: The folder has no store, or cannot be written.
        """
        seen = None
        if (path / _ROCKSDB_FILE).is_file():
            seen = integrity.demand_sound(path)
        else:
            integrity.demand_present(path)
            _refuse_to_create(path, create)
        try:
            path.mkdir(parents=True, exist_ok=True)
            store = Store(str(path))
            leftovers.remove(path)
            journal.finish(store, path)
            return cls(store, path, known=integrity.settled(path, store, seen))
        except OSError as error:
            raise _open_error(path, error) from error

    @classmethod
    def in_memory(cls) -> EmbeddedStore:
        """Return a store in memory, which ends with the process."""
        return cls(Store(), None)

    def close(self) -> None:
        """Release the folder, so that another process can open it."""
        self._opened = None
        if self._known is not None:
            known, self._known = self._known, None
            known.close()

    def __enter__(self) -> EmbeddedStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _store(self) -> Store:
        if self._opened is None:
            raise StoreError(f"{self._path}: the store is closed")
        return self._opened

    # -- reading ----------------------------------------------------------------------------------------------------

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
    ) -> Results:
        """Run a query and return the engine's results.

        Args:
            text: The query.
            default_graphs: The graphs of the default graph.
            named_graphs: The named graphs. If either list is given, the two are the whole dataset (SPARQL 1.1 Protocol,
                2.1.4).
            base: Base for relative IRIs in the text.

        Raises:
            QueryError: The query does not parse or fails.
        """
        text = without_mark(text)
        dataset: dict[str, list[NamedNode]] = {}
        if default_graphs or named_graphs:
            dataset["default_graph"] = [NamedNode(name) for name in default_graphs or ()]
            dataset["named_graphs"] = [NamedNode(name) for name in named_graphs or ()]
        try:
            return self._store.query(text, base_iri=base, **dataset)  # type: ignore[arg-type]
        except (SyntaxError, ValueError) as error:
            raise QueryError(explained(text, str(error))) from error
        except (OSError, RuntimeError) as error:
            raise QueryError(f"the query failed: {error}") from error

    def quads(self) -> Iterator[Quad]:
        """Return all quads in the store's order."""
        return self._store.quads_for_pattern(None, None, None, None)

    def matching(self, patterns: Iterable[ownership.Pattern]) -> Iterator[Quad]:
        """Yield the quads that match any of the patterns."""
        for pattern in patterns:
            yield from self._store.quads_for_pattern(*pattern)

    def snapshot(self) -> tuple[int, Iterator[Quad]]:
        """Return a revision and its quads, unaffected by later writes."""
        with self._writing:
            return self.revision, self.quads()

    def link_snapshot(self, folder: Path) -> int:
        """Make ``folder`` a snapshot of this store by hard links, and return its revision.

        Nothing that is written later changes it. It is a store that can be opened for reading only.

        Args:
            folder: A new folder on the same disk; the one around it is made where there is none.

        Returns:
            The revision of the graph in it.

        Raises:
            StoreError: It cannot be made: the disk is full, or is no disk that has hard links.
        """
        try:
            folder.parent.mkdir(exist_ok=True)
            with self._writing:
                self._store.backup(str(folder))
                return self.revision
        except OSError as error:
            raise room.error_of(self._path or folder, error) from error

    @property
    def known_count(self) -> int | None:
        """How many quads there are, where the store knows without counting; costs nothing."""
        return None if self._known is None else self._known.state.quads

    def count(self) -> int:
        """Return the number of quads."""
        return len(self._store)

    def is_empty(self) -> bool:
        """Return whether the store has no quad. The check costs one lookup, not a scan."""
        return next(self._store.quads_for_pattern(None, None, None, None), None) is None

    def write_quads(self, output: IO[bytes]) -> None:
        """Write all quads into ``output`` as N-Quads, unaffected by later writes."""
        self._store.dump(output, format=RdfFormat.N_QUADS)

    def watch(self, listener: Callable[[Change], None]) -> None:
        """Call ``listener`` after every write, in the writing thread."""
        self._listeners.append(listener)

    def as_rdflib(self) -> Dataset:
        """Return a read-only rdflib view of the store (see :mod:`kg.store.rdflibview`)."""
        from kg.store.rdflibview import dataset

        return dataset(self._store)

    # -- writing ----------------------------------------------------------------------------------------------------

    def replace(self, graphs: Sequence[VersionGraph]) -> bool:
        """Put document versions in force, in one transaction.

        Exactly the earlier statements of the same version are removed. An earlier version of the same article is
        superseded: its statements are removed, and a tombstone remains.

        Returns:
            False if the store had all of it already.
        """
        before = self.revision
        self.change(*ownership.replacement(self, graphs))
        return self.revision != before

    def withdraw(self, version: str, reason: str = "", at: datetime | None = None) -> None:
        """Withdraw a version's statements in one transaction; a tombstone with ``mod:withdrawn`` remains.

        Args:
            version: The IRI of the version.
            reason: The reason for the tombstone, if any.
            at: The time of the withdrawal, with its zone, if known.

        Raises:
            StoreError: The store has no such version.
        """
        self.change(*ownership.withdrawal(self, version, reason, at))

    def load(self, path: Path, rdf_format: RdfFormat, base: str) -> int:
        """Add the RDF of a file atomically.

        Blank nodes become IRIs under ``base``. An empty store loads a file in bulk. A file of plain lines is read only
        once: if it turns out to be incomplete, all of it is removed again. Any other file is read before anything is
        written.

        Args:
            path: The file.
            rdf_format: Its format.
            base: The base of IRIs for blank nodes.

        Returns:
            The number of quads read.

        Raises:
            InputError: The file does not parse; the message names it.
        """
        plain = bulk_load.plain_lines(path, rdf_format) if self.is_empty() else None
        count, blank = bulk_load.survey(path, rdf_format) if plain is None else (plain, False)
        unknown = Change(revision=self.revision + 1, removed=None, added=None)
        if self.is_empty() and not blank:
            self._write(lambda: self._load_in_bulk(path, rdf_format), unknown, path.stat().st_size)
        else:
            quads = (bulk_load.skolemised(quad, base) for quad in parse(path=str(path), format=rdf_format))
            self._write(lambda: self._store.extend(quads), unknown, path.stat().st_size)
        return count

    def _load_in_bulk(self, path: Path, rdf_format: RdfFormat) -> None:
        try:
            self._store.bulk_load(path=str(path), format=rdf_format)
            self._store.flush()  # a bulk load bypasses the log
        except (SyntaxError, ValueError) as error:
            self._store.clear()
            raise InputError(f"{path}: {error}") from error

    def _leaving(self, removed: AbstractSet[Quad], added: AbstractSet[Quad]) -> set[Quad]:
        """Return the removed quads that the store has and that are not added again."""
        stays = Store()  # this store compares values as the engine does: 1.0 and 1.00 are equal
        if removed:
            stays.extend(added)
        return {quad for quad in removed if quad in self._store and quad not in stays}

    def change(
        self,
        removed: AbstractSet[Quad],
        added: AbstractSet[Quad],
        *,
        created: AbstractSet[str] = frozenset(),
        dropped: AbstractSet[str] = frozenset(),
    ) -> None:
        """Remove and add quads, and create and drop graphs, atomically.

        A change without effect is no write.

        Args:
            removed: The quads to remove.
            added: The quads to add.
            created: The named graphs that must exist, even without quads.
            dropped: The named graphs to drop.

        Raises:
            StoreError: The store cannot be written.
        """
        dropped = {name for name in dropped if self.has_graph(name)}
        removed = removed | set(self.matching((None, None, None, NamedNode(name)) for name in dropped))
        gone = self._leaving(removed, added)
        come = {quad for quad in added if quad not in self._store}
        bulk_load.demand_short(come)
        created = {name for name in created if not self.has_graph(name)}
        if not gone and not come and not created and not dropped:
            return
        told = Change(
            revision=self.revision + 1,
            removed=frozenset(gone),
            added=frozenset(come),
            created=frozenset(created),
            dropped=frozenset(dropped),
        )
        self._write(lambda: self._apply(gone, come, created, dropped), told, room.size_of(come))

    def has_graph(self, name: str) -> bool:
        """Return whether a named graph exists, with quads or without."""
        return self._store.contains_named_graph(NamedNode(name))

    def _apply(self, removed: set[Quad], added: set[Quad], created: set[str], dropped: set[str]) -> None:
        if not removed and not dropped and not created:
            self._store.extend(added)
        elif any(map(_has_blank, removed)) or any(map(_has_blank, added)):
            journal.change(self._store, self._path, removed, added, dropped)
            for name in created:
                self._store.add_graph(NamedNode(name))
        else:
            parts = [
                _data("DELETE DATA", removed),
                *(f"DROP SILENT GRAPH {NamedNode(name)}" for name in sorted(dropped)),
                _data("INSERT DATA", added),
                *(f"CREATE SILENT GRAPH {NamedNode(name)}" for name in sorted(created)),
            ]
            self._store.update(";\n".join(filter(None, parts)))

    def _write(self, write: Callable[[], object], change: Change, size: int) -> None:
        """Make a write that is announced before and confirmed after, see :mod:`kg.store.statefile`.

        The revision is incremented before the write. A crash may therefore count a write that did not happen, but never
        miss one.
        """
        if self._path is not None:
            room.demand(self._path, size)
        with self._writing:
            self._mend()
            self._make(write, change)
        for listener in self._listeners:
            listener(change)

    def _make(self, write: Callable[[], object], change: Change) -> None:
        try:
            state = self._announced(change)
            try:
                write()
            except InputError:
                self._confirm(None)
                raise
            fsync.synchronise(self._store, self._path)
            self._confirm(state)
        except OSError as error:
            self._is_broken = True
            # The traceback would keep the engine open, which must be reopened.
            traceback.clear_frames(error.__traceback__)
            raise room.error_of(self._path or Path(), error) from error

    def _mend(self) -> None:
        """Reopen the store after a failed write, because RocksDB accepts no other write before.

        Raises StoreError.
        """
        if not self._is_broken or self._path is None:
            return
        if self._known is not None:
            self._known.close()
        self._known = None
        self._opened = None  # no other process can have the store open, and neither can this one
        try:
            self._opened = Store(str(self._path))
            journal.finish(self._opened, self._path)
            self._known = integrity.settled(self._path, self._opened)
        except OSError as error:
            with contextlib.suppress(OSError, RuntimeError):
                self._opened = Store.read_only(str(self._path))
            raise room.error_of(self._path, error) from error
        self._is_broken = False

    def _announced(self, change: Change) -> statefile.State | None:
        """Announce the state after a write and return it; None for a store in memory, which announces nothing."""
        self.revision = change.revision
        if self._known is None:
            return None
        state = statefile.after_write(self._known.state, change)
        self._known.announce(state)
        return state

    def _confirm(self, state: statefile.State | None) -> None:
        """Confirm a state; None if the write did not happen."""
        if self._known is None:
            return
        reached = replace(self._known.state, revision=self.revision) if state is None else state
        self._known.confirm(reached if reached.quads is not None else replace(reached, quads=len(self._store)))


def _has_blank(quad: Quad) -> bool:
    return "_:" in str(quad)  # also in a triple term; a match in a literal is harmless


def _data(operation: str, quads: AbstractSet[Quad]) -> str:
    """Return an operation on these quads.

    The engine serializes them, because a term's own text is not always SPARQL.
    """
    if not quads:
        return ""
    graphs: dict[NamedNode | BlankNode | DefaultGraph, list[Triple]] = {}
    for quad in quads:
        graphs.setdefault(quad.graph_name, []).append(quad.triple)
    lines = {graph: (serialize(said, format=RdfFormat.N_TRIPLES) or b"").decode() for graph, said in graphs.items()}
    blocks = (said if graph == _DEFAULT else f"GRAPH {graph} {{\n{said}}}\n" for graph, said in lines.items())
    return f"{operation} {{\n{''.join(blocks)}}}"


def _refuse_to_create(path: Path, create: bool) -> None:
    if path.is_dir() and any(path.iterdir()):
        raise StoreError(f"{path}: is a folder with other things in it, not a store; name an empty or a new folder")
    if path.exists() and not path.is_dir():
        raise StoreError(f"{path}: is a file, not a store")
    if not create:
        raise StoreError(f"{path}: no store here; make one with: kg build PATH... --store {path}")


def _open_error(path: Path, error: OSError) -> StoreError:
    if "lock" in str(error).lower():
        return StoreLocked(f"{path}: another process has this store open; stop it (kg serve?) or wait for it")
    return StoreError(f"{path}: the store cannot be opened: {error}")
