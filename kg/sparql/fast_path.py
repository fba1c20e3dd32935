"""Plain queries at ``/sparql`` without Flask, whose routing, contexts and hooks cost more than a small query.

The fast path adds no behaviour of its own. :mod:`kg.sparql.request` parses the request, :mod:`kg.sparql.formats`
chooses the format. Flask handles all requests other than a plain query with a short answer. A test sends many requests
both ways and compares the responses.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from flask import Flask, Request, Response

from kg.engine import Answer, ClientDisconnected, Query
from kg.errors import KgError
from kg.http.compression import SMALLEST
from kg.http.etag import CACHE_CONTROL, REPEATABLE, Tags, is_repeatable
from kg.http.metrics import ROUTE
from kg.http.problems import Refusal
from kg.http.rate_limit import client_of
from kg.http.response_cache import CachedResponse
from kg.http.wsgi import AT_LEAST, OUTCOME, encoded
from kg.sparql import request
from kg.sparql.formats import HTML, ResponseFormat, choose_formats
from kg.sparql.request import BODY_LIMIT, FORM_TYPE, QUERY_TYPE, QueryRequest
from kg.sparql.unknown_graphs import may_name_graphs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from kg.engine import Lanes, Loop, Outcome
    from kg.engine.answering import Answering
    from kg.http.wsgi import Headers
    from kg.sparql.federation.rewrite import Federation

_PATH: Final = "/sparql"
_BEGUN: Final = "claimgraph.shortpath"
"""Key in the WSGI environment for a query that was begun before the app was called."""
_OK: Final = "200 OK"
_LONGEST_KEPT: Final = 1_024
"""Largest size of ``?format=`` and ``Accept`` together for which the choice of a format is cached."""
_OF_ONE_ANSWER: Final = frozenset({"content-type", "content-length", "etag", "cache-control", "vary"})


class ShortPath:
    """WSGI app in front of Flask's. ``app`` must be complete: its common headers are taken from it."""

    def __init__(self, app: Flask, engine: Answering, tags: Tags, base: str, federation: Federation | None) -> None:
        self._flask: WSGIApplication = app.wsgi_app
        self._engine = engine
        self._tags = tags
        self._base = base
        self._federation = federation
        self._formats = lru_cache(256)(choose_formats)
        self._headers = _headers_of_every_answer(app)
        self._heads = lru_cache(64)(self._head_of)

    def lanes(self, loop: Loop) -> Lanes | None:
        """Return the client for :meth:`begin` in an event loop; None if no query can be begun."""
        return self._engine.lanes(loop)

    def begin(self, environ: WSGIEnvironment, lanes: Lanes, tell: Callable[[], None]) -> bool:
        """Begin a plain query.

        Args:
            environ: The request.
            lanes: The client of the query workers.
            tell: Called when this app must be called with the same environment. The event loop must not wait for it.

        Returns:
            False if a thread must handle the request from its start.
        """
        if environ["PATH_INFO"] != _PATH or not _may_be_plain(environ):
            return False
        read = self._read(environ)
        if read is None:
            return False
        environ[AT_LEAST] = self._engine.revision
        query, client = read[0], client_of(environ.get("REMOTE_ADDR", ""))
        gone = environ.get("waitress.client_disconnected")

        def told(outcome: Outcome) -> None:
            environ[_BEGUN] = read, outcome
            tell()

        def told_first(outcome: Outcome) -> None:
            if outcome is not None or not lanes.wait(query, told, client, gone):
                told(outcome)

        return lanes.ask(query, told_first, client, gone) or lanes.wait(query, told, client, gone)

    def answer(self, environ: WSGIEnvironment) -> CachedResponse | None:
        """Return the response to a begun query without calling any app.

        The result is None if an app must change the response; then all apps are called.
        """
        (_, rows, graph), answer = environ[_BEGUN]
        if not isinstance(answer, Answer):
            return None
        body = answer.body
        if not isinstance(body, bytes) or not is_repeatable(environ):
            return None
        if len(body) >= SMALLEST and "HTTP_ACCEPT_ENCODING" in environ:
            return None
        chosen = graph if answer.kind == "graph" else rows
        tag = self._tags.of(environ, answer.revision)
        head = self._heads(chosen.content_type) % (len(body), tag.encode())
        return CachedResponse(answer.revision, head, body, f'"{tag}"', _PATH)

    def _head_of(self, content_type: str) -> bytes:
        """Return the head of all responses of a type, with placeholders for length and tag."""
        headers = _own_headers(content_type, 0, "Accept, Accept-Encoding", "TAG") + self._headers
        head = encoded(_OK, headers).replace(b"%", b"%%")
        return head.replace(b"Content-Length: 0", b"Content-Length: %d").replace(b"TAG", b"%b")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return the response that Flask would give.

        Args:
            environ: The request.
            start_response: Receives the status and the headers.
        """
        if environ["PATH_INFO"] != _PATH or OUTCOME in environ or not _may_be_plain(environ):
            return self._flask(environ, start_response)
        read, begun = environ.pop(_BEGUN, None) or (self._read(environ), None)
        if read is None:
            return self._flask(environ, start_response)
        query, rows, graph = read
        gone = environ.get("waitress.client_disconnected")
        try:
            answer = self._outcome(query, begun, gone, client_of(environ.get("REMOTE_ADDR", "")))
        except (KgError, ClientDisconnected, Refusal) as error:
            environ[OUTCOME] = error
            return self._flask(environ, start_response)
        if not isinstance(answer.body, bytes):
            environ[OUTCOME] = answer
            return self._flask(environ, start_response)
        chosen = graph if answer.kind == "graph" else rows
        environ[ROUTE] = _PATH
        tag = None
        if is_repeatable(environ):
            environ[REPEATABLE] = True
            tag = self._tags.of(environ, answer.revision)
        start_response(_OK, _own_headers(chosen.content_type, len(answer.body), "Accept", tag) + self._headers)
        return [answer.body]

    def _outcome(self, query: Query, begun: Outcome, gone: Callable[[], bool] | None, client: str) -> Answer:
        if begun is None:
            return self._engine.answer(query, gone=gone, client=client)
        if isinstance(begun, KgError):
            raise begun
        return begun if isinstance(begun, Answer) else begun.answer(gone)

    def _read(self, environ: WSGIEnvironment) -> tuple[Query, ResponseFormat, ResponseFormat] | None:
        """Return the query and its formats; None if Flask must handle the request."""
        try:
            if environ["REQUEST_METHOD"] == "GET":
                asked = request.read_address(environ["QUERY_STRING"].encode("latin-1"))
            else:
                asked = _read_body(environ)
            if asked is None:
                return None
            name, accept = asked.format_name, environ.get("HTTP_ACCEPT")
            is_short = len(name or "") + len(accept or "") <= _LONGEST_KEPT
            rows, graph = (self._formats if is_short else choose_formats)(name, accept)
        except Refusal:
            return None
        if rows is None or graph is None or rows is HTML or graph is HTML or self._is_for_flask(asked):
            return None
        query = Query(
            text=asked.text,
            rows=rows.name,  # type: ignore[arg-type]  # the offers have the engine's format names
            graph=graph.name,  # type: ignore[arg-type]
            default_graphs=asked.default_graphs or (),
            named_graphs=asked.named_graphs or (),
            base=self._base,
        )
        return query, rows, graph

    def _is_for_flask(self, asked: QueryRequest) -> bool:
        """Return whether the response needs more than the results, or may take long to begin."""
        if asked.default_graphs or asked.named_graphs or may_name_graphs(asked.text):
            return True  # the response reports missing graphs
        return self._federation is not None and self._federation.may_concern(asked.text)


def _own_headers(content_type: str, length: int, vary: str, tag: str | None) -> Headers:
    headers = [("Content-Type", content_type), ("Content-Length", str(length)), ("Vary", vary)]
    if tag is None:
        return [*headers, ("Cache-Control", "no-store")]
    return [*headers, ("ETag", f'W/"{tag}"'), ("Cache-Control", CACHE_CONTROL)]


def _may_be_plain(environ: WSGIEnvironment) -> bool:
    """Return whether the request can only be a query; the body of a POST is then buffered."""
    if environ["REQUEST_METHOD"] == "GET":
        return bool(environ.get("QUERY_STRING")) and "HTTP_IF_NONE_MATCH" not in environ and not _is_download(environ)
    if "HTTP_CONTENT_ENCODING" in environ or _is_download(environ):  # decompression takes time
        return False
    media_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    length = environ.get("CONTENT_LENGTH", "")
    if environ["REQUEST_METHOD"] != "POST" or media_type not in (FORM_TYPE, QUERY_TYPE):
        return False
    if not (length.isascii() and length.isdigit()) or int(length) > BODY_LIMIT:
        return False
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(length)))
    return True


def _is_download(environ: WSGIEnvironment) -> bool:
    """Return whether the address sets a file name or a byte-order mark for the response.

    Flask's app handles both.
    """
    asked = f"&{environ.get('QUERY_STRING', '')}"
    return "&name=" in asked or "&bom=" in asked


def _read_body(environ: WSGIEnvironment) -> QueryRequest | None:
    try:
        asked = request.read_query(Request(environ))
    finally:
        environ["wsgi.input"].seek(0)
    return asked if isinstance(asked, QueryRequest) else None


def _headers_of_every_answer(app: Flask) -> Headers:
    with app.test_request_context(_PATH):
        app.preprocess_request()
        headers = app.process_response(Response()).headers
    return [(name, value) for name, value in headers if name.lower() not in _OF_ONE_ANSWER]
