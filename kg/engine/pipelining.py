"""Small queries of an event loop: a worker is sent the next one while it is still at the one before.

To wake a worker, and to be woken by it, takes longer than a small query. So while answers come quickly, a few workers
get them all, one behind the other, and hardly ever sleep. Where answers take longer each query has a worker to itself.
A query that takes long after all is handed to a thread, and what was sent behind it is asked of somebody else.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from kg.engine.answer import Answer
from kg.engine.fork_server_client import Worker
from kg.engine.framing import DONE, QUERY, REFUSED, Frames, frame
from kg.engine.pending_query import Asked
from kg.engine.query import Query
from kg.engine.request_reply import Exchange, error_told, short_answer
from kg.errors import KgError

Outcome: TypeAlias = Answer | KgError | Asked | None
"""What has become of a query: the answer, why there is none, a worker that a thread has to wait for; None where it has
to be asked anew.
"""
Tell: TypeAlias = Callable[[Outcome], None]

LONG_SECONDS: Final = 0.05
"""A query that takes longer is waited for by a thread, which sees to its deadline."""
_LOOK_SECONDS: Final = 0.02
_QUICK_SECONDS: Final = 0.0015
"""Queries share a worker while they take less than this on the way."""
_MANY: Final = 4
"""With fewer processors than this, one worker has all small queries: more would only change places on them."""
_MOST: Final = 8
"""Of queries that one worker is sent at a time."""
_SHARE: Final = 0.05
"""Of the last query in what queries usually take."""
_SHORT_TEXT: Final = 1 << 15
"""So many characters fit into the socket to a worker, so sending them does not wait."""
_SHORT: Final = 1 << 18
"""Bytes of an answer that are collected in the loop."""


class Loop(Protocol):
    """What is needed of an event loop; asyncio's has it."""

    def add_reader(self, number: int, callback: Callable[[], None], /) -> object:
        """Have it called whenever that file can be read."""

    def remove_reader(self, number: int, /) -> object:
        """No longer."""

    def call_later(self, seconds: float, callback: Callable[[], None], /) -> object:
        """Have it called once."""


class Lender(Protocol):
    """Who the workers are borrowed from: :class:`kg.engine.Engine`."""

    @property
    def revision(self) -> int:
        """Of the graph that is asked now."""

    @property
    def deadline(self) -> float:
        """How many seconds a query may take."""

    def kept(self, query: Query) -> Answer | None:
        """An answer that was given before."""

    def lend(self) -> Worker | None:
        """A worker that is free now."""

    def take_back(self, worker: Worker, healthy: bool, rows: int) -> None:
        """It is not needed any more; if it is not ``healthy``, nobody may have it. ``rows`` were written."""

    def ended(self, query: Query, outcome: Answer | KgError, rows: int, *, is_dear: bool) -> None:
        """Count what has become of a query and the rows it has, and keep an answer that is dear."""

    def finish(self, query: Query, read: Callable[[Query], Answer]) -> Answer:
        """The same for one that ``read`` waits for."""


class _Lane:
    """A worker and what it was sent, in order; ``since`` is when it began with the first, as far as is known."""

    __slots__ = ("asked", "is_spent", "since", "worker")

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.asked: deque[tuple[Query, Tell]] = deque()
        self.is_spent = False
        self.since = 0.0


