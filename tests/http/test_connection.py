"""HTTP/1.1 as bytes: how requests may be cut and strung together, what is refused, and how a connection ends."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.http.connection import ADDRESS_LIMIT, Connection
from kg.http.head_cache import KnownHeads
from kg.http.wsgi import encoded
from tests.http.test_head_cache import Forgetful, outcome
from tests.served.serving import read_answer

ASK = b"GET /sparql?format=csv&query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
FORM = b"POST /sparql?format=csv HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
REQUESTS = {
    ASK: (b"200", b"true"),
    b"HEAD /sparql?format=csv&query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n": (b"200", b""),
    FORM + b"Content-Length: 12\r\n\r\nquery=ASK+{}": (b"200", b"true"),
    FORM + b"Transfer-Encoding: chunked\r\n\r\n6\r\nquery=\r\n6;x=y\r\nASK+{}\r\n0\r\nAccept: text/html\r\n\r\n": (
        b"200",
        b"true",
    ),
    b"GET http://x/sparql?format=csv&query=SELECT%20(1%20AS%20%3Fn)%20%7B%7D#there HTTP/1.1\r\nHost: x\r\n\r\n": (
        b"200",
        b"n\r\n1\r\n",
    ),
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n": (
        b"200",
        b"ok\n",
    ),
    b"OPTIONS /sparql HTTP/1.1\r\nHost: x\r\n\r\n": (b"204", b""),
}


def connect(address: str) -> socket.socket:
    """A connection to the server."""
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10)


@settings(max_examples=40, deadline=None)
@given(asked=st.lists(st.sampled_from(list(REQUESTS)), min_size=1, max_size=6), cuts=st.lists(st.integers(1, 400)))
def test_requests_are_answered_in_order_however_they_are_cut(served: str, asked: list[bytes], cuts: list[int]) -> None:
    """All sent before the first answer is read, in pieces of any length."""
    data = b"".join(asked)
    with connect(served) as client, client.makefile("rb") as file:
        begin = 0
        for cut in (*cuts, len(data)):
            client.sendall(data[begin : begin + cut])
            begin += cut
        for request in asked:
            status, _, body = read_answer(file, is_head=request.startswith(b"HEAD"))
            assert (status, body) == REQUESTS[request]


def test_thousands_of_requests_at_once_are_each_answered(served: str) -> None:
    """One after the other, and none on top of another."""
    with connect(served) as client, client.makefile("rb") as file:
        client.sendall(ASK * 3_000)
        assert {read_answer(file)[::2] for _ in range(3_000)} == {(b"200", b"true")}


@pytest.mark.parametrize(
    ("version", "asked", "said", "is_open"),
    [
        (b"1.1", b"", None, True),
        (b"1.1", b"Connection: close\r\n", b"close", False),
        (b"1.0", b"", b"close", False),
        (b"1.0", b"Connection: keep-alive\r\n", b"keep-alive", True),
    ],
)
def test_connection_is_kept_as_the_client_says(
    served: str, version: bytes, asked: bytes, said: bytes | None, *, is_open: bool
) -> None:
    """By its version, and by what it says; and the answer says the same."""
    with connect(served) as client, client.makefile("rb") as file:
        client.sendall(b"GET /healthz HTTP/%s\r\nHost: x\r\n%s\r\n" % (version, asked))
        status, headers, body = read_answer(file)
        assert (status, headers.get(b"connection"), body) == (b"200", said, b"ok\n")
        client.settimeout(0.3)
        if is_open:
            with pytest.raises(TimeoutError):
                client.recv(1)
        else:
            assert client.recv(1) == b""


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"GET /healthz\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\rHost: x\r\r",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(served: str, request_: bytes) -> None:
    """With 400, and the connection ends: nobody can say where the next request would begin."""
    with connect(served) as client, client.makefile("rb") as file:
        client.sendall(request_ + ASK)
        status, headers, body = read_answer(file)
        assert (status, headers[b"connection"]) == (b"400", b"close")
        assert json.loads(body)["reason"] == "bad-request"
        assert file.read() == b""


@pytest.mark.parametrize("offer", [b"websocket", b"WebSocket, h2c", b"irc/6.9"])
def test_request_that_offers_frames_is_the_last_of_its_connection(served: str, offer: bytes) -> None:
    """Whoever stands between may take what follows for frames: it is not read as a request."""
    with connect(served) as client, client.makefile("rb") as file:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: %b\r\n\r\n" % offer + ASK)
        status, headers, body = read_answer(file)
        assert (status, headers[b"connection"], body) == (b"200", b"close", b"ok\n")
        assert file.read() == b""


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"x, chunked", b"xchunked"])
def test_coding_that_is_not_read_is_refused(served: str, coding: bytes) -> None:
    """With 501 (RFC 9112, 6.1): its bytes are no body that anybody here understands."""
    with connect(served) as client, client.makefile("rb") as file:
        client.sendall(FORM + b"Transfer-Encoding: " + coding + b"\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + ASK)
        status, headers, _ = read_answer(file)
        assert (status, headers[b"connection"], file.read()) == (b"501", b"close", b"")


def test_server_is_no_proxy(served: str) -> None:
    """CONNECT is refused, and what follows it is read by nobody."""
    with connect(served) as client, client.makefile("rb") as file:
        client.sendall(b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n" + ASK)
        status, headers, _ = read_answer(file)
        assert (status, headers[b"connection"], file.read()) == (b"501", b"close", b"")


@pytest.mark.parametrize(
    "refused",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"x:\r\n" * 100 + b"\r\n",
        b"GET /" + b"x" * ADDRESS_LIMIT + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2400\r\n\r\n" + b"x" * 2_400,
    ],
)
@pytest.mark.parametrize("before", [b"", ASK])
def test_request_after_a_refused_one_is_not_done(before: bytes, refused: bytes) -> None:
    """Though it came in the same piece: the connection is over, and its answer would reach nobody."""
    follows = b"PUT /store?default HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    found = outcome([before + refused + follows], Forgetful())
    assert "PUT" not in [item[0] for item in found if isinstance(item, tuple)]


@pytest.mark.parametrize("around", [b"1;" + b"x" * 200_000 + b"\r\nA\r\n", b"0\r\n" + b"X: y\r\n" * 30_000])
def test_much_ado_about_a_body_is_refused(around: bytes) -> None:
    """Chunk extensions and trailers are read by nobody, so there is no reason for much of them."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = [head, *(around[at : at + 10_000] for at in range(0, len(around), 10_000))]
    said = [item for item in outcome(pieces, Forgetful()) if isinstance(item, bytes)]
    assert said[0].startswith(b"HTTP/1.1 400 ")


