"""The effect of an update on a graph that can only be read, derived without applying the update.

The update is split into operations (:mod:`kg.engine.update_operations`). The WHERE of an operation runs as a query on
the graph. An empty store in memory then fills in the templates with the rows. The added and removed quads are kept
beside the graph.
"""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from kg.engine.quad_diff import Effect
from kg.engine.query import Update
from kg.engine.update_operations import UpdateOperation, operations
from kg.engine.values_clause import written
from kg.errors import UpdateFailed

_DEFAULT: Final = DefaultGraph()
_ROWS_AT_ONCE: Final = 5_000
_VARIABLE: Final = re.compile(r"[?$](\w+)")
_AFTER_A_CHANGE: Final = (
    "the store is served from disk (--image disk): an operation with WHERE cannot follow one of the same request that "
    "changes something; send it as a request of its own, after the others"
)


def effect_of(store: Store, update: Update) -> Effect:
    """Return the effect of an update on a store that is open for reading only.

    Args:
        store: The graph.
        update: The update.

    Raises:
        SyntaxError: The parser's message.
        ValueError: It cannot be taken apart.
        UpdateFailed: It cannot be made of this graph, or not from disk.
    """
    with contextlib.suppress(OSError, RuntimeError):  # it was understood; what it is about is not in that store
        Store().update(update.text, base_iri=update.base)
    changes = _Changes(store)
    for operation in operations(update.text):
        _make(operation, changes, update.base)
    return changes.effect()


class _Changes:
    """A graph with its added and removed quads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._gone: set[Quad] = set()
        self._come: dict[Quad, None] = {}
        self._graphs: dict[NamedNode, bool] = {}
        """Whether a named graph is there now, of those that something was done to."""

    @property
    def is_empty(self) -> bool:
        """Whether all is as it was."""
        return not self._gone and not self._come and not self._graphs

    def has_graph(self, name: NamedNode) -> bool:
        """Return whether a named graph is there, with quads or without."""
        known = self._graphs.get(name)
        return self.store.contains_named_graph(name) if known is None else known

    def graph_names(self) -> list[NamedNode]:
        """Return the named graphs that are there."""
        known = dict.fromkeys(name for name in self.store.named_graphs() if isinstance(name, NamedNode))
        return [name for name in known | self._graphs if self.has_graph(name)]

    def quads(self, graph: NamedNode | DefaultGraph) -> list[Quad]:
        """Return the quads of a graph."""
        held = (quad for quad in self.store.quads_for_pattern(None, None, None, graph) if quad not in self._gone)
        return [*held, *(quad for quad in self._come if quad.graph_name == graph)]

    def add(self, quads: Iterable[Quad]) -> None:
        """Put quads in."""
        for quad in quads:
            if quad in self._gone:
                self._gone.discard(quad)
            elif quad not in self.store:
                self._come[quad] = None
            name = quad.graph_name
            if isinstance(name, NamedNode) and not self.has_graph(name):
                self._graphs[name] = True

    def remove(self, quads: Iterable[Quad]) -> None:
        """Take quads out."""
        for quad in quads:
            if quad in self._come:
                del self._come[quad]
            elif quad in self.store:
                self._gone.add(quad)

    def set_graph(self, name: NamedNode, *, is_there: bool) -> None:
        """Have a named graph, or have it no more; its quads are the caller's to take out."""
        self._graphs[name] = is_there

    def effect(self) -> Effect:
        """Return all that is another than it was."""
        changed = {name for name, is_there in self._graphs.items() if is_there != self.store.contains_named_graph(name)}
        return Effect(
            removed=frozenset(self._gone),
            added=frozenset(self._come),
            created=frozenset(name.value for name in changed if self._graphs[name]),
            dropped=frozenset(name.value for name in changed if not self._graphs[name]),
        )


def _make(what: UpdateOperation, changes: _Changes, base: str | None) -> None:
    if what.name == "INSERT DATA":
        changes.add(_made(f"{what.prologue}INSERT DATA {what.inserted}", base))
    elif what.name == "DELETE DATA":
        changes.remove(_made(f"{what.prologue}INSERT DATA {what.inserted}", base))
    elif what.name == "DELETE WHERE":
        what.deleted = what.where = what.inserted
        what.inserted = None
        _modify(what, changes, base)
    elif what.name == "MODIFY":
        _modify(what, changes, base)
    elif what.name in ("CLEAR", "DROP"):
        for graph in _targets(what, changes, base):
            _clear(graph, changes, is_dropped=what.name == "DROP", is_silent=what.is_silent)
    elif what.name == "CREATE":
        _create(_graph(what, what.graphs[0], base), changes, is_silent=what.is_silent)
    elif what.name in ("ADD", "COPY", "MOVE"):
        _transfer(what, changes, base)
    elif not (what.name == "LOAD" and what.is_silent):  # that reaches no server from here, and says to pass over it
        raise ValueError(f"{what.name} is not known")


# -- quads by template ------------------------------------------------------------------------------------------------


