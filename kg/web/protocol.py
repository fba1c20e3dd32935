"""Reading a request of the SPARQL 1.1 Protocol, query operation (https://www.w3.org/TR/sparql11-protocol/#query-operation).

Everything a request can get wrong is answered here, before the engine sees a word of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from flask import Request
from pyoxigraph import NamedNode
from werkzeug.exceptions import RequestEntityTooLarge

from kg.web.problems import Refusal

QUERY_LIMIT: Final = 1_000_000
"""The longest query text that is read, in bytes of UTF-8."""
BODY_LIMIT: Final = 4_000_000
"""The longest request body: a query of the longest size, percent-encoded."""
FORM_TYPE: Final = "application/x-www-form-urlencoded"
QUERY_TYPE: Final = "application/sparql-query"
UPDATE_TYPE: Final = "application/sparql-update"
_PARAMETER_LIMIT: Final = 1_000
_DATASET_PARAMETERS: Final = ("default-graph-uri", "named-graph-uri")
_WRITE_PARAMETERS: Final = ("update", "using-graph-uri", "using-named-graph-uri")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRequest:
    """One query as it was asked. The graph lists are None when the request names no dataset of its own."""

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    format_name: str | None = None


def read_query(request: Request) -> QueryRequest | None:
    """The query of a GET or POST; None for a GET that asks for nothing. Raises Refusal for everything else."""
    parameters = _decode(request.query_string, "the query string")
    text: str | None = None
    if request.method == "POST":
        media_type = request.mimetype
        if media_type == FORM_TYPE:
            _demand_utf8(request)
            parameters += _decode(_body(request), "the form")
        elif media_type == QUERY_TYPE:
            _demand_utf8(request)
            text = _text(_body(request), "the query")
        else:
            raise _wrong_type(media_type)
    _refuse_writing(parameters, by_get=request.method != "POST")
    texts = [*_values(parameters, "query"), *([] if text is None else [text])]
    if request.method != "POST" and not texts and not any(_values(parameters, name) for name in _DATASET_PARAMETERS):
        return None
    return _query_request(_the_only(texts), parameters)


def _query_request(text: str, parameters: list[tuple[str, str]]) -> QueryRequest:
    if len(text.encode()) > QUERY_LIMIT:
        raise Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "query-too-long",
            f"The query is longer than {QUERY_LIMIT:,} bytes. Put long lists of values into several queries.",
        )
    default_graphs = tuple(_values(parameters, "default-graph-uri"))
    named_graphs = tuple(_values(parameters, "named-graph-uri"))
    _demand_iris((*default_graphs, *named_graphs))
    own_dataset = bool(default_graphs or named_graphs)
    return QueryRequest(
        text=text,
        default_graphs=default_graphs if own_dataset else None,
        named_graphs=named_graphs if own_dataset else None,
        format_name=next(iter(_values(parameters, "format")), None) or None,
    )


def _the_only(texts: list[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    if not texts:
        raise _bad("missing-query", "The request has no query. Send it as the parameter 'query', or as the body.")
    raise _bad("repeated-query", f"The request has {len(texts)} queries; send exactly one.")


def _refuse_writing(parameters: list[tuple[str, str]], *, by_get: bool) -> None:
    present = next((name for name in _WRITE_PARAMETERS if _values(parameters, name)), None)
    if present is None:
        return
    if present != "update":
        raise _bad(
            "update-parameter",
            f"'{present}' belongs to an update. For a query use 'default-graph-uri' and 'named-graph-uri'.",
        )
    if by_get:
        raise _bad("update-by-get", "An update is never sent by GET; and this endpoint is read-only.")
    raise _read_only()


def _wrong_type(media_type: str) -> Refusal:
    if media_type == UPDATE_TYPE:
        return _read_only()
    found = f"not {media_type}" if media_type else "and the request has none"
    return Refusal(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        f"A query is sent as {FORM_TYPE} or {QUERY_TYPE}, {found}. Set the header Content-Type.",
        headers={"Accept-Post": f"{FORM_TYPE}, {QUERY_TYPE}"},
    )


def _read_only() -> Refusal:
    return Refusal(
        HTTPStatus.FORBIDDEN,
        "read-only",
        "This endpoint is read-only. The graph is changed by building it: 'kg build' or 'kg load'.",
    )


def _body(request: Request) -> bytes:
    request.max_content_length = BODY_LIMIT
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-too-long", f"The body is longer than {BODY_LIMIT:,} bytes."
        ) from None


def _demand_utf8(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").strip().lower()
    if charset not in ("utf-8", "utf8"):
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-charset",
            f"The charset {charset!r} is not read here. Send the query as UTF-8.",
        )


def _decode(encoded: bytes, where: str) -> list[tuple[str, str]]:
    """Name and value of each parameter, strictly UTF-8: a replacement character would change the query silently."""
    try:
        # Latin-1 maps each byte to one code point, so the percent-decoded bytes come out unharmed.
        pairs = parse_qsl(
            encoded.decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=_PARAMETER_LIMIT
        )
    except ValueError as error:
        raise _bad("too-many-parameters", f"There are more than {_PARAMETER_LIMIT} parameters in {where}.") from error
    return [(_text(name.encode("latin-1"), where), _text(value.encode("latin-1"), where)) for name, value in pairs]


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad("not-utf-8", f"There is a byte at {error.start} in {where} that is not UTF-8.") from error


def _values(parameters: list[tuple[str, str]], name: str) -> list[str]:
    return [value for key, value in parameters if key == name]


def _demand_iris(graphs: Iterable[str]) -> None:
    for graph in graphs:
        try:
            NamedNode(graph)
        except ValueError as error:
            raise _bad("bad-graph", f"{graph!r} is not an absolute IRI and names no graph: {error}.") from error


def _bad(reason: str, detail: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, reason, detail)
