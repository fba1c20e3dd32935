"""Helpers of WSGI apps: the head of a response, and its complete body."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

Headers: TypeAlias = list[tuple[str, str]]
OUTCOME: Final = "claimgraph.outcome"
"""Key in the WSGI environment for an answer or error from an earlier stage; Flask only serializes it."""

BEGUN: Final = "claimgraph.begun"
"""Key for the time when the request was complete, on the clock of ``time.perf_counter``."""
AT_LEAST: Final = "claimgraph.at-least"
"""Key for the graph revision at the start of the work, if the work began before the app was called."""
REPEATS: Final = "claimgraph.repeats"
"""Key, set if the server calls the app again with the error of a body that breaks off."""

_OF_THE_SERVER: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})


class Head:
    """A ``start_response`` that records the inner app's ``status`` and ``headers``."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: Headers = []

    def __call__(self, status: str, headers: Headers, _failure: Any = None) -> Callable[[bytes], object]:
        """Record status and headers, as WSGI demands."""
        self.status, self.headers = status, headers
        return self._no_write

    def value(self, name: str) -> str | None:
        """Return the value of a header, whose name is in lower case."""
        return next((value for known, value in self.headers if known.lower() == name), None)

    def length(self) -> int | None:
        """Return the declared length of the body in bytes; None for a stream."""
        said = self.value("content-length")
        return None if said is None else int(said)

    @staticmethod
    def _no_write(_data: bytes) -> object:
        raise TypeError("an answer is returned, not written")


def whole(body: Iterable[bytes]) -> bytes:
    """Return the complete body and close it. Errors of the body pass through."""
    try:
        return b"".join(body)
    finally:
        close(body)


def close(body: Iterable[bytes]) -> None:
    """Close a body that can be closed."""
    ends = getattr(body, "close", None)
    if ends is not None:
        ends()


def encoded(status: str, headers: Headers) -> bytes:
    """Serialize the head of a response, without the headers of the connection and without its end.

    Args:
        status: The status line.
        headers: The headers.

    Raises:
        ValueError: A header has a line break.
    """
    lines = [f"{name}: {value}" for name, value in headers if name.lower() not in _OF_THE_SERVER]
    head = "\r\n".join((f"HTTP/1.1 {status}", *lines, "Server: claimgraph"))
    if head.count("\n") != len(lines) + 1:
        raise ValueError(f"a header of the answer has a line break in it: {headers}")
    return head.encode("latin-1")


def decoded(head: bytes) -> tuple[str, Headers]:
    """Parse a head that :func:`encoded` returned, into status and headers."""
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return first.partition(" ")[2], [(name, value) for name, _, value in pairs if name.lower() not in _OF_THE_SERVER]
