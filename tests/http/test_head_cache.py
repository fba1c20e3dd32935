"""Heads that are not parsed again: what comes of them is what the parser would have made of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.http.connection import ADDRESS_LIMIT, Connection
from kg.http.head_cache import LONGEST, KnownHeads
from kg.http.request import Fields, Request

RESTS = (
    b"Host: x\r\n\r\n",
    b"Host: x\r\nAccept: text/csv, */*;q=0.1\r\naccept: text/html\r\n\r\n",
    b"host:x\r\nX-Empty:\r\n\r\n",
    b"Host: x\r\nConnection: keep-alive\r\n\r\n",
    b"Host: x\r\nConnection: close\r\n\r\n",
    b"Host: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    b"Host: x\r\nExpect: 100-continue\r\n\r\n",
    b"Host: x\r\nContent-Length: 0\r\n\r\n",
    b"Host: x\r\nContent-Length: 4\r\n\r\nGET ",
    b"Host: x\r\nContent-Length: 4\r\n\r\n",
    b"Host: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"Host: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"Host: x\r\nHost: y\r\n\r\n",
    b"Accept: */*\r\n\r\n",
    b"Host: x\n\n",
    b"Host: x\r\n folded: y\r\n\r\n",
    b"Host: x\r\n\r\nGET /another HTTP/1.1\r\nHost: x\r\n\r\n",
    b"Host: x\r\n",
    b"Host: x\r\n\r\n\r\n",
    b"",
)
LINES = (
    b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\n",
    b"GET / HTTP/1.1\r\n",
    b"HEAD / HTTP/1.1\r\n",
    b"POST / HTTP/1.1\r\n",
    b"GET / HTTP/1.0\r\n",
    b"GET /a b HTTP/1.1\r\n",
    b"GET /#there HTTP/1.1\r\n",
    b"GET http://x/ HTTP/1.1\r\n",
    b"GET * HTTP/1.1\r\n",
    b"GET /a\x00 HTTP/1.1\r\n",
    b"GET /a HTTP/1.1\r\nX: b HTTP/1.1\r\n",
    b"\r\nGET / HTTP/1.1\r\n",
    b"GET /" + b"a" * (LONGEST + 1) + b" HTTP/1.1\r\n",
    b"GET /" + b"a" * (ADDRESS_LIMIT + 1) + b" HTTP/1.1\r\n",
    b"",
)


class Forgetful(KnownHeads):
    """Knows no head, so that all are parsed."""

    def find(self, data: bytes) -> tuple[bytes, Fields] | None:
        """Nothing."""


class Wire:
    """A transport that keeps what is written, and whether the connection was ended."""

    def __init__(self) -> None:
        self.said: list[bytes] = []

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        """An address."""
        return "127.0.0.1", 1

    def write(self, data: bytes) -> None:
        """Kept without the time of day."""
        self.said.append(re.sub(rb"\r\nDate: [^\r]*", b"", data))

    def get_write_buffer_size(self) -> int:
        """Nothing waits."""
        return 0

    def is_closing(self) -> bool:
        """Never before all was read."""
        return False

    def end(self) -> None:
        """Noted."""
        self.said.append(b"END")

    close = abort = write_eof = end

    def rest(self) -> None:
        """Reads on."""

    pause_reading = resume_reading = rest


def outcome(pieces: list[bytes], known: KnownHeads) -> list[Any]:
    """All requests that come of the pieces, and all that is sent, in order."""
    wire = Wire()
    found: list[Any] = wire.said

    def handle(connection: Connection, request: Request) -> None:
        body = None if request.body is None else request.body.read()
        said = (request.method, request.target, request.version, request.headers, request.is_kept, request.trouble)
        found.append((*said, request.size, body))
        connection.answer(b"HTTP/1.1 200 OK", b"")

    connection = Connection(handle, lambda _: 1 << 10, set(), 10, known)
    connection.connection_made(wire)  # type: ignore[arg-type]  # all of a transport that a connection needs
    for piece in pieces:
        connection.data_received(piece)
    return found


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(RESTS), min_size=1, max_size=2), st.data())
def test_known_heads_change_nothing(rests: list[bytes], data: st.DataObject) -> None:
    """Requests, refusals and hanging up are the same when all heads came before as when all are parsed."""
    heads = st.builds(bytes.__add__, st.sampled_from(LINES), st.sampled_from(rests))
    pieces = data.draw(st.lists(heads, min_size=1, max_size=6))
    known = KnownHeads()
    for piece in pieces:
        outcome([piece], known)
    assert outcome(pieces, known) == outcome(pieces, Forgetful())


def test_body_that_looks_like_a_request_teaches_nothing() -> None:
    """It comes by itself, after its head."""
    plain = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    pieces = [b"POST / HTTP/1.1\r\nHost: x\r\nX: y\r\nContent-Length: %d\r\n\r\n" % len(plain), plain, plain]
    assert outcome(pieces, KnownHeads()) == outcome(pieces, Forgetful())


@given(st.binary(max_size=12), st.sampled_from(RESTS))
def test_address_of_any_bytes_is_read_as_the_parser_reads_it(address: bytes, rest: bytes) -> None:
    """Also where the rest of the head is known."""
    pieces = [b"GET /" + address + b" HTTP/1.1\r\n" + rest]
    known = KnownHeads()
    outcome([b"GET / HTTP/1.1\r\n" + rest], known)
    assert outcome(pieces, known) == outcome(pieces, Forgetful())


@pytest.mark.parametrize(
    ("rest", "is_known"),
    [
        (b"Host: x\r\nAccept: text/csv\r\n\r\n", True),
        (b"Host: x\r\nConnection: close\r\n\r\n", False),
        (b"Host: x\r\nExpect: 100-continue\r\n\r\n", False),
        (b"Host: x\r\nX: " + b"a" * LONGEST + b"\r\n\r\n", False),
        (b"Host: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", False),
    ],
)
def test_plain_head_is_known_the_second_time(*, rest: bytes, is_known: bool) -> None:
    """By another address too; no other is, nor one that is no plain request of its own."""
    known = KnownHeads()
    first, second = (b"GET /" + address + b" HTTP/1.1\r\n" + rest for address in (b"one", b"two?a=b%20c"))
    assert known.find(first) is None
    outcome([first], known)
    found = known.find(second)
    assert (found is not None) == is_known
    assert found is None or found[0] == b"/two?a=b%20c"


def test_head_of_another_method_teaches_nothing() -> None:
    """What is said with it need not be said the same way with a GET."""
    known = KnownHeads()
    outcome([b"PUT / HTTP/1.1\r\nHost: x\r\n\r\n"], known)
    assert known.find(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") is None


def test_number_of_known_heads_is_limited() -> None:
    """A client that says something new each time takes no memory for it."""
    known = KnownHeads()
    for number in range(1_000):
        outcome([b"GET / HTTP/1.1\r\nHost: x\r\nX: %d\r\n\r\n" % number], known)
    assert 0 < len(known._fields) <= 256
