"""Small queries of an event loop: a worker is sent the next one while it is still at the one before.

To wake a worker, and to be woken by it, takes longer than a small query. So while answers come quickly, a few workers
get them all, one behind the other, and hardly ever sleep. Where answers take longer each query has a worker to itself.
A query that takes long after all is handed to a thread, and what was sent behind it is asked of somebody else. Where
there is no place for it, it waits for one here, without a thread, and so does a query for which no worker is free.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from kg.engine.answer import Answer
from kg.engine.caller import Caller, Gone
from kg.engine.fork_server_client import Worker
from kg.engine.framing import DONE, QUERY, REFUSED, Frames, frame
from kg.engine.loading import Effort
from kg.engine.pending_query import Asked
from kg.engine.query import Query
from kg.engine.request_reply import Exchange, error_told, short_answer
from kg.engine.schedule import Slot
from kg.engine.ticket import Ticket
from kg.errors import EngineBusy, KgError

Outcome: TypeAlias = Answer | KgError | Asked | None
"""What has become of a query: the answer, why there is none, a worker that a thread has to wait for; None where it has
to be asked anew.
"""
Tell: TypeAlias = Callable[[Outcome], None]

LONG_SECONDS: Final = 0.05
"""A query that takes longer is waited for by a thread, which sees to its deadline."""
_STILL_SECONDS: Final = 2.0
"""After this a thread waits for a query also where its worker does nothing: it may be stopped."""
_LOOK_SECONDS: Final = 0.02
_LOOKS: Final = 10
"""Every so many looks it is seen who has waited for too long."""
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
_NOT_IN_TIME: Final = "there was no query worker for it in time; try again in a moment, or ask for less at once"


class Loop(Protocol):
    """What is needed of an event loop; asyncio's has it."""

    def add_reader(self, number: int, callback: Callable[[], None], /) -> object:
        """Have it called whenever that file can be read."""

    def remove_reader(self, number: int, /) -> object:
        """No longer."""

    def call_later(self, seconds: float, callback: Callable[[], None], /) -> object:
        """Have it called once."""

    def call_soon_threadsafe(self, callback: Callable[[], None], /) -> object:
        """Have it called once, and soon, from any thread. Raises RuntimeError where the loop is closed."""


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

    def is_known_long(self, query: Query) -> bool:
        """Return whether the query had to make room for others a moment ago."""

    def remember_long(self, query: Query) -> None:
        """Have the query wait for a place for those that take long, should it be asked again soon."""

    def lend(self, client: str = "") -> Worker | None:
        """A worker that is free now."""

    def wait(
        self,
        client: str,
        tell: Callable[[Worker | KgError], None],
        *,
        is_long: bool = False,
        before: Slot | None = None,
    ) -> Ticket:
        """Have ``tell`` called with a worker, or why there is none, in any thread."""

    def lengthen(self, worker: Worker) -> bool:
        """Return whether there is a place for one more query that takes long; the worker has it then."""

    def take_back(self, worker: Worker, healthy: bool, rows: int) -> None:
        """It is not needed any more; if it is not ``healthy``, nobody may have it. ``rows`` were written."""

    def ended(self, query: Query, outcome: Answer | KgError, rows: int, *, is_dear: bool) -> None:
        """Count what has become of a query and the rows it has, and keep an answer that is dear."""

    def finish(self, query: Query, read: Callable[[Query], Answer]) -> Answer:
        """The same for one that ``read`` waits for."""


class _Pending:
    """A query, and who is told what becomes of it; ``ticket`` is that of one that waits for a worker, and ``provided``
    what has come.
    """

    __slots__ = ("caller", "provided", "query", "tell", "ticket")

    def __init__(self, query: Query, tell: Tell, caller: Caller) -> None:
        self.query = query
        self.tell = tell
        self.caller = caller
        self.ticket: Ticket | None = None
        self.provided: Worker | KgError | None = None


class _Lane:
    """A worker and what it was sent, in order; ``since`` is when it began with the first, as far as is known."""

    __slots__ = ("asked", "effort", "is_slow", "is_spent", "since", "worker")

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.asked: deque[_Pending] = deque()
        self.is_spent = False
        self.since = 0.0
        self.effort: Effort | None = None
        """Of the first that it was sent, once it is looked at."""
        self.is_slow = False
        """Whether that is slow: nothing more is sent behind it."""


