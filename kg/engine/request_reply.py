"""One request to a worker and its reply, from taking the worker to returning or killing it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Protocol

from kg.engine import scheduling_priority
from kg.engine.answer import Answer, Stream
from kg.engine.caller import Caller
from kg.engine.evaluate import TOO_MUCH_MEMORY, Kind
from kg.engine.fork_server_client import Worker
from kg.engine.framing import DONE, QUERY, REFUSED, ClientDisconnected, Frames, frame
from kg.engine.loading import Effort
from kg.engine.query import Query
from kg.engine.schedule import Slot
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
"""Largest answer in bytes that is returned complete; a longer one is streamed."""
_LONG_SECONDS: Final = 0.05
_LONG_PRIORITY: Final = 19
"""Priority of queries that have run for a tenth of a second.

They run only when no other process wants the processor, because a long query would otherwise dominate the time of short
ones.
"""
PLACE_SECONDS: Final = 0.25
"""A query that takes longer needs one of the places for long queries."""
CROWD: Final = 8
"""From so many waiting queries of a client on, each of them has less time to show that it is short.

Each may take long, and a small query among them waits until all before it had their try.
"""
_CROWDED_SECONDS: Final = 0.03
_AGAIN_SECONDS: Final = 0.05
"""Interval of the check whether a query without a place only waits for a processor."""
_ERRORS: Final = MappingProxyType(
    {error.__name__: error for error in (InputError, QueryError, QueryTooLarge, ServiceRefused, UpdateFailed)}
)
_TOO_LONG: Final = "the query took longer than it may (--timeout); ask for less at once, or narrow it down"
_GIVEN_UP: Final = "the answer was given up, or the engine is being stopped"
_RECALLED: Final = "the query took long, and had to stop for those of others; try again in a moment, or ask for less"


class WorkerOwner(Protocol):
    """Owner of the workers."""

    def waiting_of(self, client: str) -> int:
        """Return how many queries of a client wait for a worker, without those for queries that take long."""

    def lengthen(self, worker: Worker) -> bool:
        """Return whether the worker's query gets one of the places for long queries."""

    def take_back(self, worker: Worker, healthy: bool, rows: int) -> None:
        """Return a worker to the pool, see :meth:`kg.engine.Engine.take_back`.

        Args:
            worker: The worker.
            healthy: Whether the worker can serve another query.
            rows: The number of rows that the worker has written.
        """


class AskAgainError(Exception):
    """The query was not answered and must be repeated on another worker."""

    def __init__(self, caller: Caller, slot: Slot | None) -> None:
        super().__init__()
        self.caller = caller
        self.slot = slot
        """Slot of the query; the query keeps its turn."""


class StepAsideError(AskAgainError):
    """The query takes long and got no place for long queries, or lost it to another client."""


class WorkerLostError(AskAgainError):
    """Another process seems to have killed the worker; ``blame`` is the error if that happens again."""

    def __init__(self, caller: Caller, slot: Slot | None, blame: KgError) -> None:
        super().__init__(caller, slot)
        self.blame = blame


