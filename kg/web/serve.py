"""Serving an app by itself: waitress, one process, a few threads, and a stop that lets running requests finish."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from errno import EACCES, EADDRINUSE
from typing import Any, Final

from flask import Flask
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel

from kg.errors import KgError
from kg.web.protocol import BODY_LIMIT

THREADS: Final = 8
STOP_SECONDS: Final = 10.0
"""How long running requests may take to finish once the server is told to stop."""
_STACK_BYTES: Final = 64 << 20
# The engine's parser and planner recurse; the guard's limits are measured on 8 MB, this is the margin.
_LOOP_SECONDS: Final = 1.0


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; port 0 takes a free one. Says on stderr where it serves.

    Raises KgError naming the port when it cannot be listened on.
    """
    listener = _listen(host, port)
    connections: dict[int, Any] = {}
    server = _start(app, listener, connections)
    stopping = threading.Event()

    def stop(*_: object) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    with _on_signals(stop, server.trigger.trigger):
        _announce(listener)
        while not stopping.is_set():
            wasyncore.loop(timeout=_LOOP_SECONDS, use_poll=True, map=connections, count=1)
        _finish(connections)
    server.task_dispatcher.shutdown()
    wasyncore.close_all(connections)


def _listen(host: str, port: int) -> socket.socket:
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


def _start(app: Flask, listener: socket.socket, connections: dict[int, Any]) -> Any:
    before = threading.stack_size(_STACK_BYTES)
    try:
        return create_server(
            app,
            map=connections,
            sockets=[listener],
            threads=THREADS,
            ident="claimgraph",
            # Longer bodies are answered by the app up to twice its limit, beyond that without being read.
            max_request_body_size=2 * BODY_LIMIT,
        )
    finally:
        threading.stack_size(before)


def _announce(listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    sys.stderr.write(f"Serving {address}/ (SPARQL endpoint {address}/sparql). Stop with Ctrl-C.\n")
    sys.stderr.flush()


@contextlib.contextmanager
def _on_signals(stop: Callable[..., None], wakes_the_loop: int) -> Iterator[None]:
    """Call ``stop`` on either signal. The system may hand a signal to any thread, also one of the engine's: the write
    end of the loop's own pipe is what tells the waiting main thread."""
    os.set_blocking(wakes_the_loop, False)
    wakeup_before = signal.set_wakeup_fd(wakes_the_loop, warn_on_full_buffer=False)
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup_before)


def _finish(connections: dict[int, Any]) -> None:
    """Take no new connection, and go on until every request is answered and sent, or the time is up."""
    for watched in list(connections.values()):
        if getattr(watched, "accepting", False):
            watched.del_channel()
            watched.socket.close()
    deadline = time.monotonic() + STOP_SECONDS
    while _is_busy(connections) and time.monotonic() < deadline:
        wasyncore.loop(timeout=_LOOP_SECONDS, use_poll=True, map=connections, count=1)


def _is_busy(connections: dict[int, Any]) -> bool:
    channels = [watched for watched in connections.values() if isinstance(watched, HTTPChannel)]
    return any(channel.requests or channel.total_outbufs_len for channel in channels)