class Lanes:
    """Made by :meth:`kg.engine.Engine.lanes`; all of it is for the thread of the event loop alone."""

    def __init__(self, loop: Loop, lender: Lender) -> None:
        self._loop = loop
        self._lender = lender
        self._lanes: list[_Lane] = []
        self._waiting: set[_Pending] = set()
        self._at_once = 1 if (os.cpu_count() or 1) < _MANY else 2
        self._usual = 0.0
        self._is_looking = False
        self._looks = 0

    def ask(self, query: Query, tell: Tell, client: str = "", gone: Gone | None = None) -> bool:
        """Have a query answered, if no worker has to be waited for.

        Args:
            query: What is asked.
            tell: Called once with the outcome, in the loop, perhaps before this returns.
            client: Whose share of the workers the query has.
            gone: Says whether the client has hung up.

        Returns:
            False where one would have to wait for a worker, or it is known to take long: see :meth:`wait`.
        """
        kept = self._lender.kept(query)
        if kept is not None:
            tell(kept)
            return True
        if self._lender.is_known_long(query):
            return False
        lane = self._find(len(query.text), client)
        if lane is None:
            return False
        self._send(lane, _Pending(query, tell, self._caller(client, gone)))
        return True

    def wait(self, query: Query, tell: Tell, client: str = "", gone: Gone | None = None) -> bool:
        """Have a query answered once there is a worker for it, by its deadline; arguments as of :meth:`ask`.

        Returns:
            False where the text is so long that a thread has to send it.
        """
        if len(query.text) > _SHORT_TEXT:
            return False
        pending = _Pending(query, tell, self._caller(client, gone))
        self._wait(pending, is_long=self._lender.is_known_long(query))
        return True

    def close(self) -> None:
        """Give all workers back; what is asked is not told any more."""
        waiting, self._waiting = self._waiting, set()
        for pending in waiting:
            if pending.ticket is not None and not pending.ticket.cancel():
                self._provided(pending, is_long=False)
        for lane in tuple(self._lanes):
            self._leave(lane)
            self._lender.take_back(lane.worker, not (lane.asked or lane.is_spent), 0)

    def _caller(self, client: str, gone: Gone | None) -> Caller:
        return Caller(until=time.monotonic() + self._lender.deadline, client=client, gone=gone)

    def _send(self, lane: _Lane, pending: _Pending) -> None:
        if not lane.asked:
            lane.since = time.monotonic()
        try:
            lane.worker.channel.send_now(frame(QUERY, pending.query.to_bytes()))
        except OSError:  # it is dead, or does not read; who was asked before finds out why
            self._hand_on(lane)
            pending.tell(None)
        else:
            lane.asked.append(pending)

    # -- waiting for a worker ---------------------------------------------------------------------------------------

    def _wait(self, pending: _Pending, *, is_long: bool, before: Slot | None = None) -> None:
        """Have the query sent to a worker, as soon as there is one; ``before`` is the slot that it had."""

        def tell(outcome: Worker | KgError) -> None:
            pending.provided = outcome
            try:
                self._loop.call_soon_threadsafe(lambda: self._provided(pending, is_long=is_long))
            except RuntimeError:  # the loop is closed, and nobody waits any more
                self._provided(pending, is_long=is_long)

        self._waiting.add(pending)
        pending.ticket = self._lender.wait(pending.caller.client, tell, is_long=is_long, before=before)
        self._keep_looking()

    def _provided(self, pending: _Pending, *, is_long: bool) -> None:
        """The worker has come, or why there is none."""
        outcome, pending.provided = pending.provided, None
        is_wanted = pending in self._waiting  # else all was closed
        self._waiting.discard(pending)
        if isinstance(outcome, KgError) and is_wanted:
            self._refuse(pending, outcome)
        elif isinstance(outcome, Worker):
            if not is_wanted or pending.caller.is_gone:
                self._lender.take_back(outcome, True, 0)
                if is_wanted:
                    self._refuse(pending, EngineBusy(_NOT_IN_TIME))
            elif is_long:
                self._ask_at_length(outcome, pending)
            else:
                self._send(self._enter(outcome), pending)

    def _ask_at_length(self, worker: Worker, pending: _Pending) -> None:
        """Send a query that takes long, for a thread to wait for."""
        exchange = Exchange(worker, pending.caller, self._lender)
        with contextlib.suppress(OSError):  # it is dead, which the thread finds out
            worker.channel.send_now(frame(QUERY, pending.query.to_bytes()))
        pending.tell(Asked(pending.query, exchange, self._lender.finish))

    def _refuse(self, pending: _Pending, error: KgError) -> None:
        self._lender.ended(pending.query, error, 0, is_dear=False)
        pending.tell(error)

    def _let_the_late_go(self) -> None:
        """Tell those that there is no answer to them in time, and forget those whose clients have left."""
        for pending in tuple(self._waiting):
            is_over = pending.caller.is_late or pending.caller.is_gone
            if is_over and pending.ticket is not None and pending.ticket.cancel():
                self._waiting.discard(pending)
                self._refuse(pending, EngineBusy(_NOT_IN_TIME))

    # -- workers ----------------------------------------------------------------------------------------------------

    def _find(self, length: int, client: str) -> _Lane | None:
        """The lane for the next query: an empty one; while answers come quickly, the shortest; else another one."""
        if length > _SHORT_TEXT:
            return None
        revision = self._lender.revision
        shortest = None
        for lane in self._lanes:
            if lane.is_spent or lane.is_slow or lane.worker.revision != revision:
                continue
            if not lane.asked:
                return lane
            if shortest is None or len(lane.asked) < len(shortest.asked):
                shortest = lane
        is_quick = self._usual < _QUICK_SECONDS and length <= _SHORT_TEXT // _MOST
        if is_quick and shortest and len(self._lanes) >= self._at_once and len(shortest.asked) < _MOST:
            return shortest
        worker = self._lender.lend(client)
        return None if worker is None else self._enter(worker)

    def _enter(self, worker: Worker) -> _Lane:
        lane = _Lane(worker)
        self._lanes.append(lane)
        self._loop.add_reader(worker.channel.number, lambda: self._read(lane))
        self._keep_looking()
        return lane

    def _keep_looking(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._loop.call_later(_LOOK_SECONDS, self._look)

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
        told = [(lane.asked.popleft(), frames) for frames in answers]
        for pending, frames in told:
            taken, lane.since, lane.effort, lane.is_slow = now - lane.since, now, None, False
            self._usual += _SHARE * (taken - self._usual)
            pending.tell(self._outcome(lane, pending.query, frames, taken))
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
            elif now - lane.since <= LONG_SECONDS:
                lane.effort = lane.effort or Effort(lane.worker.pid)
            elif self._has_to_go(lane, now):
                self._hand_on(lane)
        self._looks += 1
        if self._looks % _LOOKS == 0:
            self._let_the_late_go()
        self._is_looking = bool(self._lanes or self._waiting)
        if self._is_looking:
            self._loop.call_later(_LOOK_SECONDS, self._look)

    def _has_to_go(self, lane: _Lane, now: float) -> bool:
        """Return whether a slow query is to be handed on: not while it has no place and only waits for a processor."""
        lane.effort, lane.is_slow = lane.effort or Effort(lane.worker.pid), True
        return self._lender.lengthen(lane.worker) or lane.effort.is_long() or now - lane.since > _STILL_SECONDS

    def _hand_on(self, lane: _Lane) -> None:
        """Have a thread wait for the first, with a worker of its own then; the others are asked anew, elsewhere."""
        self._leave(lane)
        if not lane.asked:
            self._lender.take_back(lane.worker, False, 0)
            return
        first, *others = lane.asked
        lane.asked.clear()
        is_at_work = lane.effort is not None and lane.effort.is_long()
        if not is_at_work or lane.worker.is_gone or self._lender.lengthen(lane.worker):
            exchange = Exchange(lane.worker, first.caller, self._lender)
            exchange.is_last = bool(others) or lane.is_spent
            first.tell(Asked(first.query, exchange, self._lender.finish))
        else:
            slot = lane.worker.slot
            self._lender.take_back(lane.worker, False, 0)
            self._lender.remember_long(first.query)
            self._wait(first, is_long=True, before=slot)
        for other in others:
            other.tell(None)
