"""``/store``: the Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).

``?graph=IRI`` and ``?default`` name a graph, and so does each address under ``/store/``. ``/store`` alone is the whole
store: quads posted there go into their graphs, triples into a new graph.
"""

from __future__ import annotations

import uuid
from codecs import BOM_UTF8
from collections.abc import Iterator
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, request
from pyoxigraph import DefaultGraph, NamedNode, Quad

from kg.engine import Query, Upload
from kg.engine.answering import Answering
from kg.errors import InputError, QueryError
from kg.http import etag
from kg.http.admission import admit
from kg.http.decompression import is_gzip, unpacked
from kg.http.problems import Refusal
from kg.http.streaming import response_of
from kg.sparql import request as protocol
from kg.sparql.formats import GRAPH_FORMATS, choose_format, named
from kg.sparql.request_store import client_gone
from kg.sparql.update import allowed
from kg.sparql.writer import Writer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import FileStorage

UPLOAD_LIMIT: Final = 32 << 20
"""Largest upload in bytes."""
_METHODS: Final = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_QUAD_FORMATS: Final = frozenset({"trig", "nquads", "jsonld"})
_MULTIPART: Final = "multipart/form-data"
_PLAIN: Final = "text/plain"
_ENDINGS: Final = MappingProxyType(
    {
        "ttl": "turtle",
        "trig": "trig",
        "nq": "nquads",
        "nt": "ntriples",
        "jsonld": "jsonld",
        "rdf": "rdfxml",
        "owl": "rdfxml",
        "n3": "n3",
    }
)
"""Formats by the ending of a file name."""


class GraphStore:
    """The views of the graph store. ``base`` is the base of relative IRIs in the default graph."""

    def __init__(self, engine: Answering, writer: Writer | None, base: str) -> None:
        self._engine = engine
        self._writer = writer
        self._base = base

    def indirect(self) -> Response:
        """Handle ``/store``: the graph that a parameter names, or the whole store."""
        if request.method == "OPTIONS":
            return _options()
        if not request.args:
            return self._whole_store()
        return self._graph(_named_graph())

    def direct(self, rest: str) -> Response:  # noqa: ARG002  # the complete address is the name
        """Handle ``/store/...``: the graph with this IRI."""
        return _options() if request.method == "OPTIONS" else self._graph(_iri(request.base_url))

    def _graph(self, graph: str | None) -> Response:
        if request.method in ("GET", "HEAD"):
            return self._read(graph)
        writer = allowed(self._writer)
        if request.method == "DELETE":
            if not writer.drop(graph):
                raise _no_graph(graph)
            return Response(status=HTTPStatus.NO_CONTENT)
        quads = frozenset(_placed(self._uploaded(writer, graph), graph))
        was_there = writer.put(quads, graph) if request.method == "PUT" else writer.add(quads, graph)
        return Response(status=HTTPStatus.NO_CONTENT if was_there else HTTPStatus.CREATED)

    def _whole_store(self) -> Response:
        if request.method != "POST":
            raise Refusal(HTTPStatus.BAD_REQUEST, "missing-graph", "Name a graph: ?graph=IRI, or ?default.")
        writer = allowed(self._writer)
        offer = named(request.mimetype, GRAPH_FORMATS)
        if offer is not None and offer.name in _QUAD_FORMATS:
            writer.add(self._uploaded(writer, None))
            return Response(status=HTTPStatus.NO_CONTENT)
        graph = f"{request.base_url.rstrip('/')}/{uuid.uuid4()}"
        writer.add(frozenset(_placed(self._uploaded(writer, graph), graph)), graph)
        return Response(status=HTTPStatus.CREATED, headers={"Location": graph})

    def _read(self, graph: str | None) -> Response:
        offer = choose_format(GRAPH_FORMATS, request.args.get("format") or None, request.headers.get("Accept"))
        name = None if graph is None else NamedNode(graph)
        if name is not None and not self._exists(name):
            raise _no_graph(graph)
        where = "?s ?p ?o" if name is None else f"GRAPH {name} {{ ?s ?p ?o }}"
        query = Query(text=f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}", graph=offer.name)  # type: ignore[arg-type]
        answer = self._engine.answer(query, gone=client_gone())
        etag.answered_at(answer.revision)
        response = response_of(answer)
        response.headers["Content-Type"] = offer.content_type
        response.headers["Vary"] = "Accept"
        return response

    def _exists(self, name: NamedNode) -> bool:
        return b"true" in self._engine.answer(Query(text=f"ASK {{ GRAPH {name} {{}} }}", rows="tsv")).read()

    def _uploaded(self, writer: Writer, graph: str | None) -> frozenset[Quad]:
        """Return the quads of the body, or of all files in a multipart body."""
        base = self._base if graph is None else graph
        if request.mimetype != _MULTIPART:
            return self._parsed(writer, protocol.body(request, UPLOAD_LIMIT), request.mimetype, base)
        request.max_content_length = UPLOAD_LIMIT
        # A compressed form is refused, compressed files are read.
        unpacked(b"", request.headers.get("Content-Encoding", ""), 0)
        files = [file for _, file in request.files.items(multi=True)]
        if not files:
            raise Refusal(HTTPStatus.BAD_REQUEST, "no-file", f"The {_MULTIPART} body has no file in it.")
        return frozenset[Quad]().union(*(self._file(writer, file, base) for file in files))

    def _file(self, writer: Writer, file: FileStorage, base: str) -> frozenset[Quad]:
        """Return the quads of a file.

        Its type selects the parser; if that is unspecific, the ending of its name does.
        """
        data, name = file.stream.read(), (file.filename or "").lower()
        if is_gzip(data):
            data, name = unpacked(data, "gzip", UPLOAD_LIMIT), name.removesuffix(".gz")
        media_type = file.mimetype
        if named(media_type, GRAPH_FORMATS) is None or media_type == _PLAIN:
            offer = named(_ENDINGS.get(name.rpartition(".")[2], ""), GRAPH_FORMATS)
            media_type = media_type if offer is None else offer.media_type
        return self._parsed(writer, data, media_type, base)

    def _parsed(self, writer: Writer, data: bytes, media_type: str, base: str) -> frozenset[Quad]:
        offer = named(media_type, GRAPH_FORMATS) if "/" in media_type else None
        if offer is None:
            known = ", ".join(dict.fromkeys(offer.media_type for offer in GRAPH_FORMATS))
            raise Refusal(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                f"{media_type or 'A body without a Content-Type'} is not read here. Send one of: {known}.",
            )
        data = data.removeprefix(BOM_UTF8)
        try:
            return writer.read(Upload(data=data, format=offer.name, base=base), client_gone())  # type: ignore[arg-type]
        except QueryError:
            raise
        except InputError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, "bad-graph", f"The graph cannot be read: {error}") from error


