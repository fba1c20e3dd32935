"""Plain queries at ``/sparql`` without Flask: routing, contexts and hooks cost more than a small query.

It means nothing of its own. A request is read by :mod:`kg.sparql.request`, its format chosen by
:mod:`kg.sparql.formats`, and what is not a plain query with a short answer as data goes on to Flask, which then
answers, refuses or describes. A test sends many requests both ways and compares the answers.
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

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from kg.engine import Lanes, Loop, Outcome
    from kg.engine.answering import Answering
    from kg.http.wsgi import Headers
    from kg.sparql.federation.rewrite import Federation

_PATH: Final = "/sparql"
_BEGUN: Final = "claimgraph.shortpath"
"""Where in the WSGI environment a query stands that was read and begun before the app was called."""
_OK: Final = "200 OK"
_LONGEST_KEPT: Final = 1_024
"""Characters of ``?format=`` and ``Accept`` together of which the choice of a format is kept."""
_OF_ONE_ANSWER: Final = frozenset({"content-type", "content-length", "etag", "cache-control", "vary"})


class ShortPath:
    """A WSGI app in front of Flask's. ``app`` is complete: the headers it puts on every answer are taken from it."""

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
        """What :meth:`begin` needs: for an event loop. None where nothing can be begun."""
        return self._engine.lanes(loop)

    def begin(self, environ: WSGIEnvironment, lanes: Lanes, tell: Callable[[], None]) -> bool:
        """Have a plain query begun; ``tell`` is called when this app is to be called with the same environment, and is
        not to be waited for by the loop. False for what has to be worked on in a thread from the start.
        """
        if environ["PATH_INFO"] != _PATH or not _may_be_plain(environ):
            return False
        read = self._read(environ)
        if read is None:
            return False
        environ[AT_LEAST] = self._engine.revision

        def told(outcome: Outcome) -> None:
            environ[_BEGUN] = read, outcome
            tell()

        client, gone = client_of(environ.get("REMOTE_ADDR", "")), environ.get("waitress.client_disconnected")
        return lanes.ask(read[0], told, client, gone) or lanes.wait(read[0], told, client, gone)

    def answer(self, environ: WSGIEnvironment) -> CachedResponse | None:
        """The answer to a begun query; made without this app and those in front of it. None where one of them has more
        to do than to pass it on, and all are to be called.
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
        """What is before all answers of that type, with places for their length and tag."""
        headers = _own_headers(content_type, 0, "Accept, Accept-Encoding", "TAG") + self._headers
        head = encoded(_OK, headers).replace(b"%", b"%%")
        return head.replace(b"Content-Length: 0", b"Content-Length: %d").replace(b"TAG", b"%b")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """What Flask would answer."""
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
        """The query and what it is to be written in; None for what Flask has to look at."""
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
        if rows is None or graph is None or HTML in (rows, graph) or self._is_for_flask(asked):
            return None
        query = Query(
            text=asked.text,
            rows=rows.name,  # type: ignore[arg-type]  # the offers are named as the engine's formats
            graph=graph.name,  # type: ignore[arg-type]
            default_graphs=asked.default_graphs or (),
            named_graphs=asked.named_graphs or (),
            base=self._base,
        )
        return query, rows, graph

    def _is_for_flask(self, asked: QueryRequest) -> bool:
        """Return whether more belongs to the answer than the results, or it may take long before it is begun."""
        if asked.default_graphs or asked.named_graphs:
            return True  # one that is not there is said
        return self._federation is not None and self._federation.may_concern(asked.text)


def _own_headers(content_type: str, length: int, vary: str, tag: str | None) -> Headers:
    headers = [("Content-Type", content_type), ("Content-Length", str(length)), ("Vary", vary)]
    if tag is None:
        return [*headers, ("Cache-Control", "no-store")]
    return [*headers, ("ETag", f'W/"{tag}"'), ("Cache-Control", CACHE_CONTROL)]


def _may_be_plain(environ: WSGIEnvironment) -> bool:
    """True where nothing but a query can be meant; the body of a POST is then at hand for whoever reads it next."""
    if environ["REQUEST_METHOD"] == "GET":
        return bool(environ.get("QUERY_STRING")) and "HTTP_IF_NONE_MATCH" not in environ and not _is_download(environ)
    if "HTTP_CONTENT_ENCODING" in environ or _is_download(environ):  # to unpack it takes time
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
    """Return whether the address asks for a name of the answer, or a mark before it, which Flask's app sees to."""
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
