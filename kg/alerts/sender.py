"""Ask the alerts that have a webhook after each write of a served store, and sends their items."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kg.errors import KgError, UnknownName

if TYPE_CHECKING:
    from kg.alerts.register import Register
    from kg.alerts.webhooks import Sending, Webhooks
    from kg.engine.queryable import QueryableStore
    from kg.graph import Change

_LONGEST: Final = 60.0
"""Seconds after which it looks again without a write: an alert may have been given a webhook."""
_SETTLING: Final = 0.05
"""Seconds that writes which follow each other are waited for."""


class AlertSender:
    """A thread that sends. Use it as a context manager: at the end it has stopped.

    Args:
        store: The graph, asked within the limits of every query.
        register: The alerts.
        webhooks: Where their items go.
        sending: What sends.
        say: Receives messages of failures.
    """

    def __init__(
        self,
        store: QueryableStore,
        register: Register,
        webhooks: Webhooks,
        sending: Sending,
        say: Callable[[str], None],
    ) -> None:
        self._store = store
        self._register = register
        self._webhooks = webhooks
        self._sending = sending
        self._say = say
        self._news = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def __enter__(self) -> AlertSender:
        self._news.set()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._news.set()
        self._thread.join(timeout=2)  # one that waits for a receiver is left: what it sends counts as lost

    def notice(self, _change: Change) -> None:
        """Look again: the store was written to."""
        self._news.set()

    def send(self) -> float | None:
        """Ask the alerts with a webhook, and send what is due; return when the next item is due."""
        for name in self._webhooks.hooks():
            with suppress(UnknownName):
                self._register.run(self._store, datetime.now(UTC), (name,))
        return self._webhooks.deliver(self._sending)

    def _run(self) -> None:
        while not self._over.is_set():
            self._news.clear()
            try:
                due = self.send()
            except KgError as error:  # the next write or the next minute tries again
                self._say(f"webhooks: {error}")
                due = None
            wait = _LONGEST if due is None else min(_LONGEST, max(_SETTLING, due - time.time()))
            if self._news.wait(wait):
                self._over.wait(_SETTLING)
