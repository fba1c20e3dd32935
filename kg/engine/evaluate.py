"""Evaluation of one query on one store, serialized to bytes.

Runs in a query worker, which may be killed.
"""

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
"""Text that the engine writes once a row, and its surplus over the rows.

Only a CSV cell may contain it.
"""
_NO_ROWS: Final = b"[]}}"
"""End of JSON results without rows. Results with one row contain no mark either."""
_PIECE: Final = 1 << 18


class Sink(Protocol):
    """Receives an answer: its kind and format first, then its pieces."""

    def begin(self, kind: Kind, format_name: str | None) -> None:
        """Receive the kind and format, once, before any piece.

        Args:
            kind: The kind of results.
            format_name: The format; None if the query names none for this kind.
        """

    def piece(self, data: bytes) -> None:
        """Receive the next bytes of the answer."""


TOO_MUCH_MEMORY: Final = "the query needs more memory than a query may take (--max-memory); ask for less at once"


class LimitReached(OSError):
    """The results exceed a limit. It is an OSError, because the engine aborts cleanly on one."""


def evaluate(store: Store, query: Query, sink: Sink, *, max_rows: int, max_bytes: int) -> int:
    """Run a query, write its results into ``sink``, and return the number of rows.

    Other kinds of results have 0 rows.

    Args:
        store: The graph.
        query: The query.
        sink: Receives the results.
        max_rows: The largest number of rows.
        max_bytes: The largest size of the results.

    Raises:
        QueryError: The query does not parse or fails.
        ServiceRefused: The query uses another server.
        QueryTooLarge: The results exceed a limit.
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
    """Serialize results in the query's format for their kind, and return the number of rows.

    For CSV the number is that of lines. Without a format for that kind only the kind is written.

    Args:
        results: The results of the engine.
        query: The query that names the formats.
        sink: Receives the results.
        max_rows: The largest number of rows.
        max_bytes: The largest size of the results.
    """
    kind: Kind = _kind(results)
    name = query.graph if kind == "graph" else query.rows
    sink.begin(kind, name)
    if name is None:
        return 0
    # The general way costs more than such a short answer.
    if isinstance(results, QueryBoolean) and query.encoding is None:
        sink.piece(results.serialize(format=ROW_FORMATS[name]) or b"")
        return 0
    mark, more = _ROW_MARKS[name] if kind == "rows" else (None, 0)
    output: Any = _Output(_encoder(query.encoding, sink.piece), mark, max_rows + more, max_bytes)
    known: Any = GRAPH_FORMATS if kind == "graph" else ROW_FORMATS
    results.serialize(output=output, format=known[name])
    output.end()
    return 0 if mark is None or output.ends_with(_NO_ROWS) else output.marks - more


def refuse_service(query: Query, *, offline: bool = True) -> None:
    """Raise ServiceRefused if the query uses SERVICE.

    With ``offline``, that is in a worker, SERVICE SILENT is allowed, because it has no effect without a network. A
    query with a syntax error elsewhere gets the parser's message first, so it is parsed here.

    Args:
        query: The query.
        offline: Whether the process has no network.

    Raises:
        ServiceRefused: The query uses SERVICE.
    """
    if not reads_as_keyword("service", query.text, lambda text: _parses(text, query.base), silent=offline):
        return
    if offline and not _parses(query.text, query.base):
        return  # the parser's message will refuse it
    raise ServiceRefused(
        "SERVICE is refused: only servers that the operator allows (--allow-host) are queried, and only by a query "
        "that can be taken apart; query them yourself and join here"
    )


def reads_as_keyword(word: str, text: str, parses: Callable[[str], bool], *, silent: bool) -> bool:
    """Return whether a text uses ``word`` as a keyword.

    The engine exposes no syntax tree, so this function misspells the word and parses again. A misspelt keyword is a
    syntax error; inside a string, an IRI, a comment or a name the change is harmless. A text with a syntax error also
    gives True.

    Args:
        word: The keyword in lower case.
        text: The query or update.
        parses: Returns whether a text parses.
        silent: Whether to ignore the keyword before SILENT.
    """
    if word not in text.lower():
        return False
    misspelt = f"z{word}"
    while misspelt in text.lower():
        misspelt = f"z{misspelt}"
    # With https even the attempt ends a worker, also after SILENT: see `unsecured`.
    spared = r"(?!\s*silent)" if silent and "https:" not in text.lower() else ""
    changed = re.sub(word + spared, misspelt, text, flags=re.IGNORECASE)
    return changed != text and not parses(changed)


class _Output:
    """File object for the engine: forwards large pieces, counts marks and enforces the limits."""

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
        """Do nothing: the engine flushes at its end, and :meth:`end` sends the rest."""

    def end(self) -> None:
        self._pass_on(last=True)

    def ends_with(self, data: bytes) -> bool:
        """Return whether the last bytes are ``data``, which must be shorter than a mark."""
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
    """Return a function that compresses pieces and sends them.

    The worker compresses, not the server process.
    """
    if encoding is None:
        return lambda data, _: send(data)
    packer = zlib.compressobj(level=1, wbits=31)  # gzip
    return lambda data, last: send(packer.compress(data) + (packer.flush() if last else b""))


def unsecured(text: str) -> str:
    """Return the text with https replaced, for a trial parse.

    A worker finds no certificates, and for https the engine then aborts instead of failing.
    """
    return re.sub("https:", "httpz:", text, flags=re.IGNORECASE)


def _parses(text: str, base: str | None) -> bool:
    try:
        Store().query(unsecured(text), base_iri=base)
    except (SyntaxError, ValueError):
        return False
    except (OSError, RuntimeError):
        return True  # the text parsed; only the server that it names is unreachable
    return True
