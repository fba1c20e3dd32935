"""What an update would change: found out by making it in a copy of the graph, so that nobody else need run it."""

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
"""The operations on graphs as such; where none of the words stands, no graph goes, and none comes but by quads.
(The engine reads no keyword that is written with escapes.)"""
_REMOVES: Final = re.compile(f"delete|{_NAMES_GRAPHS.pattern}", re.IGNORECASE)
"""The operations that may take something out: all but INSERT, ADD and LOAD."""
_IRI: Final = re.compile(r"<([^<>\"{}|^`\\\s]*)>")
_PREFIX: Final = re.compile(r"prefix\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_NAME: Final = re.compile(r"([\w.-]*):([\w.%-]*)")
_MOST_NAMES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The quads that go and come, and the named graphs besides that come without a quad or go."""

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()
    created: frozenset[str] = field(default=frozenset())
    dropped: frozenset[str] = field(default=frozenset())

    def to_bytes(self) -> bytes:
        """For the way from a worker: a line about the parts, then both sets as N-Quads."""
        parts = [serialize(quads, format=RdfFormat.N_QUADS) or b"" for quads in (self.removed, self.added)]
        about = json.dumps([len(parts[0]), sorted(self.created), sorted(self.dropped)])
        return b"\n".join((about.encode(), b"".join(parts)))

    @classmethod
    def from_bytes(cls, data: bytes) -> Effect:
        """The effect that :meth:`to_bytes` wrote."""
        about, _, quads = data.partition(b"\n")
        length, created, dropped = json.loads(about)
        removed, added = (frozenset(nquads.read(part)) for part in (quads[:length], quads[length:]))
        return cls(removed=removed, added=added, created=frozenset(created), dropped=frozenset(dropped))


@dataclass(slots=True)
class Past:
    """What the life of a store in memory has left: how many quads it holds, and those that it held at some time."""

    held: int
    buried: set[Quad] = field(default_factory=set)

    def note(self, effect: Effect) -> None:
        """Take account of a change that was made."""
        self.held += len(effect.added) - len(effect.removed)
        self.buried |= effect.removed


def effect_of(store: Store, text: str, make: Callable[[], None], past: Past) -> Effect:
    """What ``make``, which runs the update ``text``, does to ``store``, an Oxigraph in memory.

    That store keeps quads in the order in which they first came, newest first, and what is iterated is as it was when
    the iteration began. So what is new stands before what was newest. Only a quad that had been there once and was
    taken out comes back to its old place: the past knows all such quads. What was removed is looked for among the quads
    about what the text names, and only then among all; how many there are is known.
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
    """The named graphs, if the text may do something to graphs as such; else those that it names: what is put into one
    and taken out again leaves it there, without a quad.
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
    """Where to look first: the places of every IRI that seems to stand in the text."""
    iris = _iris(text)
    for place in (0, 2, 3, 1):
        for iri in iris:
            yield tuple(iri if number == place else None for number in range(4))


def _iris(text: str) -> list[NamedNode]:
    """The IRIs that seem to stand in the text, the first of very many."""
    prefixes = dict(_PREFIX.findall(text))
    names = [prefixes[prefix] + local for prefix, local in _NAME.findall(text) if prefix in prefixes]
    iris = []
    for name in dict.fromkeys((*_IRI.findall(text), *names)):
        try:
            iris.append(NamedNode(name))
        except ValueError:
            continue  # relative, or none
    return iris[:_MOST_NAMES]
