"""One question and its answer: between taking a worker and giving it back, or killing it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kg.engine import scheduling_priority
from kg.engine.answer import Answer, Stream
from kg.engine.evaluate import TOO_MUCH_MEMORY, Kind
from kg.engine.fork_server_client import Worker
from kg.engine.framing import DONE, QUERY, REFUSED, Frames, frame
from kg.engine.query import Query
from kg.errors import (
    EngineBusy,
    InputError,
    KgError,
    QueryError,
    QueryTimeout,
    QueryTooLarge,
    ServiceRefused,
    UpdateFailed,
)

_WHOLE: Final = 1 << 20
"""An answer up to this many bytes is given whole; from there on it is passed on as it comes."""
_LONG_SECONDS: Final = 0.05
_LONG_PRIORITY: Final = 19
"""A query that a thread waits for longer (a tenth of a second in all, where the event loop did before) runs when no
other wants to: for short ones, the time that a long one keeps a processor is most of what they take.
"""
_ERRORS: Final = MappingProxyType(
    {error.__name__: error for error in (InputError, QueryError, QueryTooLarge, ServiceRefused, UpdateFailed)}
)
_TOO_LONG: Final = "the query took longer than it may (--timeout); ask for less at once, or narrow it down"
_OUT_OF_MEMORY: Final = (signal.SIGABRT, signal.SIGKILL)
"""How a worker ends that is refused memory: the engine aborts, or the system kills."""


class Exchange:
    """Owns ``worker`` until ``finish`` is called, once, with it, whether it can take another
    query, and how many rows it has written.
    """

    def __init__(
        self,
        worker: Worker,
        until: float,
        gone: Callable[[], bool] | None,
        finish: Callable[[Worker, bool, int], None],
    ) -> None:
        self._worker = worker
        self._until = until
        self.gone = gone
        self._channel = worker.channel
        self._finish = finish
        self._finished = False
        self._steps_back = False
        self.is_last = False
        """Whether the worker is to be ended after this."""

    def ask(self, query: Query) -> Answer:
        """The answer, whole when it is short. Raises what :meth:`kg.engine.Engine.answer` raises."""
        self._send(QUERY, query.to_bytes())
        return self.answer(query)

    def answer(self, query: Query) -> Answer:
        """The answer to the query, which was sent."""
        with self._closing_on_error():
            kind, name = _kind(self._first()[1])
            pieces = self._pieces()
            start, whole = bytearray(), True
            for piece in pieces:
                start += piece
                if len(start) > _WHOLE:
                    whole = False
                    break
        body = bytes(start) if whole else Stream(_joined(bytes(start), pieces), self.close)
        return Answer(kind=kind, format=name, revision=self._worker.revision, body=body, encoding=query.encoding)

    def have_done(self, letter: bytes, payload: bytes) -> bytes:
        """What a worker gives back for anything but a query."""
        with self._closing_on_error():
            self._send(letter, payload)
            first, start = self._first()
            if first == DONE:
                self._done(start)
                return b""
            return start + b"".join(self._pieces())

    def close(self) -> None:
        """Kill the worker if it is still at it."""
        self._give_back(healthy=False)

    @contextlib.contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _send(self, letter: bytes, payload: bytes) -> None:
        with contextlib.suppress(OSError):  # it is dead; what of is found where its answer is awaited
            self._channel.send(frame(letter, payload))

    def _first(self) -> tuple[bytes, bytes]:
        """The first frame. A query that takes long steps back behind the short ones of others."""
        long = time.monotonic() + _LONG_SECONDS
        if long < self._until:
            with contextlib.suppress(TimeoutError):
                return self._frame(long)
            self._steps_back = _has_priority(self._worker.pid, _LONG_PRIORITY)
        return self._frame(self._until)

    def _pieces(self) -> Iterator[bytes]:
        """What is left of the answer. Raises instead of ending when it is not all."""
        try:
            while True:
                letter, payload = self._frame(self._until)
                if letter == DONE:
                    self._done(payload)
                    return
                yield payload
        finally:
            self.close()

    def _frame(self, until: float) -> tuple[bytes, bytes]:
        try:
            letter, payload = self._channel.receive(until, self.gone)
        except TimeoutError:
            if until < self._until:
                raise
            raise QueryTimeout(_TOO_LONG) from None
        except (EOFError, OSError) as error:
            raise self._death() from error
        if letter == REFUSED:
            _, end = self._channel.receive(self._until)  # DONE: the worker itself is well
            self._done(end)
            raise error_told(payload)
        return letter, payload

    def _death(self) -> KgError:
        """Why the worker is no longer there."""
        if self._finished or self._worker.image.is_closed:
            return EngineBusy("the answer was given up, or the engine is being stopped")
        if self._worker.end() in _OUT_OF_MEMORY:
            return QueryTooLarge(TOO_MUCH_MEMORY)
        return QueryError("the query engine crashed on this query: it is nested too deep, or too long")

    def _done(self, end: bytes) -> None:
        spent, rows = end.split()
        is_well = not self.is_last and spent == b"0"
        if is_well and self._steps_back:  # without the privilege, whoever asks next has another worker
            is_well = _has_priority(self._worker.pid, os.getpriority(os.PRIO_PROCESS, 0))
        self._give_back(healthy=is_well, rows=int(rows))

    def _give_back(self, *, healthy: bool, rows: int = 0) -> None:
        if not self._finished:
            self._finished = True
            self._finish(self._worker, healthy, rows)


def short_answer(query: Query, revision: int, frames: Frames) -> Answer:
    """The answer of which all frames have come but the last, which says so."""
    (_, first), *data = frames
    kind, name = _kind(first)
    body = data[0][1] if len(data) == 1 else b"".join(payload for _, payload in data)
    return Answer(kind=kind, format=name, revision=revision, body=body, encoding=query.encoding)


def error_told(payload: bytes) -> KgError:
    """Why a worker has refused."""
    name, message = json.loads(payload)
    return _ERRORS[name](message)


def _has_priority(pid: int, priority: int) -> bool:
    """Give a process that priority; False where one may not, or there is no such process."""
    try:
        scheduling_priority.give(pid, priority)
    except OSError:
        return False
    return True


def _joined(start: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield start
    yield from pieces


@lru_cache(64)
def _kind(payload: bytes) -> tuple[Kind, str | None]:
    kind, name = json.loads(payload)
    return kind, name
