"""/healthz and /readyz of a server whose query workers and threads all have something to do, or are stopped."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest

from tests.web.serving import ending_well

SERVER = """
from tests.web.conftest import BASE, QUESTIONS, small_store
from kg.config import Settings
from kg.engine import Engine, Limits
from kg.web import create_app
from kg.web.serve import serve
store = small_store()
with Engine(store, Limits(workers=4, spares=2, deadline=60, patience=1.0)) as engine:
    app = create_app(Settings(base=BASE), store, questions=QUESTIONS, engine=engine)
    app.add_url_rule("/image", "image", lambda: str(engine._image._process.pid))
    serve(app, "127.0.0.1", 0)
"""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
PATIENCE = 90.0
"""Seconds after which a test fails; nothing waits so long but on a machine that stands still."""


@pytest.fixture
def address() -> Iterator[str]:
    """A server with query workers of its own."""
    with ending_well([sys.executable, "-c", SERVER]) as address:
        yield address


def status(address: str, path: str, seconds: float = PATIENCE) -> tuple[int, bytes]:
    """Status and body of what it answers within so many seconds."""
    parts = urlsplit(address)
    with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)) as client:
        client.request("GET", path)
        response = client.getresponse()
        return response.status, response.read()


@contextlib.contextmanager
def asking_without_end(address: str, connections: int) -> Iterator[None]:
    """So many connections that ask for a cross product at the same time."""
    parts = urlsplit(address)
    with contextlib.ExitStack() as stack:
        for number in range(connections):
            client = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
            stack.enter_context(contextlib.closing(client))
            client.request("GET", f"/sparql?query={quote(f'{ENDLESS} # {number}')}")
        yield


def test_health_is_answered_while_every_thread_waits_for_a_query(address: str) -> None:
    """More endless queries than threads; nobody who asks after the server has to wait for one to end."""
    with asking_without_end(address, 64):
        time.sleep(1.0)  # so that they are all under way; a test that begins earlier is only milder
        for path in ("/healthz", "/readyz") * 5:
            assert status(address, path, seconds=20.0)[0] == 200


def test_stopped_image_process_is_not_ready_until_it_is_replaced(address: str) -> None:
    """503 meanwhile, with the word for it; then it is ready by itself."""
    _, image = status(address, "/image")
    os.kill(int(image), signal.SIGSTOP)
    until = time.monotonic() + PATIENCE
    while (answer := status(address, "/readyz"))[0] == 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert answer[0] == 503
    assert b"store-not-ready" in answer[1]
    while status(address, "/readyz")[0] == 503:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert status(address, "/image?again")[1] != image
    assert status(address, "/sparql?query=ASK+%7B%7D")[0] == 200
