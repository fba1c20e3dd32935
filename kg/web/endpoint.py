"""``/sparql``: one query in, its results out, in the format the client likes best."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request

from kg.web import guard, protocol
from kg.web.formats import FORMAT_NAMES, HTML, Format, is_known, named, offers_for
from kg.web.headers import open_to_all_origins
from kg.web.negotiation import negotiate
from kg.web.pages import Pages
from kg.web.problems import Refusal, not_acceptable
from kg.web.queryable import QueryableStore

PATH: Final = "/sparql"
_METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")


def install(app: Flask, store: QueryableStore, pages: Pages, base: str) -> None:
    """Serve the SPARQL Protocol's query operation over ``store``; relative IRIs of queries stand on ``base``."""

    def sparql() -> Response:
        if request.method == "OPTIONS":
            return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(_METHODS)})
        asked = protocol.read_query(request)
        results = guard.run(store, asked, base)
        chosen = choose_format(offers_for(results), asked.format_name, request.headers.get("Accept"))
        body = pages.results(asked, results) if chosen is HTML else chosen.write(results)
        response = Response(body, content_type=chosen.content_type)
        response.headers["Vary"] = "Accept"
        return response

    app.add_url_rule(PATH, "sparql", sparql, methods=_METHODS, provide_automatic_options=False)

    @app.after_request
    def share(response: Response) -> Response:
        return open_to_all_origins(response) if request.path == PATH else response


def choose_format(offers: tuple[Format, ...], name: str | None, accept: str | None) -> Format:
    """``?format=`` before ``Accept``. Raises Refusal: 400 for a name nobody knows, 406 for one that does not fit."""
    if name is None:
        chosen = negotiate(accept, offers)
    elif is_known(name):
        chosen = named(name, offers)
    else:
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            "unknown-format",
            f"There is no format {name!r}. There are: {', '.join(FORMAT_NAMES)}.",
        )
    if chosen is None:
        raise not_acceptable(offers)
    return chosen
