"""The client of a query, and its deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Gone: TypeAlias = Callable[[], bool]


@dataclass(slots=True)
class Caller:
    """The client that waits for an answer."""

    until: float
    """Deadline of the query, on the clock of ``time.monotonic``."""
    client: str = ""
    """Identifies the client for its share of the workers. Unidentified clients have one share together."""
    gone: Gone | None = None
    """Returns whether the client has disconnected. None if the server cannot detect it."""

    @property
    def is_gone(self) -> bool:
        """Whether the client has disconnected."""
        return self.gone is not None and self.gone()

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed."""
        return time.monotonic() >= self.until
