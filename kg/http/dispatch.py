"""Dispatch of requests in the event loop, from the cheapest way to the most expensive.

1. A cached response (:mod:`kg.http.response_cache`) is sent unchanged.

2. A plain query (:mod:`kg.sparql.fast_path`) is sent to a query worker. The loop waits for the answer beside all its
connections (:mod:`kg.engine.pipelining`). A waiting thread would cost two thread switches, more than a small query.

3. The WSGI app answers all other requests in a thread, also queries that turn out to be long.

A plain WSGI server would let a client that sends or reads one byte a second occupy a thread. Here a request takes a
thread only after it is complete, and until its response is complete. A response is sent with its length, or it is an
error: a query that is stopped after a million rows gets 503, and no partial response looks complete.
"""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final, Protocol, TypeAlias
from urllib.parse import unquote_to_bytes

from kg.errors import KgError
from kg.http.connection import GRACE_SECONDS, SLOWEST, Connection
from kg.http.health import PATHS
from kg.http.problems import Refusal, no_room
from kg.http.rate_limit import client_of
from kg.http.request import Fields, Request
from kg.http.response_cache import ResponseCache
from kg.http.threads import Threads
from kg.http.wsgi import BEGUN, OUTCOME, REPEATS, Head, close, encoded
from kg.store.room import is_no_room

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from kg.engine import Lanes, Loop
    from kg.http.admission import Admission
    from kg.http.response_cache import CachedResponse

Answer: TypeAlias = tuple[bytes, bytes | IO[bytes]]
"""The serialized head, and the body."""

FAST_PATH: Final = "claimgraph.fast_path"
"""Key of the :class:`FastPath` among the extensions of an app."""
THREADS: Final = 64
"""Number of requests in progress; each waits in its thread for a query worker."""
THREADS_OF_ONE: Final = 48
"""Number of requests in progress for one client."""
_WATCHERS: Final = 2
"""Number of threads for health checks, because all other threads may wait for queries."""
SHORT_BODY: Final = 1 << 16
"""Bytes of a form that the loop parses itself; larger ones would delay other requests."""
_IN_MEMORY: Final = 1 << 20
_LONGEST_KEPT: Final = 1 << 12
_LONGEST_NAME: Final = 64
"""Size of a client's headers, and of a header name, that are cached for its next request."""
_NO_BODY: Final = ("1", "204", "304")
_AUTHORITY: Final = re.compile(rb"\A[^/?#]+://[^/?#]*")

_log = logging.getLogger(__name__)


class FastPath(Protocol):
    """Answers plain queries without a thread of their own. The app answers all others."""

    def lanes(self, loop: Loop) -> Lanes | None:
        """Return the client for :meth:`begin` in an event loop; None if no query can be begun."""

    def begin(self, environ: WSGIEnvironment, lanes: Lanes, tell: Callable[[], None]) -> bool:
        """Begin a query, if the request is a plain one.

        Args:
            environ: The request.
            lanes: The client of the query workers.
            tell: Called in the loop when the query has an answer or needs a thread.

        Returns:
            Whether a query was begun.
        """

    def answer(self, environ: WSGIEnvironment) -> CachedResponse | None:
        """Return the answer to a begun query; None if the app must answer it."""


class Front:
    """Answers requests with a WSGI app.

    ``short`` is the fast path for plain queries, ``admission`` decides about request bodies. Create it in the event
    loop, and close it after the last request.
    """

    def __init__(self, app: WSGIApplication, admission: Admission, short: FastPath | None = None) -> None:
        self._app = app
        self._remembered = app if isinstance(app, ResponseCache) else None
        self._short = short
        self._admission = admission
        self._threads = Threads(THREADS, THREADS_OF_ONE)
        self._watching = Threads(_WATCHERS, _WATCHERS)
        self._loop = asyncio.get_running_loop()
        self._lanes = short.lanes(self._loop) if short else None

    def close(self) -> None:
        """Wait for the busy threads."""
        if self._lanes is not None:
            self._lanes.close()
        self._threads.close()
        self._watching.close()

    def body_limit(self, request: Request) -> int:
        """Return the largest request body that the app reads, in bytes; 0 if it reads none."""
        return self._admission.limit(_environ(request))

    def handle(self, connection: Connection, request: Request) -> None:
        """Answer a request, now or later.

        Args:
            connection: The connection to answer on.
            request: The request.
        """
        environ = _environ(request)
        kept = self._remembered.find(environ) if self._remembered else None
        if kept is not None:
            connection.answer(*kept)
            return
        if request.trouble is not None:
            environ[OUTCOME] = _trouble(request.trouble, request.body_limit)
        elif self._is_begun(connection, request, environ):
            return
        self._answer_in_thread(connection, environ)

    def _is_begun(self, connection: Connection, request: Request, environ: WSGIEnvironment) -> bool:
        """Return whether the request is a plain query that was begun."""
        if self._short is None or self._lanes is None or (request.size or 0) > SHORT_BODY:
            return False
        return self._short.begin(environ, self._lanes, lambda: self._answer(connection, environ))

    def _answer(self, connection: Connection, environ: WSGIEnvironment) -> None:
        """Send a worker's answer, or pass the query to a thread."""
        try:
            made = self._short.answer(environ) if self._short else None
            if made is not None and self._remembered is not None:
                self._remembered.made(environ, made)
                connection.answer(made.head, made.body)
                return
        except Exception:  # noqa: BLE001  # other requests of the same round wait for their answers
            _log.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            connection.abort()
            return
        self._answer_in_thread(connection, environ)

    def _answer_in_thread(self, connection: Connection, environ: WSGIEnvironment) -> None:
        def work() -> None:
            try:
                answer = _ask(self._app, environ)
            except BaseException:  # noqa: BLE001  # the client waits for an end
                _log.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
                self._loop.call_soon_threadsafe(connection.abort)
            else:
                self._loop.call_soon_threadsafe(connection.answer, *answer)

        threads = self._watching if environ["PATH_INFO"] in PATHS else self._threads
        threads.do(work, client_of(environ["REMOTE_ADDR"]))


