"""The event loop's side of the server: ASGI in front, the WSGI application behind it in threads.

Why the application is not served as WSGI: there a client that sends one byte a second, or reads one, holds a thread for
as long as it likes, and nobody learns that one has hung up. Here a thread is taken when a request has come whole, and
left when its answer is made; both wait outside, in the loop, within limits. An answer is sent with its length, or is an
error: a query that is stopped after a million rows is a 503, and what a client gets is never a part that looks whole.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from http import HTTPStatus
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote_to_bytes

from kg.errors import KgError
from kg.web.problems import Refusal
from kg.web.remembered import Remembered
from kg.web.wsgi import OUTCOME, Head, Headers, close

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = Mapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Answer: TypeAlias = tuple[str, Headers, bytes | IO[bytes]]

THREADS: Final = 48
"""How many requests are worked on at a time; one waits in its thread for a query worker."""
SLOWEST: Final = 10_000
"""Bytes a second that a client must send or read, after a grace of ``GRACE_SECONDS``, or it is hung up on."""
GRACE_SECONDS: Final = 10.0
_PIECE: Final = 1 << 18
_IN_MEMORY: Final = 1 << 20
_WATCH_AFTER: Final = 0.05
"""Seconds after which it is worth to learn whether the client is still there."""

_log = logging.getLogger(__name__)


class Front:
    """An ASGI app. ``body_limit`` is what is read of a request's body: beyond what the application takes, so that it
    can say so. ``head_limit`` is for the request line and the headers together. Close it after the last request.
    """

    def __init__(self, app: WSGIApplication, body_limit: int, head_limit: int) -> None:
        self._app = app
        self._remembered = app if isinstance(app, Remembered) else None
        self._body_limit = body_limit
        self._head_limit = head_limit
        self._threads = _Threads(THREADS)

    def close(self) -> None:
        """Wait for the threads that are still at work."""
        self._threads.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's own signature."""
        environ = _environ(scope)
        if _size_of_head(scope) > self._head_limit:
            environ[OUTCOME] = _head_too_long(self._head_limit)
        kept = self._remembered.find(environ) if self._remembered else None
        if kept is not None:
            await _send(send, *kept)
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            if OUTCOME not in environ and _has_body(environ):
                await self._read(receive, body, environ)
            environ["wsgi.input"] = body
            answer = await self._answer(environ, receive)
        if answer is not None:
            await _send(send, *answer)

    async def _read(self, receive: Receive, body: IO[bytes], environ: WSGIEnvironment) -> None:
        """Read the body. What is too long or too slow goes to the application as the error that it is."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        try:
            more = True
            while more:
                message = await asyncio.wait_for(receive(), _time_left(begin, body.tell(), loop.time()))
                body.write(message.get("body", b""))
                more = message.get("more_body", False)
                if body.tell() > self._body_limit:
                    environ[OUTCOME] = _too_long(self._body_limit)
                    break
        except TimeoutError:
            environ[OUTCOME] = _too_slow()
        environ["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)

    async def _answer(self, environ: WSGIEnvironment, receive: Receive) -> Answer | None:
        """The application's answer; None when the client has gone."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Answer] = loop.create_future()
        client = _Client(receive, loop)
        environ["waitress.client_disconnected"] = client.is_gone  # the name that the pages know it by

        def work() -> None:
            try:
                answer = _ask(self._app, environ)
            except BaseException as error:  # noqa: BLE001  # whatever it is, somebody waits for it
                loop.call_soon_threadsafe(_set, answered, None, error)
            else:
                loop.call_soon_threadsafe(_set, answered, answer, None)

        self._threads.do(work)
        try:
            answer = await answered
        finally:
            client.stop()
        if client.is_gone():
            if not isinstance(answer[2], bytes):
                answer[2].close()
            return None
        return answer


class _Threads:
    """At most so many threads, begun when they are needed. What a ThreadPoolExecutor adds to this costs more than a
    small query.
    """

    def __init__(self, most: int) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self._most = most

    def do(self, work: Callable[[], None]) -> None:
        """Have it done by the next thread that is free; called by one thread only. ``work`` raises nothing."""
        if not self._idle.acquire(blocking=False) and len(self._threads) < self._most:
            thread = threading.Thread(target=self._run, name=f"request-{len(self._threads)}")
            self._threads.append(thread)
            thread.start()
        self._work.put(work)

    def close(self) -> None:
        """Have everything done that was asked for, and wait for it."""
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
            self._idle.release()