def install(app: Flask, engine: Answering, writer: Writer | None, base: str) -> None:
    """Serve the graph store.

    Args:
        app: The app that gets the routes.
        engine: The engine that reads graphs.
        writer: The writer; without one the store is read-only.
        base: The base of relative IRIs in the default graph.
    """
    store = GraphStore(engine, writer, base)
    app.add_url_rule("/store", "store", store.indirect, methods=_METHODS, provide_automatic_options=False)
    app.add_url_rule(
        "/store/<path:rest>", "stored_graph", store.direct, methods=_METHODS, provide_automatic_options=False
    )

    for endpoint in ("store", "stored_graph"):
        admit(app, endpoint, lambda environ: UPLOAD_LIMIT if _may_upload(environ, writer) else 0)


def _may_upload(environ: WSGIEnvironment, writer: Writer | None) -> bool:
    is_writing = environ["REQUEST_METHOD"] in ("PUT", "POST")
    return is_writing and writer is not None and writer.token.is_in(environ.get("HTTP_AUTHORIZATION", ""))


def _options() -> Response:
    return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(_METHODS)})


def _named_graph() -> str | None:
    """Return the IRI of ``?graph=``, or None for ``?default``.

    Raises Refusal for both, for neither, and for an invalid IRI.
    """
    graphs, is_default = request.args.getlist("graph"), "default" in request.args
    if len(graphs) + is_default != 1:
        raise Refusal(HTTPStatus.BAD_REQUEST, "missing-graph", "Name one graph: ?graph=IRI, or ?default.")
    return None if is_default else _iri(graphs[0])


def _iri(text: str) -> str:
    try:
        return NamedNode(text).value
    except ValueError as error:
        raise Refusal(
            HTTPStatus.BAD_REQUEST, "bad-graph", f"{text!r} is not an absolute IRI and names no graph: {error}."
        ) from error


def _placed(quads: frozenset[Quad], graph: str | None) -> Iterator[Quad]:
    """Yield the quads in a graph. Raises Refusal for a text with named graphs."""
    place = DefaultGraph() if graph is None else NamedNode(graph)
    for quad in quads:
        if quad.graph_name != DefaultGraph():
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                "named-graphs",
                f"The text has a graph {quad.graph_name} of its own, so it is not one graph. Post it to /store.",
            )
        yield Quad(quad.subject, quad.predicate, quad.object, place)


def _no_graph(graph: str | None) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, "no-such-graph", f"There is no graph <{graph}>.")