def test_request_before_a_broken_one_is_answered(served: str) -> None:
    """The broken one is not: the connection ends."""
    with connect(served) as client, client.makefile("rb") as file:
        client.sendall(ASK + b"nonsense\r\n\r\n")
        status, headers, body = read_answer(file)
        assert (status, headers[b"connection"], body) == (b"200", b"close", b"true")
        assert file.read() == b""


def test_client_that_waits_to_be_asked_for_its_body_is_asked(served: str) -> None:
    """``Expect: 100-continue``, as curl sends it with a long body."""
    with connect(served) as client, client.makefile("rb") as file:
        client.sendall(FORM + b"Content-Length: 12\r\nExpect: 100-continue\r\n\r\n")
        assert read_answer(file)[0] == b"100"
        client.sendall(b"query=ASK+{}")
        assert read_answer(file)[::2] == (b"200", b"true")


def test_trailer_is_no_header(served: str) -> None:
    """What follows a body in chunks does not count as said before it."""
    trailer = b"Content-Type: application/sparql-query\r\n"
    with connect(served) as client, client.makefile("rb") as file:
        head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.sendall(head + b"6\r\nASK {}\r\n0\r\n" + trailer + b"\r\n")
        assert read_answer(file)[0] == b"415"


@pytest.mark.parametrize(("later", "is_whole"), [(1.0, True), (200.0, False)])
def test_client_that_reads_late_gets_its_answer_unless_it_is_too_late(*, later: float, is_whole: bool) -> None:
    """What goes out in one piece is not held against a client before its time: 10 s, and as many as 900 kB may take."""
    body = b"x" * 900_000

    async def read() -> bytes:
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        loop = asyncio.get_running_loop()
        _, connection = await loop.connect_accepted_socket(
            lambda: Connection(
                lambda connection, _: connection.answer(b"HTTP/1.1 200 OK", body), lambda _: 0, set(), 1, KnownHeads()
            ),
            ours,
        )
        with theirs:
            theirs.sendall(b"GET / HTTP/1.0\r\n\r\n")
            await asyncio.sleep(0.1)
            connection.watch(time.monotonic() + later)
            return await asyncio.to_thread(theirs.makefile("rb").read)

    assert asyncio.run(read()).endswith(b"\r\n\r\n" + body) == is_whole


def test_header_with_a_line_break_is_an_error() -> None:
    """Whoever could put one in could write headers, and answers, of their own."""
    with pytest.raises(ValueError, match="line break"):
        encoded("200 OK", [("X", "a\r\nSet-Cookie: b")])
