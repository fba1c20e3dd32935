"""Bodies that are not taken: address, method, type and token are looked at before them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import pytest

from tests.served.serving import FORM, TOKEN, UPDATE, Server, read_answer, serving

LONG = 60_000_000
ASK = b"GET /sparql?format=csv&query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
BEARER = f"Authorization: Bearer {TOKEN}\r\n"
REFUSED = [
    ("POST", "/nothing", BEARER, b"404"),
    ("PUT", "/healthz", BEARER, b"405"),
    ("POST", "/", "", b"405"),
    ("PATCH", "/store?graph=x:g", BEARER, b"405"),
    ("PUT", "/store?graph=x:g", "Content-Type: text/turtle\r\n", b"401"),
    ("PUT", "/store?graph=x:g", "Authorization: Bearer wrong-wrong-wrong-wrong\r\n", b"401"),
    ("PUT", "/store?graph=x:g", "Authorization: Basic eDp5\r\n", b"401"),
    ("POST", "/store/x", "Content-Type: text/turtle\r\n", b"401"),
    ("POST", "/sparql", f"Content-Type: {UPDATE}\r\n", b"401"),
    ("POST", "/sparql", "Content-Type: text/plain\r\n", b"415"),
    ("POST", "/sparql", f"Content-Type: {FORM}\r\n", b"413"),
    ("POST", "/sparql", f"Content-Type: {UPDATE}\r\n{BEARER}", b"413"),
    ("POST", "/try", f"Content-Type: {FORM}\r\n", b"413"),
    ("POST", "/query", f"Content-Type: {FORM}\r\n", b"413"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may be written to."""
    with serving(tmp_path_factory.mktemp("admission") / "store") as started:
        yield started


@contextlib.contextmanager
def connected(server: Server) -> Iterator[tuple[socket.socket, BinaryIO]]:
    """A bare connection."""
    parts = urlsplit(server.address)
    with (
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=8) as client,
        client.makefile("rb") as file,
    ):
        yield client, file


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "framing"),
    [
        *((*refused, f"Content-Length: {LONG}\r\n") for refused in REFUSED),
        *((*refused, "Transfer-Encoding: chunked\r\n") for refused in REFUSED if refused[-1] != b"413"),
    ],
)
@pytest.mark.parametrize("expect", ["", "Expect: 100-continue\r\n"])
def test_refusal_comes_before_the_body(
    server: Server, method: str, path: str, headers: str, status: bytes, framing: str, expect: str
) -> None:
    """The answer is that of the head, though nothing or little of the body has come; nobody is asked to go on."""
    with connected(server) as (client, file):
        client.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}{framing}{expect}\r\n".encode())
        if "chunked" in framing and not expect:
            client.sendall(b"20000\r\n" + b"x" * 0x20000)
        answer = read_answer(file)
        assert (answer[0], answer[1][b"connection"]) == (status, b"close")


@pytest.mark.parametrize(("method", "path", "headers", "status"), REFUSED[:10])
@pytest.mark.parametrize(
    "framing", ["Content-Length: 10\r\n\r\n0123456789", "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"]
)
def test_connection_goes_on_after_a_short_body_that_nobody_wants(
    server: Server, method: str, path: str, headers: str, status: bytes, framing: str
) -> None:
    """It is read and dropped."""
    with connected(server) as (client, file):
        client.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}{framing}".encode() + ASK)
        assert read_answer(file)[0] == status
        assert read_answer(file)[::2] == (b"200", b"true")


def test_body_of_whoever_may_write_is_asked_for(server: Server) -> None:
    """``100 Continue`` is for them, and for queries."""
    for method, path, headers, body, status in (
        ("PUT", "/store?graph=x:g", f"Content-Type: text/turtle\r\n{BEARER}", b"<x:s> <x:p> <x:o> .", b"201"),
        ("POST", "/sparql", f"Content-Type: {FORM}; charset=utf-8\r\n", b"query=ASK{}", b"200"),
    ):
        with connected(server) as (client, file):
            head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{headers}"
            client.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode())
            assert read_answer(file)[0] == b"100"
            client.sendall(body)
            assert read_answer(file)[0] == status


def test_server_that_is_only_read_takes_no_body_to_write(served: str) -> None:
    """403, and nothing is waited for."""
    with connected(Server(served, None)) as (client, file):  # type: ignore[arg-type]  # nothing is done with its process
        client.sendall(f"PUT /store?default HTTP/1.1\r\nHost: x\r\n{BEARER}Content-Length: {LONG}\r\n\r\n".encode())
        assert read_answer(file)[0] == b"403"


def test_bodies_that_nobody_wants_take_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight of 30 MB at once, without a token: no file is made of them."""
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setenv("TMPDIR", str(room))
    with serving(tmp_path / "store") as server, contextlib.ExitStack() as stack:
        for path in ("/nothing", "/store?default") * 4:
            client, _ = stack.enter_context(connected(server))
            client.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n".encode())
            with contextlib.suppress(OSError):  # it need not read all
                client.sendall(bytes(29_000_000))
        assert sum(_sizes(server.process.pid, room)) == 0


def _sizes(process: int, folder: Path) -> Iterator[int]:
    """Of the files in the folder that the process has open, also of those without a name."""
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            if str(descriptor.readlink()).startswith(str(folder)):
                yield descriptor.stat().st_size