class Lanes:
    """Made by :meth:`kg.engine.Engine.lanes`; all of it is for the thread of the event loop alone."""

    def __init__(self, loop: Loop, lender: Lender) -> None:
        self._loop = loop
        self._lender = lender
        self._lanes: list[_Lane] = []
        self._at_once = 1 if (os.cpu_count() or 1) < _MANY else 2
        self._usual = 0.0
        self._is_looking = False

    def ask(self, query: Query, tell: Tell) -> bool:
        """Have it answered: ``tell`` is called once, in the loop, perhaps before this returns. False where one would
        have to wait even for a worker.
        """
        kept = self._lender.kept(query)
        if kept is not None:
            tell(kept)
            return True
        lane = self._find(len(query.text))
        if lane is None:
            return False
        if not lane.asked:
            lane.since = time.monotonic()
        try:
            lane.worker.channel.send_now(frame(QUERY, query.to_bytes()))
        except OSError:  # it is dead, or does not read; who was asked before finds out why
            self._hand_on(lane)
            tell(None)
            return True
        lane.asked.append((query, tell))
        return True

    def close(self) -> None:
        """Give all workers back; what is asked is not told any more."""
        for lane in tuple(self._lanes):
            self._leave(lane)
            self._lender.take_back(lane.worker, not (lane.asked or lane.is_spent), 0)

    def _find(self, length: int) -> _Lane | None:
        """The lane for the next query: an empty one; while answers come quickly, the shortest; else another one."""
        if length > _SHORT_TEXT:
            return None
        revision = self._lender.revision
        shortest = None
        for lane in self._lanes:
            if lane.is_spent or lane.worker.revision != revision:
                continue
            if not lane.asked:
                return lane
            if shortest is None or len(lane.asked) < len(shortest.asked):
                shortest = lane
        is_quick = self._usual < _QUICK_SECONDS and length <= _SHORT_TEXT // _MOST
        if is_quick and shortest and len(self._lanes) >= self._at_once and len(shortest.asked) < _MOST:
            return shortest
        worker = self._lender.lend()
        return None if worker is None else self._enter(worker)

    def _enter(self, worker: Worker) -> _Lane:
        lane = _Lane(worker)
        self._lanes.append(lane)
        self._loop.add_reader(worker.channel.number, lambda: self._read(lane))
        if not self._is_looking:
            self._is_looking = True
            self._loop.call_later(_LOOK_SECONDS, self._look)
        return lane

    def _leave(self, lane: _Lane) -> None:
        self._lanes.remove(lane)
        self._loop.remove_reader(lane.worker.channel.number)

    def _read(self, lane: _Lane) -> None:
        """Tell those whose answers have come."""
        channel = lane.worker.channel
        try:
            answers = channel.arrived(DONE)
        except (EOFError, OSError):
            self._hand_on(lane)
            return
        now = time.monotonic()
        # All are taken off before any is told: who is told may ask again, and find that the worker has died meanwhile.
        told = [(*lane.asked.popleft(), frames) for frames in answers]
        for query, tell, frames in told:
            taken, lane.since = now - lane.since, now
            self._usual += _SHARE * (taken - self._usual)
            tell(self._outcome(lane, query, frames, taken))
        if lane.asked and len(channel.waiting) > _SHORT:
            self._hand_on(lane)

    def _outcome(self, lane: _Lane, query: Query, frames: Frames, taken: float) -> Answer | KgError:
        *others, (_, end) = frames
        spent, rows = end.split()
        lane.is_spent = lane.is_spent or spent != b"0"
        letter, payload = others[-1]
        outcome = error_told(payload) if letter == REFUSED else short_answer(query, lane.worker.revision, others)
        self._lender.ended(query, outcome, int(rows), is_dear=taken > _QUICK_SECONDS)
        return outcome

    def _look(self) -> None:
        """Now and then: give back who has nothing to do, and hand on what takes long."""
        now = time.monotonic()
        for lane in tuple(self._lanes):
            if not lane.asked:
                self._leave(lane)
                self._lender.take_back(lane.worker, not lane.is_spent, 0)
            elif now - lane.since > LONG_SECONDS:
                self._hand_on(lane)
        self._is_looking = bool(self._lanes)
        if self._is_looking:
            self._loop.call_later(_LOOK_SECONDS, self._look)

    def _hand_on(self, lane: _Lane) -> None:
        """Have a thread wait for the first, with a worker of its own then; the others are asked anew, elsewhere."""
        self._leave(lane)
        if not lane.asked:
            self._lender.take_back(lane.worker, False, 0)
            return
        (query, tell), *others = lane.asked
        lane.asked.clear()
        exchange = Exchange(lane.worker, lane.since + self._lender.deadline, None, self._lender.take_back)
        if others or lane.is_spent:
            exchange.is_last = True
        tell(Asked(query, exchange, self._lender.finish))
        for _, tell in others:
            tell(None)
