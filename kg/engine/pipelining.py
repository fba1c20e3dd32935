"""Pipelining of small queries: a worker receives the next query before it has answered the last one.

Waking a worker takes longer than a small query. While answers come quickly, a few workers therefore receive all small
queries and hardly ever sleep. When answers take longer, each query gets a worker of its own.

A query that turns out to be long is handed to a thread, and the queries behind it are sent to other workers. If all
places for long queries are taken, it waits here without a thread. So does a query for which no worker is free.
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
from kg.engine.request_reply import CROWD, Exchange, error_told, short_answer
from kg.engine.schedule import Slot
from kg.engine.ticket import Ticket
from kg.errors import EngineBusy, KgError

Outcome: TypeAlias = Answer | KgError | Asked | None
"""Outcome of a query.

It is the answer, an error, a running query for a thread to wait for, or None if the query must be repeated.
"""
Tell: TypeAlias = Callable[[Outcome], None]

LONG_SECONDS: Final = 0.05
"""A query that takes longer is handed to a thread, which enforces its deadline."""
_CROWDED_SECONDS: Final = 0.02
"""The same while many queries of the same client wait."""
_STILL_SECONDS: Final = 2.0
"""After this time a thread waits for the query even if its worker does no work: the worker may be stopped."""
_LOOK_SECONDS: Final = 0.02
_LOOKS: Final = 10
"""Number of looks between two checks for expired waits."""
_QUICK_SECONDS: Final = 0.0015
"""Queries share a worker while their answers take less time than this."""
_MANY: Final = 4
"""With fewer processors than this, one worker serves all small queries: more would only compete for them."""
_MOST: Final = 8
"""Largest number of queries that one worker is sent at a time."""
_SHARE: Final = 0.05
"""Weight of the last query in the average time of queries."""
_SHORT_TEXT: Final = 1 << 15
"""Characters that fit into a worker's socket, so that sending does not block."""
_SHORT: Final = 1 << 18
"""Bytes of an answer that the event loop collects."""
_NOT_IN_TIME: Final = "there was no query worker for it in time; try again in a moment, or ask for less at once"


class Loop(Protocol):
    """The required methods of an event loop; asyncio's loops have them."""

    def add_reader(self, number: int, callback: Callable[[], None], /) -> object:
        """Call ``callback`` whenever the file is readable.

        Args:
            number: The number of the open file.
            callback: The function to call.
        """

    def remove_reader(self, number: int, /) -> object:
        """Stop watching a file."""

    def call_later(self, seconds: float, callback: Callable[[], None], /) -> object:
        """Call ``callback`` once, after a delay.

        Args:
            seconds: The delay.
            callback: The function to call.
        """

    def call_soon_threadsafe(self, callback: Callable[[], None], /) -> object:
        """Call ``callback`` once and soon, from any thread. Raises RuntimeError if the loop is closed."""


class Lender(Protocol):
    """Owner of the workers: :class:`kg.engine.Engine`."""

    @property
    def revision(self) -> int:
        """Revision of the graph that new queries use."""

    @property
    def deadline(self) -> float:
        """Seconds that a query may take."""

    def kept(self, query: Query) -> Answer | None:
        """Return the cached answer, or None."""

    def is_known_long(self, query: Query) -> bool:
        """Return whether the query was recently preempted because it takes long."""

    def remember_long(self, query: Query) -> None:
        """Remember a query as long, so that it waits for a place if it is repeated soon."""

    def lend(self, client: str = "") -> Worker | None:
        """Return an idle worker, or None."""

    def waiting_of(self, client: str) -> int:
        """Return how many queries of a client wait for a worker, without those for queries that take long."""

    def wait(
        self,
        client: str,
        tell: Callable[[Worker | KgError], None],
        *,
        is_long: bool = False,
        before: Slot | None = None,
    ) -> Ticket:
        """Call ``tell`` with a worker or an error, in any thread.

        Args:
            client: Identifies the client for its share of the workers.
            tell: Receives the outcome. It must not block.
            is_long: Whether the query takes long.
            before: The slot that the query had before; the query keeps its turn.
        """

    def lengthen(self, worker: Worker) -> bool:
        """Return whether the worker's query gets one of the places for long queries."""

    def take_back(self, worker: Worker, healthy: bool, rows: int) -> None:
        """Return a worker to the pool, see :meth:`kg.engine.Engine.take_back`.

        Args:
            worker: The worker.
            healthy: Whether the worker can serve another query.
            rows: The number of rows that the worker has written.
        """

    def ended(self, query: Query, outcome: Answer | KgError, rows: int, *, is_dear: bool) -> None:
        """Count the outcome of a query, see :meth:`kg.engine.Engine.ended`.

        Args:
            query: The query.
            outcome: The answer or the error.
            rows: The number of result rows.
            is_dear: Whether to cache the answer.
        """

    def finish(self, query: Query, read: Callable[[Query], Answer]) -> Answer:
        """Wait for an answer, count its outcome and cache it.

        Args:
            query: The query.
            read: Waits for the answer to the query.
        """


