"""Rewriting of federated queries and updates: results of other servers replace their SERVICE and LOAD clauses.

A query worker has no network, so the engine cannot make the requests itself. Each outermost ``SERVICE <address> { ...
}`` is sent to its server as a query of its own, and ``{ VALUES ... }`` with the rows replaces it. A ``LOAD`` becomes an
``INSERT DATA`` of the fetched graph. The specification defines them so: a block is evaluated by itself and then joined
(SPARQL 1.1 Federated Query, section 4).
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urldefrag, urlencode, urlsplit

from pyoxigraph import DefaultGraph, RdfFormat, serialize

from kg.engine import Query, RemoteResults, Upload
from kg.errors import InputError, OutsideFailed, QueryError, QueryTimeout, QueryTooLarge, ServiceRefused
from kg.sparql.federation.client import Outside, RemoteReply, RemoteRequest, RequestDeadline
from kg.sparql.federation.scanner import Load, RemoteQueries, Service, loads, services
from kg.sparql.formats import GRAPH_FORMATS, ResponseFormat, named

if TYPE_CHECKING:
    from kg.engine.answering import Answering
    from kg.sparql.writer import Writer

Gone: TypeAlias = Callable[[], bool]

LONGEST_TEXT: Final = 1 << 16
"""Characters of a text that is rewritten.

