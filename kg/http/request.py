"""One HTTP request as it came over a connection."""

from __future__ import annotations

from http import HTTPStatus
from typing import IO, TypeAlias

Fields: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""Name and value of each header, as they were sent."""


class Request:
    """One request as it came; ``headers`` has each name and value as it was sent, ``body`` is at its beginning."""

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
        """Bytes of the header fields; 0 where the head was known."""
        self.body: IO[bytes] | None = None
        self.size: int | None = None
        """Of the body; None where there is none."""
        self.trouble: HTTPStatus | None = None
        """Why its body is not whole: it is too long, or comes too slowly."""
        self.body_limit = 0
        """How many bytes of a body are wanted."""
        self.is_whole = True
        """Whether all of it was read."""
        self.is_kept = True
        """Whether the connection is for another request after this."""
        self.gone = False
        self.begun = 0.0
        """When it had come whole, of ``time.perf_counter``."""

    def is_gone(self) -> bool:
        """Whether the client has hung up."""
        return self.gone

    def close(self) -> None:
        """Let the body go."""
        if self.body is not None:
            self.body.close()