def _modify(what: UpdateOperation, changes: _Changes, base: str | None) -> None:
    """Take out what the one template makes of the rows of WHERE, then put in what the other does."""
    if not changes.is_empty:
        raise UpdateFailed(_AFTER_A_CHANGE)
    names = list(dict.fromkeys(_VARIABLE.findall(f"{what.deleted or ''} {what.inserted or ''}")))
    places = _Places(f"urn:uuid:{uuid.uuid4()}:")
    removed, added = Store(), Store()
    rows = _rows(what, names, changes.store, base)
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        lines = "\n".join(f"({' '.join(written(term, places.names) for term in row)})" for row in batch)
        values = f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {lines} }}"
        graph = "" if what.with_graph is None else f"WITH {what.with_graph} "
        for template, made in ((what.deleted, removed), (what.inserted, added)):
            if template is not None:
                made.update(f"{what.prologue}{graph}INSERT {template} WHERE {{ {values} }}", base_iri=base)
    changes.remove(filter(None, map(places.put_back, removed)))
    changes.add(filter(None, map(places.put_back, added)))


def _rows(what: UpdateOperation, names: list[str], store: Store, base: str | None) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of WHERE, in the variables of the templates."""
    wanted = " ".join(f"?{name}" for name in names) or "(1 AS ?claimgraph_one)"
    dataset: dict[str, list[NamedNode]] = {}
    if what.using or what.using_named:
        dataset["default_graph"] = [_graph(what, name, base) for name in what.using]
        dataset["named_graphs"] = [_graph(what, name, base) for name in what.using_named]
    elif what.with_graph is not None:
        dataset["default_graph"] = [_graph(what, what.with_graph, base)]
    results = store.query(f"{what.prologue}SELECT {wanted} WHERE {what.where}", base_iri=base, **dataset)  # type: ignore[arg-type]
    if not isinstance(results, QuerySolutions):
        raise TypeError("only a SELECT has rows")
    for row in results:
        yield tuple(row[name] for name in names)


class _Places:
    """IRIs that replace blank nodes while templates are filled in, because a text cannot name a blank node."""

    def __init__(self, names: str) -> None:
        self.names = names

    def put_back(self, quad: Quad) -> Quad | None:
        """Return the quad with its blank nodes; None if one would be a predicate, for then there is none."""
        if self.names not in str(quad):
            return quad
        predicate = self._term(quad.predicate)
        if not isinstance(predicate, NamedNode):
            return None
        return Quad(self._term(quad.subject), predicate, self._term(quad.object), self._term(quad.graph_name))  # type: ignore[arg-type]

    def _term(
        self, term: NamedNode | BlankNode | Literal | Triple | DefaultGraph
    ) -> NamedNode | BlankNode | Literal | Triple | DefaultGraph:
        if isinstance(term, NamedNode) and term.value.startswith(self.names):
            return BlankNode(term.value.removeprefix(self.names))
        if isinstance(term, Triple):
            return Triple(*map(self._term, term))  # type: ignore[arg-type]
        return term


def _made(text: str, base: str | None) -> list[Quad]:
    """Return the quads that an update adds to an empty store."""
    store = Store()
    store.update(text, base_iri=base)
    return list(store)


# -- whole graphs ----------------------------------------------------------------------------------------------------


def _graph(what: UpdateOperation, name: str, base: str | None) -> NamedNode:
    """Return the graph of a name in the text."""
    (quad,) = _made(f"{what.prologue}INSERT DATA {{ GRAPH {name} {{ <urn:x:s> <urn:x:p> <urn:x:o> }} }}", base)
    if not isinstance(quad.graph_name, NamedNode):
        raise TypeError("only an IRI names a graph")
    return quad.graph_name


def _target(what: UpdateOperation, name: str, base: str | None) -> NamedNode | DefaultGraph:
    return _DEFAULT if name == "DEFAULT" else _graph(what, name, base)


def _targets(what: UpdateOperation, changes: _Changes, base: str | None) -> list[NamedNode | DefaultGraph]:
    (name,) = what.graphs
    if name not in ("ALL", "NAMED"):
        return [_target(what, name, base)]
    return [*([_DEFAULT] if name == "ALL" else []), *changes.graph_names()]


def _clear(graph: NamedNode | DefaultGraph, changes: _Changes, *, is_dropped: bool, is_silent: bool) -> None:
    if isinstance(graph, NamedNode) and not changes.has_graph(graph):
        if not is_silent:
            raise UpdateFailed(f"the update failed: The graph {graph} does not exist")
        return
    changes.remove(changes.quads(graph))
    if is_dropped and isinstance(graph, NamedNode):
        changes.set_graph(graph, is_there=False)


def _create(graph: NamedNode, changes: _Changes, *, is_silent: bool) -> None:
    if not changes.has_graph(graph):
        changes.set_graph(graph, is_there=True)
    elif not is_silent:
        raise UpdateFailed(f"the update failed: The graph {graph} already exists")


def _transfer(what: UpdateOperation, changes: _Changes, base: str | None) -> None:
    """ADD, COPY and MOVE, as the specification spells them out (SPARQL 1.1 Update, 3.2.3 to 3.2.5)."""
    source, target = (_target(what, name, base) for name in what.graphs)
    if source == target:
        return
    if what.name != "ADD":
        _clear(target, changes, is_dropped=True, is_silent=True)
    copied = changes.quads(source)
    changes.add(Quad(quad.subject, quad.predicate, quad.object, target) for quad in copied)
    if what.name == "MOVE":
        _clear(source, changes, is_dropped=True, is_silent=what.is_silent)
