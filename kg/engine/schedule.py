"""Who gets a query worker next: short queries soon, long ones in turn, and every client its share.

A query holds a *slot* while it has a worker, and there are as many slots as workers. A query that takes long needs a
*long* slot, of which there are fewer, so that a short one always finds a worker that is soon free. Nobody knows
beforehand which query takes long: it begins with a plain slot, and later asks for the slot to become a long one.

Among those who wait the clients take turns. Where one client has long slots and another waits for one, the
first has its youngest *recalled* until their shares differ by no more than one: that query begins again later.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

_SHARE_FOR_SHORT: Final = 4
"""One slot of so many is kept from long queries, and one at least where there are two."""


class Slot:
    """The right to a worker. ``number`` tells since when its query waits: the lowest has waited longest."""

    __slots__ = ("client", "is_long", "is_recalled", "number")

    def __init__(self, client: str, number: int, *, is_long: bool) -> None:
        self.client = client
        self.number = number
        self.is_long = is_long
        self.is_recalled = False
        """Whether the query has to stop, so that another client has its share."""


Grant: TypeAlias = Callable[[Slot], None]


class Waiter:
    """One that waits for a slot."""

    __slots__ = ("client", "grant", "is_long", "number")

    def __init__(self, client: str, number: int, grant: Grant, *, is_long: bool) -> None:
        self.client = client
        self.number = number
        self.grant = grant
        self.is_long = is_long


class Schedule:
    """The slots of an engine with so many workers; safe to be used by many threads, and never waits."""

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
        """How many slots are held."""
        return len(self._held)

    @property
    def long(self) -> int:
        """How many of them are long."""
        return len(self._long)

    @property
    def waiting(self) -> int:
        """How many wait for a slot, of either kind."""
        return len(self._short_queue) + len(self._long_queue)

    def take(self, client: str) -> Slot | None:
        """Return a slot at once; None where none is free, or others wait for it."""
        with self._lock:
            if len(self._held) >= self._workers or self._short_queue:
                return None
            return self._hold(client, self._next_number(), is_long=False)

    def wait(self, client: str, grant: Grant, *, is_long: bool = False, number: int | None = None) -> Waiter:
        """Have ``grant`` called with a slot, once, perhaps before this returns and perhaps in another thread.

        Args:
            client: Whose share the slot is of.
            grant: What is called. It must not wait, and it owns the slot from then on.
            is_long: Whether it is to be a long slot.
            number: That of the slot that the same query had before; it keeps its turn.

        Returns:
            What :meth:`leave` takes.
        """
        with self._lock:
            waiter = Waiter(client, self._next_number() if number is None else number, grant, is_long=is_long)
            self._queue(waiter).add(waiter)
        self._settle()
        return waiter

    def leave(self, waiter: Waiter) -> bool:
        """Wait no longer. Return False where the slot was granted: then ``grant`` is called, or was."""
        with self._lock:
            return self._queue(waiter).remove(waiter)

    def lengthen(self, slot: Slot) -> bool:
        """Make it a long slot. Return False where there is none for this query now: it has to stop and wait for one."""
        with self._lock:
            if not slot.is_long:
                if len(self._long) >= self._most_long or self._long_queue:
                    return False
                slot.is_long = True
                self._long.add(slot)
            return True

    def release(self, slot: Slot) -> None:
        """Give a slot back; who waits gets it."""
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
        """Grant all slots that are free to those who wait, and recall what is more than a client's share."""
        granted: list[tuple[Waiter, Slot]] = []
        with self._lock:
            while (waiter := self._next()) is not None:
                granted.append((waiter, self._hold(waiter.client, waiter.number, is_long=waiter.is_long)))
            self._recall()
        for waiter, slot in granted:
            waiter.grant(slot)

    def _next(self) -> Waiter | None:
        """Take the next waiter from its queue; None where no slot is free for anybody."""
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
        """Recall long slots for clients that wait and have at least two fewer than another.

        Slots that are free, or recalled before, are for those who wait and have the fewest; only for the others is
        another recalled.
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
    """Waiters, by clients that take turns."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[Waiter]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def clients(self) -> Iterator[str]:
        """The clients that wait, whose turn it is first."""
        return iter(self._of)

    def add(self, waiter: Waiter) -> None:
        """Put one in, behind the others of its client, or before them if it has waited longer than they have."""
        waiters = self._of.setdefault(waiter.client, deque())
        if waiters and waiter.number < waiters[0].number:
            waiters.appendleft(waiter)
        else:
            waiters.append(waiter)
        self._length += 1

    def first(self, rank: Callable[[str], int] | None = None) -> Waiter | None:
        """Return the first waiter of the client whose turn it is; of those with the lowest rank, if any is given."""
        if not self._of:
            return None
        client = next(iter(self._of)) if rank is None else min(self._of, key=rank)
        return self._of[client][0]

    def pop(self, waiter: Waiter) -> Waiter:
        """Take out what :meth:`first` gave; the next turn is another client's."""
        self.remove(waiter)
        if waiter.client in self._of:
            self._of.move_to_end(waiter.client)
        return waiter

    def remove(self, waiter: Waiter) -> bool:
        """Take one out, wherever it is; False where it is not in."""
        waiters = self._of.get(waiter.client)
        if waiters is None or waiter not in waiters:
            return False
        waiters.remove(waiter)
        self._length -= 1
        if not waiters:
            del self._of[waiter.client]
        return True
