"""The changes that an update makes, found by applying it to a copy of the graph."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from kg import nquads

_NAMES_GRAPHS: Final = re.compile("clear|drop|move|copy|create", re.IGNORECASE)
"""Operations on graphs. Without one of these words no graph is deleted, and only quads create graphs.

The engine reads no keyword that is written with escapes.
"""
_REMOVES: Final = re.compile(f"delete|{_NAMES_GRAPHS.pattern}", re.IGNORECASE)
"""Operations that may remove quads: all but INSERT, ADD and LOAD."""
_IRI: Final = re.compile(r"<([^<>\"{}|^`\\\s]*)>")
_PREFIX: Final = re.compile(r"prefix\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_NAME: Final = re.compile(r"([\w.-]*):([\w.%-]*)")
_MOST_NAMES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Removed and added quads, and the named graphs that are created without a quad or deleted."""

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()
    created: frozenset[str] = field(default=frozenset())
    dropped: frozenset[str] = field(default=frozenset())

    def to_bytes(self) -> bytes:
        """Serialize the effect: a line about the parts, then both sets as N-Quads."""
        parts = [serialize(quads, format=RdfFormat.N_QUADS) or b"" for quads in (self.removed, self.added)]
        about = json.dumps([len(parts[0]), sorted(self.created), sorted(self.dropped)])
        return b"\n".join((about.encode(), b"".join(parts)))

    @classmethod
    def from_bytes(cls, data: bytes) -> Effect:
        """Parse an effect that :meth:`to_bytes` wrote."""
        about, _, quads = data.partition(b"\n")
        length, created, dropped = json.loads(about)
        removed, added = (frozenset(nquads.read(part)) for part in (quads[:length], quads[length:]))
        return cls(removed=removed, added=added, created=frozenset(created), dropped=frozenset(dropped))


@dataclass(slots=True)
class Past:
    """History of an in-memory store: its number of quads, and the quads that it once held."""

    held: int
    buried: set[Quad] = field(default_factory=set)

    def note(self, effect: Effect) -> None:
        """Record a change that was made."""
        self.held += len(effect.added) - len(effect.removed)
        self.buried |= effect.removed


def effect_of(store: Store, text: str, make: Callable[[], None], past: Past) -> Effect:
    """Apply an update to an in-memory Oxigraph store and return the changes.

    The store keeps quads in order of their first insertion, newest first, and an iterator shows the state at its
    creation. New quads therefore come before the formerly newest quad. Only a quad that was removed earlier returns to
    its old position, and ``past`` knows all such quads. Removed quads are first searched among the quads with IRIs of
    the text, then among all; their number is known.

    Args:
        store: The store; the update changes it.
        text: The update.
        make: Runs the update.
        past: The history of the store.
    """
    gone = [quad for quad in past.buried if quad not in store]
    before = store.quads_for_pattern(None, None, None, None)
    if not _REMOVES.search(text):
        make()
        return Effect(added=frozenset(_came(store, before)) | _returned(store, gone))
    graphs = _graphs(store, text)
    candidates = [store.quads_for_pattern(*pattern) for pattern in _patterns(text)]
    everything = store.quads_for_pattern(None, None, None, None)
    make()
    added = frozenset(_came(store, before)) | _returned(store, gone)
    removed = _gone(store, chain(*candidates, everything), past.held + len(added) - len(store))
    after = _graphs(store, text)
    return Effect(
        removed=frozenset(removed), added=added, created=frozenset(after - graphs), dropped=frozenset(graphs - after)
    )


def _graphs(store: Store, text: str) -> set[str]:
    """Return the named graphs that the update can create or delete.

    These are all graphs if the text has operations on graphs, else the graphs that it names: inserting and deleting a
    quad leaves an empty graph.
    """
    if not _NAMES_GRAPHS.search(text):
        return {name.value for name in _iris(text) if store.contains_named_graph(name)}
    return {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)}


def _came(store: Store, before: Iterator[Quad]) -> Iterator[Quad]:
    old = next(before, None)
    for quad in store.quads_for_pattern(None, None, None, None):
        while old is not None and quad != old and old not in store:
            old = next(before, None)
        if quad == old:
            return
        yield quad


def _returned(store: Store, gone: Iterable[Quad]) -> frozenset[Quad]:
    return frozenset(quad for quad in gone if quad in store)


def _gone(store: Store, candidates: Iterable[Quad], number: int) -> set[Quad]:
    removed: set[Quad] = set()
    for quad in candidates:
        if len(removed) == number:
            break
        if quad not in store:
            removed.add(quad)
    return removed


def _patterns(text: str) -> Iterator[tuple[NamedNode | None, ...]]:
    """Yield the patterns to search first: each IRI of the text at each position."""
    iris = _iris(text)
    for place in (0, 2, 3, 1):
        for iri in iris:
            yield tuple(iri if number == place else None for number in range(4))


def _iris(text: str) -> list[NamedNode]:
    """Return the IRIs that the text seems to contain, up to a limit."""
    prefixes = dict(_PREFIX.findall(text))
    names = [prefixes[prefix] + local for prefix, local in _NAME.findall(text) if prefix in prefixes]
    iris = []
    for name in dict.fromkeys((*_IRI.findall(text), *names)):
        try:
            iris.append(NamedNode(name))
        except ValueError:
            continue  # the IRI is relative or invalid
    return iris[:_MOST_NAMES]
