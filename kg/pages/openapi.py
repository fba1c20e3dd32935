"""``/openapi.json``: description of the API for programs (OpenAPI 3.1).

Source: https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, Response, jsonify, url_for

from kg.export import FORMATS
from kg.export.lists import NAMES
from kg.pages import article_upload
from kg.sparql.formats import FORMAT_NAMES, GRAPH_FORMATS, RESULT_FORMATS
from kg.sparql.request import FORM_TYPE, QUERY_TYPE, UPDATE_TYPE
from kg.version import __version__

_TEXT: Final = {"type": "string"}
_IRI: Final = {"type": "string", "format": "iri"}
_PAGE: Final = ("text/html",)
_JSON: Final = ("application/json",)
_PLAIN: Final = ("text/plain",)
_GRAPHS: Final = tuple(dict.fromkeys(offer.media_type for offer in GRAPH_FORMATS))
_ROWS: Final = tuple(dict.fromkeys(offer.media_type for offer in RESULT_FORMATS))


def install(app: Flask) -> None:
    """Serve the document."""

    def openapi() -> Response:
        response = jsonify(document(url_for("start", _external=True).rstrip("/")))
        response.headers["Content-Type"] = "application/openapi+json;version=3.1"
        return response

    app.add_url_rule("/openapi.json", "openapi", openapi)


def document(server: str) -> dict[str, Any]:
    """Return the document for the server at an address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "claimgraph",
            "version": __version__,
            "summary": "Facts and claims of news about diplomacy, by SPARQL and as pages.",
            "description": "A fact is what an article says in its own voice: reported, not checked. A claim is what "
            "someone said; its content stands in a named graph, in terms of its own, and is asserted nowhere.",
        },
        "servers": [{"url": server}],
        "paths": {**_sparql(), **_graph_store(), **_things(), **_pages(), **_files(), **_operation()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": _PROBLEM},
            "responses": {
                "Problem": {
                    "description": "What was wrong, and the way out (RFC 9457).",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
        },
    }


_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "reason", "detail"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "reason": {"type": "string", "description": "A word for programs, such as timeout or bad-query."},
        "detail": {"type": "string", "description": "A sentence for people, with the way out."},
    },
}


def _sparql() -> dict[str, Any]:
    dataset = [_query("default-graph-uri", "A graph of the default graph.", _list_of(_IRI))]
    dataset.append(_query("named-graph-uri", "A named graph.", _list_of(_IRI)))
    form = {"type": "object", "properties": {"query": _TEXT, "update": _TEXT}}
    post = _doing("Send a query, or an update", (*_ROWS, *_GRAPHS), parameters=[*dataset, _FORMAT, *_DOWNLOAD])
    post["requestBody"] = {
        "required": True,
        "content": {
            FORM_TYPE: {"schema": form},
            QUERY_TYPE: {"schema": _TEXT},
            UPDATE_TYPE: {"schema": _TEXT},
        },
    }
    post["responses"]["204"] = {"description": "The update was made, and survives a crash."}
    post["security"] = [{}, {"token": []}]
    ask = _query("query", "The SPARQL query; without it the service description is given.", _TEXT)
    get = _doing("Ask a query", (*_ROWS, *_GRAPHS), parameters=[ask, *dataset, _FORMAT, *_DOWNLOAD])
    moved = {
        "summary": "Leads to the address without the slash",
        "responses": {"308": {"description": "/sparql, with the same query."}},
    }
    return {"/sparql": {"get": get, "post": post}, "/sparql/": {"get": moved, "post": moved}}


def _graph_store() -> dict[str, Any]:
    which = [_query("graph", "The graph's IRI.", _IRI), _query("default", "The default graph.", _TEXT)]
    direct = [_path("rest", "The graph is the one whose IRI is this very address.")]
    return {
        "/store": {"parameters": which, **_graph_methods()},
        "/store/{rest}": {"parameters": direct, **_graph_methods()},
    }


