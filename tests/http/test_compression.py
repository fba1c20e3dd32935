"""Content-Encoding."""

from __future__ import annotations

import gzip
import http.client
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from kg.http.compression import SMALLEST, Compressed, choose_encoding

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstd.decompress,
}
LONG = f"/sparql?format=csv&query={quote('SELECT * { VALUES ?x { ' + ' '.join(map(str, range(900))) + ' } }')}"


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP;Q=0.5", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.9", "gzip"),
        ("deflate", "identity"),
        ("*", "zstd"),
        ("*, zstd;q=0", "br"),
        ("*;q=0", "identity"),
        ("identity;q=0", "identity"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0.5, identity", "identity"),
        ("gzip;q=0.5, identity;q=0.4", "gzip"),
        ("gzip;q=2, br;q=0.1", "br"),
        ("nonsense here, br", "br"),
    ],
)
def test_best_liked_encoding_is_chosen(header: str | None, chosen: str) -> None:
    """Real q-values, wildcards, names in any case; of equals the one that packs best."""
    assert choose_encoding(header) == chosen


@pytest.mark.parametrize("encoding", sorted(UNPACK))
def test_answer_unpacks_to_the_same_bytes(client: FlaskClient, encoding: str) -> None:
    """Shorter on the way, the same at its end."""
    plain = client.get(LONG)
    packed = client.get(LONG, headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert UNPACK[encoding](packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == plain.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_page_is_compressed_and_its_tag_gives_304_in_every_encoding(client: FlaskClient) -> None:
    """A weak tag is of the thing, not of its bytes."""
    first = client.get("/", headers={"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    for accepted in ("br", "gzip", "identity"):
        again = client.get("/", headers={"Accept-Encoding": accepted, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Encoding" not in again.headers
        assert "Accept-Encoding" in again.headers["Vary"]


def test_strong_tag_of_a_file_becomes_weak(client: FlaskClient) -> None:
    """The bytes are others; the tag still gives 304."""
    plain = client.get("/static/style.css", buffered=True)
    packed = client.get("/static/style.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert not plain.headers["ETag"].startswith("W/")
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert gzip.decompress(packed.data) == plain.data
    known = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    again = client.get("/static/style.css", headers=known, buffered=True)
    assert again.status_code == 304


def test_part_of_a_file_goes_as_it_is(client: FlaskClient) -> None:
    """A range counts the bytes of the file."""
    part = client.get("/static/style.css", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-999"}, buffered=True)
    assert (part.status_code, len(part.data)) == (206, 1000)
    assert "Content-Encoding" not in part.headers


def test_short_answer_goes_as_it_is(client: FlaskClient) -> None:
    """It would only grow; it still says what it depends on."""
    answer = client.get("/sparql?query=ASK+{}", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert len(answer.data) < SMALLEST
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_head_says_the_encoding_and_has_no_body(client: FlaskClient) -> None:
    """The headers of the GET, without the length that nobody has counted."""
    answer = client.head(LONG, headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["Content-Encoding"], answer.data) == ("gzip", b"")
    assert "Content-Length" not in answer.headers


def test_error_is_not_compressed(client: FlaskClient) -> None:
    """Nor a redirect."""
    answer = client.get("/sparql?query=" + "x" * 2000, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 400
    assert "Content-Encoding" not in answer.headers


class Pieces:
    """A body that comes in pieces, and says whether it was closed."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.given = 0
        self.closed = False
        self.breaks = breaks

    def __iter__(self) -> Iterator[bytes]:
        for number in range(50):
            self.given = number
            yield f"line {number}\n".encode() * 9_000
        if self.breaks:
            raise OSError("cut")

    def close(self) -> None:
        """Kept for the test to see."""
        self.closed = True


def asked(body: Any, encoding: str, content_type: str = "text/csv", **headers: str) -> TestResponse:
    """The answer of an app that gives that body."""

    def app(_environ: Any, start: Any) -> Any:
        start("200 OK", [("Content-Type", content_type), *headers.items()])
        return body

    return Client(Compressed(app)).get("/", headers={"Accept-Encoding": encoding}, buffered=False)


@pytest.mark.parametrize("encoding", sorted(UNPACK))
def test_stream_is_compressed_as_it_comes(encoding: str) -> None:
    """The first piece goes out before the last is made."""
    pieces = Pieces()
    response = asked(pieces, encoding)
    packed = response.iter_encoded()
    first = next(iter(packed))
    assert first
    assert pieces.given < 49
    whole = first + b"".join(packed)
    assert UNPACK[encoding](whole) == b"".join(Pieces())
    response.close()
    assert pieces.closed


@pytest.mark.parametrize("encoding", sorted(UNPACK))
def test_stream_that_breaks_off_does_not_unpack(encoding: str) -> None:
    """The error comes through, and what was sent before it has no end."""
    sent: list[bytes] = []
    with pytest.raises(OSError, match="cut"):
        sent.extend(asked(Pieces(breaks=True), encoding).iter_encoded())
    with pytest.raises((EOFError, OSError, brotli.error, zstd.ZstdError)):
        UNPACK[encoding](b"".join(sent))


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [("text/csv", {"Content-Encoding": "gzip"}), ("image/png", {}), ("application/zip", {})],
)
def test_what_is_compressed_is_not_compressed_again(content_type: str, headers: dict[str, str]) -> None:
    """By its header or by its type."""
    body = [b"x" * 5_000]
    response = asked(body, "br", content_type, **headers)
    assert response.headers.get("Content-Encoding") == headers.get("Content-Encoding")
    assert response.get_data() == body[0]


def test_encoding_comes_over_a_real_connection(served: str) -> None:
    """Asked behind the production server."""
    parts = urlsplit(served)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request("GET", LONG, headers={"Accept-Encoding": "zstd"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.headers["Content-Encoding"] == "zstd"
    assert zstd.decompress(body).startswith(b"x\r\n0\r\n")


def test_app_is_compressed_by_itself(app: Flask) -> None:
    """Whoever serves it otherwise has it too."""
    response = app.test_client().get(LONG, headers={"Accept-Encoding": "br"})
    assert response.headers["Content-Encoding"] == "br"
