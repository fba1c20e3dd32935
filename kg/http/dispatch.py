"""The event loop's side of the server: what is done with each request, from the cheapest way to the dearest.

1. An answer that is kept (:mod:`kg.http.response_cache`) is sent as it is.
2. A plain query (:mod:`kg.sparql.fast_path`) is sent to a query worker, and the loop waits for the answer beside all
   its connections (:mod:`kg.engine.pipelining`). A thread that waits instead costs two changes of threads, which is
   more than a small query.
3. Everything else, and a query that takes long after all, is the WSGI application's, in a thread.

It is not served as WSGI, because there a client that sends one byte a second, or reads one, holds a thread for as long
as it likes. Here a thread is taken when a request has come whole, and left when its answer is made. An answer is sent
with its length, or is an error: a query that is stopped after a million rows is a 503, and what a client gets is never
a part that looks whole.
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
from kg.http.wsgi import BEGUN, OUTCOME, Head, close, encoded
from kg.store.room import is_no_room

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from kg.engine import Lanes, Loop
    from kg.http.admission import Admission
    from kg.http.response_cache import CachedResponse

Answer: TypeAlias = tuple[bytes, bytes | IO[bytes]]
"""The head as it goes over the wire, and the body."""

FAST_PATH: Final = "claimgraph.fast_path"
"""The key of the :class:`FastPath` among the extensions of an app."""
THREADS: Final = 64
"""How many requests are worked on at a time; one waits in its thread for a query worker."""
THREADS_OF_ONE: Final = 48
"""How many of them are one client's at most."""
_WATCHERS: Final = 2
"""Threads for who watches the server: the others may all wait for queries."""
SHORT_BODY: Final = 1 << 16
"""Bytes of a form that are read in the loop: more take long enough for others to notice."""
_IN_MEMORY: Final = 1 << 20
_LONGEST_KEPT: Final = 1 << 12
_LONGEST_NAME: Final = 64
"""Bytes of a client's headers, and of the name of one, that are kept for its next request."""
_NO_BODY: Final = ("1", "204", "304")
_AUTHORITY: Final = re.compile(rb"\A[^/?#]+://[^/?#]*")

_log = logging.getLogger(__name__)


class FastPath(Protocol):
    """Answers plain queries without a thread of their own; for what it does not answer the app is called."""

    def lanes(self, loop: Loop) -> Lanes | None:
        """Return what :meth:`begin` needs in an event loop; None where no query can be begun."""

    def begin(self, environ: WSGIEnvironment, lanes: Lanes, tell: Callable[[], None]) -> bool:
        """Begin a query, if the request is one.

        Args:
            environ: The request.
            lanes: The loop's hold on the query workers.
            tell: Called in the loop when the query has an answer or needs a thread.

        Returns:
            Whether a query was begun.
        """

    def answer(self, environ: WSGIEnvironment) -> CachedResponse | None:
        """Return the answer to a begun query; None where the app has to be called for it."""


class Front:
    """Answers requests with a WSGI app; ``short`` is the part of it that knows plain queries. Made in the event loop;
    close it after the last request. ``admission`` tells how much of a body the app reads.
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
        """Wait for the threads that are still at work."""
        if self._lanes is not None:
            self._lanes.close()
        self._threads.close()
        self._watching.close()

    def body_limit(self, request: Request) -> int:
        """Return how many bytes of a body the app reads at most, as its head has it; 0 where it reads none."""
        return self._admission.limit(_environ(request))

    def handle(self, connection: Connection, request: Request) -> None:
        """Have the request answered, now or later."""
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
        """Whether it is a plain query that is now answered without a thread, or with one if it takes long."""
        if self._short is None or self._lanes is None or (request.size or 0) > SHORT_BODY:
            return False
        return self._short.begin(environ, self._lanes, lambda: self._answer(connection, environ))

    def _answer(self, connection: Connection, environ: WSGIEnvironment) -> None:
        """Send what a worker has answered, or have a thread see to what has become of the query."""
        try:
            made = self._short.answer(environ) if self._short else None
            if made is not None and self._remembered is not None:
                self._remembered.made(environ, made)
                connection.answer(made.head, made.body)
                return
        except Exception:  # noqa: BLE001  # whatever it is, others wait in the same round for their answers
            _log.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            connection.abort()
            return
        self._answer_in_thread(connection, environ)

    def _answer_in_thread(self, connection: Connection, environ: WSGIEnvironment) -> None:
        def work() -> None:
            try:
                answer = _ask(self._app, environ)
            except BaseException:  # noqa: BLE001  # whatever it is, somebody waits for an end
                _log.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
                self._loop.call_soon_threadsafe(connection.abort)
            else:
                self._loop.call_soon_threadsafe(connection.answer, *answer)

        threads = self._watching if environ["PATH_INFO"] in PATHS else self._threads
        threads.do(work, client_of(environ["REMOTE_ADDR"]))


def _ask(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """The whole answer. One that breaks off is asked for again as the error that broke it."""
    head = Head()
    try:
        body, size = _collected(app(environ, head))
    except (KgError, OSError) as error:
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
    """A short body as bytes, a long one as a file that is gone when it is closed; and its size."""
    if isinstance(body, list):
        data = b"".join(body)
        return data, len(data)
    kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed by whoever sends it
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
    """Why a body was not read to its end."""
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
    """The request as WSGI says it (PEP 3333)."""
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
        "waitress.client_disconnected": request.is_gone,  # the name that the pages know it by
        BEGUN: request.begun,
    }
    if request.size is not None:
        environ["CONTENT_LENGTH"] = str(request.size)  # which a body in chunks does not say itself
    return environ


def _said(request: Request) -> WSGIEnvironment:
    """What is the same with each request of a client, kept only of heads that are no longer than usual."""
    say = _said_of_itself if request.fields_size <= _LONGEST_KEPT else _said_of_itself.__wrapped__
    return say(request.version, request.headers)


@lru_cache(256)
def _said_of_itself(version: str, headers: Fields) -> WSGIEnvironment:
    """What is the same with each request of a client: what it says in its headers, and what this server does. Kept for
    the next of them: nobody may change what is given here.
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
    """Path and query of an address, whichever way it is written (RFC 9112, section 3.2); its host may be any bytes."""
    if not target.startswith(b"/"):
        target = _AUTHORITY.sub(b"", target, count=1)
    target = target.partition(b"#")[0]
    return target if target.startswith((b"/", b"*")) else b"/" + target


def _key(name: bytes) -> str | None:
    """Where a header stands in the WSGI environment; nowhere if it could pass for the one with a hyphen."""
    return _usual_key(name) if len(name) <= _LONGEST_NAME else _usual_key.__wrapped__(name)


@lru_cache(1024)
def _usual_key(name: bytes) -> str | None:
    if b"_" in name:
        return None
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


class _Errors:
    """A text file that is the log."""

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