def _graph_methods() -> dict[str, Any]:
    body = {"required": True, "content": {name: {"schema": _TEXT} for name in _GRAPHS}}
    methods: dict[str, Any] = {"get": _doing("The graph", _GRAPHS, parameters=[_FORMAT])}
    for method, summary in (("put", "Replace the graph"), ("post", "Add to the graph"), ("delete", "Drop the graph")):
        methods[method] = {
            "summary": summary,
            "security": [{"token": []}],
            "responses": {
                "201": {"description": "Done, and the graph is new."},
                "204": {"description": "Done."},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
        if method != "delete":
            methods[method]["requestBody"] = body
    return methods


def _things() -> dict[str, Any]:
    where = [_path("kind", "article, doc or entity."), _path("rest", "The rest of the thing's IRI.")]
    return {
        "/{kind}/{rest}": _get("A thing: its page, or its description", (*_PAGE, *_GRAPHS), [*where, _FORMAT]),
        "/about/{kind}/{rest}": _get("What the graph says of a thing", (*_PAGE, *_GRAPHS), [*where, _FORMAT]),
        "/id/{kind}/{rest}": _get("The same thing by its IRI's path", (*_PAGE, *_GRAPHS), [*where, _FORMAT]),
        "/cite/doc/{rest}": _get(
            "A statement as a reference",
            (*_PLAIN, *_JSON),
            [_path("rest", "The statement."), _query("as", "text, bibtex, csl or schema.", _TEXT)],
        ),
    }


def _added() -> dict[str, Any]:
    about = [_query(name, f"The article's {name}, for HTML and text.", _TEXT) for name in article_upload.PARAMETERS]
    added = _doing("Read articles and put them into the graph", _JSON, parameters=about)
    added["security"] = [{"token": []}]
    added["requestBody"] = {"required": True, "content": {name: {"schema": _TEXT} for name in article_upload.FORMATS}}
    return added


def _pages() -> dict[str, Any]:
    page = {
        "/": "What the graph holds",
        "/about": "What this is",
        "/api": "This document as a page",
        "/articles": "All articles",
        "/compare": "Accounts of one event side by side",
        "/disputes": "Who denies or contradicts whom",
        "/docs": "The same page, at another address",
        "/events": "All events that articles report themselves",
        "/graph": "The graph around an entity",
        "/help": "How to find things",
        "/matrix": "Who says what about whom",
        "/places": "All places of events",
        "/search": "Quotes, headlines and names by their words",
        "/speakers": "All who are quoted",
        "/story": "Who asserts, passes on, denies and updates something, across articles",
        "/timeline": "What is said to happen when",
        "/validation": "The last validation",
        "/questions/": "Questions that a reader asks",
    }
    found = {path: _get(summary, _PAGE, []) for path, summary in page.items()}
    found["/questions/{name}"] = _get("A question with its answer", _PAGE, [_path("name", "Such as who-accuses-whom.")])
    found["/articles"]["post"] = _added()
    found["/ns"] = _get("The vocabulary", (*_PAGE, *_GRAPHS), [_FORMAT])
    found["/query"] = {**_get("The query form", _PAGE, []), "post": _doing("Run a query as a page", _PAGE)}
    found["/review"] = {**_get("The least certain statements", _PAGE, []), "post": _doing("Give the token", _PAGE)}
    found["/review/watch"] = {
        **_get("Make an alert of a query, or see the command that does", _PAGE, []),
        "post": _doing("Keep the alert; needs the token", _PAGE),
    }
    found["/review/rules"] = {
        **_get("What each rule of the extractor made and nobody reviewed", _PAGE, []),
        "post": _doing("Accept all of one rule, or take that back; needs the token", _PAGE),
    }
    found["/review/doc/{digits}"] = {
        **_get("Review an article", _PAGE, [_path("digits", "The first 16 digits of its hash.")]),
        "post": {
            **_doing(
                "Correct it; needs the token", _PAGE, parameters=[_path("digits", "The first 16 digits of its hash.")]
            ),
        },
    }
    found["/try"] = {**_get("Paste a text", _PAGE, []), "post": _doing("Read a text; nothing is kept", _PAGE)}
    found["/try/keep"] = {"post": _doing("Put a pasted text into the graph; needs the token", _PAGE)}
    return found


def _files() -> dict[str, Any]:
    return {
        "/.well-known/void": _get("What the data are (VoID)", _GRAPHS, [_FORMAT]),
        "/dumps": _get("The graph as files (DCAT)", (*_PAGE, *_GRAPHS), [_FORMAT]),
        "/dumps/{name}": _get("One file", _GRAPHS, [_path("name", "Such as graph.trig.")]),
        "/alerts/{name}.{form}": _get(
            "What is new, changed or withdrawn for a standing query",
            ("application/atom+xml", "application/feed+json"),
            [_path("name", "Of the alert."), _path("form", "atom or json.")],
        ),
        "/exports/{name}": _get(
            "The graph in a format of others", _EXPORTS, [_path("name", "Such as csv."), *_CHOICES]
        ),
        "/validation.{name}": _get("The last validation's report", (*_JSON, *_GRAPHS), [_path("name", "Its format.")]),
        "/static/{filename}": _get("Style sheets, scripts", ("text/css", "text/javascript"), [_path("filename", "")]),
        "/openapi.json": _get("This document", ("application/openapi+json",), []),
    }


def _operation() -> dict[str, Any]:
    return {
        "/healthz": _get("The process answers", _PLAIN, []),
        "/readyz": _get("So does the graph; says its revision", _PLAIN, []),
        "/metrics": _get("Counters for Prometheus", (*_PLAIN, "application/openmetrics-text"), []),
    }


def _get(summary: str, types: tuple[str, ...], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {"get": _doing(summary, types, parameters=parameters)}


def _doing(summary: str, types: tuple[str, ...], *, parameters: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return the OpenAPI operation of a route and a method, with its response types."""
    content = {name: {"schema": _TEXT} for name in dict.fromkeys(types)}
    return {
        "summary": summary,
        "parameters": parameters or [],
        "responses": {
            "200": {"description": summary, "content": content},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _path(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": _TEXT}


def _list_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


_EXPORTS: Final = tuple(dict.fromkeys(one.media_type for one in FORMATS.values()))
_CHOICES: Final = (
    _query("list", "csv, excel: one list.", {"type": "string", "enum": list(NAMES)}),
    _query("bom", "1 begins CSV with a byte-order mark, also in an archive.", _TEXT),
    _query("claimed", "events: 1 adds what is only said.", _TEXT),
)
_FORMAT: Final = _query("format", "Before Accept.", {"type": "string", "enum": list(FORMAT_NAMES)})
_DOWNLOAD: Final = (
    _query("name", "What the file is called, without its ending.", _TEXT),
    _query("bom", "1 for a byte-order mark before CSV, by which Excel knows UTF-8.", {"type": "string", "enum": ["1"]}),
)
