"""What the HTTP servers for Python cost before any query: CPU time a request of a constant answer, 8 connections.

``python -m benchmarks.servers [--seconds S]``; servers that are not installed are left out (``pip install granian
waitress gunicorn``). CPU time, not requests a second, so that other load on the machine does not matter much.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.endpoint import cpu_seconds, free_port, oxigraph, print_head, print_row, rate
from kg.http.server import fastest_loop

BODY = b'{"head":{},"boolean":true}'
HEADERS = [("Content-Type", "application/sparql-results+json"), ("Content-Length", str(len(BODY)))]
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(name.lower().encode(), value.encode()) for name, value in HEADERS],
}
CONNECTIONS = 8


def wsgi(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """The least WSGI app."""
    start("200 OK", list(HEADERS))
    return [BODY]


async def asgi(_scope: Any, _receive: Any, send: Any) -> None:
    """The least ASGI app."""
    await send(START)
    await send({"type": "http.response.body", "body": BODY})


async def llhttp(port: int) -> None:
    """``kg serve``'s own connections, with the least to answer."""
    from kg.http.connection import Connection
    from kg.http.head_cache import KnownHeads
    from kg.http.wsgi import encoded

    head = encoded("200 OK", HEADERS)
    loop, connections, known = asyncio.get_running_loop(), set[Connection](), KnownHeads()
    server = await loop.create_server(
        lambda: Connection(lambda connection, _: connection.answer(head, BODY), 0, connections, 100, known),
        "127.0.0.1",
        port,
    )
    await server.serve_forever()


def main() -> None:
    """Measure each, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--llhttp", type=int, metavar="PORT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.llhttp:
        with asyncio.Runner(loop_factory=fastest_loop()) as runner:
            runner.run(llhttp(options.llhttp))
    print_head("server", "requests/s", "CPU µs/request")
    with tempfile.TemporaryDirectory() as folder:
        for name, command in commands(Path(folder)).items():
            port = free_port()
            with subprocess.Popen(
                [part.format(port=port) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as process:
                time.sleep(3)
                before = cpu_seconds(process.pid)
                speed = rate(f"http://127.0.0.1:{port}/query", ["ASK {}"], CONNECTIONS, options.seconds)
                used = cpu_seconds(process.pid) - before
                process.terminate()
            print_row(name, f"{speed:.0f}", f"{used / (speed * options.seconds) * 1e6:.0f}")


def commands(folder: Path) -> dict[str, list[str]]:
    """How each server is started; ``{port}`` is where it listens."""
    python = [sys.executable, "-m"]
    found = {
        "oxigraph serve": [oxigraph(), "serve", "--location", str(folder), "--bind", "127.0.0.1:{port}"],
        "kg serve's HTTP": [*python, "benchmarks.servers", "--llhttp", "{port}"],
    }
    if importlib.util.find_spec("granian"):
        granian = [*python, "granian", "--port", "{port}", "--workers", "1", "--no-ws"]
        found |= {
            "granian, WSGI": [*granian, "--interface", "wsgi", "--blocking-threads", "8", "benchmarks.servers:wsgi"],
            "granian, ASGI": [*granian, "--interface", "asginl", "benchmarks.servers:asgi"],
        }
    if importlib.util.find_spec("waitress"):
        found["waitress"] = [*python, "waitress", "--port", "{port}", "--threads", "8", "benchmarks.servers:wsgi"]
    if importlib.util.find_spec("gunicorn"):
        threads = ["-k", "gthread", "--threads", "8", "-b", "127.0.0.1:{port}"]
        found["gunicorn, threads"] = [*python, "gunicorn", *threads, "benchmarks.servers:wsgi"]
    return found


if __name__ == "__main__":
    main()
