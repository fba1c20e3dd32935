"""The SPARQL Protocol's update operation (https://www.w3.org/TR/sparql11-protocol/#update-operation)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request

from kg.errors import UpdateFailed
from kg.http.problems import Refusal
from kg.sparql import query_guard
from kg.sparql.federation.rewrite import Federation
from kg.sparql.request import UpdateRequest
from kg.sparql.request_store import client_gone
from kg.sparql.writer import Writer


def update(writer: Writer | None, asked: UpdateRequest, base: str, federation: Federation | None) -> Response:
    """Execute an update and return 204.

    Args:
        writer: The writer; None if the endpoint is read-only.
        asked: The update.
        base: The base of relative IRIs.
        federation: The requests to other servers, if any are allowed.

    Raises:
        Refusal: The update is not allowed or has failed. Errors of the writer and the federation are possible too.
    """
    writer = allowed(writer)
    text, seconds = _on_its_dataset(asked), None
    if federation is not None and federation.may_concern(text, is_update=True):
        text, seconds = federation.update(text, base, writer, client_gone())
    try:
        writer.update(text, base, client_gone(), deadline=seconds)
    except UpdateFailed as error:
        raise Refusal(HTTPStatus.CONFLICT, "update-failed", f"Nothing was changed: {error}") from error
    return Response(status=HTTPStatus.NO_CONTENT)


def allowed(writer: Writer | None) -> Writer:
    """Return the writer for a request with the token.

    Raises:
        Refusal: 403 if the endpoint is read-only, 401 without the token.
    """
    if writer is None:
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "read-only",
            "This endpoint is read-only. The graph is changed by building it ('kg build', 'kg load'), or over HTTP "
            "where the server was started with --token-file.",
        )
    writer.token.demand(request)
    return writer


def _on_its_dataset(asked: UpdateRequest) -> str:
    """Insert the dataset of the request into each WHERE clause of the update.

    The engine accepts a dataset in no other way. Raises Refusal if the text names a dataset itself (Protocol, 2.2.3).
    """
    if not asked.using and not asked.using_named:
        return asked.text
    clause = "".join([*(f" USING <{g}>" for g in asked.using), *(f" USING NAMED <{g}>" for g in asked.using_named)])
    pieces, end, before = [], 0, ""
    for offset, word in query_guard.outer_words(asked.text):
        if word in ("USING", "WITH") or (before, word) == ("DELETE", "WHERE"):
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                "update-dataset",
                "using-graph-uri goes with DELETE {...} INSERT {...} WHERE {...} that has no WITH or USING of its own.",
            )
        if word == "WHERE":
            pieces.append(asked.text[end:offset] + clause + " ")
            end = offset
        before = word
    return "".join([*pieces, asked.text[end:]])
