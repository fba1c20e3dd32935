"""Error responses: a problem document (RFC 9457), or the same as a page."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from kg.engine import ClientDisconnected
from kg.errors import (
    EngineBusy,
    KgError,
    OutsideFailed,
    OutsideTimeout,
    QueryError,
    QueryTimeout,
    QueryTooLarge,
    ServiceRefused,
    StoreFull,
)
from kg.http.negotiation import Offer, negotiate
from kg.http.wsgi import OUTCOME
from kg.store.room import is_no_room

_log = logging.getLogger(__name__)
_PROBLEM: Final = Offer("application/problem+json")
_PAGE: Final = Offer("text/html", MappingProxyType({"charset": "utf-8"}))
_OFFERS: Final = (_PROBLEM, Offer("application/json"), _PAGE)
_STOPPED: Final[Mapping[type[KgError], str]] = {
    QueryTimeout: "timeout",
    QueryTooLarge: "too-large",
    EngineBusy: "busy",
}
_NOWHERE: Final = "This server has no such address. /api lists the addresses that it has."
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Refusal(HTTPException):
    """A request that is answered with an error.

    ``reason`` is a code for programs. ``detail`` is a sentence for people with the way out. ``extras`` become members
    of the problem document, ``headers`` headers of the response.
    """

    def __init__(
        self,
        status: HTTPStatus,
        reason: str,
        detail: str,
        *,
        extras: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(detail)
        self.code = status.value
        self.reason = reason
        self.detail = detail
        self.extras = extras
        self.extra_headers = headers


def not_acceptable(offers: Iterable[Offer]) -> Refusal:
    """Return a 406 error that lists the available types."""
    types = list(dict.fromkeys(offer.media_type for offer in offers))
    return Refusal(
        HTTPStatus.NOT_ACCEPTABLE,
        "not-acceptable",
        f"None of the accepted types can be written here. Ask for one of: {', '.join(types)}.",
        extras={"offers": types},
    )


def query_refused(error: QueryError) -> Refusal:
    """Return the error for a query that cannot run.

    It is 403 for a query of another server, 501 for an unknown function, and 400 with the parser's message otherwise.
    """
    if isinstance(error, ServiceRefused):
        return Refusal(HTTPStatus.FORBIDDEN, "service-refused", str(error))
    if "custom function" in str(error):
        return Refusal(HTTPStatus.NOT_IMPLEMENTED, "unknown-function", f"The query cannot be run: {error}")
    return Refusal(HTTPStatus.BAD_REQUEST, "bad-query", f"The query cannot be run: {error}")


def no_room() -> Refusal:
    """Return a 507 error: the folder for temporary files has no room."""
    return Refusal(
        HTTPStatus.INSUFFICIENT_STORAGE,
        "no-room",
        "The server has no room for this in its folder for temporary files (TMPDIR). Nothing was changed. Send or ask "
        "for less at once, or again when there is room.",
        headers={"Retry-After": "60"},
    )


def install(app: Flask) -> None:
    """Answer every error of the app in this form, also one from an earlier stage."""
    app.before_request(_raise_outcome)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(QueryError, lambda error: _answer(query_refused(error)))
    for stopped in _STOPPED:
        app.register_error_handler(stopped, _answer_stopped)
    app.register_error_handler(OutsideFailed, _answer_outside)
    app.register_error_handler(StoreFull, _answer_full)
    app.register_error_handler(OSError, _answer_system)
    app.register_error_handler(KgError, _answer_failure)
    app.register_error_handler(
        ClientDisconnected, lambda _: Response(status=HTTPStatus.REQUEST_TIMEOUT)
    )  # the client has left


def _raise_outcome() -> None:
    outcome = request.environ.get(OUTCOME)
    if isinstance(outcome, Exception):
        raise outcome


def _answer_http(error: HTTPException) -> Response | HTTPException:
    if isinstance(error, Refusal):
        return _answer(error)
    if isinstance(error, InternalServerError):
        _log.error("%s %s failed", request.method, request.path, exc_info=error.original_exception)
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error  # a redirect
    status = HTTPStatus(error.code)
    # Allow, Retry-After and similar headers come with the library's error; its own page is dropped.
    headers = {name: value for name, value in error.get_headers() if name.lower() not in ("content-type", "vary")}
    told = _NOWHERE if isinstance(error, NotFound) and error.description == NotFound.description else error.description
    return _answer(Refusal(status, status.phrase.lower().replace(" ", "-"), told or "", headers=headers))


def _answer_stopped(error: KgError) -> Response:
    """Answer 503: a stopped query says nothing about the graph, so its page is never an empty one."""
    reason = next(reason for kind, reason in _STOPPED.items() if isinstance(error, kind))
    return _answer(
        Refusal(
            HTTPStatus.SERVICE_UNAVAILABLE,
            reason,
            f"The server could not answer now: {error}",
            headers={"Retry-After": "5"},
        )
    )


def _answer_outside(error: KgError) -> Response:
    """Answer 502 or 504 for a failure of another server, which the message names."""
    if isinstance(error, OutsideTimeout):
        return _answer(Refusal(HTTPStatus.GATEWAY_TIMEOUT, "outside-timeout", str(error)))
    return _answer(Refusal(HTTPStatus.BAD_GATEWAY, "outside-failed", str(error)))


def _answer_full(error: StoreFull) -> Response:
    _log.error("%s %s failed: %s", request.method, request.path, error)
    return _answer(Refusal(HTTPStatus.INSUFFICIENT_STORAGE, "store-full", str(error), headers={"Retry-After": "60"}))


def _answer_system(error: OSError) -> Response | HTTPException:
    """Answer 507 if a disk is full, else 500."""
    if is_no_room(error):
        _log.error("%s %s failed: %s", request.method, request.path, error)
        return _answer(no_room())
    return _answer_http(InternalServerError(original_exception=error))


def _answer_failure(error: KgError) -> Response:
    _log.error("%s %s failed: %s", request.method, request.path, error)
    return _answer(Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "failed", f"The server could not answer: {error}"))


def _answer(refusal: Refusal) -> Response:
    status = HTTPStatus(refusal.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    offer = negotiate(request.headers.get("Accept"), _OFFERS) or _PROBLEM
    members = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "reason": refusal.reason,
        "detail": refusal.detail,
        **refusal.extras,
    }
    body = (
        render_template("problem.html", problem=members) if offer is _PAGE else json.dumps(members, ensure_ascii=False)
    )
    response = Response(body, status=status.value, content_type=offer.content_type)
    response.headers.update(refusal.extra_headers)
    response.headers["Vary"] = "Accept"
    return response
