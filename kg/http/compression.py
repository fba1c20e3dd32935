"""``Content-Encoding``: compresses responses with the client's preferred encoding of zstd, br and gzip.

A compressed response is another representation of the same resource, so its tag is weak (RFC 9110, section 8.8.1). One
tag then holds for all encodings, and 304 stays correct. A stream is compressed piece by piece. An aborted stream lacks
the end mark of its encoding, so it never looks complete.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from kg.http.negotiation import parse_weight
from kg.http.wsgi import Head, Headers, close, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SMALLEST: Final = 600
"""Smaller bodies are not compressed: they fit into one packet anyway."""
WHOLE: Final = 1 << 20
"""Bodies up to this known size are compressed at once and sent with their length."""
_OURS: Final = ("zstd", "br", "gzip")
_IDENTITY: Final = "identity"
_MEMBER: Final = re.compile(r"[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*(?:;[ \t]*[qQ]=([0-9.]+)[ \t]*)?")
_COMPRESSIBLE: Final = re.compile(
    r"text/|application/(?:[\w.-]+\+)?(?:json|xml)\b|application/(?:n-triples|n-quads|trig|x-turtle|javascript)|image/svg"
)
_ANSWERS: Final = ("200", "304")


class _Packer(Protocol):
    def compress(self, data: bytes) -> bytes: ...
    def flush(self) -> bytes: ...


class Compressed:
    """WSGI app that compresses responses where it pays off."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return the inner app's response, compressed if possible.

        Args:
            environ: The request.
            start_response: Receives the status and the headers.
        """
        encoding = choose_encoding(environ.get("HTTP_ACCEPT_ENCODING"))
        answer = Head()
        body = self._inner(environ, answer)
        headers = answer.headers
        if answer.status[:3] not in _ANSWERS or not _may_be_compressed(headers):
            start_response(answer.status, headers)
            return body
        _vary(headers)
        length = answer.length()
        if encoding == _IDENTITY or answer.status[:3] != "200" or (length or SMALLEST) < SMALLEST:
            start_response(answer.status, headers)
            return body
        if environ["REQUEST_METHOD"] == "HEAD":
            start_response(answer.status, _encoded(headers, encoding, None))
            return body
        stream = _PackedStream(body, _PACKERS[encoding]())
        packed = [whole(stream)] if length is not None and length <= WHOLE else stream
        start_response(answer.status, _encoded(headers, encoding, packed))
        return packed


def choose_encoding(accept: str | None) -> str:
    """Return the client's preferred encoding; of equals, the one with the best compression.

    The result is ``identity`` if the client accepts no other encoding. It is ``identity`` too if the client accepts no
    encoding at all, because an unwanted response is better than none.
    """
    weights = _weights(accept or "")
    default = weights.get("*", 0.0)
    best = max(_OURS, key=lambda name: weights.get(name, default))
    weight = weights.get(best, default)
    return best if weight > 0 and weight >= weights.get(_IDENTITY, 0.0) else _IDENTITY


def _weights(header: str) -> dict[str, float]:
    """Return the q-value of each named coding. Malformed members are skipped."""
    found = (_MEMBER.fullmatch(member) for member in header.split(","))
    weights = ((match[1].lower().removeprefix("x-"), parse_weight(match[2] or "1")) for match in found if match)
    return {name: weight for name, weight in weights if weight is not None}


def _may_be_compressed(headers: Headers) -> bool:
    """Return False for encoded, partial and already compressed content."""
    named = {name.lower(): value for name, value in headers}
    if "content-encoding" in named or "content-range" in named:
        return False
    return "content-type" not in named or _COMPRESSIBLE.match(named["content-type"].lower()) is not None


def _vary(headers: Headers) -> None:
    at = next((i for i, (name, _) in enumerate(headers) if name.lower() == "vary"), None)
    if at is None:
        headers.append(("Vary", "Accept-Encoding"))
    elif "accept-encoding" not in headers[at][1].lower():
        headers[at] = ("Vary", f"{headers[at][1]}, Accept-Encoding")


def _encoded(headers: Headers, encoding: str, body: Iterable[bytes] | None) -> Headers:
    kept = [(name, value) for name, value in headers if name.lower() not in ("content-length", "accept-ranges")]
    encoded = [(name, _weak(value) if name.lower() == "etag" else value) for name, value in kept]
    if isinstance(body, list):
        encoded.append(("Content-Length", str(sum(map(len, body)))))
    return [*encoded, ("Content-Encoding", encoding)]


def _weak(tag: str) -> str:
    return tag if tag.startswith("W/") else f"W/{tag}"


class _PackedStream:
    """A body that is compressed piece by piece."""

    def __init__(self, body: Iterable[bytes], packer: _Packer) -> None:
        self._body = body
        self._packer = packer
        self._pieces = self._pack()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Close the source of the pieces."""
        close(self._body)

    def _pack(self) -> Iterator[bytes]:
        for piece in self._body:
            packed = self._packer.compress(piece)
            if packed:
                yield packed
        yield self._packer.flush()


def _gzip() -> _Packer:
    return zlib.compressobj(level=1, wbits=31)


def _zstd() -> _Packer:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdCompressor(level=3)


class _Brotli:
    def __init__(self) -> None:
        import brotli

        self._packer = brotli.Compressor(quality=1)

    def compress(self, data: bytes) -> bytes:
        packed: bytes = self._packer.process(data)
        return packed

    def flush(self) -> bytes:
        rest: bytes = self._packer.finish()
        return rest


# Each of these compresses JSON results to about a twentieth, faster than a disk reads.
_PACKERS: Final = MappingProxyType({"zstd": _zstd, "br": _Brotli, "gzip": _gzip})
