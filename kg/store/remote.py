"""A store on another server, through the SPARQL 1.1 Protocol.

Tested against Oxigraph's server and Virtuoso.

The guarantees are those of the server. A write of more than a few hundred quads is several requests, and a reader may
see some of them before the others: old statements are removed first, then new ones are added. No revision distinguishes
two states of the graph. A server may change values: Virtuoso stores 0.80 as 0.8, and of a true and a 1.0 with the same
subject and predicate it keeps one.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
    serialize,
)

from kg import vocab
from kg.errors import StoreError
from kg.rdffiles import demand_sound
from kg.store import bulk_load, ownership
from kg.store.protocol import Endpoint

if TYPE_CHECKING:
    from datetime import datetime

    from rdflib import Dataset

    from kg.graph import VersionGraph

_DEFAULT = DefaultGraph()
_CHUNK: Final = 200
"""Quads in one request. Virtuoso fails on 1,000."""
_TRIPLES: Final = RdfFormat.N_TRIPLES
_PAGE: Final = 10_000
"""Rows in one request; a server may return fewer (Virtuoso: at most 10,000)."""
_FULL_TEXT: Final = NamedNode(vocab.FULL_TEXT)
_BOOLEAN: Final = NamedNode(vocab.XSD_BOOLEAN)
_TRUTH: Final = MappingProxyType({"1": "true", "0": "false"})
_POSITIONS: Final = ("s", "p", "o", "g")
Results: TypeAlias = QuerySolutions | QueryTriples | QueryBoolean
_T = TypeVar("_T")


class RemoteStore:
    """A store that another server maintains. No connection stays open between requests.

    Methods raise StoreError with the URL if the server does not answer or refuses.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    @classmethod
    def open(cls, url: str, patience: float = 60.0, token: str | None = None) -> RemoteStore:
        """Open the store behind a URL (see :meth:`kg.store.protocol.Endpoint.of`).

        Args:
            url: The URL.
            patience: Seconds that the server may be silent.
            token: The token that is sent with changes.

        Raises:
            StoreError: The server does not answer.
        """
        store = cls(replace(Endpoint.of(url), timeout=patience, token=token))
        store.query("ASK {}")
        return store

    def close(self) -> None:
        """Do nothing: no connection is open."""

    def __enter__(self) -> RemoteStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def revision(self) -> int:
        """Another number for each call: other clients may change the graph, and the server does not report it."""
        return time.monotonic_ns()

    # -- reading ----------------------------------------------------------------------------------------------------

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
    ) -> Results:
        """Run a query and return the server's results.

        Args:
            text: The query.
            default_graphs: The graphs of the default graph.
            named_graphs: The named graphs. If either list is given, the two are the whole dataset.
            base: Base for relative IRIs in the text.

        Raises:
            QueryError: The server refuses the query.
        """
        defaults = tuple(default_graphs or ())
        if not defaults and not named_graphs and self._endpoint.default_graph is not None:
            defaults = (self._endpoint.default_graph,)
        prologue = "" if base is None else f"BASE <{base}> "
        reply = self._endpoint.query(prologue + text, defaults, tuple(named_graphs or ()))
        return _results(reply.body, reply.media_type, self._endpoint.query_url)

    def quads(self) -> Iterator[Quad]:
        """Yield all quads, read page by page.

        Raises:
            StoreError: The server returns fewer quads than it counts.
        """
        for where, graph in ((self._in_default(), _DEFAULT), (self._in_named(), None)):
            expected = self._number(f"SELECT (COUNT(*) AS ?n) {{ {where} }}")
            seen = 0
            while page := self._rows(f"SELECT ?s ?p ?o ?g {{ {where} }} LIMIT {_PAGE} OFFSET {seen}", graph):
                seen += len(page)
                yield from page
            if seen != expected:
                raise StoreError(f"{self._endpoint.query_url}: the server gave {seen} quads of {expected}")

    def snapshot(self) -> tuple[int, Iterator[Quad]]:
        """Return all quads with a unique revision, because the server has none."""
        return self.revision, self.quads()

    def count(self) -> int:
        """Return the number of quads."""
        default, named = (
            self._number(f"SELECT (COUNT(*) AS ?n) {{ {where} }}") for where in (self._in_default(), self._in_named())
        )
        return default + named

    def is_empty(self) -> bool:
        """Return whether the store has no quad."""
        return not self.query(f"ASK {{ {{ {self._in_default()} }} UNION {{ {self._in_named()} }} }}")

    def matching(self, patterns: Iterable[ownership.Pattern]) -> Iterator[Quad]:
        """Yield the quads that match any of the patterns. Patterns of one shape are sent in one request."""
        shapes: dict[tuple[bool, ...], list[ownership.Pattern]] = {}
        for pattern in patterns:
            bound = tuple(term is not None for term in pattern[:3])
            shapes.setdefault((*bound, pattern[3] == _DEFAULT, pattern[3] is None), []).append(pattern)
        for shape in shapes.values():
            for chunk in _chunks(shape, _CHUNK):
                yield from self._matching(chunk)

    def _matching(self, patterns: list[ownership.Pattern]) -> Iterator[Quad]:
        """Yield the quads for patterns that bind the same positions."""
        first = patterns[0]
        if first[3] is None or first[3] == _DEFAULT:
            where = f"{_values(patterns, 3)} {self._in_default()}"
            yield from self._rows(f"SELECT ?s ?p ?o ?g {{ {where} }}", _DEFAULT)
        if first[3] != _DEFAULT:
            where = f"{_values(patterns, 4)} {self._in_named()}"
            yield from self._rows(f"SELECT ?s ?p ?o ?g {{ {where} }}", None)

    def _in_default(self) -> str:
        return "?s ?p ?o"

    def _in_named(self) -> str:
        """Return the pattern of all named graphs, without the one that replaces the default graph."""
        stand_in = self._endpoint.default_graph
        return "GRAPH ?g { ?s ?p ?o }" + (f" FILTER (?g != <{stand_in}>)" if stand_in else "")

    def _rows(self, text: str, graph: DefaultGraph | None) -> list[Quad]:
        results = self.query(text)
        assert isinstance(results, QuerySolutions)
        return [Quad(row["s"], row["p"], _canonical(row["o"]), graph or row["g"]) for row in results]

    def _number(self, text: str) -> int:
        results = self.query(text)
        assert isinstance(results, QuerySolutions)
        return int(next(results)["n"].value)

    def as_rdflib(self) -> Dataset:
        """Return a read-only rdflib view of a copy of the graph."""
        from kg.store.rdflibview import dataset

        copy = Store()
        copy.bulk_extend(self.quads())
        return dataset(copy)

    # -- writing ----------------------------------------------------------------------------------------------------

    def replace(self, graphs: Sequence[VersionGraph]) -> bool:
        """Put document versions in force, as in an embedded store, but in several requests."""
        if self._is_whole:
            changed = [self._put_in_force(graph) for graph in graphs]
            return any(changed)
        removed, added = ownership.replacement(self, graphs)
        self.change(removed, added)
        return removed != added

    @property
    def _is_whole(self) -> bool:
        """Whether the server is one of ours, which has a token and lets a version change only as a whole."""
        return self._endpoint.token is not None

    def _put_in_force(self, graph: VersionGraph) -> bool:
        """Put one version in force on a server of ours.

        This takes one update, or two if the same text was read again. The server refuses a change in part of a version
        whose text stays. Therefore the text is removed first with all its statements, and added again with the new
        ones. If the server refuses the new ones, the old ones are restored.
        """
        removed, added = ownership.replacement(self, [graph])
        if removed == added:
            return False
        bulk_load.demand_short(added)
        if not any(quad.predicate == _FULL_TEXT for quad in removed & added):
            self._update_whole(removed - added, added - removed)
            return True
        self._update_whole(removed, set())
        try:
            self._update_whole(set(), added)
        except StoreError as error:
            self._put_back(removed, error)
            raise
        return True

    def _put_back(self, removed: set[Quad], error: StoreError) -> None:
        try:
            self._update_whole(set(), removed)
        except StoreError as second:
            raise StoreError(f"{error}; what was there before could not be put back: {second}") from error

    def _update_whole(self, removed: set[Quad], added: set[Quad]) -> None:
        """Make a change in one request, which the server executes atomically."""
        parts = (("DELETE DATA", removed), ("INSERT DATA", added))
        self._endpoint.update(";\n".join(self._data(word, sorted(quads, key=str)) for word, quads in parts if quads))

    def withdraw(self, version: str, reason: str = "", at: datetime | None = None) -> None:
        """Withdraw a version's statements, as in an embedded store, but in several requests.

        Args:
            version: The IRI of the version.
            reason: The reason for the tombstone, if any.
            at: The time of the withdrawal, with its zone, if known.
        """
        self.change(*ownership.withdrawal(self, version, reason, at))

    def change(self, removed: set[Quad], added: set[Quad]) -> None:
        """Remove quads, then add quads. ``removed`` are in the store, and a quad in both sets stays.

        The order matters, because a server that changes values may confuse an old quad with a new one.

        Args:
            removed: The quads to remove.
            added: The quads to add.
        """
        bulk_load.demand_short(added)
        if self._is_whole:
            if removed != added:
                self._update_whole(removed - added, added - removed)
            return
        for operation, quads in (("DELETE DATA", removed - added), ("INSERT DATA", added - removed)):
            for chunk in _chunks(sorted(quads, key=str), _CHUNK):
                self._endpoint.update(self._data(operation, chunk))

    def load(self, path: Path, rdf_format: RdfFormat, base: str) -> int:
        """Add the RDF of a file. The file is checked before anything is sent.

        Args:
            path: The file.
            rdf_format: Its format.
            base: The base of IRIs for blank nodes.

        Returns:
            The number of quads read.

        Raises:
            InputError: The file does not parse; the message names it.
        """
        count, _ = bulk_load.survey(path, rdf_format)
        quads = (bulk_load.skolemised(quad, base) for quad in parse(path=str(path), format=rdf_format))
        if self._is_whole:
            # Send all statements of a version together with its text: the server refuses later parts.
            self._update_whole(set(), set(quads))
            return count
        for chunk in _chunks(quads, _CHUNK):
            self._endpoint.update(self._data("INSERT DATA", chunk))
        return count

    def _data(self, operation: str, quads: list[Quad]) -> str:
        lines: dict[str, list[str]] = {}
        for quad in quads:
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                raise StoreError(f"{quad}: a blank node has no name on another server; give it an IRI")
            # the engine serializes the term: its own text is not always SPARQL
            lines.setdefault(self._graph(quad), []).append((serialize([quad.triple], format=_TRIPLES) or b"").decode())
        blocks = (f"GRAPH {graph} {{ {''.join(said)} }}" if graph else "".join(said) for graph, said in lines.items())
        return f"{operation} {{\n" + "\n".join(blocks) + "\n}"

    def _graph(self, quad: Quad) -> str:
        if quad.graph_name != _DEFAULT:
            return str(quad.graph_name)
        return f"<{self._endpoint.default_graph}>" if self._endpoint.default_graph else ""


