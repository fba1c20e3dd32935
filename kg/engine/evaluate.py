"""One query on one store, written out as bytes. Runs where it may be killed: in a query worker."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol, TypeAlias

from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat, Store

from kg.engine.query import Encoding, Query
from kg.engine.queryable import Results
from kg.errors import QueryError, QueryTooLarge, ServiceRefused
from kg.syntax import explained
from kg.term_depth import TOO_DEEP, is_deep_query

Kind: TypeAlias = Literal["rows", "boolean", "graph"]

ROW_FORMATS: Final = MappingProxyType(
    {
        "json": QueryResultsFormat.JSON,
        "xml": QueryResultsFormat.XML,
        "csv": QueryResultsFormat.CSV,
        "tsv": QueryResultsFormat.TSV,
    }
)
GRAPH_FORMATS: Final = MappingProxyType(
    {
        "turtle": RdfFormat.TURTLE,
        "ntriples": RdfFormat.N_TRIPLES,
        "nquads": RdfFormat.N_QUADS,
        "trig": RdfFormat.TRIG,
        "n3": RdfFormat.N3,
        "jsonld": RdfFormat.JSON_LD,
        "rdfxml": RdfFormat.RDF_XML,
    }
)
_ROW_MARKS: Final = MappingProxyType(
    {"json": (b'}},{"', -1), "xml": (b"<result>", 0), "csv": (b"\n", 1), "tsv": (b"\n", 1)}
)
"""What the engine writes once a row, and how many more of it than rows; only a CSV cell may have one inside."""
_NO_ROWS: Final = b"[]}}"
"""How the engine ends rows in JSON when there are none: with one row there is no mark either."""
_PIECE: Final = 1 << 18


class Sink(Protocol):
    """Where the answer goes: its kind and format first, then its pieces."""

    def begin(self, kind: Kind, format_name: str | None) -> None:
        """Called once, before any piece."""

    def piece(self, data: bytes) -> None:
        """The next bytes of the answer."""


TOO_MUCH_MEMORY: Final = "the query needs more memory than a query may take (--max-memory); ask for less at once"


class LimitReached(OSError):
    """The results are longer than allowed: passes through the engine, which knows how to end on an OSError."""


def evaluate(store: Store, query: Query, sink: Sink, *, max_rows: int, max_bytes: int) -> int:
    """Run the query, write its results into ``sink``, and give how many rows they have: none that are no rows.

    Raises QueryError with the engine's message, ServiceRefused for a query that asks another server, QueryTooLarge
    for results over a limit.
    """
    if is_deep_query(query.text):
        raise QueryError(TOO_DEEP)
    refuse_service(query)
    try:
        return write(_run(store, query), query, sink, max_rows=max_rows, max_bytes=max_bytes)
    except LimitReached as error:
        raise QueryTooLarge(str(error)) from error
    except MemoryError as error:
        raise QueryTooLarge(TOO_MUCH_MEMORY) from error
    except (SyntaxError, ValueError) as error:
        raise QueryError(explained(query.text, str(error))) from error
    except (OSError, RuntimeError) as error:
        raise QueryError(f"the query failed: {error}") from error


def write(results: Results, query: Query, sink: Sink, *, max_rows: int, max_bytes: int) -> int:
    """The results in the format the query names for their kind; nothing but the kind where it names none. Gives the
    number of rows (in CSV of their lines).
    """
    kind: Kind = _kind(results)
    name = query.graph if kind == "graph" else query.rows
    sink.begin(kind, name)
    if name is None:
        return 0
    if isinstance(results, QueryBoolean) and query.encoding is None:  # the way below costs more than so short an answer
        sink.piece(results.serialize(format=ROW_FORMATS[name]) or b"")
        return 0
    mark, more = _ROW_MARKS[name] if kind == "rows" else (None, 0)
    output: Any = _Output(_encoder(query.encoding, sink.piece), mark, max_rows + more, max_bytes)
    known: Any = GRAPH_FORMATS if kind == "graph" else ROW_FORMATS
    results.serialize(output=output, format=known[name])
    output.end()
    return 0 if mark is None or output.ends_with(_NO_ROWS) else output.marks - more


def refuse_service(query: Query, *, offline: bool = True) -> None:
    """Raises ServiceRefused where the engine would read the keyword SERVICE; a worker could not reach a server anyway.

    ``offline``, that is in a worker, SERVICE SILENT is let through: it asks for nothing where no server is reached. And
    in a query that is wrong elsewhere too, the parser's message comes first: to see that it has to be tried as it is.
    """
    if not reads_as_keyword("service", query.text, lambda text: _parses(text, query.base), silent=offline):
        return
    if offline and not _parses(query.text, query.base):
        return  # it will be refused with the parser's message
    raise ServiceRefused(
        "SERVICE is refused: no server is asked but those that the operator allows (--allow-host), and by a query that "
        "can be taken apart; query them yourself and join here"
    )


def reads_as_keyword(word: str, text: str, parses: Callable[[str], bool], *, silent: bool) -> bool:
    """True when a text is no longer understood once every ``word`` in it is misspelt; if ``silent``, but those with
    SILENT after them.

    The engine shows no syntax tree, so its own parser is asked: inside a string, an IRI, a comment or a name a letter
    more changes nothing; a keyword becomes an error. True also for a text that was wrong before.
    """
    if word not in text.lower():
        return False
    misspelt = f"z{word}"
    while misspelt in text.lower():
        misspelt = f"z{misspelt}"
    # Of a secure server even the attempt ends a worker, not in silence: see `unsecured`.
    spared = r"(?!\s*silent)" if silent and "https:" not in text.lower() else ""
    changed = re.sub(word + spared, misspelt, text, flags=re.IGNORECASE)
    return changed != text and not parses(changed)


class _Output:
    """A file for the engine to write to: passes on large pieces, counts marks and stops at the limits."""

    def __init__(self, send: Callable[[bytes, bool], None], mark: bytes | None, most: int, size: int) -> None:
        self._send = send
        self._mark = mark
        self._most = most
        self._bytes_left = size
        self._waiting = bytearray()
        self._last = b""
        self.marks = 0

    def write(self, data: bytes) -> int:
        self._waiting += data
        if len(self._waiting) >= _PIECE:
            self._pass_on(last=False)
        return len(data)

    def flush(self) -> None:
        """The engine flushes when it is done; the rest goes with :meth:`end`."""

    def end(self) -> None:
        self._pass_on(last=True)

    def ends_with(self, data: bytes) -> bool:
        """Whether the last bytes are these, fewer than a mark has."""
        return self._last.endswith(data)

    def _pass_on(self, *, last: bool) -> None:
        self._bytes_left -= len(self._waiting)
        if self._bytes_left < 0:
            raise LimitReached("the results are longer than the server sends at once; page them with LIMIT and OFFSET")
        if self._mark is not None:
            seen = self._last + self._waiting  # a mark may begin in one piece and end in the next
            self.marks += seen.count(self._mark)
            self._last = seen[1 - len(self._mark) :] if len(self._mark) > 1 else b""
            if self.marks > self._most:
                raise LimitReached("there are more rows than the server sends at once; page them with LIMIT and OFFSET")
        self._send(bytes(self._waiting), last)
        self._waiting.clear()


def _run(store: Store, query: Query) -> Results:
    dataset: dict[str, Any] = {}
    if query.default_graphs or query.named_graphs:
        dataset["default_graph"] = [NamedNode(name) for name in query.default_graphs]
        dataset["named_graphs"] = [NamedNode(name) for name in query.named_graphs]
    return store.query(query.text, base_iri=query.base, **dataset)


def _kind(results: Results) -> Kind:
    if isinstance(results, QueryTriples):
        return "graph"
    return "boolean" if isinstance(results, QueryBoolean) else "rows"


def _encoder(encoding: Encoding | None, send: Callable[[bytes], None]) -> Callable[[bytes, bool], None]:
    """Compressed in the worker: there it costs the web process nothing."""
    if encoding is None:
        return lambda data, _: send(data)
    packer = zlib.compressobj(level=1, wbits=31)  # gzip
    return lambda data, last: send(packer.compress(data) + (packer.flush() if last else b""))


def unsecured(text: str) -> str:
    """The text with another word for https, to be tried in a worker: there the engine finds no certificates, and aborts
    where it should fail.
    """
    return re.sub("https:", "httpz:", text, flags=re.IGNORECASE)


def _parses(text: str, base: str | None) -> bool:
    try:
        Store().query(unsecured(text), base_iri=base)
    except (SyntaxError, ValueError):
        return False
    except (OSError, RuntimeError):
        return True  # it was understood; the server it names could not be reached
    return True
