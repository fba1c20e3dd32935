"""What a query may take, and how many may be run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """The limits of one engine. Sizes are in bytes, times in seconds."""

    deadline: float = 10.0
    """From the question to the last byte of the answer; then the query is killed."""
    memory: int = 512 << 20
    """What a worker may take beyond the image, which all share."""
    rows: int = 1_000_000
    """The most rows of one answer."""
    size: int = 1 << 30
    """The longest answer, before compression."""
    workers: int = 8
    """The most queries at a time; one more waits, and is refused when its deadline comes first."""
    spares: int = 2
    """How many workers are kept ready while nothing is asked."""
    patience: float = 5.0
    """How long a process of the engine's own may do nothing while it is waited for; then it is replaced."""
    cache: int = 64 << 20
    """How much of the answers is kept for those who ask the same again."""
