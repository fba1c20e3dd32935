"""Bodies and files as other people's tools send them: packed, with a byte-order mark, without a type."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest

from kg.http.decompression import unpacked
from kg.http.problems import Refusal
from tests.served.serving import FORM, UPDATE, Server, serving

TURTLE = b"<x:s> <x:p> <x:o> .\n"
QUERY = "application/sparql-query"
BOM = b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes changes unchecked."""
    with serving(tmp_path_factory.mktemp("packed") / "store", "--writes", "unchecked") as started:
        yield started


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress), ("GZIP ", gzip.compress)],
)
def test_packed_body_is_read(server: Server, coding: str, pack: object) -> None:
    """A graph, a query sent directly or in a form, and an update."""
    assert callable(pack)
    graph = f"x:{coding.strip().lower()}{len(coding)}"
    put = server.send("PUT", f"/store?graph={graph}", pack(TURTLE), Content_Type="text/turtle", Content_Encoding=coding)
    assert put.status == 201
    ask = f"ASK {{ GRAPH <{graph}> {{ <x:s> <x:p> <x:o> }} }}"
    for body, media_type in ((ask, QUERY), (f"query={ask}", FORM)):
        reply = server.send(
            "POST", "/sparql?format=csv", pack(body.encode()), None, Content_Type=media_type, Content_Encoding=coding
        )
        assert (reply.status, reply.body) == (200, b"true")
    update = pack(f"DROP GRAPH <{graph}>".encode())
    assert server.send("POST", "/sparql", update, Content_Type=UPDATE, Content_Encoding=coding).status == 204
    assert not server.ask(f"GRAPH <{graph}> {{ ?s ?p ?o }}")


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "x"])
def test_other_codings_are_refused_with_those_that_are_read(server: Server, coding: str) -> None:
    """415 with ``Accept-Encoding`` (RFC 9110, 12.5.3)."""
    reply = server.send("PUT", "/store?graph=x:g", TURTLE, Content_Type="text/turtle", Content_Encoding=coding)
    assert (reply.status, reply.headers["accept-encoding"]) == (415, "gzip, deflate")


@pytest.mark.parametrize("path", ["/store?graph=x:g", "/sparql"])
def test_bomb_is_not_unpacked(server: Server, path: str) -> None:
    """A thousand times as long as it comes: 413, and nothing is written."""
    bomb = gzip.compress(bytes(100 << 20), 9, mtime=0)
    media_type = "text/turtle" if path.startswith("/store") else QUERY
    reply = server.send("POST", path, bomb, Content_Type=media_type, Content_Encoding="gzip")
    assert (reply.status, reply.reason) == (413, "body-too-long")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no gzip",
        gzip.compress(TURTLE, mtime=0)[:-5],
        gzip.compress(TURTLE, mtime=0) + b"rest",
        gzip.compress(TURTLE, mtime=0)[:5],
    ],
)
def test_broken_coding_is_a_bad_request(data: bytes) -> None:
    """Also one that breaks off: its end is never taken for the end of the graph. An empty body is an empty graph."""
    if not data:
        assert unpacked(data, "gzip", 100) == b""
        return
    with pytest.raises(Refusal) as refused:
        unpacked(data, "gzip", 100)
    assert refused.value.code == 400


def test_members_of_gzip_are_joined_and_bounded_together() -> None:
    """As ``cat a.gz b.gz`` makes them."""
    both = gzip.compress(b"a" * 60, mtime=0) + gzip.compress(b"b" * 40, mtime=0)
    assert unpacked(both, "gzip", 100) == b"a" * 60 + b"b" * 40
    with pytest.raises(Refusal):
        unpacked(both, "gzip", 99)


@pytest.mark.parametrize("media_type", ["text/turtle", "application/trig", "application/n-triples", "text/n3"])
def test_byte_order_mark_before_a_graph_is_no_part_of_it(server: Server, media_type: str) -> None:
    """An editor has put it there."""
    assert server.send("PUT", "/store?graph=x:bom", BOM + TURTLE, Content_Type=media_type).status in (201, 204)
    assert server.ask("GRAPH <x:bom> { <x:s> <x:p> <x:o> }")


@pytest.mark.parametrize(
    ("name", "type_line", "data"),
    [
        ("g.ttl", "", TURTLE),
        ("G.TTL", "Content-Type: application/octet-stream\r\n", TURTLE),
        ("g.nt", "Content-Type: text/plain\r\n", TURTLE),
        ("g.n3", "", TURTLE),
        ("g.ttl.gz", "Content-Type: application/gzip\r\n", gzip.compress(TURTLE, mtime=0)),
        ("g.ttl.gz", "", gzip.compress(BOM + TURTLE, mtime=0)),
        ("g", "Content-Type: text/turtle\r\n", TURTLE),
        ("g.jsonld", "", b'{"@id": "x:s", "x:p": {"@id": "x:o"}}'),
    ],
)
def test_file_of_a_form_is_read_by_its_name(server: Server, name: str, type_line: str, data: bytes) -> None:
    """Where its type says nothing, or is not sent."""
    head = f'--B\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n{type_line}\r\n'.encode()
    body = head + data + b"\r\n--B--\r\n"
    reply = server.send("PUT", "/store?graph=x:file", body, Content_Type="multipart/form-data; boundary=B")
    assert reply.status in (201, 204), reply.body
    assert server.ask("GRAPH <x:file> { <x:s> <x:p> <x:o> }")


def test_endpoint_with_a_slash_leads_to_the_endpoint(server: Server) -> None:
    """308, so that a POST stays one; its query goes with it."""
    reply = server.send("GET", "/sparql/?query=ASK%20%7B%7D&format=csv", token=None)
    assert (reply.status, reply.headers["location"]) == (308, "/sparql?query=ASK%20%7B%7D&format=csv")
    assert server.send("POST", "/sparql/", "ASK {}", None, Content_Type=QUERY).status == 308
