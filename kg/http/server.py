"""Serving an app by itself: HTTP in this process, and a stop that lets running requests finish.

Not plain Flask on a WSGI server, for two reasons, both measured (docs/decisions/0009-server.md):

- speed: HTTP is parsed by llhttp and waited for by libuv, both native. What is answered from memory is answered in the
  event loop, and a plain query goes to a query worker without Flask (:mod:`kg.http.dispatch`);
- slow clients: a request takes a thread only when it has come whole (:mod:`kg.http.connection`).
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from errno import EACCES, EADDRINUSE
from typing import Any, Final

from flask import Flask

from kg.errors import KgError
from kg.http.admission import Admission
from kg.http.connection import Connection
from kg.http.dispatch import FAST_PATH, Front
from kg.http.head_cache import KnownHeads

STOP_SECONDS: Final = 10.0
"""How long running requests may take to finish once the server is told to stop."""
CONNECTIONS: Final = 4_096
"""The most connections at a time; one more is turned away."""
_WATCH_SECONDS: Final = 0.5
_STACK_BYTES: Final = 64 << 20
# Where there are no query workers the engine's parser runs in our threads and recurses; the guard's limits are measured
# on 8 MB, this is the margin.


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; port 0 takes a free one. Says on stderr where it serves.

    Raises KgError naming the port when it cannot be listened on.
    """
    listener = _listener(host, port)
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not go through it again while requests wait
    before = threading.stack_size(_STACK_BYTES)
    try:
        with asyncio.Runner(loop_factory=fastest_loop()) as runner:
            runner.run(_serve(app, listener))
    finally:
        listener.close()
        threading.stack_size(before)


async def _serve(app: Flask, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    front = Front(app.wsgi_app, Admission(app), app.extensions.get(FAST_PATH))
    connections: set[Connection] = set()
    known, most = KnownHeads(), _connections()
    server = await loop.create_server(
        lambda: Connection(front.handle, front.body_limit, connections, most, known), sock=listener, backlog=1_024
    )
    watching = loop.create_task(_watch(connections))
    _announce(listener)
    await _told_to_stop(loop)
    server.close()
    until = time.monotonic() + STOP_SECONDS
    for connection in tuple(connections):
        connection.stop()
    while connections and time.monotonic() < until:
        await asyncio.sleep(_WATCH_SECONDS / 10)
    watching.cancel()
    for connection in tuple(connections):
        connection.abort()
    front.close()


async def _told_to_stop(loop: asyncio.AbstractEventLoop) -> None:
    """Wait for a signal. A second one ends the process at once."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await stopping.wait()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)


async def _watch(connections: set[Connection]) -> None:
    """See to slow clients, now and then: a timer of its own for each request would cost more."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        now = time.monotonic()
        for connection in tuple(connections):
            connection.watch(now)


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop's where there is one (not on Windows); else Python's own."""
    with suppress(ImportError):
        uvloop: Any = importlib.import_module("uvloop")
        return uvloop.new_event_loop  # type: ignore[no-any-return]
    return None


def _connections() -> int:
    """As many as there may be, and no more than this process may open; each needs a file number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return min(CONNECTIONS, max(allowed, soft) // 2)


def _listener(host: str, port: int) -> socket.socket:
    """A socket that listens there and that nobody shares."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == EADDRINUSE:
            way_out = "another program listens there; stop it, or choose another port with --port"
        elif error.errno == EACCES:
            way_out = "ports below 1024 need privileges; choose another port with --port"
        else:
            way_out = f"{error.strerror or error}; choose another address with --host"
        raise KgError(f"cannot serve on {host} port {port}: {way_out}") from error


def _announce(listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    sys.stderr.write(f"Serving {address}/ (SPARQL endpoint {address}/sparql). Stop with Ctrl-C.\n")
    sys.stderr.flush()
