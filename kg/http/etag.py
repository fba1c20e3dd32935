"""ETag and 304 for every GET: equal requests to equal revisions have equal responses.

A repeated request is answered before any query runs (RFC 9110, section 13.1.2).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, g, request

from kg.engine.queryable import QueryableStore

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

REPEATABLE: Final = "claimgraph.repeatable"
"""Key in the WSGI environment: the response is the same for the same request to the same revision."""
CACHE_CONTROL: Final = "no-cache"
"""Clients may cache the response, but must revalidate it."""
_LETTER_IN_DISGUISE: Final = re.compile("%[46][1-9a-fA-F]|%[57][0-9aA]")
"""A percent-encoded letter.

Such letters are rare, and searching is faster than decoding every address.
"""
_LIVE: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class Tags:
    """The tags of one start of the app. Another start may have another store with the same revision."""

    def __init__(self) -> None:
        self._start = secrets.token_hex(16)

    def of(self, environ: WSGIEnvironment, revision: int) -> str:
        """Return a hash of everything that the response depends on.

        Args:
            environ: The request.
            revision: The graph revision.
        """
        get = environ.get
        asked = (
            f"{self._start}\0{revision}\0{get('wsgi.url_scheme', '')}\0{get('HTTP_HOST', '')}\0{get('SCRIPT_NAME', '')}"
            f"\0{get('PATH_INFO', '')}\0{get('QUERY_STRING', '')}\0{get('HTTP_ACCEPT', '')}"
        )
        return hashlib.sha256(asked.encode()).hexdigest()[:32]


def install(app: Flask, store: QueryableStore) -> Tags:
    """Answer 304 if the client has the response already, and tag every response.

    Tags are weak, because the order of rows may differ.

    Args:
        app: The app.
        store: The store, for its revision.
    """
    tags = Tags()

    @app.before_request
    def answer_from_tag() -> Response | None:
        g.revision = store.revision
        known = is_repeatable(request.environ) and request.endpoint != "static"
        g.tag = tags.of(request.environ, g.revision) if known else None
        if g.tag is None or not names_tag(request.headers.get("If-None-Match"), f'"{g.tag}"'):
            return None
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"Vary": "Accept"})

    @app.after_request
    def tag(response: Response) -> Response:
        known = g.get("tag") and tags.of(request.environ, g.get("answered_at", g.revision))
        if request.endpoint == "static":
            return response  # static files have tags of their own
        if known is not None and response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            response.set_etag(known, weak=True)
            response.headers["Cache-Control"] = CACHE_CONTROL
            request.environ[REPEATABLE] = True
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return tags


def answered_at(revision: int) -> None:
    """Tag the current response with its revision: a write may have happened since the request came."""
    g.answered_at = revision


def not_to_be_kept() -> None:
    """Mark the current response as one without an ``ETag``.

    The response can change while the graph does not.
    """
    g.tag = None


def names_tag(header: str | None, tag: str) -> bool:
    """Return whether ``If-None-Match`` names the tag, or any tag.

    ``tag`` includes its quotation marks. Tags cannot be guessed, so a substring search replaces parsing the list.

    Args:
        header: The value of ``If-None-Match``.
        tag: The tag.
    """
    return header is not None and (tag in header or header.strip() == "*")


def is_repeatable(environ: WSGIEnvironment) -> bool:
    """Return whether the request only reads, and its result depends on neither time nor chance."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("PATH_INFO") in _LIVE:
        return False
    asked = environ.get("QUERY_STRING", "")
    if _LETTER_IN_DISGUISE.search(asked):
        asked = unquote_to_bytes(asked).decode("latin-1")
    asked = asked.upper()  # a regular expression takes eight times as long, for every small query
    return not ("NOW" in asked or "RAND" in asked or "UUID" in asked or "BNODE" in asked)
