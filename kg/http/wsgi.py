"""Between WSGI applications: what one says before its body, and a body as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

Headers: TypeAlias = list[tuple[str, str]]
OUTCOME: Final = "claimgraph.outcome"
"""Where in the WSGI environment an answer or an error stands that came up before Flask; it only writes that then."""

BEGUN: Final = "claimgraph.begun"
"""When the request had come whole, of ``time.perf_counter``, where the server says so."""
AT_LEAST: Final = "claimgraph.at-least"
"""The revision that the graph had when work on the answer began, where that was before the app was called."""

_OF_THE_SERVER: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})


class Head:
    """A ``start_response`` that keeps what the inner app says: ``status`` and ``headers``."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: Headers = []

    def __call__(self, status: str, headers: Headers, _failure: Any = None) -> Callable[[bytes], object]:
        """WSGI's own signature."""
        self.status, self.headers = status, headers
        return self._no_write

    def value(self, name: str) -> str | None:
        """Of the header of that name, in lower case."""
        return next((value for known, value in self.headers if known.lower() == name), None)

    def length(self) -> int | None:
        """How many bytes the body has; None of one that is still being made."""
        said = self.value("content-length")
        return None if said is None else int(said)

    @staticmethod
    def _no_write(_data: bytes) -> object:
        raise TypeError("an answer is returned, not written")


def whole(body: Iterable[bytes]) -> bytes:
    """All of a body, which is then closed. Raises what the body raises."""
    try:
        return b"".join(body)
    finally:
        close(body)


def close(body: Iterable[bytes]) -> None:
    """Close a body that has something to close."""
    ends = getattr(body, "close", None)
    if ends is not None:
        ends()


def encoded(status: str, headers: Headers) -> bytes:
    """The head of an answer as it goes over the wire, without what is of the connection, and without its end. Raises
    ValueError for a line break in a header.
    """
    lines = [f"{name}: {value}" for name, value in headers if name.lower() not in _OF_THE_SERVER]
    head = "\r\n".join((f"HTTP/1.1 {status}", *lines, "Server: claimgraph"))
    if head.count("\n") != len(lines) + 1:
        raise ValueError(f"a header of the answer has a line break in it: {headers}")
    return head.encode("latin-1")


def decoded(head: bytes) -> tuple[str, Headers]:
    """Status and headers of what :func:`encoded` gave."""
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return first.partition(" ")[2], [(name, value) for name, _, value in pairs if name.lower() not in _OF_THE_SERVER]
