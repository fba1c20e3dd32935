"""Scheduling of queries: short queries run soon, long ones take turns, and every client gets its share.

A query holds a *slot* while it has a worker; there are as many slots as workers. A long query needs a *long* slot.
There are fewer long slots, so that a short query soon finds a free worker. The duration of a query is unknown in
advance: each query begins with a plain slot and later requests a long one.

Waiting clients take turns. If one client has long slots and another waits for one, the youngest query of the first
client is *recalled* until their shares differ by at most one. The recalled query starts again later.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

_SHARE_FOR_SHORT: Final = 4
"""One slot of this many is reserved for short queries, and at least one if there are two."""


class Slot:
    """The right to a worker.

    ``number`` orders queries by the start of their wait: the lowest has waited longest.
    """

    __slots__ = ("client", "is_long", "is_recalled", "number")

    def __init__(self, client: str, number: int, *, is_long: bool) -> None:
        self.client = client
        self.number = number
        self.is_long = is_long
        self.is_recalled = False
        """Whether the query must stop, so that another client gets its share."""


Grant: TypeAlias = Callable[[Slot], None]


class Waiter:
    """A query that waits for a slot."""

    __slots__ = ("client", "grant", "is_long", "number")

    def __init__(self, client: str, number: int, grant: Grant, *, is_long: bool) -> None:
        self.client = client
        self.number = number
        self.grant = grant
        self.is_long = is_long


class Schedule:
    """The slots of an engine. Thread-safe; no method blocks."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._most_long = max(1, workers - max(1, workers // _SHARE_FOR_SHORT))
        self._lock = threading.Lock()
        self._held: set[Slot] = set()
        self._long: set[Slot] = set()
        self._short_queue = _Queue()
        self._long_queue = _Queue()
        self._numbers = 0

    @property
    def busy(self) -> int:
        """Number of held slots."""
        return len(self._held)

    @property
    def long(self) -> int:
        """Number of held long slots."""
        return len(self._long)

    @property
    def waiting(self) -> int:
        """Number of queries that wait for a slot of either kind."""
        return len(self._short_queue) + len(self._long_queue)

    def waiting_of(self, client: str) -> int:
        """Return how many queries of a client wait for a slot that is not long."""
        return self._short_queue.length_of(client)

    def take(self, client: str) -> Slot | None:
        """Return a free slot, or None if no slot is free or other queries wait."""
        with self._lock:
            if len(self._held) >= self._workers or self._short_queue:
                return None
            return self._hold(client, self._next_number(), is_long=False)

    def wait(self, client: str, grant: Grant, *, is_long: bool = False, number: int | None = None) -> Waiter:
        """Call ``grant`` with a slot, once, perhaps before this returns and perhaps in another thread.

        Args:
            client: Identifies the client for its share of the slots.
            grant: Receives the slot and owns it. It must not block.
            is_long: Whether to request a long slot.
            number: Number of the query's earlier slot; the query keeps its turn.

        Returns:
            The waiter, for :meth:`leave`.
        """
        with self._lock:
            waiter = Waiter(client, self._next_number() if number is None else number, grant, is_long=is_long)
            self._queue(waiter).add(waiter)
        self._settle()
        return waiter

    def leave(self, waiter: Waiter) -> bool:
        """Stop waiting. Return False if the slot was granted: then ``grant`` was called or will be."""
        with self._lock:
            return self._queue(waiter).remove(waiter)

    def lengthen(self, slot: Slot) -> bool:
        """Turn the slot into a long one. Return False if none is free: the query must then stop and wait."""
        with self._lock:
            if not slot.is_long:
                if len(self._long) >= self._most_long or self._long_queue:
                    return False
                slot.is_long = True
                self._long.add(slot)
            return True

    def release(self, slot: Slot) -> None:
        """Release a slot for the next waiter."""
        with self._lock:
            self._held.discard(slot)
            self._long.discard(slot)
        self._settle()

    def _next_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def _queue(self, waiter: Waiter) -> _Queue:
        return self._long_queue if waiter.is_long else self._short_queue

    def _hold(self, client: str, number: int, *, is_long: bool) -> Slot:
        slot = Slot(client, number, is_long=is_long)
        self._held.add(slot)
        if is_long:
            self._long.add(slot)
        return slot

    def _settle(self) -> None:
        """Grant all free slots to waiters, and recall slots beyond a client's share."""
        granted: list[tuple[Waiter, Slot]] = []
        with self._lock:
            while (waiter := self._next()) is not None:
                granted.append((waiter, self._hold(waiter.client, waiter.number, is_long=waiter.is_long)))
            self._recall()
        for waiter, slot in granted:
            waiter.grant(slot)

    def _next(self) -> Waiter | None:
        """Take the next waiter from its queue; None if no slot is free."""
        if len(self._held) >= self._workers:
            return None
        short = self._short_queue.first()
        if len(self._long) < self._most_long:
            held = self._held_long()
            long = self._long_queue.first(lambda client: held[client])
            if long is not None and (short is None or long.number < short.number):
                return self._long_queue.pop(long)
        return None if short is None else self._short_queue.pop(short)

    def _held_long(self) -> Counter[str]:
        return Counter(slot.client for slot in self._long if not slot.is_recalled)

    def _recall(self) -> None:
        """Recall long slots for waiting clients that have at least two fewer than another client.

        Free and already recalled slots go to the waiting clients with the fewest slots. Further slots are recalled only
        for the others.
        """
        held = self._held_long()
        free = self._most_long - held.total()
        for client in sorted(self._long_queue.clients(), key=lambda client: held[client]):
            if free > 0:
                free -= 1
            else:
                richest = max(held, key=lambda other: held[other])
                if held[richest] < held[client] + 2:
                    return
                of_theirs = (slot for slot in self._long if slot.client == richest and not slot.is_recalled)
                max(of_theirs, key=lambda slot: slot.number).is_recalled = True
                held[richest] -= 1
            held[client] += 1


class _Queue:
    """Waiters, grouped by clients that take turns."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[Waiter]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def clients(self) -> Iterator[str]:
        """Return the waiting clients in the order of their turns."""
        return iter(self._of)

    def add(self, waiter: Waiter) -> None:
        """Add a waiter behind the others of its client, or before them if it has waited longer."""
        waiters = self._of.setdefault(waiter.client, deque())
        if waiters and waiter.number < waiters[0].number:
            waiters.appendleft(waiter)
        else:
            waiters.append(waiter)
        self._length += 1

    def length_of(self, client: str) -> int:
        """Return how many waiters of a client are in the queue; it may change meanwhile."""
        return len(self._of.get(client, ()))

    def first(self, rank: Callable[[str], int] | None = None) -> Waiter | None:
        """Return the first waiter of the next client; with ``rank``, of the client with the lowest rank."""
        if not self._of:
            return None
        client = next(iter(self._of)) if rank is None else min(self._of, key=rank)
        return self._of[client][0]

    def pop(self, waiter: Waiter) -> Waiter:
        """Remove the waiter that :meth:`first` returned; the next turn is another client's."""
        self.remove(waiter)
        if waiter.client in self._of:
            self._of.move_to_end(waiter.client)
        return waiter

    def remove(self, waiter: Waiter) -> bool:
        """Remove a waiter from any position. Return False if it is not in the queue."""
        waiters = self._of.get(waiter.client)
        if waiters is None or waiter not in waiters:
            return False
        waiters.remove(waiter)
        self._length -= 1
        if not waiters:
            del self._of[waiter.client]
        return True