class Exchange:
    """One request to a worker, which is returned once to its ``lender``.

    A ``patient`` query is stopped if it takes long and has no place; all others may finish. The methods also raise
    AskAgainError, as long as no part of the answer was passed on.
    """

    def __init__(self, worker: Worker, caller: Caller, lender: WorkerOwner, *, patient: bool = True) -> None:
        self.caller = caller
        self._worker = worker
        self._slot = worker.slot
        self._channel = worker.channel
        self._lender = lender
        self._has_place = not patient
        self._effort: Effort | None = None
        is_crowded = patient and lender.waiting_of(caller.client) >= CROWD
        if is_crowded:
            self._effort = Effort(worker.pid)
        self._place_at = time.monotonic() + (_CROWDED_SECONDS if is_crowded else PLACE_SECONDS)
        self._finished = False
        self._steps_back = False
        self._is_passed_on = False
        self.is_last = False
        """Whether the worker must end after this request."""

    def ask(self, query: Query) -> Answer:
        """Send a query and return its answer. Raises the errors of :meth:`kg.engine.Engine.answer`."""
        with self._closing_on_error():
            self._send(QUERY, query.to_bytes())
        return self.answer(query)

    def answer(self, query: Query) -> Answer:
        """Return the answer to a query that was sent before."""
        with self._closing_on_error():
            kind, name = _kind(self._first()[1])
            pieces = self._pieces()
            start, whole = bytearray(), True
            for piece in pieces:
                start += piece
                if len(start) > _WHOLE:
                    whole = False
                    self._demand_place()
                    self._is_passed_on = True
                    break
        body = bytes(start) if whole else Stream(_joined(bytes(start), pieces), self.close)
        return Answer(kind=kind, format=name, revision=self._worker.revision, body=body, encoding=query.encoding)

    def have_done(self, letter: bytes, payload: bytes) -> bytes:
        """Send a request other than a query and return the worker's reply.

        Args:
            letter: The kind of request.
            payload: The serialized request.
        """
        with self._closing_on_error():
            self._send(letter, payload)
            first, start = self._first()
            if first == DONE:
                self._done(start)
                return b""
            return start + b"".join(self._pieces())

    def close(self) -> None:
        """Kill the worker if it is still busy."""
        self._give_back(healthy=False)

    @contextlib.contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _send(self, letter: bytes, payload: bytes) -> None:
        try:
            self._channel.send(frame(letter, payload), self.caller.until)
        except TimeoutError:
            raise QueryTimeout(_TOO_LONG) from None
        except OSError:  # the worker is dead; awaiting the answer reveals the reason
            pass

    def _first(self) -> tuple[bytes, bytes]:
        """Return the first frame. A query with a place soon gets a lower priority than short queries."""
        long = time.monotonic() + _LONG_SECONDS
        if self._slot is not None and self._slot.is_long and long < self.caller.until:
            with contextlib.suppress(TimeoutError):
                return self._frame(long)
            self._steps_back = _has_priority(self._worker.pid, _LONG_PRIORITY)
        return self._later_frame()

    def _later_frame(self) -> tuple[bytes, bytes]:
        """Return the next frame. A query that takes long needs a place."""
        while not self._has_place and self._place_at < self.caller.until:
            with contextlib.suppress(TimeoutError):
                return self._frame(self._place_at)
            if self._lender.lengthen(self._worker):
                self._has_place = True
                self._steps_back = self._steps_back or _has_priority(self._worker.pid, _LONG_PRIORITY)
            elif self._effort is not None and self._effort.is_long():
                raise StepAsideError(self.caller, self._slot)
            else:
                self._effort = self._effort or Effort(self._worker.pid)
                self._place_at = time.monotonic() + _AGAIN_SECONDS
        return self._frame(self.caller.until)

    def _demand_place(self) -> None:
        """Raise StepAsideError if no place for long queries is free."""
        if not self._has_place and not self._lender.lengthen(self._worker):
            raise StepAsideError(self.caller, self._slot)
        self._has_place = True

    def _pieces(self) -> Iterator[bytes]:
        """Yield the rest of the answer. An incomplete answer raises an error."""
        try:
            while True:
                letter, payload = self._later_frame()
                if letter == DONE:
                    self._done(payload)
                    return
                yield payload
        finally:
            self.close()

    def _frame(self, until: float) -> tuple[bytes, bytes]:
        if self._must_stop():
            raise ClientDisconnected
        try:
            letter, payload = self._channel.receive(until, self._must_stop)
            if letter == REFUSED:
                _, end = self._channel.receive(self.caller.until)  # the DONE frame: the worker itself is healthy
        except TimeoutError:
            if until < self.caller.until:
                raise
            raise QueryTimeout(_TOO_LONG) from None
        except (EOFError, OSError) as error:
            raise self._death() from error
        if letter == REFUSED:
            self._done(end)
            raise error_told(payload)
        return letter, payload

    def _must_stop(self) -> bool:
        """Return whether the client has disconnected.

        Raise an error if another client gets this query's place.
        """
        if self._slot is not None and self._slot.is_recalled:
            raise EngineBusy(_RECALLED) if self._is_passed_on else StepAsideError(self.caller, self._slot)
        return self.caller.is_gone

    def _death(self) -> Exception:
        """Return the error that explains the worker's death."""
        if self._finished:
            return EngineBusy(_GIVEN_UP)
        if self._worker.image.is_closed:
            return self._loss(EngineBusy(_GIVEN_UP))
        died_of = self._worker.end()
        if died_of == signal.SIGKILL:
            return self._loss(QueryTooLarge(TOO_MUCH_MEMORY))
        if died_of == signal.SIGABRT:
            return QueryTooLarge(TOO_MUCH_MEMORY)
        return QueryError("the query engine crashed on this query: it is nested too deep, or too long")

    def _loss(self, blame: KgError) -> Exception:
        """Return the error for a worker that another process killed, perhaps the system for lack of memory."""
        return blame if self._is_passed_on else WorkerLostError(self.caller, self._slot, blame)

    def _done(self, end: bytes) -> None:
        spent, rows = end.split()
        is_well = not self.is_last and spent == b"0"
        if is_well and self._steps_back:  # without the privilege the next query gets another worker
            is_well = _has_priority(self._worker.pid, os.getpriority(os.PRIO_PROCESS, 0))
        self._give_back(healthy=is_well, rows=int(rows))

    def _give_back(self, *, healthy: bool, rows: int = 0) -> None:
        if not self._finished:
            self._finished = True
            self._lender.take_back(self._worker, healthy, rows)


def short_answer(query: Query, revision: int, frames: Frames) -> Answer:
    """Build an answer from its frames without the last one.

    Args:
        query: The query.
        revision: The graph revision.
        frames: The frames.
    """
    (_, first), *data = frames
    kind, name = _kind(first)
    body = data[0][1] if len(data) == 1 else b"".join(payload for _, payload in data)
    return Answer(kind=kind, format=name, revision=revision, body=body, encoding=query.encoding)


def error_told(payload: bytes) -> KgError:
    """Convert a worker's refusal to an error."""
    name, message = json.loads(payload)
    return _ERRORS[name](message)


def _has_priority(pid: int, priority: int) -> bool:
    """Set the priority of a process. Return False if that is not allowed or the process has ended."""
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
