"""ETag and 304 for every GET: the same request to the same revision of the store has the same answer.

So a repeated request costs nothing: it is answered before any query runs (RFC 9110, section 13.1.2).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, g, request

from kg.web.queryable import QueryableStore

_CHANGES_EVERY_TIME: Final = re.compile(rb"NOW|RAND|UUID|BNODE", re.IGNORECASE)
_LIVE: Final = frozenset({"/healthz", "/readyz", "/metrics"})


def install(app: Flask, store: QueryableStore) -> None:
    """Answer 304 where the client has the answer already, and tag every answer for the next time.

    Tags are weak: the rows are the same, their order need not be. They hold for one start of the app, because another
    store may have the same revision.
    """
    start = secrets.token_bytes(16)

    @app.before_request
    def answer_from_tag() -> Response | None:
        g.revision = store.revision
        g.tag = _tag(start, g.revision) if _is_repeatable() else None
        if g.tag is None or not request.if_none_match.contains_weak(g.tag):
            return None
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"Vary": "Accept"})

    @app.after_request
    def tag(response: Response) -> Response:
        known = g.get("tag") and _tag(start, g.get("answered_at", g.revision))
        if request.endpoint == "static":
            return response  # has the tag of its file
        if known is not None and response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            response.set_etag(known, weak=True)
            response.headers["Cache-Control"] = "no-cache"  # keep it, and ask each time whether it still holds
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def answered_at(revision: int) -> None:
    """Tag the present answer with the revision that it was made of: a write may have come since the request did."""
    g.answered_at = revision


def _is_repeatable() -> bool:
    if request.method not in ("GET", "HEAD") or request.path in _LIVE or request.endpoint == "static":
        return False
    return not _CHANGES_EVERY_TIME.search(unquote_to_bytes(request.query_string))


def _tag(start: bytes, revision: int) -> str:
    """A hash of all that the answer depends on."""
    asked = (request.host, request.full_path, request.headers.get("Accept", ""))
    parts = (start, str(revision).encode(), request.query_string, *(part.encode() for part in asked))
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()[:32]