class _Client:
    """Learns whether the client hangs up, when its request takes long enough for that to matter."""

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._receive = receive
        self._gone = False
        self._task: asyncio.Task[None] | None = None
        self._timer = loop.call_later(_WATCH_AFTER, self._watch, loop)

    def is_gone(self) -> bool:
        return self._gone

    def stop(self) -> None:
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        self._task = loop.create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True


def _ask(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """The whole answer. One that breaks off is asked for again as the error that broke it."""
    head = Head()
    try:
        body = app(environ, head)
        return head.status, head.headers, _collected(body, head)
    except KgError as error:
        environ[OUTCOME] = error
        environ["wsgi.input"].seek(0)
        body = app(environ, head)
        return head.status, head.headers, _collected(body, head)


def _collected(body: Iterable[bytes], head: Head) -> bytes | IO[bytes]:
    """A short body as bytes, a long one as a file that is gone when it is closed."""
    if isinstance(body, list):
        return b"".join(body)
    kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed by whoever sends it
    try:
        size = sum(map(kept.write, body))
        kept.seek(0)
        if head.length() is None:
            head.headers.append(("Content-Length", str(size)))
        if size > _IN_MEMORY:
            return kept
        data = kept.read()
    except BaseException:
        kept.close()
        raise
    finally:
        close(body)
    kept.close()
    return data


def _has_body(environ: WSGIEnvironment) -> bool:
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ


def _size_of_head(scope: Scope) -> int:
    """About how many bytes the client has sent. The server's own limit is one of what it has read at once: a head of
    twice as much gets through where it comes in one piece.
    """
    line = len(scope["method"]) + len(scope["path"]) + len(scope["query_string"])
    return line + sum(len(name) + len(value) + 4 for name, value in scope["headers"])


def _head_too_long(limit: int) -> Refusal:
    return Refusal(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "head-too-long",
        f"Request line and headers are longer than {limit:,} bytes together. Send a long query by POST.",
        headers={"Connection": "close"},
    )


def _too_long(limit: int) -> Refusal:
    return Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body-too-long",
        f"The body is longer than {limit:,} bytes.",
        headers={"Connection": "close"},
    )


def _too_slow() -> Refusal:
    return Refusal(
        HTTPStatus.REQUEST_TIMEOUT,
        "body-too-slow",
        f"The body came too slowly; after {GRACE_SECONDS:.0f} s it must come at {SLOWEST:,} bytes a second.",
        headers={"Connection": "close"},
    )


def _set(answered: asyncio.Future[Answer], answer: Answer | None, error: BaseException | None) -> None:
    if answered.done():
        return
    if error is not None:
        answered.set_exception(error)
    elif answer is not None:
        answered.set_result(answer)


async def _send(send: Send, status: str, headers: Headers, body: bytes | IO[bytes]) -> None:
    """Send the answer at the client's pace. Raises TimeoutError, which hangs up, on one that hardly reads."""
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    encoded.append((b"server", b"claimgraph"))
    await send({"type": "http.response.start", "status": int(status[:3]), "headers": encoded})
    if isinstance(body, bytes):
        await send({"type": "http.response.body", "body": body})
        return
    loop = asyncio.get_running_loop()
    begin = loop.time()
    with body:
        while piece := body.read(_PIECE):
            left = _time_left(begin, body.tell(), loop.time())
            await asyncio.wait_for(send({"type": "http.response.body", "body": piece, "more_body": True}), left)
    await send({"type": "http.response.body", "body": b""})


def _time_left(begin: float, done: int, now: float) -> float:
    """Seconds until so many bytes are too few for the time that has passed."""
    return max(0.0, begin + GRACE_SECONDS + done / SLOWEST - now)


def _environ(scope: Scope) -> WSGIEnvironment:
    """The request as WSGI says it (PEP 3333), still without its body."""
    host, port = scope["server"]
    path = scope.get("raw_path")
    path = unquote_to_bytes(path.partition(b"?")[0]) if path is not None else scope["path"].encode()
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": _Errors(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # would pass for the one with a hyphen
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ


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
