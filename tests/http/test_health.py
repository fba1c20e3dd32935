"""A server whose query workers and threads all have something to do, or whose processes are stopped or killed."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from kg.http.dispatch import THREADS
from tests.served.serving import ending_well

SERVER = """
from tests.served.small_app import BASE, QUESTIONS, small_store
from kg.app import create_app
from kg.config import Settings
from kg.engine import Engine, EngineLimits
from kg.http.server import serve
store = small_store()
with Engine(store, EngineLimits(workers=4, spares=2, deadline=600, patience=2.0)) as engine:
    app = create_app(Settings(base=BASE), store, questions=QUESTIONS, engine=engine)
    app.add_url_rule("/image", "image", lambda: str(engine._image._process.pid))
    serve(app, "127.0.0.1", 0)
"""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
PATIENCE = 120.0
"""Seconds after which a test fails; nothing waits so long but on a machine that stands still."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server with query workers of its own, and queries that may take ten minutes."""
    with ending_well([sys.executable, "-c", SERVER]) as address:
        yield address


def status(address: str, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and body of what it answers."""
    parts = urlsplit(address)
    with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)) as client:
        client.request("GET", path, headers=headers)
        response = client.getresponse()
        return response.status, response.read()


@contextlib.contextmanager
def asking_without_end(address: str, connections: int, **headers: str) -> Iterator[None]:
    """So many connections that ask for a cross product at the same time, each for another."""
    parts = urlsplit(address)
    with contextlib.ExitStack() as stack:
        for number in range(connections):
            client = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
            stack.enter_context(contextlib.closing(client))
            client.request("GET", f"/sparql?query={quote(f'{ENDLESS} # {number}')}", headers=headers)
        yield


@pytest.mark.parametrize("accept", ["text/csv", "text/html"])
def test_others_are_answered_while_queries_without_end_are_asked(address: str, accept: str) -> None:
    """More of them than threads and workers, answered as data or as pages, which wait in threads: who watches the
    server, a short query and a page are answered long before one of them ends.
    """
    with asking_without_end(address, THREADS + 6, Accept=accept):
        for _ in range(3):
            for path in ("/healthz", "/readyz"):
                assert status(address, path)[0] == 200
            assert status(address, f"/sparql?query={quote(f'ASK {{}} # {time.monotonic()}')}")[0] == 200
            assert status(address, f"/search?q=x{time.monotonic()}", Accept="text/html")[0] == 200


def test_stopped_image_process_is_not_ready_until_it_is_replaced(address: str) -> None:
    """503 meanwhile, with the word for it; then it is ready by itself."""
    _, image = status(address, f"/image?{time.monotonic()}")
    os.kill(int(image), signal.SIGSTOP)
    until = time.monotonic() + PATIENCE
    while (answer := status(address, "/readyz"))[0] == 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert answer[0] == 503
    assert b"store-not-ready" in answer[1]
    assert status(address, "/healthz")[0] == 200
    while status(address, "/readyz")[0] == 503:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert status(address, f"/image?{time.monotonic()}")[1] != image
    assert status(address, f"/sparql?query={quote(f'ASK {{}} # {time.monotonic()}')}")[0] == 200


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")
def test_queries_are_answered_after_all_workers_were_killed(address: str) -> None:
    """At once, and nobody is told of it."""
    image = status(address, f"/image?{time.monotonic()}")[1].decode()
    for number in range(3):
        for task in Path(f"/proc/{image}/task").iterdir():
            for worker in (task / "children").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(worker), signal.SIGKILL)
        for path in (f"/sparql?query={quote(f'ASK {{}} # {number} {time.monotonic()}')}", f"/search?q=y{number}"):
            assert status(address, path)[0] == 200
