"""Parsing of requests of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/#protocol).

Malformed requests are refused here, before the engine sees them.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias
from urllib.parse import unquote_to_bytes

from flask import Request
from pyoxigraph import NamedNode
from werkzeug.exceptions import RequestEntityTooLarge

from kg.http.decompression import unpacked
from kg.http.problems import Refusal
from kg.syntax import without_mark

QUERY_LIMIT: Final = 1_000_000
"""Largest query text in bytes of UTF-8."""
BODY_LIMIT: Final = 4_000_000
"""Largest request body: a percent-encoded query or update of the largest size."""
FORM_TYPE: Final = "application/x-www-form-urlencoded"
QUERY_TYPE: Final = "application/sparql-query"
UPDATE_TYPE: Final = "application/sparql-update"
_PARAMETER_LIMIT: Final = 1_000
_WHERE: Final = "the query string"
_QUERY_ALONE: Final = b"query="
_IS_WELL_ESCAPED: Final = re.compile(rb"(?:[^%]++|%[0-9A-Fa-f]{2})*+").fullmatch
_DATASET_PARAMETERS: Final = ("default-graph-uri", "named-graph-uri")
_ASKED_BY_GET: Final = ("query", *_DATASET_PARAMETERS)
_FORMAT_PARAMETERS: Final = ("format", "output", "results")
"""Parameters for a format: SPARQLWrapper sends all three, Fuseki's clients the second."""
_NAMES_OF_THE_DEFAULT_GRAPH: Final = frozenset({"urn:x-rdflib:default", "urn:x-arq:DefaultGraph"})
"""Names of the default graph in rdflib and Jena, where a name is required."""
_USING_PARAMETERS: Final = ("using-graph-uri", "using-named-graph-uri")


_Parameters: TypeAlias = dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRequest:
    """One query. The graph lists are None if the request names no dataset."""

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    format_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRequest:
    """One update.

    The graph lists are the dataset of its WHERE clauses; empty lists leave the dataset to the text.
    """

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


def read_query(request: Request) -> QueryRequest | UpdateRequest | None:
    """Return the query of a GET or POST, or the update of a POST; None for a GET without a query.

    Raises:
        Refusal: The request is malformed.
    """
    if request.method != "POST":
        return read_address(request.query_string)
    parameters = _decode(request.query_string, _WHERE)
    media_type = request.mimetype
    if media_type == FORM_TYPE:
        _demand_utf8(request)
        for name, values in _decode(body(request, BODY_LIMIT), "the form").items():
            parameters.setdefault(name, []).extend(values)
        _drop_blanks(parameters)
        if "update" in parameters:
            return _update_request(_the_only(parameters["update"], "update"), parameters)
        return _query_request(_the_only(parameters.get("query", []), "query"), parameters)
    if media_type not in (QUERY_TYPE, UPDATE_TYPE):
        raise _wrong_type(media_type)
    _demand_utf8(request)
    _drop_blanks(parameters)
    kind = "query" if media_type == QUERY_TYPE else "update"
    text = _the_only([*parameters.get(kind, []), _utf8(body(request, BODY_LIMIT), f"the {kind}")], kind)
    return _query_request(text, parameters) if kind == "query" else _update_request(text, parameters)


def read_address(query_string: bytes) -> QueryRequest | None:
    """Return the query of a GET, or None if there is none. Raises Refusal for a malformed request."""
    if is_query_alone(query_string):  # as most clients send it; the general way takes a fifth of a small query's time
        text = _the_only([_text(query_string[len(_QUERY_ALONE) :].replace(b"+", b" "), _WHERE)], "query")
        _demand_short(text, "query")
        return QueryRequest(text=text)
    parameters = _decode(query_string, _WHERE)
    _drop_blanks(parameters)
    _refuse_update_by_get(parameters)
    is_nothing = parameters.keys().isdisjoint(_ASKED_BY_GET)
    return None if is_nothing else _query_request(_the_only(parameters.get("query", []), "query"), parameters)


def is_query_alone(query_string: bytes) -> bool:
    """Return whether the only parameter of an address is a query."""
    return query_string.startswith(_QUERY_ALONE) and b"&" not in query_string


def _drop_blanks(parameters: _Parameters) -> None:
    """Remove empty values, which a form sends for the fields that nobody filled in.

    An empty query stays, and an empty update, unless the other one is there.
    """
    for name in (*_DATASET_PARAMETERS, *_USING_PARAMETERS):
        if filled := [value for value in parameters.pop(name, ()) if value]:
            parameters[name] = filled
    for name, other in (("query", "update"), ("update", "query")):
        if parameters.get(name) == [""] and any(parameters.get(other, ())):
            del parameters[name]


def _refuse_update_by_get(parameters: _Parameters) -> None:
    if "update" in parameters:
        raise _bad("update-by-get", "An update is never sent by GET. Send it by POST.")


