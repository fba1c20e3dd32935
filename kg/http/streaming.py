"""An engine's answer as a response."""

from __future__ import annotations

import tempfile

from flask import Response, request
from werkzeug.wsgi import FileWrapper

from kg.engine import Answer


def response_of(answer: Answer) -> Response:
    """The whole answer, or one that is sent as it comes. When that breaks off, so does the connection, before the last
    chunk: no client takes it for whole. HTTP/1.0 has no chunks, so there all of it must be had before it is begun.
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
