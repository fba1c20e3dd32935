"""Requests that offer another protocol: what they carry is theirs, whatever is offered and however it is framed."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.http.test_head_cache import Forgetful, outcome
from tests.served.serving import TOKEN, Server, read_answer, serving

OFFERS = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
    "websocket": b"Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
    "unknown": b"upgrade: irc/6.9, h2c\r\nconnection: upgrade\r\n",
}
LENGTH = "Content-Length"
CHUNKED = "chunked"
REQUEST_LIKE = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
JAVA = """
import java.net.URI;
import java.net.http.*;

public class Put {
    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest.Builder put = HttpRequest.newBuilder(URI.create(arguments[0]))
            .header("Authorization", "Bearer " + arguments[1]).header("Content-Type", "text/turtle")
            .PUT(HttpRequest.BodyPublishers.ofString("<x:java> <x:p> 1 ."));
        System.out.println(client.send(put.build(), HttpResponse.BodyHandlers.discarding()).statusCode());
        HttpRequest get = HttpRequest.newBuilder(URI.create(arguments[0])).header("Accept", "text/turtle").build();
        System.out.println(client.send(get, HttpResponse.BodyHandlers.ofString()).body().strip());
    }
}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes changes unchecked."""
    with serving(tmp_path_factory.mktemp("offers") / "store", "--writes", "unchecked") as started:
        yield started


def framed(body: bytes, how: str) -> bytes:
    """The end of a head, and a body with its length or in two chunks."""
    if how == LENGTH:
        return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part)
    return b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


@pytest.mark.parametrize("cut", [1 << 20, 7, 1])
@pytest.mark.parametrize("how", [LENGTH, CHUNKED])
@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("method", [b"GET", b"POST", b"PUT", b"PATCH"])
def test_body_belongs_to_the_request_that_offers_an_upgrade(method: bytes, offer: str, how: str, cut: int) -> None:
    """Also where the body looks like a request, and in however many pieces it comes."""
    data = method + b" /x HTTP/1.1\r\nHost: x\r\n" + OFFERS[offer] + framed(REQUEST_LIKE, how)
    found = outcome([data[at : at + cut] for at in range(0, len(data), cut)], Forgetful())
    requests = [item for item in found if isinstance(item, tuple)]
    assert [(request[0], request[1], request[-1]) for request in requests] == [(method.decode(), b"/x", REQUEST_LIKE)]


@pytest.mark.parametrize("how", [LENGTH, CHUNKED])
@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("method", ["PUT", "POST", "query"])
def test_write_and_query_with_an_offer_are_done(server: Server, method: str, offer: str, how: str) -> None:
    """A graph that is put or added to holds what was sent; a posted query is answered."""
    graph = f"x:{method}-{offer}-{how}"
    parts = urlsplit(server.address)
    common = f"Host: x\r\nAuthorization: Bearer {TOKEN}\r\n".encode() + OFFERS[offer]
    with (
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10) as client,
        client.makefile("rb") as file,
    ):
        if method == "query":
            head = b"POST /sparql HTTP/1.1\r\nAccept: text/csv\r\nContent-Type: application/sparql-query\r\n" + common
            client.sendall(head + framed(b"ASK {}", how))
            assert read_answer(file)[::2] == (b"200", b"true")
            return
        head = f"{method} /store?graph={graph} HTTP/1.1\r\nContent-Type: text/turtle\r\n".encode() + common
        client.sendall(head + framed(b"<x:s> <x:p> <x:o> .", how))
        assert read_answer(file)[0] in (b"201", b"204")
    assert server.rows(f"SELECT ?s {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}") == ["<x:s>"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("how", [[], ["-H", "Transfer-Encoding: chunked"]], ids=["length", "chunked"])
@pytest.mark.parametrize("size", [1, 2_000_000], ids=["short", "long"])
def test_curl_that_offers_http_2_puts_a_graph(server: Server, tmp_path: Path, how: list[str], size: int) -> None:
    """A short file, and one that waits for ``100 Continue`` and does not come in one piece."""
    (tmp_path / "g.ttl").write_text(f'<x:s> <x:p> "{"a" * size}" .\n', "utf-8")
    address = f"{server.address}/store?graph=x:curl-{size}-{len(how)}"
    command = ["curl", "--silent", "--show-error", "--fail", "--http2", "-X", "PUT", *how]
    command += ["-H", f"Authorization: Bearer {TOKEN}", "-H", "Content-Type: text/turtle"]
    subprocess.run([*command, "--data-binary", f"@{tmp_path / 'g.ttl'}", address], check=True, timeout=60)
    query = f"SELECT (STRLEN(?o) AS ?n) {{ GRAPH <x:curl-{size}-{len(how)}> {{ ?s ?p ?o }} }}"
    assert server.rows(query) == [str(size)]


@pytest.mark.skipif(shutil.which("javac") is None, reason="Java (javac) is not installed")
def test_java_puts_and_gets_a_graph(server: Server, tmp_path: Path) -> None:
    """Its HttpClient offers HTTP/2 with every request by default, and so does Jena."""
    (tmp_path / "Put.java").write_text(JAVA, "utf-8")
    command = ["java", str(tmp_path / "Put.java"), f"{server.address}/store?graph=x:java", TOKEN]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "<x:java> <x:p> 1 ."
