"""Plain queries at ``/sparql`` without Flask: routing, contexts and hooks cost more than a small query.

It means nothing of its own. A request is read by :mod:`kg.web.protocol`, its format chosen by :mod:`kg.web.formats`,
and what is not a plain query with a short answer as data goes on to Flask, which then answers, refuses or describes. A
test sends many requests both ways and compares the answers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from flask import Flask, Request, Response

from kg.engine import Answer, Gone, Query
from kg.errors import KgError
from kg.web import protocol
from kg.web.conditional import CACHE_CONTROL, REPEATABLE, Tags, is_repeatable
from kg.web.formats import HTML, Format, choose_formats
from kg.web.metrics import ROUTE
from kg.web.problems import Refusal
from kg.web.protocol import BODY_LIMIT, FORM_TYPE, QUERY_TYPE, QueryRequest
from kg.web.wsgi import OUTCOME

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from kg.web.queryable import Answering
    from kg.web.wsgi import Headers

_PATH: Final = "/sparql"
_OF_ONE_ANSWER: Final = frozenset({"content-type", "content-length", "etag", "cache-control", "vary"})


class ShortPath:
    """A WSGI app in front of Flask's. ``app`` is complete: the headers it puts on every answer are taken from it."""

    def __init__(self, app: Flask, engine: Answering, tags: Tags, base: str) -> None:
        self._flask: WSGIApplication = app.wsgi_app
        self._engine = engine
        self._tags = tags
        self._base = base
        self._formats = lru_cache(256)(choose_formats)
        self._headers = _headers_of_every_answer(app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """What Flask would answer."""
        if environ["PATH_INFO"] != _PATH or OUTCOME in environ or not _may_be_plain(environ):
            return self._flask(environ, start_response)
        read = self._read(environ)
        if read is None:
            return self._flask(environ, start_response)
        query, rows, graph = read
        try:
            answer = self._engine.answer(query, gone=environ.get("waitress.client_disconnected"))
        except (KgError, Gone, Refusal) as error:
            environ[OUTCOME] = error
            return self._flask(environ, start_response)
        if not isinstance(answer.body, bytes):
            environ[OUTCOME] = answer
            return self._flask(environ, start_response)
        chosen = graph if answer.kind == "graph" else rows
        environ[ROUTE] = _PATH
        start_response("200 OK", self._head(environ, answer, chosen, len(answer.body)))
        return [answer.body]

    def _read(self, environ: WSGIEnvironment) -> tuple[Query, Format, Format] | None:
        """The query and what it is to be written in; None for what Flask has to look at."""
        request = Request(environ)
        try:
            asked = protocol.read_query(request)
            if not isinstance(asked, QueryRequest):
                return None
            rows, graph = self._formats(asked.format_name, environ.get("HTTP_ACCEPT"))
        except Refusal:
            return None
        finally:
            _rewind(environ)
        if rows is None or graph is None or HTML in (rows, graph):
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

    def _head(self, environ: WSGIEnvironment, answer: Answer, chosen: Format, length: int) -> Headers:
        headers = [
            ("Content-Type", chosen.content_type),
            ("Content-Length", str(length)),
            ("Vary", "Accept"),
            *self._headers,
        ]
        if is_repeatable(environ):
            environ[REPEATABLE] = True
            tag = self._tags.of(environ, answer.revision)
            return [*headers, ("ETag", f'W/"{tag}"'), ("Cache-Control", CACHE_CONTROL)]
        return [*headers, ("Cache-Control", "no-store")]


def _may_be_plain(environ: WSGIEnvironment) -> bool:
    """True where nothing but a query can be meant; the body of a POST is then at hand for whoever reads it next."""
    if environ["REQUEST_METHOD"] == "GET":
        return bool(environ.get("QUERY_STRING")) and "HTTP_IF_NONE_MATCH" not in environ
    media_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    length = environ.get("CONTENT_LENGTH", "")
    if environ["REQUEST_METHOD"] != "POST" or media_type not in (FORM_TYPE, QUERY_TYPE):
        return False
    if not (length.isascii() and length.isdigit()) or int(length) > BODY_LIMIT:
        return False
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(length)))
    return True


def _rewind(environ: WSGIEnvironment) -> None:
    if environ["REQUEST_METHOD"] == "POST":
        environ["wsgi.input"].seek(0)


def _headers_of_every_answer(app: Flask) -> Headers:
    with app.test_request_context(_PATH):
        app.preprocess_request()
        headers = app.process_response(Response()).headers
    return [(name, value) for name, value in headers if name.lower() not in _OF_ONE_ANSWER]
