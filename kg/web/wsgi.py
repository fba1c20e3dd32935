"""Between WSGI applications: what one says before its body, and a body as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

Headers: TypeAlias = list[tuple[str, str]]
OUTCOME: Final = "claimgraph.outcome"
"""Where in the WSGI environment an answer or an error stands that came up before Flask; it only writes that then."""


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
