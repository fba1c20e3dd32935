"""A store on another server, through the SPARQL 1.1 Protocol: tested against Oxigraph's server and Virtuoso.

What such a server does not promise, this store does not either. A write of more than a few hundred quads is several
requests, and a reader may see some of them before the others: old statements go first, then new ones come. There is no
revision to tell two states of the graph apart. And a server may write a value its own way: to Virtuoso 0.80 is 0.8, and
of a true and a 1.0 that are said of the same it keeps one.
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
"""Rows asked for at a time; a server may give fewer (Virtuoso: never more than 10,000)."""
_FULL_TEXT: Final = NamedNode(vocab.FULL_TEXT)
_BOOLEAN: Final = NamedNode(vocab.XSD_BOOLEAN)
_TRUTH: Final = MappingProxyType({"1": "true", "0": "false"})
_POSITIONS: Final = ("s", "p", "o", "g")
Results: TypeAlias = QuerySolutions | QueryTriples | QueryBoolean
_T = TypeVar("_T")


class RemoteStore:
    """A store that another server keeps. Nothing is held open between requests.

    Raises StoreError, naming the URL, when the server does not answer or refuses.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    @classmethod
    def open(cls, url: str, patience: float = 60.0, token: str | None = None) -> RemoteStore:
        """The store behind a URL (see :meth:`kg.store.protocol.Endpoint.of`); its server may be silent for ``patience``
        seconds. ``token`` is sent with changes. Raises StoreError if none answers.
        """
        store = cls(replace(Endpoint.of(url), timeout=patience, token=token))
        store.query("ASK {}")
        return store

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> RemoteStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def revision(self) -> int:
        """Another number each time: others may write to that server, and it does not say when."""
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
        """The server's results. Where either list is given, the two together are the whole dataset; relative IRIs in
        the text are resolved against ``base``. Raises QueryError with the server's message.
        """
        defaults = tuple(default_graphs or ())
        if not defaults and not named_graphs and self._endpoint.default_graph is not None:
            defaults = (self._endpoint.default_graph,)
        prologue = "" if base is None else f"BASE <{base}> "
        reply = self._endpoint.query(prologue + text, defaults, tuple(named_graphs or ()))
        return _results(reply.body, reply.media_type, self._endpoint.query_url)

    def quads(self) -> Iterator[Quad]:
        """Every quad, read page by page. Raises StoreError when the server gives less than it says it has."""
        for where, graph in ((self._in_default(), _DEFAULT), (self._in_named(), None)):
            expected = self._number(f"SELECT (COUNT(*) AS ?n) {{ {where} }}")
            seen = 0
            while page := self._rows(f"SELECT ?s ?p ?o ?g {{ {where} }} LIMIT {_PAGE} OFFSET {seen}", graph):
                seen += len(page)
                yield from page
            if seen != expected:
                raise StoreError(f"{self._endpoint.query_url}: the server gave {seen} quads of {expected}")

    def snapshot(self) -> tuple[int, Iterator[Quad]]:
        """Return every quad, with a revision that no other call gives: that server tells none."""
        return self.revision, self.quads()

    def count(self) -> int:
        """Return how many quads there are."""
        default, named = (
            self._number(f"SELECT (COUNT(*) AS ?n) {{ {where} }}") for where in (self._in_default(), self._in_named())
        )
        return default + named

    def is_empty(self) -> bool:
        """True when there is no quad at all."""
        return not self.query(f"ASK {{ {{ {self._in_default()} }} UNION {{ {self._in_named()} }} }}")

    def matching(self, patterns: Iterable[ownership.Pattern]) -> Iterator[Quad]:
        """The quads that match any of the patterns; patterns of one shape go into one request."""
        shapes: dict[tuple[bool, ...], list[ownership.Pattern]] = {}
        for pattern in patterns:
            bound = tuple(term is not None for term in pattern[:3])
            shapes.setdefault((*bound, pattern[3] == _DEFAULT, pattern[3] is None), []).append(pattern)
        for shape in shapes.values():
            for chunk in _chunks(shape, _CHUNK):
                yield from self._matching(chunk)

    def _matching(self, patterns: list[ownership.Pattern]) -> Iterator[Quad]:
        """Of patterns that all bind the same positions."""
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
        """All named graphs; not the one that stands for the default graph."""
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
        """A copy of the graph, fetched whole, seen through rdflib for reading."""
        from kg.store.rdflibview import dataset

        copy = Store()
        copy.bulk_extend(self.quads())
        return dataset(copy)

    # -- writing ----------------------------------------------------------------------------------------------------

    def replace(self, graphs: Sequence[VersionGraph]) -> bool:
        """Put these document versions in force: as in an embedded store, but in several requests."""
        if self._is_whole:
            changed = [self._put_in_force(graph) for graph in graphs]
            return any(changed)
        removed, added = ownership.replacement(self, graphs)
        self.change(removed, added)
        return removed != added

    @property
    def _is_whole(self) -> bool:
        """True for a server of ours, which takes a token and lets a version change only as a whole."""
        return self._endpoint.token is not None

    def _put_in_force(self, graph: VersionGraph) -> bool:
        """Put one version in force on a server of ours: in one update, or in two where the same text was read anew.

        A text that stays would be a version changed in part, which the server refuses: it goes with all its statements
        first, and comes again with the new ones. Where the server refuses these, the old ones are put back.
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
        """Make a change in one request, which that server makes whole or not at all."""
        parts = (("DELETE DATA", removed), ("INSERT DATA", added))
        self._endpoint.update(";\n".join(self._data(word, sorted(quads, key=str)) for word, quads in parts if quads))

    def withdraw(self, version: str, reason: str = "", at: datetime | None = None) -> None:
        """Take a version's statements back: as in an embedded store, but in several requests."""
        self.change(*ownership.withdrawal(self, version, reason, at))

    def change(self, removed: set[Quad], added: set[Quad]) -> None:
        """Take out and put in exactly these quads; ``removed`` are in the store, and what is in both stays.

        In this order, because a server that writes values its own way takes an old quad and a new one for the same.
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
        """Add the RDF of a file; gives the number of quads read. Blank nodes become IRIs under ``base``.

        The file is read once to see that it is whole before anything is sent. Raises InputError naming the file.
        """
        count, _ = bulk_load.survey(path, rdf_format)
        quads = (bulk_load.skolemised(quad, base) for quad in parse(path=str(path), format=rdf_format))
        if self._is_whole:
            # All that is said under a version comes with its text: in parts, the server refuses what comes after it.
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
            # the engine writes it: a term's own text is not always SPARQL
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
            json.loads(body)  # rows are parsed only when they are read: see now that none is missing
            return _asked(parse_query_results(body, QueryResultsFormat.JSON))
        rdf_format = RdfFormat.from_media_type(media_type)
        if rdf_format is None:
            raise StoreError(f"{url}: the server answers with {media_type}, not with results")
        demand_sound(io.BytesIO(body), rdf_format)
        # Only a store makes the triples of a query out of triples; a server's answer has no graphs.
        answer = Store()
        answer.bulk_extend(parse(body, rdf_format))
        triples = answer.query("CONSTRUCT WHERE { ?s ?p ?o }")
    except RecursionError as error:
        raise StoreError(f"{url}: the server's answer is nested too deep") from error
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"{url}: the server's answer is cut off or is not {media_type}: {error}") from error
    return triples


def _asked(results: QuerySolutions | QueryBoolean) -> QuerySolutions | QueryBoolean:
    """Virtuoso answers an ASK with a row: here it is the truth value again."""
    if isinstance(results, QueryBoolean) or [v.value for v in results.variables] != ["__ASK_RETVAL"]:
        return results
    truth = any(row[0].value == "1" for row in results)
    return parse_query_results(json.dumps({"head": {}, "boolean": truth}), QueryResultsFormat.JSON)


def _canonical(term: ownership.Term) -> ownership.Term:
    """Virtuoso writes truth values as numbers."""
    if isinstance(term, Literal) and term.datatype == _BOOLEAN and term.value in _TRUTH:
        return Literal(_TRUTH[term.value], datatype=_BOOLEAN)
    return term


def _values(patterns: list[ownership.Pattern], positions: int) -> str:
    """The bound terms of patterns that bind the same positions, as a VALUES clause."""
    bound = [i for i in range(positions) if patterns[0][i] is not None]
    if not bound:
        return ""
    rows = " ".join("(" + " ".join(str(pattern[i]) for i in bound) + ")" for pattern in patterns)
    return f"VALUES ({' '.join('?' + _POSITIONS[i] for i in bound)}) {{ {rows} }}"


def _chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