def _ask(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Return the complete response. If it breaks off, the app is called again with the error."""
    head = Head()
    environ[REPEATS] = True
    try:
        body, size = _collected(app(environ, head))
    except (KgError, OSError) as error:
        del environ[REPEATS]
        if isinstance(error, OSError) and not is_no_room(error):
            raise
        environ[OUTCOME] = no_room() if isinstance(error, OSError) else error
        environ["wsgi.input"].seek(0)
        body, size = _collected(app(environ, head))
    has_body = environ["REQUEST_METHOD"] != "HEAD" and not head.status.startswith(_NO_BODY)
    if has_body and head.length() is None:
        head.headers.append(("Content-Length", str(size)))
    return encoded(head.status, head.headers), body


def _collected(body: Iterable[bytes]) -> tuple[bytes | IO[bytes], int]:
    """Collect a body and return it with its size: a short one as bytes, a long one as a temporary file."""
    if isinstance(body, list):
        data = b"".join(body)
        return data, len(data)
    kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # the sender closes it
    try:
        size = sum(map(kept.write, body))
        kept.seek(0)
        if size > _IN_MEMORY:
            return kept, size
        data = kept.read()
    except BaseException:
        kept.close()
        raise
    finally:
        close(body)
    kept.close()
    return data, size


def _trouble(status: HTTPStatus, limit: int) -> Refusal:
    """Return the error for an incomplete body."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Refusal(status, "body-too-long", f"The body is longer than {limit:,} bytes.")
    if status == HTTPStatus.INSUFFICIENT_STORAGE:
        return no_room()
    return Refusal(
        status,
        "body-too-slow",
        f"The body came too slowly; after {GRACE_SECONDS:.0f} s it must come at {SLOWEST:,} bytes a second.",
    )


def _environ(request: Request) -> WSGIEnvironment:
    """Return the WSGI environment of a request (PEP 3333)."""
    path, _, query = _origin_form(request.target).partition(b"?")
    environ = {
        **_said(request),
        "REQUEST_METHOD": request.method,
        "PATH_INFO": (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": request.server[0],
        "SERVER_PORT": str(request.server[1]),
        "REMOTE_ADDR": request.client[0],
        "wsgi.input": request.body or BytesIO(),
        "waitress.client_disconnected": request.is_gone,  # the pages know this name
        BEGUN: request.begun,
    }
    if request.size is not None:
        environ["CONTENT_LENGTH"] = str(request.size)  # a chunked body does not declare its size
    return environ


def _said(request: Request) -> WSGIEnvironment:
    """Return the constant part of the environment of a client. Only heads of usual length are cached."""
    say = _said_of_itself if request.fields_size <= _LONGEST_KEPT else _said_of_itself.__wrapped__
    return say(request.version, request.headers)


@lru_cache(256)
def _said_of_itself(version: str, headers: Fields) -> WSGIEnvironment:
    """Return the environment that is the same for all requests of a client.

    It contains the client's headers and the server's properties. It is cached, so callers must not change it.
    """
    said: WSGIEnvironment = {
        "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": f"HTTP/{version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": _ERRORS,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in headers:
        key = _key(name)
        if key is not None:
            text = value.decode("latin-1")
            said[key] = f"{said[key]},{text}" if key in said else text
    return said


def _origin_form(target: bytes) -> bytes:
    """Return path and query of an address in any form (RFC 9112, section 3.2); its host may be any bytes."""
    if not target.startswith(b"/"):
        target = _AUTHORITY.sub(b"", target, count=1)
    target = target.partition(b"#")[0]
    return target if target.startswith((b"/", b"*")) else b"/" + target


def _key(name: bytes) -> str | None:
    """Return the name of a header in the WSGI environment; None if it could pass for another header."""
    return _usual_key(name) if len(name) <= _LONGEST_NAME else _usual_key.__wrapped__(name)


@lru_cache(1024)
def _usual_key(name: bytes) -> str | None:
    if b"_" in name:
        return None
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


class _Errors:
    """A text file that writes to the log."""

    def write(self, text: str) -> int:
        if text.strip():
            _log.error("%s", text.rstrip())
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass


_ERRORS: Final = _Errors()
