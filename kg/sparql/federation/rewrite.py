"""Queries and updates that ask other servers: what those answer is written into the text, and a worker gets the rest.

The engine would make the requests itself, so it is never given the chance: a query worker has no network. Here each
outermost ``SERVICE <address> { ... }`` is sent to its server as a query of its own, and the rows that come back stand
in its place as ``{ VALUES ... }``; a ``LOAD`` becomes the ``INSERT DATA`` of what was fetched. That is what the
specification says they mean: a block is evaluated by itself and then joined (SPARQL 1.1 Federated Query, section 4).
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
"""Characters of a text that is taken apart; a longer one is left to the workers, which reach nobody."""
MOST_REQUESTS: Final = 20
"""Of one text to other servers."""
MOST_BYTES: Final = 16 << 20
"""Of all that other servers answer to one text."""
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
    """Over the ``outside`` that may be asked. ``engine`` reads what others answer; IRIs under ``base`` stand for their
    blank nodes.
    """

    def __init__(self, engine: Answering, outside: Outside, base: str) -> None:
        self._engine = engine
        self._outside = outside
        self._base = base

    def may_concern(self, text: str, *, is_update: bool = False) -> bool:
        """False for a text that certainly asks nobody."""
        keyword = _SERVICE_OR_LOAD if is_update else _SERVICE
        return len(text) <= LONGEST_TEXT and keyword.search(text) is not None

    def query(self, query: Query, gone: Gone | None) -> tuple[Query, float | None]:
        """The query with the answers of other servers in it, and how many seconds are left for it; the same and None
        where it asks nobody.

        Raises ServiceRefused for one that asks a server it may not, QueryError for one that cannot be taken apart,
        OutsideFailed, OutsideTimeout, and what :meth:`kg.engine.Engine.answer` raises.
        """
        joining = self._joining(gone)
        blocks = list(islice(services(query.text, query.base), MOST_REQUESTS + 1))
        if not blocks:
            return query, None
        text = joining.joined(query.text, blocks)
        return replace(query, text=text), joining.seconds_left()

    def update(self, text: str, base: str, writer: Writer, gone: Gone | None) -> tuple[str, float | None]:
        """The same for an update; ``writer`` reads what is loaded."""
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
    """The work on one text, which has one deadline and one limit of bytes for all that it asks."""

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
        """Until the deadline. Raises QueryTimeout when there are none."""
        try:
            return self._patience.left()
        except TimeoutError:
            raise QueryTimeout("the other servers took all the time that a query may take") from None

    def joined(self, text: str, blocks: Sequence[Service | Load]) -> str:
        """The text with each of these replaced by what its server answers. None is asked before all are allowed."""
        if len(blocks) > MOST_REQUESTS:
            raise ServiceRefused(f"the text asks other servers more than {MOST_REQUESTS} times")
        refusals = {block.start: self._refusal(block) for block in blocks}
        pieces, end = [], 0
        for number, block in enumerate(sorted(blocks, key=lambda block: block.start)):
            pieces += [text[end : block.start], self._answered(block, refusals[block.start], number)]
            end = block.end
        return "".join([*pieces, text[end:]])

    def _refusal(self, block: Service | Load) -> str | None:
        """Why a SILENT block is passed over; None where it may be asked. Raises ServiceRefused for any other."""
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
        """What stands in the place of a block: of a SILENT one that fails, what binds or inserts nothing."""
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
    """A GET, which changes nothing, unless it is too long for one."""
    form = urlencode({"query": query})
    bare, _ = urldefrag(address)
    long = f"{bare}{'&' if urlsplit(bare).query else '?'}{form}"
    if len(long) <= _LONGEST_GET:
        return RemoteRequest(long, _ROWS, most)
    return RemoteRequest(bare, _ROWS, most, form.encode())


def _format(media_type: str, address: str) -> ResponseFormat | None:
    """By the media type; where that says nothing, by how the address ends."""
    if media_type in _SAYS_NOTHING:
        ending = urlsplit(address).path.rpartition(".")[2].lower()
        if ending in _ENDINGS:
            return named(_ENDINGS[ending], GRAPH_FORMATS)
    return named(media_type, GRAPH_FORMATS)
