"""The answer to a query: whole, or as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.engine.evaluate import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Written results. ``kind`` says what the query asked for; ``format`` is None, and ``body`` empty, where the query
    named no format for that kind.

    A body that is not ``bytes`` is still being made: it raises QueryTimeout, QueryTooLarge or QueryError when it cannot
    be finished. Whoever sends it must then break the connection off, so that it never looks complete, and must
    ``close()`` it when it is not read to its end.
    """

    kind: Kind
    format: str | None
    revision: int
    body: bytes | Stream
    encoding: str | None = None

    def read(self) -> bytes:
        """All of the body. Raises what the body raises."""
        return self.body if isinstance(self.body, bytes) else b"".join(self.body)


class Stream:
    """The pieces of a long answer; owns a query worker until its end or :meth:`close`."""

    def __init__(self, pieces: Iterator[bytes], close: Callable[[], None]) -> None:
        self._pieces = pieces
        self._close = close

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Give the worker up; what is not read of the answer is lost. Does nothing after the end."""
        self._close()

    __del__ = close
