"""``/sparql``: one query in, its results out, in the format the client likes best."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.web import description, guard, protocol
from kg.web.formats import GRAPH_FORMATS, HTML, choose_format, offers_for
from kg.web.pages import Pages
from kg.web.queryable import QueryableStore

_METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")


def install(app: Flask, store: QueryableStore, pages: Pages, base: str) -> None:
    """Serve the SPARQL Protocol's query operation over ``store``; relative IRIs of queries stand on ``base``."""

    def sparql() -> AnyResponse:
        if request.method == "OPTIONS":
            return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(_METHODS)})
        asked = protocol.read_query(request)
        if asked is None:
            return _describe()
        results = guard.run(store, asked, base)
        chosen = choose_format(offers_for(results), asked.format_name, request.headers.get("Accept"))
        body = pages.results(asked, results) if chosen is HTML else chosen.write(results)
        response = Response(body, content_type=chosen.content_type)
        response.headers["Vary"] = "Accept"
        return response

    app.add_url_rule("/sparql", "sparql", sparql, methods=_METHODS, provide_automatic_options=False)


def _describe() -> AnyResponse:
    """The service description; a person is led to the query form."""
    offer = choose_format((*GRAPH_FORMATS, HTML), None, request.headers.get("Accept"))
    response: AnyResponse
    if offer is HTML:
        response = redirect(url_for("query"), HTTPStatus.SEE_OTHER)
    else:
        endpoint = url_for("sparql", _external=True)
        response = Response(description.write(description.service(endpoint), offer), content_type=offer.content_type)
    response.headers["Vary"] = "Accept"
    return response
