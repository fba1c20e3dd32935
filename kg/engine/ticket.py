"""The wait of a query for a worker."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kg.engine.fork_server_client import Worker
from kg.errors import KgError


class Ticket:
    """A cancellable wait for a worker. :meth:`kg.engine.Engine.wait` creates it.

    Delivery and cancellation may come at once; only one of them takes effect.
    """

    def __init__(
        self, tell: Callable[[Worker | KgError], None], take_back: Callable[[Worker, bool, int], None]
    ) -> None:
        self._tell = tell
        self._take_back = take_back
        self._lock = threading.Lock()
        self._is_over = False
        self._leave: Callable[[], object] = _nothing
        self.is_cancelled = False

    def on_cancel(self, leave: Callable[[], object]) -> None:
        """Call ``leave`` when this ticket is cancelled."""
        self._leave = leave

    def give(self, outcome: Worker | KgError) -> None:
        """Deliver the outcome. A worker for a cancelled ticket goes back to the pool."""
        with self._lock:
            is_wanted, self._is_over = not self._is_over, True
        if is_wanted:
            self._tell(outcome)
        elif not isinstance(outcome, KgError):
            self._take_back(outcome, True, 0)

    def cancel(self) -> bool:
        """Stop waiting. Return False if the outcome was or is being delivered."""
        with self._lock:
            if self._is_over:
                return False
            self._is_over = self.is_cancelled = True
        self._leave()
        return True


def _nothing() -> None:
    """Do nothing: the ticket is not in a queue yet."""
