"""HTTP server for one app, with a graceful stop.

It replaces Flask on a WSGI server for two measured reasons (docs/decisions/0009-server.md):

- speed: llhttp parses HTTP and libuv waits for it, both in native code. The event loop sends cached responses, and
  plain queries go to a query worker without Flask (:mod:`kg.http.dispatch`);

- slow clients: a request takes a thread only after it is complete (:mod:`kg.http.connection`).
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
"""Time for running requests to finish after a stop signal."""
CONNECTIONS: Final = 4_096
"""Largest number of connections; further clients are refused."""
_WATCH_SECONDS: Final = 0.5
_STACK_BYTES: Final = 64 << 20
# Without query workers the engine's recursive parser runs in these threads. The guard's limits were measured on 8 MB;
# the rest is a margin.


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, and print the address on stderr.

    Args:
        app: The app.
        host: The host to listen on.
        port: The port; 0 takes a free one.

    Raises:
        KgError: The port cannot be opened.
    """
    serve_on(listening(host, port), app)


def serve_on(listener: socket.socket, app: Flask) -> None:
    """Serve on a socket until SIGTERM or SIGINT, and close it.

    Args:
        listener: The socket of :func:`listening`.
        app: The app.
    """
    gc.collect()
    gc.freeze()  # existing objects stay, so the garbage collector need not visit them during requests
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
    """Wait for a stop signal. A second signal ends the process at once."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await stopping.wait()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)


async def _watch(connections: set[Connection]) -> None:
    """Check for slow clients regularly: a timer for each request would cost more."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        now = time.monotonic()
        for connection in tuple(connections):
            connection.watch(now)


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's event loop if it is installed (not on Windows), else None for Python's own."""
    with suppress(ImportError):
        uvloop: Any = importlib.import_module("uvloop")
        return uvloop.new_event_loop  # type: ignore[no-any-return]
    return None


def _connections() -> int:
    """Return the largest number of connections that the process can open.

    The file limit of the process is raised for them.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return min(CONNECTIONS, max(allowed, soft) // 2)


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens exclusively.

    Args:
        host: Name or address.
        port: Port; 0 selects a free one.

    Raises:
        KgError: The address cannot be used; the message names the way out.
    """
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
