"""One HTTP request."""

from __future__ import annotations

from http import HTTPStatus
from typing import IO, TypeAlias

Fields: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""Name and value of each header, as received."""


class Request:
    """One request. ``headers`` are as received, ``body`` is at its beginning."""

    __slots__ = (
        "begun",
        "body",
        "body_limit",
        "client",
        "fields_size",
        "gone",
        "headers",
        "is_kept",
        "is_whole",
        "method",
        "server",
        "size",
        "target",
        "trouble",
        "version",
    )

    def __init__(self, client: tuple[str, int], server: tuple[str, int]) -> None:
        self.client = client
        self.server = server
        self.method = ""
        self.target = b""
        self.version = "1.1"
        self.headers: Fields = ()
        self.fields_size = 0
        """Bytes of the header fields; 0 if the head was cached."""
        self.body: IO[bytes] | None = None
        self.size: int | None = None
        """Bytes of the body; None if the request has none."""
        self.trouble: HTTPStatus | None = None
        """The reason why the body is incomplete: it is too long, or comes too slowly."""
        self.body_limit = 0
        """Number of wanted bytes of a body."""
        self.is_whole = True
        """Whether the request was read to its end."""
        self.is_kept = True
        """Whether the connection stays open for another request."""
        self.gone = False
        self.begun = 0.0
        """Time when the request was complete, on the clock of ``time.perf_counter``."""

    def is_gone(self) -> bool:
        """Return whether the client has disconnected."""
        return self.gone

    def close(self) -> None:
        """Release the body."""
        if self.body is not None:
            self.body.close()
