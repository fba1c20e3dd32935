"""Threads for requests, shared by clients that take turns."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import TypeAlias

Work: TypeAlias = Callable[[], None]


class Threads:
    """A pool of at most ``most`` threads, started on demand; each client uses at most ``most_of_one``.

    A ThreadPoolExecutor costs more than a small query, and it does not distinguish clients.
    """

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._condition = threading.Condition()
        self._waiting: OrderedDict[str, deque[Work]] = OrderedDict()
        """Waiting work by client; the first client has the next turn."""
        self._number_waiting = 0
        self._at_work: Counter[str] = Counter()
        self._idle = 0
        self._is_closing = False
        self._threads: list[threading.Thread] = []

    def do(self, work: Work, client: str) -> None:
        """Queue work for the next free thread.

        Args:
            work: The work; it must not raise an error.
            client: The client that the work belongs to.
        """
        with self._condition:
            self._waiting.setdefault(client, deque()).append(work)
            self._number_waiting += 1
            self._condition.notify()
            if self._number_waiting > self._idle and len(self._threads) < self._most:
                thread = threading.Thread(target=self._run, name=f"request-{len(self._threads)}")
                self._threads.append(thread)
                thread.start()

    def close(self) -> None:
        """Finish all queued work, and wait for it."""
        with self._condition:
            self._is_closing = True
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (taken := self._next()) is not None:
            client, work = taken
            work()
            self._done(client)

    def _next(self) -> tuple[str, Work] | None:
        """Wait for work; None at the end."""
        with self._condition:
            while True:
                for client, works in self._waiting.items():
                    if self._at_work[client] < self._most_of_one:
                        return client, self._taken(client, works)
                if self._is_closing and not self._waiting:
                    return None
                self._idle += 1
                self._condition.wait()
                self._idle -= 1

    def _taken(self, client: str, works: deque[Work]) -> Work:
        """Take the client's first work; the next turn is another client's."""
        self._at_work[client] += 1
        self._number_waiting -= 1
        work = works.popleft()
        self._waiting.move_to_end(client)
        if not works:
            del self._waiting[client]
        return work

    def _done(self, client: str) -> None:
        with self._condition:
            self._at_work[client] -= 1
            if not self._at_work[client]:
                del self._at_work[client]
            if self._is_closing:
                self._condition.notify_all()
            elif self._waiting:
                self._condition.notify()  # work that waited for this client's turn may now run in another thread too
