"""Serving an app by itself: granian's HTTP in this process, and a stop that lets running requests finish.

Not plain Flask on a WSGI server, for two reasons, both measured (docs/decisions/0009-server.md):

- speed: granian parses HTTP in native code. What is answered from memory (:mod:`kg.web.remembered`) is answered in the
  event loop, and a plain query goes to the engine without Flask (:mod:`kg.web.shortpath`);
- slow clients: :mod:`kg.web.front` gives a thread only to a request that has come whole.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import sys
import threading
from contextlib import suppress
from errno import EACCES, EADDRINUSE
from typing import Final

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from kg.errors import KgError
from kg.web.front import Front
from kg.web.graphstore import UPLOAD_LIMIT

STOP_SECONDS: Final = 10.0
"""How long running requests may take to finish once the server is told to stop."""
CONNECTIONS: Final = 4_096
"""The most connections at a time; one more waits to be taken."""
HEAD_LIMIT: Final = 1 << 17
"""The longest request line and headers together, in bytes; of these the address may be 64 KiB."""
HEAD_SECONDS: Final = 20.0
"""How long a client may take to send them, and how long a connection may be idle."""
_BETWEEN_TRIES: Final = 0.02
_STACK_BYTES: Final = 64 << 20
# Where there are no query workers the engine's parser runs in our threads and recurses; the guard's limits are measured
# on 8 MB, this is the margin.


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; port 0 takes a free one. Says on stderr where it serves.

    Raises KgError naming the port when it cannot be listened on.
    """
    host, port = _free(host, port)
    before = threading.stack_size(_STACK_BYTES)
    # A request body beyond what the app takes is read as far as the app needs to see that it is too long.
    front = Front(app.wsgi_app, 2 * UPLOAD_LIMIT, HEAD_LIMIT)
    try:
        asyncio.run(_serve(front, host, port))
    finally:
        front.close()
        threading.stack_size(before)


async def _serve(front: Front, host: str, port: int) -> None:
    server = Server(
        front,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(HEAD_SECONDS * 1000), max_buffer_size=HEAD_LIMIT),
        backlog=1_024,
        backpressure=_connections(),
        websockets=False,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()

    def stop() -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    serving = loop.create_task(server.serve())
    await _listening(serving, host, port)
    _announce(host, port)
    await asyncio.wait({serving, loop.create_task(stopping.wait())}, return_when=asyncio.FIRST_COMPLETED)
    server.stop()  # type: ignore[no-untyped-call]
    with suppress(TimeoutError):
        await asyncio.wait_for(serving, STOP_SECONDS)


async def _listening(serving: asyncio.Task[None], host: str, port: int) -> None:
    """Wait until a connection is taken; granian does not say when it is."""
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(_BETWEEN_TRIES)
        else:
            writer.close()
            return


def _connections() -> int:
    """As many as there may be, and no more than this process may open; each needs a file number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return min(CONNECTIONS, max(allowed, soft) // 2)


def _free(host: str, port: int) -> tuple[str, int]:
    """The address to listen on, which nobody else does: granian would share it with another granian."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.create_server(address[:2], family=family) as listener:
            found = listener.getsockname()
            return found[0], found[1]
    except OSError as error:
        if error.errno == EADDRINUSE:
            way_out = "another program listens there; stop it, or choose another port with --port"
        elif error.errno == EACCES:
            way_out = "ports below 1024 need privileges; choose another port with --port"
        else:
            way_out = f"{error.strerror or error}; choose another address with --host"
        raise KgError(f"cannot serve on {host} port {port}: {way_out}") from error


def _announce(host: str, port: int) -> None:
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    sys.stderr.write(f"Serving {address}/ (SPARQL endpoint {address}/sparql). Stop with Ctrl-C.\n")
    sys.stderr.flush()
