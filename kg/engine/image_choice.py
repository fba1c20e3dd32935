"""Choice between a graph in memory and one on disk."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final, Literal, TypeAlias

from kg.engine.confinement import can_read_one_folder_only
from kg.engine.limits import EngineLimits

ImageKind: TypeAlias = Literal["memory", "disk"]

_BYTES_A_QUAD: Final = 400
"""Of an image in memory; measured: 380 to 430."""
_BYTES_A_QUAD_READ: Final = 310
"""Of what a worker makes its own of the shared pages when it reads all of them, beside what a query takes."""
_SHARE: Final = 2
"""An image in memory, with all its workers, has at most this part of the memory that is free."""
_LIMITS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""What a container may take; those files hold no number where there is no limit."""


def memory_needed(quads: int, limits: EngineLimits) -> int:
    """Return the most bytes that an image in memory takes with all its workers at work.

    Args:
        quads: The number of quads.
        limits: The limits of the queries.
    """
    return quads * _BYTES_A_QUAD + limits.workers * min(limits.memory, quads * _BYTES_A_QUAD_READ)


def memory_free() -> int | None:
    """Return the bytes that are free in this system or container; None if it does not report them."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None
    for limit in _LIMITS:
        with contextlib.suppress(OSError, ValueError):
            free = min(free, int(Path(limit).read_text("ascii")))
    return free


def image_kind(quads: int, limits: EngineLimits, free: int | None) -> ImageKind:
    """Return the choice of ``--image auto``.

    Args:
        quads: The number of quads.
        limits: The limits of the queries.
        free: Bytes of free memory; None if unknown.

    Returns:
        ``disk`` if the graph and its workers would take more than half of the free memory and workers can be confined
        to a folder, else ``memory``.
    """
    if not hasattr(os, "fork") or not can_read_one_folder_only():
        return "memory"
    return "disk" if free is not None and memory_needed(quads, limits) > free // _SHARE else "memory"
