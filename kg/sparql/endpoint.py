"""``/sparql``: answers a query in the client's preferred format, or executes an update."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias

from flask import Flask, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.engine import Answer, Query
from kg.engine.answering import Answering
from kg.http import etag
from kg.http.admission import admit
from kg.http.problems import not_acceptable
from kg.http.streaming import response_of
from kg.http.wsgi import OUTCOME
from kg.sparql import request as protocol
from kg.sparql import serialize, service_description, unknown_graphs
from kg.sparql.federation.rewrite import Federation
from kg.sparql.formats import GRAPH_OFFERS, HTML, ROW_OFFERS, ResponseFormat, choose_format, choose_formats
from kg.sparql.request import QueryRequest, UpdateRequest
from kg.sparql.request_store import client, client_gone
from kg.sparql.update import update
from kg.sparql.writer import Writer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ResultsPage: TypeAlias = Callable[[QueryRequest, Answer], str]
"""Renders an answer to a query as a page."""
_METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")


def install(
    app: Flask,
    engine: Answering,
    render_results: ResultsPage,
    base: str,
    writer: Writer | None,
    federation: Federation | None,
) -> None:
    """Serve the SPARQL Protocol.

    Args:
        app: The app that gets the route.
        engine: The engine that answers queries.
        render_results: The page for a client that accepts HTML.
        base: The base of relative IRIs.
        writer: The writer of updates; without one updates are refused.
        federation: The requests to other servers; without one SERVICE is refused.
    """

    def sparql() -> AnyResponse:
        if request.method == "OPTIONS":
            return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(_METHODS)})
        asked = protocol.read_query(request)
        if asked is None:
            return _describe(is_writable=writer is not None, is_federated=federation is not None)
        if isinstance(asked, UpdateRequest):
            return update(writer, asked, base, federation)
        return _answer(engine, asked, render_results, base, federation)

    def with_a_slash() -> AnyResponse:
        """Redirect with 308, which preserves method and body."""
        query = request.query_string.decode("latin-1")
        return redirect(url_for("sparql") + (f"?{query}" if query else ""), HTTPStatus.PERMANENT_REDIRECT)

    app.add_url_rule("/sparql", "sparql", sparql, methods=_METHODS, provide_automatic_options=False)
    app.add_url_rule("/sparql/", "sparql_with_a_slash", with_a_slash, methods=_METHODS, provide_automatic_options=False)
    admit(app, "sparql", lambda environ: protocol.BODY_LIMIT if _may_ask(environ, writer) else 0)


def _may_ask(environ: WSGIEnvironment, writer: Writer | None) -> bool:
    """Return whether the body may be a query, or an update with the token."""
    media_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if media_type == protocol.UPDATE_TYPE:
        return writer is not None and writer.token.is_in(environ.get("HTTP_AUTHORIZATION", ""))
    return environ["REQUEST_METHOD"] == "POST" and media_type in (protocol.FORM_TYPE, protocol.QUERY_TYPE)


def _answer(
    engine: Answering, asked: QueryRequest, render_results: ResultsPage, base: str, federation: Federation | None
) -> Response:
    rows, graph = choose_formats(asked.format_name, request.headers.get("Accept"))
    query = Query(
        text=asked.text,
        rows=_name(rows, for_page="tsv"),  # type: ignore[arg-type]  # the offers have the engine's format names
        graph=_name(graph, for_page="ntriples"),  # type: ignore[arg-type]
        default_graphs=asked.default_graphs or (),
        named_graphs=asked.named_graphs or (),
        base=base,
    )
    outcome = request.environ.get(OUTCOME)
    if isinstance(outcome, Answer):
        answer = outcome
    elif federation is not None and federation.may_concern(query.text):
        joined, seconds = federation.query(query, client_gone())
        if joined is not query:
            etag.not_to_be_kept()
        answer = engine.answer(joined, deadline=seconds, gone=client_gone(), client=client())
    else:
        answer = engine.answer(query, gone=client_gone(), client=client())
    etag.answered_at(answer.revision)
    chosen = graph if answer.kind == "graph" else rows
    if chosen is None:
        raise not_acceptable(GRAPH_OFFERS if answer.kind == "graph" else ROW_OFFERS)
    response = Response(render_results(asked, answer)) if chosen is HTML else response_of(answer)
    response.headers["Content-Type"] = chosen.content_type
    response.headers["Vary"] = "Accept"
    named = (*(asked.default_graphs or ()), *(asked.named_graphs or ()))  # which FROM does not change
    notice = unknown_graphs.notice(engine, named or unknown_graphs.named_in(asked.text, base))
    if notice is not None:
        response.headers[unknown_graphs.HEADER] = notice
    return response


def _name(offer: ResponseFormat | None, *, for_page: str) -> str | None:
    """Return the engine's name of a format; a page gets the format that is parsed most easily."""
    if offer is None:
        return None
    return for_page if offer is HTML else offer.name


def _describe(*, is_writable: bool, is_federated: bool) -> AnyResponse:
    """Return the service description; redirect a browser to the query form."""
    offer = choose_format(GRAPH_OFFERS, None, request.headers.get("Accept"))
    response: AnyResponse
    if offer is HTML:
        response = redirect(url_for("query"), HTTPStatus.SEE_OTHER)
    else:
        endpoint = url_for("sparql", _external=True)
        described = service_description.service(endpoint, is_writable=is_writable, is_federated=is_federated)
        body = serialize.write(described, offer)
        response = Response(body, content_type=offer.content_type)
    response.headers["Vary"] = "Accept"
    return response
