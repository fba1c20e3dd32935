"""Decompression of request bodies: ``Content-Encoding`` of a request, and files that end in ``.gz``."""

from __future__ import annotations

import zlib
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from kg.http.problems import Refusal

_WINDOWS: Final = MappingProxyType({"gzip": 31, "x-gzip": 31, "deflate": 15})
"""zlib's number for each coding."""
_ACCEPTED: Final = "gzip, deflate"
_IDENTITY: Final = ("", "identity")
_GZIP_MARK: Final = b"\x1f\x8b"


def unpacked(data: bytes, coding: str, limit: int) -> bytes:
    """Decompress a body, up to a limit.

    Compressed data can be a thousand times smaller than its content.

    Args:
        data: The body.
        coding: The value of ``Content-Encoding``.
        limit: The largest number of decompressed bytes.

    Returns:
        The decompressed body; the body itself if it has no coding.

    Raises:
        Refusal: 415 for an unsupported coding, 413 for an oversized body, 400 for a broken one.
    """
    name = coding.strip().lower()
    if name in _IDENTITY:
        return data
    if name not in _WINDOWS:
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-coding",
            f"A body in the coding {coding[:60]!r} is not read here. Send it unpacked, or in one of: {_ACCEPTED}.",
            headers={"Accept-Encoding": _ACCEPTED},
        )
    try:
        return _inflated(data, _WINDOWS[name], limit)
    except zlib.error as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, "bad-coding", f"The body is no whole {name}: {error}.") from error


def is_gzip(data: bytes) -> bool:
    """Return whether the data begins with the mark of gzip."""
    return data.startswith(_GZIP_MARK)


def _inflated(data: bytes, window: int, limit: int) -> bytes:
    pieces: list[bytes] = []
    left = limit + 1
    while data:  # gzip may have several members
        packed = zlib.decompressobj(window)
        pieces.append(packed.decompress(data, left))
        left -= len(pieces[-1])
        if left <= 0:
            raise Refusal(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body-too-long",
                f"The body is longer than {limit:,} bytes when it is unpacked.",
            )
        if not packed.eof:
            raise zlib.error("it ends too early")
        data = packed.unused_data
    return b"".join(pieces)
