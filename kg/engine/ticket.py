"""The place of somebody who waits for a query worker."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kg.engine.fork_server_client import Worker
from kg.errors import KgError


class Ticket:
    """Made by :meth:`kg.engine.Engine.wait`. Of giving and cancelling, which may come at once, one happens."""

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
        """Have it called when this is cancelled."""
        self._leave = leave

    def give(self, outcome: Worker | KgError) -> None:
        """Tell who waits; a worker that nobody waits for any more goes back."""
        with self._lock:
            is_wanted, self._is_over = not self._is_over, True
        if is_wanted:
            self._tell(outcome)
        elif not isinstance(outcome, KgError):
            self._take_back(outcome, True, 0)

    def cancel(self) -> bool:
        """Wait no longer. Return False where it was told, or is just being told."""
        with self._lock:
            if self._is_over:
                return False
            self._is_over = self.is_cancelled = True
        self._leave()
        return True


def _nothing() -> None:
    """Nobody is in a queue yet."""
