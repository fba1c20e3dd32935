"""Responses from answers of the engine."""

from __future__ import annotations

import tempfile

from flask import Response, request
from werkzeug.wsgi import FileWrapper

from kg.engine import Answer


def response_of(answer: Answer) -> Response:
    """Return a response with a complete or streamed body.

    If a stream breaks off, the connection ends before the last chunk, so that no client takes it for complete. HTTP/1.0
    has no chunks, so its responses are completed first.
    """
    if isinstance(answer.body, bytes) or request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0":
        return Response(answer.body)
    kept = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the response
    try:
        size = sum(map(kept.write, answer.body))
        kept.seek(0)
    except BaseException:
        kept.close()
        raise
    response = Response(FileWrapper(kept), direct_passthrough=True)
    response.content_length = size
    return response