class _Pending:
    """A query, its callback, and its worker or ticket.

    ``ticket`` is set while the query waits for a worker, ``provided`` when a worker or an error has come.
    """

    __slots__ = ("caller", "provided", "query", "tell", "ticket")

    def __init__(self, query: Query, tell: Tell, caller: Caller) -> None:
        self.query = query
        self.tell = tell
        self.caller = caller
        self.ticket: Ticket | None = None
        self.provided: Worker | KgError | None = None


class _Lane:
    """A worker and the queries sent to it, in order. ``since`` is the known start of the first query."""

    __slots__ = ("asked", "effort", "is_slow", "is_spent", "since", "worker")

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.asked: deque[_Pending] = deque()
        self.is_spent = False
        self.since = 0.0
        self.effort: Effort | None = None
        """Processor time of the first query, from its first check on."""
        self.is_slow = False
        """Whether the first query is slow; then no further query is sent."""


class Lanes:
    """Pipelining client. :meth:`kg.engine.Engine.lanes` creates it.

    Only the event loop's thread may use it.
    """

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
        """Send a query if a worker is available at once.

        Args:
            query: The query.
            tell: Receives the outcome once, in the loop, perhaps before this returns.
            client: Identifies the client for its share of the workers.
            gone: Returns whether the client has disconnected.

        Returns:
            False if no worker is available or the query is known as long: see :meth:`wait`.
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
        """Send a query as soon as a worker is available, within the query's deadline.

        Args:
            query: The query.
            tell: Receives the outcome once, in the loop.
            client: Identifies the client for its share of the workers.
            gone: Returns whether the client has disconnected.

        Returns:
            False if the text is so long that a thread must send it.
        """
        if len(query.text) > _SHORT_TEXT:
            return False
        pending = _Pending(query, tell, self._caller(client, gone))
        self._wait(pending, is_long=self._lender.is_known_long(query))
        return True

    def close(self) -> None:
        """Return all workers. Callbacks of open queries are not called any more."""
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
        except OSError:  # the worker is dead or does not read; the query before this one finds the reason
            self._hand_on(lane)
            pending.tell(None)
        else:
            lane.asked.append(pending)

    # -- waiting for a worker ---------------------------------------------------------------------------------------

    def _wait(self, pending: _Pending, *, is_long: bool, before: Slot | None = None) -> None:
        """Send the query as soon as a worker is available; ``before`` is its earlier slot."""

        def tell(outcome: Worker | KgError) -> None:
            pending.provided = outcome
            try:
                self._loop.call_soon_threadsafe(lambda: self._provided(pending, is_long=is_long))
            except RuntimeError:  # the loop is closed, and the client no longer waits
                self._provided(pending, is_long=is_long)

        self._waiting.add(pending)
        pending.ticket = self._lender.wait(pending.caller.client, tell, is_long=is_long, before=before)
        self._keep_looking()

    def _provided(self, pending: _Pending, *, is_long: bool) -> None:
        """Handle the arrival of a worker or an error."""
        outcome, pending.provided = pending.provided, None
        is_wanted = pending in self._waiting  # otherwise the client was closed
        self._waiting.discard(pending)
        if isinstance(outcome, KgError) and is_wanted:
            self._refuse(pending, outcome)
        elif isinstance(outcome, Worker):
            if not is_wanted or pending.caller.is_gone:
                self._lender.take_back(outcome, True, 0)
                if is_wanted:
                    self._refuse(pending, EngineBusy(_NOT_IN_TIME))
            elif not is_long and self._lender.is_known_long(pending.query):  # found out while this one waited
                self._wait(pending, is_long=True, before=outcome.slot)
                self._lender.take_back(outcome, True, 0)
            elif is_long:
                self._ask_at_length(outcome, pending)
            else:
                lane = self._enter(outcome)
                lane.effort = Effort(outcome.pid)
                self._send(lane, pending)

    def _ask_at_length(self, worker: Worker, pending: _Pending) -> None:
        """Send a long query, for a thread to wait for."""
        exchange = Exchange(worker, pending.caller, self._lender)
        with contextlib.suppress(OSError):  # the worker is dead, which the thread will notice
            worker.channel.send_now(frame(QUERY, pending.query.to_bytes()))
        pending.tell(Asked(pending.query, exchange, self._lender.finish))

    def _refuse(self, pending: _Pending, error: KgError) -> None:
        self._lender.ended(pending.query, error, 0, is_dear=False)
        pending.tell(error)

    def _let_the_late_go(self) -> None:
        """Refuse the queries whose deadline has passed, and drop those of disconnected clients."""
        for pending in tuple(self._waiting):
            is_over = pending.caller.is_late or pending.caller.is_gone
            if is_over and pending.ticket is not None and pending.ticket.cancel():
                self._waiting.discard(pending)
                self._refuse(pending, EngineBusy(_NOT_IN_TIME))

    # -- workers ----------------------------------------------------------------------------------------------------

    def _find(self, length: int, client: str) -> _Lane | None:
        """Return the lane for the next query.

        It is an empty lane; the shortest lane while answers come quickly; or a new lane.
        """
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
        """Read the available answers and call their callbacks."""
        channel = lane.worker.channel
        try:
            answers = channel.arrived(DONE)
        except (EOFError, OSError):
            self._hand_on(lane)
            return
        now = time.monotonic()
        # Take all answers off first: a callback may send a query and find that the worker has died.
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
        """Check the lanes regularly: return idle workers, and hand on long queries."""
        now = time.monotonic()
        for lane in tuple(self._lanes):
            if not lane.asked:
                self._leave(lane)
                self._lender.take_back(lane.worker, not lane.is_spent, 0)
            elif now - lane.since <= self._patience(lane):
                lane.effort = lane.effort or Effort(lane.worker.pid)
            elif self._has_to_go(lane, now):
                self._hand_on(lane)
        self._looks += 1
        if self._looks % _LOOKS == 0:
            self._let_the_late_go()
        self._is_looking = bool(self._lanes or self._waiting)
        if self._is_looking:
            self._loop.call_later(_LOOK_SECONDS / 2 if self._waiting else _LOOK_SECONDS, self._look)

    def _patience(self, lane: _Lane) -> float:
        """Return how many seconds the first query of a lane may take before it counts as slow."""
        client = lane.asked[0].caller.client
        # Queries behind another one in a lane wait as well.
        behind = sum(later.caller.client == client for each in self._lanes for later in list(each.asked)[1:])
        is_crowded = self._lender.waiting_of(client) + behind >= CROWD
        return _CROWDED_SECONDS if is_crowded else LONG_SECONDS

    def _has_to_go(self, lane: _Lane, now: float) -> bool:
        """Return whether to hand on a slow query.

        A query without a place that only waits for a processor stays.
        """
        lane.effort, lane.is_slow = lane.effort or Effort(lane.worker.pid), True
        return self._lender.lengthen(lane.worker) or lane.effort.is_long() or now - lane.since > _STILL_SECONDS

    def _hand_on(self, lane: _Lane) -> None:
        """Hand the first query with its worker to a thread; repeat the others elsewhere."""
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
