"""Headers at their limits: each is read in a moment, and what is kept of them is bounded."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from sys import getsizeof
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from kg.engine import Answer, InProcess, Query
from kg.engine.cache import Cache
from kg.http.compression import choose_encoding
from kg.http.connection import FIELD_LIMIT
from kg.http.etag import REPEATABLE
from kg.http.metrics import Metrics
from kg.http.negotiation import negotiate
from kg.http.response_cache import ResponseCache
from kg.pages.graph_metrics import Quads
from kg.sparql.request_store import Asking
from tests.http.test_negotiation import OFFERS
from tests.served.serving import Server, read_answer, serving
from tests.served.small_app import small_store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NAMES = (
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Cookie",
    "Forwarded",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Origin",
    "Range",
    "Referer",
    "User-Agent",
    "X-Forwarded-For",
)
PIECES = (
    '"\\"',
    '"',
    "\\",
    "*/*,",
    "*;",
    "a/b;c=d,",
    'a/b;c="d",',
    "a;q=0.1,",
    ";a=b",
    ';a="',
    "a*0*=b;",
    'W/"a",',
    '"a,',
    " ",
    "\t,",
    "a, ",
    "1-2,",
    "bytes=0-1,",
    "=",
    "%61",
    ":",
    "a.",
    "[",
    '"|\\"',
    'a/b;c="|\\"',
    'text/csv;charset="|\\",a/b;c="',
    "text/csv|;a=b",
    "form/x; boundary=|-",
    'W/"|a" ',
)
ADDRESSES = (
    ("GET", "/sparql?query=ASK%7B%7D"),
    ("POST", "/sparql"),
    ("GET", "/"),
    ("PUT", "/store?graph=x:g"),
    ("GET", "/metrics"),
    ("GET", "/static/style.css"),
    ("POST", "/try"),
    ("GET", "/nothing"),
)
CPU_SECONDS = 0.1


def cpu_seconds(work: Callable[[], Any]) -> float:
    """What the work takes of a processor: of three tries the best, since the first may have to import something. One
    that is well below a moment is not tried again.
    """
    took = []
    for _ in range(3):
        begin = time.thread_time()
        work()
        took.append(time.thread_time() - begin)
        if took[-1] < CPU_SECONDS / 2:
            break
    return min(took)


def filled(piece: str, size: int = FIELD_LIMIT) -> str:
    """What stands before the bar in the piece, and the rest of it again and again, to that size."""
    first, _, repeated = piece.rpartition("|")
    return (first + repeated * size)[:size]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("choose", [lambda text: negotiate(text, OFFERS), choose_encoding], ids=["type", "encoding"])
def test_negotiation_takes_linear_time(choose: Callable[[str], Any], piece: str) -> None:
    """Ten times the longest header that is let in takes no more than ten moments."""
    assert cpu_seconds(lambda: choose(filled(piece, 10 * FIELD_LIMIT))) < 10 * CPU_SECONDS


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_header_at_its_limit_is_read_in_a_moment(app: Flask, method: str, path: str) -> None:
    """Any header, filled with what is dear to read, at every kind of address."""
    slow = []
    for name in NAMES:
        for piece in PIECES:
            builder = EnvironBuilder(path=path.partition("?")[0], query_string=path.partition("?")[2], method=method)
            environ = builder.get_environ()
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = filled(piece)
            took = cpu_seconds(lambda environ=environ: run_wsgi_app(app.wsgi_app, dict(environ), buffered=True))  # type: ignore[misc]
            if took > CPU_SECONDS:
                slow.append((name, piece, round(took, 3)))
    assert slow == []


ROOM = 1 << 20
LONG = 60_000


def test_kept_answers_take_no_more_than_their_room() -> None:
    """An address counts too: it can be longer than its answer by far."""
    kept = ResponseCache(_tagged, lambda: 1, Metrics(Quads(Asking(InProcess(small_store()))), dict), room=ROOM)
    for number in range(200):
        builder = EnvironBuilder(path="/x", query_string=f"{number:0{LONG}}", headers=[("Accept", f"a/{number:0999}")])
        b"".join(kept(builder.get_environ(), lambda *_: lambda _: None))
    assert 0 < sum(len(part) for key in kept._kept for part in key) <= ROOM


def test_kept_results_take_no_more_than_their_room() -> None:
    """A query, and the graphs that it names, count too; a character may take four bytes."""
    cache = Cache(ROOM)
    for number in range(100):
        query = Query(text=f"ASK {{}} # \N{GRINNING FACE} {number:02000}", default_graphs=(f"x:{number:0{LONG // 4}}",))
        cache.put(query, Answer(kind="boolean", format="csv", revision=1, body=b"true"))
    held = cache._answers
    assert 0 < sum(map(getsizeof, (part for query in held for part in (query.text, *query.default_graphs)))) <= ROOM


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server over an empty graph."""
    with serving(tmp_path / "store") as started:
        yield started


def test_memory_stays_flat_over_hostile_heads(server: Server) -> None:
    """Thousands of requests, each with a long address, or long headers, that never came before."""
    address, pid = server.address, server.process.pid
    _hostile(address, range(1_300))  # which fills what is kept
    before = resident(pid)
    _hostile(address, range(1_300, 2_600))
    assert resident(pid) - before < 40 << 20


def _tagged(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    environ[REPEATABLE] = True
    start_response("200 OK", [("ETag", '"x"'), ("Content-Length", "0")])
    return [b""]


def _hostile(address: str, numbers: range) -> None:
    """Send them one after the other, and read each answer."""
    parts = urlsplit(address)
    with (
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as client,
        client.makefile("rb") as file,
    ):
        for number in numbers:
            _send_hostile(client, file, number)


def _send_hostile(client: socket.socket, file: BinaryIO, number: int) -> None:
    name = b"%06d" % number
    fields = b"".join(b"%02d-%b: %b\r\n" % (index, name, name * 100) for index in range(90))
    client.sendall(b"GET /healthz?a%b HTTP/1.1\r\nHost: x\r\n%b\r\n" % (name, fields))
    assert read_answer(file)[0] == b"200"
    query = b"ASK%20%7B%7D%23" + name
    for line in (b"/sparql?query=%b&default-graph-uri=x:%b" % (query, name * 9_000), b"/search?q=" + name * 9_000):
        client.sendall(b"GET %b HTTP/1.1\r\nHost: x\r\nAccept: a/%b, */*\r\n\r\n" % (line, name * 1_000))
        assert read_answer(file)[0] in (b"200", b"400")


def resident(pid: int) -> int:
    """Bytes of memory that the process has."""
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * resource.getpagesize()
