"""The answer to a query, complete or streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.engine.evaluate import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Serialized query results.

    ``kind`` is the result kind of the query. If the query names no format for that kind, ``format`` is None and
    ``body`` is empty.

    A ``Stream`` body is still being computed. It raises QueryTimeout, QueryTooLarge or QueryError if it fails. The
    sender must then abort the connection, so that the response never looks complete. A sender that stops early must
    call ``close()``.
    """

    kind: Kind
    format: str | None
    revision: int
    body: bytes | Stream
    encoding: str | None = None

    def read(self) -> bytes:
        """Return the complete body. A streamed body can raise, see the class."""
        return self.body if isinstance(self.body, bytes) else b"".join(self.body)


class Stream:
    """Stream of a long answer. It occupies a query worker until its end or :meth:`close`."""

    def __init__(self, pieces: Iterator[bytes], close: Callable[[], None]) -> None:
        self._pieces = pieces
        self._close = close

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Release the worker and discard the unread part. Has no effect after the end."""
        self._close()

    __del__ = close