def _query_request(text: str, parameters: _Parameters) -> QueryRequest:
    _refuse_others(parameters, "query", ("update", *_USING_PARAMETERS), _DATASET_PARAMETERS)
    _demand_short(text, "query")
    default_graphs, named_graphs = (tuple(parameters.get(name, ())) for name in _DATASET_PARAMETERS)
    if set(default_graphs) <= _NAMES_OF_THE_DEFAULT_GRAPH and not named_graphs:
        default_graphs = ()  # as if no graph were named
    _demand_iris((*default_graphs, *named_graphs))
    own_dataset = bool(default_graphs or named_graphs)
    return QueryRequest(
        text=text,
        default_graphs=default_graphs if own_dataset else None,
        named_graphs=named_graphs if own_dataset else None,
        format_name=next((name for key in _FORMAT_PARAMETERS for name in parameters.get(key, []) if name), None),
    )


def _update_request(text: str, parameters: _Parameters) -> UpdateRequest:
    _refuse_others(parameters, "update", ("query", *_DATASET_PARAMETERS), _USING_PARAMETERS)
    _demand_short(text, "update")
    using, named = (tuple(parameters.get(name, ())) for name in _USING_PARAMETERS)
    _demand_iris((*using, *named))
    return UpdateRequest(text=text, using=using, using_named=named)


def _demand_short(text: str, kind: str) -> None:
    if 4 * len(text) > QUERY_LIMIT and len(text.encode()) > QUERY_LIMIT:
        raise Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"{kind}-too-long",
            f"The {kind} is longer than {QUERY_LIMIT:,} bytes. Put long lists of values into several.",
        )


def _the_only(texts: list[str], kind: str) -> str:
    if len(texts) == 1:
        return without_mark(texts[0])
    if not texts:
        raise _bad("missing-query", "The request has no query. Send it as the parameter 'query', or as the body.")
    raise _bad(f"repeated-{kind}", f"The request has more than one {kind}; send exactly one.")


def _refuse_others(parameters: _Parameters, kind: str, others: tuple[str, ...], own: tuple[str, ...]) -> None:
    """Refuse parameters of the other operation, because they would have no effect."""
    if parameters.keys().isdisjoint(others):
        return
    present = next(name for name in others if name in parameters)
    other = "an update" if kind == "query" else "a query"
    raise _bad(
        f"{'update' if kind == 'query' else 'query'}-parameter",
        f"{present!r} belongs to {other}; here it is {' and '.join(map(repr, own))}.",
    )


def _wrong_type(media_type: str) -> Refusal:
    found = f"not {media_type}" if media_type else "and the request has none"
    return Refusal(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        f"A query is sent as {FORM_TYPE} or {QUERY_TYPE}, an update as {UPDATE_TYPE}, {found}. "
        "Set the header Content-Type.",
        headers={"Accept-Post": f"{FORM_TYPE}, {QUERY_TYPE}, {UPDATE_TYPE}"},
    )


def body(request: Request, limit: int) -> bytes:
    """Return the decompressed body of a request.

    Args:
        request: The request.
        limit: The largest size in bytes.

    Raises:
        Refusal: The body is too long, or its compression is broken or unsupported.
    """
    request.max_content_length = limit
    try:
        return unpacked(request.get_data(cache=False), request.headers.get("Content-Encoding", ""), limit)
    except RequestEntityTooLarge:
        raise Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-too-long", f"The body is longer than {limit:,} bytes."
        ) from None


def _demand_utf8(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").strip().lower()
    if charset not in ("utf-8", "utf8"):
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-charset",
            f"The charset {charset!r} is not read here. Send the query as UTF-8.",
        )


def _decode(encoded: bytes, where: str) -> _Parameters:
    """Parse parameters strictly as UTF-8, because a replacement character would change the query silently."""
    parts = encoded.split(b"&")
    if len(parts) > _PARAMETER_LIMIT:
        raise _bad("too-many-parameters", f"There are more than {_PARAMETER_LIMIT} parameters in {where}.")
    parameters: _Parameters = {}
    for part in filter(None, parts):
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        parameters.setdefault(_text(name, where), []).append(_text(value, where))
    return parameters


def _text(encoded: bytes, where: str) -> str:
    return _utf8(_unescaped(encoded) if b"%" in encoded else encoded, where)


def _unescaped(encoded: bytes) -> bytes:
    """Return the bytes of a percent-encoded text. Malformed escapes are kept unchanged.

    Quoted-printable (RFC 2045) has the same escapes behind another sign, and its decoder is ten times as fast.
    """
    if _IS_WELL_ESCAPED(encoded) is None:
        return unquote_to_bytes(encoded)
    return a2b_qp(encoded.replace(b"=", b"=3D").replace(b"%", b"="))


def _utf8(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad("not-utf-8", f"There is a byte at {error.start} in {where} that is not UTF-8.") from error


def _demand_iris(graphs: Iterable[str]) -> None:
    for graph in graphs:
        try:
            NamedNode(graph)
        except ValueError as error:
            raise _bad("bad-graph", f"{graph!r} is not an absolute IRI and names no graph: {error}.") from error


def _bad(reason: str, detail: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, reason, detail)
