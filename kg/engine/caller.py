"""On whose behalf a query is asked, and until when."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Gone: TypeAlias = Callable[[], bool]


@dataclass(slots=True)
class Caller:
    """Who waits for an answer."""

    until: float
    """The query's deadline, of ``time.monotonic``."""
    client: str = ""
    """Whose share of the workers the query has. Those that nothing is known of have one share together."""
    gone: Gone | None = None
    """Says whether the client has hung up; None where the server cannot tell."""

    @property
    def is_gone(self) -> bool:
        """Whether the client has hung up."""
        return self.gone is not None and self.gone()

    @property
    def is_late(self) -> bool:
        """Whether the deadline is over."""
        return time.monotonic() >= self.until
