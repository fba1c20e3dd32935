"""The queries that are meant to do harm, over HTTP against ``kg serve``; and clients that take their time."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import pytest
from pyoxigraph import RdfFormat, serialize

from kg.store import EmbeddedStore
from tests.engine.conftest import ring
from tests.engine.test_evil import EVIL, text_of
from tests.listening import visited
from tests.served.serving import FORM, Server, serving

LIMIT = 1.0
MARGIN = 0.25
QUERY = "application/sparql-query"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
"""About 4 MB: more than a server keeps back, and soon made."""
SHORTER = [entry for entry in EVIL if len(text_of(entry, "")) < 900_000]
"""Those that get past the limit on a query's length."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with little time and memory for each query, over a graph that is good for bad queries."""
    folder = tmp_path_factory.mktemp("attacks")
    data = folder / "ring.nq"
    data.write_bytes(serialize(ring(), format=RdfFormat.N_QUADS) or b"")
    with EmbeddedStore.open(folder / "store", create=True) as store:
        store.load(data, RdfFormat.N_QUADS, "http://x.test/")
    with serving(folder / "store", "--timeout", str(LIMIT), "--max-memory", "128", "--workers", "6") as started:
        yield started


@contextlib.contextmanager
def asking(server: Server) -> Iterator[list[float]]:
    """Meanwhile a simple question is asked again and again; the seconds that each answer took."""
    waits: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            begin = time.monotonic()
            reply = server.send("GET", f"/sparql?query={quote('ASK {} # ' + str(len(waits)))}", token=None)
            waits.append(time.monotonic() - begin if reply.status == 200 else float("inf"))
            time.sleep(0.02)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield waits
    finally:
        done.set()
        thread.join()


def outcome(server: Server, text: str) -> tuple[str, float]:
    """How a query ended, and after how many seconds."""
    begin = time.monotonic()
    try:
        status = str(
            server.send("POST", "/sparql", text, None, Content_Type=QUERY, Accept="text/csv, text/turtle").status
        )
    except (http.client.IncompleteRead, ConnectionError):
        status = "cut"
    return status, time.monotonic() - begin


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that only notes who connects."""
    with visited() as noted:
        yield noted


def test_evil_queries_end_in_errors_in_time(server: Server, listener: tuple[str, list[str]]) -> None:
    """Four at a time: each an error or a broken answer within its limit, nobody called, everybody else served."""
    assert len(SHORTER) >= 20
    address, seen = listener
    with asking(server) as waits, ThreadPoolExecutor(4) as attackers:
        ends = list(attackers.map(lambda entry: outcome(server, text_of(entry, address)), SHORTER))
    report = [(entry["name"], *end) for entry, end in zip(SHORTER, ends, strict=True)]
    expected = [("200",) if "is_silent" in entry else ("400", "403", "503", "cut") for entry in SHORTER]
    assert [line for line, statuses in zip(report, expected, strict=True) if line[1] not in statuses] == []
    there_and_back = sorted(waits)[len(waits) * 9 // 10]  # on a machine that is busy with other things too
    assert [line for line in report if line[2] > LIMIT + MARGIN + there_and_back] == []
    assert max(waits) < 1.0
    assert len(waits) > 10
    assert seen == []


def test_too_long_query_is_told_so(server: Server) -> None:
    """413, before a worker sees it."""
    longest = max((text_of(entry, "") for entry in EVIL), key=len)
    text = longest if len(longest) > 1_000_000 else "#" * 1_000_001
    assert outcome(server, text)[0] == "413"


@pytest.mark.parametrize(
    "head",
    [
        f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\nContent-Length: 1000\r\n\r\n",
        f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n",
    ],
    ids=["a body", "chunks", "headers"],
)
def test_clients_that_send_slowly_hold_nobody_up(server: Server, head: str) -> None:
    """Twenty send a byte now and then, more than there are workers and threads: others are answered at once."""
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in range(20)]
        for connection in slow:
            connection.sendall(head.encode())
        with asking(server) as waits:
            for _ in range(3):
                for connection in slow:
                    with contextlib.suppress(OSError):
                        connection.sendall(b"a")
                time.sleep(0.5)
    assert max(waits) < 1.0


def test_clients_that_read_slowly_hold_nobody_up(server: Server) -> None:
    """Twenty ask for a long answer and do not read it: others are answered at once."""
    with contextlib.ExitStack() as stack:
        request = f"GET /sparql?query={quote(LONG)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
        for _ in range(20):
            stack.enter_context(connected(server)).sendall(request)
        with asking(server) as waits:
            time.sleep(4.0)
    assert max(waits[10:]) < 1.0
    begin = time.monotonic()
    assert outcome(server, "SELECT ?s { ?s ?p ?o } LIMIT 3")[0] == "200"
    assert time.monotonic() - begin < 1.0


def test_answer_for_http_1_0_is_whole_or_an_error(server: Server) -> None:
    """There no chunk tells that an answer was cut: its length is told before, or it is 503."""
    for query, status in ((LONG, b"200"), ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", b"503")):
        with connected(server) as connection:
            connection.sendall(f"GET /sparql?query={quote(query)} HTTP/1.0\r\nAccept: text/csv\r\n\r\n".encode())
            connection.settimeout(10)
            data = b"".join(iter(lambda: connection.recv(1 << 16), b""))
        head, _, body = data.partition(b"\r\n\r\n")
        assert head.split()[1] == status
        assert f"content-length: {len(body)}".encode() in head.lower()


@contextlib.contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    """A bare connection to the server."""
    parts = urlsplit(server.address)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10) as connection:
        yield connection