def _results(body: bytes, media_type: str, url: str) -> Results:
    try:
        if "json" in media_type:
            json.loads(body)  # rows are parsed lazily: check now that the text is complete
            return _asked(parse_query_results(body, QueryResultsFormat.JSON))
        rdf_format = RdfFormat.from_media_type(media_type)
        if rdf_format is None:
            raise StoreError(f"{url}: the server answers with {media_type}, not with results")
        demand_sound(io.BytesIO(body), rdf_format)
        # Only a store can turn triples into query results; a server's response has no graphs.
        answer = Store()
        answer.bulk_extend(parse(body, rdf_format))
        triples = answer.query("CONSTRUCT WHERE { ?s ?p ?o }")
    except RecursionError as error:
        raise StoreError(f"{url}: the server's answer is nested too deep") from error
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"{url}: the server's answer is cut off or is not {media_type}: {error}") from error
    return triples


def _asked(results: QuerySolutions | QueryBoolean) -> QuerySolutions | QueryBoolean:
    """Turn Virtuoso's row for an ASK query back into a boolean."""
    if isinstance(results, QueryBoolean) or [v.value for v in results.variables] != ["__ASK_RETVAL"]:
        return results
    truth = any(row[0].value == "1" for row in results)
    return parse_query_results(json.dumps({"head": {}, "boolean": truth}), QueryResultsFormat.JSON)


def _canonical(term: ownership.Term) -> ownership.Term:
    """Turn Virtuoso's numbers back into booleans."""
    if isinstance(term, Literal) and term.datatype == _BOOLEAN and term.value in _TRUTH:
        return Literal(_TRUTH[term.value], datatype=_BOOLEAN)
    return term


def _values(patterns: list[ownership.Pattern], positions: int) -> str:
    """Return a VALUES clause with the bound terms of patterns that bind the same positions."""
    bound = [i for i in range(positions) if patterns[0][i] is not None]
    if not bound:
        return ""
    rows = " ".join("(" + " ".join(str(pattern[i]) for i in bound) + ")" for pattern in patterns)
    return f"VALUES ({' '.join('?' + _POSITIONS[i] for i in bound)}) {{ {rows} }}"


def _chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
