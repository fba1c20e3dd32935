"""Limits of queries and of the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """The limits of one engine. Sizes are in bytes, times in seconds."""

    deadline: float = 10.0
    """Time from the query to the last byte of the answer; then the query is killed."""
    memory: int = 512 << 20
    """Memory that a worker may allocate beyond the shared image."""
    rows: int = 1_000_000
    """Largest number of rows in one answer."""
    size: int = 1 << 30
    """Largest size of an answer, before compression."""
    workers: int = 8
    """Largest number of simultaneous queries. Further queries wait, and are refused at their deadline."""
    spares: int = 2
    """Number of idle workers that are kept ready."""
    patience: float = 5.0
    """Longest idle time of an engine process that is waited for; then the process is replaced."""
    cache: int = 64 << 20
    """Size of the cache of answers."""
