"""Responses while the store is being opened: ``/healthz`` answers, all other paths report the progress."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Final

from kg import lifeline
from kg.http.connection import Connection
from kg.http.head_cache import KnownHeads
from kg.http.request import Request
from kg.http.wsgi import encoded

_CONNECTIONS: Final = 64
_WATCH_SECONDS: Final = 0.5
_RETRY_SECONDS: Final = 2
_MOST: Final = 1 << 16
_AT_FIRST: Final = "the store is being opened"


class OpeningProgress:
    """The progress of the opening, in words, on its way to the process that answers."""

    def __init__(self, pipe: int | None) -> None:
        self._pipe = pipe

    def tell(self, text: str) -> None:
        """Send the progress; it is lost if the other process is slow."""
        if self._pipe is not None:
            with suppress(OSError):
                os.write(self._pipe, f"{text}\n".encode())


@contextmanager
def answering(listener: socket.socket) -> Iterator[OpeningProgress]:
    """Answer on a socket until the context ends.

    A process of its own answers, because the engine holds Python's lock for seconds to count 10 million quads. The
    socket stays open, so that later connections wait for the server. Without ``fork`` nobody answers before the server.

    Args:
        listener: The listening socket of the server.
    """
    if not hasattr(os, "fork"):
        yield OpeningProgress(None)
        return
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group, and the server ends this one
            lifeline.tie_fork(parent)
            os.close(writing)
            asyncio.run(_serve(listener, reading))
        finally:
            os._exit(0)
    os.close(reading)
    os.set_blocking(writing, False)
    try:
        yield OpeningProgress(writing)
    finally:
        os.close(writing)
        os.waitpid(child, 0)


async def _serve(listener: socket.socket, reading: int) -> None:
    """Answer until the pipe with the progress is closed."""
    loop = asyncio.get_running_loop()
    connections: set[Connection] = set()
    known, stopped = KnownHeads(), asyncio.Event()
    text = _AT_FIRST

    def read() -> None:
        nonlocal text
        data = os.read(reading, _MOST)
        if not data:
            loop.remove_reader(reading)
            stopped.set()
        lines = data.decode("utf-8", "replace").splitlines()
        text = lines[-1] if lines else text

    def handle(connection: Connection, request: Request) -> None:
        connection.answer(*_answer(request, text))

    loop.add_reader(reading, read)
    server = await loop.create_server(
        lambda: Connection(handle, lambda _: 0, connections, _CONNECTIONS, known), sock=listener, backlog=1_024
    )
    while not stopped.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), _WATCH_SECONDS)
        for connection in tuple(connections):
            connection.watch(time.monotonic())
    server.close()
    for connection in tuple(connections):
        connection.stop()
    await asyncio.sleep(0)  # a finished response is still sent
    for connection in tuple(connections):
        connection.abort()


def _answer(request: Request, progress: str) -> tuple[bytes, bytes]:
    """Head and body of the response to a request."""
    if request.target.partition(b"?")[0] == b"/healthz":
        return _written(request, "200 OK", "text/plain; charset=utf-8", b"ok\n")
    status = HTTPStatus.SERVICE_UNAVAILABLE
    members = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "reason": "store-not-ready",
        "detail": f"The store does not answer yet: {progress}",
    }
    body = json.dumps(members, ensure_ascii=False).encode()
    return _written(request, f"{status.value} {status.phrase}", "application/problem+json", body)


def _written(request: Request, status: str, media_type: str, body: bytes) -> tuple[bytes, bytes]:
    headers = [("Content-Type", media_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    if not status.startswith("200"):
        headers.append(("Retry-After", str(_RETRY_SECONDS)))
    return encoded(status, headers), b"" if request.method == "HEAD" else body