Longer texts go to the workers unchanged, which have no network.
"""
MOST_REQUESTS: Final = 20
"""Number of requests to other servers for one text."""
MOST_BYTES: Final = 16 << 20
"""Total size of the responses for one text."""
_LONGEST_GET: Final = 2_000
_ROWS: Final = "application/sparql-results+json"
_GRAPHS: Final = "text/turtle, application/n-triples, application/ld+json;q=0.9, application/rdf+xml;q=0.9, */*;q=0.1"
_ENDINGS: Final = MappingProxyType(
    {"ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld", "rdf": "rdfxml", "owl": "rdfxml", "n3": "n3"}
)
_SAYS_NOTHING: Final = frozenset({"text/plain", "application/octet-stream", "binary/octet-stream"})
_SERVICE: Final = re.compile("service", re.IGNORECASE)
_SERVICE_OR_LOAD: Final = re.compile("service|load", re.IGNORECASE)


class Federation:
    """Rewrites texts with the responses of the allowed servers.

    ``engine`` parses the responses. Their blank nodes become IRIs under ``base``.
    """

    def __init__(self, engine: Answering, outside: Outside, base: str) -> None:
        self._engine = engine
        self._outside = outside
        self._base = base

    def may_concern(self, text: str, *, is_update: bool = False) -> bool:
        """Return False for a text that certainly contacts no server.

        Args:
            text: The query or update.
            is_update: Whether the text is an update.
        """
        keyword = _SERVICE_OR_LOAD if is_update else _SERVICE
        return len(text) <= LONGEST_TEXT and keyword.search(text) is not None

    def query(self, query: Query, gone: Gone | None) -> tuple[Query, float | None]:
        """Insert the results of other servers into a query.

        Args:
            query: The query.
            gone: Returns whether the client has disconnected.

        Returns:
            The new query and the remaining seconds; the same query and None if it contacts no server.

        Raises:
            ServiceRefused: The query contacts a server that is not allowed.
            QueryError: The query cannot be taken apart.
            OutsideFailed: A server failed.
            OutsideTimeout: A server did not answer in time.
        """
        joining = self._joining(gone)
        blocks = list(islice(services(query.text, query.base), MOST_REQUESTS + 1))
        if not blocks:
            return query, None
        text = joining.joined(query.text, blocks)
        return replace(query, text=text), joining.seconds_left()

    def update(self, text: str, base: str, writer: Writer, gone: Gone | None) -> tuple[str, float | None]:
        """Insert the results of other servers into an update.

        Args:
            text: The update.
            base: The base of relative IRIs.
            writer: Parses loaded graphs.
            gone: Returns whether the client has disconnected.

        Returns:
            The new text and the remaining seconds; the same text and None if it contacts no server.
        """
        joining = self._joining(gone, writer)
        found: tuple[Iterator[Service | Load], ...] = services(text, base), loads(text, base)
        blocks = [block for kind in found for block in islice(kind, MOST_REQUESTS + 1)]
        if not blocks:
            return text, None
        text = joining.joined(text, blocks)
        return text, joining.seconds_left()

    def _joining(self, gone: Gone | None, writer: Writer | None = None) -> _Joining:
        patience = RequestDeadline(time.monotonic() + self._engine.deadline, gone)
        names = f"{self._base}.well-known/genid/{uuid.uuid4()}-"
        return _Joining(self._engine, self._outside, patience, names, writer)


class _Joining:
    """The work on one text, with one deadline and one limit of bytes for all its requests."""

    def __init__(
        self, engine: Answering, outside: Outside, patience: RequestDeadline, names: str, writer: Writer | None
    ) -> None:
        self._engine = engine
        self._outside = outside
        self._patience = patience
        self._names = names
        self._writer = writer
        self._bytes_left = MOST_BYTES

    def seconds_left(self) -> float:
        """Return the seconds until the deadline. Raises QueryTimeout if none are left."""
        try:
            return self._patience.left()
        except TimeoutError:
            raise QueryTimeout("the other servers took all the time that a query may take") from None

    def joined(self, text: str, blocks: Sequence[Service | Load]) -> str:
        """Replace each block by the response of its server. All blocks are checked before the first request.

        Args:
            text: The text.
            blocks: The blocks to replace.

        Raises:
            ServiceRefused: There are too many requests, or a server is not allowed.
        """
        if len(blocks) > MOST_REQUESTS:
            raise ServiceRefused(f"the text asks other servers more than {MOST_REQUESTS} times")
        refusals = {block.start: self._refusal(block) for block in blocks}
        pieces, end = [], 0
        for number, block in enumerate(sorted(blocks, key=lambda block: block.start)):
            pieces += [text[end : block.start], self._answered(block, refusals[block.start], number)]
            end = block.end
        return "".join([*pieces, text[end:]])

    def _refusal(self, block: Service | Load) -> str | None:
        """Return the reason to skip a SILENT block; None if its request is allowed.

        Raises ServiceRefused for a block without SILENT that is not allowed.
        """
        nested = block.nested if isinstance(block, Service) else ()
        for address in (block.address, *nested):
            if address is None:
                why: str | None = "SERVICE with a variable: write the address itself"
            else:
                why = self._outside.refusal(address)
            if why is not None:
                if not block.is_silent:
                    raise ServiceRefused(f"{_WORDS[type(block)]} is refused: {why}")
                return why
        return None

    def _answered(self, block: Service | Load, refusal: str | None, number: int) -> str:
        """Return the replacement of a block. A failed SILENT block becomes an empty one."""
        nothing = "{ }" if isinstance(block, Service) else "INSERT DATA { }"
        if refusal is not None or block.address is None:
            return nothing
        try:
            if isinstance(block, Service):
                return self._rows(block.address, block.query, number)
            return self._quads(block.address, block.graph)
        except OutsideFailed:
            if block.is_silent:
                return nothing
            raise

    def _rows(self, address: str, query: str, number: int) -> str:
        reply = self._asked(_asking(address, query, self._bytes_left))
        host = urlsplit(address).netloc
        if "json" not in reply.media_type:
            raise OutsideFailed(f"{host} answers with {reply.media_type}, not with {_ROWS}")
        table = RemoteResults(data=reply.body, names=f"{self._names}{number}-")
        try:
            return f"{{ {self._engine.values(table, deadline=self.seconds_left(), gone=self._patience.gone)} }}"
        except QueryError as error:
            raise OutsideFailed(f"{host}: its answer cannot be read: it is nested too deep, or too long") from error
        except (InputError, QueryTooLarge) as error:
            raise OutsideFailed(f"{host}: {error}") from error

    def _quads(self, address: str, graph: str | None) -> str:
        reply = self._asked(RemoteRequest(address, _GRAPHS, self._bytes_left))
        host = urlsplit(address).netloc
        if self._writer is None:
            raise TypeError("only an update loads")
        offer = _format(reply.media_type, address)
        if offer is None:
            raise OutsideFailed(f"{host} answers with {reply.media_type}, which holds no graph that is read here")
        upload = Upload(data=reply.body, format=offer.name, base=address)  # type: ignore[arg-type]
        try:
            quads = self._writer.read(upload, self._patience.gone, deadline=self.seconds_left())
        except (InputError, QueryTooLarge) as error:
            raise OutsideFailed(f"{host}: <{address}> cannot be read: {error}") from error
        if any(quad.graph_name != DefaultGraph() for quad in quads):
            raise OutsideFailed(f"{host}: <{address}> has graphs of its own, so it is not one graph; post it to /store")
        lines = (serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b"").decode()
        return f"INSERT DATA {{ {lines} }}" if graph is None else f"INSERT DATA {{ GRAPH <{graph}> {{ {lines} }} }}"

    def _asked(self, request: RemoteRequest) -> RemoteReply:
        reply = self._outside.ask(request, self._patience)
        self._bytes_left -= len(reply.body)
        return reply


_WORDS: Final[MappingProxyType[type[RemoteQueries], str]] = MappingProxyType({Service: "SERVICE", Load: "LOAD"})


def _asking(address: str, query: str, most: int) -> RemoteRequest:
    """Return a GET request, which changes nothing, or a POST request if the query is too long."""
    form = urlencode({"query": query})
    bare, _ = urldefrag(address)
    long = f"{bare}{'&' if urlsplit(bare).query else '?'}{form}"
    if len(long) <= _LONGEST_GET:
        return RemoteRequest(long, _ROWS, most)
    return RemoteRequest(bare, _ROWS, most, form.encode())


def _format(media_type: str, address: str) -> ResponseFormat | None:
    """Return the format for a media type or, for an unspecific type, for the ending of the address."""
    if media_type in _SAYS_NOTHING:
        ending = urlsplit(address).path.rpartition(".")[2].lower()
        if ending in _ENDINGS:
            return named(_ENDINGS[ending], GRAPH_FORMATS)
    return named(media_type, GRAPH_FORMATS)
