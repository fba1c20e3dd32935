"""Long answers over real connections: what is cut never looks complete, and who leaves holds nobody up."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator

import pytest
from waitress import create_server, wasyncore

from kg.engine import Engine, EngineLimits, Query
from kg.store import EmbeddedStore
from tests.engine.conftest import ring
from tests.engine.test_engine import eventually

LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Engine]]:
    """Host and port of the least of an application over an engine with two workers, and the engine."""
    source = EmbeddedStore.in_memory()
    source.change(set(), set(ring()))
    with Engine(source, EngineLimits(deadline=300.0, workers=2, rows=1 << 40)) as engine:

        def app(environ: dict[str, str], start: Callable[..., object]) -> Iterable[bytes]:
            query = Query(text=urllib.parse.unquote(environ["QUERY_STRING"]), rows="csv")
            answer = engine.answer(query, deadline=float(environ["PATH_INFO"][1:]))
            start("200 OK", [("Content-Type", "text/csv")])
            return [answer.body] if isinstance(answer.body, bytes) else answer.body

        connections: dict[int, object] = {}
        server = create_server(app, connections, host="127.0.0.1", port=0, threads=8, outbuf_high_watermark=1 << 20)
        stopping = threading.Event()

        def run() -> None:
            while not stopping.is_set():
                wasyncore.loop(timeout=0.1, map=connections, count=1)

        thread = threading.Thread(target=run)
        thread.start()
        yield f"127.0.0.1:{server.effective_port}", engine
        stopping.set()
        thread.join()
        server.task_dispatcher.shutdown()
        wasyncore.close_all(connections)


def asked(address: str, text: str, deadline: float = 240.0) -> tuple[int, bytes]:
    """Status and body of the response to a query. Raises IncompleteRead for a body without its end."""
    with contextlib.closing(http.client.HTTPConnection(address, timeout=240)) as connection:
        connection.request("GET", f"/{deadline}?{urllib.parse.quote(text)}")
        with connection.getresponse() as response:
            return response.status, response.read()


def test_long_answer_arrives_whole(served: tuple[str, Engine]) -> None:
    """360,000 rows and the head."""
    status, body = asked(served[0], LONG)
    assert (status, body.count(b"\r\n")) == (200, 360_001)


def test_cut_answer_is_an_error_to_the_client(served: tuple[str, Engine]) -> None:
    """The answer has begun and is stopped at its deadline: the body comes without its end."""
    with pytest.raises(http.client.IncompleteRead) as cut:
        asked(served[0], ENDLESS, deadline=1.5)
    assert len(cut.value.partial) > 1 << 20


def test_clients_that_hang_up_hold_nobody_up(served: tuple[str, Engine]) -> None:
    """Six leave in the middle of a long answer, more than there are workers: all workers are soon free."""
    address, engine = served
    host, port = address.split(":")
    for _ in range(6):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(f"GET /20?{urllib.parse.quote(LONG)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    begin = time.monotonic()
    assert asked(address, "ASK {}") == (200, b"true")
    assert time.monotonic() - begin < 5.0
    assert eventually(lambda: engine._schedule.busy == 0)
